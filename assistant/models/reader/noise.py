"""Questions as people type them: typos, no capitals, telegraphic."""

import random
import re

_STOP = {
    "a", "an", "the", "is", "are", "was", "were", "do", "does", "did", "of", "to", "in", "on", "for", "and", "that",
    "what", "which", "who", "by", "with", "has", "have", "had", "be", "been", "it", "its", "as", "at", "from",
}  # fmt: skip
_NEAR = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk",
    "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "w", "r": "et", "s": "ad", "t": "ry",
    "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "x",
}  # fmt: skip


def noisy(question: str, rng: random.Random, share: float = 0.12) -> str:
    """Return the question, changed with probability `share`; lower-cased at times besides. Digits stay as they are."""
    if rng.random() < share:
        question = rng.choice((typos, telegraphic, _bare))(question, rng)
    elif rng.random() < 0.1:
        question = question.lower()
    return question if question.strip() else "?"


def typos(question: str, rng: random.Random) -> str:
    """Return the question with one or two slips in words of four letters or more."""
    for _ in range(rng.choice((1, 1, 2))):
        places = list(re.finditer(r"[A-Za-z]{4,}", question))
        if not places:
            return question
        word = rng.choice(places)
        question = question[: word.start()] + _slip(word.group(), rng) + question[word.end() :]
    return question


def _slip(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    if kind == 2:
        return word[:at] + word[at] + word[at:]
    return word[:at] + rng.choice(_NEAR[word[at].lower()]) + word[at + 1 :]


def telegraphic(question: str, rng: random.Random) -> str:
    """Return the question without stop words, as typed into a search box."""
    kept = [w for w in question.rstrip("?. ").split() if w.lower() not in _STOP]
    return " ".join(kept).lower() if len(kept) >= 2 else _bare(question, rng)


def _bare(question: str, rng: random.Random) -> str:
    """Return the question without capitals, and mostly without its question mark."""
    return question.lower().rstrip("?") if rng.random() < 0.7 else question.lower()
