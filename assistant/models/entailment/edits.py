"""Edits of a sentence, word by word: such as keep what it says, and such as change it."""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.models.entailment.wordnet import WordNet

_PIECES = re.compile(r"\w+(?:[.,’'-]\w+)*%?|[^\w\s]|\s+")
_NAME = re.compile(r"[A-Z][\w’'.-]+")
_NUMBER = re.compile(r"\d[\d,.]*%?")
_SMALL = "the of and for in on".split()
_REWORDED = {
    "because of": "due to", "due to": "because of", "more than": "over", "such as": "like", "approximately": "about",
    "around": "about", "about": "roughly", "in order to": "to", "prior to": "before", "as well as": "and",
    "following": "after", "said": "stated", "stated": "said", "announced": "declared", "including": "among them",
    "however": "but", "also": "too", "several": "a few", "many": "numerous", "numerous": "many", "will": "is going to",
    "must": "has to", "shall": "must", "began": "started", "started": "began", "per cent": "percent",
    "percent": "per cent",
    "U.S.": "United States", "United States": "U.S.", "while": "as", "help": "assist", "helped": "assisted",
    "large": "big", "show": "demonstrate", "showed": "demonstrated", "shows": "demonstrates", "use": "utilize",
    "used": "utilized", "need": "require", "needed": "required", "whole": "entire", "nearly": "almost",
    "almost": "nearly", "received": "got", "called": "named", "known as": "called", "led to": "caused",
    "ensure": "make sure", "provide": "supply", "provides": "supplies", "increased": "rose", "fell": "dropped",
    "for example": "for instance", "currently": "at present", "located in": "situated in", "agency": "body",
    "is not": "isn’t", "are not": "aren’t", "does not": "doesn’t", "did not": "didn’t", "cannot": "can’t",
    "was not": "wasn’t", "has not": "hasn’t", "do not": "don’t", "will not": "won’t",
}  # fmt: skip
_CHANGED = {
    "may": "will", "might": "will", "could": "will", "can": "cannot", "will": "may", "must": "need not", "all": "some",
    "some": "all", "many": "few", "most": "all", "few": "most", "first": "last", "before": "after", "after": "before",
    "more": "less", "less": "more", "over": "under", "under": "over", "above": "below", "up": "down", "only": "also",
    "and": "but not", "with": "without", "without": "with", "always": "never", "never": "always", "every": "no",
    "million": "billion", "billion": "million", "thousand": "million", "percent": "percentage points",
    "increase": "decrease",
    "increased": "reduced", "rose": "fell", "fell": "rose", "proposed": "adopted", "planned": "completed",
    "north": "south", "south": "north", "east": "west", "west": "east", "men": "women", "women": "men", "day": "week",
    "week": "month", "month": "year", "year": "decade", "years": "months", "domestic": "foreign", "foreign": "domestic",
    "public": "private", "private": "public", "federal": "local", "local": "federal", "former": "current",
    "largest": "smallest", "highest": "lowest", "best": "worst", "early": "late", "late": "early", "both": "neither of",
    "at least": "at most", "support": "oppose", "supported": "opposed", "allow": "forbid", "allowed": "forbidden",
    "require": "forbid", "required": "forbidden", "expected": "confirmed", "partly": "entirely", "possible": "certain",
}  # fmt: skip
_AUXILIARIES = "is are was were will would can could may might must should has have had did does do shall".split()


@dataclass(frozen=True)
class Piece:
    """A word, mark or gap of a statement; `altered` where it says what the source does not."""

    text: str
    altered: bool = False


Pieces = tuple[Piece, ...]
Edit = Callable[[Pieces, random.Random], Pieces | None]


def cut(text: str) -> Pieces:
    """Return the pieces of `text`, which joined are `text`."""
    return tuple(Piece(found) for found in _PIECES.findall(text))


def joined(pieces: Sequence[Piece]) -> str:
    """Return the text of `pieces`."""
    return "".join(piece.text for piece in pieces)


