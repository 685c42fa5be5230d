"""What requests and responses hold besides the core types."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from assistant.conversation import MAX_QUESTION
from assistant.types import ArticleFacts, Citation, ConversationFacts, Filters, Frozen, Hit, MessageStatus, Vote

Title = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Id = Annotated[str, StringConstraints(max_length=64)]

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


class MessageRequest(AskRequest):
    """A question within a conversation."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"question": "And when was it held?"}]})

    standalone_question: str | None = Field(
        None,
        description="the question as it stands without those before it, in your own wording; by default it is made",
        json_schema_extra={"maxLength": MAX_QUESTION},
    )
    replaces: Id | None = Field(
        None,
        description="id of the message in whose place this one is asked: that one and all after it leave the"
        " conversation once this one is answered",
    )


class NewConversation(Frozen):
    """A conversation to be made; without a title its first question names it."""

    title: Title = ""


class Rename(Frozen):
    """Another title."""

    title: Annotated[Title, StringConstraints(min_length=1)]


class Conversations(Frozen):
    """A page of conversations, latest updated first; `next` is the cursor of the page after it, null for the last."""

    conversations: tuple[ConversationFacts, ...]
    next: str | None


class Stopped(Frozen):
    """How a message ended."""

    status: MessageStatus


class FeedbackRequest(Frozen):
    """What someone thinks of an answer."""

    answer_id: Id
    vote: Vote
    reason: Annotated[str, StringConstraints(max_length=100)] | None = Field(None, description="a short kind of fault")
    text: Annotated[str, StringConstraints(max_length=4000)] | None = Field(None, description="in their own words")


class Questions(Frozen):
    """Questions that can be answered."""

    questions: tuple[str, ...]


class PassagesEvent(Frozen):
    """Data of the event `retrieval`: the passages found, best first, before they are read."""

    passages: tuple[Hit, ...]


class StatementEvent(Frozen):
    """Data of the event `statement`: one sentence of the answer, and those of its citations not sent before."""

    text: str
    markers: tuple[int, ...]
    citations: tuple[Citation, ...]


class StoppedEvent(Frozen):
    """Data of the event `stopped`."""


class Hits(Frozen):
    """Passages found, best first."""

    hits: tuple[Hit, ...]


class Articles(Frozen):
    """All articles, latest publication first, undated ones last."""

    articles: tuple[ArticleFacts, ...]


class Health(Frozen):
    """The process is up."""

    status: Literal["ok"] = "ok"
