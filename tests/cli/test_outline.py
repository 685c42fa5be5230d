"""Tests of `assistant.cli.outline`, and of what `show_answer` makes of it."""

import pytest

from assistant.cli.outline import Outline, Place
from assistant.cli.render import show_answer
from assistant.types import Answer, Sentence, Statement

from .samples import ANSWER, CITATION, HIT

# A lead-in, then a list within a list; the last item is of two sentences.
TEXTS = (
    "It has parts:",
    f"1. Locks, which {'hold ' * 20}the water:",
    "upper gates;",
    "lower gates.",
    "2. Weirs.",
    "They leak.",
)


def quoting(*texts: str) -> Answer:
    """An answer that quotes these of the TEXTS."""
    whole = f"{TEXTS[0]}\n\n" + "\n".join(TEXTS[1:5]) + f" {TEXTS[5]}"
    spans = [(at := whole.index(one), at + len(one)) for one in TEXTS]
    kinds = ["paragraph", *["list_item"] * 5]
    sentences = [Sentence(start=a, end=b, kind=kind) for (a, b), kind in zip(spans, kinds, strict=True)]
    passage = HIT.model_copy(update={"start": 0, "end": len(whole), "text": whole, "sentences": tuple(sentences)})
    citations = [
        CITATION.model_copy(update={"marker": n, "start": a, "end": b, "quote": whole[a:b], "sha256": ""})
        for n, (a, b) in enumerate([spans[TEXTS.index(one)] for one in texts], 1)
    ]
    statements = [Statement(text=one.quote, markers=(one.marker,)) for one in citations]
    made = {"statements": tuple(statements), "citations": tuple(citations), "passages": (passage,)}
    return ANSWER.model_copy(update=made)


def places(answer: Answer) -> list[Place | None]:
    outline = Outline(answer.passages)
    return [outline.place(one, answer.citations) for one in answer.statements]


def test_items_keep_their_own_mark_and_others_get_one() -> None:
    first = TEXTS[1].removeprefix("1. ")
    assert places(quoting(*TEXTS)) == [
        None,
        Place("1.", 0, first),
        Place("-", 1, "upper gates;"),
        Place("-", 1, "lower gates."),
        Place("2.", 0, "Weirs."),
        Place("", 0, "They leak."),
    ]


def test_items_that_do_not_follow_each_other_are_not_within_each_other() -> None:
    assert [one and one.depth for one in places(quoting("2. Weirs.", "lower gates.", TEXTS[1]))] == [0, 0, 0]


def test_what_is_written_anew_is_no_item() -> None:
    answer = quoting("lower gates.")
    written = answer.model_copy(update={"statements": (Statement(text="Gates are low.", markers=(1,)),)})
    assert places(written) == [None]
    assert places(answer.model_copy(update={"passages": ()})) == [None]


def test_all_lines_of_an_item_stand_right_of_its_mark(capsys: pytest.CaptureFixture[str]) -> None:
    show_answer(quoting(*TEXTS), quotes=False)
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["It has parts: [1]", "1. Locks, which " + " ".join(["hold"] * 13)]
    assert lines[2].startswith("   hold")
    assert lines[3:7] == ["   - upper gates; [3]", "   - lower gates. [4]", "2. Weirs. [5]", "   They leak. [6]"]
