"""JSON lines (.jsonl): an article a line, its text kept as given, so that offsets count in what the caller has."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path

from assistant.errors import SourceError
from assistant.sources.dates import parse_date
from assistant.sources.failure import SourceFailure
from assistant.sources.structure import find_spans
from assistant.types import Article, Block

_TEXTS = ("url", "publisher", "author", "language")
_DATES = ("published", "updated")
_UTF8_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")


def read(path: Path, source: str) -> Iterator[Article | SourceFailure]:
    """Yield what `records` does of the file at `path`. Raises OSError where it can't be read, too."""
    with path.open("rb") as file:
        yield from records(file, source)


def records(lines: Iterable[bytes], source: str) -> Iterator[Article | SourceFailure]:
    """Yield an article for each line, or a failure with the line's number; blank lines are passed over.

    `Article.source` is `source` + "#" + id. Keys that are no field of an article are ignored, and so are `source`,
    `sha256` and `blocks`, which follow from the rest. Without a title the id serves as one.

    Raises:
        SourceError: there is no record at all.
    """
    seen: dict[str, int] = {}
    empty = True
    for number, line in enumerate(lines, 1):
        raw = line.removeprefix(_UTF8_BOM) if number == 1 else line
        if number == 1 and raw.startswith(_UTF16_BOMS):
            raise SourceError("the file is UTF-16: save it as UTF-8")
        if not raw.strip():
            continue
        empty = False
        try:
            article = _article(raw, source)
            if article.id in seen:
                raise SourceError(f"the id {article.id!r} stands on line {seen[article.id]} already")
        except SourceError as error:
            yield SourceFailure(path=source, reason=str(error), line=number)
            continue
        seen[article.id] = number
        yield article
    if empty:
        raise SourceError("the file is empty")


def _article(raw: bytes, source: str) -> Article:
    record = _record(raw)
    ident = _text(record, "id")
    body = _text(record, "text")
    if not ident or not ident.strip():
        raise SourceError('no "id": give each record an id of its own')
    if body is None:
        raise SourceError('no "text": give each record the text of its article')
    if not body.strip():
        raise SourceError("the text is empty")
    title = _text(record, "title")
    title = ident if title is None else title
    texts = {key: _text(record, key) for key in _TEXTS}
    days = {key: _date(record, key) for key in _DATES}
    return Article(
        id=ident,
        title=title,
        text=body,
        blocks=_blocks(body, title),
        source=f"{source}#{ident}",
        url=texts["url"],
        publisher=texts["publisher"],
        author=texts["author"],
        language=texts["language"],
        published=days["published"],
        updated=days["updated"],
        ingested_at=_moment(record, "ingested_at"),
    )


def _record(raw: bytes) -> dict[str, object]:
    try:
        record = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise SourceError(f"bad UTF-8 at byte {error.start} of the line") from error
    except json.JSONDecodeError as error:
        raise SourceError(f"not JSON: {error.msg} at character {error.pos + 1} of the line") from error
    except (RecursionError, ValueError) as error:
        raise SourceError("not JSON that can be read: nested too deep, or a number too long") from error
    if not isinstance(record, dict):
        raise SourceError('not a JSON object with "id", "title" and "text"')
    return record


def _text(record: dict[str, object], key: str) -> str | None:
    value = record.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise SourceError(f'"{key}" is a {_kind(value)}: it has to be a string')
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise SourceError(
            f'"{key}" holds half a surrogate pair at character {error.start}, which is no text'
        ) from error
    return value


def _date(record: dict[str, object], key: str) -> date | None:
    value = _text(record, key)
    if value is None or not value.strip():
        return None
    day = parse_date(value)
    if day is None:
        raise SourceError(f'"{key}" is {value!r}, which is no date: write YYYY-MM-DD')
    return day


def _moment(record: dict[str, object], key: str) -> datetime | None:
    value = _text(record, key)
    if value is None or not value.strip():
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError as error:
        raise SourceError(f'"{key}" is {value!r}, which is no time: write YYYY-MM-DDTHH:MM:SS+00:00') from error


def _kind(value: object) -> str:
    names = {bool: "boolean", int: "number", float: "number", list: "list", dict: "object"}
    return names.get(type(value), type(value).__name__)


def _blocks(text: str, title: str) -> tuple[Block, ...]:
    spans = find_spans(text)
    blocks = []
    for index, span in enumerate(spans):
        top = index == 0 and span.kind == "heading" and span.body(text).strip().casefold() == title.strip().casefold()
        level = 1 if top else span.level
        blocks.append(Block(kind=span.kind, start=span.start, end=span.end, level=level, columns=span.columns))
    return tuple(blocks)
