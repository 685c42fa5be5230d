"""Candidate: a sentence of a passage that may support a statement, with what stands above it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from assistant.chunking import headings_above
from assistant.models.entailment.rows import told
from assistant.types import BlockKind, Passage, Sentence

_END = re.compile(r"[.!?:;]$")


@dataclass(frozen=True)
class Candidate:
    """A sentence that may support a statement; `above` are title and headings, `columns` the heads of a row's cells."""

    text: str
    above: tuple[str, ...] = ()
    kind: BlockKind = "paragraph"
    columns: tuple[str, ...] = ()

    @property
    def whole(self) -> str:
        """The sentence after what stands above it, a sentence each; the cells of a row behind their heads."""
        above = (part if _END.search(part) else f"{part}." for part in self.above)
        return " ".join([*above, told(self.text, self.columns)])

    @property
    def context(self) -> tuple[str, ...]:
        """What stands above it, the heads of its columns as a row."""
        return (*self.above, " | ".join(self.columns)) if any(self.columns) else self.above


def candidate(passage: Passage, title: str, sentence: Sentence) -> Candidate:
    """Return `sentence` of `passage`, an article's of this title, as a candidate."""
    above = tuple(part for part in dict.fromkeys((title, *headings_above(passage))) if part)
    return Candidate(text_of(passage, sentence), above, sentence.kind, sentence.columns)


def joined(candidates: Iterable[Candidate]) -> str:
    """Return the sentences as one text; what stands above several of them is said once."""
    parts: list[str] = []
    above: tuple[str, ...] = ()
    for one in candidates:
        parts.append(replace(one, above=tuple(part for part in one.above if part not in above)).whole)
        above = one.above
    return " ".join(parts)


def text_of(passage: Passage, sentence: Sentence) -> str:
    """Return the words of `sentence`, one of `passage`."""
    return passage.text[sentence.start - passage.start : sentence.end - passage.start]
