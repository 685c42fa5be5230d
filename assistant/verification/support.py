"""Support: how likely sentences of the articles state what a statement claims, and which of them do."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import resources

import numpy as np

from assistant.catalog.lexical import content_stems, stem, words
from assistant.errors import ModelError
from assistant.models.entailment.runtime import EntailmentNetwork
from assistant.models.linear import Linear
from assistant.types import Frozen
from assistant.verification.candidates import Candidate, joined
from assistant.verification.wording import in_words_of

FEATURES = ("stated", "worst", "unmatched", "contained")
_CANDIDATES = 4
_MOST = 3
_MOST_LISTED = 9
_GAIN = 0.04
_LONGEST = 900
# Says nothing of what a statement may say.
_NEUTRAL = "The reader will find more below."
_AS_LIKELY = 0.5
# The share of words of their own that those have who say the same otherwise; beyond it something else is told.
_OWN_WORDS = 0.3


class SupportModel(Frozen):
    """What `bench/fit_support.py` fits: the probability of support, and below which one there is none."""

    version: int
    support: Linear
    threshold: float


# Says why candidates, told by their places, do not support a statement whatever the network thinks; None where nothing
# is known against them.
Refute = Callable[[tuple[int, ...]], str | None]


@dataclass(frozen=True)
class Judged:
    """Which candidates support a statement best, in their order, and the probability in [0, 1] that they do.

    `refuted` tells why others, likelier ones, do not count. Where that is so of all, none are chosen, and the
    probability is that of the likeliest.
    """

    chosen: tuple[int, ...]
    probability: float
    refuted: str | None = None


def _nothing_against(_: tuple[int, ...]) -> None:
    return None


def shipped_support() -> SupportModel:
    """Return the model in the package. Raises ModelError when it does not fit the features of this version."""
    model = SupportModel.model_validate_json(
        resources.files("assistant.verification").joinpath("support.json").read_text("utf-8")
    )
    if model.support.features != FEATURES:
        raise ModelError("support.json was fitted for other features: run `python -m bench.fit_support`")
    return model


class Support:
    """Judges statements by candidate sentences: the trained network, and the words that they share."""

    def __init__(self, network: EntailmentNetwork, model: SupportModel | None = None) -> None:
        """Judge with `network`; without `model` the shipped one weighs."""
        self._network = network
        self.model = model or shipped_support()

    @property
    def name(self) -> str:
        """Name and version, for the receipt."""
        return f"support-{self.model.version}+{self._network.name}"

    def reads(self, statement: str) -> bool:
        """Whether a statement is short enough to be judged to its end."""
        return self._network.reads(statement)

    def judge(self, statement: str, candidates: Sequence[Candidate], refute: Refute = _nothing_against) -> Judged:
        """Return the best few of `candidates` that `refute` has nothing against, and how likely they support it.

        None where there are none, and for a statement longer than the network reads, unless it is one of them.
        """
        if (same := _verbatim(statement, candidates)) is not None:
            reason = refute((same,))
            return Judged((same,) if reason is None else (), 1.0, reason)
        sets = self.sets(statement, candidates) if self.reads(statement) else []
        if not sets:
            return Judged((), 0.0)
        judged = self._best(sets, refute)
        if not judged.chosen or judged.probability < self.model.threshold:
            return judged
        if not self._headed(statement, candidates, judged.chosen):
            return judged
        # A heading proves nothing: what it says alone is judged again without it.
        bare = [replace(one, above=()) for one in candidates]
        again = [(some, self._features(statement, _text(bare, some))) for some, _ in sets]
        return self._best(again, refute)

    def _best(self, sets: Sequence[tuple[tuple[int, ...], list[float]]], refute: Refute) -> Judged:
        """Return the fewest candidates that are nearly as good as the best: fewer sentences are easier to check."""
        chances = self.model.support.predict(np.array([row for _, row in sets]))
        found = [(float(chance), tuple(sorted(some))) for (some, _), chance in zip(sets, chances, strict=True)]
        sound: list[tuple[int, float, tuple[int, ...]]] = []
        refuted = None
        for chance, chosen in sorted(found, key=lambda one: -one[0]):
            if sound and chance < -sound[0][1] - _GAIN:
                break
            if (reason := refute(chosen)) is None:
                sound.append((len(chosen), -chance, chosen))
            elif not sound:
                refuted = refuted or reason
        if not sound:
            return Judged((), float(chances.max()), refuted)
        _, lowest, chosen = min(sound)
        return Judged(chosen, -lowest, refuted)

    def _headed(self, statement: str, candidates: Sequence[Candidate], chosen: Sequence[int]) -> bool:
        """Tell whether what stands above candidates states it as likely as not, beside a sentence that does not."""
        above = dict.fromkeys(part for i in chosen for part in candidates[i].above)
        if not above:
            return False
        row = self._features(statement, Candidate(_NEUTRAL, tuple(above)).whole)
        return float(self.model.support.predict(np.array([row]))[0]) >= _AS_LIKELY

    def sets(self, statement: str, candidates: Sequence[Candidate]) -> list[tuple[tuple[int, ...], list[float]]]:
        """Return sets of candidates that may support `statement` together, each with its features."""
        stated = content_stems(statement)
        if not candidates or not stated:
            return []
        bags = [frozenset(stem(word) for word in words(one.text)) for one in candidates]
        weights = _weights(stated, bags)
        ranked = sorted(range(len(bags)), key=lambda i: (-_coverage(weights, bags[i]), len(candidates[i].text), i))
        # What stands above a sentence may complete it, but a quote has to say something of the statement itself.
        best = [i for i in ranked if _coverage(weights, bags[i]) > 0][:_CANDIDATES]
        if not best:
            return []
        chosen: list[tuple[int, ...]] = [(i,) for i in best]
        # A row says something of what its first cell names: beside others it tells of nothing else. A heading stands
        # above what it is the heading of already, and has nothing to do with other sentences.
        apart = [one.kind == "heading" or not _names_its_row(one, frozenset(stated)) for one in candidates]
        chosen += _together(weights, bags, best[: _CANDIDATES // 2], apart)
        chosen += _lists(candidates, best)
        return [(some, self._features(statement, _text(candidates, some))) for some in dict.fromkeys(chosen)]

    def _features(self, statement: str, text: str) -> list[float]:
        # What is only written otherwise shall not look as if it were something else.
        worded = in_words_of(statement, text)
        worded = worded if self.reads(worded) else statement
        (found,) = self._network.judge(worded, [text])
        stated = content_stems(worded)
        held = [stem(word) for word in words(text)]
        lacking = max(0.0, _unmatched(stated, held) - _OWN_WORDS)
        return [found.stated, found.worst, lacking, float(_contained(stated, held))]


def _verbatim(statement: str, candidates: Sequence[Candidate]) -> int | None:
    """Return which candidate the statement is, word for word, None where it is none."""
    said = words(statement)
    return next((i for i, one in enumerate(candidates) if said and words(one.text) == said), None)


def _weights(stated: Sequence[str], bags: Sequence[frozenset[str]]) -> dict[str, float]:
    """Weigh the stems of a statement by how few of the candidates hold them (Robertson and Spärck Jones 1976)."""
    count = len(bags)
    held = {word: sum(word in bag for bag in bags) for word in stated}
    return {word: math.log(1.5 + (count - n + 0.5) / (n + 0.5)) for word, n in held.items()}


def _coverage(weights: dict[str, float], bag: frozenset[str]) -> float:
    return sum(weight for word, weight in weights.items() if word in bag) / sum(weights.values())


def _together(
    weights: dict[str, float], bags: Sequence[frozenset[str]], firsts: Sequence[int], apart: Sequence[bool]
) -> list[tuple[int, ...]]:
    """Return, from each of `firsts`, it with the one and the two candidates that cover most of what it leaves.

    Those that stand `apart` are joined with none.
    """
    sets: list[tuple[int, ...]] = []
    for first in (one for one in firsts if not apart[one]):
        some, held = [first], bags[first]
        while len(some) < _MOST:
            rest = [i for i in range(len(bags)) if i not in some and not apart[i]]
            gains = [(_coverage(weights, held | bags[i]) - _coverage(weights, held), -abs(i - first), i) for i in rest]
            if not gains:
                break
            gain, _, other = max(gains)
            if gain <= 0:
                break
            some.append(other)
            held = held | bags[other]
            sets.append(tuple(sorted(some)))
    return list(dict.fromkeys(sets))


def _names_its_row(one: Candidate, stated: frozenset[str]) -> bool:
    """Tell whether a statement has a word of a row's first cell; anything but a row has none to be named."""
    cells = one.text.split("|")
    if one.kind != "table_row" or len(cells) < 2:
        return True
    name = frozenset(content_stems(cells[0]))
    return not name or bool(name & stated)


