"""Tests of `assistant.answering.written`."""

import json
import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from assistant.answering.written import LONGEST, SCHEMA, Written, WrittenParser

PASSAGES = 5
TIN, LEAD = Written("Tin melts at 232 degrees.", (1,)), Written("Lead melts at 327 degrees.", (2, 3))
PLAIN = "Tin melts at 232 degrees. [1]\nLead melts at 327 degrees. [2][3]"
STRUCTURED = json.dumps(
    {"statements": [{"text": TIN.text, "sources": [1]}, {"text": LEAD.text, "sources": [2, 3]}]}, indent=1
)


def read(*pieces: str) -> list[Written]:
    return parse(*pieces)[0]


def parse(*pieces: str) -> tuple[list[Written], bool, bool]:
    parser = WrittenParser(PASSAGES)
    written = [one for piece in pieces for one in parser.feed(piece)] + parser.close()
    return written, parser.no_answer, parser.overlong


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        PLAIN + "\n",
        PLAIN.replace("\n", "\r\n\r\n"),
        f"Here is what the passages say:\n\n{PLAIN}\n\nSources:\n[1] Tin and its alloys\n[2] Lead",
        f"<think>\nTin is [1], I think.\n</think>\n\n{PLAIN}",
        f"First I look at tin.\nThen at lead.\n</think>{PLAIN}",
        f"[THINK]Tin is [4].[/THINK]{PLAIN}",
        STRUCTURED,
        STRUCTURED.replace("\n", ""),
        f"```json\n{STRUCTURED}\n```",
        f"I looked at the passages.\nHere is the JSON:\n\n```json\n{STRUCTURED}\n```\nI hope that it helps. [4]",
        f"Sure: {STRUCTURED} {STRUCTURED}",
        f"<think>{{no JSON}}</think>{STRUCTURED}",
        json.dumps(json.loads(STRUCTURED)["statements"]),
        "\n".join(json.dumps(one) for one in json.loads(STRUCTURED)["statements"]),
        STRUCTURED[:-4] + ', {"text": "Zinc melts at 420 deg',
        STRUCTURED[:-5] + "}, {bad}]}",
        STRUCTURED.replace("]\n}", ',{"text": "Zinc "melts"", "sources": [1]}, {"text": 4}, 7 ]}'),
        STRUCTURED.replace('"statements"', '"language": "en", "n": [-1.5e3, true, {"a": "]}"}], "statements"', 1),
        json.dumps({"statements": PLAIN.split("\n")}),
    ],
)
def test_one_answer_in_many_forms(text: str) -> None:
    assert read(text) == [TIN, LEAD]
    assert read(*text) == [TIN, LEAD]


def test_the_schema_is_what_strict_modes_take() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(json.loads(STRUCTURED))
    objects = [SCHEMA, SCHEMA["properties"]["statements"]["items"]]
    for one in objects:
        assert one["additionalProperties"] is False
        assert one["required"] == list(one["properties"])


def test_a_line_is_emitted_at_its_end() -> None:
    parser = WrittenParser(PASSAGES)
    assert parser.feed("Tin melts at 232 degrees. [1]") == []
    assert parser.feed("\nLead melts") == [TIN]
    assert parser.feed(" at 327 degrees. [2][3]") == []
    assert parser.close() == [LEAD]
    assert parser.feed("Zinc melts. [1]\n") == parser.close() == []


def test_an_item_is_emitted_at_its_end() -> None:
    parser = WrittenParser(PASSAGES)
    first = STRUCTURED.index("}") + 1
    assert parser.feed(STRUCTURED[: first - 1]) == []
    assert parser.feed(STRUCTURED[first - 1 : first]) == [TIN]
    assert parser.feed(STRUCTURED[first:-4]) == [LEAD]
    assert parser.close() == []


