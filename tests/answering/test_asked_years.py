"""Tests of `assistant.answering.asked_years`."""

from datetime import date

import pytest

from assistant.answering.asked_years import of_another_year, spans


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The harbour opened in 2019.", [(2019, 2019)]),
        ("Turnover of 2019-20 was low.", [(2019, 2020)]),
        ("From 2016 to 2019 it rose.", [(2016, 2019)]),
        ("It has run since March 2018.", [(2018, 2199)]),
        ("It ran until the end of 2018.", [(1000, 2018)]),
        ("In the three years to 2024 it fell.", [(2021, 2024)]),
        ("Prices of the 1990s were lower.", [(1990, 1999)]),
        ("The harbour has 12 cranes.", []),
    ],
)
def test_the_years_that_a_text_tells_of(text: str, expected: list[tuple[int, int]]) -> None:
    assert list(spans(text)) == expected


@pytest.mark.parametrize(
    ("texts", "published"),
    [
        (["The harbour was dredged in 2024.", "Of 2024"], None),
        (["The harbour was dredged.", ""], date(2025, 3, 1)),
        (["Between 2023 and 2025 it was dredged."], date(2025, 3, 1)),
    ],
)
def test_a_quote_of_another_year(texts: list[str], published: date | None) -> None:
    assert of_another_year("How often was the harbour dredged in 2022?", texts, published)


@pytest.mark.parametrize(
    ("question", "texts", "published"),
    [
        ("How often was the harbour dredged in 2022?", ["It was dredged in 2022.", "Of 2024"], None),
        ("How often was the harbour dredged in 2022?", ["It was dredged.", "Works of 2022"], date(2025, 3, 1)),
        ("How often was the harbour dredged in 2022?", ["It was dredged."], date(2022, 3, 1)),
        ("How often was the harbour dredged in 2022?", ["It was dredged each year since 2018."], date(2025, 3, 1)),
        ("How often was the harbour dredged in 2022?", ["It was dredged."], None),
        ("How often was the harbour dredged?", ["It was dredged in 2024."], None),
        ("How often was it dredged between 2002 and 2022?", ["It was dredged in 2024."], None),
    ],
)
def test_a_quote_that_can_be_of_the_year(question: str, texts: list[str], published: date | None) -> None:
    assert not of_another_year(question, texts, published)
