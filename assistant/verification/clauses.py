"""Clauses: the words of matter of a text in the clauses that they stand in, and which of them are denied there."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from assistant.catalog.lexical import FUNCTION_WORDS, words
from assistant.verification.folding import fold
from assistant.verification.lemmas import lemma

_WORD = re.compile(r"[^\W_]+(?:'[^\W\d_]+)?|[,;:.!?()|]|\s-\s")
_BREAKS = frozenset(", ; : . ! ? ( ) | -".split())
_ENDS = frozenset(". ! ? ; |".split())
_CONJUNCTIONS = frozenset(
    "but while whereas although though because which who whose when where if unless since so".split()
)
# They deny nothing: "not only", "no later than", "nothing but", "no fewer than".
_NEUTRAL = re.compile(
    r"\bnot (?:only|just|merely|simply|solely|least|to mention|necessarily)\b|\bno (?:later|earlier|sooner|fewer|"
    r"less|more|greater|higher|lower) than\b|\bno (?:doubt|wonder|matter)\b|\bnothing but\b|\bwhether or not\b|"
    r"\bnot until\b|\bno(?:s)?\. ?(?=\d)|\bno one (?:but|other)\b|\bnone other than\b|\bwithout (?:a )?doubt\b|"
    r"\bnot (?:less|fewer|more) than\b|\bnot (?=[^,.;:|]{3,60}\s(?:alone|only)\s*(?:[,.;:|]|\Z))",
    re.IGNORECASE,
)
_PHRASES = tuple(
    (re.compile(pattern, re.IGNORECASE), mark)
    for pattern, mark in (
        (r"\bmore (?:rarely|seldom)\b", "less often"),
        (r"\b(?:no|any) longer\b|\b(?:ha(?:s|ve|d)|is|are) yet to\b|\bfar from\b", "<not>"),
        (r"\b(?:fail(?:s|ed|ing)?|refus(?:e|es|ed|ing)|declin(?:e|es|ed|ing)|neglect(?:s|ed)?) to\b", "<not>"),
        (r"\b(?:un(?:able|likely|willing)) to\b|\b(?:cannot|can't|won't|isn't|ain't)\b|\b\w+n't\b", "<not>"),
        (r"\bun(?=(?:able|likely|willing)\b)", "<not>"),
        (r"\b(?:hardly|barely|scarcely|rarely|seldom|never|not)\b", "<not>"),
        (r"\bnon-(?=\w)", "<non>"),
        (r"\b(?:neither|nor)\b", "<neither>"),
        (
            r"\b(?:(?<!speaks )(?<!spoke )(?<!speak )(?<!talks )instead of|rather than|as opposed to|in lieu of|"
            r"free of|free from|in the absence of|absence of|lack(?:s|ed|ing)?(?: of)?|without|excluding|"
            r"except(?: for)?|unlike|devoid of)\b",
            "<without>",
        ),
        (r"\b(?:no one|nobody|none|nothing|nowhere|no)\b", "<no>"),
        (r"\bless (?:well|good|effectively)\b", "worse"),
    )
)
_MARK = re.compile(r"<(?:not|without|no|non|neither)>")
_TOKEN = re.compile(rf"{_MARK.pattern}|{_WORD.pattern}")
_FORM = (FUNCTION_WORDS - frozenset("mine up down over under".split())) | frozenset(
    "also only other others one yet".split()
)
_SCOPE = 5
_REACHES = 12
# No sentence is as long; what follows is not judged.
_MOST = 300
_PREFIXES = ("un", "in", "im", "ir", "il", "dis", "non")


@dataclass(frozen=True)
class Term:
    """A word of matter: its stem, the number of its clause, and its place among all words of the text."""

    stem: str
    low: str
    clause: int
    place: int
    denied: bool = False
    head: bool = False


@dataclass(frozen=True)
class Denial:
    """What one cue denies: its terms by their indices in the text, the first of which it denies above all.

    `both` tells that the cue is "neither" or "nor", `word` that it is a part of the word denied ("non-binding"),
    `verbal` that it denies the whole clause rather than what it contrasts ("not", "no", unlike "rather than").
    """

    terms: tuple[int, ...]
    clause: int
    both: bool = False
    word: bool = False
    verbal: bool = False


@dataclass(frozen=True)
class Clauses:
    """The terms of a text in order, and the denials among them; `than` are the places of that word."""

    terms: tuple[Term, ...]
    denials: tuple[Denial, ...]
    than: tuple[int, ...] = ()

    @property
    def stems(self) -> frozenset[str]:
        """All stems."""
        return frozenset(one.stem for one in self.terms)

    def clause(self, number: int) -> frozenset[str]:
        """Return the stems of one clause."""
        return frozenset(one.stem for one in self.terms if one.clause == number)

    def by_clause(self) -> list[list[Term]]:
        """Return the terms clause by clause, clauses without any left out."""
        return [list(some) for _, some in groupby(self.terms, key=lambda one: one.clause)]


@lru_cache(maxsize=500)
def clauses(text: str) -> Clauses:
    """Return the terms of a text with what is denied of them.

    A cue denies the terms after it in its clause, at most five; "neither" and "nor" reach to the sentence's end, "non-"
    to the next. Where nothing follows ("while milk was not") it denies those before it in the clause. Two cues on one
    term undo each other.
    """
    terms: list[Term] = []
    cues: list[tuple[str, int, int]] = []
    than: list[int] = []
    ends: list[int] = []
    clause = 0
    for place, match in enumerate(_TOKEN.finditer(_marked(text))):
        if len(terms) >= _MOST:
            break
        said = match.group().strip().lower()
        if _MARK.fullmatch(said):
            cues.append((said, len(terms), clause))
        elif said in _BREAKS or said in _CONJUNCTIONS:
            clause += 1
            if said in _ENDS:
                ends.append(len(terms))
        elif said == "than":
            than.append(place)
        else:
            found = (word for word in words(said.removesuffix("'s")) if word not in _FORM)
            terms += (Term(lemma(word), word, clause, place) for word in found)
    denials = [one for cue in cues if (one := _denial(terms, ends, *cue))]
    # "Nor" only goes on with what "neither" denies.
    ongoing = (i for i, one in enumerate(denials) if i and one.both and set(one.terms) <= set(denials[i - 1].terms))
    for i in reversed(list(ongoing)):
        del denials[i]
    return Clauses(tuple(_polar(terms, denials)), tuple(denials), tuple(than))


def _marked(text: str) -> str:
    text = _NEUTRAL.sub(" ", fold(text))
    for pattern, mark in _PHRASES:
        text = pattern.sub(f" {mark} ", text)
    return text


def _denial(terms: Sequence[Term], ends: Sequence[int], kind: str, at: int, clause: int) -> Denial | None:
    if kind == "<neither>":
        end = next((end for end in ends if end > at), len(terms))
        behind = list(range(at, min(end, at + _REACHES)))
        return Denial(tuple(behind), clause, both=True, verbal=True) if behind else None
    most = 1 if kind == "<non>" else _SCOPE
    behind = [i for i in range(at, min(len(terms), at + most)) if terms[i].clause == clause]
    if not behind:
        behind = [i for i in range(max(0, at - _SCOPE), at) if terms[i].clause == clause]
    if kind == "<not>" and len(behind) > 1 and terms[behind[0]].low.endswith("ly") and terms[behind[0]].low != "likely":
        behind = behind[1:]
    return Denial(tuple(behind), clause, word=kind == "<non>", verbal=kind in ("<not>", "<no>")) if behind else None


def _polar(terms: Sequence[Term], denials: Sequence[Denial]) -> Iterator[Term]:
    counts = [0] * len(terms)
    heads = {one.terms[0] for one in denials}
    for one in denials:
        for at in one.terms:
            counts[at] += 1
    for at, term in enumerate(terms):
        yield Term(term.stem, term.low, term.clause, term.place, counts[at] % 2 == 1, at in heads)


def undone(term: Term, other: frozenset[str]) -> str | None:
    """Return the stem of `other` that a word denies by its beginning: "agree" for "disagreed"."""
    for prefix in _PREFIXES:
        rest = term.low.removeprefix(prefix)
        if rest != term.low and len(rest) > 2 and (base := lemma(rest)) in other and base != term.stem:
            return base
    return None
