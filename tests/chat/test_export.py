"""Tests of `assistant.chat.export`."""

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.chat.export import export, markdown, page
from assistant.types import Answer, Citation, Conversation, Filters, Message, MessageStatus, Receipt, Statement

WHEN = datetime(2025, 5, 7, 9, 30, tzinfo=UTC)
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "[click](javascript:alert(1))",
    "![x](http://evil.example/x.png)",
    "<http://evil.example>",
    "# not a heading",
    "1. not a list",
    "- not a list",
    "> not a quote",
    "`code` *bold* __bold__ ~~gone~~ | cell | &lt; &#60;",
    "[1]: http://evil.example",
    "---",
    "{title} {body} %s",
    "\\",
    "$x$",
)


def make(
    text: str = "Tin melts early.",
    url: str | None = "https://metals.example/tin?a=1&b=2",
    title: str = "Tin",
    question: str = "When does tin melt?",
    quote: str | None = None,
) -> Conversation:
    citation = Citation(
        marker=1,
        article_id="tin",
        sha256="s",
        title=title,
        publisher="Metal Monthly",
        published=date(2024, 6, 15),
        url=url,
        start=0,
        end=1,
        quote=quote or text,
        link=url,
    )
    answer = Answer(
        id="a",
        question=question,
        standalone_question=question,
        status="answered",
        statements=(Statement(text=text, markers=(1,)),),
        text=f"{text} [1]",
        citations=(citation,),
        confidence=0.9,
        receipt=Receipt(corpus="", embedding_model="", reader=""),
    )
    return conversation(message(question=question, answer=answer), title=title)


def written(**more: object) -> Conversation:
    """The conversation with its answer as a language model wrote it, or was to."""
    answer = make().messages[0].answer
    assert answer
    changes = {"mode": "generative", "model": "openai:gpt-5-mini", **more}
    return conversation(message(question=answer.question, answer=answer.model_copy(update=changes)))


def message(
    status: MessageStatus = "done", answer: Answer | None = None, question: str = "Why?", **more: object
) -> Message:
    return Message.model_validate(
        {
            "id": "m",
            "conversation_id": "c",
            "created": WHEN,
            "question": question,
            "standalone_question": question,
            "status": status,
            "answer": answer,
            **more,
        }
    )


def conversation(*messages: Message, title: str = "Tin") -> Conversation:
    return Conversation(id="c", title=title, created=WHEN, updated=WHEN, messages=messages)


