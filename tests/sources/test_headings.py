"""Tests of `assistant.sources.headings`."""

import pytest

from assistant.sources.headings import find_headings, is_heading
from assistant.sources.lines import paragraphs


def found(text: str, *, more: bool = False) -> list[str]:
    groups = list(paragraphs(text))
    taken = [False for group in groups for _ in group]
    return [groups[at][0].text for at in sorted(find_headings(groups, taken, more=more))]


@pytest.mark.parametrize(
    "line",
    [
        "It ends.",
        "It asks?",
        "These are:",
        "all small letters",
        "x" * 121,
        "- a bullet",
        "(a) a clause",
        "12 34",
        "May 30, 2025",
        "By Ann Lee",
        "Source: Daily News",
        "https://example.org/A",
        "Introduction . . . . . . 12",
        "\u201cHe said so.\u201d",
        "[Data in tons]",
    ],
)
def test_no_headings(line: str) -> None:
    assert not is_heading(line)


@pytest.mark.parametrize(
    "line", ["Rare Earths as an Asset", "2025 Outlook", "\u201cGreen\u201d Metals", "\u7a00\u571f"]
)
def test_headings(line: str) -> None:
    assert is_heading(line)


def test_of_a_menu_only_the_ends_are_headings() -> None:
    menu = "\n\n".join(["Main Title", "Opinions", "Judges", "Rules", "Forms", "Court Hours"])
    assert found(menu + "\n\nThe court opens at nine.") == ["Main Title", "Court Hours"]
    assert found("Prose first.\n\n" + menu + "\n\nThe court opens at nine.") == ["Court Hours"]


def test_a_numbered_line_is_a_heading_unless_in_a_list() -> None:
    assert found("Some prose.\n\n2. Prices\n\nThey fell.") == ["2. Prices"]
    assert found("1. Mining\n\n2. Prices\n\nThey fell.") == []


def test_text_must_follow() -> None:
    assert found("Prices") == []
    assert found("Prices", more=True) == ["Prices"]
    assert found("Prices\n\nwhich fell went on.") == []
    assert found("Prices\n\na) they fell") == ["Prices"]


def test_what_is_taken_is_no_heading() -> None:
    groups = list(paragraphs("Prices\n\nThey fell."))
    assert find_headings(groups, [True, False], more=False) == set()
