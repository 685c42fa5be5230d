"""Quotations: words that a statement puts in quotation marks, which have to stand so in what it quotes."""

import re
from collections.abc import Iterator, Sequence

from assistant.verification.folding import fold

_PAIRS = {
    "“": "”",
    "„": "“”",
    "‟": "”",
    "«": "»",
    "»": "«",
    "‹": "›",
    "「": "」",
    "『": "』",
    "《": "》",
    '"': '"”',
    "＂": "＂",
}
# A single mark stands before a word and behind one, an apostrophe inside a word; "'90s" begins with an apostrophe.
_SINGLE = re.compile(r"(?<![\w'‘’])['‘](?=[^\W\d]|[\[(.…])(?P<words>[^\n]{1,600}?)(?<=[\w.,!?;:)\]…])['’](?!\w)")
_DOUBLE = re.compile("[" + re.escape("".join({*_PAIRS, *"".join(_PAIRS.values())})) + "]")
_APOSTROPHE = re.compile(r"['‘’`]")
_LEFT_OUT = re.compile(r"\[[^\[\]]{0,200}\]|\(\s?(?:\.\s?){2}\.\s?\)|(?:\.\s?){2}\.|…")
_LOOSE = re.compile(r"\s+(?=[.,;:!?)])")
_WORD = re.compile(r"\w+")
_LEAST = 2


def altered_quotations(statement: str, quotes: Sequence[str]) -> tuple[str, ...]:
    """Return the words that `statement` puts in quotation marks, two or more, and that stand in none of `quotes`.

    White space, the forms of dashes and marks, the case of the first letter and punctuation at the ends do not matter.
    What is left out ("...", "[...]") or put in ("[the]") parts a quotation into pieces, which have to stand in the
    quotes in this order. A mark that is never closed quotes all that follows it.

    Args:
        statement: the text to check.
        quotes: the verbatim sentences or table rows that it cites, in the order of the articles.
    """
    text = _plain(" ".join(quotes))
    return tuple(found for found in dict.fromkeys(_quoted(statement)) if not _stands(_pieces(found), text))


def _quoted(statement: str) -> Iterator[str]:
    """Yield what stands in quotation marks, of marks within marks the outer ones."""
    at = 0
    while match := _DOUBLE.search(statement, at):
        at = match.end()
        closing = _PAIRS.get(match.group())
        # After a digit it is a mark of inches.
        if closing is None or (match.group() == '"' and statement[: match.start()][-1:].isdigit()):
            continue
        end = min((place for mark in closing if (place := statement.find(mark, at)) >= 0), default=len(statement))
        yield from _long(statement[at:end])
        at = end + 1
    for match in _SINGLE.finditer(statement):
        yield from _long(match["words"])


def _long(words: str) -> Iterator[str]:
    if len(_WORD.findall(words)) >= _LEAST:
        yield words.strip()


def _pieces(quoted: str) -> list[str]:
    pieces = (_bare(_plain(part)) for part in _LEFT_OUT.split(quoted))
    return [piece for piece in pieces if piece]


def _plain(text: str) -> str:
    """Return a text without quotation marks and apostrophes, its white space and dashes folded."""
    text = fold(_APOSTROPHE.sub("", _DOUBLE.sub(" ", text)))
    return _LOOSE.sub("", " ".join(text.split()))


def _bare(text: str) -> str:
    """Return a text from its first letter or digit to its last."""
    found = list(_WORD.finditer(text))
    return text[found[0].start() : found[-1].end()] if found else ""


def _stands(pieces: Sequence[str], text: str) -> bool:
    at = 0
    for piece in pieces:
        first = f"(?:{re.escape(piece[0].lower())}|{re.escape(piece[0].upper())}|{re.escape(piece[0])})"
        found = re.compile(rf"(?<!\w){first}{re.escape(piece[1:])}(?!\w)").search(text, at)
        if found is None:
            return False
        at = found.end()
    return True
