"""Tests of `assistant.verification.clauses`."""

import pytest

from assistant.verification.clauses import clauses, undone


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("The board did not approve the pier.", ["approve", "pier"]),
        ("The mill failed to sell wool.", ["sell", "wool"]),
        ("No village signed.", ["village", "signed"]),
        ("They chose trams rather than buses.", ["buses"]),
        ("Bread was rationed, while milk was not.", ["milk"]),
        ("Neither the mill, which is old, nor the pond leaks.", ["mill", "old", "pond", "leaks"]),
        ("It is a non-binding treaty.", ["binding"]),
        ("It didn't fail to pay.", []),
        ("Not only the pier but also the market burned.", []),
        ("No fewer than forty boats sank.", []),
        ("See rule No. 5 on boats.", []),
    ],
)
def test_tells_what_is_denied(text: str, denied: list[str]) -> None:
    assert [one.low for one in clauses(text).terms if one.denied] == denied


def test_parts_clauses() -> None:
    found = [[one.low for one in some] for some in clauses("Rye fell, but oats rose (prices held).").by_clause()]
    assert found == [["rye", "fell"], ["oats", "rose"], ["prices", "held"]]


def test_beginnings_undo_words() -> None:
    (one,) = clauses("unsafe").terms
    assert undone(one, frozenset(("safe",))) == "safe"
    assert undone(one, frozenset(("danger",))) is None
