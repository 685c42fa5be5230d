"""The numbers that Word draws before the items of a list, which the text of its paragraphs does not hold."""

from collections import defaultdict
from typing import Any, TypeAlias

from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

XmlElement: TypeAlias = Any  # lxml has no types
_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
)
_ROMAN_ONES = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii")
_ALPHABET = 26


class Numbering:
    """Counts the list items of one document; ask it about each paragraph once, in order."""

    def __init__(self, document: WordDocument) -> None:
        """Read the list definitions of `document`."""
        self._levels: dict[tuple[str, int], tuple[str, str, int]] = {}  # (list, depth) -> format, pattern, first number
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._read(document)

    def item(self, paragraph: Paragraph, element: XmlElement) -> tuple[str, int] | None:
        """Return the marker of a list item ("" for a bullet, "2. " or "(b) " for a number) and its depth from 1.

        None where the paragraph is no list item. `element` is the paragraph's XML.
        """
        found = _reference(paragraph, element)
        if found is None:
            return None
        number, depth = found
        form, pattern, first = self._levels.get((number, depth), ("bullet", "", 1))
        counts = self._counts[number]
        counts[depth] = counts.get(depth, first - 1) + 1
        for deeper in [other for other in counts if other > depth]:
            del counts[deeper]
        if form in ("bullet", "none") or "%" not in pattern:
            return "", depth + 1
        marker = pattern
        for level in range(depth + 1):
            its_form = self._levels.get((number, level), ("decimal", "", 1))[0]
            marker = marker.replace(f"%{level + 1}", _format(counts.get(level, 1), its_form))
        return f"{marker} ", depth + 1

    def _read(self, document: WordDocument) -> None:
        try:
            root: XmlElement = document.part.numbering_part.element
        except (KeyError, NotImplementedError):  # python-docx says so of a document without numbering
            return
        kinds = {kind.get(qn("w:abstractNumId")): kind for kind in root.findall(qn("w:abstractNum"))}
        for entry in root.findall(qn("w:num")):
            reference = entry.find(qn("w:abstractNumId"))
            kind = kinds.get(reference.get(qn("w:val"))) if reference is not None else None
            for level in kind.findall(qn("w:lvl")) if kind is not None else ():
                key = (entry.get(qn("w:numId")), _number(level.get(qn("w:ilvl")), 0))
                first = _number(_value(level, "w:start"), 1)
                self._levels[key] = (_value(level, "w:numFmt") or "decimal", _value(level, "w:lvlText") or "", first)


def _reference(paragraph: Paragraph, element: XmlElement) -> tuple[str, int] | None:
    style = paragraph.style
    styles: list[XmlElement] = []
    while style is not None and len(styles) < _ALPHABET:  # styles of a broken file may stand on each other in a circle
        styles.append(style.element)
        style = getattr(style, "base_style", None)
    for holder in (element, *styles):
        found = holder.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if found is not None:
            number = _value(found, "w:numId")
            return (number, _number(_value(found, "w:ilvl"), 0)) if number and number != "0" else None
    return None


def _value(element: XmlElement, name: str) -> str | None:
    child = element.find(qn(name))
    return None if child is None else child.get(qn("w:val"))


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdigit() else default


def _format(number: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter") and number > 0:
        letters = chr(ord("a") + (number - 1) % _ALPHABET) * ((number - 1) // _ALPHABET + 1)
        return letters.upper() if form == "upperLetter" else letters
    if form in ("lowerRoman", "upperRoman") and number > 0:
        digits = ""
        for value, sign in _ROMAN:
            digits += sign * (number // value)
            number %= value
        digits += _ROMAN_ONES[number]
        return digits.upper() if form == "upperRoman" else digits
    return str(number)
