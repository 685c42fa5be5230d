"""Owners: whose an article, a conversation or an answer is, and which articles someone sees.

An owner is the id of a key. None is no key's: articles without an owner are everybody's.
"""

from enum import Enum


class Whole(Enum):
    """The view of what keeps the catalog: everything in it, whoever's it is."""

    WHOLE = "whole"


WHOLE = Whole.WHOLE
Viewer = str | None | Whole


def visible_sql(viewer: Viewer) -> tuple[str, dict[str, str]]:
    """Return (SQL, values): the condition on `articles a` that `viewer` sees, beginning with " AND ".

    It is empty for `WHOLE`; all others see what is everybody's, and the owner of a key what is their own too.
    """
    # The + keeps SQLite from beginning a search at the index of owners, which tells few articles apart.
    if viewer is WHOLE:
        return "", {}
    if viewer is None:
        return " AND +a.owner IS NULL", {}
    assert isinstance(viewer, str)
    return " AND (+a.owner IS NULL OR +a.owner = :viewer)", {"viewer": viewer}
