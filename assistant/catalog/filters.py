"""`Filters` as a condition on the table `articles`, written once for every search, and names in them that are none."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from assistant.catalog.owners import Viewer, visible_sql
from assistant.errors import NotFoundError
from assistant.types import Filters

# How many names are offered for one that is unknown, and how like it they are at least, in [0, 1].
_OFFERED = 3
_ALIKE = 0.6
_SHOWN = 80


def filter_sql(filters: Filters, viewer: Viewer) -> tuple[str, dict[str, str | date]]:
    """Return (SQL, values): conditions on `articles a`, each beginning with " AND ".

    Only what `viewer` sees passes, whatever the filters say.
    """
    parts: list[str] = []
    seen, whose = visible_sql(viewer)
    values: dict[str, str | date] = {**whose}
    bounds = {"since": (">=", filters.since), "until": ("<=", filters.until), "as_of": ("<=", filters.as_of)}
    for name, (comparison, bound) in bounds.items():
        if bound is not None:
            parts.append(f"a.published {comparison} :{name}")
            values[name] = bound.isoformat()
    for column, name, wanted in (
        ("a.publisher_key", "publisher", tuple(p.casefold() for p in filters.publisher)),
        ("a.id", "article", filters.article),
    ):
        if wanted:
            keys = [f"{name}{i}" for i in range(len(wanted))]
            parts.append(f"{column} IN ({', '.join(':' + key for key in keys)})")
            values |= dict(zip(keys, wanted, strict=True))
    return seen + "".join(f" AND {part}" for part in parts), values


def check_names(filters: Filters, seen: Callable[..., Sequence[Any]]) -> None:
    """Raise NotFoundError for an article or a publisher in `filters` that `seen` finds none of.

    `seen` takes SQL that ends in conditions on `articles a`, and its values, and returns the rows that may be seen.
    """
    for article_id in filters.article:
        if not seen("SELECT 1 FROM articles a WHERE id = :id", id=article_id):
            raise NotFoundError(f"no article has the id {article_id!r}: list the articles to see which there are")
    for publisher in filters.publisher:
        if not seen("SELECT 1 FROM articles a WHERE publisher_key = :key", "LIMIT 1", key=publisher.casefold()):
            known = seen("SELECT DISTINCT publisher FROM articles a WHERE publisher IS NOT NULL")
            raise unknown_publisher(publisher, [row.publisher for row in known])


def unknown_publisher(publisher: str, known: Iterable[str]) -> NotFoundError:
    """Return the error that no article is published by `publisher`, with those of the `known` names next to it."""
    said = f"no article is published by {publisher[:_SHOWN]!r}"
    near = [repr(name[:_SHOWN]) for name in _nearest(publisher, known)]
    if not near:
        return NotFoundError(f"{said}: list the articles to see by whom they are")
    return NotFoundError(f"{said}: take one of the nearest names, {' or '.join(near)}, or list the articles")


def _nearest(name: str, known: Iterable[str]) -> list[str]:
    """Return the names most like `name`, best first; one that holds all words of the other is as like as can be."""
    wanted = name[:_SHOWN].casefold()
    words = set(wanted.split())
    scored = []
    for one in {one.casefold(): one for one in sorted(known)}.values():
        other = one[:_SHOWN].casefold()
        held = words and (words <= set(other.split()) or words >= set(other.split()))
        score = 1.0 if held else SequenceMatcher(None, wanted, other).ratio()
        if score >= _ALIKE:
            scored.append((-score, one))
    return [one for _, one in sorted(scored)[:_OFFERED]]
