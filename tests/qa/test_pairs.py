"""The project's own question-answer pairs as tests, over its own articles and with the models that it ships."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.evaluation.pairs import Entry, load_pairs
from assistant.evaluation.places import check_places
from assistant.evaluation.suite import article_lookup
from assistant.evaluation.testing import assert_holds, pair_params
from assistant.factory import build_assistant
from assistant.pipeline import Assistant
from assistant.settings import load_settings

_HERE = Path(__file__).parent
_CORPUS = _HERE.parents[1] / "corpus"

pytestmark = [pytest.mark.qa, pytest.mark.model]


@pytest.fixture(scope="module")
def own(prepared_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant over the project's own articles."""
    settings = load_settings(home=tmp_path_factory.mktemp("own"), corpus=_CORPUS, models=prepared_models)
    with build_assistant(settings) as built:
        yield built


@pytest.mark.parametrize("entry", pair_params(_HERE))
def test_pair(own: Assistant, entry: Entry) -> None:
    assert_holds(own, entry)


@pytest.mark.parametrize("folder", [_HERE, _HERE / "open"], ids=["held", "open"])
def test_what_the_pairs_name_is_in_the_articles(own: Assistant, folder: Path) -> None:
    check_places(load_pairs(folder), article_lookup(own))


def test_few_failures_are_known() -> None:
    assert sum(entry.pair.known is not None for entry in load_pairs(_HERE)) <= 3
