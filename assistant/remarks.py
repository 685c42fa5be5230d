"""Remarks: what every edge says beside an answer, in the same words."""

from collections.abc import Iterable, Iterator
from typing import Literal

from assistant.types import Answer, Citation, Frozen, Statement

UNNAMED = "a language model"
COLUMNS = "Columns: "
"""What a line of column heads begins with."""
RemarkKind = Literal["written", "fallback", "dropped", "contested", "partial", "uncertain"]


class Remark(Frozen):
    """One sentence or two, on one line; whoever reads the answer has to know all but what is "written"."""

    kind: RemarkKind
    text: str


def remarks(answer: Answer) -> tuple[Remark, ...]:
    """Return who wrote an answer, why a model did not, what was left out, in what sources differ, how sure it is."""
    return tuple(_remarks(answer))


def copies_note(citation: Citation) -> str:
    """Return how many other articles hold a near-copy of what is quoted, empty where none does."""
    if not citation.copies:
        return ""
    return (
        "near-copy in 1 other article" if citation.copies == 1 else f"near-copies in {citation.copies:,} other articles"
    )


def columns_line(columns: Iterable[str]) -> str:
    """Return the column heads of a quoted table row on one line, empty where none says anything."""
    heads = [" ".join(column.split()) for column in columns]
    return f"{COLUMNS}{' | '.join(heads)}" if any(heads) else ""


class Headed:
    """Tells, statement by statement as they come, which column heads are to stand above one."""

    def __init__(self) -> None:
        """Begin an answer."""
        self._citations: dict[int, Citation] = {}
        self._above = ""

    def heads(self, statement: Statement, citations: Iterable[Citation]) -> str:
        """Return the line of column heads that goes before the next statement, empty where there is none.

        `citations` hold at least those of the statement that were not given before. Only a statement that quotes a
        table row has heads, and rows of one table that follow each other have them once.
        """
        self._citations |= {one.marker: one for one in citations}
        first = self._citations.get(statement.markers[0]) if statement.markers else None
        quoted = first is not None and first.quote.split() == statement.text.split()
        above, self._above = self._above, columns_line(first.columns) if first and quoted else ""
        return self._above if self._above != above else ""


def _remarks(answer: Answer) -> Iterator[Remark]:
    if answer.fallback:
        why = " ".join(answer.fallback.split())
        stop = "" if why.endswith((".", "!", "?")) else "."
        own = " These are the articles' own words." if answer.statements else ""
        yield Remark(kind="fallback", text=f"The language model did not answer: {why}{stop}{own}")
    elif answer.mode == "generative":
        model = " ".join((answer.model or UNNAMED).split())
        found = f"Written by {model}. Each sentence was checked against its quotes."
        none = f"{model} read the passages and found no answer in them."
        yield Remark(kind="written", text=found if answer.statements else none)
        if answer.dropped:
            one = answer.dropped == 1
            were, them = ("1 sentence was", "it") if one else (f"{answer.dropped:,} sentences were", "them")
            yield Remark(kind="dropped", text=f"{were} left out because no quote supports {them}.")
    if answer.contested:
        yield Remark(
            kind="contested", text=f"The sources differ: {_told(answer)}. Compare them before you rely on one."
        )
    if answer.status == "partial":
        yield Remark(kind="partial", text="The articles answer only part of the question.")
    if answer.uncertain:
        said = f"Low confidence ({answer.confidence:.2f}): read the sources before you rely on this."
        yield Remark(kind="uncertain", text=said)


def _told(answer: Answer) -> str:
    """Return what each side says, as far as it is marked: "23 [1], 24 [2]"."""
    sides = [citation for citation in answer.citations if citation.marker in answer.contested]
    return ", ".join(" ".join(f"{one.highlighted} [{one.marker}]".split()) for one in sides)
