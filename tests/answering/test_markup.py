"""Tests of `assistant.answering.markup`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.markup import Line, folded, plain, plain_line


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("**Tin** *melts* at __232__ `degrees`", "Tin melts at 232 degrees"),
        ("***Tin*** ~~melts~~ _early_.", "Tin melts early."),
        ("5 * 3 is 15, 5*3 too, and tin* melts", "5 * 3 is 15, 5*3 too, and tin melts"),
        ("snake_case and _stress_", "snake_case and stress"),
        ("[tin](https://a.b/c) and ![ore](/x.png)", "tin and ore"),
        ("[1](https://a.b) [[2]](#two) [so](much)", "[1] [[2]] [so](much)"),
        ("<b>Tin</b> &amp; <i class='x'>lead</i><br/> a < b > c", "Tin & lead a < b > c"),
        ("<<b>i>tin &lt;b&gt;lead", "tin lead"),
        ("5 km<sup>2</sup>, so it is.<sup>[1]</sup>", "5 km², so it is.¹"),
        ("\\[1\\] \\*tin\\*", "[1] tin"),
        ("&#8364; 5 &nope; R&D", "€ 5 &nope; R&D"),
        ("Tin\u200b\x00\ud800\ue000 e\u0301\u2028lead\tzinc\u00a0ore", "Tin é lead zinc ore"),
    ],
)
def test_plain(text: str, wanted: str) -> None:
    assert plain(text) == wanted


@pytest.mark.parametrize(
    ("raw", "number", "wanted"),
    [
        ("  - Tin melts.", 0, Line("Tin melts.")),
        ("* [x] Tin melts.", 0, Line("Tin melts.")),
        ("> > **Tin** melts.", 0, Line("Tin melts.")),
        ("## Tin and lead", 0, Line("Tin and lead", heading=True)),
        ("**Tin and lead:**", 0, Line("Tin and lead:", heading=True)),
        ("**Tin melts.**", 0, Line("Tin melts.")),
        ("1. Tin melts.", 0, Line("Tin melts.", number=1)),
        ("**2)** Tin melts.", 1, Line("Tin melts.", number=2)),
        ("(3) Tin melts.", 2, Line("Tin melts.", number=3)),
        ("27. Mai 2025", 0, Line("27. Mai 2025")),
        ("1. Mai 2025", 0, Line("1. Mai 2025")),
        ("-5 degrees", 0, Line("-5 degrees")),
        ("2025. So it was.", 0, Line("2025. So it was.")),
    ],
)
def test_plain_line(raw: str, number: int, wanted: Line) -> None:
    assert plain_line(raw, number) == wanted


@given(st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert "\n" not in folded(text)
