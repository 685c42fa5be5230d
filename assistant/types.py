"""The words every layer shares: frozen pydantic models, whose JSON is what every edge speaks.

Offsets are code points into `Article.text`, `start` inclusive and `end` exclusive.
"""

import hashlib
import re
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

BlockKind = Literal["heading", "paragraph", "list_item", "table_row"]
Status = Literal["answered", "partial", "abstained"]
MessageStatus = Literal["running", "done", "stopped", "failed"]
Vote = Literal["up", "down"]


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _calendar_date(value: object) -> object:
    """Refuse what pydantic would take for seconds since 1970: numbers, and digits in quotes."""
    if value is None or isinstance(value, date):
        return value
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise ValueError('should be a date such as "2025-05-27"')
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise ValueError(f'should be a date such as "2025-05-27" ({error})') from error


_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
CalendarDate = Annotated[date | None, BeforeValidator(_calendar_date, json_schema_input_type=date | None)]
Name = Annotated[str, StringConstraints(max_length=500)]
Names = Annotated[
    tuple[Name, ...],
    Field(max_length=100),
    BeforeValidator(_as_tuple, json_schema_input_type=Name | Annotated[list[Name], Field(max_length=100)]),
]


class Frozen(BaseModel):
    """Base of all types: immutable, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Block(Frozen):
    """A structural unit of an article: one heading, paragraph, list item or table row.

    `level` is 1-6 for headings (1 is the top), the nesting depth from 1 for list items, else 0.
    `columns` are the column heads of a table row, one a cell, empty where the table has none.
    """

    kind: BlockKind
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    level: int = Field(default=0, ge=0)
    columns: tuple[str, ...] = ()


class ArticleFacts(Frozen):
    """What is known of an article besides its text."""

    id: str
    title: str
    url: str | None = None
    publisher: str | None = None
    author: str | None = None
    published: date | None = None
    updated: date | None = None
    ingested_at: datetime | None = None
    language: str | None = None
    source: str | None = Field(default=None, description="the file or URL that it was read from")
    sha256: str = ""


class Article(ArticleFacts):
    """One version of a document.

    `text` is canonical (NFC, line feeds at line ends) unless the source gave it (JSONL), then as given.
    `blocks` are in reading order, do not overlap, and together hold every non-space character of `text`.
    `sha256` is the hex digest of the text in UTF-8; it is filled in when left empty.
    """

    text: str
    blocks: tuple[Block, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _fill_digest(cls, data: object) -> object:
        if isinstance(data, dict) and not data.get("sha256") and isinstance(data.get("text"), str):
            return {**data, "sha256": hashlib.sha256(data["text"].encode("utf-8", "surrogatepass")).hexdigest()}
        return data

    def facts(self) -> ArticleFacts:
        """Return the article without text and blocks."""
        return ArticleFacts.model_validate(self.model_dump(exclude={"text", "blocks"}))


class Sentence(Frozen):
    """The smallest unit that is quoted: a sentence, a heading, a list item's sentence or a whole table row."""

    start: int
    end: int
    kind: BlockKind = "paragraph"
    columns: tuple[str, ...] = ()


class Passage(Frozen):
    """A run of whole sentences of one article under one heading path.

    `article.text[start:end] == text` always; `sentences` are in order and only white space lies between them.
    `heading_path` goes from the article's title down to the nearest heading.
    `id` holds the article's version, so a changed article never shares a passage id with its former self.
    """

    id: str
    article_id: str
    ordinal: int
    start: int
    end: int
    text: str
    heading_path: tuple[str, ...] = ()
    sentences: tuple[Sentence, ...] = ()


class Hit(Passage):
    """A passage found for a question, with its scores and the facts of its article.

    `score` orders hits (higher is better; comparable within one question only). Ranks count from 1, None where that
    search did not find it. `dense_score` is a cosine in [-1, 1]; `lexical_score` is BM25, 0 where no term matched;
    `reader_score` is a probability in [0, 1], None before reading. `copies` are ids of near-identical passages that
    this one stands for.
    """

    score: float
    dense_rank: int | None = None
    dense_score: float = 0.0
    lexical_rank: int | None = None
    lexical_score: float = 0.0
    reader_score: float | None = None
    copies: tuple[str, ...] = ()
    sha256: str = ""
    title: str = ""
    publisher: str | None = None
    published: date | None = None
    url: str | None = None


class Filters(Frozen):
    """Which articles may be searched; every given filter must hold.

    `since` and `until` are inclusive bounds on the publication date; `as_of` leaves out what was published later.
    An article without a date passes no date filter. Publishers compare without regard to case.
    """

    since: CalendarDate = Field(None, description="earliest publication date")
    until: CalendarDate = Field(None, description="latest publication date")
    as_of: CalendarDate = Field(None, description="answer as on this date: leave out what was published later")
    publisher: Names = Field((), description="publishers, in any case; a text or a list of texts")
    article: Names = Field((), description="article ids; a text or a list of texts")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since and self.until and self.since > self.until:
            raise ValueError(f"since {self.since} is later than until {self.until}: swap them")
        return self

    @property
    def empty(self) -> bool:
        """Whether every article passes."""
        return not (self.since or self.until or self.as_of or self.publisher or self.article)


