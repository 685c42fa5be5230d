"""The lakes, whose ships can be asked about, and what the tests look at in questions and answers."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from assistant.catalog.lexical import content_words, stem
from assistant.pipeline import Assistant
from assistant.suggestions.articles import candidates
from assistant.types import Answer, Article, Sentence
from tests.material import write_markdown

SHIPS = """
# Ships of the northern lakes

The Meridian Line is a company that runs eleven ships. Ships of the Meridian Line carry ore to the port of Arvik.

## Accidents since 2010

Two ships of the Meridian Line ran aground near Arvik in bad weather. Nobody was hurt in the two accidents.

## Ice in winter

The harbour of Arvik is closed in January because ice fills the bay. The average thickness of the ice is 40 centimetres.

## Rules of the Harbour Act

The Harbour Act was passed in 1987. The three duties of a captain under the Harbour Act are:

- to report the cargo before the ship enters the bay;
- to take a pilot aboard at the outer buoy;
- to keep the radio open until the ship has moored.
"""


def write_lakes(folder: Path) -> Path:
    """The four articles, and one with a name, a list, a reason and a date."""
    write_markdown(folder / "ships.md", SHIPS, publisher="Harbour Authority", published=date(2025, 6, 1), language="en")
    return folder


def altered(monkeypatch: pytest.MonkeyPatch, change: Callable[[Answer], Answer]) -> None:
    """Let every assistant answer what `change` makes of its answer."""
    real = Assistant.ask
    monkeypatch.setattr(Assistant, "ask", lambda *given, **more: change(real(*given, **more)))


def questions(article: Article, elsewhere: tuple[str, ...] = ()) -> list[str]:
    """What can be asked of an article, each block of which is one sentence."""
    sentences = [Sentence(start=b.start, end=b.end, kind=b.kind, columns=b.columns) for b in article.blocks]
    return [one.question for one in candidates(article, sentences, elsewhere)]


def matter(text: str) -> set[str]:
    return {stem(word) for word in content_words(text)}


def places(answer: Answer) -> set[tuple[str, int, int]]:
    return {(one.article_id, one.start, one.end) for one in answer.citations}