@pytest.mark.parametrize(
    "text",
    [
        "NO ANSWER",
        "no answer.",
        "**NO ANSWER**\n",
        "[NO ANSWER]",
        "“No_answer”",
        "NO ANSWER: the passages do not name the keeper.",
        "NO ANSWER\n\nThe passages do not name the keeper. [1]",
        "The passages do not name the keeper.\nNO ANSWER",
        "<think>Who is it? [1]</think>NO ANSWER",
        "NO ANSWER [1]",
        '{"statements": []}',
        '```json\n{\n "statements": [ ]\n}\n```',
        "Here it is:\n[]",
        '{"statements": [{"text": "NO ANSWER", "sources": []}]}',
    ],
)
def test_no_answer(text: str) -> None:
    assert parse(text) == ([], True, False)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("No answer was given by the keeper. [1]", [Written("No answer was given by the keeper.", (1,))]),
        ("No answer: so said the keeper. [1]", [Written("No answer: so said the keeper.", (1,))]),
        ("Tin melts at 232 degrees. [1]\nNO ANSWER", [TIN]),
        ('{"statements": [{"text": "Tin', []),
        ("<think>NO ANSWER", []),
        ("", []),
    ],
)
def test_an_answer_all_the_same(text: str, wanted: list[Written]) -> None:
    assert parse(text) == (wanted, False, False)


def test_no_answer_is_known_as_soon_as_it_is_written() -> None:
    plain, structured = WrittenParser(PASSAGES), WrittenParser(PASSAGES)
    plain.feed("NO ANSWER")
    structured.feed('{"statements": [')
    assert (plain.no_answer, structured.no_answer) == (False, False)
    plain.feed("\n")
    structured.feed("]")
    assert (plain.no_answer, structured.no_answer) == (True, True)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{Tin} melts. [1]", [Written("{Tin} melts.", (1,))]),
        ('{"Tin" melts. [1]', [Written('{"Tin" melts.', (1,))]),
        ('{"Tin": melts} [1]\nLead. [2]', [Written('{"Tin": melts}', (1,)), Written("Lead.", (2,))]),
        ('["Tin" and lead] melt. [1]', [Written('["Tin" and lead] melt.', (1,))]),
        ("[[1]] Tin melts. [2]", [Written("Tin melts.", (2,))]),
        ("[ ] Tin melts. [2]", [Written("Tin melts.", (2,))]),
    ],
)
def test_what_is_no_json_is_read_as_lines(text: str, wanted: list[Written]) -> None:
    assert read(text) == wanted


def test_what_is_too_long_is_dropped() -> None:
    line = "Tin melts at 232 degrees. [1]\n"
    fits = LONGEST // len(line)
    assert parse(line * fits) == ([TIN] * fits, False, False)
    assert parse(line * (fits + 100)) == ([TIN] * fits, False, True)
    written, no_answer, overlong = parse('{"statements": [{"text": "Tin.", "sources": [1]}, {"text": "' + "a" * LONGEST)
    assert (written, no_answer, overlong) == ([Written("Tin.", (1,))], False, True)
    assert parse(f"<think>{'a' * LONGEST}</think>{PLAIN}") == ([TIN, LEAD], False, False)


