"""The project's own question-answer pairs as tests, over its own articles and with the models that it ships."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.evaluation.pairs import Entry, load_pairs
from assistant.evaluation.places import check_places
from assistant.evaluation.suite import article_lookup, ask, judge
from assistant.factory import build_assistant
from assistant.pipeline import Assistant
from assistant.settings import load_settings

_HERE = Path(__file__).parent
_CORPUS = _HERE.parents[1] / "corpus"
_ENTRIES = load_pairs(_HERE)

pytestmark = [pytest.mark.qa, pytest.mark.model]


def _param(entry: Entry) -> object:
    known = [pytest.mark.xfail(reason=entry.pair.known, strict=False)] if entry.pair.known else []
    return pytest.param(entry, id=entry.pair.id, marks=known)


@pytest.fixture(scope="session")
def own(prepared_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant over the project's own articles."""
    settings = load_settings(home=tmp_path_factory.mktemp("own"), corpus=_CORPUS, models=prepared_models)
    with build_assistant(settings) as built:
        yield built


@pytest.mark.parametrize("entry", [_param(entry) for entry in _ENTRIES])
def test_pair(own: Assistant, entry: Entry) -> None:
    result = judge(ask(own, entry), article_lookup(own))
    if result.outcome == "skipped":
        pytest.skip(result.note)
    whys = "\n".join(f"{check.name}: {check.why}" for check in result.failures)
    assert result.passed, f"{result.source}\n{entry.pair.question}\n{whys}"


def test_what_the_pairs_name_is_in_the_articles(own: Assistant) -> None:
    check_places(_ENTRIES, article_lookup(own))
