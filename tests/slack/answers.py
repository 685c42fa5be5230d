"""Answers of every kind for the tests, and what nothing that is posted may hold."""

import re
from collections.abc import Sequence

from hypothesis import strategies as st

from assistant.types import Answer, Citation, Hit, Receipt, ShortAnswer, Span, Statement

RECEIPT = Receipt(corpus="c", embedding_model="e", reader="r")
PINGS = (
    "<!channel>",
    "<!here|here>",
    "<!everyone>",
    "<@U012AB3CD>",
    "<#C012AB3CD>",
    "<!subteam^S01>",
    "@here",
    "@channel",
    "x@everyone",
    "@anna",
    "＠here",
    "<https://evil.example|bank>",
)
_PIECES = (
    *PINGS,
    *"*_~`|<>&@:>[]()\\#!",
    "```",
    "**",
    "&amp;",
    "&lt;!channel&gt;",
    ":smile:",
    ":100:",
    "12:30:45",
    "me@example.org",
    " ",
    ". ",
    "\n",
    "Profit rose by 12 %.",
    "שלום עולם",
    "مرحبا",
    "利益は増えた。",
    "👩\u200d👩\u200d👧",
    "e\u0301",
    "\u202e",
    "\u2060",
    "\ud800",
    "\x00",
    "word",
    "U.S. ",
)
_LINK = re.compile(r"<https?://[^\s|<>]+\|[^<>]+>")


def nasty(max_size: int = 30, min_size: int = 0) -> st.SearchStrategy[str]:
    """Draw texts of what Slack could misread."""
    pieces = st.one_of(st.sampled_from(_PIECES), st.characters(), st.text("abc *_@", max_size=5))
    return st.lists(pieces, min_size=min_size, max_size=max_size).map("".join)


def unsafe(mrkdwn: str) -> list[str]:
    """Return what of `mrkdwn` Slack would take for a link not made here, for its own, or for a call to someone."""
    text = _LINK.sub(lambda found: found[0].partition("|")[2][:-1], mrkdwn)
    found = re.findall(r"[<>]|&(?!(?:amp|lt|gt);)", text)
    found += re.findall(r"[@＠](?:here|channel|everyone|group)\b", text, re.I)
    return found + re.findall(r"(?<![^\W_])[@＠]\w+", text)


def citation(marker: int, quote: str, **facts: object) -> Citation:
    """Return a citation of `quote`."""
    given: dict[str, object] = {
        "article_id": "a",
        "sha256": "s",
        "title": f"Article {marker}",
        "start": 100,
        "end": 100 + len(quote),
        **facts,
    }
    return Citation.model_validate({"marker": marker, "quote": quote, **given})


def answer(statements: Sequence[Statement] = (), citations: Sequence[Citation] = (), **facts: object) -> Answer:
    """Return an answer, an abstention without `statements`."""
    given: dict[str, object] = {
        "id": "answer-1",
        "question": "Did profit rise?",
        "standalone_question": "Did profit rise?",
        "status": "answered" if statements else "abstained",
        "confidence": 0.834,
        "receipt": RECEIPT,
        "statements": tuple(statements),
        "citations": tuple(citations),
        **facts,
    }
    return Answer.model_validate(given)


def hit(text: str, **facts: object) -> Hit:
    """Return a passage."""
    given: dict[str, object] = {"id": "p", "article_id": "a", "ordinal": 0, "start": 0, "end": len(text), "score": 1.0}
    return Hit.model_validate({**given, "text": text, **facts})


_LONG = st.one_of(
    nasty(),
    st.tuples(nasty(10, 1), st.integers(1, 400)).map(lambda drawn: (drawn[0] * drawn[1])[:5_500]),
    st.tuples(nasty(6, 1), st.integers(1, 400)).map(lambda drawn: (f"{drawn[0]} is so. " * drawn[1])[:5_500]),
)
_URLS = st.one_of(
    st.none(),
    st.just("https://example.org/a?b=1&c=2#:~:text=so|it,%20is"),
    nasty(5).map(lambda drawn: f"https://example.org/{drawn}"),
    nasty(5),
)


@st.composite
def citations(draw: st.DrawFn, marker: int) -> Citation:
    """Draw a source."""
    quote = draw(_LONG)
    start, end = sorted((draw(st.integers(0, len(quote))), draw(st.integers(0, len(quote)))))
    return citation(
        marker,
        quote,
        title=draw(nasty(60)),
        publisher=draw(st.none() | nasty()),
        published=draw(st.none() | st.dates()),
        url=draw(_URLS),
        link=draw(_URLS),
        columns=tuple(draw(st.lists(nasty(), max_size=5))),
        highlight=draw(st.none() | st.just(Span(start=100 + start, end=100 + end))),
        copies=draw(st.integers(0, 2)),
    )


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """Draw answers: short, of 20,000 characters, with 60 sources, abstentions with nearest passages."""
    many = draw(st.sampled_from([0, 1, 2, 5, 60]))
    few = draw(st.integers(0, 4))
    cited = [draw(citations(marker)) for marker in range(1, min(many, 5) + 1)]
    cited += [one.model_copy(update={"marker": at}) for at, one in enumerate((cited * 12)[5:many], 6)]
    markers = st.lists(st.integers(1, 99), max_size=4).map(tuple)
    said = [Statement(text=draw(_LONG), markers=draw(markers)) for _ in range(few)]
    return answer(
        said,
        cited,
        standalone_question=draw(st.just("Did profit rise?") | _LONG),
        status=draw(st.sampled_from(["answered", "partial"])) if said else "abstained",
        text=draw(_LONG),
        contested=tuple(one.marker for one in cited) if draw(st.booleans()) else (),
        short_answer=draw(st.none() | st.builds(ShortAnswer, text=nasty(), marker=st.integers(1, 9))),
        confidence=draw(st.floats(0, 1)),
        uncertain=draw(st.booleans()),
        mode=draw(st.sampled_from(["extractive", "generative"])),
        model=draw(st.none() | nasty()),
        dropped=draw(st.integers(0, 3)),
        fallback=draw(st.none() | _LONG),
        nearest=tuple(
            hit(draw(_LONG), title=draw(nasty()), heading_path=tuple(draw(st.lists(nasty(), max_size=3))))
            for _ in range(draw(st.integers(0, 3)))
        ),
    )
