"""Tables that lost their cell borders on the way through a clipboard, taken apart again.

A browser's plain text joins the cells of a row without a gap: "Price OutlookThe market falls." Such a line has a glue
point: a small letter or a closing quote, then at once the capital of a new sentence; before it stands a label in title
case.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_LABEL_WORDS = 12
_HEAD_LONGEST = 60
_LEAST_ROWS = 2
_GLUE = re.compile(r"(?<=[^\W\d_A-Z\u00c0-\u00de])(?=[A-Z\u00c0-\u00de“\"‘])|(?<=[”’)%])(?=[A-Z\u00c0-\u00de“‘])")
_TOKEN_LEFT = re.compile(r"[^\W\d_]+[”’)%]*$")
_TOKEN_RIGHT = re.compile(r"[“\"‘(]*([A-Z\u00c0-\u00de][^\W\d_]*(?:[’'-]\w+)*)")
_INNER_CAPITAL = re.compile(r"[^\W\d_A-Z][A-Z]")
# Words that begin sentences and end no name: with them a short word may stand before the glue point.
_STARTER = re.compile(
    "A|An|The|This|That|These|Those|It|Its|In|On|At|By|For|From|With|As|If|When|While|Although|Though|However|But|And|"
    "Our|We|They|Their|He|She|His|Her|You|Your|No|Not|Most|Many|Some|All|Each|Every|Both|One|To|Of|There|Here"
)
_SMALL_WORD = re.compile(
    "a|an|the|and|or|but|nor|of|in|on|at|to|by|for|from|with|over|under|as|per|via|vs|into|its|de|la", re.IGNORECASE
)
_LEAST_LEFT = 4
_LEAST_RIGHT = 3


@dataclass(frozen=True, slots=True)
class GluedTable:
    """A table found in the lines `start` to `stop` (exclusive); the first of its rows is the head."""

    start: int
    stop: int
    rows: tuple[tuple[str, str], ...]


def find_tables(lines: Sequence[str]) -> list[GluedTable]:
    """Return the tables among `lines` in order: a short glued head, then two or more rows with a glue point each.

    Blank lines may stand between rows.
    """
    tables: list[GluedTable] = []
    index = 0
    while index < len(lines):
        head = _split_head(lines[index].strip())
        if head is None:
            index += 1
            continue
        rows = [head]
        stop = index + 1
        for at in range(index + 1, len(lines)):
            line = lines[at].strip()
            if not line:
                continue
            row = split_row(line)
            if row is None:
                break
            rows.append(row)
            stop = at + 1
        if len(rows) > _LEAST_ROWS:
            tables.append(GluedTable(index, stop, tuple(rows)))
            index = stop
        else:
            index += 1
    return tables


def split_row(line: str) -> tuple[str, str] | None:
    """Return the label and the text of a glued row, None where `line` has no glue point.

    Names with inner capitals (YouTube, McMoRan, LaTeX) are not cut: on each side of the point must stand a word of some
    length, and after it a sentence must begin.
    """
    for match in _GLUE.finditer(line):
        label, rest = line[: match.start()], line[match.start() :]
        if len(label.split()) > _LABEL_WORDS:
            return None
        if _is_label(label) and _parts_words(label, rest) and _begins_sentence(rest):
            return label, rest
    return None


def _split_head(line: str) -> tuple[str, str] | None:
    if not line or len(line) > _HEAD_LONGEST or line[-1] in ".!?,;:":
        return None
    for match in _GLUE.finditer(line):
        label, rest = line[: match.start()], line[match.start() :]
        if _is_label(label) and _is_label(rest) and _parts_words(label, rest):
            return label, rest
    return None


def _is_label(text: str) -> bool:
    words = [word.strip('“”"‘’()&,/–—-') for word in text.split()]
    if not words or not words[0][:1].isupper() or text[-1] in ".!?;:":
        return False
    return all(not word or word[0].isupper() or word[0].isdigit() or _SMALL_WORD.fullmatch(word) for word in words)


def _parts_words(label: str, rest: str) -> bool:
    left, right = _TOKEN_LEFT.search(label), _TOKEN_RIGHT.match(rest)
    if left is None or right is None:
        return False
    inner = [point.start() for point in _INNER_CAPITAL.finditer(left[0])]
    left_length = len(left[0]) - (inner[-1] + 1 if inner else 0)
    if _STARTER.fullmatch(right[1]):
        return left_length >= _LEAST_RIGHT
    return left_length >= _LEAST_LEFT and len(right[1]) >= _LEAST_RIGHT and right[1][1:].islower()


def _begins_sentence(rest: str) -> bool:
    """Whether a sentence begins: its second word is in small letters, or is no word but a number or a quotation."""
    words = rest.split(maxsplit=2)
    if len(words) < _LEAST_ROWS:
        return False
    if _STARTER.fullmatch(words[0].lstrip('“"‘(')):
        return True
    return not words[1][0].isupper()
