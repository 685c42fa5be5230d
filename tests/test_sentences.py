"""Tests of `assistant.sentences`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nupunkt import sent_spans

from assistant import sentences as module
from assistant.sentences import sentence_spans, trim


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "wanted",
    [
        ["Tin melts early.", "Lead melts late."],
        ["The U.S. imports tin.", "It pays 3.5 dollars."],
        ["See No. 18 of the plan."],
        ["Acme Inc. sells tin.", "Does it?", "Yes!"],
        ["Dr. Clark directed the works."],
        ["One sentence without an end"],
    ],
)
def test_sentences_end_where_a_reader_ends_them(wanted: list[str]) -> None:
    assert sentences(" ".join(wanted)) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        ["It was their fourth loss in a row.", "His deputy takes over."],
        ["The club pays by bank.", "A spokesman agreed (as it did in the last century).", "They did not."],
        ["The mine is out of coal.", "In May it closes."],
        ["The case was Crown vs. His Grace."],
        ["Turn to fig. A of it."],
    ],
)
def test_ordinary_words_are_no_abbreviations(wanted: list[str]) -> None:
    assert sentences(" ".join(wanted)) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        ['The coach said: "You can replace a player. You can\'t replace a friend."', "Nobody laughed."],
        ["She asked: “Who pays? Not the city. Nor the club.”", "Then she left."],
        ['He wrote "No" and "Never" to them.', "They wrote back."],
        # Where it is not sure that a quotation ends, or it is long, nothing is joined.
        ["The coach said: “You can replace a player.", "You can't replace a friend.", "Nobody laughed."],
        ["“One ends it here.", "“Two opens it again. Three closes it.”"],
        ['A pipe of 5" fits.', 'One of 6" does not."'],
        ["“One.", "Two.", "Three.", "Four.”"],
        ["She said: “" + "It goes on and on " * 8 + "here.", "And on and on it goes, " * 5 + "to the end.”"],
        ["“One is here,” she said.", "Then two."],
    ],
)
def test_a_short_quotation_stays_whole(wanted: list[str]) -> None:
    assert sentences(" ".join(wanted)) == wanted


def test_a_quotation_does_not_run_across_paragraphs() -> None:
    assert len(sentences("He said: “The one is here.\n\nThe other is there.”")) == 2


@given(st.text(), st.data())
def test_every_character_lies_in_one_sentence_without_space_at_its_edges(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    at = start
    for a, b in sentence_spans(text, start, end):
        assert start <= at <= a < b <= end
        assert not text[at:a].strip()
        assert text[a:b] == text[a:b].strip()
        at = b
    assert not text[at:end].strip()


def test_spans_count_in_the_whole_text() -> None:
    text = "Skipped. Tin melts. Lead too. Skipped."
    assert sentence_spans(text, 9, 29) == [(9, 19), (20, 29)]


def test_a_long_paragraph_is_read_a_window_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    read = []

    def watched(text: str) -> object:
        read.append(len(text))
        return sent_spans(text)

    monkeypatch.setattr(module, "sent_spans", watched)
    marks = sentence_spans("?!" * 30_000)
    assert marks[0][0] == 0
    assert [a for a, _ in marks[1:]] == [b for _, b in marks[:-1]]
    assert marks[-1][1] == 60_000
    assert max(read) <= 5_000
    assert sum(read) <= 2 * 60_000


def test_where_a_window_ends_changes_no_sentence() -> None:
    one = "The mine at St. Ives produced 3.5 tonnes of tin in the year, which the U.S. bought. "
    text = (one + "Why? " + one) * 200
    assert len(text) > 30_000
    assert sentence_spans(text) == [trim(text, a, b) for a, b in sent_spans(text)]


def test_a_sentence_longer_than_a_window_is_cut_at_white_space() -> None:
    text = "tin and lead " * 1_000
    spans = sentence_spans(text)
    assert len(spans) > 1
    assert " ".join(text[a:b] for a, b in spans) == text.strip()


def test_trim() -> None:
    assert trim("  ab ", 0, 5) == (2, 4)
    assert trim("  ab ", 2, 4) == (2, 4)
    start, end = trim("    ", 1, 4)
    assert start == end
