"""Questions made from one sentence: definitions, reasons, means, lists, numbers, dates, subjects."""

import random
import re
from collections.abc import Callable

from assistant.models.reader.inputs import words
from assistant.sentences import Span

Maker = Callable[[str, random.Random], tuple[str, Span] | None]

_DEFINED = re.compile(r"[“\"]([^”\"]{2,60})[,”\"]+ (?:means|refers to|has the meaning|shall mean|is defined as)")
_IS_A = re.compile(
    r"^(?:The |An? )?((?:[A-Z][\w’'.-]*)(?: (?:of|the|and|for|on|[A-Z][\w’'.-]*)){0,6})(?: \([^)]{1,30}\))?,? "
    r"(?:is|are|was|were|refers to) (?:an?|the|one of|any|defined)\b"
)
_PRONOUNS = {
    "it",
    "he",
    "she",
    "they",
    "this",
    "that",
    "there",
    "these",
    "those",
    "we",
    "i",
    "you",
    "what",
    "who",
    "here",
}
_REASON = re.compile(r",? (because|in order to|so that|due to|as a result of|since|owing to) (?=\w)")
_MEANS = re.compile(r",? (by \w+ing|through|using|with the help of) (?=\w)")
_AUXILIARY = re.compile(
    r"^((?:\S+ ){1,7}?)(is|are|was|were|will|must|can|should|has|have|had|would|could|may|shall) (\S.*)$"
)
_COUNT = re.compile(r"\b(\$?\d[\d,.]*\d|\$?\d)((?: (?:million|billion|trillion|percent))?)((?: [a-z-]{3,}){1,2})")
_DATE = re.compile(
    r"\b(?:[Oo]n |[Ii]n )?(?:(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"(?: \d{1,2})?,? \d{4}|(?:in |In )(?:1[5-9]|20)\d\d)\b"
)
_SUBJECT = re.compile(
    r"^(?:Today, |The )?((?:[A-Z][\w’.-]+)(?: (?:of|the|and|[A-Z][\w’.-]+)){0,6}) "
    r"((?:[a-z]+ed|is|was|are|were|has|will|can|must|shall|makes|gives|took|made|won|wrote|became|led|held)"
    r" [^,;]{12,90})"
)
_LISTED = re.compile(r"\b((?:[a-z]+ )?[a-z]+s),? (including|such as) ([^.;:]*, [^.;:]*\band [^.;:]+)")
MEANING = (
    "What does “{x}” mean?", "What is {x}?", "what is {x}", "How is {x} defined?", "Define {x}.",
    "What is meant by {x}?", "what does {x} refer to", "What are {x}?", "definition of {x}",
)  # fmt: skip
_LISTS = (
    "Which {x} are named?",
    "What {x} are mentioned?",
    "What are the {x}?",
    "List the {x}.",
    "which {x}",
    "What are examples of {x}?",
)


def _definition(sentence: str, rng: random.Random) -> tuple[str, Span] | None:
    if found := _DEFINED.search(sentence):
        return rng.choice(MEANING).format(x=found.group(1).strip(",")), (found.end(), len(sentence))
    found = _IS_A.match(sentence)
    if not found or found.group(1).split()[0].lower() in _PRONOUNS or len(found.group(1)) < 4:
        return None
    name = found.group(1)
    question = rng.choice(
        ("Who is {x}?", "What is {x}?", "what is {x}", "{x}", "Tell me what {x} is.", "What do you know of {x}?")
    )
    return question.format(x=name), (found.end(1), len(sentence))


def _reason(sentence: str, rng: random.Random) -> tuple[str, Span] | None:
    return _clause(_REASON, sentence, rng.choice(("Why", "Why", "why", "For what reason")))


def _means(sentence: str, rng: random.Random) -> tuple[str, Span] | None:
    return _clause(_MEANS, sentence, rng.choice(("How", "How", "how", "In what way")))


def _enumeration(sentence: str, rng: random.Random) -> tuple[str, Span] | None:
    found = _LISTED.search(sentence)
    if not found:
        return None
    question = rng.choice(_LISTS).format(x=found.group(1))
    return f"{question.rstrip('?.')} {_keywords(sentence[: found.start()], rng, 5)}?".replace(" ?", "?"), found.span(3)


def _count(sentence: str, rng: random.Random) -> tuple[str, Span] | None:
    found = _COUNT.search(sentence)
    if not found or re.fullmatch(r"(1[5-9]|20)\d\d", found.group(1)):
        return None
    unit = found.group(2).strip()
    word = "How much" if found.group(1).startswith("$") or unit == "percent" else "How many"
    asked = f"{word}{'' if word == 'How much' else found.group(3)}"
    rest = _shortened(sentence[: found.start()] + sentence[found.end() if word == "How many" else found.end(2) :], rng)
    return f"{asked} {rest}?", (found.start(1), found.end(2))


def _date(sentence: str, rng: random.Random) -> tuple[str, Span] | None:
    found = _DATE.search(sentence)
    if not found:
        return None
    rest = (sentence[: found.start()].strip(" ,") + " " + sentence[found.end() :].strip(" ,.")).strip()
    return _ask(_shortened(rest, rng), rng.choice(("When", "When", "In what year", "when"))), found.span()


def _subject(sentence: str, rng: random.Random) -> tuple[str, Span] | None:
    found = _SUBJECT.match(sentence)
    if not found or found.group(1).split()[0].lower() in _PRONOUNS:
        return None
    return f"{rng.choice(('Who', 'Who', 'who', 'Which one', 'What'))} {found.group(2).strip(' .')}?", found.span(1)


def _clause(pattern: re.Pattern[str], sentence: str, word: str) -> tuple[str, Span] | None:
    found = pattern.search(sentence)
    if not found or found.start() < 25 or len(sentence) - found.end() < 12:
        return None
    return _ask(sentence[: found.start()], word), (found.start(1), len(sentence))


def _ask(main: str, word: str) -> str:
    """Return "word main?", its auxiliary moved to the front where one is found near the start."""
    main = main.strip(" ,;.")
    if found := _AUXILIARY.match(main):
        return f"{word} {found.group(2)} {_lowered(found.group(1).strip())} {found.group(3)}?"
    return f"{word} {_lowered(main)}?"


def _lowered(text: str) -> str:
    second = text[1:2]
    common = text.split(" ", 1)[0].lower() in {
        "the",
        "a",
        "an",
        "this",
        "these",
        "in",
        "it",
        "they",
        "we",
        "he",
        "she",
        "its",
    }
    return text[0].lower() + text[1:] if text and second.islower() and common else text


def _shortened(text: str, rng: random.Random) -> str:
    """Return `text` as it is, or up to a comma, or its key words."""
    text = " ".join(text.split()).strip(" ,.;")
    choice = rng.random()
    if choice < 0.35:
        return _keywords(text, rng, 8)
    if choice < 0.7 and ", " in text[30:]:
        return text[: text.index(", ", 30)]
    return _lowered(text) if len(text.split()) <= 14 else _keywords(text, rng, 9)


def _keywords(text: str, rng: random.Random, most: int) -> str:
    """Return up to `most` of the longer words of `text`, in order."""
    found = [w for w in words(text) if len(w) > 3]
    kept = sorted(rng.sample(range(len(found)), min(most, len(found))))
    return " ".join(found[i] for i in kept)


MAKERS: tuple[Maker, ...] = (_definition, _reason, _means, _enumeration, _count, _date, _subject)
"""Each returns a question on the sentence and the span of its answer in it, None where there is no such part."""
