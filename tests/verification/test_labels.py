import pytest

from assistant.verification.labels import mislabelled

WORKS = "The mill makes pewter plates."


@pytest.mark.parametrize(
    ("statement", "quotes"),
    [
        ("Casting and Polishing makes pewter plates.", ["Casting and Polishing", WORKS]),
        ("According to Brant Works, the mill makes plates.", [WORKS, "The Brant Works"]),
    ],
)
def test_a_bare_name_is_not_told_of_what_another_quote_says(statement: str, quotes: list[str]) -> None:
    assert mislabelled(statement, quotes)


@pytest.mark.parametrize(
    ("statement", "quotes"),
    [
        ("One of its three shops is Casting and Polishing.", ["The mill has three shops:", "Casting and Polishing"]),
        ("The mill makes pewter plates.", [WORKS, "Casting and Polishing"]),
        ("The mill of Brant makes pewter plates.", ["The mill of Brant makes plates.", "Brant"]),
        ("Its shops are Casting and Polishing.", ["Casting", "Polishing"]),
        ("The mill makes plates and casts tin.", [WORKS, "casting of tin"]),
        ("The mill makes plates, and it casts tin.", [WORKS, "It Casts Tin."]),
        ("Pewter plates are made of tin.", [WORKS, "Pewter | Tin"]),
        ("The mill makes plates.", []),
    ],
)
def test_what_a_name_is_an_item_or_a_part_of_is(statement: str, quotes: list[str]) -> None:
    assert not mislabelled(statement, quotes)