@pytest.mark.parametrize(
    "unit", ["[", "[1]]", "{\n", '{"a":1,\n', '[{"text":"a"},\n', "Tin\n", "¹ ", "(1)", "“a. ", "<b", "`", '"', "[9]"]
)
def test_whatever_is_written_takes_little_time(unit: str) -> None:
    # What takes quadratic time takes minutes here; the suite's own patience is the limit.
    written, _, overlong = parse(unit * (LONGEST // len(unit)))
    assert not overlong
    assert all(set(one.markers) <= set(range(1, PASSAGES + 1)) for one in written)


_MARKERS = [
    "[1]",
    "[2][3]",
    "[1, 2]",
    "[1-3]",
    "【1】",
    "【2†source】",
    "[^1]",
    "(1)",
    "¹",
    "²³",
    "[9]",
    "[0]",
    "[1-30]",
    "[99999]",
]
_MORE_MARKERS = [
    "[[1]]",
    "[1][",
    "[[2]1]",
    "[ 3 ]",
    "[１]",
    "[٣]",
    "[1,000]",
    "[1.5]",
    "[-1]",
    "<sup>1</sup>",
    "[1](http://a)",
]
_WORDS = [
    "Tin",
    "melts",
    "at 232 degrees",
    "U.S.",
    "No. 18",
    "稀土。",
    "“so.",
    "it”",
    "**bold**",
    "_it_",
    "km²",
    "5 * 3",
    "&amp;",
]
_ENDS = [". ", ".", "\n", "\n\n", "\r\n", "! ", ": ", "。", "\u2028", "\x0b", "\x00", "\u200b", "e\u0301", "\ud800"]
_LINES = [
    "NO ANSWER",
    "Sources:\n",
    "## Tin\n",
    "- ",
    "1. ",
    "2) ",
    "> ",
    "```json\n",
    "```\n",
    "| a | b |\n",
    "Answer: ",
]
_TAGS = ["<think>", "</think>", "<b>", "</b>", "<<b>i>", "<!-- [1] -->", "[THINK]", "&lt;b&gt;", "\\[1\\]"]
_JSON = [
    *('{"statements": [', '{"text": "Tin. [1]", "sources": [1, 9]}', '{"text": "', '", "sources": [', "]}", ", "),
    *('"statements"', "[", "]", "{", "}", '"', ":", "\\", "[]", '{"a": 1}', '"sources": "1-3"', "null", STRUCTURED),
]
_PIECES = st.one_of(
    *(
        st.sampled_from(some)
        for some in (_MARKERS, _MARKERS, _MORE_MARKERS, _WORDS, _WORDS, _ENDS, _LINES, _TAGS, _JSON)
    ),
    st.sampled_from([PLAIN, STRUCTURED, "Tin melts. [1]\n"]),
    st.text(max_size=4),
    st.text("[]()1{}\"'<>.\n* ", max_size=8),
)
_BRACKETED = re.compile(r"[\[【［〔]([^\[\]【】［］〔〕]*)[\]】］〕]")


def is_number(content: str) -> bool:
    return any(char.isdecimal() for char in content) and not any(char.isalpha() for char in content)


@st.composite
def outputs(draw: st.DrawFn) -> tuple[str, list[int]]:
    """What a model may write, and where it is cut into pieces."""
    text = draw(st.sampled_from(["", "", "", '{"statements": [{"text": "', "["])) + "".join(
        draw(st.lists(_PIECES, max_size=30))
    )
    text = text[: draw(st.sampled_from([None, None, None, -1, -7]))]
    return text, sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))


@settings(max_examples=1000)
@given(outputs())
def test_nothing_forged_and_nothing_but_words_comes_through(output: tuple[str, list[int]]) -> None:
    text, cuts = output
    whole = parse(text)
    assert parse(*(text[a:b] for a, b in pairwise([0, *cuts, len(text)]))) == whole
    assert parse(*text) == whole
    written, no_answer, _ = whole
    assert not (written and no_answer)
    for one in written:
        assert all(1 <= marker <= PASSAGES for marker in one.markers)
        assert len(set(one.markers)) == len(one.markers)
        assert not any(forged.isdecimal() and 1 <= int(forged) <= PASSAGES for forged in one.forged)
        assert not any(is_number(content) for content in _BRACKETED.findall(one.text))
        assert not re.search(r"</?[A-Za-z][^<>]*>", one.text)
        assert one.text == unicodedata.normalize("NFC", " ".join(one.text.split()))
        assert re.search(r"\w", one.text)
        for shown in (one.text, *one.forged):
            assert not any(unicodedata.category(char) in ("Cc", "Cs", "Co", "Zl", "Zp") for char in shown)