class Page(HTMLParser):
    """What a page holds: its tags with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def folded(text: str) -> str:
    return " ".join(text.split())


def rendered(text: str) -> Page:
    return Page(
        MarkdownIt("commonmark", {"html": True, "linkify": False}).enable(["table", "strikethrough"]).render(text)
    )


def test_markdown_holds_statements_with_markers_and_numbered_sources() -> None:
    text = markdown(make())
    assert "# Tin\n" in text
    assert "## When does tin melt?\n" in text
    assert "Tin melts early. [1]\n" in text
    assert "[1] [Tin](<https://metals.example/tin?a=1&b=2>), Metal Monthly, 15 June 2024\n" in text
    assert "> Tin melts early.\n" in text
    assert "Asked on 7 May 2025 at 09:30 UTC" in text


def test_the_page_holds_the_same_and_loads_nothing() -> None:
    found = Page(page(make()))
    assert "Tin melts early. [1]" in found.text
    assert "[1] Tin, Metal Monthly, 15 June 2024" in found.text
    assert ("a", {"href": "https://metals.example/tin?a=1&b=2", "rel": "noopener noreferrer"}) in found.tags
    assert {"script", "img", "link", "iframe"}.isdisjoint(tag for tag, _ in found.tags)
    assert ("blockquote", {}) in found.tags
    assert "@media print" in found.text
    policy = [one["content"] for tag, one in found.tags if tag == "meta" and one.get("http-equiv")]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'"]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_texts_are_data(hostile: str) -> None:
    plain_tags = [tag for tag, _ in rendered(markdown(make())).tags]
    page_tags = [tag for tag, _ in Page(page(make())).tags]
    made = make(hostile, title=hostile, question=hostile)
    for found, tags in ((rendered(markdown(made)), plain_tags), (Page(page(made)), page_tags)):
        assert [tag for tag, _ in found.tags] == tags
        # Title, question, statement, source and quote; the page names itself once more in its head.
        assert folded(found.text).count(folded(hostile)) >= 5
        assert not any(name.startswith("on") for _, attributes in found.tags for name in attributes)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40).filter(str.strip))
def test_any_text_is_shown_as_it_is(text: str) -> None:
    made = make(f"x {text}", title=f"x {text}", question=f"x {text}")
    wanted = [tag for tag, _ in rendered(markdown(make())).tags]
    found = rendered(markdown(made))
    assert [tag for tag, _ in found.tags] == wanted
    assert folded(found.text).count(folded(f"x {text}")) >= 5


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "https://a.example/> [x](y", "https://a.example/\n", "/local", None],
)
def test_only_web_addresses_become_links(url: str | None) -> None:
    made = make(url=url)
    assert "a" not in [tag for tag, _ in rendered(markdown(made)).tags]
    assert "a" not in [tag for tag, _ in Page(page(made)).tags]
    assert "[1] Tin, Metal Monthly" in markdown(made)


def test_quotes_keep_their_lines() -> None:
    made = make(quote="One line\n# another")
    assert "> One line\n> \\# another\n" in markdown(made)
    assert "<blockquote>One line\n# another</blockquote>" in page(made)


def test_messages_without_an_answer_say_why() -> None:
    nothing = make().messages[0].answer
    assert nothing
    abstained = nothing.model_copy(update={"status": "abstained", "statements": (), "citations": ()})
    made = conversation(
        message(answer=abstained),
        message("failed", error="the disk is full: free some"),
        message("stopped"),
        message("running"),
    )
    for text in (markdown(made), page(made)):
        for wanted in (
            "The articles do not say.",
            "Not answered: the disk is full: free some",
            "Stopped before it was answered.",
            "Still being answered.",
        ):
            assert text.count(wanted) == 1


WROTE = "Written by openai:gpt-5-mini. Each sentence was checked against its quotes."
REASON = "the language model openai:gpt-5-mini takes no more for now (HTTP 429): ask again in 3 s"
FALLBACK = f"The language model did not answer: {REASON}. These are the articles' own words."


def test_who_wrote_an_answer_stands_between_its_statements_and_its_sources() -> None:
    left_out = "2 sentences were left out because no quote supports them."
    for more, remarks in (
        ({}, [WROTE]),
        ({"dropped": 2}, [WROTE, left_out]),
        ({"dropped": 1}, [WROTE, "1 sentence was left out because no quote supports it."]),
        ({"model": None}, [WROTE.replace("openai:gpt-5-mini", "a language model")]),
        ({"mode": "extractive", "fallback": REASON, "dropped": 2}, [FALLBACK]),
        ({"mode": "extractive", "fallback": f"{REASON}."}, [FALLBACK]),
        ({"mode": "extractive", "model": None}, []),
    ):
        text = rendered(markdown(written(**more))).text
        between = text.partition("Tin melts early. [1]")[2].partition("Sources")[0]
        assert between.split("\n") == ["", *remarks, ""], more
        tags = [(tag, attributes) for tag, attributes in Page(page(written(**more))).tags if tag in ("p", "div")]
        assert tags.index(("div", {"class": "sources"})) == 2 + len(remarks)
        assert tags[2 : 2 + len(remarks)] == [("p", {"class": "meta"})] * len(remarks)
        shown = Page(page(written(**more))).text.partition("Tin melts early. [1]")[2].partition("[1] Tin,")[0]
        assert [line for line in shown.split("\n") if line] == remarks


def test_an_abstention_of_the_language_model_names_it() -> None:
    made = written(status="abstained", statements=(), citations=(), dropped=1)
    found = "openai:gpt-5-mini read the passages and found no answer in them."
    wanted = ["The articles do not say.", found, "1 sentence was left out because no quote supports it."]
    for text in (rendered(markdown(made)).text, Page(page(made)).text):
        lines = [line for line in text.split("\n") if line]
        assert lines[-3:] == wanted


@pytest.mark.parametrize("hostile", HOSTILE)
def test_names_and_reasons_of_models_are_data(hostile: str) -> None:
    for more in ({"model": hostile}, {"mode": "extractive", "fallback": hostile}):
        plain = written(**{name: "x" if value == hostile else value for name, value in more.items()})
        made = written(**more)
        for form, read in ((markdown, rendered), (page, Page)):
            assert [tag for tag, _ in read(form(made)).tags] == [tag for tag, _ in read(form(plain)).tags]
            assert folded(hostile) in folded(read(form(made)).text)


def test_the_reading_and_the_filters_are_noted() -> None:
    filters = Filters(since=date(2024, 1, 1), as_of=date(2024, 2, 1), publisher=("A", "<B>"))
    made = conversation(message(standalone_question="Why is tin soft?", filters=filters))
    assert "*Read as: Why is tin soft?*" in markdown(made)
    assert "*Only articles with: since 2024-01-01; as of 2024-02-01; publisher A, \\<B\\>*" in markdown(made)
    assert "publisher A, &lt;B&gt;" in page(made)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("What is tin?", "what-is-tin"),
        ("Café: “Zinn” \r\n/../x", "cafe-zinn-x"),
        ("稀土", "conversation"),
        ("", "conversation"),
        ("a" * 200, "a" * 60),
    ],
)
def test_files_have_plain_names(title: str, name: str) -> None:
    made = export(conversation(title=title), "markdown")
    assert (made.name, made.media_type) == (f"{name}.md", "text/markdown")
    other = export(conversation(title=title), "html")
    assert (other.name, other.media_type) == (f"{name}.html", "text/html")
    assert re.fullmatch(r"[a-z0-9-]+\.html", other.name)
    assert ("Conversation" in other.text) == (not title)


def test_sources_that_differ_and_copies_are_noted() -> None:
    made = make()
    answer = made.messages[0].answer
    assert answer
    sides = tuple(answer.citations[0].model_copy(update={"marker": marker, "copies": 3}) for marker in (1, 2))
    contested = answer.model_copy(update={"citations": sides, "contested": (1, 2)})
    both = conversation(message(question=answer.question, answer=contested))
    for text in (rendered(markdown(both)).text, Page(page(both)).text):
        assert "The sources differ: [1], [2]." in text
        assert text.count("near-copies in 3 other articles") == 2


def test_rows_of_a_table_stand_below_their_column_heads() -> None:
    rows = ("China | 270", "Brazil | 21")
    made = make(text=rows[0])
    answer = made.messages[0].answer
    assert answer
    sides = tuple(
        answer.citations[0].model_copy(update={"marker": n, "quote": row, "columns": ("Country", "kt <b>")})
        for n, row in enumerate(rows, 1)
    )
    told = tuple(Statement(text=row, markers=(n,)) for n, row in enumerate(rows, 1))
    listed = answer.model_copy(update={"citations": sides, "statements": told})
    both = conversation(message(question=answer.question, answer=listed))
    for text in (folded(rendered(markdown(both)).text), folded(Page(page(both)).text)):
        heads = "Columns: Country | kt <b>"
        assert text.index(heads) < text.index(rows[0]) < text.index(rows[1]) < text.index("Metal Monthly")
        assert text.count(heads) == 3  # once above the rows, and with each source
