"""Article -> passages: whole sentences under one heading path, within the embedding model's reach."""

import hashlib
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from assistant.sentences import sentence_spans, trim
from assistant.types import Article, Block, Passage, Sentence

TokenCounter = Callable[[Sequence[str]], list[int]]

_SPECIAL_TOKENS = 2
_PATH_TOKENS = 56
_COUNTED = 20_000  # characters of a sentence up to which its rest is counted exactly wherever it is cut
# Where a sentence that fits no passage is cut: after a clause mark if there is one, else at white space.
_CLAUSE = re.compile(r"[;:,.!?)\]}—–](?=\s)|\s+")


@dataclass(frozen=True)
class _Unit:
    """A sentence on its way into a passage; `tokens` without special tokens, `leads_in` where it ends in a colon."""

    sentence: Sentence
    tokens: int
    leads_in: bool

    @property
    def is_heading(self) -> bool:
        return self.sentence.kind == "heading"


class Chunker:
    """Cuts articles into passages.

    A passage holds whole sentences, about `target` tokens and never more than `limit` together with its heading path
    and the special tokens, nor more than `max_chars` characters. It never runs across a heading: headings open the
    passage of the text below them. A sentence too long for a passage of its own is cut at clause marks.
    """

    def __init__(self, count_tokens: TokenCounter, target: int = 200, limit: int = 256, max_chars: int = 1000) -> None:
        """Take the token counter of the embedding model and the sizes, in its tokens and in characters."""
        self._count = count_tokens
        self._target = target
        self._limit = limit
        self._max_chars = max_chars

    def chunk(self, article: Article) -> tuple[Passage, ...]:
        """Return the passages of `article`, in order; their sentences hold every non-space character once."""
        passages: list[Passage] = []
        for path, units in self._sections(article):
            for group in self._pack(units, self._budget(path)):
                passages.append(self._passage(article, len(passages), path, group))
        return tuple(passages)

    def _sections(self, article: Article) -> Iterator[tuple[tuple[str, ...], list[_Unit]]]:
        """Yield (heading path, units) for each run of text under one heading."""
        headings: list[tuple[int, str]] = []
        units: list[_Unit] = []
        path: tuple[str, ...] = (article.title,)
        for block in self._blocks(article):
            if block.kind == "heading":
                # Headings stand before whatever else a section holds, so its last unit tells.
                if units and not units[-1].is_heading:
                    yield path, units
                    units = []
                text = " ".join(article.text[block.start : block.end].split())
                headings = [*((level, name) for level, name in headings if level < block.level), (block.level, text)]
                names = [name for _, name in headings]
                path = tuple(names if names[0] == article.title else [article.title, *names])
            units += self._units(article, block, path, units)
        if units:
            yield path, units

    @staticmethod
    def _blocks(article: Article) -> Sequence[Block]:
        return article.blocks or (Block(kind="paragraph", start=0, end=len(article.text)),)

    def _budget(self, path: tuple[str, ...]) -> int:
        """Return the tokens left for text under `path`, however many of its headings stand in the text itself."""
        above = [path_text(path[:depth], self._count) for depth in range(1, len(path) + 1)]
        return max(self._limit - _SPECIAL_TOKENS - max(self._count(above), default=0), 32)

    def _units(self, article: Article, block: Block, path: tuple[str, ...], before: Sequence[_Unit]) -> Iterator[_Unit]:
        text = article.text
        if block.kind in ("heading", "table_row"):
            spans = [trim(text, block.start, block.end)]
        else:
            spans = sentence_spans(text, block.start, block.end)
        counts = self._count([text[a:b] for a, b in spans])
        room, width = self._budget(path), self._max_chars
        if before and before[-1].is_heading:
            # The headings above share the passage, and are not to be left alone in one.
            above = sum(unit.tokens for unit in before[:room])
            room = max(room - above, room // 2)
            width = max(width - (block.start - before[0].sentence.start), width // 2)
        for (start, end), tokens in zip(spans, counts, strict=True):
            for a, b, size in self._fit(text, start, end, tokens, room, width):
                sentence = Sentence(start=a, end=b, kind=block.kind, columns=block.columns)
                yield _Unit(sentence, size, text[b - 1] == ":")

    def _fit(
        self, text: str, start: int, end: int, tokens: int, room: int, width: int
    ) -> Iterator[tuple[int, int, int]]:
        """Yield (start, end, tokens) of the sentence in as many parts as fit `room` tokens and `width` characters."""
        waiting = [(start, end, tokens)]
        while waiting:
            start, end, tokens = waiting.pop()
            parts = max(math.ceil(tokens / room), math.ceil((end - start) / width))
            if parts <= 1:
                yield start, end, tokens
                continue
            cut = self._cut(text, start, end, (end - start) // parts)
            for a, b in (trim(text, cut, end), trim(text, start, cut)):
                if a < b:
                    # What is cut often is counted only once little is left: counting it each time takes minutes.
                    exact = b - a <= _COUNTED
                    waiting.append((a, b, self._count([text[a:b]])[0] if exact else tokens * (b - a) // (end - start)))

    @staticmethod
    def _cut(text: str, start: int, end: int, size: int) -> int:
        """Return the best place to cut near `start + size`: the last clause mark before it, else any boundary."""
        spaces: list[int] = []
        clauses: list[int] = []
        for match in _CLAUSE.finditer(text, start + max(size // 2, 1), min(start + size + 1, end)):
            (spaces if match.group().isspace() else clauses).append(match.end())
        return (clauses or spaces or [start + max(size, 1)])[-1]

    def _pack(self, units: list[_Unit], budget: int) -> Iterator[list[_Unit]]:
        """Yield groups of like size, each within the budget; the first holds the headings."""
        total = sum(unit.tokens for unit in units)
        goal = total / max(math.ceil(total / min(self._target, budget)), 1)
        group: list[_Unit] = []
        size = 0
        for unit in units:
            too_long = bool(group) and unit.sentence.end - group[0].sentence.start > self._max_chars
            full = size >= goal * 0.9 and size + unit.tokens > goal * 1.1 and not group[-1].is_heading
            if group and (too_long or full or size + unit.tokens > budget):
                carried = self._carried(group, unit, budget)
                yield group[: len(group) - len(carried)]
                group, size = carried, sum(one.tokens for one in carried)
            group.append(unit)
            size += unit.tokens
        if group:
            yield group

    def _carried(self, group: list[_Unit], unit: _Unit, budget: int) -> list[_Unit]:
        """Return the lead-in ("...:") at the end of `group` that should open the next passage with `unit`."""
        last = group[-1]
        fits = last.tokens + unit.tokens <= budget and unit.sentence.end - last.sentence.start <= self._max_chars
        alone = len(group) < 2 or group[-2].is_heading
        return [last] if last.leads_in and fits and not alone and not last.is_heading else []

    @staticmethod
    def _passage(article: Article, ordinal: int, path: tuple[str, ...], group: list[_Unit]) -> Passage:
        start, end = group[0].sentence.start, group[-1].sentence.end
        # Headings are embedded with the text, so a new title is a new version of the passage too.
        version = hashlib.sha256("\n".join((article.sha256, *path)).encode("utf-8", "surrogatepass")).hexdigest()[:12]
        return Passage(
            id=f"{article.id}:{version}:{ordinal}",
            article_id=article.id,
            ordinal=ordinal,
            start=start,
            end=end,
            text=article.text[start:end],
            heading_path=path,
            sentences=tuple(unit.sentence for unit in group),
        )


def path_text(path: tuple[str, ...], count: TokenCounter) -> str:
    """Return the heading path as it is embedded, the nearest headings kept where it is longer than 56 tokens."""
    kept: list[str] = []
    left = _PATH_TOKENS
    for name, tokens in reversed(list(zip(path, count(path), strict=True))):
        if tokens + 1 > left:
            if not kept:
                kept.append(_first_words(name, left, count))
            break
        kept.append(name)
        left -= tokens + 1
    return " > ".join(reversed(kept))


def _first_words(name: str, tokens: int, count: TokenCounter) -> str:
    """Return the beginning of `name` that is at most `tokens` long, cut between words where it has any."""
    words = name.split()
    while len(words) > 1 and count([" ".join(words)])[0] > tokens:
        words = words[: len(words) * 3 // 4]
    cut = " ".join(words)
    while cut and count([cut])[0] > tokens:
        cut = cut[: len(cut) * 3 // 4]
    return cut


def embedded_text(passage: Passage, count: TokenCounter) -> str:
    """Return what the embedding model is given for `passage`: the headings above it, then its text."""
    above = headings_above(passage)
    head = path_text(above, count) if above else ""
    return f"{head}\n{passage.text}" if head else passage.text


def headings_above(passage: Passage) -> tuple[str, ...]:
    """Return the heading path of `passage` without the headings that open its own text."""
    own = {
        " ".join(passage.text[s.start - passage.start : s.end - passage.start].split())
        for s in passage.sentences
        if s.kind == "heading"
    }
    return tuple(name for name in passage.heading_path if name not in own)
