"""Text as one line: white space folded, marks of notes and of emphasis removed."""

import re


def folded(text: str) -> str:
    """Return the text as one line, each run of white space a space."""
    return " ".join(text.split())


def clean(text: str) -> str:
    """Return a heading or title without the marks of notes and of emphasis."""
    return re.sub(r"\s*\[[^\]]{1,4}\]", "", re.sub(r"[*_`#]+", "", folded(text))).strip(" .:–—-")
