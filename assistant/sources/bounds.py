"""Bounds: how much of a file that others send is taken in, so that nobody waits long for it."""

import re
from collections.abc import Iterable, Iterator

from assistant.sources.addresses import MAX_URL
from assistant.sources.failure import SourceFailure
from assistant.types import Article, Block

# Of an article: what the model embeds in some minutes.
MAX_TEXT = 3_000_000  # characters
MAX_BLOCKS = 20_000
MAX_ID = 200  # characters
MAX_NAME = 1_000  # characters of a title, a name or a heading: every passage below it repeats it

# Of a file.
MAX_ARTICLES = 5_000
MAX_WHOLE = 10_000_000  # characters
MAX_WHOLE_BLOCKS = 100_000
MAX_FAILURES = 100
MAX_ANSWER = 100_000_000  # bytes of JSON

_NAMES = ("title", "publisher", "author", "language")
_PAGE = re.compile(r"https?://", re.IGNORECASE)


def bounded(found: Iterable[Article | SourceFailure], source: str) -> Iterator[Article | SourceFailure]:
    """Yield what was `found` in the file of `source`, with a failure for each article that is too large.

    Beyond so many articles, characters, blocks or failures the rest is counted in one failure at the end. A URL that
    is no page's is left out, and a heading as long as a text is a paragraph.
    """
    articles = characters = blocks = failures = left = unread = 0
    for one in found:
        checked = _checked(one, source) if isinstance(one, Article) else one
        if isinstance(checked, SourceFailure):
            failures += 1
            if failures > MAX_FAILURES:
                unread += 1
            else:
                yield checked.model_copy(update={"reason": checked.reason[:MAX_NAME]})
        elif (
            articles == MAX_ARTICLES
            or characters + len(checked.text) > MAX_WHOLE
            or blocks + len(checked.blocks) > MAX_WHOLE_BLOCKS
        ):
            left += 1
        else:
            articles += 1
            characters += len(checked.text)
            blocks += len(checked.blocks)
            yield checked
    if unread:
        yield SourceFailure(path=source, reason=f"{unread:,} more could not be read: mend those named first")
    if left:
        most = f"{MAX_ARTICLES:,} articles, {MAX_WHOLE:,} characters or {MAX_WHOLE_BLOCKS:,} blocks"
        yield SourceFailure(
            path=source, reason=f"{left:,} articles are left out, for it holds more than {most}: split it"
        )


def _checked(article: Article, source: str) -> Article | SourceFailure:
    reason = _refusal(article)
    if reason is not None:
        path = article.source if article.source and len(article.id) <= MAX_ID else source
        return SourceFailure(path=path, reason=reason)
    changed: dict[str, object] = {}
    if article.url is not None and not _PAGE.match(article.url):
        changed["url"] = None
    if any(_is_no_heading(block) for block in article.blocks):
        changed["blocks"] = tuple(
            block.model_copy(update={"kind": "paragraph", "level": 0}) if _is_no_heading(block) else block
            for block in article.blocks
        )
    return article.model_copy(update=changed) if changed else article


def _refusal(article: Article) -> str | None:
    if len(article.text) > MAX_TEXT or len(article.blocks) > MAX_BLOCKS:
        size = f"{len(article.text):,} characters in {len(article.blocks):,} blocks"
        return f"its text has {size}: at most {MAX_TEXT:,} in {MAX_BLOCKS:,} are taken in, so split it"
    if len(article.id) > MAX_ID:
        return f"its id {article.id[:40]!a}… has {len(article.id):,} characters: give it one of at most {MAX_ID}"
    for name in _NAMES:
        value = getattr(article, name)
        if value is not None and len(value) > MAX_NAME:
            return f"its {name} {value[:40]!a}… has {len(value):,} characters: write at most {MAX_NAME:,}"
    if article.url is not None and _PAGE.match(article.url) and len(article.url) > MAX_URL:
        return f"its url {article.url[:40]!a}… has {len(article.url):,} characters: write at most {MAX_URL:,}"
    return None


def _is_no_heading(block: Block) -> bool:
    return block.kind == "heading" and block.end - block.start > MAX_NAME
