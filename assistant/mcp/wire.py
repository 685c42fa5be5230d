"""What tools take and give besides the core types."""

import json
from typing import Any

from pydantic import Field, ValidationError, model_validator

from assistant.types import ArticleFacts, Filters, Frozen, Hit, Name

_SHOWN = 60


class _Filtered(Filters):
    """Filters beside other arguments."""

    @model_validator(mode="before")
    @classmethod
    def _as_meant(cls, given: object) -> object:
        """Take null and "" for an argument left out, and a JSON array in a text for that array.

        Language models send all three where the schema asks for neither.
        """
        if not isinstance(given, dict):
            return given
        optional = {name for name, field in cls.model_fields.items() if not field.is_required()}
        return {
            name: _array(value) if name in ("publisher", "article") else value
            for name, value in given.items()
            if name not in optional or value not in (None, "")
        }

    def filters(self) -> Filters:
        """Return the filters alone."""
        return Filters.model_validate({name: getattr(self, name) for name in Filters.model_fields})


class AskArguments(_Filtered):
    """A question and the filters on what may answer it."""

    # Its length is checked by the Assistant, so that every edge refuses with the same words.
    question: str = Field(description="the question in full, as it reads without the conversation before it")


class SearchArguments(_Filtered):
    """A query, the filters, and how many passages to give."""

    query: str = Field(description="words or a question")
    limit: int = Field(10, ge=1, le=50, description="most passages to give")


class ArticleArguments(Frozen):
    """Which article."""

    id: Name = Field(description="an article's id, as list_articles and citations have it")


class NoArguments(Frozen):
    """Nothing."""


class Hits(Frozen):
    """Passages found, best first."""

    hits: tuple[Hit, ...]


class Articles(Frozen):
    """All articles, latest publication first, undated ones last."""

    articles: tuple[ArticleFacts, ...]


def sentence_of(error: ValidationError) -> str:
    """Return the first thing wrong with a tool's arguments as a sentence: the argument, its value, the remedy."""
    first = error.errors(include_url=False)[0]
    kind, message = first["type"], first["msg"]
    name = ".".join(map(str, first["loc"]))
    if kind == "missing":
        return f"{name} is missing: add it"
    if kind == "extra_forbidden":
        return f"{name[:_SHOWN]} is no argument of this tool: leave it out"
    if kind == "value_error":
        message = str(first["ctx"]["error"])
        if not name:
            return message
    # Pydantic's own words are "Input should be ...", "String should have ...".
    _, should, what = message.partition("should")
    return f"{name} is {_shown(first['input'])}, but {should + what or message}"


def _array(value: object) -> object:
    if not (isinstance(value, str) and value.lstrip().startswith("[")):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
