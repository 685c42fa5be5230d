"""What can be asked of one article: its sentences, and every candidate that they, its headings and rows make."""

from collections.abc import Sequence

from assistant.errors import NotFoundError
from assistant.pipeline import Assistant
from assistant.sentences import sentence_spans
from assistant.suggestions.candidate import Candidate
from assistant.suggestions.headings import by_heading
from assistant.suggestions.lines import clean
from assistant.suggestions.names import by_name
from assistant.suggestions.rows import by_row
from assistant.suggestions.sentences import by_sentence
from assistant.suggestions.serving import is_origin, well_formed
from assistant.suggestions.voice import Voice
from assistant.types import Article, Sentence

# What is read of an article for a starter question, in characters: its first sections.
READ = 20_000
# Sentences over this many characters are of no plain shape.
_LONG_SENTENCE = 600


def still_there(assistant: Assistant, article_id: str) -> Article | None:
    """Return the article, None where it was removed meanwhile."""
    try:
        return assistant.article(article_id)
    except NotFoundError:
        return None


def first_sentences(article: Article) -> list[Sentence]:
    """Return the sentences, headings and rows of the blocks that end within the first `READ` characters."""
    out: list[Sentence] = []
    for block in article.blocks:
        if block.end > READ:
            break
        cut = block.kind in ("paragraph", "list_item")
        spans = sentence_spans(article.text, block.start, block.end) if cut else [(block.start, block.end)]
        out += [Sentence(start=a, end=b, kind=block.kind, columns=block.columns) for a, b in spans]
    return out


def _is_origin(article: Article, sentence: Sentence) -> bool:
    """Whether a sentence of running text is a byline or a line of the kind; headings are looked at as headings."""
    short = sentence.end - sentence.start <= _LONG_SENTENCE and sentence.kind in ("paragraph", "list_item")
    return short and is_origin(clean(article.text[sentence.start : sentence.end]))


def candidates(article: Article, sentences: Sequence[Sentence], elsewhere: Sequence[str]) -> list[Candidate]:
    """Return what can be asked of `article` by its headings and by these sentences of it, in good English.

    A name that stands in several of the texts `elsewhere` is not this article's to tell of.
    """
    if article.language and not article.language.lower().startswith("en"):
        return []
    sentences = [one for one in sentences if not _is_origin(article, one)]
    voice = Voice(article, sentences)
    found = [*by_heading(voice, elsewhere), *by_row(voice, sentences), *by_name(voice, sentences, elsewhere)]
    for sentence in sentences:
        if sentence.kind in ("paragraph", "list_item") and sentence.end - sentence.start <= _LONG_SENTENCE:
            found += by_sentence(voice, sentence)
    best: dict[str, Candidate] = {}
    for one in found:
        best.setdefault(one.question, one)
    return [one for one in best.values() if well_formed(one.question) and one.topic]
