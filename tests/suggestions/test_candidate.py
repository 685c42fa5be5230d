"""Tests of `assistant.suggestions.candidate`."""

from assistant.suggestions.candidate import alike, topic


def test_a_topic_is_what_is_asked_about() -> None:
    assert topic("What are the duties of a captain?") == topic("duty, captains") != topic("the duties of a pilot")


def test_questions_on_most_of_the_same_words_are_alike() -> None:
    short = frozenset({"duti", "captain", "harbour"})
    assert alike(short, short | {"ship", "ore", "ice"})
    assert not alike(short, frozenset({"duti", "captain", "ship", "ore"}))
    assert not alike(frozenset(), short)
