"""Fragments that lie between the sentences of real pages: sources, footnotes, table notes, links."""

import random
from dataclasses import replace

from assistant.models.reader.negatives import Excerpt

_MONTHS = ("January", "March", "May", "June", "August", "October", "December")
_BODIES = ("Department of Commerce", "Geological Survey", "company reports", "the authors", "national statistics")
_TEMPLATES = (
    "Source: {body}.", "NA Not available.", "-- Zero.", "e Estimated.", "See footnote {number}.", "[{number}] Ibid.",
    "{number}.", "Figure {number}.", "Table {number}.", "Notes: {body}, {month} {year}.", "Read more.",
    "Share this page.", "{month} {day}, {year}.", "By our staff.", "Photo: {body}.", "(See also page {number}.)",
    "Updated {month} {day}, {year}.", "Contents.", "Back to top.", "{number} {body}, p. {day}.",
    "Continued.", "W Withheld.",
)  # fmt: skip


def fragment(rng: random.Random) -> str:
    """Return one fragment, its numbers, dates and names drawn at random."""
    return rng.choice(_TEMPLATES).format(
        body=rng.choice(_BODIES),
        number=rng.randint(1, 99),
        month=rng.choice(_MONTHS),
        day=rng.randint(1, 28),
        year=rng.randint(1995, 2026),
    )


def littered(shown: Excerpt, rng: random.Random) -> tuple[Excerpt, int, int]:
    """Return the excerpt with a fragment before one of its sentences, which one, and by how much the rest moved."""
    place = rng.randrange(len(shown.sentences))
    text = fragment(rng)
    at, moved = shown.sentences[place][0], len(text) + 1
    after = tuple((a + moved, b + moved) for a, b in shown.sentences[place:])
    sentences = (*shown.sentences[:place], (at, at + len(text)), *after)
    indices = (*shown.indices[:place], -1, *shown.indices[place:])
    whole = f"{shown.text[:at]}{text} {shown.text[at:]}"
    return replace(shown, text=whole, sentences=sentences, indices=indices), place, moved
