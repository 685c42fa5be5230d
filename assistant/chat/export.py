"""Export: a conversation as Markdown or as one HTML page to print; every text in it is data, never markup."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Literal

from assistant.remarks import Headed, columns_line, copies_note, remarks
from assistant.types import Answer, Citation, Conversation, Message

ExportFormat = Literal["markdown", "html"]

# The rest is of use while one decides what to ask next, not in what is kept.
_NOTED = frozenset({"written", "fallback", "dropped", "contested"})
_UNTITLED = "Conversation"
_MARKS = re.compile(r"([\\`*_\[\]<>&|~$!])")
_OPENERS = re.compile(r"^(\s*)([#+=:-]|\d+(?=[.)]))")
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ max-width: 44rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 Georgia, serif; color: #111; }}
h1, h2, .meta, .sources {{ font-family: system-ui, sans-serif; }}
h1 {{ font-size: 1.5rem; }} h2 {{ font-size: 1.15rem; margin-top: 2rem; }}
.meta, .sources {{ font-size: .85rem; }} .meta {{ color: #555; }}
blockquote {{ margin: .25rem 0 .75rem; padding-left: .75rem; border-left: 2px solid #999; white-space: pre-wrap; }}
a {{ color: inherit; overflow-wrap: anywhere; }}
@media print {{
  body {{ margin: 0; max-width: none; font-size: 11pt; }}
  h2, li {{ break-inside: avoid; }} h2 {{ break-after: avoid; }}
}}
</style>
</head>
<body>
{body}
</body>
</html>
"""


@dataclass(frozen=True)
class Export:
    """A file: its name in ASCII, its media type and its text."""

    name: str
    media_type: str
    text: str


def export(conversation: Conversation, form: ExportFormat) -> Export:
    """Return `conversation` as a file."""
    write, media_type, ending = _FORMS[form]
    plain = unicodedata.normalize("NFKD", conversation.title).encode("ascii", "ignore").decode().lower()
    name = "-".join(re.findall(r"[a-z0-9]+", plain))[:60].strip("-") or _UNTITLED.lower()
    return Export(f"{name}.{ending}", media_type, write(conversation))


def markdown(conversation: Conversation) -> str:
    """Return the conversation in CommonMark (0.31, 2024): per question the statements with [n], then their sources.

    Between them stands who wrote the statements, where that was not the articles' authors.
    """
    lines = [f"# {_plain(conversation.title or _UNTITLED)}", ""]
    for message in conversation.messages:
        lines += [f"## {_plain(message.question)}", "", *map(_note, _notes(message))]
        answer = message.answer
        if answer is None or not answer.statements:
            lines += [_plain(_without_answer(message)), "", *map(_note, _remarks(answer))]
            continue
        for heads, text, markers in _statements(answer):
            lines += [*map(_note, heads), f"{_plain(text)} {markers}", ""]
        lines += [*map(_note, _remarks(answer)), "**Sources**", ""]
        for citation in answer.citations:
            link = _link(citation)
            title = _plain(citation.title)
            named = f"[{title}](<{link}>)" if link else title
            facts = "".join(f", {_plain(fact)}" for fact in _facts(citation))
            lines += [f"[{citation.marker}] {named}{facts}", ""]
            lines += [f"> {_plain(line)}".rstrip() for line in citation.quote.splitlines()]
            lines.append("")
    return "\n".join(lines)


def page(conversation: Conversation) -> str:
    """Return the conversation as one HTML page without scripts that needs nothing else."""
    title = escape(conversation.title or _UNTITLED)
    return _PAGE.format(title=title, body="\n".join(_body(conversation, title)))


