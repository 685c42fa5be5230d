"""Abbreviations: whether letters are the initials of words beside each other."""

from collections.abc import Sequence

from assistant.verification.tokens import Token, singular

_SMALL = frozenset("of the and for in on to a an de la du & with by at".split())
_SHORTEST = 3
_MOST_LETTERS = 4
# Two letters are initials of too many words by chance; these ones stand for what everyone writes out.
_KNOWN = {
    "ai": "artificial intelligence",
    "ceo": "chief executive",
    "cfo": "chief financial",
    "ev": "electric vehicle",
    "fdi": "foreign direct investment",
    "gdp": "gross domestic product",
    "hq": "headquarters",
    "ip": "intellectual property",
    "it": "information technology",
    "m&a": "mergers and acquisitions",
    "mou": "memorandum of understanding",
    "pm": "prime minister",
    "r&d": "research and development",
    "ree": "rare earth",
    "vp": "vice president",
}


def abbreviates(short: Token, words: Sequence[Token]) -> bool:
    """Tell whether `short` stands for words of `words` beside each other."""
    return abbreviated(short, words) is not None


def abbreviated(short: Token, words: Sequence[Token]) -> range | None:
    """Return which of `words`, beside each other, `short` stands for: of "SOE" "state-owned enterprise"; None for none.

    Each word gives its first letter, in names more where the abbreviation has small letters ("REEx" for "Rare Earth
    Exchanges"); small words may give none, and so may the second half of a hyphenated one. Two letters are only the
    initials of capitalised words.
    """
    letters = singular(short.key) if short.text.endswith("s") else short.key
    known = _KNOWN.get(letters, "").split()
    for at in range(len(words)) if known else ():
        if _said(known, words, at):
            return range(at, at + len(known))
    letters = letters.replace("&", "")
    if len(letters) < 2 or not letters.isalpha():
        return None
    for at, word in enumerate(words):
        if word.key[:1] == letters[0] and (end := _spelled(letters, short.text, words, at)):
            return range(at, end)
    return None


def _said(said: Sequence[str], words: Sequence[Token], at: int) -> bool:
    some = words[at : at + len(said)]
    return len(some) == len(said) and all(
        word == one.key or word == singular(one.key) for word, one in zip(said, some, strict=True)
    )


def _spelled(letters: str, written: str, words: Sequence[Token], at: int) -> int | None:
    """Return where the words end that begin at `at` and spell `letters`, None where none do."""
    mixed = any(char.islower() for char in written.removesuffix("s"))
    reached = {(at, 0)}
    while reached:
        following: set[tuple[int, int]] = set()
        for place, done in reached:
            if done == len(letters):
                return place
            if place >= len(words):
                continue
            word = words[place]
            capital = word.text[:1].isupper()
            if not capital and len(letters) < _SHORTEST and word.key not in _SMALL:
                continue
            most = _MOST_LETTERS if word.acronym else _SHORTEST if mixed and capital else 1
            for count in range(1, most + 1):
                if word.key[:count] == letters[done : done + count] and len(word.key) >= count:
                    following.add((place + 1, done + count))
            hyphenated = place > at and words[place - 1].end + 1 == word.start and not capital
            if done and (word.key in _SMALL or hyphenated):
                following.add((place + 1, done))
        reached = following
    return None
