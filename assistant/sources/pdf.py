"""PDF files: the text layer, page by page."""

import io
import logging
import math
import re
from collections.abc import Sequence

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError

from assistant.errors import SourceError
from assistant.sources.canonical import clean_inline, clean_lines
from assistant.sources.document import Facts, ParsedDocument
from assistant.sources.pages import PageLine, running_text
from assistant.sources.prose import prose_pieces
from assistant.sources.text import document

_LIGATURES = str.maketrans({"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl"})
_NO_TITLE = re.compile(
    r"untitled.*|(?:microsoft (?:word|powerpoint)|slide|document|title)\b.*|.*\.\w{2,5}", re.IGNORECASE
)
_NO_AUTHOR = re.compile(r"(?:unknown|anonymous|user|admin(?:istrator)?|author|owner)\d*", re.IGNORECASE)
# What pypdf tells of a broken file goes to a log where there is one; without a handler it would go to standard error.
logging.getLogger("pypdf").addHandler(logging.NullHandler())

_LOCKED = "the PDF is encrypted: save it without a password"
_NO_TEXT = "the PDF has no text layer, only images: run text recognition (OCR) on it first"


def parse(data: bytes, name: str) -> ParsedDocument:
    """Return the document in `data`; `name` is its title where neither metadata nor a heading gives one.

    Raises:
        SourceError: the file is broken, locked with a password, or has no text layer.
    """
    if not data.strip():
        raise SourceError("the file is empty")
    pages, facts = _read(data)
    text = clean_lines(running_text(pages).translate(_LIGATURES))
    if not text.strip():
        raise SourceError(_NO_TEXT)
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    # The day that the file was made is not that of publishing: only the text says that.
    return document(prose_pieces(text, 0), lines, facts, name)


def _read(data: bytes) -> tuple[list[list[PageLine]], Facts]:
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise SourceError(_LOCKED)
        return [_lines(page) for page in reader.pages], _facts(reader)
    except SourceError:
        raise
    except (FileNotDecryptedError, DependencyError) as error:
        raise SourceError(_LOCKED) from error
    except Exception as error:  # pypdf documents that broken files may raise anything
        raise SourceError(f"the PDF is broken: {error or type(error).__name__}") from error


def _lines(page: PageObject) -> list[PageLine]:
    lines: list[PageLine] = []
    current: list[tuple[str, float | None, float, bool]] = []

    def end_line() -> None:
        text = "".join(part[0] for part in current)
        if text.strip():
            longest = max(current, key=lambda part: len(part[0].strip()))
            lines.append(PageLine(text, longest[1], round(longest[2], 1), longest[3]))
        current.clear()

    def visit(text: str, cm: Sequence[float], tm: Sequence[float], font: dict[str, object] | None, size: float) -> None:
        placed = any(tm[4:6]) or any(cm[4:6])
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5] if placed else None
        scale = math.hypot(tm[2], tm[3]) * math.hypot(cm[2], cm[3])
        bold = "bold" in str((font or {}).get("/BaseFont", "")).lower()
        for number, part in enumerate(text.split("\n")):
            if number:
                end_line()
            current.append((part, y, size * scale, bold))

    page.extract_text(visitor_text=visit)
    end_line()
    return lines


def _facts(reader: PdfReader) -> Facts:
    found = reader.metadata
    if found is None:
        return Facts()
    title = clean_inline(str(found.title or ""))
    author = clean_inline(str(found.author or ""))
    return Facts(
        title=None if _NO_TITLE.fullmatch(title) else title or None,
        author=None if _NO_AUTHOR.fullmatch(author) else author or None,
    )
