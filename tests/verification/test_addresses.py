"""Tests of `assistant.verification.addresses`."""

import pytest

from assistant.verification.addresses import address, addresses


@pytest.mark.parametrize(
    "text",
    [
        "https://a.example/b?c=d",
        "www.a.example",
        "ponds.org/fish",
        "heron-ponds.example",
        "a.b@c.example",
        "+44 20 7946 0018",
        "(202) 555-0100",
        "[ponds](http://a.example)",
        "![ponds](a.png)",
        "<a href='b'>",
        "javascript://x",
    ],
)
def test_finds_addresses(text: str) -> None:
    assert [address(one) for one in addresses(f"See {text}, please.")] == [text]


@pytest.mark.parametrize(
    "text", ["It cost 5.2 million.", "The U.S. and e.g. Peru", "a < b > c", "2024-05-27", "1 200 000 000", "[a] (b)"]
)
def test_prose_has_none(text: str) -> None:
    assert addresses(text) == []
