"""Tests of `assistant.suggestions.lines`."""

from assistant.suggestions.lines import clean, folded


def test_white_space_is_folded() -> None:
    assert folded(" The\n  bay\tof\u00a0Arvik ") == "The bay of Arvik"


def test_marks_are_removed() -> None:
    assert clean("**Rules** of the\nHarbour Act [12]:") == "Rules of the Harbour Act"
    assert clean("– `Ice` in winter [see the map] –") == "Ice in winter [see the map]"
