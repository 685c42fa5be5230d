"""Compound questions: two in one, or one asked of two years, sources or parties; each is answered by itself."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from assistant.answering import Answerer, Draft, Quote
from assistant.conversation.pronouns import point
from assistant.conversation.rewriting import standalone
from assistant.conversation.turns import Turn
from assistant.types import Hit

_PREPOSITIONS = r"according to|under|during|in"
_WH = r"(?:who|whom|whose|what|which|when|where|why|how)"
# "in 2022 and in 2024", "under the first plan, and under the second", "according to the law and the decree"
_AGAIN = re.compile(
    rf"(?P<head>.*\S)\s(?P<by>{_PREPOSITIONS})\s(?P<one>\S(?:(?!\s(?:and|or|{_PREPOSITIONS})\s).)*?),?"
    rf"\s(?:and|versus|vs\.?)\s(?P=by)\s(?P<other>(?!{_WH}\b)\S(?:(?!\sand\s).)*)",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    rf"(?P<head>.*\S)\s(?P<by>{_PREPOSITIONS})\s(?P<one>\S(?:(?!\s(?:and|or|{_PREPOSITIONS})\s).)*?),?"
    r"\s(?:versus|vs\.?|(?:and|(?:as )?compared (?:with|to))(?=\s(?:the\s)?[^\s]+\sones?$))"
    r"\s(?P<other>\S(?:(?!\sand\s).)*)",
    re.IGNORECASE,
)
_SOURCES = re.compile(
    r"(?P<head>.*\S)\s(?P<by>according to|under)\s(?P<one>the\s\S(?:(?!\sand\s).)*?),?"
    r"\sand\s(?P<other>the\s\S(?:(?!\sand\s).)*)",
    re.IGNORECASE,
)
_YEARS = re.compile(
    r"(?P<head>.*\S)\s(?P<by>in)\s(?P<one>(?:1\d|20)\d\d),?\sand\s(?P<other>(?:1\d|20)\d\d)", re.IGNORECASE
)
_COMPARE = re.compile(
    r"compare (?P<head>.*\S)\s(?P<by>for|of|in|under|by)\s(?P<one>\S(?:(?!\s(?:and|with|to)\s).)*?)"
    r"\s(?:and|with|to)\s(?:those (?:for|of|in|under|by)\s)?(?P<other>\S(?:(?!\sand\s).)*)",
    re.IGNORECASE,
)
# "What is it called and what does it demand", "When was it held, and in which town"
_ONE_WH = rf"(?:(?:in|at|by|for|from|to|on|of|under|with) )?{_WH}\s(?:(?!\b{_WH}\b).)+?"
_JOINED = re.compile(rf"(?P<one>{_ONE_WH}),?\s+and\s+(?P<other>{_ONE_WH})", re.IGNORECASE)
_ASKS = re.compile(rf"\b(?:{_WH}|is|are|was|were|does|do|did|has|have|name|list)\b", re.IGNORECASE)
# Words of a side at most, and of one of two questions at least. Characters at most: longer ones are texts, which no
# pattern should be run over.
_LONGEST = 8
_LEAST = 3
_MOST = 300


@dataclass(frozen=True)
class Found:
    """The passages found for a question, best first, and what was found for each of its parts."""

    question: str
    hits: tuple[Hit, ...]
    parts: tuple["Found", ...] = ()

    @property
    def all_hits(self) -> tuple[Hit, ...]:
        """The passages of the parts in turn, then those of the whole that are not among them."""
        return _in_turn(*(part.hits for part in self.parts), self.hits)


def parts_of(question: str) -> tuple[str, ...]:
    """Return the two questions that a question is made of, none where it is one.

    "What is it called and what does it demand?" is two, the second of which is read in the light of the first.
    "How often do they meet under the Thai pact versus the Lao one?" asks how often under the Thai pact, and how often
    under the Lao pact.
    """
    asked = question.strip().rstrip("?.").rstrip()
    if len(asked) > _MOST:
        return ()
    if compared := _COMPARE.fullmatch(asked):
        head, by, *sides = compared.group("head", "by", "one", "other")
        return tuple(f"What are {head} {by} {side}?" for side in sides)
    for pattern in (_AGAIN, _AGAINST, _SOURCES, _YEARS):
        found = pattern.fullmatch(asked)
        if found and _ASKS.search(found["head"]):
            one, other = _completed(found["one"].split(), found["other"].split())
            alike = pattern is not _SOURCES or _shapes(one) == _shapes(other)
            if alike and max(len(one), len(other)) <= _LONGEST:
                return tuple(f"{found['head']} {found['by']} {' '.join(side)}?" for side in (one, other))
    if (both := _JOINED.fullmatch(asked)) and min(len(both[name].split()) for name in ("one", "other")) >= _LEAST:
        return _in_the_light(f"{both['one']}?", f"{both['other'][0].upper()}{both['other'][1:]}?")
    return ()


def find(question: str, retrieve: Callable[[str], Sequence[Hit]]) -> Found:
    """Return what `retrieve` finds for a question and for its parts."""
    parts = tuple(Found(part, tuple(retrieve(part))) for part in parts_of(question))
    return Found(question, tuple(retrieve(question)), parts)


def answered(found: Found, answerer: Answerer) -> Draft:
    """Return the draft that answers each part, or that for the question as a whole where a part has no answer."""
    drafts = [answerer.answer(part.question, part.hits) for part in found.parts]
    whole = answerer.answer(found.question, found.hits)
    hits = _in_turn(*(draft.hits for draft in drafts), whole.hits)
    if not drafts or any(draft.status == "abstained" for draft in drafts):
        return replace(whole, hits=hits)
    return Draft(
        "answered",
        min(draft.confidence for draft in drafts),
        tuple(_different(quote for draft in drafts for quote in draft.quotes)),
        hits,
        uncertain=any(draft.uncertain for draft in drafts),
    )


def _in_the_light(first: str, second: str) -> tuple[str, ...]:
    """Return both questions, the second as it reads after the first, none where it points at what is not found."""
    before = [Turn(question=first, standalone_question=first)]
    alone = standalone(second, before)
    return (first, alone.question) if alone.rewritten or point(second, before) is None else ()


def _completed(one: list[str], other: list[str]) -> tuple[list[str], list[str]]:
    """Return both sides with the noun that only one of them names: "the 2022 and the 2024 reports", "the Lao one"."""
    if other[-1].lower() in ("one", "ones") and len(one) > len(other) - 1:
        return one, [*other[:-1], *one[len(other) - 1 :]]
    lacks = len(other) - len(one)
    if lacks > 0 and _shapes(one) == _shapes(other[: len(one)]):
        return [*one, *other[len(one) :]], other
    return one, other


def _shapes(words: Sequence[str]) -> list[str]:
    return ["figure" if one.isdigit() else "name" if one[:1].isupper() else "word" for one in words]


def _different(quotes: Iterable[Quote]) -> list[Quote]:
    """Return the quotes without those that lie in one before."""
    kept: list[Quote] = []
    for quote in quotes:
        if not any(
            (one.article_id, one.sha256) == (quote.article_id, quote.sha256)
            and one.start <= quote.start
            and quote.end <= one.end
            for one in kept
        ):
            kept.append(quote)
    return kept


def _in_turn(*lists: Sequence[Hit]) -> tuple[Hit, ...]:
    """Return the first of each list, then the second of each, each passage once."""
    found = {(hit.article_id, hit.start): hit for row in zip_longest(*lists) for hit in reversed(row) if hit}
    order = dict.fromkeys((hit.article_id, hit.start) for row in zip_longest(*lists) for hit in row if hit)
    return tuple(found[place] for place in order)
