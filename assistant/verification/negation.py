"""Negation: whether a statement denies what its quotes say, or says what they deny."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.catalog.lexical import stem
from assistant.verification.clauses import Clauses, Denial, Term, clauses, undone
from assistant.verification.lemmas import lemma
from assistant.verification.opposites import Side, sides

_BESIDE = 3
_FEW = 2
# Words that deny without a cue: what one text says with them another may say with a "not".
_DENYING = frozenset(
    stem(word)
    for word in (
        "ban banned prohibit prohibited forbid forbidden prevent avoid suspend halt stop stopped stopping end exempt "
        "exclude block bar reject oppose cancel withdraw leave abstain refrain remove eliminate abolish lift drop "
        "few little hardly deny denied denial absent missing zero outside beyond cease opposite contrary against "
        "close closed shut kept keep remain unless except only limit restrict prefer preferred impossible untouched "
        "unchanged unsigned"
    ).split()
)
# A cell that holds nothing else denies what its row and column name.
_DENYING_CELLS = frozenset(("no", "none", "not", "never", "nil", "nothing"))
_ORDERING = ("before", "after", "until")
_DEALS = frozenset(map(lemma, "buy purchase acquire sell lend borrow teach learn give receive".split()))


def flipped(statement: str, quotes: Sequence[str]) -> bool:
    """Tell whether the polarity of what `statement` shares with `quotes` differs.

    That is so where one of them denies a word ("did not approve") that the other has without denying it, next to other
    words that they share; and where the statement has a word and the quotes its opposite, neither of them denied, next
    to the same words. A text with a word that denies in another way ("rejected", "banned") is not judged by cues, nor
    is one that denies a thing twice; and a row of a table denies by a cell what its other cells name.
    """
    mine, theirs = clauses(statement), [clauses(quote) for quote in quotes]
    saying = _together([text for text, quote in zip(theirs, quotes, strict=True) if not _denies_in_a_cell(quote)])
    if _denies(mine, saying) or any(_denies(one, mine) and not _says(theirs, one, mine) for one in theirs):
        return True
    if any(_turned(mine, one) or _reordered(mine, one) for one in theirs):
        return True
    return any(_stands_for(mine, term, side, theirs) for term in mine.terms for side in sides(term.stem))


def _denies_in_a_cell(quote: str) -> bool:
    return any(cell.strip(" .").lower() in _DENYING_CELLS for cell in quote.split("|")[1:])


def _together(some: Sequence[Clauses]) -> Clauses:
    """Return several texts as one."""
    terms: list[Term] = []
    denials: list[Denial] = []
    for one in some:
        first = terms[-1].clause + 1 if terms else 0
        offset = len(terms)
        terms += (replace(term, clause=term.clause + first) for term in one.terms)
        denials += (
            replace(denial, terms=tuple(at + offset for at in denial.terms), clause=denial.clause + first)
            for denial in one.denials
        )
    return Clauses(tuple(terms), tuple(denials))


def _says(theirs: Sequence[Clauses], denying: Clauses, mine: Clauses) -> bool:
    """Tell whether another quote says what one denies, as quotes of two sides may."""
    return any(one is not denying and len(one.stems & mine.stems) > len(denying.stems & mine.stems) for one in theirs)


def _denies(text: Clauses, other: Clauses) -> bool:
    """Tell whether `text` denies what `other` says."""
    return any(_contradicts(text, denial, other) for denial in text.denials)


def _contradicts(text: Clauses, denial: Denial, other: Clauses) -> bool:
    head = text.terms[denial.terms[0]]
    if sum(one.clause == denial.clause and not one.word for one in text.denials) > 1:
        return False
    if not head.denied or head.stem in _DENYING:
        return False
    said = [one for one in other.terms if one.stem == head.stem]
    if not said or any(one.denied for one in said):
        return False
    if any(one.stem == head.stem and not one.denied for one in text.terms):
        return False
    if any(undone(one, frozenset((head.stem,))) for one in other.terms):
        return False
    clause = text.clause(denial.clause)
    if len(clause) < _FEW:
        clause = text.stems
    shared = clause & other.stems
    if len(shared) < 2 or len(shared) * 2 < len(clause):
        return False
    if all(any(one.clause == place.clause and place.verbal for place in other.denials) for one in said):
        return False
    scope = {text.terms[i].stem for i in denial.terms}
    if any(scope & {other.terms[i].stem for i in one.terms} for one in other.denials if not one.word):
        return False
    return not any(_DENYING & (other.clause(one.clause) - text.stems) for one in said)


def _turned(mine: Clauses, other: Clauses) -> bool:
    """Tell whether both compare, "X more than Y", and the things compared have changed places."""
    if not (len(mine.than) == 1 and len(other.than) == 1):
        return False
    (one, two), (their_one, their_two) = _compared(mine), _compared(other)
    same = (one & their_one) | (two & their_two)
    if not ((one & their_two) - same and (two & their_one) - same):
        return False
    mirrored = {side.other for stem in their_one for side in sides(stem)}
    return not any(side in mirrored for stem in one for side in sides(stem))


def _reordered(mine: Clauses, other: Clauses) -> bool:
    """Tell whether both say "X before Y", and the things have changed places."""
    for word in _ORDERING:
        one, two = _parted(mine, word), _parted(other, word)
        if one and two:
            same = (one[0] & two[0]) | (one[1] & two[1])
            if (one[0] & two[1]) - same and (one[1] & two[0]) - same:
                return True
    return False


def _parted(text: Clauses, word: str) -> tuple[frozenset[str], frozenset[str]] | None:
    """Return the stems on both sides of a word that a text has once, in its clause; None where a side has none."""
    places = [one for one in text.terms if one.low == word]
    if len(places) != 1 or any(one.clause == places[0].clause for one in text.denials):
        return None
    near = [one for one in text.terms if one.clause == places[0].clause]
    before = frozenset(one.stem for one in near if one.place < places[0].place)
    behind = frozenset(one.stem for one in near if one.place > places[0].place)
    return (before, behind) if before and behind else None


def _compared(text: Clauses) -> tuple[frozenset[str], frozenset[str]]:
    """Return the stems before and behind "than" in its clause."""
    place = text.than[0]
    clause = next((one.clause for one in reversed(text.terms) if one.place < place), 0)
    near = [one for one in text.terms if one.clause == clause]
    before = frozenset(one.stem for one in near if one.place < place)
    return before, frozenset(one.stem for one in near if one.place > place)


def _stands_for(mine: Clauses, term: Term, side: Side, theirs: Sequence[Clauses]) -> bool:
    """Tell whether the quotes have the other side of `side` where the statement has `term`."""
    here = [one for one in mine.terms if one.clause == term.clause]
    if _has(here, side.other):
        return False
    if _has(mine.terms, side.other) or any(_has(one.terms, side) for one in theirs):
        return not side.turns and any(_said_of(here, term, side, one) for one in theirs)
    before, behind = _neighbours(mine, term)
    for one in theirs:
        for other in one.terms:
            if side.other not in sides(other.stem) or other.denied != term.denied:
                continue
            their_before, their_behind = _neighbours(one, other)
            if any((stem, not denied) in their_before | their_behind for stem, denied in before | behind):
                continue
            same = (before & their_before) | (behind & their_behind)
            crossed = ((before & their_behind) | (behind & their_before)) - same
            turns = side.turns or (mine.than and one.than)
            if side.turns and not before & their_before and _dealt(mine, term, one, other):
                continue
            if (same and not (turns and crossed)) or (crossed and not turns):
                return True
    return False


def _dealt(mine: Clauses, term: Term, theirs: Clauses, other: Term) -> bool:
    """Tell whether two verbs tell one deal from its two sides: who does it in one text stands behind it in the other.

    "Alm bought oxide from Birk" is "Birk sells oxide to Alm": the oxide stays in its place.
    """
    if term.stem not in _DEALS or other.stem not in _DEALS:
        return False
    (before, behind), (their_before, their_behind) = _sides_of(mine, term), _sides_of(theirs, other)
    return bool((before & their_behind) | (behind & their_before))


def _sides_of(text: Clauses, term: Term) -> tuple[frozenset[str], frozenset[str]]:
    """Return what stands before a term in its clause, and all that stands behind it."""
    before = (one.stem for one in text.terms if one.clause == term.clause and one.place < term.place)
    return frozenset(before), frozenset(one.stem for one in text.terms if one.place > term.place)


def _said_of(here: Sequence[Term], term: Term, side: Side, other: Clauses) -> bool:
    """Tell whether the clause of a quote that is nearest to the statement's has the other side, where it has both."""
    about = {one.stem for one in here if not sides(one.stem)}
    ranked = sorted(
        ((len(about & {one.stem for one in some}), some) for some in other.by_clause()), key=lambda one: -one[0]
    )
    if len(ranked) < _FEW or ranked[0][0] < _FEW or ranked[0][0] == ranked[1][0]:
        return False
    best = ranked[0][1]
    opposite = any(side.other in sides(one.stem) and one.denied == term.denied for one in best)
    return opposite and not _has(best, side)


def _has(terms: Sequence[Term], side: Side) -> bool:
    return any(side in sides(one.stem) for one in terms)


def _neighbours(text: Clauses, term: Term) -> tuple[frozenset[tuple[str, bool]], frozenset[tuple[str, bool]]]:
    """Return what stands near a term in its clause, before and behind it, each stem with whether it is denied.

    Where the clause compares, that is all before and behind "than".
    """
    near = [one for one in text.terms if one.clause == term.clause and one is not term]
    cut = term.place
    than = [place for place in text.than if place > term.place and any(one.place > place for one in near)]
    before = [(one.stem, one.denied) for one in near if one.place < (than[0] if than else cut)]
    behind = [(one.stem, one.denied) for one in near if one.place > (than[0] if than else cut)]
    return (
        (frozenset(before), frozenset(behind)) if than else (frozenset(before[-_BESIDE:]), frozenset(behind[:_BESIDE]))
    )
