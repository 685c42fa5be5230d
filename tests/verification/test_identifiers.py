"""Tests of `assistant.verification.identifiers`."""

import pytest

from assistant.verification.identifiers import Identifier, identifiers, states


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("under Section 232", "section", "232"),
        ("under Sec. 232(b)", "section", "232(b)"),
        ("under §232", "section", "232"),
        ("Executive Order 14017", "executive order", "14017"),
        ("Announcement No. 18", "announcement", "18"),
        ("on page 5", "page", "5"),
        ("the F-35", "", "f35"),
        ("some CO2", "", "co2"),
    ],
)
def test_reads_designations(text: str, kind: str, number: str) -> None:
    (one,) = identifiers(text)
    assert (one.kind, one.number) == (kind, number)


@pytest.mark.parametrize(
    "text", ["order 300 tonnes", "Order 5 million", "300kt", "a 10-year plan", "RMB5bn", "top-10", "2-3%"]
)
def test_amounts_are_none(text: str) -> None:
    assert list(identifiers(text)) == []


def _one(kind: str, number: str) -> Identifier:
    return Identifier(0, 0, kind, number)


def test_a_number_alone_may_leave_out_its_kind() -> None:
    assert states([_one("announcement", "18")], [], _one("no", "18"))
    assert not states([_one("announcement", "18")], [], _one("section", "18"))


def test_hyphens_do_not_matter() -> None:
    assert states([], ["the F 35 jet"], _one("", "f35"))
    assert not states([], ["the F 355 jet"], _one("", "f35"))
