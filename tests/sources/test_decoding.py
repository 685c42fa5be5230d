"""Tests of `assistant.sources.decoding`."""

import codecs
import random

import pytest

from assistant.errors import SourceError
from assistant.sources.decoding import decode


@pytest.mark.parametrize(
    "data",
    [
        "h\u00e9".encode(),
        codecs.BOM_UTF8 + "h\u00e9".encode(),
        "h\u00e9".encode("utf-16"),
        codecs.BOM_UTF16_BE + "h\u00e9".encode("utf-16-be"),
        "h\u00e9".encode("utf-32"),
    ],
)
def test_reads_unicode_with_and_without_a_mark(data: bytes) -> None:
    assert decode(data) == "h\u00e9"


@pytest.mark.parametrize("data", [b"", b" \n\t ", codecs.BOM_UTF8 + b"\n"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError, match="empty"):
        decode(data)


def test_a_bad_byte_is_named_with_its_offset() -> None:
    with pytest.raises(SourceError, match=r"byte 3 \(0xff\)"):
        decode(b"abc\xffd")


def test_the_offset_counts_the_byte_order_mark() -> None:
    with pytest.raises(SourceError, match="byte 4 "):
        decode(codecs.BOM_UTF8 + b"a\xff")


def test_broken_utf16_is_refused() -> None:
    with pytest.raises(SourceError, match="UTF-16 at byte"):
        decode(codecs.BOM_UTF16_LE + b"a\x00b")


@pytest.mark.parametrize("data", [b"PK\x03\x04\x00\x00", b"\x01\x02\x03\x04\x05abc"])
def test_a_binary_file_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError, match="binary"):
        decode(data)


def test_a_declared_encoding_is_the_second_try() -> None:
    assert decode(b"caf\xe9", fallback="iso-8859-1") == "caf\u00e9"
    assert decode("caf\u00e9".encode(), fallback="iso-8859-1") == "caf\u00e9"
    with pytest.raises(SourceError, match="UTF-8"):
        decode(b"caf\xe9", fallback="no-such-encoding")


def test_bytes_that_only_happen_to_decode_are_refused() -> None:
    data = codecs.BOM_UTF16_LE + random.Random(1).randbytes(600).decode("utf-16-le", "ignore").encode("utf-16-le")
    with pytest.raises(SourceError, match=r"no text in UTF-16 .*save it as UTF-8"):
        decode(data)
