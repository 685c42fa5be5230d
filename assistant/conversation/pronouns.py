"""Pronouns that point out of a question: "it", "they", "he", "that order", "the second one"."""

import re
from collections.abc import Callable, Sequence

from assistant.catalog.lexical import stem, words
from assistant.conversation.persons import BACK, HE, is_person, person
from assistant.conversation.turns import MAX_ANSWER, Turn
from assistant.conversation.wording import regarding
from assistant.phrases import (
    AUXILIARIES,
    DEMONSTRATIVES,
    EDGE,
    FORM_WORDS,
    INTERROGATIVES,
    ORDINALS,
    PREPOSITIONS,
    PRONOUNS,
    VERBS,
    Word,
    asked_for,
    bare_plurals,
    counted,
    many,
    matter,
    noun_phrases,
    owned,
    singular,
    subjects,
    tokenize,
)

_DUMMY = re.compile(
    r"\b(?:is|was|would|will|does|did)\s+it\s+(?:be\s+)?(?:\w+\s+(?:to|that|for|if)\b|make sense\b)|"
    r"\bit\s+take\s+(?:\w+\s+)?(?:to|for)\b|"
    r"\bit\s+(?:is|was|takes|took|seems)\s+(?:\w+\s+)?(?:to|that)\b",
    re.IGNORECASE,
)
_WHO = re.compile(rf"\W*who\s+(?P<did>(?!(?:{'|'.join(AUXILIARIES.split())})\b)[^?!.]+)", re.IGNORECASE)
_NOT_POINTING = frozenset("year month week day time article article's corpus morning quarter century".split())
_THEY = frozenset("they them their theirs".split())
_POSSESSIVE = frozenset("its their his her theirs hers".split())
_CLAUSES = frozenset("if when because while after before that and but or since until though although".split())


def point(body: str, before: Sequence[Turn]) -> str | None:
    """Return the body with the first pronoun of each kind replaced, None where none points out of it."""
    tokens = tokenize(body)
    edits: list[tuple[int, int, str]] = []
    done: set[str] = set()
    asked = _asking(body)
    for at, word in enumerate(tokens):
        kind = _kind(tokens, at, body) if asked(word) else None
        if kind is None or kind in done:
            continue
        done.add(kind)
        if kind == "named":
            noun = _run(tokens, at + 1)
            if phrase := _with_noun(tokens[noun - 1].low, before):
                edits.append((word.start, tokens[noun - 1].end, phrase))
            continue
        if kind == "one" and at and tokens[at - 1].low in ORDINALS and (item := _item(before)):
            edits.append((word.start, word.end, item))
        if kind in ("one", "that"):
            continue
        if who := _meant(kind, before):
            if word.low in _POSSESSIVE and _owner(tokens, at):
                edits.append((word.start, word.end, owned(who)))
                continue
            edits.append((word.start, word.end, who))
            if kind == "they" and not many(who):
                edits += singular(tokens, at)
    if not done:
        return None
    for start, end, text in sorted(edits, reverse=True):
        article = start and text.startswith(("The ", "A ", "An "))
        body = body[:start] + (text[0].lower() + text[1:] if article else text) + body[end:]
    if edits or done == {"he"} or len(matter(body)) > 2:
        return body
    return regarding(body, before[-1])


def _asking(body: str) -> Callable[[Word], bool]:
    """Return whether a word lies in a sentence that asks; every word does where no sentence ends in a question mark."""
    spans = [m.span() for m in re.finditer(r"[^.?!]*(?:[.?!](?=\w)[^.?!]*)*\?", body)]
    return lambda word: not spans or any(start <= word.start < end for start, end in spans)


def _owner(tokens: Sequence[Word], at: int) -> bool:
    """Tell "her plan" from "asked her"."""
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    return tokens[at].low != "her" or (following is not None and following.plain and following.low not in FORM_WORDS)


def _kind(tokens: Sequence[Word], at: int, body: str) -> str | None:
    """Return how the word at `at` points out of the body: he, they, it, named ("that order"), one; None if not."""
    word = tokens[at]
    before = tokens[at - 1].low if at else ""
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if word.low in ("one", "ones") and before in ("the", "that", "this", "which", "other", "another", *ORDINALS):
        return "one"
    if word.low in DEMONSTRATIVES.split():
        return _demonstrative(word, before, following)
    if word.low not in PRONOUNS.split() or _inside(tokens, at, body):
        return None
    if word.low == "it" and any(m.start() <= word.start < m.end() for m in _DUMMY.finditer(body)):
        return None
    return "he" if word.low in HE else "they" if word.low in _THEY else "it"


