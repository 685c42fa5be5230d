"""Questions from headings: what is said under one, and the items of a list whose number it gives."""

import re
from collections.abc import Iterator, Sequence

from assistant.answering.lists import lists_in
from assistant.answering.questions import COUNT_WORDS
from assistant.suggestions.candidate import Candidate, topic
from assistant.suggestions.lines import clean
from assistant.suggestions.patterns import NUMBER
from assistant.suggestions.serving import heading_serves
from assistant.suggestions.voice import Voice

# What numbers a heading, and is no part of what it says.
_NUMBERING = r"(?:(?:table|figure|section|sec|part|chapter|article)\.? )?(?:\d+(?:\.\d+)*|[IVXLC]+|[A-Za-z])[.):]\s+"


def by_heading(voice: Voice, elsewhere: Sequence[str]) -> Iterator[Candidate]:
    """Return what the headings of an article ask; those that several of the texts `elsewhere` hold say nothing."""
    article = voice.article
    headings = [(i, b) for i, b in enumerate(article.blocks) if b.kind == "heading"]
    for at, (i, block) in enumerate(headings):
        end = next((b.start for _, b in headings[at + 1 :] if b.level <= block.level), len(article.text))
        span = (block.start, end)
        heading = re.sub(rf"^{_NUMBERING}", "", clean(article.text[block.start : block.end]), flags=re.I)
        below = next((b for b in article.blocks[i + 1 : i + 4] if b.kind != "heading"), None)
        common = sum(heading in other for other in elsewhere) > 1
        if below is None or below.start >= end or common or not heading_serves(heading):
            continue
        if heading.endswith("?"):
            if len(topic(heading)) >= 2:
                yield voice.candidate("heading", heading, heading, span)
            continue
        about = voice.topic(heading)
        if not about or heading == clean(article.title):
            continue
        about = voice.with_article(about) if about[0].isupper() and voice.count(f"the {about}") else about
        counted = re.match(rf"(?:the )?({NUMBER}) (?:[\w-]+ ){{0,2}}?[a-z-]+s(?: (?:of|in|for|on|to) .*)?$", about)
        if counted:
            number = COUNT_WORDS.get(counted[1]) or int(counted[1])
            inside = (one for one in lists_in(article) if block.start <= one.start and one.items[-1].end <= end)
            if any(len(one.items) == number for one in inside):
                yield voice.candidate("list", f"What are the {about.removeprefix('the ')}?", about, span)
        source = voice.source(about)
        if source and not (article.publisher and article.publisher in about):
            yield voice.candidate("heading", f"What does {source[0]} say about {about}?", about, span, source[1])
