"""Candidate: a sentence of a passage that may support a statement, with what stands above it."""

import re
from dataclasses import dataclass

from assistant.chunking import headings_above
from assistant.types import BlockKind, Passage, Sentence

_END = re.compile(r"[.!?:;]$")


@dataclass(frozen=True)
class Candidate:
    """A sentence that may support a statement; `above` are title and headings, and the heads of its columns."""

    text: str
    above: tuple[str, ...] = ()
    kind: BlockKind = "paragraph"

    @property
    def whole(self) -> str:
        """The sentence after what stands above it, a sentence each."""
        return " ".join([*(part if _END.search(part) else f"{part}." for part in self.above), self.text])


def candidate(passage: Passage, title: str, sentence: Sentence) -> Candidate:
    """Return `sentence` of `passage`, an article's of this title, as a candidate."""
    above = [part for part in dict.fromkeys((title, *headings_above(passage))) if part]
    heads = [" | ".join(sentence.columns)] if any(sentence.columns) else []
    return Candidate(text_of(passage, sentence), (*above, *heads), sentence.kind)


def text_of(passage: Passage, sentence: Sentence) -> str:
    """Return the words of `sentence`, one of `passage`."""
    return passage.text[sentence.start - passage.start : sentence.end - passage.start]
