"""`Filters` as a condition on the table `articles`, written once for every search."""

from datetime import date

from assistant.catalog.owners import Viewer, visible_sql
from assistant.types import Filters


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
