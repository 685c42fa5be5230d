"""Markers: the numbers of passages in what a language model writes, in all forms that models give them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.answering.markup import folded

_OPEN, _CLOSE = "[【［〔⟦", "]】］〕⟧"
BRACKETS = _OPEN + _CLOSE
_BRACKETED = re.compile(rf"\^?[{re.escape(_OPEN)}]([^{re.escape(BRACKETS)}]*)[{re.escape(_CLOSE)}]\^?")
# What a bracket without letters holds is a reference whatever it looks like; with letters it has to look like one.
_NAMED = (
    r"(?:passages?|sources?|articles?|documents?|docs?|texts?|references?|refs?|citations?|notes?|quellen?|fuentes?)"
)
_REFERENCE = rf"(?:{_NAMED} ?|no\. ?|nr\. ?|#)?\^?\d+(?: ?[-–—:] ?\d+)?(?:†.*)?"
_REFERENCES = re.compile(rf"{_REFERENCE}(?:(?: ?(?:[,;/&、，；]|and|und|et|y) ?| ){_REFERENCE})*", re.IGNORECASE)
_UNKNOWN = re.compile(rf"{_NAMED}(?: ?[:#] ?\S.*| ?[a-z?])?|[nx?]|citation needed", re.IGNORECASE)
# How many characters of a bracket with letters, and of a sentence's end, are looked at.
_LONGEST, _TAIL = 200, 60
_MOST_FORGED = 20
_HUGE = 10**18
_LETTER = re.compile(r"[^\W\d_]")
_DIGIT = re.compile(r"\d")
_NUMBERS = re.compile(r"(\d+)(?:\s*[-–—]\s*(\d+))?")
_FIGURE = re.compile(r"\d{1,3}(?:,\d{3})+|\d+\.\d+|[-–]\d+")
_SPANNED = re.compile(r"\[(\d{1,3})\] ?[-–—] ?\[(\d{1,3})\]")
_CUT = re.compile(rf"[{re.escape(_OPEN)}]\^?[\d\s,;–-]*$")
_SUPERSCRIPT = re.compile(r"(?<![⁻⁺])⁽?[⁰¹²³⁴-⁹]+(?:[,˒⁻–-][⁰¹²³⁴-⁹]+)*⁾?(?![\w⁺⁻])")
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻˒", "0123456789-,", "⁽⁾")
_UNIT = re.compile(r"(?:met(?:re|er)s?|miles?|yards?|yds?|feet|foot|sec|inch(?:es)?|[米里方])$", re.IGNORECASE)
_LAST_WORD = re.compile(r"[^\W\d_]+$")
_PARENTHESES = re.compile(r"((?: ?\(\d{1,3}(?: ?[,;–-] ?\d{1,3})*\))+)([\s.!?。！？\"”’»]*)$")
_NUMBERED = re.compile(
    r"(?:[\d)]|\b(?:paragraph|article|section|clause|point|item|annex|phase|step|no|abs|absatz|artikel|rule)\.?)$", re.I
)
# Stand-ins of markers in a text, one each: plane 15 is private use, which no text holds after `plain`.
_FIRST = 0xF0000
_STANDINS = re.compile("[\U000f0000-\U000ffffd]+")


@dataclass(frozen=True)
class Marks:
    """Numbers of passages, in order and each once: `markers` that exist, and `forged` that do not.

    What is forged stands as it was written, the first 20 characters of the first 20.
    """

    markers: tuple[int, ...] = ()
    forged: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.markers or self.forged)

    def __add__(self, other: "Marks") -> "Marks":
        if not (self and other):
            return self or other
        return _distinct(self.markers + other.markers, self.forged + other.forged)


NO_MARKS = Marks()


def marks_of(text: str, passages: int) -> Marks:
    """Return the numbers in `text`, such as "1, 2", "1-3" or "Passage 4"; `passages` is how many there are.

    What holds no number is forged as a whole.
    """
    if _FIGURE.fullmatch(text.strip()):
        return Marks(forged=(text.strip()[:20],))
    markers: list[int] = []
    forged: list[str] = []
    for match in _NUMBERS.finditer(re.sub(r"†.*|:\d+", "", text)):
        first, last = _number(match[1]), _number(match[2] or match[1])
        if first <= last:
            markers += range(max(first, 1), min(last, passages) + 1)
        else:
            markers += [number for number in (first, last) if 1 <= number <= passages]
        if not 1 <= min(first, last) <= max(first, last) <= passages:
            forged.append(match[0][:20])
    if not markers and not forged and text.strip():
        forged.append(text.strip()[:20])
    return _distinct(markers, forged)


def marks_in(sources: object, passages: int) -> Marks:
    """Return the numbers in a JSON value: a list of numbers or texts, or one of them."""
    if isinstance(sources, list | tuple):
        return sum((marks_in(source, passages) for source in sources), NO_MARKS)
    if isinstance(sources, str):
        return marks_of(folded(sources).strip(BRACKETS + " "), passages)
    if not isinstance(sources, int | float) or isinstance(sources, bool):
        return NO_MARKS
    if 1 <= sources <= passages and sources == int(sources):
        return Marks((int(sources),))
    # Python writes no whole number of more than some thousand digits.
    return Marks(forged=(str(sources)[:20] if abs(sources) < _HUGE else "inf",))


def lift(text: str, passages: int) -> tuple[str, list[tuple[int, Marks]]]:
    """Return a plain line without its markers, and for each run of them the place where it stood.

    A place is the end of the words before it. Numbers in parentheses stay, see `lift_parentheses`. A bracket that is
    cut off at the end goes and gives no number: more digits may have been meant.
    """
    found: list[Marks] = []

    def stand_in(marks: Marks) -> str:
        found.append(marks)
        return chr(_FIRST + len(found) - 1)

    def bracketed(match: re.Match[str]) -> str:
        content = _STANDINS.sub("", match[1]).strip(" ,;&")
        nested = "".join(_STANDINS.findall(match[1]))
        if not content:
            return nested
        has_letters = _LETTER.search(content)
        if has_letters and len(content) > _LONGEST:
            return match[0]
        if _REFERENCES.fullmatch(content) if has_letters else _DIGIT.search(content):
            return nested + stand_in(marks_of(content, passages))
        return nested + stand_in(Marks(forged=(content[:20],))) if _UNKNOWN.fullmatch(content) else match[0]

    def superscript(match: re.Match[str]) -> str:
        before = match.string[max(0, match.start() - 40) : match.start()]
        if not _is_reference(_STANDINS.sub("", before)):
            return match[0]
        digits = match[0].translate(_DIGITS)
        if digits.isdigit() and int(digits[:5]) > passages:
            digits = ",".join(digits)
        return stand_in(marks_of(digits, passages))

    text = _SPANNED.sub(r"[\1-\2]", text)
    for _ in range(4):  # a bracket may hold brackets
        before = text
        text = _BRACKETED.sub(bracketed, text)
        if text == before:
            break
    text = _SUPERSCRIPT.sub(superscript, text)
    return _without_stand_ins(_CUT.sub("", text), found)


def lift_parentheses(text: str, passages: int) -> tuple[str, Marks]:
    """Return a sentence without the passages' numbers in parentheses at its end, and those; others are its words."""
    head, tail = text[:-_TAIL], text[-_TAIL:]
    match = _PARENTHESES.search(tail)
    if match is None or _NUMBERED.search(tail[: match.start()]):
        return text, NO_MARKS
    marks = marks_of(match[1], passages)
    return (text, NO_MARKS) if marks.forged else (head + tail[: match.start()] + match[2].strip(), marks)


