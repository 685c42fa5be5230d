"""Tests of `assistant.answering.json_scanner`."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.json_scanner import JsonScanner

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
_ITEMS = st.lists(st.dictionaries(st.text(), _VALUES, max_size=3) | st.text(), max_size=5)


def scan(text: str) -> tuple[list[str], JsonScanner]:
    """Give `text` up to its end as JSON; return what is found, and the scanner."""
    scanner = JsonScanner()
    found = []
    for char in text:
        if (item := scanner.give(char)) is not None:
            found.append(item)
        if scanner.ended or scanner.broken:
            break
    return found, scanner


@given(_ITEMS, st.dictionaries(st.text().filter(lambda key: key != "statements"), _VALUES), st.sampled_from([None, 1]))
def test_the_items_of_the_list_whatever_else_there_is(
    items: list[object], others: dict[str, object], indent: int | None
) -> None:
    found, scanner = scan(json.dumps({**others, "statements": items, "more": 1}, indent=indent))
    assert [json.loads(item) for item in found] == items
    assert scanner.listed
    assert scanner.ended
    assert not scanner.broken
    assert scanner.items == len(items)


@given(st.lists(st.dictionaries(st.text(), _VALUES, max_size=3), min_size=1, max_size=5))
def test_a_list_alone(items: list[object]) -> None:
    found, scanner = scan(json.dumps(items))
    assert [json.loads(item) for item in found] == items
    assert scanner.ended


@given(st.dictionaries(st.text().filter(lambda key: key != "statements"), _VALUES))
def test_an_object_without_the_list_is_given_whole(value: dict[str, object]) -> None:
    found, scanner = scan(json.dumps(value))
    assert [json.loads(item) for item in found] == [value]
    assert (scanner.listed, scanner.ended, scanner.broken) == (False, True, False)


@pytest.mark.parametrize(
    "text", ["[1", "[[", "[]", '["', "{a", '{"a" b', '{"a",', '{"a": 1 "', "{]", '{"a": [}', "x", '"', "{:", "{,"]
)
def test_what_is_no_json_is_known_at_once(text: str) -> None:
    found, scanner = scan(text)
    assert scanner.broken
    assert not scanner.listed
    assert not found
    assert "".join(scanner.text) == text
