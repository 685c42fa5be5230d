"""Tests of `assistant.verification.denial`."""

from hypothesis import given

from assistant.verification.denial import denied
from tests.verification.texts import prose

TOURED = "The guests of the summit toured the research base at White Cloud."
UNABLE = "The guests of the summit were unable to tour the research base at White Cloud."


def test_a_sentence_of_the_same_words_denies() -> None:
    assert denied(UNABLE, [TOURED])
    assert denied(UNABLE, ["The research base stands at White Cloud.", TOURED])
    assert not denied("The guests toured the base at White Cloud.", [TOURED])


def test_what_has_only_some_of_the_words_denies_nothing() -> None:
    assert not denied(UNABLE, ["The guests toured the town."])
    assert not denied(UNABLE, [])
    assert not denied("And so on.", [TOURED])


def test_where_articles_disagree_either_may_be_told() -> None:
    assert not denied(UNABLE, [TOURED, UNABLE])
    assert not denied(TOURED, [TOURED, UNABLE])


@given(prose())
def test_no_text_denies_itself(text: str) -> None:
    assert not denied(text, [text])
