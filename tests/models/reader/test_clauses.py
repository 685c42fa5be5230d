import random

import pytest

from assistant.models.reader.clauses import MAKERS
from assistant.models.reader.data.items import Corpus
from assistant.models.reader.data.pages import parse_page
from assistant.models.reader.synthesis import from_passages, from_sections

CASES = [
    (
        "The term “critical mineral” means a mineral that is essential to security.",
        "critical mineral",
        " a mineral that",
    ),
    (
        "The dam was closed in 1990 because the river had run dry.",
        "Why was the dam closed in 1990?",
        "because the river",
    ),
    (
        "The company in Ohio makes oxides by roasting ore in large ovens.",
        "the company in Ohio makes oxides",
        "by roasting ore",
    ),
    ("They export metals, including gold, silver, and copper.", "metals", "gold, silver, and copper"),
    ("The plant in Ohio employs 340 workers in two shifts.", "How many workers", "340"),
    ("The treaty was signed in Paris on May 3, 1921.", "the treaty", "on May 3, 1921"),
    ("Ames Laboratory developed the process for uranium in the war.", "developed the process", "Ames Laboratory"),
]


@pytest.mark.parametrize(("sentence", "asked", "answer"), CASES)
def test_a_sentence_gives_a_question_and_where_its_answer_is(sentence: str, asked: str, answer: str) -> None:
    questions = []
    for seed in range(30):
        for maker in MAKERS:
            made = maker(sentence, random.Random(seed))
            if made and sentence[slice(*made[1])].startswith(answer):
                questions.append(made[0])
    assert any(asked.lower() in question.lower() for question in questions), questions
    assert not any(sentence[:-1] == question for question in questions)


def test_questions_from_pages_have_their_answers_in_their_gold(corpora: dict[str, Corpus]) -> None:
    passages = corpora["text"].passages
    items = list(from_passages(passages, random.Random(0)))
    assert len(items) > 500
    for item in items:
        if item.answer:
            start, end = item.answer
            first = item.passage.sentences[item.gold[0]]
            assert first[0] <= start < end <= first[1]
    assert items == list(from_passages(passages, random.Random(0)))


def test_headings_and_lists_become_questions() -> None:
    page = (
        "---\ntitle: 'Order on Mines'\n---\n\n**Sec. 2. Duties of the Council.** The Council shall meet twice a year "
        "in the capital city. It shall publish the minutes of every meeting within a month of it, and its rules."
        "\n\nThe members are:\n\n"
        "- the Chair\n- two secretaries, named by the Chair after every election\n"
    )
    items = list(from_sections(parse_page("a.md", page), random.Random(1)))
    heading = [item for item in items if "duties of the Council" in item.question]
    assert [item.gold for item in heading] == [(0, 1)]
    listed = [item for item in items if "members are" in item.question]
    assert [item.gold for item in listed] == [(0, 1, 2)]
