"""Tenses: what is to come when an article is published, told as done."""

import re
from collections.abc import Sequence

from assistant.verification.expressions import date_expressions

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_DONE = re.compile(
    r"\b(?:was|were|did|had|has|have)\b|(?<!\bto be )(?<!\bbe )\b(?!need|speed|exceed|proceed|feed|seed|breed|indeed|"
    r"hundred)\w{2,}ed\b",
    re.IGNORECASE,
)
# With any of these the date may be that of something that is still ahead.
_AHEAD = re.compile(
    r"\b(?:will|would|may|might|plan|intend|expect|announc|due|until|to|from|before|could|should|must|aim|forecast|"
    r"schedul|available|after|shall|can|by|end|expire|run|through|target|project|estimat|agree|propos|order|set|approv|"
    r"extend|postpon|valid|since|for|promis|pledg|commit|hope|want|ask|budget|contract|sign|next|coming|is|are|bann?|"
    r"decid|adopt|fix|open|call)\w*\b",
    re.IGNORECASE,
)
# Whom something is done by is no time: "was printed by Harrow in 2026".
_BY_WHOM = re.compile(r"\b(?:by|from|to|for) (?:the )?(?=[A-Z](?!\w*\s?\d))")


def foretold(statement: str, context: Sequence[str]) -> tuple[str, ...]:
    """Return the dates of `statement`, as written there, in which it says something happened and which were to come.

    `context` holds the day of publication in digits ("2025-05-27"); without one nothing is known.
    """
    days = [text for text in context if _ISO.match(text)]
    if not days or _AHEAD.search(_BY_WHOM.sub("", statement)) or not _DONE.search(statement):
        return ()
    year, month = max((int(day[:4]), int(day[5:7])) for day in days)
    return tuple(
        one.text
        for one in date_expressions(statement)
        if one.year and (one.year > year or (one.year == year and one.month and one.month > month))
    )
