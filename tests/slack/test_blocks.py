import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block as SdkBlock

from assistant.slack.actions import FOLLOW_UP, KEEP, NEED_HUMAN, SHARE, VOTE_DOWN, VOTE_UP
from assistant.slack.blocks import SlackPost, answer_posts, help_post, notice_post, statement_markdown
from assistant.slack.pages import BLOCKS, BYTES, cost
from assistant.slack.text import cut, escape, length, one_line, plain
from assistant.types import Answer, ShortAnswer, Span, Statement

from .answers import answer, answers, citation, hit, nasty, unsafe

URL = "https://answers.example/a/answer-1"


def posts_of(given_answer: Answer, *follow_ups: str, **options: Any) -> tuple[SlackPost, ...]:
    posts = answer_posts(given_answer, follow_ups, **{"full_url": URL, "owner": "U1", **options})
    for post in posts:
        check(post)
    return posts


def check(post: SlackPost) -> None:
    """Assert that Slack takes a post, and that nothing in it links or calls by its own."""
    assert 1 <= length(post.text) <= 4_000
    assert unsafe(post.text) == []
    assert 1 <= len(post.blocks) <= BLOCKS
    assert cost(post.blocks) <= BYTES
    for block in post.blocks:
        parsed = SdkBlock.parse(dict(block))
        assert parsed is not None
        parsed.validate_json()
        for shown in texts(block):
            assert shown["verbatim"]
            assert 1 <= length(shown["text"]) <= 3_000
            assert unsafe(shown["text"]) == []
        if block["type"] == "actions":
            for button in block["elements"]:
                assert 1 <= length(button["text"]["text"]) <= 75
                assert len(button["value"]) <= 2_000
                assert not re.search(r"<[@!#]|@(?:here|channel|everyone)", button["text"]["text"])


