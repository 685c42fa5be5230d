"""Tests of `assistant.verification.countries`."""

import pytest

from assistant.verification.countries import countries


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Americans and the UK", {"united states", "united kingdom"}),
        ("the United States of America", {"united states"}),
        ("the U.S. and the EU", {"united states", "european union"}),
        ("the People's Republic of China", {"china"}),
        ("South Koreans", {"south korea"}),
        ("give us turkey", set()),
        ("Welsh and Scottish towns in England", {"wales", "scotland", "england"}),
        ("US Turkey", {"united states", "turkey"}),
    ],
)
def test_names_countries(text: str, named: set[str]) -> None:
    assert countries(text) == named