def _lists(candidates: Sequence[Candidate], firsts: Sequence[int]) -> list[tuple[int, ...]]:
    """Return the whole lists, each behind what leads in to it, that any of `firsts` is in."""
    found: list[tuple[int, ...]] = []
    for at in firsts:
        first = at + 1 if candidates[at].text.rstrip().endswith(":") else at
        if first >= len(candidates) or candidates[first].kind != "list_item":
            continue
        last = first
        while first > 0 and _goes_on(candidates[first - 1], candidates[first]):
            first -= 1
        while last + 1 < len(candidates) and _goes_on(candidates[last], candidates[last + 1]):
            last += 1
        if first > 0 and candidates[first - 1].text.rstrip().endswith(":"):
            first -= 1
        if 1 < last + 1 - first <= _MOST_LISTED:
            found.append(tuple(range(first, last + 1)))
    return found


def _goes_on(one: Candidate, other: Candidate) -> bool:
    return one.kind == other.kind == "list_item" and one.above == other.above


def _text(candidates: Sequence[Candidate], chosen: Sequence[int]) -> str:
    return joined(candidates[i] for i in sorted(chosen))[:_LONGEST]


def _unmatched(stated: Sequence[str], held: Sequence[str]) -> float:
    """Return the share of a statement's stems that a text lacks.

    Up to a point it tells nothing: models that are right reword, and statements made wrong by a word hardly differ.
    """
    some = frozenset(held)
    return sum(word not in some for word in stated) / len(stated)


def _contained(stated: Sequence[str], held: Sequence[str]) -> bool:
    """Tell whether a text has all stems of a statement in their order: nothing is new, something may be left out."""
    rest = iter(held)
    return all(word in rest for word in stated)
