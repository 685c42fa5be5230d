"""Events: what an answer is streamed as, in the order in which it comes to be."""

from collections.abc import Iterator

from assistant.types import Answer, Citation, Frozen, Hit, Statement


class Retrieved(Frozen):
    """The passages found, best first, before they are read."""

    hits: tuple[Hit, ...]


class Stated(Frozen):
    """One statement of the answer, with those of its citations that no statement before it had."""

    statement: Statement
    citations: tuple[Citation, ...]


class Answered(Frozen):
    """The whole answer."""

    answer: Answer


Event = Retrieved | Stated | Answered


def stated_of(answer: Answer) -> Iterator[Stated]:
    """Yield the statements of `answer` in order, each citation with the first that rests on it."""
    citations = {citation.marker: citation for citation in answer.citations}
    for statement in answer.statements:
        fresh = (citations.pop(marker, None) for marker in statement.markers)
        yield Stated(statement=statement, citations=tuple(citation for citation in fresh if citation))
