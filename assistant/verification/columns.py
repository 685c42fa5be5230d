"""Columns: the unit and the scale in which a table's heads say that the figures below them are told."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.verification.folding import fold
from assistant.verification.units import unit_at

_PLACE = re.compile(r"(?<![\w$])(?=[\w$€£¥%‰°'])")
_STRONG = re.compile(r"(?:[(\[/]|,\s|\bin\s|^)\s*\Z")
_SCALE = re.compile(
    r"(?:of\s+)?(?P<word>thousand|million|billion|trillion)s?(?:\s+of)?(?!\w)|'?(?P<zeros>(?:,?000)+)s?(?!\w)|"
    r"(?P<short>mn|mln|m|bn|k)(?!\w)",
    re.IGNORECASE,
)
_POWERS = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12, "mn": 6, "mln": 6, "m": 6, "bn": 9, "k": 3}
_SIGN = re.compile(r"(?:US|A|AU|C|HK|NZ|S)?\$|[€£¥₹]")
_PER = re.compile(r"\s?/\s?|\s+per(?=\s)", re.IGNORECASE)
_SHORT = 3


@dataclass(frozen=True)
class Measure:
    """What a bare figure counts: `factor` of `unit`, which is None where a head only tells the scale ("thousands")."""

    factor: Decimal
    unit: str | None


def measure(head: str) -> Measure | None:
    """Return the measure that a head or label names ("Exports (kt)", "Price in US$ million"), None for none."""
    text = fold(head)
    scaled: Measure | None = None
    for place in _PLACE.finditer(text):
        strong = _STRONG.search(text, max(0, place.start() - 8), place.start()) is not None
        found = _measure_at(text, place.start(), strong=strong)
        if found and found.unit:
            return found
        scaled = scaled or found
    return scaled


def _measure_at(text: str, at: int, *, strong: bool) -> Measure | None:
    before, at = _scale(text, at, strong=strong)
    sign = _SIGN.match(text, at)
    after, end = _scale(text, sign.end(), strong=True) if sign else (0, at)
    unit = unit_at(text, at) if not sign else unit_at(sign.group(), 0)
    if unit is None or unit.name == "times":
        return Measure(Decimal(10) ** before, None) if before and strong else None
    end = end if sign else unit.end
    spelled = text[at:end].strip()
    if not (strong or sign or before or len(spelled) > _SHORT or spelled in ("%", "‰")):
        return None
    if not sign:
        after, end = _scale(text, end, strong=strong)
    name = unit.name
    if (per := _PER.match(text, end)) and (by := unit_at(text, per.end())):
        name = f"{name}/{by.name}"
    return Measure(unit.factor * Decimal(10) ** (before + after), name)


def _scale(text: str, at: int, *, strong: bool) -> tuple[int, int]:
    """Return the power of ten that stands at `at`, 0 where none does, and where what follows it begins."""
    begin = re.compile(r"\s*").match(text, at)
    match = _SCALE.match(text, begin.end() if begin else at)
    if not match or (match["short"] and not strong):
        return 0, at
    if match["zeros"]:
        return match["zeros"].count("0"), match.end()
    # "m" and "k" are scales only of what is named with them, as in "$m".
    if match["short"] and match["short"].lower() in ("m", "k") and not _SIGN.search(text, max(0, at - 3), at):
        return 0, at
    return _POWERS[(match["word"] or match["short"]).lower()], match.end()


@dataclass(frozen=True)
class Row:
    """A quote that is a row of a table: where its cells begin and end, and what the heads and its label measure."""

    cells: tuple[tuple[int, int], ...]
    heads: tuple[Measure | None, ...]
    label: Measure | None
    aligned: bool

    def measures(self, at: int) -> tuple[tuple[Measure, ...], bool]:
        """Return what a bare figure at `at` may count, and whether it is sure: its column is known and says so.

        Else that is what the label of the row measures, or any column where the cell's own is not known.
        """
        place = next((i for i, (start, end) in enumerate(self.cells) if start <= at < end), 0)
        head = self.heads[place] if self.aligned else None
        if head:
            return (head,), True
        if self.label and place:
            return (self.label,), False
        return (() if self.aligned else tuple(dict.fromkeys(one for one in self.heads if one))), False


def heads_of(quote: str, context: Sequence[str]) -> list[str]:
    """Return the heads of the cells of `quote`, of the only row in `context` that has as many, empty for none."""
    size = quote.count("|") + 1
    lines = (line.split("|") for text in dict.fromkeys(context) for line in text.splitlines())
    fitting = [line for line in lines if size > 1 and len(line) == size]
    return [head.strip() for head in fitting[0]] if len(fitting) == 1 else []


def row(quote: str, context: Sequence[str]) -> Row | None:
    """Return the row that `quote` is, with the heads found in `context`; None where it is no row of a table."""
    if "|" not in quote:
        return None
    cells = tuple(match.span() for match in re.finditer(r"[^|\n]+", quote))
    lines = [line.split("|") for text in context for line in text.splitlines()]
    fitting = [line for line in lines if len(line) > 1 and len([c for c in line if c.strip()]) == len(cells)]
    aligned = len(fitting) == 1
    heads = fitting[0] if aligned else [cell for line in lines for cell in line]
    heads = [cell for cell in heads if cell.strip()]
    label = measure(quote[slice(*cells[0])]) if cells else None
    return Row(cells, tuple(measure(cell) for cell in heads), label, aligned)
