"""Inline markdown -> words: no emphasis marks, links as their text, tags gone."""

import re
from collections.abc import Iterable
from itertools import pairwise

from markdown_it.token import Token

HARD_BREAK = "\u2028"  # Unicode's line separator: white space, and in no writer's way
_NOTE = re.compile(r"\[\^[^\]\s]{1,40}\]:?")  # a footnote's mark, which points at nothing outside markdown
_BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)
# "**Health **" and "**Health\n**": converters write them, but CommonMark reads no emphasis there.
_LOOSE_BOLD = re.compile(r"^(\*{2,3})(?=[^\s*])([^*\n]{1,200}?)[^\S\n]*\n?[^\S\n]*\1[^\S\n]*$", re.MULTILINE)
_LOOKS_BLANK = re.compile(r"^[^\S\n]+$", re.MULTILINE)
_STRAY_MARKS = re.compile(r"\*{2,}|(?<![\s*])\*(?=\s|$)|(?:(?<=\s)|^)\*(?=[^\s*])", re.MULTILINE)
_HEADING_LONGEST = 120
_LONG_WORD = 4
_NAME_LONGEST = 80
_SENTENCE_ENDS = frozenset(".!?:;")
_NO_HEADING_END = ".!;,"  # a question heads its answer, and a colon what follows


def mend(markdown: str) -> str:
    """Return `markdown` as its writer meant it where CommonMark reads otherwise.

    A line of no-break spaces is blank, and bold lines are closed so that they are read as bold; each ends its line.
    """
    return _LOOSE_BOLD.sub(r"\1\2\1  ", _LOOKS_BLANK.sub("", markdown))


def plain(token: Token) -> str:
    """Return the words of an inline token.

    Line breaks stay, for lines of figures are known by them: soft ones as line feeds, hard ones as `HARD_BREAK`.
    """
    return _words(token.children or ())


def part_hard_breaks(text: str) -> str:
    """Return `text` with hard breaks as blank lines where they part thoughts, else as line ends.

    They do after a sentence, and where every line begins with a capital, as in a list of names. Hard breaks that some
    writers put at the end of each line do not.
    """
    first, *others = text.split(HARD_BREAK)
    names = len(others) > 1 and all(
        len(line) <= _NAME_LONGEST and line.strip()[:1].isupper() for line in (first, *others)
    )
    parts = [first]
    for before, line in pairwise((first, *others)):
        parted = names or before.rstrip()[-1:] in _SENTENCE_ENDS
        parts.append(("\n\n" if parted else "\n") + line)
    return "".join(parts)


def has_bold(token: Token) -> bool:
    """Whether any part of an inline token is bold."""
    return any(child.type == "strong_open" for child in token.children or ())


def is_title_case(line: str) -> bool:
    """Whether all longer words of `line` but a few begin with a capital, as in a title."""
    long = [word for word in re.findall(r"[^\W\d_][\w’'-]*", line) if len(word) >= _LONG_WORD]
    small = [word for word in long if word[0].islower()]
    return bool(long) and len(small) * 3 <= len(long)


def bold_heading(token: Token) -> tuple[str, str] | None:
    """Return title and rest of a paragraph that is one bold phrase, or begins with one on a line of its own.

    None for any other paragraph. Writers of web pages mark headings so.
    """
    children = [child for child in token.children or () if child.type != "html_inline"]
    while children and _blank(children[0]):
        children.pop(0)
    opens = 0
    while opens < len(children) and (children[opens].type == "em_open" or _blank(children[opens])):
        opens += 1
    if opens == len(children) or children[opens].type != "strong_open":
        return None
    close = next((at for at, child in enumerate(children) if child.type == "strong_close"), len(children))
    title = _words(children[:close])
    rest = children[close + 1 :]
    while rest and (rest[0].type == "em_close" or (_blank(rest[0]) and rest[0].type != "hardbreak")):
        rest.pop(0)
    broken = title.rstrip(" ").endswith(HARD_BREAK) or (bool(rest) and rest[0].type == "hardbreak")
    title = title.strip()
    if (
        title[:1].islower()
        or (rest and not broken)
        or not title
        or len(title) > _HEADING_LONGEST
        or title[-1] in _NO_HEADING_END
    ):
        return None
    return (title, _words(rest).strip()) if any(char.isalpha() for char in title) else None


def _words(children: Iterable[Token]) -> str:
    parts: list[str] = []
    for child in children:
        if child.type == "text":
            parts.append(_STRAY_MARKS.sub("", _NOTE.sub("", child.content)))
        elif child.type == "code_inline":
            parts.append(child.content)
        elif child.type == "softbreak":
            parts.append("\n")
        elif child.type == "hardbreak" or (child.type == "html_inline" and _BREAK_TAG.fullmatch(child.content)):
            parts.append(HARD_BREAK)
    return "".join(parts)


def _blank(child: Token) -> bool:
    return child.type in ("softbreak", "hardbreak") or (child.type == "text" and not child.content.strip())
