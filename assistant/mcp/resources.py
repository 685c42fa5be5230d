"""The articles as resources: `article://` and the article's id, percent-encoded (RFC 3986, 2005)."""

from collections.abc import Sequence
from urllib.parse import quote, unquote

import mcp_types as protocol

from assistant.mcp.text import facts_line
from assistant.types import Article, ArticleFacts

MEDIA_TYPE = "text/plain"
TEMPLATE = protocol.ResourceTemplate(
    uri_template="article://{id}",
    name="article",
    title="An article",
    description="The text of an article; the offsets of citations and passages are code points into it.",
    mime_type=MEDIA_TYPE,
)
PAGE = 500
_SCHEME = "article://"


def uri_of(article_id: str) -> str:
    """Return the URI of an article."""
    return _SCHEME + quote(article_id, safe="")


def id_of(uri: str) -> str | None:
    """Return the id of the article at `uri`, None where it is no article's."""
    scheme, rest = uri[: len(_SCHEME)], uri[len(_SCHEME) :]
    return unquote(rest) if scheme.lower() == _SCHEME and rest else None


def listed(articles: Sequence[ArticleFacts], cursor: str | None) -> protocol.ListResourcesResult | None:
    """Return the page of `articles` at `cursor`, the first for None; None for a cursor that no page gave."""
    start = 0 if cursor is None else int(cursor) if cursor.isascii() and cursor.isdigit() else -1
    if start % PAGE or start > len(articles):
        return None
    end = start + PAGE
    return protocol.ListResourcesResult(
        resources=[_resource(one) for one in articles[start:end]],
        next_cursor=str(end) if end < len(articles) else None,
    )


def contents(uri: str, article: Article) -> protocol.ReadResourceResult:
    """Return the text of `article` as what stands at `uri`."""
    text = protocol.TextResourceContents(uri=uri, mime_type=MEDIA_TYPE, text=article.text)
    return protocol.ReadResourceResult(contents=[text])


def _resource(article: ArticleFacts) -> protocol.Resource:
    return protocol.Resource(
        uri=uri_of(article.id),
        name=article.id,
        title=article.title,
        description=facts_line(article),
        mime_type=MEDIA_TYPE,
    )
