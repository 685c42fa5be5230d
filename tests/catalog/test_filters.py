"""Tests of `assistant.catalog.filters`; what the conditions find is tested in test_store.py."""

from datetime import date

from assistant.catalog.filters import filter_sql
from assistant.types import Filters


def test_without_filters_there_is_no_condition() -> None:
    assert filter_sql(Filters()) == ("", {})


def test_values_are_bound_never_written_into_the_sql() -> None:
    evil = "x') OR 1=1 --"
    where, values = filter_sql(Filters(publisher=(evil, "B"), article=(evil,), since=date(2024, 1, 2)))
    assert "1=1" not in where
    assert (
        where == " AND a.published >= :since AND a.publisher_key IN (:publisher0, :publisher1) AND a.id IN (:article0)"
    )
    assert values == {"since": "2024-01-02", "publisher0": evil.casefold(), "publisher1": "b", "article0": evil}
