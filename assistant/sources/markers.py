"""Bullets and enumerators: what a line of a list begins with."""

import re
from collections.abc import Sequence

_SURE_BULLETS = "•◦▪‣●○■□▸►➢➤∙⁃"
_BULLET = re.compile(rf"([{_SURE_BULLETS}]\s*|[-*–·]\s+)(?=\S)")
# "(a)", "(iv)", "(12)"; "a)", "iv)", "12)"; "a.", "iv.", "12.": capitals only in brackets, for "J. Smith" is a name.
_ENUMERATOR = re.compile(
    r"(\((?:[0-9]{1,3}|[a-z]{1,2}|[ivxl]{1,6}|[A-Z]|[IVXL]{1,6})\)|(?:[0-9]{1,3}|[a-z]|[ivxl]{1,6})[.)])\s+(?=\S)"
)
# After these a line may begin a new item; after anything else "(a)" at a line's start is a reference that was wrapped.
_ITEM_MAY_FOLLOW = re.compile(r"(?:[.;:!?]|[.;:!?][\"'”’)\]]|[;,] (?:and|or))$")
_ABBREVIATED = re.compile(
    r"(?:\b(?:[A-Za-z]\.){2,}|\b(?:No|Nos|Sec|Secs|Art|Fig|pp?|vs?|ch|par|cl|st|Mr|Ms|Mrs|Dr)\.)$", re.I
)


def bullet_width(line: str) -> int:
    """Return how many characters of bullet and space `line` begins with, 0 without a bullet."""
    match = _BULLET.match(line)
    return match.end() if match else 0


def is_enumerated(line: str) -> bool:
    """Whether `line` begins with an enumerator such as "(a)", "iv." or "12)", and text follows it."""
    return _ENUMERATOR.match(line) is not None


def begins_item(line: str, before: Sequence[str]) -> bool:
    """Whether `line` begins a list item, given the lines of its paragraph that stand `before` it.

    Within a paragraph a marker may be a dash or a reference that hard wrapping put there, so the line before must end
    a clause, or be an item of the same list.
    """
    if bullet_width(line):
        if not before or line[0] in _SURE_BULLETS:
            return True
        return before[-1].endswith(":") or any(bullet_width(other) for other in before)
    if not is_enumerated(line):
        return False
    if not before:
        return True
    last = before[-1]
    if not _ITEM_MAY_FOLLOW.search(last) or _ABBREVIATED.search(last):
        return False
    return line[0] == "(" or line[0] in "1ai" or any(is_enumerated(other) for other in before)
