"""Questions from table rows: the figure of a cell, by its column and by the label that opens the row."""

import re
from collections.abc import Iterator, Sequence

from assistant.suggestions.candidate import Candidate
from assistant.suggestions.lines import folded
from assistant.suggestions.patterns import DATE, WH
from assistant.suggestions.serving import is_whole
from assistant.suggestions.voice import Voice
from assistant.types import Sentence

# What a column of one word measures.
_MEASURE = re.compile(
    r"(?:price|cost|share|output|production|capacity|demand|consumption|value|revenue|population|length|height|area|"
    r"weight|size|rate|tariff|budget|deadline|reserve|resource|import|export|sale)s?"
)
# What a cell holds that answers a question for an amount.
_FIGURE = re.compile(r"\d|\b(?:half|third|quarter|million|billion)\b")


def by_row(voice: Voice, sentences: Sequence[Sentence]) -> Iterator[Candidate]:
    """Return what the table rows among `sentences` ask: "What was the mine output of China in 2024?"."""
    for row in sentences:
        cells = [folded(c) for c in voice.article.text[row.start : row.end].strip("| \n").split("|")]
        if row.kind != "table_row" or len(cells) != len(row.columns) or re.search(r"\d|[,;:]", cells[0]):
            continue
        label = re.sub(r"\s*\([^)]*\)$", "", cells[0])
        label = voice.with_article(voice.topic(label) if " " in label else voice.inside(label))
        if not label or re.match(r"(?:world|total|other|all|sum|average|rest)\b", label, re.I):
            continue
        for column, cell in zip(row.columns[1:], cells[1:], strict=True):
            head = voice.topic(re.sub(r"\s*\([^)]*\)", "", column).strip())
            year = re.search(r"(?:,| in)? ((?:1[5-9]|20)\d\d)$", head)
            noun = head[: year.start()] if year else head
            measure = " " in noun or (not year and _MEASURE.fullmatch(noun))
            plain = re.fullmatch(r"[a-z-]+(?: [A-Za-z-]+){0,5}", noun) and not re.search(r"\b(?:or|that)\b", noun)
            dated = not _FIGURE.search(re.sub(DATE, "", cell)) and not re.search(r"\b(?:date|year|deadline)\b", noun)
            if not measure or not plain or not is_whole(noun) or WH.match(noun) or not _FIGURE.search(cell) or dated:
                continue
            many = bool(re.search(r"[a-z]{2}(?<![sui])s$", noun.split(" of ")[0]))
            be = ("were" if many else "was") if year else ("are" if many else "is")
            of = "of" if label.removeprefix("the ")[:1].isupper() and " of " not in noun else "for"
            when = f" in {year[1]}" if year else ""
            question = f"What {be} the {noun.removeprefix('the ')} {of} {label}{when}?"
            yield voice.candidate("row", question, f"{noun} {label}{when}", (row.start, row.end))
