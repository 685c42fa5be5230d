from datetime import date

import pytest
from pydantic import ValidationError

from assistant.api.wire import AskRequest, SearchRequest
from assistant.types import Filters


def test_filters_leave_out_the_question() -> None:
    asked = SearchRequest.model_validate(
        {
            "question": "q",
            "since": "2025-05-01",
            "until": "2025-05-31",
            "as_of": "2025-06-01",
            "publisher": "P",
            "limit": 3,
        }
    )
    found = asked.filters()
    assert type(found) is Filters
    assert found == Filters(
        since=date(2025, 5, 1), until=date(2025, 5, 31), as_of=date(2025, 6, 1), publisher=("P",), article=()
    )


def test_every_filter_of_the_core_can_be_sent() -> None:
    assert set(AskRequest.model_fields) == {*Filters.model_fields, "question"}


def test_a_bare_question_has_no_filters() -> None:
    assert AskRequest(question="q").filters().empty


@pytest.mark.parametrize(
    "value",
    [0, 86400, 1.5, True, "86400", "20250527", "2025-W22-2", "2025-05-27T00:00:00", "\u0662\u0660\u0662\u0665-05-27"],
)
def test_only_calendar_dates_are_dates(value: object) -> None:
    with pytest.raises(ValidationError, match="should be a date such as"):
        AskRequest.model_validate({"question": "q", "since": value})


def test_one_name_or_several() -> None:
    assert AskRequest.model_validate({"question": "q", "article": "a"}).article == ("a",)
    assert AskRequest.model_validate({"question": "q", "article": ["a", "b"]}).article == ("a", "b")


def test_names_have_a_length() -> None:
    AskRequest.model_validate({"question": "q", "publisher": "p" * 500})
    with pytest.raises(ValidationError, match="at most 500 characters"):
        AskRequest.model_validate({"question": "q", "publisher": "p" * 501})


@pytest.mark.parametrize("limit", [1, 50])
def test_limits_in_range(limit: int) -> None:
    assert SearchRequest(question="q", limit=limit).limit == limit


@pytest.mark.parametrize("limit", [0, 51, True, "5", 5.0])
def test_limits_out_of_range_or_of_another_type(limit: object) -> None:
    with pytest.raises(ValidationError):
        SearchRequest.model_validate({"question": "q", "limit": limit})


def test_the_default_limit() -> None:
    assert SearchRequest(question="q").limit == 10
