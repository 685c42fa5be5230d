"""Filters: the options of the shell and the fields of a batch question -> `Filters`."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

import typer
from pydantic import ValidationError

from assistant.errors import FilterError
from assistant.types import Filters

Since = Annotated[str | None, typer.Option(metavar="DATE", help="Only articles published on or after this date.")]
Until = Annotated[str | None, typer.Option(metavar="DATE", help="Only articles published on or before this date.")]
AsOf = Annotated[
    str | None, typer.Option(metavar="DATE", help="As if asked on this date: later articles are left out.")
]
Publisher = Annotated[
    list[str] | None, typer.Option(metavar="NAME", help="Only articles of this publisher; may be given several times.")
]
ArticleId = Annotated[
    list[str] | None, typer.Option(metavar="ID", help="Only this article; may be given several times.")
]

_DATES = ("since", "until", "as_of")
_NAMES = ("publisher", "article")
FIELDS = (*_DATES, *_NAMES)


def read_filters(fields: Mapping[str, object]) -> Filters:
    """Return the filters among `fields`; other keys, None and empty lists are ignored.

    Dates are ISO dates, `publisher` and `article` a name or a list of names. Raises FilterError.
    """
    given: dict[str, object] = {name: read_date(name, fields[name]) for name in _DATES if _has(fields, name)}
    given |= {name: _names(name, fields[name]) for name in _NAMES if _has(fields, name)}
    try:
        return Filters.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        raise FilterError(str(first.get("ctx", {}).get("error") or first["msg"])) from error


def read_date(name: str, value: object) -> date:
    """Return the date written in ISO form. Raises FilterError that holds the field's name and the value."""
    try:
        if isinstance(value, str):
            return date.fromisoformat(value.strip())
    except ValueError:
        pass
    raise FilterError(
        f"{name.replace('_', '-')} {_shown(value)} is no date: write it as year-month-day, like 2025-05-27"
    )


def _has(fields: Mapping[str, object], name: str) -> bool:
    return fields.get(name) not in (None, [], ())


def _names(name: str, value: object) -> tuple[str, ...]:
    names = value if isinstance(value, list | tuple) else (value,)
    for one in names:
        if not isinstance(one, str) or not one.strip():
            raise FilterError(f"{name} {_shown(one)} is no name: give a text or a list of texts")
    return tuple(names)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "..."
