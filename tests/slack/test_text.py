import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.slack.text import bold, cut, escape, label, length, link, markdown, marked, one_line, plain, split_text

from .answers import PINGS, nasty, unsafe

JOINER = "\u2060"


def emphasised(mrkdwn: str) -> list[str]:
    """Return what Slack could show as bold, italic, struck out or code, whatever it takes a joiner for."""
    found: list[str] = []
    for joiner in ("x", " "):
        read = mrkdwn.replace(JOINER, joiner)
        found += re.findall(r"(?:^|(?<=[^\w]))([*_~])(?=\S)(?:[^*_~]*[^\s*_~])?\1(?!\w)", read)
    return found


@given(nasty())
@example("<!channel> <@U012> @here @channel me@here.org")
@example("*bold* _italic_ ~gone~ `code` ```block``` **x** a_b_c _a_ b*")
@example("> a quotation")
@example("0@here_")
def test_escaped_text_is_shown_as_it_is_and_calls_nobody(text: str) -> None:
    shown = escape(text)
    assert unsafe(shown) == []
    assert emphasised(shown) == []
    assert plain(shown) == one_line(text)
    assert not shown.startswith(("&gt;", ">"))


def test_escaping_leaves_what_slack_cannot_misread() -> None:
    assert escape("snake_case, 2*3, me@example.org at 12:30:45 & more") == (
        "snake_case, 2*3, me@example.org at 12:30:45 &amp; more"
    )
    assert escape("a <b> :smile: @here") == f"a &lt;b&gt; :{JOINER}smile: @{JOINER}here"
    assert escape("*a*") == f"{JOINER}*{JOINER}a{JOINER}*{JOINER}"
    assert escape("a`b`c") == f"a{JOINER}`{JOINER}b{JOINER}`{JOINER}c"


@pytest.mark.parametrize("ping", PINGS)
def test_pings_are_harmless_in_every_form(ping: str) -> None:
    for made in (escape(ping), bold(f"a {ping} b"), link("https://example.org", ping), markdown(ping)):
        assert unsafe(made) == [], made
    assert unsafe(marked(f"a {ping} b", 2, 2 + len(ping))) == []
    assert not re.search(r"<[@!#]|@(?:here|channel|everyone)", label(ping, 75))


def test_bidirectional_controls_and_surrogates_are_taken_out() -> None:
    assert one_line("a\u202eb\x07\x1bc\ud800 \n\t d\u2060") == "abc\ufffd d"


def test_a_link_holds_only_a_web_address() -> None:
    assert link("https://a.org/?x=1&y=<|>#:~:text=a", "Rise | <fall>") == (
        "<https://a.org/?x=1&amp;y=%3C%7C%3E#:~:text=a|Rise ¦ &lt;fall&gt;>"
    )
    for url in (None, "", "javascript:alert(1)", "!channel", "https://a b", "https://a.org/\ud800", "https://a/" * 200):
        assert link(url, "Title") == "Title"
    assert link("https://a.org", " ") == ""


def test_a_highlight_is_bold_where_slack_sees_its_marks() -> None:
    quote = "Profit  rose\nby 12 %, they say (12 %)."
    assert marked(quote, 16, 20) == "Profit rose by *12 %*, they say (12 %)."
    assert marked(quote, quote.rindex("12"), quote.rindex("12") + 4) == one_line(quote)
    assert marked("12 % more", 0, 4) == "12 % more"
    assert marked("a 12 b", 2, 2) == "a 12 b"
    assert marked("a *b* c", 2, 5) == escape("a *b* c")


@given(nasty(), st.integers(0, 60), st.integers(0, 60))
def test_a_highlight_changes_no_word(text: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    shown = marked(text, start, end)
    assert plain(shown) == one_line(text)
    assert unsafe(shown) == []


@given(nasty())
@example("[a](https://b.org) *c* \\ `d` _e_ # f")
@example("1. one")
@example("# head")
def test_markdown_shows_text_as_it_is(text: str) -> None:
    shown = markdown(text)
    assert unsafe(shown) == []
    assert re.search(r"(?<!\\)(?:\\\\)*[*_`~\[\]]", shown) is None
    back = re.sub(r"\\([\\`*_\[\]~#+=.)-])", r"\1", shown).replace(JOINER, "")
    assert back.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == one_line(text)
    assert re.match(r"[#+=-]|\d\d?[.)]", shown) is None


@given(nasty(max_size=400), st.sampled_from([16, 40, 300]))
def test_parts_hold_the_whole_text_within_the_limit(text: str, limit: int) -> None:
    parts = split_text(text, limit)
    assert all(0 < length(escape(part)) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(one_line(text).split())


def test_a_text_is_broken_between_sentences() -> None:
    sentences = [f"The U.S. bank no. {at} paid {at} percent to Mr. Smith, who kept it." for at in range(200)]
    parts = split_text(" ".join(sentences))
    assert len(parts) > 3
    assert all(part.endswith("kept it.") and part.startswith("The U.S. bank") for part in parts)
    assert " ".join(parts) == " ".join(sentences)
    assert min(map(len, parts[:-1])) > 2_800


def test_a_long_sentence_is_broken_between_words_and_a_long_word_between_characters() -> None:
    words = " ".join(f"word{at}" for at in range(2_000))
    parts = split_text(f"Short one. {words}")
    assert " ".join(parts).removeprefix("Short one. ") == words
    assert parts[0] == "Short one."
    families = split_text("👩\u200d👩\u200d👧" * 20, 16)
    assert all(part[0] == "👩" and part[-1] == "👧" for part in families)


def test_a_cut_text_ends_between_words() -> None:
    assert cut("one two three four five", 16) == "one two three…"
    assert cut("one  two", 16) == "one two"
    assert length(escape(cut("&" * 100, 32))) <= 32
    assert label("x" * 100, 75) == "x" * 73 + "…"


@given(nasty(max_size=200), st.integers(16, 120))
def test_a_cut_text_is_within_its_limit(text: str, limit: int) -> None:
    assert length(escape(cut(text, limit))) <= limit
    assert length(label(text, limit)) <= limit
