"""The same questions give the same statements and citations in Slack as over the API."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant.api import create_app
from assistant.evaluation.pairs import load_pairs
from assistant.types import Answer

from .desk import Desk, open_own
from .reading import Said, Source, seen, sources, statements

_ROOT = Path(__file__).parents[2]
_MOST = 20


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk over the project's own articles, with the reader that it ships."""
    with ExitStack() as stack:
        yield open_own(stack, tmp_path_factory.mktemp("own"), _ROOT / "corpus")


def questions() -> list[str]:
    """Return twenty questions of the regression suite, from all over it."""
    asked = [entry.pair.question for entry in load_pairs(_ROOT / "tests" / "qa")]
    return asked[:: len(asked) // _MOST][:_MOST]


def said(answer: Answer) -> list[Said]:
    """Return the statements of the API's answer as a reader sees them."""
    return [Said(seen(one.text), one.markers) for one in answer.statements]


def cited(answer: Answer) -> list[Source]:
    """Return the citations of the API's answer as a reader sees them."""
    return [
        Source(
            one.marker,
            seen(one.title),
            one.link or one.url,
            ", ".join(filter(None, (seen(one.publisher or ""), one.published.isoformat() if one.published else ""))),
            seen(one.quote),
        )
        for one in answer.citations
    ]


def test_twenty_questions(own: Desk) -> None:
    asked = {question: own.slack.dm(question, own.slack.user()) for question in questions()}
    assert len(asked) == _MOST
    answered = 0
    with TestClient(create_app(own.chat)) as client:
        for question, one in asked.items():
            replies = own.answered(one, seconds=60)
            told = Answer.model_validate(client.post("/v1/ask", json={"question": question}).json())
            assert (question, statements(replies)) == (question, said(told))
            assert (question, sources(replies)) == (question, cited(told))
            answered += told.status != "abstained"
    assert answered >= 10