def _demonstrative(word: Word, before: str, following: Word | None) -> str | None:
    after = following.low if following and following.plain else ""
    if after in _NOT_POINTING or (word.low == "those" and after in ("who", "that", "which", "of", "in", "with")):
        return None
    if (
        word.low == "that"
        and before not in f"{AUXILIARIES} {INTERROGATIVES} {PREPOSITIONS} and but so".split()
        and before
    ):
        return None
    if after and after not in FORM_WORDS and after not in VERBS:
        return "named"
    return "they" if word.low in ("these", "those") else "that"


def _inside(tokens: Sequence[Word], at: int, body: str) -> bool:
    """Tell whether the pronoun at `at` can point to a noun phrase, or to a sentence, before it in the same text."""
    word = tokens[at]
    ended = max((body.rfind(mark, 0, word.start) for mark in (". ", "? ", "! ")), default=-1)
    if ended >= 0 and matter(body[:ended]):
        return True
    earlier = noun_phrases(body[: word.start])
    if not earlier:
        return False
    between = {one.low for one in tokens if earlier[0].end <= one.start < word.start} | {
        one.text for one in tokens if earlier[0].end <= one.start < word.start and not one.plain
    }
    return word.low in _POSSESSIVE or bool(between & (_CLAUSES | {",", ".", "?", ";", "!"}))


def _run(tokens: Sequence[Word], at: int) -> int:
    """Return where the nouns that begin at `at` end."""
    end = at
    while (
        end < len(tokens) and tokens[end].plain and tokens[end].low not in FORM_WORDS and tokens[end].low not in VERBS
    ):
        end += 1
    return max(end, at + 1)


def _with_noun(noun: str, before: Sequence[Turn]) -> str | None:
    """Return the last noun phrase of the conversation whose head is `noun`."""
    for turn in reversed(before[-BACK:]):
        for text in (turn.standalone_question, turn.answer[:MAX_ANSWER]):
            for phrase in reversed(
                [one for one in noun_phrases(text) if not one.text.lower().startswith(("a ", "an "))]
            ):
                found = [stem(word) for word in words(phrase.short)]
                if stem(noun) in (found if phrase.name else found[-1:]) and len(words(phrase.text)) > 2:
                    return phrase.text
    return None


def _meant(kind: str, before: Sequence[Turn]) -> str | None:
    """Return what a pronoun of that kind stands for, None where nothing fits."""
    if kind == "he":
        return person(before)
    asked = [turn.standalone_question for turn in before[-BACK:]]
    things = [_thing(kind, text, before) for text in reversed(asked)]
    # What was spoken of before and is again, is what is spoken of.
    again = [thing for thing in things[1:] if thing and thing != things[0] and thing.lower() in asked[-1].lower()]
    return next((thing for thing in (*again, *things[:2]) if thing), None)


def _thing(kind: str, asked: str, before: Sequence[Turn]) -> str | None:
    phrases = subjects(asked)
    if kind == "it":
        things = (phrase.text for phrase in phrases if not phrase.plural)
        return next((thing for thing in things if not is_person(thing, before)), None)
    wanted = asked_for(asked)
    if wanted and re.split(r" (?:of|in|that) ", wanted)[0].endswith("s"):
        return wanted
    fitting = [phrase.text for phrase in phrases if phrase.plural]
    fitting += [phrase.text for phrase in (*counted(asked), *bare_plurals(asked))]
    if not fitting and (who := _WHO.match(asked)) and len(who["did"].split()) <= 8:
        return f"those who {who['did'].strip(EDGE)}"
    # "They" may be an organisation, but is no "Baogang summit".
    fitting += [phrase.text for phrase in phrases if phrase.name and phrase.short.split()[-1][:1].isupper()]
    return fitting[0] if fitting else None


def _item(before: Sequence[Turn]) -> str | None:
    """Return what one of those last spoken of is called: "directive" of "the five directives"."""
    asked = before[-1].standalone_question
    several = [phrase.short for phrase in (*subjects(asked), *counted(asked)) if phrase.plural]
    head = several[0].split()[-1] if several else ""
    return re.sub(r"ies$", "y", head) if head.endswith("ies") else head[:-1] if head.endswith("s") else None
