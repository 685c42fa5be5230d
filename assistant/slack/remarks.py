"""Remarks: the lines beside an answer that say how it came about and how far it can be relied on."""

from collections.abc import Iterator
from unicodedata import normalize

from assistant.slack.text import cut, escape, one_line
from assistant.types import Answer

ABSTAINED = "The articles do not say."
_QUESTION, _MODEL, _FALLBACK = 500, 100, 500


def read_as(answer: Answer) -> str:
    """Return what was read in place of the question, in mrkdwn; empty where that was the question itself."""
    if one_line(answer.standalone_question) == one_line(normalize("NFC", answer.question)):
        return ""
    return f"Read as: {escape(cut(answer.standalone_question, _QUESTION))}"


def remarks(answer: Answer) -> Iterator[str]:
    """Yield, in mrkdwn: who wrote the answer, how sure it is, what was left out, what it leaves open."""
    yield from _written(answer)
    if answer.fallback:
        stop = "" if answer.fallback.endswith((".", "!", "?")) else "."
        why = escape(cut(f"{answer.fallback}{stop}", _FALLBACK))
        yield f"The language model did not answer: {why} These are the articles' own words."
    elif answer.dropped:
        were, them = ("1 sentence was", "it") if answer.dropped == 1 else (f"{answer.dropped} sentences were", "them")
        yield f"{were} left out because no quote supports {them}."
    if answer.status == "partial":
        yield "The articles answer only part of the question."
    if answer.uncertain:
        yield f"Low confidence ({answer.confidence:.2f}): read the sources before you rely on this."
    elif answer.statements:
        yield f"Confidence: {answer.confidence:.2f}."


def _written(answer: Answer) -> Iterator[str]:
    if answer.mode == "extractive":
        return
    model = escape(cut(answer.model or "a language model", _MODEL))
    if answer.statements:
        yield f"Written by {model}. Each sentence was checked against its quotes."
    else:
        yield f"{model} read the passages and found no answer in them."
