"""What the bot posts, in Block Kit: an answer, help, a notice. Pure functions; every text in them is data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.slack.actions import (
    FOLLOW_UP,
    KEEP,
    NEED_HUMAN,
    SHARE,
    VOTE_DOWN,
    VOTE_UP,
    feedback_row,
    follow_up_rows,
    read_follow_up,
)
from assistant.slack.pages import Block, Pages, context, section
from assistant.slack.remarks import ABSTAINED, read_as, remarks
from assistant.slack.sources import NEAREST, SOURCES, broken, nearest_text, source_texts
from assistant.slack.text import bold, cut, escape, link, markdown, one_line, plain, split_text
from assistant.slack.views import REASON_VIEW, read_reason, reason_view
from assistant.types import Answer, Statement

__all__ = [
    "FOLLOW_UP",
    "KEEP",
    "NEED_HUMAN",
    "REASON_VIEW",
    "SHARE",
    "VOTE_DOWN",
    "VOTE_UP",
    "SlackPost",
    "answer_posts",
    "help_post",
    "notice_post",
    "read_follow_up",
    "read_reason",
    "reason_view",
    "statement_markdown",
]

_SHORT, _SUMMARY = 300, 1_500
_HELP = (
    "Ask me about the articles: I answer with quotes from them, and a link to each place.",
    "• In a channel, mention me with your question; in a thread that I answer in, just ask on.\n"
    "• In a direct message, just ask.\n"
    "• With `/ask` and your question, only you see the answer, until you share it.",
)


@dataclass(frozen=True)
class SlackPost:
    """One message: `blocks` as chat.postMessage takes them, `text` what notifications and screen readers say."""

    text: str
    blocks: tuple[Block, ...]


def answer_posts(
    answer: Answer,
    follow_ups: Sequence[str] = (),
    *,
    full_url: str | None,
    owner: str | None,
    ephemeral: bool = False,
    streamed: bool = False,
) -> tuple[SlackPost, ...]:
    """Return an answer as messages: the first, and the replies that hold what does not fit into it.

    The first holds statements, all remarks, sources, `follow_ups` as buttons, and feedback; where there are replies
    it says so and links to the answer at `full_url`. Statements and sources stand in their order, each once; one is
    broken over sections only where it is longer than a section. `owner` is who can be called with "Need a human".
    An `ephemeral` answer can be shared and kept. A `streamed` one has its statements already: they are left out.
    """
    head = [context(one) for one in (read_as(answer),) if one]
    notes = [context(note) for note in ("\n".join(remarks(answer)),) if note]
    tail = [
        *follow_up_rows(answer.id, follow_ups),
        feedback_row(answer.id, owner=owner is not None, ephemeral=ephemeral),
    ]
    pages = Pages([*head, *notes, *tail, context(_rest(999, full_url))], [context(_continued(999, 999))])
    if not streamed or not answer.statements:
        _add_statements(pages, answer)
    said = len(pages.pages[0])
    _add_sources(pages, answer)
    first, *further = pages.pages
    rest = [context(_rest(len(further), full_url))] if further else []
    posts = [SlackPost(_summary(answer), (*head, *first[:said], *notes, *first[said:], *rest, *tail))]
    many = len(pages.pages)
    for number, page in enumerate(further, 2):
        where = _continued(number, many)
        shown = " ".join(plain(block["text"]["text"]) for block in page)
        posts.append(SlackPost(f"{where}: {escape(cut(shown, _SUMMARY))}", (context(where), *page)))
    return tuple(posts)


def statement_markdown(statement: Statement) -> str:
    r"""Return a statement and its markers as standard Markdown, as `markdown_text` takes it, without a line's end.

    A call takes 12,000 characters: a longer one is to be sent in parts, none of which ends in `\` or within `&lt;`.
    """
    return markdown(f"{statement.text}{_markers(statement)}")


def help_post() -> SlackPost:
    """Return what the bot says of itself where it is asked nothing."""
    return SlackPost(_HELP[0], tuple(map(section, _HELP)))


def notice_post(text: str) -> SlackPost:
    """Return a notice, such as an error's sentence, as it is; one longer than a few sections is cut."""
    parts = split_text(cut(text, 6_000)) or ("Something went wrong.",)
    return SlackPost(escape(cut(text, _SUMMARY)) or parts[0], tuple(section(escape(part)) for part in parts))


def _add_statements(pages: Pages, answer: Answer) -> None:
    if not answer.statements:
        pages.add([f"*{ABSTAINED}*"], expand=True)
        if answer.text.strip():
            pages.add(broken(answer.text), expand=True)
        return
    short = answer.short_answer
    if short and one_line(short.text) and all(short.text != one.text for one in answer.statements):
        pages.add([f"{bold(cut(short.text, _SHORT))} [{short.marker}]"], expand=True)
    for one in answer.statements:
        pages.add(broken(f"{one.text}{_markers(one)}"), join="\n", expand=True)


def _add_sources(pages: Pages, answer: Answer) -> None:
    sources = [source_texts(citation) for citation in answer.citations]
    nearest = [] if answer.statements else [(nearest_text(rank, hit),) for rank, hit in enumerate(answer.nearest, 1)]
    for heading, things in ((SOURCES, sources), (NEAREST, nearest)):
        for at, texts in enumerate(things):
            pages.add((heading, *texts) if at == 0 else texts, join="\n\n")


def _markers(statement: Statement) -> str:
    """Return what follows a statement: a space and its markers."""
    return f" {''.join(f'[{marker}]' for marker in statement.markers)}".rstrip()


def _rest(replies: int, full_url: str | None) -> str:
    more = "The rest is in the reply below." if replies == 1 else f"The rest is in the {replies} replies below."
    return f"{more} {link(full_url, 'The whole answer')}" if full_url else more


def _continued(number: int, many: int) -> str:
    return f"Continued, {number} of {many}"


def _summary(answer: Answer) -> str:
    """Return what someone hears who sees no blocks: the answer's beginning, how many sources, the remarks."""
    said = " ".join(f"{one.text}{_markers(one)}" for one in answer.statements) or ABSTAINED
    return " ".join([escape(cut(said, _SUMMARY)), *_counted(answer), *remarks(answer)])


def _counted(answer: Answer) -> Iterator[str]:
    if answer.citations:
        yield "1 source." if len(answer.citations) == 1 else f"{len(answer.citations)} sources."
