"""Questions made from text without questions: from its headings, lists and titles, and from single sentences."""

import random
import re
from collections.abc import Iterator

from assistant.models.reader.clauses import MAKERS, MEANING
from assistant.models.reader.data.items import Item, Passage
from assistant.models.reader.data.pages import Section
from assistant.sentences import Span

_SAYS = (
    "What does {doc} say about {x}?", "what is said about {x}", "What is {x}?", "{x}", "Tell me about {x}.",
    "What does it say on {x}?", "How is {x} dealt with in {doc}?", "What are the rules on {x}?", "Explain {x}",
)  # fmt: skip
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
    by_kind: list[Made] = []
    for maker in MAKERS:
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
    return [(rng.choice(MEANING).format(x=title), (0,), None)]


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
