"""Remarks: the lines beside an answer that say how it came about and how far it can be relied on."""

from collections.abc import Iterator
from unicodedata import normalize

from assistant.remarks import remarks as shared
from assistant.slack.text import cut, escape, one_line
from assistant.types import Answer

ABSTAINED = "The articles do not say."
_QUESTION, _REMARK = 500, 600


def read_as(answer: Answer) -> str:
    """Return what was read in place of the question, in mrkdwn; empty where that was the question itself."""
    if one_line(answer.standalone_question) == one_line(normalize("NFC", answer.question)):
        return ""
    return f"Read as: {escape(cut(answer.standalone_question, _QUESTION))}"


def remarks(answer: Answer) -> Iterator[str]:
    """Yield, in mrkdwn, what every edge says beside an answer, each cut to a few lines; last, how sure it is."""
    for remark in shared(answer):
        yield escape(cut(remark.text, _REMARK))
    if answer.statements and not answer.uncertain:
        yield f"Confidence: {answer.confidence:.2f}."
