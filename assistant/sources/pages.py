"""Lines of printed pages -> running text: headers and page numbers go, paragraphs are told apart, hyphens mended."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

_EDGE = 2  # lines at the top and bottom of a page that may be its header or footer
_CHAPTER_PAGES = 3
_PAGE_NUMBER = re.compile(
    r"(?:page\s+)?[-–—(\[ ]*(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:of|/|\|)\s*\d{1,4})?[-–—)\] ]*", re.IGNORECASE
)
_OWN_NUMBER = re.compile(r"^\d+ | \d+$")  # the page's, beside the words of a header
_HYPHENATED = re.compile(r"(\w+)-\n[ ]*([^\W\d_A-Z]\w*)")
_ENDS_SENTENCE = re.compile(r"[.!?:;][\"'”’)\]]*$")
_WIDE_GAP = 1.3  # of the usual distance between lines: a new paragraph
_SHORT_LINE = 0.75  # of the usual length: the last line of its paragraph
_SIZE_STEP = 0.08


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line of a page: its words, the height of its baseline above the page's foot in points, its type size, boldness.

    `y` is None where the file does not tell.
    """

    text: str
    y: float | None = None
    size: float = 0.0
    bold: bool = False


def running_text(pages: Sequence[Sequence[PageLine]]) -> str:
    """Return the text of `pages` with blank lines between paragraphs and single line ends within them."""
    lines = _strip_edges([[line for line in page if line.text.strip()] for page in pages])
    gaps = sorted(gap for page in lines for pair in pairwise(page) if _alike(*pair) and (gap := _gap(*pair)))
    # The lower quartile: where paragraphs are short, half of the gaps lie between them.
    leading = gaps[len(gaps) // 4] if gaps else 0.0
    length = median([len(line.text) for page in lines for line in page] or [0])
    parts: list[str] = []
    last: PageLine | None = None
    for page in lines:
        for index, line in enumerate(_join_headings(page, _body_size(lines))):
            if last is not None:
                parts.append("\n\n" if _parted(last, line, leading, length, turned=index == 0) else "\n")
            parts.append(line.text.strip())
            last = line
    return _mend_hyphens("".join(parts))


def _strip_edges(pages: Sequence[Sequence[PageLine]]) -> list[list[PageLine]]:
    """Drop page numbers, and lines that stand at the edge of most pages or of a chapter's, its own number aside."""
    seen = Counter(key for page in pages for key in {_key(page[at].text) for at in _edges(len(page))})
    outer = Counter(key for page in pages if page for key in {_key(page[0].text), _key(page[-1].text)})
    most = max(1, len(pages) / 2)
    repeated = {key for key, count in seen.items() if count > most or outer[key] >= _CHAPTER_PAGES}
    result = []
    for page in pages:
        edges = _edges(len(page))
        kept = [
            line
            for at, line in enumerate(page)
            if at not in edges or not (_PAGE_NUMBER.fullmatch(line.text.strip()) or _key(line.text) in repeated)
        ]
        result.append(kept)
    return result


def _edges(count: int) -> set[int]:
    depth = min(_EDGE, count // 4 or 1)
    return {*range(min(depth, count)), *range(max(0, count - depth), count)}


def _key(text: str) -> str:
    return _OWN_NUMBER.sub("", " ".join(text.split())).casefold()


def _body_size(pages: Sequence[Sequence[PageLine]]) -> float:
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            sizes[line.size] += len(line.text)
    return max(sizes, key=lambda size: sizes[size], default=0.0)


def _join_headings(page: Sequence[PageLine], body: float) -> list[PageLine]:
    """Join lines of one large heading, which the rules for headings know by being a single line."""
    result: list[PageLine] = []
    for line in page:
        above = result[-1] if result else None
        if above and line.size > body * (1 + _SIZE_STEP) and _alike(above, line):
            gap = _gap(above, line)
            if gap is not None and gap < line.size * 2:
                result[-1] = replace(line, text=f"{above.text.strip()} {line.text.strip()}")
                continue
        result.append(line)
    return result


def _alike(one: PageLine, other: PageLine) -> bool:
    return one.bold == other.bold and abs(one.size - other.size) <= _SIZE_STEP * max(one.size, other.size)


def _gap(above: PageLine, line: PageLine) -> float | None:
    if above.y is None or line.y is None or above.y <= line.y:
        return None
    return above.y - line.y


def _parted(above: PageLine, line: PageLine, leading: float, length: float, *, turned: bool) -> bool:
    if not _alike(above, line):
        return True
    ended = _ENDS_SENTENCE.search(above.text.strip()) is not None
    if turned:
        return ended
    gap = _gap(above, line)
    if gap is not None and leading and gap > _WIDE_GAP * leading:
        return True
    return ended and len(above.text) < _SHORT_LINE * length


def _mend_hyphens(text: str) -> str:
    """Join words that were cut at a line's end; where the text writes the word with a hyphen elsewhere, it keeps it."""
    text = text.replace("\u00ad\n", "")
    words = Counter(re.findall(r"\w+(?:-\w+)+|\w+", text))

    def join(match: re.Match[str]) -> str:
        whole, parted = match[1] + match[2], f"{match[1]}-{match[2]}"
        return parted if words[parted] > words[whole] else whole

    return _HYPHENATED.sub(join, text)
