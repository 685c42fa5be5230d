"""Tests of `assistant.verification.names`."""

import time

import pytest
from hypothesis import given

from assistant.verification.names import missing_names
from tests.verification.texts import prose

FOUND = [
    ("Varga hosted the fair.", "Varga Group hosted the fair."),
    ("Varga Group hosted the fair.", "Varga hosted the fair."),
    ("The fair drew Ms. Okafor.", "Grace Okafor came to the fair."),
    ("Chilean growers came.", "Growers from Chile came."),
    ("American and UK growers came.", "Growers from the United States and Britain came."),
    ("EU growers came.", "Growers from the European Union came."),
    ("Western growers came.", "Growers from the West came."),
    ("Struggling growers came.", "Weak growers came."),
    ("Underpaid growers came.", "Poor growers came."),
    ("The NBH lent money.", "The National Bank of Harvests lent money."),
    ("The NBH (National Bank of Harvests) lent money.", "The National Bank of Harvests lent money."),
    ("The HaBa lent money.", "The Harvest Bank lent money."),
    ("COPs spread.", "Citizen-owned ponds spread."),
    ("AI helps.", "Artificial intelligence helps."),
    ("The Ministry of Fish agreed.", "The Fish Ministry agreed."),
    ("The Department of Ponds and Weirs agreed.", "The department of ponds and weirs agreed."),
    ("Varga's Grace Okafor agreed.", "Grace Okafor of Varga agreed."),
    ("The Peru-Chile pact holds.", "The pact of Chile and Peru holds."),
    ("The Café Zoë burned.", "The cafe Zoe burned."),
    ("The Harbour Centre burned.", "The harbor center burned."),
    ("Fish Ponds matter.", "Fish ponds matter."),
    ("On Monday in May the fair opened.", "The fair opened."),
    ("The 北京 fair opened.", "The 北京 fair opened."),
    ("See https://varga.example/fair.", "More is at https://varga.example/fair."),
    ("Okafor thanked Varga.", "Varga was thanked by Okafor."),
]
MISSING = [
    ("Varga hosted the fair.", "Lindt Group hosted the fair."),
    ("The fair drew Okafor.", "The fair drew many."),
    ("Grace Obi came.", "Grace Okafor met Joe Obi."),
    ("Chilean growers came.", "Growers from Peru came."),
    ("US growers came.", "Growers like us came."),
    ("The IT fair opened.", "It was a fair."),
    ("The NBF lent money.", "The National Bank of Harvests lent money."),
    ("The National Bank of Harvests lent money.", "The NBH lent money."),
    ("The Ministry of Fish agreed.", "The Ministry of Ponds agreed."),
    ("In Lima, growers met.", "In Peru growers met."),
    ("Toyota hosted the fair.", "Varga hosted the fair."),
    ("Varga hosted Okafor.", "Okafor hosted Varga."),
    ("The fair was led by Varga of Peru.", "The fair was led by Lindt of Peru."),
    ("The 北京 fair opened.", "The fair opened."),
    ("See https://lindt.example/fair.", "More is at https://varga.example/fair."),
    ("Write to fair@varga.example.", "Write to the fair."),
    ("Call +44 20 7946 0018.", "Call the fair."),
    ("See [the fair](http://a.example).", "See the fair."),
    ("See <b>the fair</b>.", "See the fair."),
    ("See varga-fair.example.", "See the fair."),
]


@pytest.mark.parametrize(("statement", "quote"), FOUND)
def test_finds_names_however_they_are_written(statement: str, quote: str) -> None:
    assert missing_names(statement, [quote]) == ()


@pytest.mark.parametrize(("statement", "quote"), MISSING)
def test_misses_names_that_are_changed_or_added(statement: str, quote: str) -> None:
    assert missing_names(statement, [quote])


def test_names_what_is_missing_as_written() -> None:
    found = missing_names("Then Varga's Joe Obi and the FAO met.", ["Then Varga met them."])
    assert found == ("Joe Obi", "FAO")


def test_context_tells_names_and_abbreviations() -> None:
    context = ["The National Bank of Harvests (NBH)", "Varga Daily"]
    assert (
        missing_names("The National Bank of Harvests lent money, says Varga Daily.", ["The NBH lent money."], context)
        == ()
    )


def test_links_are_not_taken_from_the_context() -> None:
    assert missing_names("See www.varga.example.", ["See there."], ["www.varga.example"]) == ("www.varga.example",)


@pytest.mark.parametrize(
    ("statement", "quote", "missing"),
    [
        ("Halvard Lines of Bergen sails.", "Halvard Lines, a ferry line based in Bergen, sails.", 0),
        ("Welsh towns have bells.", "Towns in Wales have bells.", 0),
        ("Tove Mills of Aarhus grinds rye.", "At its mill near Aarhus, Tove Mills grinds rye.", 0),
        ("Halvard Lines of Oslo sails.", "Halvard Lines, a ferry line based in Bergen, sails.", 1),
        ("The Bank of Varga lends.", "The Bank lends to villages in Varga.", 1),
        ("Scottish towns have bells.", "Towns in Wales have bells.", 1),
    ],
)
def test_a_firm_is_of_the_place_that_it_is_in(statement: str, quote: str, missing: int) -> None:
    assert len(missing_names(statement, [quote])) == missing


def test_names_may_be_listed_in_any_order() -> None:
    quote = "Varga, Lindt and Okafor came to the fair with Peru and Chile."
    assert missing_names("Okafor, Varga and Lindt came to the fair with Chile and Peru.", [quote]) == ()


@given(prose(), prose())
def test_a_text_holds_its_own_names(text: str, other: str) -> None:
    assert missing_names(text, [other, text], [other]) == ()


@pytest.mark.parametrize(
    "piece", ["A ", "A", "U.S. ", "of the A ", "China ", "a@", "<a ", "[", "北", "United States of "]
)
def test_long_texts_take_no_long_time(piece: str) -> None:
    text = (piece * 4000)[:4000]
    start = time.perf_counter()
    missing_names(text, [text], [text])
    assert time.perf_counter() - start < 20