def texts(block: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the mrkdwn of a block."""
    if block["type"] == "section":
        return [block["text"]]
    return list(block["elements"]) if block["type"] == "context" else []


def sections(posts: tuple[SlackPost, ...]) -> list[str]:
    return [block["text"]["text"] for post in posts for block in post.blocks if block["type"] == "section"]


def buttons(post: SlackPost) -> dict[str, str]:
    return {
        one["action_id"]: one["value"] for block in post.blocks for one in block.get("elements", ()) if "value" in one
    }


def contexts(post: SlackPost) -> list[str]:
    return [one["text"] for block in post.blocks if block["type"] == "context" for one in block["elements"]]


def squeezed(text: str) -> str:
    """Return `text` without what may differ: white space, marks where it was broken, the bar that parts links."""
    return re.sub(r"[\s…]", "", text).replace("|", "¦")


def whole(given_answer: Answer) -> str:
    """Return what all sections must say together."""
    said: list[str] = []
    if given_answer.statements:
        short = given_answer.short_answer
        if short and one_line(short.text) and all(short.text != one.text for one in given_answer.statements):
            said.append(f"{cut(short.text, 300)} [{short.marker}]")
        said += [f"{one.text} {''.join(f'[{n}]' for n in one.markers)}" for one in given_answer.statements]
    else:
        said += ["The articles do not say.", given_answer.text]
    said += ["Sources"] * bool(given_answer.citations)
    for one in given_answer.citations:
        origin = [cut(one.publisher, 100)] if one.publisher and one.publisher.strip() else []
        origin += [one.published.isoformat()] if one.published else []
        said.append(
            f"[{one.marker}] {cut(one.title or one.article_id, 300)}" + f" — {', '.join(origin)}" * bool(origin)
        )
        said += [["Near-copy in 1 other article", "Near-copies in 2 other articles"][one.copies - 1]] * bool(one.copies)
        if any(column.strip() for column in one.columns):
            said.append(f"Columns: {cut(' | '.join(one.columns), 400)}")
        said.append(f"“{one.quote}”")
    if not given_answer.statements and given_answer.nearest:
        said.append("Nearest passages, which do not answer the question:")
        for rank, near in enumerate(given_answer.nearest, 1):
            path = near.heading_path if near.title in near.heading_path[:1] else (near.title, *near.heading_path)
            named = " › ".join(part for part in path if part.strip()) or near.article_id
            said.append(f"{rank}. {cut(named, 300)} “{cut(near.text, 240)}”")
    return squeezed(one_line(" ".join(said)))


@given(answers(), st.lists(nasty(), max_size=7), st.booleans(), st.sampled_from([None, "U1"]))
def test_any_answer_is_posted_whole_in_order_and_within_limits(
    drawn: Answer, follow_ups: list[str], ephemeral: bool, owner: str | None
) -> None:
    posts = posts_of(drawn, *follow_ups, ephemeral=ephemeral, owner=owner)
    shown = " ".join(plain(text) for text in sections(posts))
    assert squeezed(shown) == whole(drawn)
    expected = {VOTE_UP, VOTE_DOWN} | ({SHARE, KEEP} if ephemeral else {NEED_HUMAN} if owner else set())
    found = buttons(posts[0])
    assert {one for one in found if not one.startswith(FOLLOW_UP)} == expected
    assert {found[one] for one in expected} == {drawn.id}
    assert [block["type"] for block in posts[0].blocks][-1] == "actions"
    assert all(buttons(post) == {} for post in posts[1:])
    for said in [one.text for one in drawn.statements] + [f"“{one_line(one.quote)}”" for one in drawn.citations]:
        if one_line(said) and length(escape(said)) <= 2_900:
            assert any(one_line(said) in plain(text) for text in sections(posts)), ascii(said)


def test_a_short_answer_is_one_post() -> None:
    cited = citation(
        1,
        "Profit rose by 12 % to 3 million.",
        title="Results & outlook",
        publisher="Daily",
        published="2025-05-27",
        link="https://example.org/r#:~:text=Profit",
        highlight=Span(start=115, end=119),
    )
    short = ShortAnswer(text="12 %", marker=1)
    given_answer = answer([Statement(text=cited.quote, markers=(1,))], [cited], short_answer=short)
    (post,) = posts_of(given_answer, "What of costs?", full_url=None, owner=None)
    assert post.text == "Profit rose by 12 % to 3 million. [1] 1 source. Confidence: 0.83."
    assert sections((post,)) == [
        "*12 %* [1]",
        "Profit rose by 12 % to 3 million. [1]",
        "*Sources*",
        "[1] <https://example.org/r#:~:text=Profit|Results &amp; outlook> — Daily, 2025-05-27\n"
        "“Profit rose by *12 %* to 3 million.”",
    ]
    assert contexts(post) == ["Confidence: 0.83."]
    assert [block["type"] for block in post.blocks] == [*["section"] * 2, "context", *["section"] * 2, *["actions"] * 2]
    assert buttons(post) == {
        "follow_up:0": '{"answer_id": "answer-1", "question": "What of costs?"}',
        "vote_up": "answer-1",
        "vote_down": "answer-1",
    }


def test_an_abstention_shows_the_nearest_passages() -> None:
    near = hit("Costs fell in May.", title="May", heading_path=("May", "Costs"), url="https://example.org/may")
    (post,) = posts_of(answer(nearest=(near,), confidence=0.1))
    assert sections((post,)) == [
        "*The articles do not say.*",
        "*Nearest passages, which do not answer the question:*",
        "1. <https://example.org/may|May › Costs>\n“Costs fell in May.”",
    ]
    assert post.text == "The articles do not say."
    assert contexts(post) == []


@pytest.mark.parametrize(
    ("facts", "remark"),
    [
        ({"uncertain": True}, "Low confidence (0.83): read the sources before you rely on this."),
        ({"status": "partial"}, "The articles answer only part of the question."),
        ({"mode": "generative", "model": "m:1"}, "Written by m:1. Each sentence was checked against its quotes."),
        ({"mode": "generative", "dropped": 1}, "1 sentence was left out because no quote supports it."),
        ({"mode": "generative", "dropped": 2}, "2 sentences were left out because no quote supports them."),
        (
            {"fallback": "it timed out"},
            "The language model did not answer: it timed out. These are the articles' own words.",
        ),
        ({"standalone_question": "Did <costs> rise?"}, "Read as: Did &lt;costs&gt; rise?"),
    ],
)
def test_remarks_stand_in_the_first_post_of_a_long_answer(facts: dict[str, object], remark: str) -> None:
    said = [Statement(text=f"This is sentence {at} of a long answer. " * 20, markers=(1,)) for at in range(40)]
    first, *further = posts_of(answer(said, [citation(1, "A quote.")], **facts))
    assert remark in "\n".join(contexts(first)).splitlines()
    assert len(further) > 1
    assert all(len(contexts(post)) == 1 for post in further)


def test_twenty_thousand_characters_go_into_replies_and_the_first_post_says_so() -> None:
    said = [Statement(text=f"Sentence {at} says {'so ' * 60}.", markers=(at,)) for at in range(1, 101)]
    cited = [citation(at, f"Quote {at} says {'so ' * 20}.") for at in range(1, 61)]
    given_answer = answer(said, cited)
    assert sum(len(one.text) for one in said) > 19_000
    posts = posts_of(given_answer)
    assert 3 <= len(posts) <= 5
    assert contexts(posts[0])[-1] == f"The rest is in the {len(posts) - 1} replies below. <{URL}|The whole answer>"
    assert [contexts(post) for post in posts[1:]] == [
        [f"Continued, {number} of {len(posts)}"] for number in range(2, len(posts) + 1)
    ]
    assert posts[1].text.startswith(f"Continued, 2 of {len(posts)}: Sentence ")
    # Every line is one statement, so none is broken.
    lines = [plain(line) for text in sections(posts) for line in text.splitlines() if line.startswith("Sentence")]
    assert lines == [f"{one_line(one.text)} [{one.markers[0]}]" for one in said]


def test_a_quote_longer_than_a_section_is_broken_between_sentences_in_consecutive_blocks() -> None:
    sentences = [f"Sentence {at} of the quote ends here." for at in range(200)]
    cited = [citation(1, "A short quote."), citation(2, " ".join(sentences)), citation(3, "Another quote.")]
    posts = posts_of(answer([Statement(text="So it is.", markers=(1, 2, 3))], cited))
    shown = [plain(text) for text in sections(posts)]
    start = next(at for at, text in enumerate(shown) if text.startswith("“Sentence 0 of"))
    parts = shown[start : start + 3]
    assert parts[0].endswith("ends here. …")
    assert parts[1].startswith("… Sentence ")
    assert parts[-1].endswith("ends here.”")
    assert shown[start - 1].startswith("[2] Article 2")
    assert any({parts[0], parts[-1]} <= set(sections((post,))) for post in posts)


def test_a_statement_that_is_only_marks_or_empty_is_kept() -> None:
    (post,) = posts_of(answer([Statement(text="", markers=(1,)), Statement(text=">", markers=())]))
    assert squeezed(plain(sections((post,))[0])) == "[1]>"


def test_a_streamed_answer_leaves_the_statements_out() -> None:
    given_answer = answer([Statement(text="So it is.", markers=(1,))], [citation(1, "A quote.")])
    (post,) = posts_of(given_answer, streamed=True)
    assert [plain(text) for text in sections((post,))] == ["Sources", "[1] Article 1\n“A quote.”"]
    assert "So it is." in post.text
    assert sections(posts_of(answer(), streamed=True)) == ["*The articles do not say.*"]


def test_what_is_posted_is_json_that_round_trips() -> None:
    post = posts_of(answer([Statement(text='"\ud800 \\ \u2028', markers=(1,))]))[0]
    assert json.loads(json.dumps(post.blocks)) == list(post.blocks)
    json.dumps(post.blocks, ensure_ascii=False).encode()


def test_statement_markdown_ends_with_the_markers() -> None:
    assert statement_markdown(Statement(text="*Up* by 12 %", markers=(1, 2))) == r"\*Up\* by 12 % \[1\]\[2\]"
    assert statement_markdown(Statement(text="<!here>", markers=())) == "&lt;!here&gt;"


def test_help_says_how_to_ask() -> None:
    check(help_post())
    assert "`/ask`" in "".join(sections((help_post(),)))


@given(nasty())
def test_a_notice_says_what_it_is_given(text: str) -> None:
    post = notice_post(text)
    check(post)
    assert " ".join(map(plain, sections((post,)))) == (one_line(text) or "Something went wrong.")


def test_a_long_notice_is_cut() -> None:
    post = notice_post("It failed again. " * 2_000)
    check(post)
    assert len(post.blocks) <= 3
    assert sections((post,))[-1].endswith("…")
