"""Wording: a statement in the words of its source, where rules know that both mean the same."""

from collections.abc import Iterator

from assistant.verification.abbreviations import abbreviated
from assistant.verification.comparators import agree
from assistant.verification.countries import named_country
from assistant.verification.expressions import date_expressions
from assistant.verification.folding import fold
from assistant.verification.quantities import figures
from assistant.verification.tokens import Token, tokens
from assistant.verification.units import same

Edit = tuple[int, int, str]


def in_words_of(statement: str, source: str) -> str:
    """Return `statement` with its figures, dates, abbreviations and countries written as `source` writes them.

    Only what the source tells in other characters is rewritten: "half a million" is "500,000" there, "May 27" is "27
    May", "CRS" is "Congressional Research Service". A figure or date that the source does not have stays as it is.
    """
    if len(fold(statement)) != len(statement) or len(fold(source)) != len(source):
        return statement  # offsets count in folded texts
    taken: list[Edit] = []
    for edit in (*_dates(statement, source), *_figures(statement, source), *_names(statement, source)):
        if not any(edit[0] < end and start < edit[1] for start, end, _ in taken):
            taken.append(edit)
    for start, end, new in sorted(taken, reverse=True):
        statement = statement[:start] + new + statement[end:]
    return statement


def _dates(statement: str, source: str) -> Iterator[Edit]:
    told = date_expressions(source)
    for one in date_expressions(statement):
        fields = [getattr(one, name) for name in _FIELDS]
        alike = [other.text for other in told if [getattr(other, name) for name in _FIELDS] == fields]
        if alike and one.text not in alike and one.end > one.start:
            yield one.start, one.end, alike[0]


_FIELDS = ("year", "month", "day", "part", "decade", "century", "weekday", "fiscal", "edge")


def _figures(statement: str, source: str) -> Iterator[Edit]:
    told = [one for one in figures(source) if one.value is not None and one.upper is None]
    for one in figures(statement):
        if one.value is None or one.upper is not None:
            continue
        alike = [
            other.text
            for other in told
            if other.value is not None
            and same(one.value, one.unit, other.value, other.unit)
            and agree(one.comparator, other.comparator)
        ]
        if alike and one.text not in alike:
            yield one.start, one.end, alike[0]


def _names(statement: str, source: str) -> Iterator[Edit]:
    mine, theirs = tokens(statement), tokens(source)
    here, there = {one.key for one in mine}, {one.key for one in theirs}
    for one in mine:
        if one.acronym and one.key not in there and (found := abbreviated(one, theirs)) is not None:
            yield one.start, one.end, source[theirs[found[0]].start : _bare_end(theirs[found[-1]])] + _ending(one)
    for one in theirs:
        if one.acronym and one.key not in here and (found := abbreviated(one, mine)) is not None:
            last = mine[found[-1]]
            yield mine[found[0]].start, last.end, source[one.start : _bare_end(one)] + _ending(last)
    yield from _countries(statement, source)


def _countries(statement: str, source: str) -> Iterator[Edit]:
    """Yield countries told by letters in one text and by their name in the other: "US", "United States"."""
    told = list(_named(source))
    for name, first, last in _named(statement):
        written = [(start.start, _bare_end(end), start.acronym) for other, start, end in told if other == name]
        forms = {source[start:end] for start, end, _ in written}
        if statement[first.start : _bare_end(last)] in forms:
            continue
        other = next((one for one in written if one[2] != first.acronym), None)
        if other is not None:
            yield first.start, last.end, source[other[0] : other[1]] + _ending(last)


def _named(text: str) -> Iterator[tuple[str, Token, Token]]:
    """Yield the countries that a text names, each with the first and last of its words."""
    found = tokens(text)
    keys = [one.key for one in found]
    for at in range(len(found)):
        if country := named_country(found, keys, at):
            yield country[0], found[at], found[at + country[1] - 1]


def _bare_end(token: Token) -> int:
    return token.end - len(_ending(token)) if token.possessive else token.end


def _ending(token: Token) -> str:
    """Return the possessive ending that is a part of the word."""
    return token.text[-2:] if token.possessive and token.text[-2:].lower() in ("'s", "’s") else ""
