"""What people read in the bot's messages: statements, sources, buttons, taken back from blocks and streams."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .fake import Message
from .fake.limits import elements

_MARKERS = re.compile(r"(?: ?\\?\[\d+\\?\])+$")
_SOURCE = re.compile(r"\[(\d+)\] (?:<([^|>]*)\|([^>]*)>|(.*?))(?: — (.*))?$")
_LINK = re.compile(r"<(https?:[^|>]*)\|([^>]*)>")
_SOURCES = "*Sources*"


@dataclass(frozen=True)
class Source:
    """A numbered source; `origin` is publisher and date as they are shown."""

    marker: int
    title: str
    url: str | None
    origin: str
    quote: str


@dataclass(frozen=True)
class Said:
    """A statement and the markers of its sources."""

    text: str
    markers: tuple[int, ...]


def seen(text: str) -> str:
    """Return mrkdwn or Markdown as it is seen, on one line, without any emphasis."""
    text = _LINK.sub(r"\2", text).replace("\u2060", "").replace("\\", "").replace("*", "")
    return " ".join(html.unescape(text).split())


def button_ids(message: Message) -> list[str]:
    """Return the action ids of a message's buttons."""
    return [element["action_id"] for element in elements(message.blocks)]


def sections(messages: Iterable[Message]) -> Iterator[str]:
    """Yield what was streamed, then the texts of the sections, message by message."""
    for message in messages:
        if message.appended:
            yield "".join(message.appended)
        for block in message.blocks:
            if block["type"] == "section":
                yield block["text"]["text"]
            elif block["type"] == "markdown":
                yield block["text"]


def everything(messages: Iterable[Message]) -> str:
    """Return all that messages show, on one line, without emphasis."""
    messages = list(messages)
    contexts = (
        element["text"]
        for message in messages
        for block in message.blocks
        if block["type"] == "context"
        for element in block["elements"]
    )
    return seen("\n".join((*sections(messages), *contexts)))


def statements(messages: Sequence[Message]) -> list[Said]:
    """Return the statements of an answer; the short answer, which stands bold before them, is none."""
    said = []
    for text in sections(messages):
        if text.startswith(_SOURCES):
            break
        for line in text.split("\n"):
            found = _MARKERS.search(line)
            if found and not line.startswith("*"):
                markers = tuple(map(int, re.findall(r"\d+", found[0])))
                said.append(Said(seen(line[: found.start()]), markers))
    return said


def sources(messages: Sequence[Message]) -> list[Source]:
    """Return the sources of an answer."""
    told = list(sections(messages))
    first = next((at for at, text in enumerate(told) if text.startswith(_SOURCES)), len(told))
    lines = [line for text in told[first:] for line in text.removeprefix(_SOURCES).split("\n")]
    found: list[Source] = []
    for line in lines:
        if match := _SOURCE.match(line):
            title, url = seen(match[3] or match[4] or ""), match[2] and html.unescape(match[2])
            found.append(Source(int(match[1]), title, url, seen(match[5] or ""), ""))
        elif found and line.startswith(("“", "… ")):
            last = found[-1]
            quote = seen(line).removeprefix("… ").removesuffix(" …").removeprefix("“").removesuffix("”")
            found[-1] = Source(last.marker, last.title, last.url, last.origin, f"{last.quote} {quote}".strip())
    return found