class Span(Frozen):
    """Code points `start` to `end` of an article's text."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Citation(Frozen):
    """A verbatim quote: `article.text[start:end] == quote` for the version with this sha256.

    `link` is the url with a text fragment (`#:~:text=`), None without a url. `columns` are the column heads where the
    quote is a table row. `highlight` is the short answer inside the quote, in offsets of the article, None where the
    reader marks none. `copies` counts the other articles with a near-copy of the passage that is quoted, `copied_by`
    names the first ten of them.
    """

    marker: int = Field(ge=1)
    article_id: str
    sha256: str
    title: str
    publisher: str | None = None
    published: date | None = None
    url: str | None = None
    start: int
    end: int
    quote: str
    link: str | None = None
    columns: tuple[str, ...] = ()
    highlight: Span | None = None
    copies: int = Field(default=0, ge=0)
    copied_by: tuple[str, ...] = ()

    @property
    def highlighted(self) -> str:
        """The short answer's text, empty where none is marked."""
        if self.highlight is None:
            return ""
        return self.quote[self.highlight.start - self.start : self.highlight.end - self.start]


class ShortAnswer(Frozen):
    """The few words that answer, verbatim from the citation `marker`."""

    text: str
    marker: int = Field(ge=1)


class Statement(Frozen):
    """One sentence of an answer and the markers of the citations that support it."""

    text: str
    markers: tuple[int, ...]


class Receipt(Frozen):
    """What reproduces an answer: the corpus snapshot, models, settings that matter and the ranked passages.

    `corpus` is a digest of the articles, `division` one of how they are cut into passages.
    """

    corpus: str
    division: str = ""
    embedding_model: str
    reader: str
    settings: dict[str, str | int | float | bool | None] = {}
    passage_ids: tuple[str, ...] = ()


class Usage(Frozen):
    """What a language model took for an answer: tokens in and out, and US dollars where its prices are known."""

    input_tokens: int = Field(ge=0)
    output_tokens: int = Field(ge=0)
    cost_usd: float | None = Field(default=None, ge=0.0)


class Answer(Frozen):
    """The answer to one question; every statement is supported by its citations, an abstention has none.

    `confidence` in [0, 1] estimates that the citations answer the question; an answer is `uncertain` where that is near
    the point at which it would have been an abstention. `text` is the statements with [n] markers.
    `passages` are the ranked passages (best first), `nearest` those to look at after an abstention. `short_answer` is
    the highlight of the likeliest citation, None where the reader marks none in it. `contested` are the markers of
    quotes from different articles that give different answers, none where the articles agree; then there is no short
    answer.
    `mode` is "generative" where the language model `model` wrote the statements; `dropped` counts those it wrote that
    no quote supports. Where it failed, `fallback` says why in a sentence, and the answer is extractive.
    """

    id: str
    question: str
    standalone_question: str
    status: Status
    statements: tuple[Statement, ...] = ()
    text: str = ""
    short_answer: ShortAnswer | None = None
    contested: tuple[int, ...] = ()
    citations: tuple[Citation, ...] = ()
    passages: tuple[Hit, ...] = ()
    confidence: float = Field(ge=0.0, le=1.0)
    uncertain: bool = False
    mode: Literal["extractive", "generative"] = "extractive"
    model: str | None = None
    dropped: int = Field(default=0, ge=0)
    fallback: str | None = None
    usage: Usage | None = None
    nearest: tuple[Hit, ...] = ()
    receipt: Receipt
    timings_ms: dict[str, float] = {}


class Feedback(Frozen):
    """What someone thinks of an answer; `reason` is a short kind of fault or merit, `text` their own words."""

    answer_id: str
    vote: Vote
    reason: str | None = None
    text: str | None = None
    created: datetime


class Message(Frozen):
    """A turn of a conversation: one question and, once `status` is "done", its answer.

    `standalone_question` is what was read in place of the question; `error` says why a message failed. `replaces` is
    the id of the message in whose place this one was asked: that one and all after it leave the conversation once
    this one is answered.
    """

    id: str
    conversation_id: str
    created: datetime
    question: str
    filters: Filters = Filters()
    standalone_question: str | None = None
    status: MessageStatus
    error: str | None = None
    answer: Answer | None = None
    feedback: Feedback | None = None
    replaces: str | None = None


class ConversationFacts(Frozen):
    """What is known of a conversation besides its messages, which are counted; `title` is empty until the first."""

    id: str
    title: str
    created: datetime
    updated: datetime
    messages: int = Field(ge=0)


class Conversation(Frozen):
    """A conversation with its messages in the order in which they were asked; times are in UTC."""

    id: str
    title: str
    created: datetime
    updated: datetime
    messages: tuple[Message, ...] = ()