def _body(conversation: Conversation, title: str) -> Iterator[str]:
    yield f"<h1>{title}</h1>"
    for message in conversation.messages:
        yield f"<h2>{escape(message.question)}</h2>"
        yield from (f'<p class="meta">{escape(note)}</p>' for note in _notes(message))
        answer = message.answer
        if answer is None or not answer.statements:
            yield f"<p>{escape(_without_answer(message))}</p>"
            yield from (f'<p class="meta">{escape(remark)}</p>' for remark in _remarks(answer))
            continue
        for heads, text, markers in _statements(answer):
            yield from (f'<p class="meta">{escape(line)}</p>' for line in heads)
            yield f"<p>{escape(text)} {markers}</p>"
        yield from (f'<p class="meta">{escape(remark)}</p>' for remark in _remarks(answer))
        yield '<div class="sources">'
        for citation in answer.citations:
            yield from _source(citation)
        yield "</div>"


def _source(citation: Citation) -> Iterator[str]:
    link = _link(citation)
    title = escape(citation.title)
    named = f'<a href="{escape(link)}" rel="noopener noreferrer">{title}</a>' if link else title
    facts = "".join(f", {escape(fact)}" for fact in _facts(citation))
    yield f"<p>[{citation.marker}] {named}{facts}</p>"
    yield f"<blockquote>{escape(citation.quote)}</blockquote>"


def _notes(message: Message) -> list[str]:
    """Return what stands below a question: when it was asked, what was read in its place, which articles may answer."""
    notes = [f"Asked on {_day(message.created)} at {message.created:%H:%M} UTC"]
    read = (message.standalone_question or message.question).split()
    if read != message.question.split():
        notes.append(f"Read as: {message.standalone_question}")
    if not message.filters.empty:
        chosen = message.filters.model_dump(mode="json", exclude_defaults=True)
        parts = (
            f"{name.replace('_', ' ')} {', '.join(map(str, value)) if isinstance(value, list) else value}"
            for name, value in chosen.items()
        )
        notes.append(f"Only articles with: {'; '.join(parts)}")
    return notes


def _statements(answer: Answer) -> Iterator[tuple[list[str], str, str]]:
    """Yield what each statement has above it, one line of column heads at most, its text and its markers."""
    headed = Headed()
    for one in answer.statements:
        heads = headed.heads(one, answer.citations)
        yield [heads] if heads else [], one.text, "".join(f"[{marker}]" for marker in one.markers)


def _remarks(answer: Answer | None) -> Iterator[str]:
    """Yield what stands below an answer: who wrote it or did not, what was left out, in what the sources differ."""
    for remark in remarks(answer) if answer is not None else ():
        if remark.kind in _NOTED:
            yield remark.text


def _without_answer(message: Message) -> str:
    if message.answer is not None:
        return "The articles do not say."
    if message.status == "failed":
        return f"Not answered: {message.error}"
    return "Stopped before it was answered." if message.status == "stopped" else "Still being answered."


def _facts(citation: Citation) -> list[str]:
    known = (
        citation.publisher,
        citation.published and _day(citation.published),
        copies_note(citation),
        columns_line(citation.columns),
    )
    return [fact for fact in known if fact]


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _link(citation: Citation) -> str | None:
    """Return the place at the source, only where it is a web address that cannot leave its brackets."""
    link = citation.link or citation.url
    if link is None or not re.match(r"https?://", link, re.I) or re.search(r"[<>\s\\\x00-\x1f]", link):
        return None
    return link


def _note(text: str) -> str:
    return f"*{_plain(text)}*\n"


def _plain(text: str) -> str:
    """Return `text` on one line as CommonMark that shows it as it is."""
    line = _MARKS.sub(r"\\\1", " ".join(text.split()))
    return _OPENERS.sub(lambda found: found[1] + _opened(found[2]), line)


def _opened(opener: str) -> str:
    return f"\\{opener}" if not opener.isdigit() else f"&#{ord(opener[0])};{opener[1:]}"


_FORMS: dict[str, tuple[Callable[[Conversation], str], str, str]] = {
    "markdown": (markdown, "text/markdown", "md"),
    "html": (page, "text/html", "html"),
}
