"""What requests and responses hold besides the core types."""

from typing import Literal

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from assistant.pipeline import MAX_QUESTION
from assistant.types import ArticleFacts, Filters, Frozen, Hit

_EXAMPLES: JsonDict = {"examples": [{"question": "What did the summit of 27 May 2025 decide?", "since": "2025-05-01"}]}


class AskRequest(Filters):
    """A question and, beside it, the filters on what may answer it."""

    model_config = ConfigDict(json_schema_extra=_EXAMPLES)

    # The length is described here and checked by the Assistant, so that every edge refuses with the same words.
    question: str = Field(json_schema_extra={"minLength": 1, "maxLength": MAX_QUESTION})

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
