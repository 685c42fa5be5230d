"""How many of the likeliest sentences to quote: as many as have the highest expected F-measure (van Rijsbergen 1979).

What is quoted is compared with all that answers, in characters. Quoting more always finds more of it and at some point
mostly adds what does not answer; where that point lies depends on the chances themselves, not on a fixed number.
"""

from collections.abc import Sequence

# Sentences with less than this share of the best one's chance are not counted: hundreds of them would add up.
_FLOOR = 0.1


def expected_total(chances: Sequence[float], lengths: Sequence[int]) -> float:
    """Return how many characters are expected to answer.

    `chances`, in [0, 1] and falling, and `lengths`, in characters, are of all sentences that were read.
    """
    floor = _FLOOR * chances[0] if chances else 0.0
    return sum(chance * length for chance, length in zip(chances, lengths, strict=True) if chance >= floor)


def worth_quoting(chances: Sequence[float], lengths: Sequence[int], total: float, recall_weight: float) -> int:
    """Return how many of the first sentences to quote, at least one where there is one.

    `chances`, in [0, 1] and falling, and `lengths`, in characters, are of the sentences that may be quoted; `total`:
    how many characters answer, as expected. `recall_weight`, above 0, is F's beta squared.
    """
    found = quoted = best = 0.0
    number = min(1, len(chances))
    for count, (chance, length) in enumerate(zip(chances, lengths, strict=True), 1):
        found += chance * length
        quoted += length
        value = (1 + recall_weight) * found / (quoted + recall_weight * total)
        if value > best:
            best, number = value, count
    return number
