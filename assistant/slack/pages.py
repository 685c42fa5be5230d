"""Pages: sections laid out over as many messages as they need, in order, each message within Slack's limits."""

import json
from collections.abc import Sequence
from typing import Any

from assistant.slack.text import SECTION, length

Block = dict[str, Any]

BLOCKS = 50
# chat.postMessage refuses blocks of more than about 13,000 characters in all (`msg_blocks_too_long`) and does not say
# what it counts: bytes of JSON, and what it adds to a block, are the most that it can be.
BYTES = 12_000
_OVERHEAD = 120


def section(text: str, *, expand: bool = False) -> Block:
    """Return a section of mrkdwn, at most 3,000 characters; `expand` forbids Slack to fold it."""
    return {"type": "section", "text": _mrkdwn(text)} | ({"expand": True} if expand else {})


def context(text: str) -> Block:
    """Return mrkdwn in small print, at most 3,000 characters."""
    return {"type": "context", "elements": [_mrkdwn(text)]}


def cost(blocks: Sequence[Block]) -> int:
    """Return what `blocks` take of the `BYTES` of a message."""
    return sum(len(json.dumps(block, ensure_ascii=False).encode()) + _OVERHEAD for block in blocks)


class Pages:
    """Lays sections out; each page leaves room for what else is to stand on it."""

    def __init__(self, first: Sequence[Block] = (), further: Sequence[Block] = ()) -> None:
        """Leave room for the blocks `first` on the first page, for `further` on each that follows."""
        self.pages: list[list[Block]] = [[]]
        self._reserved = [(cost(one), len(one)) for one in (first, further)]
        self._joined = ""

    def add(self, texts: Sequence[str], *, join: str = "", expand: bool = False) -> None:
        """Lay out one thing: `texts` are its sections in mrkdwn, kept on one page where a page can hold them.

        A thing of one text goes into the section of the one before it, `join` between them, where both were added
        with the same `join` and one section can hold them.
        """
        if len(texts) == 1 and join and join == self._joined and self._append(texts[0], join):
            return
        blocks = [section(text, expand=expand) for text in texts]
        if not self._fits(blocks) and self._fits(blocks, new=True):
            self.pages.append([])
        for block in blocks:
            if not self._fits([block]):
                self.pages.append([])
            self.pages[-1].append(block)
        self._joined = join if len(texts) == 1 else ""

    def _append(self, text: str, join: str) -> bool:
        last = self.pages[-1][-1]
        whole = f"{last['text']['text']}{join}{text}"
        merged = last | {"text": _mrkdwn(whole)}
        if length(whole) > SECTION or not self._fits([merged], replaces=True):
            return False
        self.pages[-1][-1] = merged
        return True

    def _fits(self, blocks: Sequence[Block], *, new: bool = False, replaces: bool = False) -> bool:
        """Return whether the page that is laid out, or a `new` one, holds `blocks` too, in the place of its last."""
        page = [] if new else self.pages[-1]
        taken, many = self._reserved[1 if new or len(self.pages) > 1 else 0]
        kept = page[:-1] if replaces else page
        room = BYTES - taken - cost(kept) - cost(blocks)
        return room >= 0 and len(kept) + len(blocks) + many <= BLOCKS


def _mrkdwn(text: str) -> Block:
    # Verbatim: addresses, channels and people that an article names stay text.
    return {"type": "mrkdwn", "text": text, "verbatim": True}
