"""Exchanges: a name or figure of a statement that stands where the quote has another one."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from assistant.verification.folding import fold, plain

_WORD = re.compile(r"[^\W_]+(?:['.&-][^\W_]+)*|[,;:|()]")
# Beside these the order of what is listed is free.
_LISTING = frozenset(", ; : | ( ) and or to between".split())
_ARTICLES = frozenset(("the", "a", "an"))
_LONGEST = 400
_LEAST = 2


@dataclass(frozen=True)
class Item:
    """A name or figure at `start` to `end` of a text; two that mean the same have the same `key`."""

    start: int
    end: int
    key: str


@dataclass(frozen=True)
class _Word:
    key: str
    item: Item | None = None


def exchanged(
    statement: str,
    quotes: Sequence[str],
    items: Callable[[str], Sequence[Item]],
    alike: Callable[[str, str], bool],
) -> list[Item]:
    """Return the items of `statement` that stand, between the same words, where a quote has another item.

    Only a statement that is close to its quote in wording is judged so, and items of a list are passed over, since a
    list may be told in any order.

    Args:
        statement: the text to check.
        quotes: what it cites.
        items: finds the names or the figures of a text.
        alike: tells whether two keys may mean the same.
    """
    mine = _words(statement, items(statement))
    if not any(one.item for one in mine):
        return []
    found: list[Item] = []
    kept: set[Item] = set()
    for quote in quotes:
        theirs = _words(quote, items(quote))
        for kind, start, end, other, other_end in _aligned([one.key for one in mine], [one.key for one in theirs]):
            if kind == "equal":
                kept |= {one.item for one in mine[start:end] if one.item and end - start > 1}
            elif kind == "replace" and end - start == other_end - other == 1:
                found += _replaced(mine, theirs, start, other, alike)
        found += _swapped(mine, theirs, alike)
    # What another quote tells in the same words is no exchange.
    return [one for one in dict.fromkeys(found) if one not in kept]


def _aligned(mine: Sequence[str], theirs: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes()


def _replaced(
    mine: Sequence[_Word],
    theirs: Sequence[_Word],
    at: int,
    other: int,
    alike: Callable[[str, str], bool],
    least: int = _LEAST,
) -> list[Item]:
    one, two = mine[at].item, theirs[other].item
    differ = one is not None and two is not None and not alike(one.key, two.key)
    return [one] if one and differ and _beside(mine, theirs, at, other, least) else []


def _swapped(mine: Sequence[_Word], theirs: Sequence[_Word], alike: Callable[[str, str], bool]) -> list[Item]:
    """Return the items that changed places: both texts hold both, each in the other's place between the same words."""
    frames = [["" if one.item else one.key for one in some] for some in (mine, theirs)]
    pairs = [
        (at, at - start + other)
        for kind, start, end, other, _ in _aligned(*frames)
        if kind == "equal"
        for at in range(start, end)
        if mine[at].key != theirs[at - start + other].key
    ]
    turned = {(mine[at].key, theirs[other].key) for at, other in pairs}
    pairs = [(at, other) for at, other in pairs if (theirs[other].key, mine[at].key) in turned]
    return [one for at, other in pairs for one in _replaced(mine, theirs, at, other, alike, 1)]


def _words(text: str, items: Sequence[Item]) -> list[_Word]:
    folded = fold(text)
    out: list[_Word] = []
    at = 0
    for item in sorted(items, key=lambda one: one.start):
        if item.start >= at:
            out += [_Word(plain(match.group())) for match in _WORD.finditer(folded, at, item.start)]
            out.append(_Word(item.key, item))
            at = item.end
    out += [_Word(plain(match.group())) for match in _WORD.finditer(folded, at)]
    return [word for word in out if word.item or word.key not in _ARTICLES][:_LONGEST]


def _beside(mine: Sequence[_Word], theirs: Sequence[_Word], at: int, other: int, least: int) -> bool:
    """Tell whether `least` words or more before and behind are the same, and the item is none of a list."""
    before, behind = 0, 0
    while before < min(at, other) and mine[at - 1 - before].key == theirs[other - 1 - before].key:
        before += 1
    most = min(len(mine) - at, len(theirs) - other) - 1
    while behind < most and mine[at + 1 + behind].key == theirs[other + 1 + behind].key:
        behind += 1
    first, last = at == 0 and other == 0, at + 1 == len(mine) and other + 1 == len(theirs)
    if _listed(mine, at) or _listed(theirs, other) or not (before or first) or not (behind or last):
        return False
    return before + behind >= least + (least > 1 and (first or last))


def _listed(words: Sequence[_Word], at: int) -> bool:
    """Tell whether the item at `at` is one of a list: a comma or an "and" parts it from another item."""
    return any(
        0 <= at + 2 * step < len(words) and words[at + step].key in _LISTING and words[at + 2 * step].item is not None
        for step in (-1, 1)
    )
