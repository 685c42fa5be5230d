"""Tests of `assistant.sources.frontmatter`."""

import json
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.errors import SourceError
from assistant.sources.canonical import clean_inline
from assistant.sources.document import Facts
from assistant.sources.frontmatter import split


def test_reads_the_known_keys_and_ignores_others() -> None:
    text = (
        "---\nid: a-1\ntitle: 'A: B'\npublished: 2025-05-30\nupdated: 1 June 2025\npublisher: P\nauthor: [Ann, Bo]\n"
        "url: https://example.org/\nlanguage: no\ntags: [x]\n---\nbody\n"
    )
    assert split(text) == (
        Facts(
            id="a-1",
            title="A: B",
            published=date(2025, 5, 30),
            updated=date(2025, 6, 1),
            publisher="P",
            author="Ann, Bo",
            url="https://example.org/",
            language="no",
        ),
        "\nbody\n",
    )


def test_numbers_stay_words_and_empty_values_none() -> None:
    assert split("---\ntitle: 2024\nauthor:\npublished: null\n---\n")[0] == Facts(title="2024")


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1))
@example("\U0001f5fc tower \U0001d7d2")
def test_values_written_as_json_are_read(value: str) -> None:
    assert split(f"---\ntitle: {json.dumps(value)}\n---\n")[0].title == clean_inline(value)


@pytest.mark.parametrize("text", ["no front matter", "---\nA line.\n\n# Head\n", "", "--- x\n---\n"])
def test_text_without_front_matter_is_left_whole(text: str) -> None:
    assert split(text) == (Facts(), text)


def test_empty_front_matter_says_nothing() -> None:
    assert split("---\n---\nbody") == (Facts(), "\nbody")


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("title: 'open", "line 3"),
        ("title: x\nurl: [a", "line 4"),
        ("a: b: c", "line 2: mapping values are not allowed here"),
        ("- a\n- b", "no keys and values"),
        ("published: 2025-13-45", "published is '2025-13-45'"),
        ("published: 2025", "published is '2025'"),
        ("updated: 04/05/2026", "updated is '04/05/2026'"),
        ("title: {a: b}", "title is {'a': 'b'}"),
        ('title: "\\ud800"', "title holds half a surrogate pair"),
        ("title: !!python/object:os.system x", "line 2"),
    ],
)
def test_what_cannot_be_is_named(header: str, reason: str) -> None:
    with pytest.raises(SourceError) as caught:
        split(f"---\n{header}\n---\nbody")
    assert reason in str(caught.value)


def test_front_matter_that_is_never_closed_is_named() -> None:
    with pytest.raises(SourceError, match="never closed"):
        split("---\ntitle: x\n\nbody")
