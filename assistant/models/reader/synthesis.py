"""Questions made from text without questions: headings, definitions, cloze sentences, reasons, means, lists."""

import random
import re
from collections.abc import Callable, Iterator

from assistant.models.reader.data.items import Item, Passage
from assistant.models.reader.data.pages import Section
from assistant.models.reader.inputs import words
from assistant.sentences import Span

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
_SAYS = (
    "What does {doc} say about {x}?", "what is said about {x}", "What is {x}?", "{x}", "Tell me about {x}.",
    "What does it say on {x}?", "How is {x} dealt with in {doc}?", "What are the rules on {x}?", "Explain {x}",
)  # fmt: skip
_MEANING = (
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

Made = tuple[str, tuple[int, ...], Span | None]


def from_sections(sections: list[Section], rng: random.Random) -> Iterator[Item]:
    """Yield items of every kind for pages: headings and lists from the structure, the rest from the sentences."""
    for section in sections:
        passage = section.passage
        made = [*_from_heading(section, rng), *_from_list(section, rng), *from_sentences(passage, rng)]
        for question, gold, answer in made:
            yield _item(passage, question, gold, answer)


def from_passages(passages: list[Passage], rng: random.Random) -> Iterator[Item]:
    """Yield items made from the sentences of other sets, and "what is X" for passages that define their title."""
    for passage in passages:
        for question, gold, answer in [
            *from_sentences(passage, rng),
            *_from_title(passage, rng),
            *_from_path(passage, rng),
        ]:
            yield _item(passage, question, gold, answer)


def from_sentences(passage: Passage, rng: random.Random) -> list[Made]:
    """Return at most four questions on `passage`, of different kinds where there is a choice."""
    makers: tuple[Callable[[str, random.Random], tuple[str, Span] | None], ...] = (
        _definition, _reason, _means, _enumeration, _count, _date, _subject,
    )  # fmt: skip
    by_kind: list[Made] = []
    for maker in makers:
        found = []
        for i, (start, end) in enumerate(passage.sentences):
            sentence = passage.text[start:end]
            if 40 <= len(sentence) <= 420 and (pair := maker(sentence, rng)):
                question, (a, b) = pair
                found.append((question, (i,), (start + a, start + b)))
        if found:
            by_kind.append(rng.choice(found))
    return by_kind if len(by_kind) <= 4 else [*by_kind[:3], rng.choice(by_kind[3:])]


def _item(passage: Passage, question: str, gold: tuple[int, ...], answer: Span | None) -> Item:
    first, last = passage.sentences[gold[0]][0], passage.sentences[gold[0]][1]
    excluded = [passage.text[first:last]]
    if answer and answer[1] - answer[0] > 3:
        excluded.append(passage.text[slice(*answer)])
    return Item(passage, question, gold, answer, tuple(excluded))


def _from_heading(section: Section, rng: random.Random) -> list[Made]:
    if not 4 <= len(section.heading) <= 80 or len(section.passage.text) < 120:
        return []
    title = section.passage.title.removesuffix(f" > {section.heading}")
    named = rng.random() < 0.5 or section.heading.lower() in {"policy", "purpose", "general provisions", "background"}
    doc = f"“{title}”" if named else _kind_of_page(title)
    heading = section.heading if section.heading.isupper() else section.heading[0].lower() + section.heading[1:]
    if section.heading.endswith("?"):
        question = section.heading
    else:
        template = rng.choice(_SAYS[:1] + _SAYS if not named else (_SAYS[0], _SAYS[6]))
        question = template.format(doc=doc, x=heading)
    return [(question, tuple(range(min(len(section.passage.sentences), 5))), None)]


def _kind_of_page(title: str) -> str:
    kinds = (
        "executive order",
        "proclamation",
        "memorandum",
        "fact sheet",
        "remarks",
        "statement",
        "press briefing",
        "report",
    )
    return f"the {next((k for k in kinds if k in title.lower()), 'text').split()[-1]}"


def _from_list(section: Section, rng: random.Random) -> list[Made]:
    if not section.is_list:
        return []
    spans, text = section.passage.sentences, section.passage.text
    lead = text[slice(*spans[0])].rstrip(":").split(". ")[-1]
    start = rng.choice(("What are ", "List ", "Which are ", "")) if lead.lower().startswith("the ") else "What: "
    question = f"{start}{lead[0].lower()}{lead[1:]}?"
    return [(question, tuple(range(len(spans))), None)]


def _from_title(passage: Passage, rng: random.Random) -> list[Made]:
    title = passage.title.split(" (")[0]
    first = passage.text[slice(*passage.sentences[0])]
    if not title or " > " in title or not first.lower().removeprefix("the ").startswith(title.lower()[:12]):
        return []
    if not re.search(r" (?:is|are|was|were|refers to) ", first):
        return []
    return [(rng.choice(_MEANING).format(x=title), (0,), None)]


def _from_path(passage: Passage, rng: random.Random) -> list[Made]:
    article, _, section = passage.title.partition(" > ")
    if passage.source != "selqa" or not section or len(passage.sentences) < 3:
        return []
    template = rng.choice(
        (
            "What is known about the {s} of {a}?",
            "{a} {s}",
            "Tell me about {a}: {s}.",
            "What does the article on {a} say about {s}?",
        )
    )
    return [(template.format(a=article, s=section.lower()), tuple(range(min(len(passage.sentences), 5))), None)]


def _definition(sentence: str, rng: random.Random) -> tuple[str, Span] | None:
    if found := _DEFINED.search(sentence):
        return rng.choice(_MEANING).format(x=found.group(1).strip(",")), (found.end(), len(sentence))
    found = _IS_A.match(sentence)
    if not found or found.group(1).split()[0].lower() in _PRONOUNS or len(found.group(1)) < 4:
        return None
    name = found.group(1)
    question = rng.choice(
        ("Who is {x}?", "What is {x}?", "what is {x}", "{x}", "Tell me what {x} is.", "What do you know of {x}?")
    )
    return question.format(x=name), (found.end(1), len(sentence))


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


def _clause(pattern: re.Pattern[str], sentence: str, word: str) -> tuple[str, Span] | None:
    found = pattern.search(sentence)
    if not found or found.start() < 25 or len(sentence) - found.end() < 12:
        return None
    return _ask(sentence[: found.start()], word), (found.start(1), len(sentence))


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
