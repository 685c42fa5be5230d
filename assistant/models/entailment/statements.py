"""Statements that were written about passages: some say what those say, others differ from it by a word or two."""

import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from assistant.models.entailment.edits import Pieces, cut
from assistant.models.entailment.examples import Example, around, led
from assistant.models.reader.data.pages import load_pages

_LIKE = 0.8
# How often a statement is shown without one of the sentences that state it, and a passage with what stands above it.
_WITHOUT = 0.12
_WITH_HEAD = 0.75


@dataclass(frozen=True)
class _Page:
    """A sentence of a public page: `at` of `texts`, under `title`."""

    texts: Sequence[str]
    at: int
    title: str

    def source(self, rng: random.Random) -> str:
        """Return the sentence, some of those around it, at times what stands above it."""
        source, _ = around(self.texts, self.at, rng)
        return led(source, self.title, rng)


@dataclass(frozen=True)
class _Passage:
    """Sentences `of` a passage that was written too, which has `heads`: title, heading, heads of columns."""

    texts: Sequence[str]
    of: tuple[int, ...]
    heads: tuple[str, ...]

    def source(self, rng: random.Random, without: int | None = None) -> str:
        """Return the sentences and some others, without one of them where it is given."""
        others = [i for i in range(len(self.texts)) if i not in self.of]
        some = {*self.of, *rng.sample(others, min(len(others), rng.choice((0, 0, 1, 1, 2))))} - {without}
        heads = self.heads if rng.random() < _WITH_HEAD else ()
        shown = [*(f"{head}." for head in heads), *(self.texts[i] for i in sorted(some))]
        return " ".join(shown)


@dataclass(frozen=True)
class _Statement:
    number: int
    pieces: Pieces
    supported: bool
    located: bool
    place: _Page | _Passage


class Written:
    """The statements of files of JSON lines.

    A line has `id`, which tells the sentence of a public page, or `sentences` with `title`, `heading` and `columns`;
    `ok` holds what the sentence, or those that the statement names in `of`, state, `bad` what they do not.
    """

    def __init__(self, files: Sequence[Path], pages: Path) -> None:
        """Read `files`; the sentences of pages are looked for in the folder `pages`."""
        places: dict[str, _Page] = {}
        for section in load_pages(pages):
            texts = [section.passage.text[a:b] for a, b in section.passage.sentences]
            for at, text in enumerate(texts):
                places.setdefault(sentence_id(text), _Page(texts, at, section.passage.title))
        self._statements: list[_Statement] = []
        for path in files:
            for line in path.read_text("utf-8").splitlines():
                one = json.loads(line)
                if "sentences" in one:
                    self._add_passage(one)
                elif one["id"] in places:
                    self._add_page(one, places[one["id"]])

    def __len__(self) -> int:
        return len(self._statements)

    def examples(self, rng: random.Random, *, apart: bool) -> Iterator[Example]:
        """Yield each statement once in random order, its sentences among others; `apart`: the tenth held out."""
        for one in rng.sample(self._statements, len(self._statements)):
            if (one.number % 10 == 0) != apart:
                continue
            if isinstance(one.place, _Passage) and one.supported and not apart and rng.random() < _WITHOUT:
                lacking = one.place.source(rng, rng.choice(one.place.of))
                if lacking:
                    yield Example(lacking, one.pieces, supported=False, located=False, apart=apart)
                    continue
            yield Example(one.place.source(rng), one.pieces, one.supported, one.located, apart)

    def _add_page(self, line: dict[str, Any], page: _Page) -> None:
        number = int(line["id"], 16)
        same = [cut(text) for text in (page.texts[page.at], *line["ok"])]
        self._statements += [_Statement(number, pieces, True, True, page) for pieces in same[1:]]
        for text in line["bad"]:
            pieces, located = compared(cut(text), same)
            self._statements.append(_Statement(number, pieces, False, located, page))

    def _add_passage(self, line: dict[str, Any]) -> None:
        number = int(sentence_id(line["title"]), 16)
        columns = " | ".join(line.get("columns") or ())
        heads = tuple(head for head in (line["title"], line.get("heading"), columns) if head)
        texts = line["sentences"]
        said = [cut(one["text"]) for one in line["ok"]]
        for one, pieces in zip(line["ok"], said, strict=True):
            self._statements.append(_Statement(number, pieces, True, True, _Passage(texts, tuple(one["of"]), heads)))
        for one in line["bad"]:
            pieces, located = compared(cut(one["text"]), [*said, *(cut(texts[i]) for i in one["of"])])
            place = _Passage(texts, tuple(one["of"]), heads)
            self._statements.append(_Statement(number, pieces, False, located, place))


def compared(pieces: Pieces, others: Sequence[Pieces]) -> tuple[Pieces, bool]:
    """Return `pieces` with those marked as altered in which they differ from the likest of `others`.

    Whether they differ in so little that the marks tell what was altered comes with them.
    """
    words = [piece.text.lower() for piece in pieces]
    matchers = [
        SequenceMatcher(None, words, [piece.text.lower() for piece in other], autojunk=False) for other in others
    ]
    likest = max(matchers, key=lambda one: one.ratio())
    if likest.ratio() < _LIKE:
        return pieces, False
    altered: set[int] = set()
    for tag, first, after, _, _ in likest.get_opcodes():
        if tag == "delete" or tag == "replace":
            altered |= set(range(first, after))
        elif tag == "insert":
            # What was left out is told by the word before the gap.
            altered.add(max(0, first - 1 if not pieces[max(0, first - 1)].text.isspace() else first - 2))
    altered = {i for i in altered if not pieces[i].text.isspace()}
    return tuple(replace(p, altered=i in altered) for i, p in enumerate(pieces)), bool(altered)


def sentence_id(text: str) -> str:
    """Return what the files of written statements call a sentence: the beginning of its SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]