def unbracketed(text: str) -> str:
    """Return `text` without brackets where one still holds a number."""
    if any(_DIGIT.search(match[1]) and not _LETTER.search(match[1]) for match in _BRACKETED.finditer(text)):
        return "".join(char for char in text if char not in BRACKETS)
    return text


def _distinct(markers: Iterable[int], forged: Iterable[str]) -> Marks:
    return Marks(tuple(dict.fromkeys(markers)), tuple(dict.fromkeys(forged))[:_MOST_FORGED])


def _number(digits: str) -> int:
    return int(digits) if len(digits) <= 6 else 10**6


def _is_reference(before: str) -> bool:
    """Tell whether raised digits after `before` number a passage, rather than raise a unit or a figure."""
    if not before or not before[-1].isalnum():
        return bool(before.strip())
    word = _LAST_WORD.search(before)
    return word is not None and len(word[0]) > 2 and not _UNIT.search(before)


def _without_stand_ins(text: str, found: Iterable[Marks]) -> tuple[str, list[tuple[int, Marks]]]:
    marks = list(found)
    places: list[tuple[int, Marks]] = []
    out = ""
    end = 0
    for match in _STANDINS.finditer(text):
        out = _joined(out, text[end : match.start()])
        run = sum((marks[ord(char) - _FIRST] for char in match[0]), NO_MARKS)
        places.append((len(out.rstrip()), run))
        end = match.end()
    return _joined(out, text[end:]).rstrip(), places


def _joined(left: str, right: str) -> str:
    """Put together what stood on both sides of a marker, with a space after a full stop and none before it."""
    if not left or not right.strip():
        return left or right.lstrip()
    if right.lstrip()[0] in ".,;:!?)”’»。，；：！？":
        return left.rstrip() + right.lstrip()
    if left[-1] in ".!?" and right[0].isalnum():
        return f"{left} {right}"
    return left.rstrip() + " " + right.lstrip() if left[-1].isspace() or right[0].isspace() else left + right
