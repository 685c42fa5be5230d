"""Sets of claims with the sentences that may support them, and whether they do."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml

from assistant.chunking import Chunker, TokenCounter
from assistant.sentences import sentence_spans
from assistant.sources import find_sources, read_source
from assistant.types import Article, Passage
from assistant.verification.candidates import Candidate, candidate
from bench.pipelines import BenchError
from bench.sets import SHARED, read_lines

Label = Literal["supported", "partial", "not"]
_LABELS: dict[str, Label] = {"supported": "supported", "partially_supported": "partial", "not_supported": "not"}
_ROOT = Path(__file__).parents[1]
_LONGEST = 900


@dataclass(frozen=True)
class ClaimCase:
    """A claim, the sentences that may support it, and whether they do; `group` is what must not be parted."""

    source: str
    group: str
    claim: str
    candidates: tuple[Candidate, ...]
    label: Label
    kind: str = ""

    @property
    def fitted(self) -> bool:
        """Whether it is in the half that is fitted on, told apart by a digest of its group."""
        return int(hashlib.md5(self.group.encode(), usedforsecurity=False).hexdigest()[0], 16) < 8


def wice() -> Iterator[ClaimCase]:
    """Yield the claims of WiCE (Kamoi et al. 2023), each with all sentences of its article."""
    for record in read_lines(SHARED / "eval" / "wice" / "claims.jsonl"):
        candidates = tuple(Candidate(text[:_LONGEST]) for text in record["sentences"])
        group = "".join(record["sentences"][:40])
        yield ClaimCase("wice", group, record["claim"], candidates, _LABELS[record["label"]])


def summedits() -> Iterator[ClaimCase]:
    """Yield the statements of SummEdits (Laban et al. 2023), each with all sentences of its article."""
    for record in read_lines(SHARED / "eval" / "summedits" / "pairs.jsonl"):
        text = record["article"]
        candidates = tuple(Candidate(text[a:b][:_LONGEST]) for a, b in sentence_spans(text, 0, len(text)))
        label: Label = "supported" if record["consistent"] else "not"
        yield ClaimCase("summedits", text, record["statement"], candidates, label, "+".join(record["edits"]))


def written(count_tokens: TokenCounter) -> Iterator[ClaimCase]:
    """Yield the statements of tests/verification over corpus/, each with the sentences of the passages it cites."""
    passages: dict[str, tuple[Passage, ...]] = {}
    titles: dict[str, str] = {}
    chunker = Chunker(count_tokens)
    for path in find_sources([_ROOT / "corpus"]):
        for article in read_source(path):
            if not isinstance(article, Article):
                raise BenchError(f"{path} cannot be read: {article}")
            passages[article.id], titles[article.id] = chunker.chunk(article), article.title
    for name, label in (("good", "supported"), ("bad", "not")):
        entries = yaml.safe_load((_ROOT / "tests" / "verification" / f"{name}.yaml").read_text("utf-8"))
        for entry in entries:
            for statement in entry["statements"]:
                cited = list(dict.fromkeys(p for quote in statement["quotes"] for p in _holding(passages, quote)))
                yield ClaimCase(
                    "written",
                    entry["question"],
                    statement["text"],
                    tuple(candidate(p, titles[p.article_id], s) for p in cited for s in p.sentences),
                    label,  # type: ignore[arg-type]
                    entry.get("kind", ""),
                )


def _holding(passages: dict[str, tuple[Passage, ...]], quote: dict[str, str]) -> list[Passage]:
    wanted = "".join(quote["text"].split())
    return [p for p in passages[quote["article"]] if wanted in "".join(p.text.split())][:1]
