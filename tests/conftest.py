"""What all tests share: settings kept apart from the developer's, the prepared model, a small corpus, an assistant."""

import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from assistant.factory import build_assistant
from assistant.models.embedding import OnnxEmbedder
from assistant.models.fake import HashingEmbedder
from assistant.models.prepare import DEFAULT_MODEL, prepare
from assistant.pipeline import Assistant
from assistant.settings import load_settings

from .material import write_markdown

# `--hypothesis-profile=search` looks for new failures; without it every run tries the same examples.
_QUIET = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture)
settings.register_profile("fixed", deadline=None, derandomize=True, max_examples=60, suppress_health_check=_QUIET)
settings.register_profile("search", deadline=None, max_examples=600, suppress_health_check=_QUIET)
settings.load_profile("fixed")

_MODELS = os.environ.get("ASSISTANT_MODELS")

_DANUBE = """
# The river Danube

The Danube rises in the Black Forest at Donaueschingen. It flows through ten countries before it reaches the Black Sea.
Its length is 2,850 kilometres.

## Tributaries

The three largest tributaries of the Danube are:

- the Tisza, which joins it in Serbia;
- the Sava, which joins it at Belgrade;
- the Drava, which joins it near Osijek.

## Shipping

Barges carry grain and ore on the Danube all year except in hard winters. The canal at Cernavoda shortens the way to
the sea by about 400 kilometres.
"""
_TIN = """
# Tin and its alloys

Tin melts at 232 degrees Celsius. This makes it easy to cast in simple moulds.

## Uses of tin

Solder takes about half of all tin. Tinplate for cans takes another tenth.

| Alloy | Share of tin | Use |
|---|---|---|
| Bronze | 12 percent | bells and statues |
| Pewter | 92 percent | plates and cups |
| Solder | 60 percent | circuit boards |
"""
_COPPER = """
# Copper in wiring

Copper conducts electricity better than every metal but silver. Wires of copper are drawn from rods eight millimetres
thick.

## Recycling

About a third of the copper in use was recycled. Recycling copper takes 85 percent less energy than smelting ore.
"""
_BRIDGES = """
# Bridges of Budapest

The Chain Bridge opened in 1849 and was the first permanent bridge between Buda and Pest. Adam Clark directed the works.
"""


@pytest.fixture(scope="session", autouse=True)
def _apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the tests from the developer's environment and .env file."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("ASSISTANT_")]:
            patch.delenv(name)
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.setenv("TOKENIZERS_PARALLELISM", "false")
        patch.chdir(tmp_path_factory.mktemp("cwd"))
        yield


@pytest.fixture(scope="session")
def prepared_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model cache that holds the default embedding model; the workers of pytest-xdist share one."""
    if _MODELS:
        cache = Path(_MODELS).resolve()
    else:
        base = tmp_path_factory.getbasetemp()
        cache = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "models"
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / "preparing.lock"):
        prepare(DEFAULT_MODEL, cache)
    return cache


@pytest.fixture(scope="session")
def onnx(prepared_models: Path) -> OnnxEmbedder:
    """The real embedding model."""
    return OnnxEmbedder(prepare(DEFAULT_MODEL, prepared_models), threads=2)


@pytest.fixture(scope="session")
def embedder() -> HashingEmbedder:
    """An embedder without weights."""
    return HashingEmbedder()


def write_corpus(folder: Path) -> Path:
    """Write four articles into `folder`: two on metals, two on what stands at or runs in the Danube's bed."""
    write_markdown(
        folder / "danube.md",
        _DANUBE,
        publisher="River Review",
        published=date(2024, 3, 1),
        url="https://rivers.example/danube",
    )
    write_markdown(
        folder / "tin.md",
        _TIN,
        publisher="Metal Monthly",
        published=date(2024, 6, 15),
        url="https://metals.example/tin",
    )
    write_markdown(folder / "copper.md", _COPPER, publisher="Metal Monthly", published=date(2025, 1, 10))
    write_markdown(folder / "bridges.md", _BRIDGES)
    return folder


@pytest.fixture
def articles_folder(tmp_path: Path) -> Path:
    """A corpus folder of four articles that the test may change."""
    return write_corpus(tmp_path / "articles")


@pytest.fixture(scope="session")
def _corpus_of_session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("articles"))


@pytest.fixture
def build(tmp_path: Path, articles_folder: Path) -> Iterator[Callable[..., Assistant]]:
    """Makes an assistant of its own over the test's corpus, closed at the end of the test."""
    built: list[Assistant] = []

    def make(**overrides: object) -> Assistant:
        overrides = {"home": tmp_path / "home", "corpus": articles_folder, **overrides}
        built.append(build_assistant(load_settings(**overrides), embedder=HashingEmbedder()))
        return built[-1]

    yield make
    for one in built:
        one.close()


@pytest.fixture(scope="session")
def assistant(_corpus_of_session: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant over the four articles, which answers whatever is asked; tests must not change what it holds."""
    chosen = load_settings(home=tmp_path_factory.mktemp("home"), corpus=_corpus_of_session, threshold=0.0)
    with build_assistant(chosen, embedder=HashingEmbedder()) as built:
        yield built
