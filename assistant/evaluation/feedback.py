"""From an answer that someone judged to a pair that keeps it: made here for every edge, reviewed by a person."""

import json
import re
import unicodedata
from collections.abc import Collection, Sequence
from itertools import chain, count
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from assistant.errors import EvaluationError
from assistant.evaluation.files import write_whole
from assistant.evaluation.located import Located, parse_yaml, read_yaml
from assistant.evaluation.pairs import Expectation, ExpectedQuote, Pair, pair_files, read_pairs
from assistant.types import Answer, Filters

_ID_WORDS = 8
_ID_LENGTH = 60
_WIDTH = 120


class _Inline(list[str]):
    """A list that is written on one line."""


class _Dumper(yaml.SafeDumper):
    """Writes lists indented below their key, as the files of pairs have them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, indentless=False)


_Dumper.add_representer(_Inline, lambda dumper, some: dumper.represent_sequence("tag:yaml.org,2002:seq", some, True))


def pair_from_answer(answer: Answer, taken: Collection[str] = (), tags: Sequence[str] = ()) -> Pair:
    """Return the pair that `answer` meets: its question, filters, status and the quotes that it cites.

    The id is made of the question and differs from those in `taken`. Raises EvaluationError for an answer that no pair
    can keep, such as one that quotes half a character.
    """
    quotes = dict.fromkeys((citation.article_id, citation.quote) for citation in answer.citations)
    try:
        return Pair(
            id=_new_id(answer.standalone_question, taken),
            question=answer.standalone_question,
            filters=_filters(answer),
            tags=tuple(tags),
            expect=Expectation(
                status=answer.status, quotes=tuple(ExpectedQuote(article=name, text=text) for name, text in quotes)
            ),
        )
    except ValueError as error:
        raise EvaluationError(f"the answer to {answer.question[:60]!r} makes no pair ({_what(error)})") from error


def append_pair(pair: Pair, file: Path) -> None:
    """Write `pair` at the end of `file`, which is made where there is none; all that the file holds stays as it is.

    Raises EvaluationError for a file that holds anything but pairs, or to which nothing can be appended.
    """
    kept = file.read_bytes() if file.exists() else b""
    before = _document(file)
    indent = before.indent if before.data is not None else 0
    line_end = "\r\n" if b"\r\n" in kept else "\n"
    gap = "" if not kept else line_end if kept.endswith(b"\n") else 2 * line_end
    added = gap + "".join(f"{line}{line_end}" for line in _yaml_lines(pair, indent))
    written = kept + added.encode("utf-8")
    pairs = [entry.pair for entry in read_pairs(before)]
    try:
        after = [entry.pair for entry in read_pairs(parse_yaml(written.decode("utf-8-sig"), file))]
    except EvaluationError as error:
        raise EvaluationError(f"{file}: nothing can be appended ({error}): give another file") from error
    if after != [*pairs, pair]:
        raise EvaluationError(f"{file}: nothing can be appended to a list in this form: give another file")
    write_whole(file, written)


def taken_ids(file: Path) -> frozenset[str]:
    """Return the ids of the pairs in the folder of `file`. Raises EvaluationError."""
    folder = file.absolute().parent
    if not folder.is_dir():
        raise EvaluationError(f"there is no folder {str(folder)!r}: make it first")
    return frozenset(entry.pair.id for other in pair_files(folder) for entry in read_pairs(read_yaml(other)))


def pair_yaml(pair: Pair) -> str:
    """Return the pair as an item of a list of pairs."""
    return "".join(f"{line}\n" for line in _yaml_lines(pair, 0))


def _document(file: Path) -> Located:
    return read_yaml(file) if file.exists() else parse_yaml("", file)


def _yaml_lines(pair: Pair, indent: int) -> list[str]:
    plain: dict[str, Any] = pair.model_dump(mode="json", exclude_defaults=True)
    if "tags" in plain:
        plain["tags"] = _Inline(plain["tags"])
    text = yaml.dump([plain], Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)
    return [" " * indent + line if line else line for line in text.removesuffix("\n").split("\n")]


def _filters(answer: Answer) -> Filters:
    given = answer.receipt.settings.get("filters")
    return Filters.model_validate(json.loads(given)) if isinstance(given, str) else Filters()


def _new_id(question: str, taken: Collection[str]) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", question) if not unicodedata.combining(c))
    words = re.findall(r"[a-z0-9]+", plain.lower())[:_ID_WORDS]
    stem = "-".join(words)[:_ID_LENGTH].rstrip("-") or "question"
    numbered = (f"{stem}-{number}" for number in count(2))
    return next(name for name in chain([stem], numbered) if name not in taken)


def _what(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc']))}: {first.get('ctx', {}).get('error') or first['msg']}"
