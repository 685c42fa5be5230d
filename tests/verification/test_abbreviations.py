"""Tests of `assistant.verification.abbreviations`."""

import pytest

from assistant.verification.abbreviations import abbreviates
from assistant.verification.tokens import tokens


@pytest.mark.parametrize(
    ("short", "text", "expected"),
    [
        ("SOEs", "a state-owned enterprise", True),
        ("SASAC", "the State-owned Assets Supervision and Administration Commission", True),
        ("USGS", "the U.S. Geological Survey", True),
        ("HaBa", "the Harvest Bank", True),
        ("EO", "an Executive Order", True),
        ("EO", "early orders", False),
        ("EV", "an electric vehicle", True),
        ("NBH", "the National Bank of Fish", False),
        ("R&D", "research and development", True),
    ],
)
def test_letters_are_initials(short: str, text: str, expected: bool) -> None:
    (one,) = tokens(f"x {short}")[1:]
    assert abbreviates(one, tokens(text)) is expected
