"""Tables with made-up figures, and questions on one cell: the training sets hold no table."""

import random

from assistant.models.reader.data.items import Corpus, Item, Passage, joined_passage

_PLACES = (
    "Argentina", "Australia", "Austria", "Bolivia", "Brazil", "Canada", "Chile", "Colombia", "Egypt", "Finland",
    "France", "Germany", "Ghana", "Iceland", "India", "Indonesia", "Italy", "Kenya", "Mexico", "Morocco", "Norway",
    "Peru", "Poland", "Portugal", "South Korea", "Spain", "Sweden", "Turkey", "United Kingdom", "Zambia",
    "Other countries", "World total", "New York", "Ohio", "Texas", "Northern region", "Coastal districts",
)  # fmt: skip
_THINGS = (
    "barley", "cement", "coal", "coffee", "copper", "cotton", "electricity", "fertiliser", "glass", "iron ore", "maize",
    "natural gas", "paper", "phosphate", "potash", "rice", "salt", "silver", "soybeans", "steel", "sugar", "sulfur",
    "timber", "tin", "wheat", "wool", "zinc", "apples", "cattle", "ships", "passenger cars", "bicycles",
)  # fmt: skip
_MEASURES = (
    "production", "imports", "exports", "consumption", "stocks, year end", "price, dollars per kilogram",
    "price, average", "employment, mine and mill", "reserves", "capacity", "net import reliance, percent",
    "revenue", "output per worker", "area", "investment", "shipments", "recycled, share of supply",
)  # fmt: skip
_UNITS = ("metric tons", "thousand tons", "million dollars", "percent", "thousand barrels", "units", "")
_SEPARATORS = (" ", " ", "  ", " | ", "\t", ", ")
_ASKED = (
    "What was {x} in {y}?", "what was the {x} in {y}", "How much was {x} in {y}?", "{x} {y}", "What is {x} for {y}?",
    "Which figure is given for {x} in {y}?", "How high was {x} in {y}?", "How did {x} stand in {y}?",
)  # fmt: skip
_WHOLE = ("What was {x}?", "How has {x} developed?", "{x}", "What are the figures for {x}?", "How large is {x}?")


def made_tables(count: int, seed: int) -> Corpus:
    """Return `count` tables, three questions on each, and questions that the table does not answer."""
    rng = random.Random(f"{seed}-tables")
    corpus = Corpus("tables")
    for number in range(count):
        passage, items = _table(f"table-{number}", rng)
        corpus.passages.append(passage)
        corpus.items.extend(items)
    return corpus


def _table(name: str, rng: random.Random) -> tuple[Passage, list[Item]]:
    thing, measure = rng.choice(_THINGS), rng.choice(_MEASURES)
    by_place = rng.random() < 0.5
    labels = rng.sample(_PLACES if by_place else _MEASURES, rng.randint(4, 9))
    first = rng.randint(1990, 2024)
    years = [str(first + i) for i in range(rng.randint(2, 5))]
    caption = f"{thing}: {measure} by country" if by_place else f"{thing}, salient statistics"
    unit = rng.choice(_UNITS)
    separator = rng.choice(_SEPARATORS)
    rows = [separator.join(years)] if rng.random() < 0.8 else []
    lead = f"{caption.capitalize()}{f' ({unit})' if unit else ''}"
    head = [lead, *rows] if rng.random() < 0.7 else rows
    cells = [[label, *(_figure(rng) for _ in years)] for label in labels]
    sentences = [*head, *(separator.join(row) for row in cells)]
    title = f"{thing.capitalize()} > {measure.capitalize()}" if by_place else f"{thing.capitalize()} statistics"
    passage = joined_passage("tables", name, title, sentences)
    items = []
    for row in rng.sample(range(len(labels)), 3):
        what = _named(thing, measure if by_place else None, labels[row])
        place = len(head) + row
        column = rng.randrange(len(years))
        whole = rng.random() < 0.25
        question = rng.choice(_WHOLE if whole else _ASKED).format(x=what, y=years[column])
        start = passage.sentences[place][0] + len(separator.join(cells[row][: column + 1]) + separator)
        answer = None if whole else (start, start + len(cells[row][column + 1]))
        wrong = _unanswered(thing, measure if by_place else None, labels, years, rng)
        items.append(Item(passage, question, (place,), answer, (sentences[place],), wrong, broad=True))
    return passage, items


def _named(thing: str, measure: str | None, label: str) -> str:
    """Return what a row is on: a measure of a thing in the place `label`, or without a measure the measure `label`."""
    return f"{thing} {measure} of {label}" if measure else f"{label.split(',')[0]} of {thing}"


def _unanswered(
    thing: str, measure: str | None, labels: list[str], years: list[str], rng: random.Random
) -> tuple[str, ...]:
    """Return a question on a row, a year or a thing that the table does not have, worded as if it had."""
    kind = rng.randrange(3)
    label = rng.choice(labels)
    year = rng.choice(years)
    if kind == 0:
        label = rng.choice([x for x in (_PLACES if measure else _MEASURES) if x not in labels])
    elif kind == 1:
        thing = rng.choice([x for x in _THINGS if x != thing])
    else:
        year = str(int(years[-1]) + rng.randint(1, 9))
    return (rng.choice(_ASKED).format(x=_named(thing, measure, label), y=year),)


def _figure(rng: random.Random) -> str:
    kind = rng.randrange(6)
    if kind == 0:
        return str(rng.randint(1, 99))
    if kind == 1:
        return f"{rng.uniform(0.1, 90):.1f}"
    if kind == 2:
        return rng.choice(("—", "W", "NA", ">95", "<1"))
    return f"{rng.randint(2, 9999) * 10 ** rng.randint(0, 3):,}"
