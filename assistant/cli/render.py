"""Answers and passages as text for a terminal of 80 columns; nothing in an article is taken for markup."""

from collections.abc import Sequence
from datetime import date
from unicodedata import normalize

from rich.text import Text

from assistant.cli.outline import Outline
from assistant.cli.terminal import clean, one_line, out
from assistant.remarks import Headed, columns_line, copies_note, remarks
from assistant.types import Answer, Citation, Hit, Passage

_SNIPPET = 240
_INDENT = 4
# How far the items of a list within a list stand in.
_STEP = 3


def show_answer(answer: Answer, *, quotes: bool = True) -> None:
    """Print the statements, remarks on them, and their sources; without `quotes` a source is one line."""
    if one_line(answer.standalone_question) != one_line(normalize("NFC", answer.question)):
        print_wrapped(Text(f"Read as: {clean(answer.standalone_question)}", "dim"), indent=0)
        out.print()
    if answer.status == "abstained":
        _show_abstention(answer)
        return
    if answer.short_answer:
        print_wrapped(
            Text.assemble((clean(answer.short_answer.text), "bold"), (f" [{answer.short_answer.marker}]", "cyan")),
            indent=0,
        )
        out.print()
    _show_statements(answer)
    _show_remarks(answer)
    out.print()
    out.print(Text("Sources", "bold"))
    for citation in answer.citations:
        show_citation(citation, quote=quotes)


def show_citation(citation: Citation, *, quote: bool = True) -> None:
    """Print a source: marker, title, publisher and date; with `quote` the quote and the link too."""
    head = Text.assemble(one_line(citation.title), (_origin(citation.publisher, citation.published), "dim"))
    if note := copies_note(citation):
        head.append(f"; {note}", "dim")
    print_wrapped(head, f"[{citation.marker}] ")
    if not quote:
        return
    if heads := columns_line(citation.columns):
        print_wrapped(Text(one_line(heads)))
    print_wrapped(marked_quote(citation))
    link = citation.link or citation.url
    if link:
        out.print(Text(" " * _INDENT + one_line(link), "dim"), soft_wrap=True)


def show_hits(hits: Sequence[Hit]) -> None:
    """Print passages, best first: title and heading path, where it stands, the beginning of its text."""
    for rank, hit in enumerate(hits, 1):
        print_wrapped(Text(_path(hit, hit.title)), f"{rank}. ")
        where = f"{hit.article_id} {hit.start}-{hit.end}{_origin(hit.publisher, hit.published)}, score {hit.score:.3f}"
        print_wrapped(Text(clean(where), "dim"))
        print_wrapped(Text(snippet(hit.text)))


def snippet(text: str, length: int = _SNIPPET) -> str:
    """Return the beginning of `text` on one line, cut between words to at most `length` characters."""
    line = one_line(text)
    return line if len(line) <= length else line[: length - 1].rsplit(" ", 1)[0] + "…"


def print_wrapped(text: Text, prefix: str = "", *, indent: int = _INDENT, style: str = "cyan") -> None:
    """Print `text` wrapped, `indent` columns in; `prefix`, in `style`, stands before its first line."""
    for line in text.wrap(out, max(out.width - indent, 20)):
        line.rstrip()
        out.print(Text.assemble((prefix.ljust(indent), style), line), soft_wrap=True)
        prefix = ""


def _show_statements(answer: Answer) -> None:
    headed, outline, margin = Headed(), Outline(answer.passages), ""
    for statement in answer.statements:
        if heads := headed.heads(statement, answer.citations):
            print_wrapped(Text(one_line(heads), "bold"), indent=0)
        place = outline.place(statement, answer.citations)
        if place is None:
            margin = ""
        elif place.mark:
            margin = f"{' ' * _STEP * place.depth}{clean(place.mark)} "
        else:
            margin = " " * len(margin)
        text = clean(place.text if place else statement.text)
        markers = "".join(f"[{marker}]" for marker in statement.markers)
        print_wrapped(Text.assemble(text, " ", (markers, "cyan")), margin, indent=len(margin), style="")


def _show_abstention(answer: Answer) -> None:
    out.print(Text("The articles do not say.", "bold yellow"))
    if answer.text.strip():
        print_wrapped(Text(clean(answer.text)), indent=0)
    _show_remarks(answer)
    if not answer.nearest:
        return
    out.print()
    out.print(Text("Nearest passages, which do not answer the question:", "bold"))
    show_hits(answer.nearest)


def marked_quote(citation: Citation) -> Text:
    """Return the quote in quotation marks, its short answer bold."""
    if citation.highlight is None:
        return Text(f"“{clean(citation.quote)}”")
    start, end = (at - citation.start for at in (citation.highlight.start, citation.highlight.end))
    parts = (citation.quote[:start], citation.quote[start:end], citation.quote[end:])
    before, answer, after = (clean(part) for part in parts)
    return Text.assemble("“", before, (answer, "bold"), after, "”")


def _show_remarks(answer: Answer) -> None:
    for remark in remarks(answer):
        out.print()
        print_wrapped(Text(one_line(remark.text), "dim" if remark.kind == "written" else "yellow"), indent=0)


def _origin(publisher: str | None, published: date | None) -> str:
    known = [one_line(publisher)] if publisher else []
    if published:
        known.append(published.isoformat())
    return f" — {', '.join(known)}" if known else ""


def _path(passage: Passage, title: str) -> str:
    path = passage.heading_path if title in passage.heading_path[:1] else (title, *passage.heading_path)
    return " › ".join(one_line(heading) for heading in path if heading.strip())
