"""Tests of `assistant.verification.candidates`."""

from assistant.models.fake import HashingEmbedder
from assistant.types import Sentence
from assistant.verification.candidates import Candidate, candidate, joined
from tests.material import chunk, make_article, piece

EMBEDDER = HashingEmbedder()


def test_what_stands_above_comes_first_a_sentence_each() -> None:
    assert (
        Candidate("It melts at 232 degrees.", ("On tin", "Melting:")).whole
        == "On tin. Melting: It melts at 232 degrees."
    )
    assert Candidate("It melts.").whole == "It melts."


def test_title_headings_and_column_heads_stand_above() -> None:
    article = make_article(
        piece("heading", "Melting"),
        piece("table_row", "Tin | 232", columns=("Metal", "Degrees")),
        id="tin",
        title="On tin",
    )
    (passage,) = chunk(article, EMBEDDER)
    heading, row = (candidate(passage, "On tin", sentence) for sentence in passage.sentences)
    assert (heading.text, heading.above) == ("Melting", ("On tin",))
    assert (row.text, row.above, row.columns) == ("Tin | 232", ("On tin",), ("Metal", "Degrees"))
    assert row.whole == "On tin. Metal: Tin; Degrees: 232."
    assert row.context == ("On tin", "Metal | Degrees")


def test_a_title_that_is_also_a_heading_is_said_once() -> None:
    article = make_article("Tin melts early.", id="tin", title="On tin")
    (passage,) = chunk(article, EMBEDDER)
    passage = passage.model_copy(update={"heading_path": ("On tin", "Metals")})
    assert candidate(passage, "On tin", Sentence(start=0, end=16)).above == ("On tin", "Metals")


def test_what_stands_above_several_sentences_is_said_once() -> None:
    rows = [Candidate(text, ("On metals",), "table_row", ("Metal", "Degrees")) for text in ("Tin | 232", "Lead | 327")]
    assert joined(rows) == "On metals. Metal: Tin; Degrees: 232. Metal: Lead; Degrees: 327."
    assert (
        joined([rows[0], Candidate("It melts.", ("On tin",))])
        == "On metals. Metal: Tin; Degrees: 232. On tin. It melts."
    )
    assert joined([]) == ""
