"""Tests of `assistant.events`."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from assistant.events import Stated, stated_of
from assistant.types import Statement

from .slack.answers import answer, citation


def made(markers: Sequence[Sequence[int]], cited: int) -> list[Stated]:
    """Return what is streamed of an answer whose statements bear `markers`, with `cited` citations."""
    statements = [Statement(text=f"No. {at}.", markers=tuple(some)) for at, some in enumerate(markers)]
    return list(stated_of(answer(statements, [citation(marker, "So.") for marker in range(1, cited + 1)])))


def test_a_citation_comes_with_the_first_statement_that_rests_on_it() -> None:
    fresh = [[one.marker for one in event.citations] for event in made([(2,), (1, 2), (2, 1), (3,)], 3)]
    assert fresh == [[2], [1], [], [3]]


def test_an_answer_without_statements_states_nothing() -> None:
    assert made([], 2) == []


@given(st.lists(st.lists(st.integers(1, 8), max_size=4, unique=True), max_size=6), st.integers(0, 8))
def test_statements_keep_their_order_and_each_citation_comes_once(markers: list[list[int]], cited: int) -> None:
    events = made(markers, cited)
    assert [list(event.statement.markers) for event in events] == markers
    sent = [one.marker for event in events for one in event.citations]
    assert len(sent) == len(set(sent))
    assert set(sent) == {marker for some in markers for marker in some if marker <= cited}
    for at, event in enumerate(events):
        earlier = {one.marker for before in events[: at + 1] for one in before.citations}
        assert {marker for marker in event.statement.markers if marker <= cited} <= earlier
