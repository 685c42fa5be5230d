"""Tests of `assistant.verification.exchanges`."""

import re

from assistant.verification.exchanges import Item, exchanged


def _items(text: str) -> list[Item]:
    return [Item(*match.span(), match.group()) for match in re.finditer(r"\b[A-Z]{2,}\b", text)]


def _found(statement: str, *quotes: str) -> list[str]:
    return [one.key for one in exchanged(statement, quotes, _items, str.__eq__)]


def test_tells_what_stands_in_the_place_of_another() -> None:
    assert _found("a letter of AB to the guild", "a letter of CD to the guild") == ["AB"]


def test_tells_what_changed_places() -> None:
    assert _found("then AB paid CD", "then CD paid AB") == ["AB", "CD"]


def test_other_words_and_lists_prove_nothing() -> None:
    assert _found("AB wrote it all down", "there was once a letter of CD") == []
    assert _found("it was made by AB, CD and EF together", "it was made by EF, AB and CD together") == []


def test_another_quote_may_tell_it() -> None:
    assert _found("a letter of AB to the guild", "a letter of CD to the guild", "a letter of AB to them") == []
