"""Tables of figures: this project, the peer, the ratio of the two."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rich import box
from rich.console import Console
from rich.table import Table

Unit = Literal["share", "count", "ms", "s", "MiB"]
Values = Mapping[str, float | None]

NOTHING = "-"


@dataclass(frozen=True)
class Measure:
    """A row: the figure's key, what it is called, its unit, whether more of it is better, whether it is a time."""

    key: str
    label: str
    unit: Unit = "share"
    more_is_better: bool = True
    timed: bool = False


QUALITY = (
    Measure("passage_recall@1", "passage_recall@1"),
    Measure("passage_recall@5", "passage_recall@5"),
    Measure("cite_p", "cite_p"),
    Measure("cite_r", "cite_r"),
    Measure("cite_f1", "cite_f1"),
    Measure("cite_hit", "cite_hit"),
    Measure("quote_exact", "quote_exact"),
    Measure("auroc", "auroc"),
    Measure("wrong_answer", "wrong_answer", more_is_better=False),
    Measure("wrong_abstain", "wrong_abstain", more_is_better=False),
    Measure("facts", "facts right"),
    Measure("facts_answerable", "facts right, answerable"),
    Measure("facts_unanswerable", "facts right, unanswerable"),
    Measure("facts_any_length", "facts right, quotes of any length"),
)
SPEED = (
    Measure("characters_per_s", "ingest, characters/s", "count", timed=True),
    Measure("characters_per_cpu_s", "ingest, characters/CPU s", "count", timed=True),
    Measure("ms_p50", "question p50, ms", "ms", more_is_better=False, timed=True),
    Measure("ms_p95", "question p95, ms", "ms", more_is_better=False, timed=True),
    Measure("load_s", "imports and models, s", "s", more_is_better=False, timed=True),
    Measure("peak_mib", "peak memory, MiB", "MiB", more_is_better=False),
)
MEASURES = QUALITY + SPEED
THROUGHPUT = (Measure("passages_per_s", "passages/s", "ms", timed=True),)


def ratio(ours: float | None, peer: float | None) -> float | None:
    """Return ours / peer; None where either is not measured or the peer's is 0."""
    return None if ours is None or not peer else ours / peer


def ratios(
    ours: Values, peer: Values, measures: Iterable[Measure] = MEASURES, *, disturbed: bool = False
) -> dict[str, float | None]:
    """Return the ratio of each measure that both have; `disturbed`, those of times are None."""
    return {
        m.key: None if disturbed and m.timed else ratio(ours[m.key], peer[m.key])
        for m in measures
        if m.key in ours and m.key in peer
    }


def show_value(value: float | None, unit: Unit) -> str:
    """Return a figure as it stands in a table."""
    if value is None or math.isnan(value):
        return NOTHING
    if unit == "share":
        return f"{value:.3f}"
    return f"{value:,.0f}" if unit in ("count", "MiB") else f"{value:,.1f}"


def show_ratio(value: float | None) -> str:
    """Return a ratio as it stands in a table."""
    return NOTHING if value is None else f"{value:.2f}"


def comparison(ours: Values, peer: Values, measures: Sequence[Measure] = MEASURES, *, disturbed: bool = False) -> Table:
    """Return a row for each measure that one of the two has; `disturbed`, times have no ratio."""
    table = _table("this project", "peer", "ratio", "better")
    known = ratios(ours, peer, measures, disturbed=disturbed)
    for m in measures:
        a, b = ours.get(m.key), peer.get(m.key)
        if a is not None or b is not None:
            cells = (show_value(a, m.unit), show_value(b, m.unit), show_ratio(known.get(m.key)))
            table.add_row(m.label, *cells, "more" if m.more_is_better else "less")
    return table


def settings(
    heads: Sequence[str], rows: Sequence[tuple[Sequence[str], Values]], measures: Sequence[Measure] = MEASURES
) -> Table:
    """Return a row for each setting, named by cells under `heads`, and a column for each measure that one has."""
    table = Table()
    for head in heads:
        table.add_column(head, no_wrap=True)
    known = [m for m in measures if any(values.get(m.key) is not None for _, values in rows)]
    for m in known:
        table.add_column(m.label, justify="right", no_wrap=True)
    for names, values in rows:
        table.add_row(*names, *(show_value(values.get(m.key), m.unit) for m in known))
    return table


def pick(keys: Sequence[str]) -> list[Measure]:
    """Return the measures of MEASURES that have these keys, in its order."""
    return [m for m in MEASURES if m.key in keys]


def show(console: Console, title: str, table: Table) -> None:
    """Print a table under its title; where no terminal shows it, as Markdown, to be pasted."""
    table.box = box.SIMPLE_HEAD if console.is_terminal else box.MARKDOWN
    console.print(title, style="bold", soft_wrap=True)
    console.print(table)


def _table(*columns: str) -> Table:
    table = Table()
    table.add_column("measure", no_wrap=True)
    for column in columns:
        table.add_column(column, justify="left" if column == "better" else "right", no_wrap=True)
    return table
