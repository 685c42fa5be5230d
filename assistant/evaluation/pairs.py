"""Pairs: a question and what holds of a right answer, kept in YAML files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, model_validator

from assistant.errors import EvaluationError, QuestionError
from assistant.evaluation.located import Located, Step, read_yaml
from assistant.pipeline import clean_question
from assistant.types import Filters, Frozen, Status

THRESHOLDS = "thresholds.yaml"
_SUFFIXES = (".yaml", ".yml")


def _regex(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"is no regular expression ({error})") from error
    return pattern


def _words(text: str) -> str:
    if not text.strip():
        raise ValueError("holds no word")
    return text


def _question(text: str) -> str:
    try:
        clean_question(_words(text))
    except QuestionError as error:
        raise ValueError(f"cannot be asked ({error})") from error
    return text


Word = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=200)]
Text = Annotated[str, StringConstraints(min_length=1), AfterValidator(_words)]
Question = Annotated[str, StringConstraints(min_length=1), AfterValidator(_question)]
Regex = Annotated[
    str, StringConstraints(min_length=1), AfterValidator(_regex), Field(json_schema_extra={"format": "regex"})
]


class ExpectedQuote(Frozen):
    """A text that the answer has to cite."""

    article: Text = Field(description="id of the article")
    text: Text = Field(description="a part of the article's text, verbatim; white space may differ")


Quotes = tuple[ExpectedQuote, ...]


class Expectation(Frozen):
    """What holds of a right answer; what is not given is not checked."""

    status: Status
    quotes: Quotes = Field((), description="texts that all have to be cited")
    any_of: tuple[Annotated[Quotes, Field(min_length=1)], ...] = Field(
        (), description="instead of `quotes`: alternatives, of which one has to be cited whole"
    )
    contains: tuple[Regex, ...] = Field((), description="regular expressions that the answer matches, in any case")
    lacks: tuple[Regex, ...] = Field((), description="regular expressions that the answer does not match, in any case")
    cites: tuple[Text, ...] = Field((), description="ids of articles that have to be cited")
    avoids: tuple[Text, ...] = Field((), description="ids of articles that must not be cited")
    max_statements: int | None = Field(None, ge=1, strict=True, description="most statements that the answer may have")

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.quotes and self.any_of:
            raise ValueError("gives both quotes and any_of: put the quotes into each alternative")
        if self.status == "abstained":
            for name in ("quotes", "any_of", "contains", "cites", "max_statements"):
                if getattr(self, name):
                    raise ValueError(f"expects an abstention, which has nothing for {name} to hold of: remove it")
        return self

    @property
    def alternatives(self) -> tuple[Quotes, ...]:
        """The sets of quotes of which one has to be cited whole; none where no quote is expected."""
        return self.any_of or ((self.quotes,) if self.quotes else ())

    @property
    def all_quotes(self) -> Quotes:
        """Every quote of every alternative, each once."""
        return tuple(dict.fromkeys(quote for some in self.alternatives for quote in some))


class Pair(Frozen):
    """A fixed question and what holds of its answer."""

    id: Word = Field(description="unique among all files")
    question: Question
    after: tuple[Question, ...] = Field((), description="questions asked before this one in the same conversation")
    filters: Filters = Filters()
    tags: tuple[Word, ...] = ()
    known: Text | None = Field(None, description="why this pair is known to fail; the run does not fail for it")
    expect: Expectation


_PAIR = TypeAdapter(Pair)


@dataclass(frozen=True)
class Entry:
    """A pair and the place in the file that it was read from."""

    pair: Pair
    document: Located
    position: int

    def where(self, *steps: Step) -> str:
        """Return "file:line" of the pair, or of the part of it that `steps` lead to."""
        return self.document.where(self.position, *steps)

    def quotes(self) -> Iterator[tuple[ExpectedQuote, str]]:
        """Yield every expected quote with its place."""
        for i, quote in enumerate(self.pair.expect.quotes):
            yield quote, self.where("expect", "quotes", i)
        for i, some in enumerate(self.pair.expect.any_of):
            for j, quote in enumerate(some):
                yield quote, self.where("expect", "any_of", i, j)


def load_pairs(path: Path) -> tuple[Entry, ...]:
    """Return the pairs of a file, or of all YAML files in a folder but `thresholds.yaml`, in the order of the files.

    Raises EvaluationError that names file and line.
    """
    if not path.exists():
        raise EvaluationError(f"there is no {str(path)!r}: give a folder or a file of question-answer pairs")
    entries = [entry for file in pair_files(path) for entry in read_pairs(read_yaml(file))]
    if not entries:
        raise EvaluationError(f"{path}: holds no question-answer pair: `assistant eval add` makes one from an answer")
    first: dict[str, Entry] = {}
    for entry in entries:
        other = first.setdefault(entry.pair.id, entry)
        if other is not entry:
            raise EvaluationError(
                f"{entry.where('id')}: the id {entry.pair.id!r} is taken at {other.where('id')}: give it another"
            )
    return tuple(entries)


def pair_files(path: Path) -> list[Path]:
    """Return the files of pairs at `path`: itself, or the YAML files in the folder but for the thresholds."""
    if not path.is_dir():
        return [path]
    found = sorted(file for suffix in _SUFFIXES for file in path.glob(f"*{suffix}"))
    return [file for file in found if file.name != THRESHOLDS]


def read_pairs(document: Located) -> list[Entry]:
    """Return the pairs of a document. Raises EvaluationError."""
    if document.data is None:
        return []
    if not isinstance(document.data, list):
        raise EvaluationError(f"{document.where()}: is no list of pairs: begin each with `- id: ...`")
    return [
        Entry(document.validate(_PAIR, one, position), document, position) for position, one in enumerate(document.data)
    ]


def pairs_schema() -> dict[str, Any]:
    """Return the JSON Schema of a file of pairs, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **TypeAdapter(list[Pair]).json_schema(),
        "title": "Question-answer pairs",
    }