class Editor:
    """Edits statements; `names` and `numbers` are drawn from to exchange them, `words` to put in others' places."""

    def __init__(self, wordnet: WordNet, names: Sequence[str], numbers: Sequence[str], phrases: Sequence[str]) -> None:
        """Take what is drawn from besides the statement's own surroundings."""
        self._wordnet = wordnet
        self._names = names
        self._numbers = numbers
        self._phrases = phrases

    def keep(self, pieces: Pieces, rng: random.Random) -> Pieces:
        """Return `pieces` reworded at random: synonyms, other function words, other figures' forms, parts left out."""
        if rng.random() < 0.35:
            pieces = _shortened(pieces, rng) or pieces
        if rng.random() < 0.3:
            pieces = _moved(pieces, rng) or pieces
        for _ in range(rng.choice((0, 1, 1, 2, 2, 3, 4))):
            pieces = rng.choice((self._synonym, self._synonym, _reworded, _refigured))(pieces, rng) or pieces
        return pieces

    def change(self, pieces: Pieces, rng: random.Random, near: Sequence[str]) -> Pieces | None:
        """Return `pieces` with one or two alterations, None where none could be made. `near` are names close by."""
        edits: list[Edit] = [
            self._antonym,
            self._antonym,
            self._sister,
            self._sister,
            self._sister,
            lambda p, r: self._other_name(p, r, near),
            lambda p, r: self._other_name(p, r, near),
            lambda p, r: self._other_name(p, r, near),
            self._other_number,
            self._other_number,
            _negated,
            _negated,
            _rechosen,
            _rechosen,
            _exchanged,
            self._inserted,
        ]
        wanted = 1 if rng.random() < 0.7 else 2
        done = 0
        for edit in rng.sample(edits, len(edits)):
            made = edit(pieces, rng)
            if made is not None:
                pieces, done = made, done + 1
            if done == wanted:
                break
        return pieces if done else None

    def _synonym(self, pieces: Pieces, rng: random.Random) -> Pieces | None:
        return self._swap(pieces, rng, self._wordnet.synonyms, altered=False)

    def _antonym(self, pieces: Pieces, rng: random.Random) -> Pieces | None:
        return self._swap(pieces, rng, self._wordnet.antonyms, altered=True)

    def _sister(self, pieces: Pieces, rng: random.Random) -> Pieces | None:
        return self._swap(pieces, rng, self._wordnet.sisters, altered=True)

    def _swap(
        self, pieces: Pieces, rng: random.Random, others: Callable[[str], list[str]], *, altered: bool
    ) -> Pieces | None:
        places = [i for i, p in enumerate(pieces) if len(p.text) > 3 and p.text.isalpha() and not p.altered]
        for at in rng.sample(places, len(places)):
            word = pieces[at].text
            if not altered and word[0].isupper():
                continue
            if found := others(word):
                other = rng.choice(found)
                other = other[0].upper() + other[1:] if word[0].isupper() else other
                if not altered or rng.random() < 0.5 or word[0].isupper() == other[0].isupper():
                    return _put(pieces, at, at + 1, other, altered=altered)
        return None

    def _other_name(self, pieces: Pieces, rng: random.Random, near: Sequence[str]) -> Pieces | None:
        spans = names_in(pieces)
        if not spans:
            return None
        first, after = rng.choice(spans)
        own = joined(pieces[first:after])
        everything = joined(pieces)
        pool = [n for n in near if n not in everything and own not in n] if rng.random() < 0.6 else []
        drawn = rng.choice(pool) if pool else rng.choice(self._names)
        words = drawn.split()
        if len(own.split()) == 1 and len(words) > 2:
            drawn = words[0]
        # Half of a name exchanged is harder to see than the whole.
        if len(own.split()) > 1 and rng.random() < 0.3:
            drawn = " ".join([*own.split()[:-1], words[-1]])
        return None if drawn in everything else _put(pieces, first, after, drawn, altered=True)

    def _other_number(self, pieces: Pieces, rng: random.Random) -> Pieces | None:
        places = [i for i, p in enumerate(pieces) if _NUMBER.fullmatch(p.text) and not p.altered]
        if not places:
            return None
        at = rng.choice(places)
        own = pieces[at].text
        drawn = rng.choice(self._numbers) if rng.random() < 0.2 else _near_number(own, rng)
        return None if drawn == own else _put(pieces, at, at + 1, drawn, altered=True)

    def _inserted(self, pieces: Pieces, rng: random.Random) -> Pieces | None:
        """Put a phrase of another text before a mark or the end."""
        places = [i for i, p in enumerate(pieces) if p.text in (",", ".", ";")]
        if not places or not self._phrases:
            return None
        at = rng.choice(places)
        return (*pieces[:at], *(replace(p, altered=True) for p in cut(" " + rng.choice(self._phrases))), *pieces[at:])


