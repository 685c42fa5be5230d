"""A reader that judges as it is told, and what the extractive answerer makes of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assistant.answering import Draft
from assistant.answering.extractive import ExtractiveAnswerer
from assistant.citations import cite
from assistant.models.fake import HashingEmbedder
from assistant.models.reading import Judgement, Reading
from assistant.types import Article, Hit
from tests.material import make_hits

EMBEDDER = HashingEmbedder()


@dataclass
class Scripted:
    """A reader that finds each sentence as likely as `chances` says of a word in it, else 0.01."""

    chances: Mapping[str, float]
    confidence: float = 0.9
    name: str = "scripted-1"
    threshold: float = 0.5
    uncertain: float = 0.7
    read_hits: list[str] = field(default_factory=list)
    short: str = ""

    def read(self, question: str, hits: Sequence[Hit]) -> Judgement:
        del question
        self.read_hits = [hit.id for hit in hits]
        readings = []
        for hit in hits:
            texts = [hit.text[s.start - hit.start : s.end - hit.start] for s in hit.sentences]
            some = [max((c for word, c in self.chances.items() if word in text), default=0.01) for text in texts]
            spans = tuple(self._span(hit, text) for text in texts) if self.short else ()
            readings.append(Reading(max(some), tuple(some), spans))
        return Judgement(tuple(readings), self.confidence)

    def _span(self, hit: Hit, text: str) -> tuple[int, int] | None:
        """The word that is the short answer, where the sentence holds it."""
        if self.short not in text:
            return None
        start = hit.start + hit.text.index(text) + text.index(self.short)
        return start, start + len(self.short)


@dataclass
class Counting(Scripted):
    """A reader to which the number in a sentence is the short answer."""

    def _span(self, hit: Hit, text: str) -> tuple[int, int] | None:
        found = re.search(r"\d+", text)
        start = hit.start + hit.text.index(text)
        return (start + found.start(), start + found.end()) if found else None


def answer(
    chances: Mapping[str, float], *articles: Article, question: str = "Which metal?", confidence: float = 0.9
) -> tuple[Draft, list[str]]:
    """The draft, and the texts it quotes."""
    by_id = {article.id: article for article in articles}
    hits = [hit for article in articles for hit in make_hits(article, EMBEDDER)]
    answerer = ExtractiveAnswerer(Scripted(chances, confidence), by_id.__getitem__)
    draft = answerer.answer(question, hits)
    return draft, [citation.quote for citation in cite(draft.quotes, by_id)[0]]
