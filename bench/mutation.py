"""Files changed at random, as someone would who looks for what breaks their reader."""

import random
from collections.abc import Callable

_WORDS = (
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"%PDF-", b"PK\x03\x04", b"<!ENTITY", b"<![CDATA[", b"]]>", b"{", b"[", b'"',
    b"\\ud800", b"\xed\xa0\x80", b"endobj", b"stream", b"---\n", b"| a | b |\n", b"# ", b"\r", b"../",
    b"9" * 400, b"-1", b"1e999", b"\xe2\x80\xae", b"&#0;", b"<table><tr><td>", b"</", b"<script>", b"%s%n", b"\x1b[2J",
)  # fmt: skip


def _flip(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 20)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _set(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(data))
    data[at : at + chance.randint(1, 64)] = chance.randbytes(chance.randint(1, 64))


def _cut(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(len(data)) :]


def _drop(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(data))
    del data[at : at + chance.randint(1, max(len(data) // 4, 1))]


def _repeat(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(data))
    piece = data[at : at + chance.randint(1, 200)]
    data[at:at] = piece * chance.randint(1, 60)


def _insert(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(data) + 1)
        data[at:at] = chance.choice(_WORDS) * chance.choice((1, 1, 1, 50))


def _swap(data: bytearray, chance: random.Random) -> None:
    one, other = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    data[:] = data[one:other] + data[:one] + data[other:]


_CHANGES: tuple[Callable[[bytearray, random.Random], None], ...] = (_flip, _set, _cut, _drop, _repeat, _insert, _swap)


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Return `content` with one to three changes drawn from `chance`."""
    data = bytearray(content)
    for _ in range(chance.randint(1, 3)):
        if data:
            chance.choice(_CHANGES)(data, chance)
    return bytes(data)