def names_in(pieces: Sequence[Piece]) -> list[tuple[int, int]]:
    """Return the ranges of pieces that are names: runs of capitalised words, not those that just begin a sentence."""
    spans: list[tuple[int, int]] = []
    at = 0
    while at < len(pieces):
        if not _NAME.fullmatch(pieces[at].text) or pieces[at].altered:
            at += 1
            continue
        after = at + 1
        while after + 1 < len(pieces) and pieces[after].text.isspace():
            ahead = after + 1
            if pieces[ahead].text in _SMALL and ahead + 2 < len(pieces) and _NAME.fullmatch(pieces[ahead + 2].text):
                after = ahead + 3
            elif _NAME.fullmatch(pieces[ahead].text):
                after = ahead + 1
            else:
                break
        begins = at == 0 or pieces[max(0, at - 2)].text in ".!?:"
        if not begins or after - at > 1:
            spans.append((at, after))
        at = after
    return spans


def _put(pieces: Pieces, first: int, after: int, text: str, *, altered: bool) -> Pieces:
    return (*pieces[:first], *(replace(p, altered=altered) for p in cut(text)), *pieces[after:])


def _table_edit(pieces: Pieces, rng: random.Random, table: dict[str, str], *, altered: bool) -> Pieces | None:
    words = [(i, p.text) for i, p in enumerate(pieces) if not p.text.isspace()]
    found: list[tuple[int, int, str]] = []
    for k, (i, word) in enumerate(words):
        two = f"{word} {words[k + 1][1]}" if k + 1 < len(words) else ""
        for text, after in ((two, words[k + 1][0] + 1 if two else i + 1), (word, i + 1)):
            if (other := table.get(text) or table.get(text.lower())) and not any(p.altered for p in pieces[i:after]):
                found.append((i, after, other[0].upper() + other[1:] if text[0].isupper() and i == 0 else other))
                break
    if not found:
        return None
    first, after, other = rng.choice(found)
    return _put(pieces, first, after, other, altered=altered)


def _reworded(pieces: Pieces, rng: random.Random) -> Pieces | None:
    return _table_edit(pieces, rng, _REWORDED, altered=False)


def _rechosen(pieces: Pieces, rng: random.Random) -> Pieces | None:
    return _table_edit(pieces, rng, _CHANGED, altered=True)


