"""Questions from names that an article tells of, and others do not."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.suggestions.candidate import Candidate
from assistant.suggestions.lines import folded
from assistant.suggestions.patterns import NAME, PREPOSITION
from assistant.suggestions.serving import name_serves
from assistant.suggestions.voice import Voice
from assistant.types import Sentence

# Least words of a sentence that tells something of a name in it.
_TELLING = 8
# A name that stands after this is part of a longer one, of a list, or of what somebody said.
_BEFORE = re.compile(r"[A-Z][\w.’'-]*,? (?:(?:and|or|of|for|to|&) )?(?:the )?$|[-–—/]$|\bsaid $")
# A name that stands alone is followed by one of these.
_AFTER = re.compile(
    rf"[.,;:)]?$|[;:)]|,(?! (?:(?:and|or) )?[A-Z])(?! sa(?:id|ys)\b)|[.] [A-Z]| (?:(?:{PREPOSITION}|but|"
    r"that|which|who|when|is|are|was|were|be|has|have|had|will|would|may|must|shall|can|could|\w+ed) "
    r"(?!(?:the )?[A-Z])|\()"
)


def by_name(voice: Voice, sentences: Sequence[Sentence], elsewhere: Sequence[str]) -> Iterator[Candidate]:
    """Return what can be asked about the names in `sentences`; those that texts `elsewhere` hold too are left out."""
    publisher = (voice.article.publisher or "").lower()
    seen: dict[str, list[Sentence]] = {}
    for sentence in sentences:
        text = folded(voice.article.text[sentence.start : sentence.end])
        for match in NAME.finditer(text) if sentence.kind in ("paragraph", "list_item") else ():
            name = match.group().rstrip(".'’").removeprefix("The ")
            before = text[: match.start()]
            quoted = before.count('"') % 2 or before.count("“") > before.count("”")
            whole = _AFTER.match(text, match.end()) and not _BEFORE.search(before) and not quoted
            ours = name.lower() in publisher or (publisher and publisher in name.lower())
            if whole and not ours and name_serves(name) and len(text.split()) >= _TELLING:
                seen.setdefault(name, []).append(sentence)
    for name, places in seen.items():
        others = sum(name in text for text in elsewhere)
        proper = any(not voice.small[word.lower()] for word in name.split() if word[0].isupper())
        if proper and others <= max(1, len(elsewhere) // 10) and voice.count(name, r"(?<=[a-z,;] )"):
            question = f"What is said about {voice.with_article(name)}?"
            span = (min(s.start for s in places), max(s.end for s in places))
            one = voice.candidate("name", question, name, span, name=name)
            yield replace(one, promise=one.promise * (1 + 0.1 * min(len(places) - others, 3)))
