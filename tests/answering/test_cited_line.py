"""Tests of `assistant.answering.cited_line`."""

import pytest

from assistant.answering.cited_line import CitedLine, Written, cited_line
from assistant.answering.markers import Marks


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Tin melts.", [("Tin melts.", ())]),
        ("Tin melts. [1] Lead melts. [2]", [("Tin melts.", (1,)), ("Lead melts.", (2,))]),
        ("Tin melts [1]. Lead melts [2].", [("Tin melts.", (1,)), ("Lead melts.", (2,))]),
        ("Tin [1] and lead [2] melt.", [("Tin and lead melt.", (1, 2))]),
        ("Tin melts. Lead melts. [1][2]", [("Tin melts.", (1, 2)), ("Lead melts.", (1, 2))]),
        ("Tin melts. [1] Lead melts. Ore too. [2]", [("Tin melts.", (1,)), ("Lead melts.", (2,)), ("Ore too.", (2,))]),
        ("Tin melts. [1] Lead melts.", [("Tin melts.", (1,)), ("Lead melts.", ())]),
        ("Tin melts. Lead melts. (3)", [("Tin melts.", (3,)), ("Lead melts.", (3,))]),
        ("[1] Tin melts. Lead melts.", [("Tin melts.", (1,)), ("Lead melts.", (1,))]),
        (
            "It was made by Chen Bo. [1] Baogang sold it. [2]",
            [("It was made by Chen Bo.", (1,)), ("Baogang sold it.", (2,))],
        ),
        ("The U.S. [1] imports tin. [2]", [("The U.S. imports tin.", (1, 2))]),
        ("锡熔化。[1]铅也熔化！【2】", [("锡熔化。", (1,)), ("铅也熔化！", (2,))]),
        ("He said “Tin melts. Lead too.” [1]", [("He said “Tin melts. Lead too.”", (1,))]),
        ("Er sagte „Zinn schmilzt. Blei auch.“ [1]", [("Er sagte „Zinn schmilzt. Blei auch.“", (1,))]),
        ("He said “Tin melts. [1] Lead too. [2]", [("He said “Tin melts.", (1,)), ("Lead too.", (2,))]),
        ("Es war am 27. Mai 2025. [1] Es war gut. [2]", [("Es war am 27. Mai 2025.", (1,)), ("Es war gut.", (2,))]),
        ("| Tin | 232 | [1] |", [("Tin | 232", (1,))]),
    ],
)
def test_each_sentence_has_its_numbers(text: str, wanted: list[tuple[str, tuple[int, ...]]]) -> None:
    assert cited_line(text, 5).sentences == tuple(Written(sentence, markers) for sentence, markers in wanted)


def test_numbers_without_words_are_loose() -> None:
    assert cited_line("[1] (2) [9]", 5) == CitedLine((), loose=Marks((1, 2), ("9",)))


def test_numbers_before_the_words_lead() -> None:
    assert cited_line("[1] Tin melts.", 5).leading
    assert not cited_line("[1] Tin melts. [2]", 5).leading
    assert not cited_line("Tin melts. [1]", 5).leading


def test_more_numbers_go_to_the_sentences_without() -> None:
    assert cited_line("Tin melts. [1]", 5).with_marks(Marks((2,))).sentences == (Written("Tin melts.", (1, 2)),)
    both = cited_line("Tin melts. [1] Lead melts.", 5).with_marks(Marks((2,), ("9",)))
    assert both.sentences == (Written("Tin melts.", (1,)), Written("Lead melts.", (2,), ("9",)))
