"""Paths -> articles: which file is read by which parser."""

import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha1
from importlib import import_module
from io import BytesIO
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from assistant.errors import NotFoundError, SourceError
from assistant.sources import jsonl
from assistant.sources.document import ParsedDocument
from assistant.sources.failure import SourceFailure
from assistant.types import Article

# What a reader gives, as JSON for another process.
FOUND: TypeAdapter[tuple[Article | SourceFailure, ...]] = TypeAdapter(tuple[Article | SourceFailure, ...])

Parser = Callable[[bytes, str], ParsedDocument]

# Module of this package that holds `parse(data, name)`, imported when first needed, for some load heavy libraries.
_PARSERS = {
    ".docx": "docx",
    ".htm": "html",
    ".html": "html",
    ".markdown": "markdown",
    ".md": "markdown",
    ".pdf": "pdf",
    ".text": "text",
    ".txt": "text",
}
_JSON_LINES = ".jsonl"
SUPPORTED_SUFFIXES: tuple[str, ...] = tuple(sorted([*_PARSERS, _JSON_LINES]))


def read_source(path: Path, root: Path | None = None) -> Iterator[Article | SourceFailure]:
    """Yield the articles of the file at `path`, and a failure for the file or each record that can't be read.

    Args:
        path: a file with one of `SUPPORTED_SUFFIXES`, in any case.
        root: a folder; `Article.source` is written relative to it where the file lies below, else as given.

    An article's id is the one that the document gives, else a slug of the file's name. A file's content raises nothing.
    """
    source = _source(path, root)
    suffix = path.suffix.lower()
    try:
        if path.is_dir():
            raise SourceError("it is a folder, not a file")
        if suffix == _JSON_LINES:
            yield from jsonl.read(path, source)
        elif suffix in _PARSERS:
            yield _article(_parser(suffix)(path.read_bytes(), path.stem), path, source)
        else:
            raise SourceError(f"files ending in {suffix or 'nothing'!r} are not read, only {_endings()}")
    except SourceError as error:
        yield SourceFailure(path=source, reason=str(error))
    except OSError as error:
        yield SourceFailure(path=source, reason=f"the file can't be read: {error.strerror or error}")


def read_bytes(content: bytes, path: Path, source: str) -> Iterator[Article | SourceFailure]:
    """Yield what `read_source` would of a file at `path` with this content; nothing is looked up at `path`.

    `source` is where it came from, which `Article.source` and failures name.
    """
    suffix = path.suffix.lower()
    try:
        if suffix == _JSON_LINES:
            yield from jsonl.records(BytesIO(content), source)
        elif suffix in _PARSERS:
            yield _article(_parser(suffix)(content, path.stem), path, source)
        else:
            raise SourceError(f"files ending in {suffix or 'nothing'!r} are not read, only {_endings()}")
    except SourceError as error:
        yield SourceFailure(path=source, reason=str(error))


def find_sources(paths: Sequence[Path]) -> list[Path]:
    """Return the files that `paths` name, each once: files as given, folders walked in sorted order.

    In folders, hidden files and folders and files with other endings are passed over; a file that is named stays, so
    that `read_source` can say why it isn't read.

    Raises:
        NotFoundError: a path does not exist, or a folder holds no file that can be read.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            files = list(_walk(path))
            if not files:
                raise NotFoundError(f"{path} holds no file that can be read; read are files ending in {_endings()}")
            found.update(dict.fromkeys(files))
        elif path.exists():
            found[path] = None
        else:
            raise NotFoundError(f"{path} does not exist: check the path")
    return list(found)


def slug(stem: str) -> str:
    """Return an id of [a-z0-9-] made from a file's stem; a digest of it where no letter can be kept."""
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode("ascii")
    kept = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    return kept or "article-" + sha1(stem.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()[:10]


def _walk(folder: Path) -> Iterator[Path]:
    for current, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and Path(name).suffix.lower() in SUPPORTED_SUFFIXES:
                yield Path(current, name)


def _parser(suffix: str) -> Parser:
    parse: Parser = import_module(f"{__package__}.{_PARSERS[suffix]}").parse
    return parse


def _source(path: Path, root: Path | None) -> str:
    if root is not None and path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    return str(path)


def _article(document: ParsedDocument, path: Path, source: str) -> Article:
    facts = document.model_dump(exclude={"id", "blocks"})
    try:
        return Article(id=document.id or slug(path.stem), source=source, blocks=document.blocks, **facts)
    except ValidationError as error:
        raise SourceError(f"no article can be made of it: {error.errors()[0]['msg']}") from error


def _endings() -> str:
    return ", ".join(SUPPORTED_SUFFIXES)
