"""Headings of plain text: short lines that stand alone above other text."""

import re
from collections.abc import Sequence

from assistant.sources import pipes
from assistant.sources.bylines import is_byline
from assistant.sources.lines import Line
from assistant.sources.markers import begins_item

_LONGEST = 120
_IN_A_ROW = 3  # title, subtitle, first section
_NUMBER = re.compile(r"\d{1,2}\. (?=\S)")
_LEADERS = re.compile(r"(?:\. ?){4}|[·…_]{3}")  # of a table of contents
_NOTE = re.compile(r"\s*\[[^\[\]]{0,8}\]$")
_NO_END = ".!?;:,…—–-|"
_CLOSERS = "\"'”’)]"


def is_heading(line: str) -> bool:
    """Whether `line`, alone between blank lines and followed by text, reads as a heading."""
    if (
        len(line) > _LONGEST
        or line[0] in "(["
        or _NOTE.sub("", line).rstrip(_CLOSERS)[-1:] in _NO_END
        or begins_item(line, ())
    ):
        return False
    if "://" in line or _LEADERS.search(line):
        return False
    letter = next((char for char in line if char.isalpha()), "")
    return bool(letter) and not letter.islower() and not is_byline(line) and not pipes.cells(line)


def find_headings(groups: Sequence[Sequence[Line]], taken: Sequence[bool], *, more: bool) -> set[int]:
    """Return which of the paragraphs `groups` are headings; of many short lines in a row, as in a menu, only the ends.

    Args:
        groups: the lines of each paragraph.
        taken: for each line of all paragraphs whether it is known to be something else.
        more: whether other text follows the last paragraph.
    """
    found: set[int] = set()
    run: list[int] = []
    at = 0
    for number, group in enumerate(groups):
        follows = _begins_block(groups[number + 1][0].text) if number + 1 < len(groups) else more
        line = group[0].text
        if follows and len(group) == 1 and not taken[at] and (is_heading(line) or _is_numbered(groups, number)):
            run.append(number)
        else:
            found.update(_of_run(run))
            run = []
        at += len(group)
    return found.union(_of_run(run))


def _begins_block(line: str) -> bool:
    """Whether `line` can follow a heading; a small letter goes on with a sentence that a blank line cut."""
    return not line[0].islower() or begins_item(line, ())


def _is_numbered(groups: Sequence[Sequence[Line]], number: int) -> bool:
    """Whether a line such as "2. Prices" is a heading: it stands between paragraphs that are no list items."""
    line = groups[number][0].text
    title = _NUMBER.sub("", line)
    around = [groups[at][0].text for at in (number - 1, number + 1) if 0 <= at < len(groups)]
    return (
        title != line and is_heading(title) and title[0].isupper() and not any(begins_item(text, ()) for text in around)
    )


def _of_run(run: Sequence[int]) -> Sequence[int]:
    if len(run) <= _IN_A_ROW:
        return run
    return (run[0], run[-1]) if run[0] == 0 else run[-1:]
