"""Statements that were written about passages: some say what those say, others differ from it by a word or two.

Writers who put what is said in other words, and change what is said by a word, make what is near it look wrong. So
beside wrong statements near a sentence stands that sentence as a right one, and what is drawn is balanced.
"""

import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from assistant.models.entailment.edits import Pieces, cut
from assistant.models.entailment.examples import Example, around, led
from assistant.models.entailment.rows import told
from assistant.models.reader.data.balance import drawn, tenths
from assistant.models.reader.data.pages import load_pages

_LIKE = 0.8
# How often a statement is shown without one of the sentences that state it, and a passage with what stands above it.
_WITHOUT = 0.12
_WITH_HEAD = 0.75
# Sentences shorter than this are items and cells.
_LEAST = 45

# Returns a statement that says the same.
Keep = Callable[[Pieces, random.Random], Pieces]


@dataclass(frozen=True)
class _Page:
    """A sentence of a public page: `at` of `texts`, under `title`."""

    texts: Sequence[str]
    at: int
    title: str

    @property
    def stating(self) -> Sequence[str]:
        """The sentence."""
        return [self.texts[self.at]]

    @property
    def above(self) -> Sequence[str]:
        """The title."""
        return [self.title]

    def source(self, rng: random.Random) -> str:
        """Return the sentence, some of those around it, at times what stands above it."""
        source, _ = around(self.texts, self.at, rng)
        return led(source, self.title, rng)


@dataclass(frozen=True)
class _Passage:
    """Sentences `of` a passage that was written too, which has `heads`, title and heading, and maybe `columns`."""

    texts: Sequence[str]
    of: tuple[int, ...]
    heads: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def stating(self) -> Sequence[str]:
        """The sentences."""
        return [self.texts[i] for i in self.of]

    @property
    def above(self) -> Sequence[str]:
        """Title, heading and heads of columns."""
        return *self.heads, *self.columns

    def source(self, rng: random.Random, without: int | None = None) -> str:
        """Return the sentences and some others, without one of them where it is given."""
        others = [i for i in range(len(self.texts)) if i not in self.of]
        some = {*self.of, *rng.sample(others, min(len(others), rng.choice((0, 0, 1, 1, 2))))} - {without}
        heads = self.heads if rng.random() < _WITH_HEAD else ()
        shown = [*(f"{head}." for head in heads), *(told(self.texts[i], self.columns) for i in sorted(some))]
        return " ".join(shown)


@dataclass(frozen=True)
class _Statement:
    """A statement about `place`; `copied` where it is a sentence of it, to be reworded each time it is shown."""

    number: int
    pieces: Pieces
    supported: bool
    located: bool
    place: _Page | _Passage
    copied: bool = False

    @property
    def group(self) -> tuple[int, bool]:
        """How many tenths of its words stand in its place, and whether it is supported."""
        held = _words(cut(" ".join([*self.place.above, *self.place.stating])))
        return tenths(_words(self.pieces), held), self.supported


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
        self._groups = [one.group for one in self._statements]
        self._sizes = Counter(self._groups)

    def __len__(self) -> int:
        return len(self._statements)

    def examples(self, rng: random.Random, keep: Keep, *, apart: bool) -> Iterator[Example]:
        """Yield statements in random order, their sentences among others; `apart`: of the tenth held out.

        Of those that share as many words with their source as many are supported as not: the others of the larger part
        are left out, not the same every time. Sentences that are statements themselves are reworded by `keep`.
        """
        for i in rng.sample(range(len(self._statements)), len(self._statements)):
            one, (shared, supported) = self._statements[i], self._groups[i]
            if (one.number % 10 == 0) != apart:
                continue
            if not drawn(self._sizes[shared, supported], self._sizes[shared, not supported], rng):
                continue
            pieces = keep(one.pieces, rng) if one.copied else one.pieces
            if isinstance(one.place, _Passage) and one.supported and not apart and rng.random() < _WITHOUT:
                lacking = one.place.source(rng, rng.choice(one.place.of))
                if lacking:
                    yield Example(lacking, pieces, supported=False, located=False, apart=apart)
                    continue
            yield Example(one.place.source(rng), pieces, one.supported, one.located, apart)

    def _add_bad(self, number: int, text: str, place: _Page | _Passage, said: Sequence[Pieces]) -> None:
        """Add a statement that is not supported, beside the sentence that it differs from by little."""
        sentences = [cut(one) for one in place.stating]
        pieces, likest = compared(cut(text), [*sentences, *said])
        self._statements.append(_Statement(number, pieces, False, likest is not None, place))
        if likest is not None and likest < len(sentences):
            copied = place.stating[likest]
            if len(copied) >= _LEAST and " | " not in copied:
                self._statements.append(_Statement(number, sentences[likest], True, True, place, copied=True))

    def _add_page(self, line: dict[str, Any], page: _Page) -> None:
        number = int(line["id"], 16)
        said = [cut(text) for text in line["ok"]]
        self._statements += [_Statement(number, pieces, True, True, page) for pieces in said]
        for text in line["bad"]:
            self._add_bad(number, text, page, said)

    def _add_passage(self, line: dict[str, Any]) -> None:
        number = int(sentence_id(line["title"]), 16)
        columns = tuple(line.get("columns") or ())
        heads = tuple(head for head in (line["title"], line.get("heading")) if head)
        texts = line["sentences"]

        def place(one: dict[str, Any]) -> _Passage:
            return _Passage(texts, tuple(one["of"]), heads, columns)

        said = [cut(one["text"]) for one in line["ok"]]
        for one, pieces in zip(line["ok"], said, strict=True):
            self._statements.append(_Statement(number, pieces, True, True, place(one)))
        for one in line["bad"]:
            self._add_bad(number, one["text"], place(one), said)


def compared(pieces: Pieces, others: Sequence[Pieces]) -> tuple[Pieces, int | None]:
    """Return `pieces` with those marked as altered in which they differ from the likest of `others`.

    Which one that is comes with them, None where they differ in too much for the marks to tell what was altered.
    """
    words = [piece.text.lower() for piece in pieces]
    matchers = [
        SequenceMatcher(None, words, [piece.text.lower() for piece in other], autojunk=False) for other in others
    ]
    ratios = [one.ratio() for one in matchers]
    best = max(range(len(others)), key=lambda i: ratios[i])
    if ratios[best] < _LIKE:
        return pieces, None
    altered: set[int] = set()
    for tag, first, after, _, _ in matchers[best].get_opcodes():
        if tag == "delete" or tag == "replace":
            altered |= set(range(first, after))
        elif tag == "insert":
            # What was left out is told by the word before the gap.
            altered.add(max(0, first - 1 if not pieces[max(0, first - 1)].text.isspace() else first - 2))
    altered = {i for i in altered if not pieces[i].text.isspace()}
    return tuple(replace(p, altered=i in altered) for i, p in enumerate(pieces)), best if altered else None


def _words(pieces: Pieces) -> frozenset[str]:
    return frozenset(piece.text.lower() for piece in pieces if piece.text[0].isalnum())


def sentence_id(text: str) -> str:
    """Return what the files of written statements call a sentence: the beginning of its SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]
