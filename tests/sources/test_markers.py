"""Tests of `assistant.sources.markers`."""

import pytest

from assistant.sources.markers import begins_item, bullet_width, is_enumerated


@pytest.mark.parametrize("line", ["\u2022 a", "- a", "* a", "\u2013 a", "\u25aaa"])
def test_bullets(line: str) -> None:
    assert line[bullet_width(line) :] == "a"


@pytest.mark.parametrize("line", ["-5 degrees", "a - b", "\u2014 said he", "*emphasis*", "-"])
def test_no_bullets(line: str) -> None:
    assert bullet_width(line) == 0


@pytest.mark.parametrize("line", ["(a) x", "(iv) x", "(12) x", "(B) x", "a) x", "ii. x", "3. x", "10) x"])
def test_enumerators(line: str) -> None:
    assert is_enumerated(line)


@pytest.mark.parametrize(
    "line", ["J. Smith", "1990. Then", "(a)", "(see) x", "i.e. x", "3.5 tons", "U.S. mines", "etc. x"]
)
def test_no_enumerators(line: str) -> None:
    assert not is_enumerated(line)


def test_a_wrapped_reference_is_no_item() -> None:
    assert not begins_item("(a) of this section", ["as provided in subsection"])
    assert not begins_item("(3) of the Act", ["waivers under 10 U.S.C."])
    assert not begins_item("12. The next year", ["the report ends on page", "that we cited on page"])


@pytest.mark.parametrize("before", ["it shall:", "the first; and", "the first;", "A sentence."])
def test_an_item_may_follow_a_clause(before: str) -> None:
    assert begins_item("(b) the second", [before])


def test_a_dash_within_a_paragraph_is_a_bullet_only_in_a_list() -> None:
    assert not begins_item("- which nobody saw", ["the price fell"])
    assert begins_item("- second", ["- first"])
    assert begins_item("- first", ["the following:"])
