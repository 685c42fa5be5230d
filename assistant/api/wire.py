"""What requests and responses hold besides the core types."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, field_validator
from pydantic.config import JsonDict

from assistant.pipeline import MAX_QUESTION
from assistant.types import ArticleFacts, Filters, Frozen, Hit

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_EXAMPLES: JsonDict = {"examples": [{"question": "What did the summit of 27 May 2025 decide?", "since": "2025-05-01"}]}


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else value


_Name = Annotated[str, StringConstraints(max_length=500)]
_Names = Annotated[
    tuple[_Name, ...],
    Field(max_length=100),
    BeforeValidator(_as_tuple, json_schema_input_type=_Name | Annotated[list[_Name], Field(max_length=100)]),
]


class AskRequest(Filters):
    """A question and, beside it, the filters on what may answer it."""

    model_config = ConfigDict(json_schema_extra=_EXAMPLES)

    # The length is described here and checked by the Assistant, so that every edge refuses with the same words.
    question: str = Field(json_schema_extra={"minLength": 1, "maxLength": MAX_QUESTION})
    since: date | None = Field(None, description="earliest publication date")
    until: date | None = Field(None, description="latest publication date")
    as_of: date | None = Field(None, description="answer as on this date: leave out what was published later")
    publisher: _Names = Field((), description="publishers, in any case; a text or a list of texts")
    article: _Names = Field((), description="article ids; a text or a list of texts")

    @field_validator("since", "until", "as_of", mode="before")
    @classmethod
    def _calendar_date(cls, value: object) -> object:
        """Refuse what pydantic would take for seconds since 1970: numbers, and digits in quotes."""
        if value is None or isinstance(value, date):
            return value
        if not isinstance(value, str) or not _DATE.fullmatch(value):
            raise ValueError('should be a date such as "2025-05-27"')
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise ValueError(f'should be a date such as "2025-05-27" ({error})') from error

    def filters(self) -> Filters:
        """Return the filters alone."""
        return Filters.model_validate({name: getattr(self, name) for name in Filters.model_fields})


class SearchRequest(AskRequest):
    """A question, the filters, and how many passages to return."""

    limit: int = Field(10, ge=1, le=50, strict=True, description="most passages to return")


class Hits(Frozen):
    """Passages found, best first."""

    hits: tuple[Hit, ...]


class Articles(Frozen):
    """All articles, latest publication first, undated ones last."""

    articles: tuple[ArticleFacts, ...]


class Health(Frozen):
    """The process is up."""

    status: Literal["ok"] = "ok"
