"""Markup: what a language model writes around its words, taken away so that one plain line is left."""

import html
import re
import unicodedata
from dataclasses import dataclass

_JOINERS = "\u200c\u200d"
# No text: control, format, surrogate, private-use and unassigned characters.
_NO_TEXT = ("Cc", "Cf", "Cs", "Co", "Cn")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,30});")
_SUPERSCRIPT_TAG = re.compile(r"<sup>[\[(]?([\d,]{1,20})[\])]?</sup>", re.IGNORECASE)
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_TAG = re.compile(r"<[!/?A-Za-z][^<>]*>")
_ESCAPE = re.compile(r"\\([\[\]\\`*_{}<>()#+.!|~-])")
_TARGET = r"\((?:https?:|mailto:|www\.|\.{0,2}/|#)[^()\s]*(?: \"[^\"]*\")?\)"
_LINK = re.compile(rf"!?\[((?:\[[^\[\]]*\])?[^\[\]]*)\]{_TARGET}")
_EMPHASIS = re.compile(r"\*+|_+|~~+|`+")
_LETTER = re.compile(r"[^\W\d_]")
_QUOTED = re.compile(r"(?:> ?)+")
_HEADING = re.compile(r"#{1,6}(?: |$)")
_BOLD_LINE = re.compile(r"(\*\*|__)[^*_]*[^*_.!?。！？]\1:?")
_BULLET = re.compile(r"(?:(?:[-*+•‣◦▪●·–—]|\[[ xX]\])(?: |$))+")
_NUMBERING = re.compile(r"\(?(\d{1,2})[.)](?: |$)")
# "1. Mai 2025 fand ..." begins with a date.
_MONTH = re.compile(r"(?:jan|feb|mär|mar|apr|mai|maj|may|jun|jul|aug|sep|okt|oct|nov|dez|dec)", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """A line without markup. `number` is that of the list item that it was, `heading` tells that it was one."""

    text: str
    number: int | None = None
    heading: bool = False


def folded(text: str) -> str:
    """Return `text` as one line in NFC: visible characters only, every run of white space one space."""
    if not (text.isascii() and text.isprintable()):
        text = "".join(" " if char.isspace() else char for char in text if char.isspace() or _is_text(char))
    return " ".join(unicodedata.normalize("NFC", text).split())


def plain(text: str) -> str:
    """Return `text` as one line without HTML, links and emphasis."""
    text = folded(_ENTITY.sub(lambda match: html.unescape(match[0]), text))
    text = _SUPERSCRIPT_TAG.sub(lambda match: match[1].translate(_SUPERSCRIPTS), text)
    for _ in range(3):  # what one tag leaves may make another
        text = _TAG.sub("", text)
    if _TAG.search(text):
        text = text.replace("<", "")
    text = _LINK.sub(lambda match: match[1] if _LETTER.search(match[1]) else f"[{match[1]}]", text)
    return folded(_EMPHASIS.sub(_without_emphasis, _ESCAPE.sub(r"\1", text)))


def plain_line(raw: str, number: int = 0) -> Line:
    """Return a line without markup, and without the marks of quotation, heading and list at its beginning.

    A number is one of a list where it is 1 or follows `number`, the last one; others begin a name or a date.
    """
    text = folded(raw)
    heading = bool(_BOLD_LINE.fullmatch(text))
    text = plain(text)
    if mark := _QUOTED.match(text):
        text = text[mark.end() :]
    if mark := _HEADING.match(text):
        heading, text = True, text[mark.end() :]
    if mark := _BULLET.match(text):
        text = text[mark.end() :]
    mark = _NUMBERING.match(text)
    if mark and int(mark[1]) in (1, number + 1) and not _MONTH.match(text, mark.end()):
        return Line(text[mark.end() :].strip(), number=int(mark[1]), heading=heading)
    return Line(text.strip(), heading=heading)


def _is_text(char: str) -> bool:
    return char in _JOINERS or unicodedata.category(char) not in _NO_TEXT


def _without_emphasis(match: re.Match[str]) -> str:
    """Keep a mark that is none: a sign between figures or spaces, an underscore inside a word, a bullet."""
    text, mark = match.string, match[0]
    before = text[match.start() - 1] if match.start() else " "
    after = text[match.end()] if match.end() < len(text) else " "
    if mark[0] == "*":
        is_sign = (before.isdigit() and after.isdigit()) or (mark == "*" and before == after == " ")
        return mark if is_sign else ""
    return mark if mark[0] == "_" and before.isalnum() and after.isalnum() else ""
