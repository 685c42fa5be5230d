"""Tests of `assistant.catalog.resemblance`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.catalog.resemblance import NEAR_COPY, differ, particulars, resemblance, shingles

BODY = (
    "The barges on the upper river carry grain and ore in every month but January, when the ice is thick. They are "
    "drawn by small engines, and at each lock the keeper writes their weight into a book."
)
INDEPENDENT = (
    "Grain and ore go by barge on the upper river all year round except in January because of ice. Lock keepers keep a "
    "book of the weights, and little engines pull the boats."
)


def alike(one: str, other: str) -> float:
    return resemblance(shingles(one), shingles(other))


def test_a_text_with_a_few_words_changed_is_a_near_copy() -> None:
    changed = BODY.replace("small engines", "little engines").replace("thick", "strong")
    assert NEAR_COPY <= alike(BODY, changed) < 1


def test_the_same_said_in_other_words_is_no_near_copy() -> None:
    assert alike(BODY, INDEPENDENT) < 0.3


def test_case_accents_and_punctuation_do_not_matter() -> None:
    assert alike("The café's grain, and ORE!", "the cafe s grain and ore") == 1.0


@given(st.text(max_size=80), st.text(max_size=80))
def test_resemblance_is_a_share_the_same_both_ways(one: str, other: str) -> None:
    assert 0.0 <= alike(one, other) == alike(other, one) <= 1.0
    assert alike(one, one) == 1.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It has 24 episodes.", "It has 23 episodes."),
        ("It has two parts.", "It has three parts."),
        ("The bomb was named Big Man.", "The bomb was named Little Boy."),
        ("The mine is open.", "The mine is not open."),
        ("Prices rose in May 2024.", "Prices rose in May 2025."),
    ],
)
def test_a_figure_a_name_or_a_denial_makes_a_difference(one: str, other: str) -> None:
    assert differ(one, other)
    assert differ(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It has 24 long episodes.", "It has 24 short episodes."),
        ("THE BOMB WAS NAMED BIG MAN.", "The bomb was named Big Man."),
        ("Boats carry grain.", "Barges carry ore."),
    ],
)
def test_other_words_make_none(one: str, other: str) -> None:
    assert not differ(one, other)


def test_particulars_are_figures_names_and_denials() -> None:
    told = particulars("In 2024 the mine at Mountain Pass did not send three trains.")
    assert told == {"2024", "mountain", "pass", "not", "three"}
