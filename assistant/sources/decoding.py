"""Bytes of a text file -> str."""

import codecs
import re

from assistant.errors import SourceError
from assistant.sources.scripts import unlikely

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: the marks begin alike
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_CONTROL_SHARE = 0.1


def decode(data: bytes, fallback: str | None = None) -> str:
    """Return the text of `data`: UTF-8 with or without a byte order mark, or UTF-16/32 with one.

    `fallback` names the encoding that the file itself declares, tried where the bytes are no UTF-8.

    Raises:
        SourceError: the file is empty, binary, in no encoding that is known (the reason gives the first bad byte), or
            holds characters that no writing has side by side.
    """
    if not data.strip():
        raise SourceError("the file is empty")
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), None)
    if encoding:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            raise SourceError(f"bad {encoding.upper()} at byte {error.start}: save the file as UTF-8") from error
    else:
        if b"\0" in data:
            raise SourceError(f"the file is binary (a NUL at byte {data.index(0)}), not text")
        text = _decode_utf8(data, fallback)
    if not text.strip():
        raise SourceError("the file is empty")
    if len(_CONTROL.findall(text)) > _CONTROL_SHARE * len(text):
        raise SourceError("the file is binary (full of control characters), not text")
    if reason := unlikely(text):
        raise SourceError(f"the file is no text in {(encoding or 'utf-8').upper()} ({reason}): save it as UTF-8")
    return text


def _decode_utf8(data: bytes, fallback: str | None) -> str:
    skip = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    try:
        return data[skip:].decode("utf-8")
    except UnicodeDecodeError as error:
        if fallback:
            try:
                return data.decode(fallback)
            except (UnicodeDecodeError, LookupError):
                pass
        at = error.start + skip
        raise SourceError(f"bad UTF-8 at byte {at} (0x{data[at]:02x}): save the file as UTF-8") from error
