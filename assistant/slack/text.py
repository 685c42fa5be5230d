"""Text for Slack: articles and questions as mrkdwn or Markdown that shows them as they are and calls nobody.

mrkdwn has no escape for its emphasis marks, for emoji names and for mentions by name. A word joiner (U+2060), which
is invisible and breaks no word, stands beside those that Slack could take for its own. Lengths count UTF-16 units:
Slack does not say what it counts, and no other count is longer but that of bytes.
"""

import re
from collections.abc import Callable
from unicodedata import combining

from assistant.sentences import sentence_spans

SECTION = 3_000

_JOINER = "\u2060"
# Control characters that are no white space; bidirectional controls, which reorder what is read; word joiners.
_REMOVED = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPECIAL = re.compile(r"[&<>]|[*_~`]+|[@＠](?=\S)|:(?=(?P<name>[\w+'-]{1,100}):)")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_TO_ALL = re.compile(r"(?:here|channel|everyone|group)(?![^\W_])", re.I)
_MARKDOWN = re.compile(r"[\\`*_\[\]~]|^[#+=-]|(?<=^\d)[.)]|(?<=^\d\d)[.)]")
_LINK = re.compile(r"<([^|<>]+)\|([^<>]*)>")
_URL = re.compile(r"https?://[^\s\x00-\x1f]+", re.I)
_URL_ESCAPES = {"|": "%7C", "<": "%3C", ">": "%3E", '"': "%22", "\\": "%5C", "`": "%60", "&": "&amp;"}
_URL_LONGEST = 1_000
_BOUNDARY = frozenset(" .,;:!?)")
_JOINED = frozenset("\u200d\ufe0e\ufe0f")


