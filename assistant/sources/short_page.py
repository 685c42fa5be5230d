"""The part of a short web page that is its article, with its structure, where an extractor gives words alone."""

import re
from collections.abc import Set
from typing import cast

import trafilatura
from lxml.etree import _Element as Element

_PATHS = (".//article", ".//main", ".//*[@role='main']", ".//body")
_MOST = 0.7
_LISTS = {"ul": "ul", "ol": "ol", "dl": "ul"}
# Names of an extractor's tree for those of a page; what stands in neither is left and gives its words.
_NAMES = {
    "li": "item", "dt": "item", "dd": "item", "tr": "row", "td": "cell", "th": "cell", "br": "lb", "pre": "code",
    "blockquote": "quote",
    **dict.fromkeys(("ul", "ol", "dl"), "list"),
    **dict.fromkeys((f"h{level}" for level in range(1, 7)), "head"),
    **dict.fromkeys(("p", "address", "summary", "caption", "figcaption"), "p"),
    **dict.fromkeys(("article", "main", "section", "div", "header", "hgroup", "details", "figure", "body"), "div"),
}  # fmt: skip
_TABLE = frozenset({"table", "tbody", "thead", "tfoot", "colgroup"})
BLOCKS = frozenset({"p", "list", "table", "head", "quote", "code", "div"})
_DROPPED = frozenset(
    "nav footer aside form script style noscript template button select svg iframe object audio video dialog menu "
    "canvas".split()
)
_ROLES = frozenset("navigation search dialog alertdialog banner contentinfo complementary form menu toolbar".split())
_AROUND = re.compile(
    r"\b(?:cookie|consent|newsletter|related|breadcrumbs?|shar(?:e|ing)|social|comments?|sidebar|promo|advert)", re.I
)


def main_part(page: str, words: Set[str]) -> tuple[Element, bool] | None:
    """Return the part of `page` that its article is, as trafilatura's trees are built, and whether that is all of it.

    It is the longest `<article>`, else the `<main>`, else the body: the first that holds most of `words`, which are
    known to be in the article. Navigation, forms, footers, asides and what is hidden are taken out of it, and headers
    without a heading. None where the page holds no such part.
    """
    tree = trafilatura.load_html(page)
    for path in _PATHS:
        parts = cast(list[Element], tree.findall(path) if tree is not None else [])
        part = max(parts, key=lambda one: sum(map(len, one.itertext())), default=None)
        if part is not None and len(words & set(" ".join(map(str, part.itertext())).split())) >= _MOST * len(words):
            _prune(part)
            _rename(part)
            return part, path == _PATHS[-1]
    return None


def _prune(part: Element) -> None:
    for element in list(part.iterdescendants()):
        if _goes(element):
            _drop(element)


def _goes(element: Element) -> bool:
    if not isinstance(element.tag, str) or element.tag in _DROPPED:
        return True
    if "hidden" in element.attrib or element.get("aria-hidden") == "true" or element.get("role") in _ROLES:
        return True
    if element.tag == "header":
        return not any(element.find(f".//h{level}") is not None for level in range(1, 7))
    return _AROUND.search(f"{element.get('class', '')} {element.get('id', '')}") is not None


def _drop(element: Element) -> None:
    """Take an element out of its tree; the words behind it stay."""
    parent = element.getparent()
    if parent is None:
        return
    before, tail = element.getprevious(), element.tail or ""
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def _rename(part: Element) -> None:
    # From the inside out: what holds blocks is known by their new names.
    for element in reversed(list(part.iter())):
        tag = str(element.tag)
        if tag == "th":
            element.set("role", "head")
        if tag in _LISTS or re.fullmatch(r"h[1-6]", tag):
            element.set("rend", _LISTS.get(tag, tag))
        if tag == "caption" and (table := element.getparent()) is not None:
            table.addprevious(element)
        holds = any(child.tag in BLOCKS for child in element)
        element.tag = _NAMES.get(tag, "div" if holds and tag not in _TABLE else tag)
