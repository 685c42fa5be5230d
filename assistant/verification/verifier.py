"""Verifier: the quotes that support a sentence which a language model wrote, or why there are none."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from assistant.citations import Quote
from assistant.types import Hit, Sentence
from assistant.verification.addresses import addresses
from assistant.verification.candidates import candidate, text_of
from assistant.verification.contradiction import contradiction
from assistant.verification.denial import denied
from assistant.verification.instructions import asks, instructs, states
from assistant.verification.references import lost, points_back
from assistant.verification.support import Support


@dataclass(frozen=True)
class Verdict:
    """The quotes that support a statement, none where `reason` says why; `support` in [0, 1] is their probability.

    `texts` are the words of the quotes.
    """

    quotes: tuple[Quote, ...]
    support: float = 0.0
    reason: str | None = None
    texts: tuple[str, ...] = ()

    @property
    def supported(self) -> bool:
        """Whether there are quotes."""
        return bool(self.quotes)


class Verifier:
    """Checks statements against passages: every one that passes has quotes that state it."""

    def __init__(self, support: Support, threshold: float | None = None) -> None:
        """Take what judges support; `threshold` is the least probability of it, by default the fitted one."""
        self._support = support
        self._threshold = support.model.threshold if threshold is None else threshold

    @property
    def name(self) -> str:
        """What judges, for the receipt."""
        return self._support.name

    @property
    def settings(self) -> dict[str, str | int | float | bool | None]:
        """What the verdicts depend on."""
        return {"verifier": self.name, "support": self._threshold}

    def verify(self, statement: str, cited: Sequence[Hit], shown: Sequence[Hit], before: Sequence[str] = ()) -> Verdict:
        """Return the quotes of the passages `cited` that support `statement`, or of any that were `shown`.

        The latter is the one repair: a statement that cites the wrong passage is kept where another one states it.
        One that holds an address is not: who reads it would follow what an article wants followed, while the link to
        each source stands beside its quote. What an article tells whoever answers supports nothing. A statement that
        opens with a pronoun is kept where its quotes are about what the texts `before` it name.
        """
        if addresses(statement):
            return Verdict((), reason="it holds an address")
        if asks(statement) or instructs(statement):
            return Verdict((), reason="it asks or orders and states nothing")
        if denied(statement, (text_of(hit, one) for hit, one in _places([*cited, *shown]))):
            return Verdict((), reason="a passage denies it")
        verdict = self._check(statement, cited, before) if cited else Verdict((), reason="it cites no passage")
        others = [hit for hit in shown if hit not in cited]
        if verdict.supported or not others:
            return verdict
        repaired = self._check(statement, [*cited, *others], before)
        return repaired if repaired.supported else verdict

    def _check(self, statement: str, hits: Sequence[Hit], before: Sequence[str]) -> Verdict:
        places = _places(hits)

        @cache  # the same sentences may be judged with what stands above them and without
        def refute(chosen: tuple[int, ...]) -> str | None:
            some = [places[i] for i in chosen]
            if lost(statement, [_told(*place) for place in some], before):
                return "it points back to what the quotes are not about"
            return _contradiction(statement, some)

        judged = self._support.judge(statement, [candidate(hit, hit.title, part) for hit, part in places], refute)
        if judged.chosen and judged.probability >= self._threshold:
            chosen = [places[i] for i in judged.chosen]
            quotes = tuple(Quote(h.article_id, h.sha256, s.start, s.end, s.columns) for h, s in chosen)
            return Verdict(quotes, judged.probability, texts=tuple(text_of(*place) for place in chosen))
        if judged.refuted:
            return Verdict((), judged.probability, judged.refuted)
        if judged.chosen:
            return Verdict((), judged.probability, f"its support is {judged.probability:.2f}")
        reads = self._support.reads(statement)
        return Verdict((), reason="no passage shares a word with it" if reads else "it is too long to be judged")


def _places(hits: Sequence[Hit]) -> list[tuple[Hit, Sentence]]:
    """Return the sentences of `hits`, each place once."""
    found: dict[tuple[str, int, int], tuple[Hit, Sentence]] = {}
    for hit in hits:
        for sentence in hit.sentences:
            if states(text_of(hit, sentence)):
                found.setdefault((hit.article_id, sentence.start, sentence.end), (hit, sentence))
    return list(found.values())


def _told(hit: Hit, sentence: Sentence) -> str:
    """Return the words of a sentence, or of the one in its passage that it points back to."""
    behind = [one for one in hit.sentences if one.start <= sentence.start]
    texts = (text_of(hit, one) for one in reversed(behind))
    return next((text for text in texts if not points_back(text)), "")


def _contradiction(statement: str, chosen: Sequence[tuple[Hit, Sentence]]) -> str | None:
    made = [candidate(hit, hit.title, sentence) for hit, sentence in chosen]
    facts = [str(fact) for hit, _ in chosen for fact in (hit.publisher, hit.published) if fact]
    context = dict.fromkeys([*(part for one in made for part in one.context), *facts])
    return contradiction(statement, [one.text for one in made], list(context))
