"""Pages, feeds and sitemaps -> articles: fetched where they have changed, parsed in the sandbox."""

import hashlib
import time
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from assistant.catalog import PageState, PageStore
from assistant.errors import SourceError
from assistant.sources import SourceFailure
from assistant.sources.addresses import Target, parse_url
from assistant.sources.fetch import Fetcher, Page, Validators
from assistant.sources.kinds import list_kind, page_suffix
from assistant.sources.listing import MAX_LISTED, Listed, Listing
from assistant.sources.reader import slug
from assistant.sources.sandbox import Sandbox
from assistant.sources.sitemap import unpacked
from assistant.types import Article

# Pages and lists that one list leads to are fetched so many at a time, and so long; the rest come with the next check.
MOST = 100
SECONDS = 300.0

_MOST_LISTS = 20
_LONGEST_ID = 80
_LIST = "list"  # the stamp of a feed or a sitemap


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading one source gave: `found` is None where it has not changed.

    `state` is to be kept once what was found is in, so that a page that did not get in is fetched again.
    """

    source: str
    found: tuple[Article | SourceFailure, ...] | None
    state: PageState | None = None


class WebReader:
    """Reads what URLs lead to; callable from several threads."""

    def __init__(
        self,
        fetcher: Fetcher,
        sandbox: Sandbox,
        pages: PageStore,
        most: int = MOST,
        *,
        seconds: float = SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Fetch with `fetcher`, parse in `sandbox`, compare with what `pages` know.

        Of a list `most` pages and further lists are fetched, and none begins after `seconds` by `clock`.
        """
        self._fetcher = fetcher
        self._sandbox = sandbox
        self._pages = pages
        self._most = most
        self._seconds = seconds
        self._clock = clock

    def over(self, pages: PageStore) -> Self:
        """Return the same reader, which compares with what `pages` know."""
        mine = copy(self)
        mine._pages = pages
        return mine

    def read(self, url: str) -> Iterator[Reading]:
        """Yield what `url` leads to: one page, or each page of a feed or a sitemap; failures are among it.

        A page is read again where its server says that it has changed, or where no article of it is there. A feed or a
        sitemap leaves out the pages whose articles were removed: else nobody could remove what one that is watched
        names. Such a page comes back when it is named itself.
        """
        try:
            target = parse_url(url)
        except SourceError as error:
            yield _failed(url, error)
            return
        again = not self._pages.has_articles(target.url)
        yield from self._read(
            target, Listed(url=target.url), _Room(self._most, self._clock() + self._seconds), again=again
        )

    def _read(
        self, target: Target, listed: Listed, room: "_Room", *, again: bool = False, depth: int = 0
    ) -> Iterator[Reading]:
        before = self._pages.get(target.url)
        is_list = before is not None and before.stamp == _LIST
        known = Validators()
        if before is not None and (is_list or not again):
            known = Validators(etag=before.etag, last_modified=before.last_modified)
        try:
            page = self._fetcher.fetch(target.url, known)
            if page is None:
                yield Reading(target.url, None, _state(target, known, _LIST if is_list else listed.stamp))
                return
            if target.path.partition("?")[0].endswith(".gz"):
                page = Page(page.url, unpacked(page.content), "application/xml", page.validators)
            kind = list_kind(page.content)
            if kind is None:
                yield self._articles(target, page, listed)
                return
            if depth and (kind, depth) != ("sitemap", 1):
                raise SourceError(f"{target.url} is a {kind} within another list: name it by itself")
            found = Listing.model_validate_json(self._sandbox.run(kind, page.content))
        except SourceError as error:
            yield _failed(target.url, error)
            return
        whole = True
        for reading in self._listed(parse_url(page.url), found, kind == "sitemap", room, depth):
            whole = whole and not any(isinstance(one, SourceFailure) for one in reading.found or ())
            yield reading
        if whole:
            yield Reading(target.url, None, _state(target, page.validators, _LIST))

    def _listed(self, at: Target, found: Listing, within: bool, room: "_Room", depth: int) -> Iterator[Reading]:
        """Yield the pages of a list that are new or changed; `within`: only those at its own host count."""
        left = elsewhere = refused = 0
        first = ""
        for listed in found.lists[:_MOST_LISTS] + found.pages:
            try:
                target = parse_url(listed.url)
            except SourceError as error:
                first = first or str(error)
                refused += 1
                continue
            if within and target.host != at.host:
                elsewhere += 1
            elif not found.lists and self._settled(target, listed):
                yield Reading(target.url, None)
            elif not room.left or self._clock() >= room.until:
                left += 1
            else:
                room.left -= 1
                yield from self._read(target, listed, room, depth=depth + 1)
        left += len(found.lists[_MOST_LISTS:])
        if refused:
            yield _failed(at.url, SourceError(f"it lists {refused:,} that cannot be fetched: {first}"))
        if found.more:
            reason = f"it lists {found.more:,} beyond the first {MAX_LISTED:,}, which are left out: name its parts"
            yield _failed(at.url, SourceError(reason))
        if elsewhere:
            reason = f"it lists {elsewhere:,} at another host than its own, which no sitemap may: name them themselves"
            yield _failed(at.url, SourceError(reason))
        if left:
            yield _failed(at.url, SourceError(f"it lists {left:,} more: check it again for the next {self._most}"))

    def _settled(self, target: Target, listed: Listed) -> bool:
        """Whether a page of a list was read, and has not changed since, or what came of it was removed."""
        before = self._pages.get(target.url)
        if before is None or before.stamp == _LIST:
            return False
        same = listed.stamp is not None and before.stamp == listed.stamp
        return same or not self._pages.has_articles(target.url)

    def _articles(self, target: Target, page: Page, listed: Listed) -> Reading:
        suffix = page_suffix(page.media_type, page.url, page.content)
        stem = slug(target.url.partition("://")[2])
        if len(stem) > _LONGEST_ID:
            tail = hashlib.sha256(target.url.encode()).hexdigest()[:10]
            stem = f"{stem[: _LONGEST_ID - len(tail) - 1]}-{tail}"
        found = self._sandbox.articles(page.content, f"{stem}{suffix}", target.url)
        if suffix != ".jsonl":  # whose records say themselves where each of them is from
            found = tuple(_placed(one, page, listed, stem) if isinstance(one, Article) else one for one in found)
        return Reading(target.url, found, _state(target, page.validators, listed.stamp))


@dataclass(slots=True)
class _Room:
    """How many pages and lists may still be fetched, and until when."""

    left: int
    until: float


def _placed(article: Article, page: Page, listed: Listed, stem: str) -> Article:
    """Return the article with what its list says where it is silent, and with the URL that it was fetched from.

    A page may name another URL of its own host as the one to cite, but not one of a host that did not send it.
    """
    given = {
        "title": listed.title if article.title == stem and listed.title else article.title,
        "author": article.author or listed.author,
        "published": article.published or listed.published,
        "url": article.url if _host(article.url) == _host(page.url) else page.url,
    }
    return article.model_copy(update=given)


def _host(url: str | None) -> str | None:
    try:
        return urlsplit(url or "").hostname
    except ValueError:
        return None


def _state(target: Target, validators: Validators, stamp: str | None) -> PageState:
    return PageState(target.url, validators.etag, validators.last_modified, stamp)


def _failed(url: str, error: SourceError) -> Reading:
    return Reading(url, (SourceFailure(path=url, reason=str(error)),))
