"""Questions that were written about passages: some the passage answers, others it only seems to."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from assistant.models.reader.data.items import Corpus, Item, Passage, joined_passage, overlapping
from assistant.models.reader.data.pages import load_pages
from assistant.sentences import Span

ASKED = "asked"


def passage_id(text: str) -> str:
    """Return what the files of written questions call a passage: the beginning of the SHA-1 of its text."""
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:8]


def load_asked(files: Sequence[Path], pages: Path, written: Sequence[Path], others: Iterable[Passage] = ()) -> Corpus:
    """Return the questions of `files`, and as passages all among which theirs stand.

    A line of `files` has `id`, which tells a section of the pages in the folder `pages`, a passage of the JSON lines
    `written` or one of `others`, of which only those come along that are asked about; `asked`, each a question, where
    its gold sentences stand in the passage, and a short answer, which may be empty; and `unasked`, questions that the
    passage does not answer.
    """
    places: dict[str, Passage] = {}
    shifts: dict[str, int] = {}
    corpus = Corpus(ASKED)
    for section in load_pages(pages):
        places.setdefault(passage_id(section.passage.text), section.passage)
    for path in written:
        for row in _rows(path):
            text = " ".join(row["sentences"])
            made = _written(row)
            places.setdefault(passage_id(text), made)
            shifts[passage_id(text)] = len(made.text) - len(text)
    rows = [row for path in files for row in _rows(path)]
    wanted = {row["id"] for row in rows} - places.keys()
    for passage in others if wanted else ():
        if (identity := passage_id(passage.text)) in wanted:
            places.setdefault(identity, passage)
    corpus.passages.extend(places.values())
    for row in rows:
        if (found := places.get(row["id"])) is not None:
            corpus.items.extend(_items(row, found, shifts.get(row["id"], 0)))
    return corpus


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _written(row: dict[str, Any]) -> Passage:
    """Return the passage as articles are taken in: the heads of a table are its first row."""
    title = " > ".join(part for part in (row["title"], row.get("heading")) if part)
    heads = [" | ".join(row["columns"])] if row.get("columns") else []
    return joined_passage(ASKED, row["title"], title, [*heads, *row["sentences"]])


def _items(row: dict[str, Any], passage: Passage, shift: int) -> list[Item]:
    items = []
    for place, (question, places, short) in enumerate(row["asked"]):
        found = (overlapping(passage.sentences, start + shift, end + shift) for start, end in places)
        gold = tuple(sorted({number for numbers in found for number in numbers}))
        spans = [passage.sentences[i] for i in gold]
        texts = tuple(passage.text[a:b] for a, b in spans)
        unasked = tuple(row["unasked"][place : place + 1])
        items.append(Item(passage, question, gold, _short(passage.text, spans, short), texts, unasked))
    return items


def _short(text: str, spans: Sequence[Span], short: str) -> Span | None:
    """Return where the first of `spans` that holds the short answer does."""
    for start, end in spans if short else ():
        found = text.find(short, start, end)
        if found >= 0:
            return found, found + len(short)
    return None
