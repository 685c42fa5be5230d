"""Lists in articles: the items that answer "what are the five ..." or stand under a sentence that ends in a colon."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.answering.questions import COUNT_WORDS, ORDINAL_WORDS, AskedFor, is_plural
from assistant.catalog.lexical import FUNCTION_WORDS, stem, stems, words
from assistant.sentences import sentence_spans
from assistant.types import Article, Block

_ITEM_KINDS = ("list_item", "table_row")
_MOST_ITEMS = 15
_INTRO = 200
_SHARE = 0.5
_ENUMERATOR = re.compile(r"\(?(\d{1,2}|[a-z]|[ivx]{1,5})[.)]\s", re.I)
_ROMAN = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv".split()
_COUNT_STEMS = {stem(word) for word in COUNT_WORDS}
# Words with which somebody asks what an item is called, and for nothing else.
_NAMING = {stem(word) for word in (*ORDINAL_WORDS, *"one number no name named call called title titled label".split())}
# "Why" asks for what stands below one of these.
_REASONS = {stem(word) for word in "reason cause why because".split()}
# An item of so few words without a stop at its end is a label: what it is about stands in the items below it.
_LABEL_WORDS = 4
_ENDED = re.compile(r"[.;,!?…][\s*_”\"’)]*$")


@dataclass(frozen=True)
class ItemList:
    """Blocks of an article under a `title`: the heading above them, or the words that lead in, from offset `start`.

    `heading` is the nearest heading above them, empty where there is none. `share` is how much of a question's terms
    the title holds, in [0, 1], once a question has asked for it; `counted` says that the question gave their number.
    """

    title: str
    items: tuple[Block, ...]
    start: int
    heading: str = ""
    share: float = 0.0
    counted: bool = False

    @property
    def named(self) -> str:
        """What says what the items are: the heading, or the last sentence of the words that lead in.

        One such as "They are:" says nothing; then it is that with the sentence before and the heading.
        """
        spans = sentence_spans(self.title)
        last = self.title[spans[-1][0] :] if spans else ""
        if len(set(words(last)) - FUNCTION_WORDS) > 1:
            return f"{self.heading} {last}" if self.title.startswith(self.heading) else last
        return f"{self.heading} {self.title[spans[-2][0] :] if len(spans) > 1 else last}"

    def holds(self, start: int, end: int) -> bool:
        """Tell whether [start, end) overlaps what lies between the title's start and the last item's end."""
        return start < self.items[-1].end and end > self.start


def lists_in(article: Article) -> list[ItemList]:
    """Return the lists of `article`: runs of list items or table rows, and sibling headings under one heading."""
    return [*_block_lists(article), *_heading_lists(article)]


def is_counted(article: Article, items: Sequence[Block]) -> bool:
    """Tell whether what stands right before `items` says how many they are: "The five directives are:"."""
    before = (block for block in reversed(article.blocks) if items and block.end <= items[0].start)
    lead = next(before, None)
    said = words(article.text[lead.start : lead.end][-_INTRO:]) if lead else []
    return any(COUNT_WORDS.get(word) == len(items) or word == str(len(items)) for word in said)


def wanted_list(asked: AskedFor, article: Article) -> ItemList | None:
    """Return the list of `article` whose title names what `asked` wants listed, None when there is none.

    A title fits when it holds the stem of the noun that is asked for and, with the article's title, at least half of
    the question's terms; a list has the number of items that is asked for, where one is.
    """
    if not asked.listed or asked.noun is None:
        return None
    best: ItemList | None = None
    context = set(stems(article.title))
    for one in lists_in(article):
        title = set(stems(one.title))
        right_number = asked.count is None or len(one.items) == asked.count
        if asked.noun not in title or not right_number or not 2 <= len(one.items) <= _MOST_ITEMS:
            continue
        terms = [term for term in asked.terms if not term.isdigit() and term not in _COUNT_STEMS]
        share = sum(term in title or term in context for term in terms) / max(len(terms), 1)
        if share >= _SHARE and (best is None or share > best.share):
            best = replace(one, share=share, counted=asked.count is not None)
    return best


def wanted_item(asked: AskedFor, article: Article) -> Block | None:
    """Return the item that is asked for by its place ("What is the third directive called?"), None when there is none.

    Nothing but its name may be asked: each term of the question belongs to the naming of an item, or to the title of
    the list or of the article. The list must say that it lists several of them.
    """
    if asked.place is None:
        return None
    number, noun = asked.place
    context = set(stems(article.title))
    for one in lists_in(article):
        title = set(stems(f"{one.title} {one.named}"))
        rest = {t for t in asked.terms if not re.fullmatch(r"\d+(?:st|nd|rd|th)?", t)} - _NAMING - _COUNT_STEMS
        fits = noun in title and rest <= title | context and number <= len(one.items) <= _MOST_ITEMS
        if fits and _names_several(one.named, noun):
            return one.items[number - 1]
    return None


def list_around(asked: AskedFor, article: Article, start: int, end: int) -> ItemList | None:
    """Return the list with [start, end) in one of its items whose title is what was asked, None where there is none.

    Title and heading hold at least two of the question's terms and half of them, with the article's title all; where a
    reason is asked for, it is enough that they name reasons. A table is none.
    """
    if asked.kind not in ("other", "reason") or asked.form == "whether":
        return None
    terms = {term for term in asked.terms if not term.isdigit()} - _COUNT_STEMS
    for one in _block_lists(article):
        if one.items[0].kind != "list_item" or len(one.items) > _MOST_ITEMS:
            continue
        if not any(b.start < end and b.end > start for item in one.items for b in (item, *items_below(article, item))):
            continue
        title = set(stems(f"{one.heading} {one.title}"))
        covers = 2 <= len(terms & title) >= len(terms) / 2 and terms <= title | set(stems(article.title))
        if covers or (asked.kind == "reason" and _REASONS & set(stems(f"{one.heading} {one.named}"))):
            return one
    return None


def items_below(article: Article, item: Block) -> list[Block]:
    """Return the items that stand deeper in the list, right below `item`."""
    out: list[Block] = []
    for block in article.blocks:
        if item.kind != "list_item" or block.start < item.end:
            continue
        if block.kind != "list_item" or block.level <= item.level:
            break
        out.append(block)
    return out


def is_label(text: str) -> bool:
    """Tell whether an item only names what the items below it tell: "Transport", "the following:"."""
    return text.rstrip().endswith(":") or (len(words(text)) <= _LABEL_WORDS and not _ENDED.search(text))


def items_after(article: Article, end: int) -> list[Block]:
    """Return the items of the list that follows the offset `end`, when a list is the next thing there.

    Numbered items are followed while they count up in one style: "(iv)" ends where "(c)" of the list around it goes on.
    """
    out: list[Block] = []
    styles: set[str] = set()
    for block in article.blocks:
        if block.start < end:
            continue
        if block.kind != "list_item" or (out and block.level < out[0].level):
            break
        values = _numbers(article.text[block.start : block.end])
        going_on = {style for style, value in values.items() if value == len(out) + 1}
        if not out:
            styles = going_on
        elif styles:
            styles &= going_on
            if not styles:
                break
        elif values:
            break
        out.append(block)
    return out


def _numbers(text: str) -> dict[str, int]:
    """Return what the enumerator that opens `text` may count, by style: "(i)" is 1 in Roman and 9 in letters."""
    match = _ENUMERATOR.match(text)
    if not match:
        return {}
    mark = match.group(1).lower()
    if mark.isdigit():
        return {"digits": int(mark)}
    out = {"roman": _ROMAN.index(mark) + 1} if mark in _ROMAN else {}
    return out | {"letters": ord(mark) - ord("a") + 1} if len(mark) == 1 else out


def _block_lists(article: Article) -> list[ItemList]:
    out: list[ItemList] = []
    run: list[Block] = []
    lead = heading = Block(kind="paragraph", start=0, end=0)

    def close() -> None:
        if len(run) >= 2:
            words = article.text[lead.start : lead.end]
            # A paragraph that does not lead in may speak of anything; the heading is on what stands below it.
            above = lead if words.rstrip().endswith((":", "—", "–")) else heading
            title, named = (article.text[block.start : block.end] for block in (above, heading))
            out.append(ItemList(title, tuple(run), above.start, named))
        run.clear()

    for block in article.blocks:
        if block.kind in _ITEM_KINDS and not (block.kind == "table_row" and not block.columns):
            if run and (run[0].kind != block.kind or run[0].level > block.level):
                close()
            if not run or run[0].level == block.level:
                run.append(block)
            continue
        close()
        if block.kind == "heading":
            heading = lead = block
        elif block.kind == "paragraph":
            lead = block
    close()
    return out


def _heading_lists(article: Article) -> list[ItemList]:
    headings = [block for block in article.blocks if block.kind == "heading"]
    out: list[ItemList] = []
    for i, parent in enumerate(headings):
        children: list[Block] = []
        for block in headings[i + 1 :]:
            if block.level <= parent.level:
                break
            if not children or block.level == children[0].level:
                children.append(block)
        if len(children) >= 2:
            # What the items are is often said only in the text between the parent and its first child.
            intro = article.text[max(parent.end, children[0].start - _INTRO) : children[0].start]
            named = article.text[parent.start : parent.end]
            out.append(ItemList(f"{named} {intro}", tuple(children), parent.start, named))
    return out


def _names_several(text: str, noun: str) -> bool:
    """Tell whether `text` holds the noun of this stem in the plural."""
    return any(stem(word) == noun and is_plural(word) for word in words(text))
