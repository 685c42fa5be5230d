"""Rows of tables that reached us as lines of figures, as text taken from a PDF has them.

    Salient Statistics: 2020 2021 2022      heads: a line that ends with years
    Imports: [e, 4]                         label: names the group of rows below
    Compounds 6,510 7,690 10,700            row: words, then two or more numeric cells
    Ores and concentrates 12 15 >20         row

Rows count only in company: a single line that happens to end with figures stays prose.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from assistant.sources.markers import bullet_width

Role = Literal["row", "heads", "label"]

_LONGEST = 200
_CELL = re.compile(
    r"[<>≤≥~≈±$€£(+−–-]*(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?%?\)?|[<>]?[—–]|--|NA|N/A|n\.a\.|XX|[EW]",
)
_YEAR = re.compile(r"(?:FY|CY)?(?:19|20)\d\d(?:[-–/]\d{2,4})?")
_PERIOD_PREFIX = {"FY", "CY"}
_NOTE = re.compile(r"\s*\[[^\[\]]{0,8}\]$")
_CODE = re.compile(r"\b\d{4}\.\d{2}\.\d{2,4}\b")  # customs tariff numbers: a row though its last cell is words
_CODE_LONGEST = 120
_LABEL = re.compile(r"[A-Z][^.!?]{0,90}:(?:\s*\[[^\[\]]{0,8}\])?$")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class DataLine:
    """A line's part in a table of figures; `columns` are the heads of a row's figures, without its label's."""

    role: Role
    columns: tuple[str, ...] = ()


def trailing_cells(line: str) -> int:
    """Return how many numeric cells `line` ends with, 0 where no words stand before them."""
    if len(line) > _LONGEST:
        return 0
    words = line.split()
    count = 0
    while count < len(words) and _CELL.fullmatch(words[-1 - count]):
        count += 1
    return count if any(_LETTER.search(word) for word in words[: len(words) - count]) else 0


def year_heads(line: str) -> tuple[str, ...]:
    """Return the two or more years (such as "2024" or "FY 2024") that `line` ends with, else nothing."""
    if len(line) > _LONGEST:
        return ()
    words = _NOTE.sub("", line).split()
    heads: list[str] = []
    while words and _YEAR.fullmatch(words[-1]):
        year = words.pop()
        heads.append(f"{words.pop()} {year}" if words and words[-1] in _PERIOD_PREFIX else year)
    return tuple(reversed(heads)) if len(heads) > 1 else ()


def mark(lines: Sequence[str], paragraphs: Sequence[int]) -> list[DataLine | None]:
    """Return for each line its part in a table of figures, None for prose.

    Args:
        lines: the lines of a document that are not blank, without white space around them.
        paragraphs: for each line the number of the paragraph it stands in; numbers rise.
    """
    heads = [year_heads(line) for line in lines]
    codes = [len(line) <= _CODE_LONGEST and _CODE.search(line) is not None for line in lines]
    cells = [0 if head else trailing_cells(line) for line, head in zip(lines, heads, strict=True)]
    rows = [
        (count > 1 or code) and not bullet_width(line) for line, count, code in zip(lines, cells, codes, strict=True)
    ]
    labels: list[bool] = []
    for index, line in enumerate(lines):
        # The last line of wrapped prose may look like a label; a label stands at the top or below another of the table.
        opens = index == 0 or paragraphs[index - 1] != paragraphs[index]
        placed = opens or rows[index - 1] or labels[index - 1] or bool(heads[index - 1])
        labels.append(placed and not heads[index] and _LABEL.fullmatch(line) is not None)

    # Labels and heads do not part a run of rows.
    solid = [index for index in range(len(lines)) if not labels[index] and not heads[index]]
    in_run = {index for pair in pairwise(solid) if rows[pair[0]] and rows[pair[1]] for index in pair}

    marks: list[DataLine | None] = [None] * len(lines)
    leads = False  # whether the next line that is neither label nor heads is a row
    for index in reversed(range(len(lines))):
        if index in in_run:
            marks[index], leads = DataLine("row"), True
        elif leads and (heads[index] or labels[index]):
            marks[index] = DataLine("heads" if heads[index] else "label")
        else:
            leads = False
    return _with_columns(marks, heads, cells, paragraphs)


def _with_columns(
    marks: list[DataLine | None], heads: list[tuple[str, ...]], cells: list[int], paragraphs: Sequence[int]
) -> list[DataLine | None]:
    tables = {paragraph for paragraph, found in zip(paragraphs, marks, strict=True) if found}
    current: tuple[str, ...] = ()
    result = list(marks)
    for index, found in enumerate(marks):
        if found is None:
            # A line of words within a table's paragraph may be a row's label that was wrapped.
            current = current if paragraphs[index] in tables else ()
        elif found.role == "heads":
            current = heads[index]
        elif found.role == "row" and len(current) <= cells[index]:
            result[index] = DataLine("row", current)
    return result
