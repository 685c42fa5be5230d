"""Questions that leave out what the one before said: "why?", "what about Japan?", "and the second?"."""

import re

from assistant.catalog.lexical import words
from assistant.conversation.turns import Turn, topic
from assistant.conversation.wording import regarding, sentence
from assistant.phrases import (
    AUXILIARIES,
    DEFINED,
    DETERMINERS,
    EDGE,
    FORM_WORDS,
    INTERROGATIVES,
    OPENING,
    ORDINALS,
    PREPOSITIONS,
    Phrase,
    bare_subject,
    counted,
    noun_phrases,
    tells,
    tokenize,
)

_BARE_WH = re.compile(
    r"^(?P<wh>(?:since |until |by |with |for |to |from )?"
    r"(?:why not|why|when|where|how come|how so|how(?! (?:long|much|many|often|far|big|large))|whom|who|what|"
    r"how (?:long|much|many|often|far|big|large)(?=\s*(?:,|[?!.]|$|according))))"
    r"(?:\s+(?:exactly|so|(?:is|was|did|does)\s+(?:that|this|it)(?:\s+(?:so|happen|the case))?))?"
    r"(?P<source>,? according to [^?!.]+)?\s*[?!.]*$",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"^(?:(?:what|how)\s+about|what\s+of)\s+(?P<what>[^?!]+?)\s*[?!.]*$", re.IGNORECASE)
_NTH = re.compile(
    rf"^(?:(?:what|which|who)\s+(?:is|was|are|were|about)\s+)?(?:(?:under|of|in|on|for|with)\s+)?(?:the\s+)?(?P<nth>{'|'.join(ORDINALS)})(?:\s+one)?"
    r"\s*[?!.]*$",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"\b(?:tell me more|more details?|more information|go on|elaborate|anything else|what else|any more|any others?|"
    r"who else|where else)\s*[?!.]*$",
    re.IGNORECASE,
)
_QUANTITY = re.compile(
    rf"(?P<how>how (?:many|much)) (?P<what>(?:[\w-]+ ){{0,4}}?)(?=(?:{'|'.join(AUXILIARIES.split())})\b)", re.IGNORECASE
)
LINKED = re.compile(r"\W*(?:and|or|but|then|also|so|ok(?:ay)?,? and)\b", re.IGNORECASE)
_WHEN = re.compile(
    r"\b(?:\d{1,2}\s+)?(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"(?:\s+\d{1,2})?,?\s+\d{4}\b|\b(?:1[5-9]|20)\d\d\b"
)
_FRAGMENT = frozenset(f"{AUXILIARIES} {INTERROGATIVES} i you we tell give show list name explain".split())


def elliptic(question: str, body: str, last: Turn) -> str | None:
    """Return what an ellipsis asks: "why?", "and the second?", "what about Japan?", "tell me more"; None if it is none.

    `body` is the question without the words that open it.
    """
    if match := _NTH.match(body):
        return _nth(match["nth"], last, question)
    if match := _BARE_WH.match(body):
        asked = _bare(match["wh"], last)
        return sentence(asked.rstrip(EDGE) + match["source"]) if match["source"] else asked
    if match := _ABOUT.match(body):
        return about(match["what"], last)
    return _more(body, last) if _MORE.search(body) else None


def quantity(body: str, last: Turn) -> str | None:
    """Return "how many were there ..." with what the last question counted, None where either is no such question."""
    mine, theirs = _QUANTITY.match(body), _QUANTITY.match(last.standalone_question)
    if not mine or not theirs or mine["what"] or not theirs["what"] or mine["how"].lower() != theirs["how"].lower():
        return None
    return sentence(f"{mine['how']} {theirs['what']}{body[mine.end() :]}")


def _more(body: str, last: Turn) -> str:
    subject = topic(last)
    return sentence(f"{body.rstrip(EDGE)} about {subject}", body) if subject else body


