"""Government pages without questions (../shared/training/text): parsed to passages under their headings."""

import re
from dataclasses import dataclass
from pathlib import Path

from assistant.models.reader.data.items import Passage, joined_passage, make_passage

_ESCAPED = re.compile(r"\\([^\w\s])")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_TAG = re.compile(r"<[^>]+>")
_NUMBERED = re.compile(r"^(?:Section|Sec\.|SEC\.|SECTION)\s*\d+\.?\s*")
_RUN_IN = re.compile(r"^\*\*\s*((?:Sec(?:tion|\.)\s*\d+\.)?[^*]{3,80}?)[.:]?\s*\*\*[.:]?\s*(.*)$", re.S)
_BULLET = re.compile(r"^\s*(?:[-*+•]|\d{1,2}\.)\s+")
_MOST = 1400


@dataclass(frozen=True)
class Section:
    """A passage, the heading it stands under ("" at the start), and whether it is a list after its first sentence."""

    passage: Passage
    heading: str
    is_list: bool = False


def load_pages(folder: Path) -> list[Section]:
    """Return the sections of every page in `folder`, in order of file name."""
    return [
        section for path in sorted(folder.glob("*.md")) for section in parse_page(path.name, path.read_text("utf-8"))
    ]


def parse_page(article: str, text: str) -> list[Section]:
    """Return the sections of one page: runs of paragraphs under one heading, and lists with their first line."""
    head, _, body = text.removeprefix("---").partition("\n---")
    title = _page_title(head)
    sections: list[Section] = []
    heading = ""
    paragraphs: list[str] = []

    def close() -> None:
        if paragraphs:
            path = f"{title} > {heading}" if heading else title
            sections.append(Section(make_passage("text", article, path, " ".join(paragraphs)), heading))
            paragraphs.clear()

    for block in re.split(r"\n\s*\n", body):
        if bullets := _bullets(block):
            lead = paragraphs.pop() if paragraphs and paragraphs[-1].endswith(":") else ""
            close()
            path = f"{title} > {heading}" if heading else title
            listed = joined_passage("text", article, path, [*([lead] if lead else []), *bullets])
            sections.append(Section(listed, heading, is_list=bool(lead) and len(bullets) > 1))
            continue
        new, rest = _heading(block)
        if new:
            close()
            heading = new
        if rest:
            if sum(map(len, paragraphs)) + len(rest) > _MOST:
                close()
            paragraphs.append(rest)
    close()
    return [s for s in sections if s.passage.sentences and len(s.passage.text) >= 60]


def _page_title(head: str) -> str:
    found = re.search(r'^title:\s*(".*?"|\'.*?\'|[^\n]*)', head, re.M | re.S)
    raw = found.group(1).strip("\"'") if found else ""
    raw = re.sub(r"\\\n\s*", "", raw).replace("\\_", " ").replace("\\ ", " ")
    return " ".join(re.sub(r"\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\N|\\", " ", raw).replace("''", "'").split())


def plain(text: str) -> str:
    """Return `text` without Markdown, white space folded."""
    bare = _TAG.sub("", _LINK.sub(r"\1", text)).replace("*", "").replace("_", " ")
    return " ".join(_ESCAPED.sub(r"\1", bare).split())


def _heading(block: str) -> tuple[str, str]:
    """Return the heading that the block is or begins with ("" where none) and the text left."""
    block = block.strip()
    if block.startswith("#"):
        return plain(block.lstrip("# ")), ""
    if found := _RUN_IN.match(_TAG.sub("", block)):
        name = _NUMBERED.sub("", plain(found.group(1))).strip(" .:")
        if len(name) > 2 and not name.isdigit():
            return name, plain(found.group(2))
    return "", plain(block)


def _bullets(block: str) -> list[str]:
    """Return the entries of a list, [] where the block is none."""
    lines = [line for line in block.splitlines() if line.strip()]
    if not lines or not _BULLET.match(lines[0]):
        return []
    entries: list[str] = []
    for line in lines:
        if _BULLET.match(line) or not entries:
            entries.append(_BULLET.sub("", line))
        else:
            entries[-1] += " " + line
    return [entry for entry in map(plain, entries) if entry]