def length(text: str) -> int:
    """Return how many UTF-16 units `text` takes."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def one_line(text: str) -> str:
    """Return `text` on one line, without control characters; lone surrogates, which no encoding takes, replaced."""
    return " ".join(_SURROGATE.sub("\ufffd", _REMOVED.sub("", text)).split())


def escape(text: str) -> str:
    """Return `text` on one line as mrkdwn that shows it as it is: no emphasis, no emoji names, no mention, no link."""
    return _escaped(one_line(text))


def label(text: str, limit: int) -> str:
    """Return `text` for a `plain_text` object, cut to at most `limit` UTF-16 units."""
    return cut(re.sub(r"([@＠]|<(?=[!@#]))(?=\S)", rf"\1{_JOINER}", one_line(text)), limit, measure=length, clean=str)


def bold(text: str) -> str:
    """Return `text` as bold mrkdwn; as it is where it begins or ends with a mark that Slack could misread."""
    line = one_line(text)
    shown = _escaped(line)
    return f"*{shown}*" if shown and _JOINER not in (shown[0], shown[-1]) else shown


def marked(text: str, start: int, end: int) -> str:
    """Return `text` as mrkdwn with `text[start:end]` bold, where what stands beside it lets Slack see the marks."""
    line, word = one_line(text), one_line(text[start:end])
    lead = text[start:end].lstrip()
    at = len(one_line(text[: end - len(lead)] + "x")) - 1
    stop = at + len(word)
    around = line[at - 1 : at] == " " and line[stop : stop + 1] in _BOUNDARY and stop < len(line)
    if not word or not around or line[at:stop] != word:
        return _escaped(line)
    return _escaped(line[:at]) + bold(word) + _escaped(line[stop:])


def link(url: str | None, text: str) -> str:
    """Return `text` as a link to `url`; as text alone where that is no web address or longer than 1,000 characters."""
    safe = url and _URL.fullmatch(url) and not _REMOVED.search(url) and not _SURROGATE.search(url)
    address = "".join(_URL_ESCAPES.get(char, char) for char in url or "") if safe else ""
    named = escape(text).replace("|", "¦")
    return f"<{address}|{named}>" if address and named and length(address) <= _URL_LONGEST else escape(text)


def markdown(text: str) -> str:
    """Return `text` on one line as standard Markdown that shows it as it is and calls nobody."""
    line = _SPECIAL.sub(lambda found: _as_text(found, found[0]), one_line(text))
    return _MARKDOWN.sub(r"\\\g<0>", line)


def plain(mrkdwn: str) -> str:
    """Return what a reader sees of `mrkdwn` made here: links as their labels, without marks, nothing escaped."""
    shown = _LINK.sub(r"\2", mrkdwn)
    shown = re.sub(rf"(?<!{_JOINER})\*(?!{_JOINER})", lambda found: _literal(shown, found), shown)
    shown = shown.replace(_JOINER, "")
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def cut(
    text: str,
    limit: int,
    *,
    measure: Callable[[str], int] | None = None,
    clean: Callable[[str], str] = one_line,
) -> str:
    """Return the beginning of `text` on one line, ended by "…" where it was cut, between words where it can be.

    What is returned is not escaped yet: escaped it takes at most `limit` UTF-16 units (at least 16), or what `measure`
    counts does.
    """
    line, size = clean(text), measure or _size
    if size(line) <= limit:
        return line
    end = _reach(line, 0, limit - 2, size)
    space = line.rfind(" ", end // 2, end + 1)
    return line[: space if space > 0 else end].rstrip() + "…"


def split_text(text: str, limit: int = SECTION) -> tuple[str, ...]:
    """Return `text` on one line in parts that, escaped, take at most `limit` UTF-16 units each (at least 16).

    It is broken between sentences; a sentence that is longer, between words; a longer word, between characters.
    Nothing is left out but the space at a break.
    """
    line = one_line(text)
    if _size(line) <= limit:
        return (line,) if line else ()
    parts: list[str] = []
    start = 0
    while start < len(line):
        end = _break(line, start, limit)
        parts.append(line[start:end].strip())
        start = end + 1 if line[end : end + 1] == " " else end
    return tuple(parts)


def _break(line: str, start: int, limit: int) -> int:
    """Return where the part that begins at `start` ends: after a sentence, else after a word, else where it is full."""
    if len(line) - start <= limit and _size(line[start:]) <= limit:
        return len(line)
    full = _reach(line, start, limit, _size)
    # The longest part is all that matters, and what follows tells whether a sentence ends at its edge.
    ends = [end for _, end in sentence_spans(line, start, min(len(line), full + 200))][:-1]
    ends = [end for end in ends if end <= full and line[end : end + 1] == " "]
    if ends:
        return ends[-1]
    space = line.rfind(" ", start, full + 1)
    return space if space > start else full


def _reach(line: str, start: int, limit: int, size: Callable[[str], int]) -> int:
    """Return an end, about the greatest, for which `line[start:end]` is within `limit`, not inside of a character."""
    end, taken = start, 0
    for step in (256, 16, 1):
        while end < len(line) and taken + (more := size(line[end : end + step])) <= limit:
            end, taken = min(end + step, len(line)), taken + more
    # Marks are escaped otherwise at an edge than within a text, so that the sum is near to what the whole takes.
    fits = (at for at in range(end, max(start, end - 64), -1) if size(line[start:at]) <= limit)
    best = next(fits, start + 1)
    return best if not _within(line, best) else next((at for at in fits if not _within(line, at)), best)


def _within(line: str, at: int) -> bool:
    """Return whether the characters before and after `at` are shown as one."""
    if not 0 < at < len(line):
        return False
    return bool(combining(line[at])) or line[at] in _JOINED or line[at - 1] == "\u200d"


def _size(line: str) -> int:
    return length(_escaped(line))


def _escaped(line: str) -> str:
    # A line that begins with ">" is a quotation, escaped or not.
    guard = _JOINER if line.startswith(">") else ""
    return guard + _SPECIAL.sub(lambda found: _as_text(found, _apart(found)), line)


def _as_text(found: re.Match[str], marks: str) -> str:
    """Return what shows the character found; `marks` where it is one for emphasis."""
    char, before = found[0], found.string[: found.start()][-1:]
    if char in _ENTITIES:
        return _ENTITIES[char]
    if char in "@＠":
        mail = before.isalnum() and not _TO_ALL.match(found.string, found.end())
        return char if mail else char + _JOINER
    if char == ":":
        return char + _JOINER if _is_emoji(found["name"]) else char
    return marks


def _is_emoji(name: str) -> bool:
    """Return whether `name` between colons may be shown as an image; a part of a time is none."""
    return name in ("100", "1234") or any(char.isalpha() for char in name)


def _apart(found: re.Match[str]) -> str:
    """Return marks for emphasis with joiners around each; one inside a word as it is, for it emphasises nothing."""
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    if before.isalnum() and after.isalnum() and found[0] in ("*", "_", "~"):
        return found[0]
    return _JOINER + "".join(mark + _JOINER for mark in found[0])


def _literal(shown: str, found: re.Match[str]) -> str:
    before, after = shown[: found.start()][-1:], shown[found.end() :][:1]
    return "*" if before.isalnum() and after.isalnum() else ""
