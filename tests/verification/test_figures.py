"""Tests of `assistant.verification.figures`."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.verification.figures import missing_figures
from tests.verification.texts import prose

PRICES = ("Metal | Price (US$/kg) | Share (%)",)
YIELDS = ("Farm | Barley (thousand tonnes) | Staff",)

STATED = [
    ("The mill made 300,000 tonnes.", "Output of the mill was 300 kt."),
    ("The mill made 300 thousand metric tons.", "Output of the mill was 300\u202f000 t."),
    ("The mill made 300,000 tons.", "Output of the mill was 300,000 metric tons."),
    ("The tower cost $1.2 billion.", "The tower cost US$1.2bn."),
    ("The tower cost USD 1.2 billion.", "The tower cost 1,200 million dollars."),
    ("Rents rose 10%.", "Rents rose by 10 per cent."),
    ("Rents rose between 2 and 3 percent.", "Rents rose 2–3 %."),
    ("Rents rose to 20 pounds.", "Rents rose from 10 to 20 pounds."),
    ("Rents rose from 10 to 20 pounds.", "Rents rose to £20 from £10."),
    ("Up to 20 guests came.", "Some 10-20 guests came."),
    ("About 40 boats sank.", "40 boats sank."),
    ("40 boats sank.", "Nearly 40 boats sank."),
    ("Over three years the lake shrank.", "The lake shrank in three years."),
    ("Five boats sank.", "5 boats sank."),
    ("Half of the boats sank.", "50 percent of the boats sank."),
    ("The lease runs for two years.", "The lease runs for 24 months."),
    ("Both the two boats sank.", "Both boats sank."),
    ("One boat sank.", "A small boat sank."),
    ("One of the boats sank.", "The boat sank with others."),
    ("One boat, the Anna, sank.", "Boats sank, among them the Anna."),
    ("The lake in Peru is old, the one in Bolivia new.", "The lake in Bolivia is new and the lake in Peru old."),
    ("It cost just under 60 pounds.", "It cost nearly 60 pounds."),
    ("It cost just under 60 pounds.", "It cost less than 60 pounds."),
    ("They hold permits under 10 U.S.C. 4872.", "They hold permits pursuant to 10 U.S.C. 4872."),
    ("First of all, the boat sank.", "The boat sank."),
    ("The fifth rule is old.", "Rule 5 is old."),
    ("Under Sec. 12 the boat is a house.", "Section 12 calls the boat a house."),
    ("The F35 is loud.", "The F-35 is loud."),
    ("The two countries share a lake.", "Peru and Bolivia share a lake."),
    ("The plant makes 300 tonnes per year.", "The plant has an annual capacity of 300 tonnes."),
    ("The plant makes 300 tonnes.", "The plant makes 300 tonnes a year."),
    ("Output doubled.", "There was a twofold rise of output."),
    ("The barrel holds 10, 20 or 30 litres.", "The barrel holds 10 litres, 20 litres or 30 litres."),
    ("Some 2,000 people came.", "Some 2000 people came."),
    ("The fall was 5 percent, so output declined.", "Output changed by -5%."),
    ("The permit is due no later than six months before the fair.", "The permit is due at least six months before it."),
]
MISSING = [
    ("The mill made 300,000 tonnes.", "Output of the mill was 30,000 tonnes."),
    ("The mill made 300,000 tonnes.", "Output of the mill was 300,000 tons."),
    ("The mill made 300,000 kilograms.", "Output of the mill was 300,000 tonnes."),
    ("The tower cost $5 million.", "The tower cost A$5 million."),
    ("The tower cost 5 million euros.", "The tower cost $5 million."),
    ("Rents rose 10 percent.", "Rents rose 10 percentage points."),
    ("Rents rose 2 percent.", "Rents rose 2-3 percent."),
    ("Rents went from 20 to 10 pounds.", "Rents went from 10 to 20 pounds."),
    ("More than 40 boats sank.", "Up to 40 boats sank."),
    ("Over 40 boats sank.", "40 boats sank."),
    ("At least 40 boats sank.", "More than 40 boats sank."),
    ("Three boats sank.", "The Anna, the Berta and the Clara sank."),
    ("One boat sank.", "Two boats sank."),
    ("It cost just under 60 pounds.", "It cost more than 60 pounds."),
    ("They hold permits under 10 U.S.C. 4827.", "They hold permits pursuant to 10 U.S.C. 4872."),
    ("The lake has one island.", "The lake has trout."),
    ("A third of the boats sank.", "A quarter of the boats sank."),
    ("The second boat sank.", "The third boat sank."),
    ("Thousands of boats sank.", "Hundreds of boats sank."),
    ("Under Section 12 the boat is a house.", "Section 21 calls the boat a house."),
    ("The F-16 is loud.", "The F-35 is loud."),
    ("The salt is Na2O.", "The salt is K2O."),
    ("Output tripled.", "Output doubled."),
    ("Output rose 5 percent.", "Output changed by -5%."),
    ("The price is 35 dollars.", "The price is 35 dollars per kilogram."),
    ("The plant makes 300 tonnes per year.", "The plant made 300 tonnes."),
    ("The three countries share a lake.", "Peru and Bolivia share a lake."),
    (
        "The mill made 7 tonnes of rye and used 9 tonnes of coal.",
        "The mill made 9 tonnes of rye and used 7 tonnes of coal.",
    ),
]


@pytest.mark.parametrize(("statement", "quote"), STATED)
def test_finds_figures_however_they_are_written(statement: str, quote: str) -> None:
    assert missing_figures(statement, [quote]) == ()


@pytest.mark.parametrize(("statement", "quote"), MISSING)
def test_misses_figures_that_are_changed_or_added(statement: str, quote: str) -> None:
    assert missing_figures(statement, [quote])


def test_names_what_is_missing_as_written() -> None:
    assert missing_figures("More than $2 bn went to 3 farms.", ["$1 bn went to 3 farms."]) == ("More than $2 bn",)


@pytest.mark.parametrize(
    ("statement", "quote", "context", "stated"),
    [
        ("Tin costs $230 per kilogram.", "Tin | 230 | 5", PRICES, True),
        ("Tin costs 230 percent.", "Tin | 230 | 5", PRICES, False),
        ("The share of tin is 5%.", "Tin | 230 | 5", PRICES, True),
        ("Tin costs $230 million.", "Tin | 230 | 5", PRICES, False),
        ("Hill Farm made 12,000 tonnes.", "Hill Farm | 12 | 4", YIELDS, True),
        ("Hill Farm made 12 tonnes.", "Hill Farm | 12 | 4", YIELDS, False),
        ("Hill Farm has a staff of 4.", "Hill Farm | 12 | 4", YIELDS, True),
        ("Sales came to 7 tonnes.", "Sales (tonnes) | 7 | 8", ("Item", "2023", "2024"), True),
        ("The five rules are old.", "The rules are old.", ("The five rules of the guild",), True),
        ("The five boats are old.", "The boats are old.", ("The five rules of the guild",), False),
        ("Order 66 is old.", "The order is old.", ("On Order 66",), True),
    ],
)
def test_context_tells_units_and_headings(statement: str, quote: str, context: tuple[str, ...], stated: bool) -> None:
    assert (missing_figures(statement, [quote], context) == ()) is stated


_WAYS = ("{0:,} tonnes", "{0} t", "{0:,} metric tons", "{0} metric tonnes", "{0:,}-tonne")
_MONEY = ("${0} billion", "US${0}bn", "USD {0} billion", "{0} billion dollars", "{0},000 million US dollars", "$ {0}bn")


@pytest.mark.parametrize(
    ("statement", "quote", "missing"),
    [
        ("Plant 50 oaks or more.", "Plant at least 50 oaks.", 0),
        ("Wait ten minutes or longer.", "Wait for at least ten minutes.", 0),
        (
            "The tub holds as much as 90 litres, the jug 4 at most.",
            "The jug holds up to 4 litres; the tub up to 90.",
            0,
        ),
        ("The rate rose to 9 percent from 7.", "The rate was lifted from 7 % to 9 %.", 0),
        ("It closed one year later.", "It closed a year later.", 0),
        ("She stays four more years.", "She stays another four years.", 0),
        ("Plant 50 oaks or fewer.", "Plant at least 50 oaks.", 1),
        ("Wait ten minutes or more.", "Wait ten minutes.", 1),
        ("It closed one year later.", "It closed a month later.", 1),
        ("It closed two years later.", "It closed a year later.", 1),
        ("She stays four more weeks.", "She stays another four years.", 1),
        ("The tub holds 90 litres.", "The jug holds 4 litres and 90 spoons.", 1),
    ],
)
def test_bounds_and_measures_may_be_told_in_other_words(statement: str, quote: str, missing: int) -> None:
    assert len(missing_figures(statement, [quote])) == missing


@given(st.integers(2, 900_000), st.sampled_from(_WAYS), st.sampled_from(_WAYS), st.integers(1, 9))
def test_weights_agree_in_all_forms(number: int, one: str, other: str, change: int) -> None:
    quote = f"They moved {other.format(number)} of it."
    assert missing_figures(f"It was {one.format(number)}.", [quote]) == ()
    assert missing_figures(f"It was {one.format(number + change)}.", [quote]) != ()


@given(st.integers(2, 900), st.sampled_from(_MONEY), st.sampled_from(_MONEY), st.integers(1, 9))
def test_amounts_of_money_agree_in_all_forms(number: int, one: str, other: str, change: int) -> None:
    quote = f"They paid {other.format(number)} for it."
    assert missing_figures(f"It cost {one.format(number)}.", [quote]) == ()
    assert missing_figures(f"It cost {one.format(number + change)}.", [quote]) != ()


@given(prose(), prose())
def test_a_text_holds_its_own_figures(text: str, other: str) -> None:
    assert missing_figures(text, [other, text]) == ()


@pytest.mark.parametrize(
    "piece", ["1 ", "1,", "1.", "a-", "$1 ", "one ", "one hundred and ", "A1", "1 to ", "|", "  ", "10^"]
)
def test_long_texts_take_no_long_time(piece: str) -> None:
    text = (piece * 4000)[:4000]
    start = time.perf_counter()
    missing_figures(text, [text], [text])
    assert time.perf_counter() - start < 20