def _bare(wh: str, last: Turn) -> str:
    """Return the last question asked with `wh` where that takes the place of its own adverb or opening verb."""
    former = OPENING.sub("", last.standalone_question).strip()
    adverb = re.match(
        rf"^(?:why|when|where|how|since when|until when|by whom|with whom|on (?:what|which) (?:date|day))\s+"
        rf"(?P<rest>(?:{'|'.join(AUXILIARIES.split())})\s+.+)$",
        former,
        re.IGNORECASE | re.DOTALL,
    )
    yes_no = re.match(rf"^(?:{'|'.join(AUXILIARIES.split())})\s+.+$", former, re.IGNORECASE | re.DOTALL)
    if wh.lower() in ("how so", "why not", "how many", "how much"):
        return regarding(wh, last)
    if adverb:
        return sentence(f"{wh} {adverb['rest']}")
    if yes_no:
        return sentence(f"{wh} {former[:1].lower()}{former[1:]}")
    return regarding(wh, last)


def _nth(nth: str, last: Turn, question: str) -> str:
    """Return a question for the item of that number."""
    former = last.standalone_question
    if found := list(re.finditer(rf"\b(?:{'|'.join(ORDINALS)})\b", former, re.IGNORECASE)):
        return sentence(former[: found[-1].start()] + nth.lower() + former[found[-1].end() :])
    several = [phrase for phrase in noun_phrases(former) if phrase.plural]
    several += [phrase for phrase in counted(former) if phrase.plural]
    if several:
        return sentence(f"What is the {nth.lower()} of {several[0].text}")
    return regarding(question, last)


def fragment(body: str) -> bool:
    """Tell whether the body is a few words without a verb: "magnets too", "by whom"."""
    found = words(body)
    return 0 < len(found) <= 6 and not _FRAGMENT & set(found)


def about(what: str, last: Turn) -> str:
    """Return the last question with `what` in the place of its like."""
    former = last.standalone_question
    preposition = re.match(rf"^(?:{'|'.join(PREPOSITIONS.split())})\b", what, re.IGNORECASE)
    bare = what[preposition.end() :].strip() if preposition else what
    place = _place(bare, preposition.group().lower() if preposition else "", former)
    if place:
        start, end = place
        return sentence(former[:start] + _cased(bare, start) + former[end:])
    if _WHEN.fullmatch(bare) and former.strip():
        link = preposition.group().lower() if preposition else "in"
        return sentence(f"{former.strip().rstrip(EDGE)} {link} {bare}")
    return regarding(f"And {what}" if preposition else f"What about {what}", last)


def _cased(what: str, start: int) -> str:
    return what[:1].upper() + what[1:] if start == 0 else what


def _place(what: str, preposition: str, former: str) -> tuple[int, int] | None:
    """Return the part of the former question that `what` is the like of, None where there is none."""
    if _WHEN.search(what):
        dates = list(_WHEN.finditer(former))
        return dates[-1].span() if dates else None
    mine = [word for word in tokenize(what) if word.plain and word.low not in DETERMINERS]
    if not mine:
        return None
    if (defined := DEFINED.match(former)) and not preposition and not FORM_WORDS & set(words(defined["what"])):
        return defined.start("what"), defined.start("what") + len(defined["what"].rstrip())
    phrases = noun_phrases(former)
    if len(mine) > 6 or (len(mine) > 2 and not mine[0].text[:1].isupper()):
        return None
    if mine[0].text[:1].isupper():
        names = [phrase for phrase in phrases if phrase.name and not tells(former, phrase)]
        initials = all(word.text.isupper() for word in mine)
        alike = [phrase for phrase in names if phrase.short.isupper() == initials] or names
        if preposition:
            alike = [phrase for phrase in alike if _follows(former, phrase, preposition)] or alike
        return _span(alike[-1]) if alike else None
    sharing = re.search(rf"\b[\w-]+ (?=\w)(?:{'|'.join(re.escape(word.text) for word in mine[-1:])})\b", former)
    if sharing and len(mine) > 1:
        return sharing.span()
    spot = re.search(
        rf"\b{preposition or '(?:of|for)'} (?P<what>(?:[a-z-]+ ){{0,2}}?[a-z-]+)"
        r"(?= (?:in|on|by|at|to|for|from|with)\b|\s*[?.!]*$)",
        former,
    )
    if spot and not set(words(spot["what"])) & FORM_WORDS:
        return spot.span("what")
    subject = None if preposition else bare_subject(former)
    return (subject.start, subject.end) if subject else None


def _follows(former: str, phrase: Phrase, preposition: str) -> bool:
    return former[: phrase.start].lower().rstrip().endswith(f" {preposition}")


def _span(phrase: Phrase) -> tuple[int, int]:
    return phrase.start, phrase.start + len(phrase.short)
