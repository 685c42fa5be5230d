"""Tests of `assistant.verification.cells`."""

import pytest

from assistant.verification.cells import misplaced_cells
from assistant.verification.columns import heads_of

MILLS = ["Mills on the Aare", "Mill | Grinds | Owner"]
ROWS = ["Red Mill | rye and barley | the town of Thun", "Old Weir | wheat | two sisters"]
PACTS = ["Two pacts on tenders", "Point | Malaysia | Thailand"]
NOTICE = "Early notice | no clause | a month before others"


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("The Red Mill grinds rye and barley.", False),
        ("The Red Mill grinds wheat.", True),
        ("Two sisters own the Old Weir, and the Red Mill grinds rye.", False),
        ("The Old Weir belongs to the town of Thun.", True),
        ("Wheat is ground there.", False),
        ("The Red Mill stands on the Aare.", False),
    ],
)
def test_a_row_says_nothing_of_what_another_names(statement: str, found: bool) -> None:
    assert misplaced_cells(statement, ROWS, MILLS) is found


@pytest.mark.parametrize(
    ("statement", "quote", "found"),
    [
        ("The pact with Malaysia has no clause on early notice.", NOTICE, False),
        ("The pact with Thailand has no clause on early notice.", NOTICE, True),
        ("Notice is given a month before others, says the pact with Malaysia.", NOTICE, True),
        ("The pact with Thailand has no clause, that with Malaysia a month.", NOTICE, True),
        ("The pact with Malaysia has no clause, that with Thailand a month before others.", NOTICE, False),
        ("Thailand has no clause.", "Early notice | no clause | none", False),
        ("Early notice has no clause.", NOTICE, False),
    ],
)
def test_a_column_says_nothing_of_what_another_names(statement: str, quote: str, found: bool) -> None:
    assert misplaced_cells(statement, [quote], PACTS) is found


def test_another_sentence_does_not_hide_it() -> None:
    assert misplaced_cells("Thailand has no clause.", [NOTICE, "A later clause of Thailand is on ports."], PACTS)


def test_a_row_lends_its_name_to_no_sentence() -> None:
    prose = "Whole grain is bought by bakers in Bern."
    assert misplaced_cells("Bakers in Bern buy whole grain of the Red Mill.", [ROWS[0], prose], MILLS)
    assert not misplaced_cells("Bakers in Bern buy the rye of the Red Mill.", [ROWS[0], prose], MILLS)
    assert not misplaced_cells("Bakers in Bern buy whole grain.", [ROWS[0], prose], MILLS)
    assert not misplaced_cells("Bakers buy at the Red Mill.", [ROWS[0], "Bakers buy at the Red Mill."], MILLS)


def test_columns_that_are_no_names_are_not_told_apart() -> None:
    heads = ["Mill | grain ground | owner since 1900"]
    assert not misplaced_cells("The grain ground belongs to two sisters.", ["Old Weir | wheat | two sisters"], heads)


def test_rows_without_heads_are_not_compared() -> None:
    assert not misplaced_cells("The Red Mill grinds wheat.", ROWS, ["Mills on the Aare"])
    assert not misplaced_cells("The Red Mill grinds wheat.", [], MILLS)


def test_heads_are_those_of_the_only_row_with_as_many_cells() -> None:
    assert heads_of(ROWS[0], MILLS) == ["Mill", "Grinds", "Owner"]
    assert heads_of(ROWS[0], [*MILLS, *MILLS]) == ["Mill", "Grinds", "Owner"]
    assert heads_of(ROWS[0], [*MILLS, "Point | Malaysia | Thailand"]) == []
    assert heads_of("no row", MILLS) == []
