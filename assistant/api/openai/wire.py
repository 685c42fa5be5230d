"""What requests and responses of chat completions hold: the part of OpenAI's API that means something here.

What a request holds besides (temperature, max_tokens, stop, seed, user and the like) is ignored, as it has no bearing
on what the articles say. What would promise something that is not done is refused.
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from assistant.api.limits import MAX_BODY
from assistant.types import Citation, Filters, Frozen, Status

MODEL = "assistant"
# The types of PydanticCustomError become the `code` of the error.
UNKNOWN_MODEL = "model_not_found"
UNSUPPORTED = "unsupported_value"

_EXAMPLES: JsonDict = {
    "examples": [
        {
            "model": MODEL,
            "messages": [{"role": "user", "content": "What did the summit of 27 May 2025 decide?"}],
            "filters": {"since": "2025-05-01"},
        }
    ]
}


def _served(model: str) -> str:
    if model != MODEL:
        raise PydanticCustomError(UNKNOWN_MODEL, f'should be "{MODEL}", the one model that is served')
    return model


def _as_parts(content: object) -> object:
    if content is None:
        return ()
    return ({"type": "text", "text": content},) if isinstance(content, str) else content


def _only(*allowed: object, because: str) -> AfterValidator:
    """Refuse what is not among `allowed`, with the reason."""

    def check(value: Any) -> Any:
        if value not in allowed:
            raise PydanticCustomError(UNSUPPORTED, because)
        return value

    return AfterValidator(check)


_NO_CALLS = 'should be "auto" or "none": no tool is ever called'

ModelId = Annotated[str, AfterValidator(_served)]
# A bound, which the limit on bodies makes sure of already, has pydantic refuse lone surrogates, which are no text.
Text = Annotated[str, StringConstraints(max_length=MAX_BODY)]


class Lenient(Frozen):
    """Base of what clients fill in many ways: unknown keys are ignored."""

    model_config = ConfigDict(extra="ignore")


class Part(Lenient):
    """A part of a message; only text can be read."""

    type: Literal["text", "refusal"]
    text: Text = ""


Content = Annotated[
    tuple[Part, ...],
    BeforeValidator(_as_parts, json_schema_input_type=str | list[Part] | None),
]


class ChatMessage(Lenient):
    """One message of the chat."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Content = ()

    @property
    def text(self) -> str:
        """The text of all parts."""
        return "\n".join(part.text for part in self.content)


class StreamOptions(Lenient):
    """What a stream holds besides the reply."""

    include_usage: bool | None = Field(None, strict=True, description="send the tokens as the last chunk")


class ResponseFormat(Lenient):
    """What form the reply takes."""

    type: Annotated[str, _only("text", because='should be "text": an answer is text with its sources')]


class CompletionRequest(Lenient):
    """A chat whose last user message is to be answered."""

    model_config = ConfigDict(json_schema_extra=_EXAMPLES)

    model: ModelId
    messages: tuple[ChatMessage, ...] = Field(
        description="the last one of the user is the question, those before it say what it leans on",
        json_schema_extra={"minItems": 1},
    )
    stream: bool | None = Field(None, strict=True, description="send the reply as it comes, as server-sent events")
    stream_options: StreamOptions | None = None
    n: Annotated[
        int | None, Field(strict=True), _only(None, 1, because="should be 1: there is one answer to a question")
    ] = None
    tool_choice: Annotated[Any, _only(None, "auto", "none", because=_NO_CALLS)] = None
    function_call: Annotated[Any, _only(None, "auto", "none", because=_NO_CALLS)] = None
    logprobs: Annotated[
        bool | None, Field(strict=True), _only(None, False, because="should be false: there are no tokens to weigh")
    ] = None
    top_logprobs: Annotated[
        int | None, Field(strict=True), _only(None, 0, because="should be 0: there are no tokens to weigh")
    ] = None
    modalities: Annotated[
        tuple[str, ...] | None, _only(None, (), ("text",), because='should be ["text"]: an answer is text')
    ] = None
    audio: Annotated[Any, _only(None, because="should be left out: an answer is text")] = None
    response_format: ResponseFormat | None = None
    filters: Filters | None = Field(None, description="which articles may answer; not part of OpenAI's API")

    @model_validator(mode="before")
    @classmethod
    def _filters_in_their_place(cls, data: object) -> object:
        """Refuse a filter beside the messages: ignored, it would let articles answer that were to be left out."""
        if isinstance(data, dict):
            for name in (*Filters.model_fields, "filter"):
                if name in data:
                    raise ValueError(f'{name} has no effect beside "messages": put it into an object "filters"')
        return data

    @property
    def wants_usage(self) -> bool:
        """Whether a stream is to end with the tokens."""
        return bool(self.stream_options and self.stream_options.include_usage)


class TokenUsage(Frozen):
    """Tokens of the language model that wrote the answer; all 0 where none did, for then none were taken."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Reply(Frozen):
    """The answer as a message.

    `content` is its text with [n] and the numbered sources; `citations`, `answer_id` (for /v1/answers) and `status`
    are not part of OpenAI's API.
    """

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    citations: tuple[Citation, ...]
    answer_id: str
    status: Status


class Choice(Frozen):
    """The one reply."""

    index: Literal[0] = 0
    message: Reply
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class ChatCompletion(Frozen):
    """The reply to a chat; `created` is in seconds since 1970."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: tuple[Choice]
    usage: TokenUsage


class Model(Frozen):
    """A model that can be asked for; nothing says when it was made, hence `created` 0."""

    id: str = MODEL
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = MODEL


class Models(Frozen):
    """All models that can be asked for."""

    object: Literal["list"] = "list"
    data: tuple[Model, ...] = (Model(),)
