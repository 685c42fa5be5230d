"""Rows of tables written with "|", with or without the line of dashes that markdown asks for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_RULE = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?")
_PAIR = 2
_WIDE = 3
_DIGIT = re.compile(r"\d")
_FIGURE = re.compile(r"[<>~$€£(+−–-]*\s*\d[\d,.]*\s*%?\)?(?: \([^()]*\))?|[—–-]|NA|N/A|")
_YEAR = re.compile(r"(?:FY ?|CY ?)?(?:19|20)\d\d(?:[-–/]\d{2,4})?")


@dataclass(frozen=True, slots=True)
class PipeRow:
    """A row: its cells as written, the heads of its columns, and whether it is the line of dashes below the head."""

    cells: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rule: bool = False


def cells(line: str) -> tuple[str, ...]:
    """Return the cells of a row, nothing where `line` is no row: it begins with "|" or holds " | "."""
    if not line.startswith("|") and " | " not in line:
        return ()
    inner = line.removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return tuple(cell.strip() for cell in inner.split("|"))


def read(lines: Sequence[str]) -> dict[int, PipeRow]:
    """Return the rows among the lines of one paragraph, by index.

    A line that begins with "|" is a row. One that merely holds " | " is a row only beside another of as many cells, and
    if it has three cells or figures: "Title | Site" is no row.
    """
    found = [cells(line) for line in lines]
    kept = [_is_row(lines, found, index) for index in range(len(lines))]
    rules = [keep and _RULE.fullmatch(line) is not None for line, keep in zip(lines, kept, strict=True)]
    rows: dict[int, PipeRow] = {}
    columns: tuple[str, ...] = ()
    for index, keep in enumerate(kept):
        if not keep:
            continue
        if index - 1 not in rows:
            columns = found[index] if _is_head(found, rules, index) else ()
            rows[index] = PipeRow(found[index])
        elif rules[index]:
            rows[index] = PipeRow(rule=True)
        else:
            rows[index] = PipeRow(found[index], columns if len(columns) == len(found[index]) else ())
    return rows


def _is_row(lines: Sequence[str], found: Sequence[tuple[str, ...]], index: int) -> bool:
    here = found[index]
    if not here or lines[index].startswith("|"):
        return bool(here)
    if len(here) < _WIDE and not _DIGIT.search(here[-1]):
        return False
    beside = [at for at in (index - 1, index + 1) if 0 <= at < len(lines)]
    return any(len(found[at]) == len(here) or (found[at] and _RULE.fullmatch(lines[at])) for at in beside)


def _is_head(found: Sequence[tuple[str, ...]], rules: Sequence[bool], index: int) -> bool:
    if len(found[index]) < _PAIR or index + 1 >= len(found) or not found[index + 1]:
        return False
    if rules[index + 1]:
        return True
    # Without a rule only figures tell: years above a column are heads, and so are words above nothing but figures.
    heads, below = found[index][1:], found[index + 1][1:]
    if len(below) != len(heads) or not all(_FIGURE.fullmatch(cell) for cell in below):
        return False
    return all(_YEAR.fullmatch(cell) for cell in heads) or not any(_DIGIT.search(cell) for cell in heads)