def _negated(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Take a "not" away, or put one behind an auxiliary."""
    nots = [i for i, p in enumerate(pieces) if p.text.lower() == "not" and i > 1]
    if nots:
        at = rng.choice(nots)
        # The word before it bears the change, since nothing else is left of it.
        return (*pieces[: at - 2], replace(pieces[at - 2], altered=True), *pieces[at + 1 :])
    places = [i for i, p in enumerate(pieces) if p.text.lower() in _AUXILIARIES]
    if not places:
        return None
    at = rng.choice(places)
    return (*pieces[: at + 1], Piece(" "), Piece(rng.choice(("not", "not", "never")), altered=True), *pieces[at + 1 :])


def _exchanged(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Exchange two names or two numbers of the statement."""
    spans = names_in(pieces)
    numbers = [(i, i + 1) for i, p in enumerate(pieces) if _NUMBER.fullmatch(p.text) and not p.altered]
    chosen = numbers if len(numbers) > 1 and rng.random() < 0.4 else spans
    if len(chosen) < 2:
        return None
    (a, b), (c, d) = sorted(rng.sample(chosen, 2))
    if joined(pieces[a:b]) == joined(pieces[c:d]):
        return None
    one, two = ([replace(p, altered=True) for p in pieces[x:y]] for x, y in ((a, b), (c, d)))
    return (*pieces[:a], *two, *pieces[b:c], *one, *pieces[d:])


def _near_number(own: str, rng: random.Random) -> str:
    """Return a number like `own`: a digit changed, or a few more or less."""
    digits = [i for i, c in enumerate(own) if c.isdigit()]
    if len(digits) == 4 and own.isdigit() and own[0] in "12":
        return str(int(own) + rng.choice((-10, -5, -3, -2, -1, 1, 2, 3, 5, 10)))
    at = rng.choice(digits)
    other = rng.choice([d for d in "123456789" if d != own[at]])
    return own[:at] + other + own[at + 1 :]


def _refigured(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Write a figure in another way: 10 percent as 10%, 3 as three."""
    text = joined(pieces)
    if any(p.altered for p in pieces):
        return None
    changed = text
    for pattern, other in rng.sample(_FIGURES, len(_FIGURES)):
        changed = pattern.sub(other, text)
        if changed != text:
            return cut(changed)
    return None


_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_FIGURES = [
    (re.compile(r"(\d) ?percent\b"), r"\1%"),
    (re.compile(r"(\d)%"), r"\1 percent"),
    (re.compile(rf"\b({_MONTHS}) (\d\d?), (\d{{4}})"), r"\2 \1 \3"),
    (re.compile(rf"\b(\d\d?) ({_MONTHS}) (\d{{4}})"), r"\2 \1, \3"),
    (re.compile(r"\$([\d.]+) billion"), r"$\1bn"),
    (re.compile(r"\$([\d.]+) million"), r"US$\1 million"),
    (re.compile(r"(?<=\d),(?=\d{3}\b)"), ""),
    (re.compile(r"\btwo\b"), "2"),
    (re.compile(r"\bthree\b"), "3"),
    (re.compile(r"(?<=[a-z] )4(?= [a-z])"), "four"),
]


def _shortened(pieces: Pieces, rng: random.Random) -> Pieces | None:
    """Leave out a parenthesis, what stands before the first comma or after the last, or between two."""
    text = joined(pieces)
    if any(p.altered for p in pieces):
        return None
    cuts = [re.sub(r" ?\([^()]*\)", "", text)]
    parts = text.split(", ")
    if len(parts) > 1 and len(parts[0]) < 60 and len(text) - len(parts[0]) > 40:
        rest = ", ".join(parts[1:])
        cuts.append(rest[0].upper() + rest[1:])
    if len(parts) > 1 and len(text) - len(parts[-1]) > 40:
        cuts.append(", ".join(parts[:-1]).rstrip(".") + ".")
    if len(parts) == 3:
        cuts.append(f"{parts[0]} {parts[2]}")
    made = rng.choice(cuts)
    return cut(made) if made != text and len(made) > 30 else None


def _moved(pieces: Pieces, _rng: random.Random) -> Pieces | None:
    """Take the last phrase of place or time to the front, or the first to the end."""
    text = joined(pieces)
    if any(p.altered for p in pieces):
        return None
    if found := re.fullmatch(r"((?:In|On|At|During|Since|After|Before) [^,]{3,40}), (.{25,}?)\.", text):
        rest = found[2]
        lowered = found[1][0].lower() + found[1][1:]
        return cut(f"{rest[0].upper()}{rest[1:]} {lowered}.")
    if found := re.fullmatch(r"(.{25,}) ((?:in|on|at|during|since) [^,.]{3,40})\.", text):
        head = found[1]
        first = head.split(" ", 1)[0]
        lowered = head[0].lower() + head[1:] if first.lower() in ("the", "a", "an", "it", "he", "they") else head
        return cut(f"{found[2][0].upper()}{found[2][1:]}, {lowered}.")
    return None
