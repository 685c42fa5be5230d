import re
from itertools import pairwise
from pathlib import Path

import pytest

from assistant.models.reader.data.items import Corpus, held_out, joined_passage, overlapping
from assistant.models.reader.data.pages import parse_page
from assistant.models.reader.data.squad import load_squad, locate_answer
from assistant.models.reader.data.tokenised import detokenise, load_du

SETS = ["squad2", "policyqa", "covidqa", "nq_oracle", "selqa", "multihop", "squad1_du_split", "qamr"]


@pytest.mark.parametrize("name", SETS)
def test_short_answers_are_whole_strings_of_their_gold_sentences(name: str, corpora: dict[str, Corpus]) -> None:
    items = [item for item in corpora[name].items if item.answer is not None]
    for item in items:
        assert item.answer is not None
        start, end = item.answer
        text = item.passage.text[start:end]
        assert text == text.strip() != ""
        assert set(overlapping(item.passage.sentences, start, end)) <= set(item.gold)
        if name != "covidqa":
            assert text in item.excluded
    expected = {"selqa": 0, "squad1_du_split": 0, "multihop": 50}.get(name, 1000)
    assert len(items) >= expected


@pytest.mark.parametrize("name", SETS)
def test_gold_sentences_exist_and_passages_hold_their_sentences(name: str, corpora: dict[str, Corpus]) -> None:
    items = corpora[name].items
    assert len(items) > 100
    for item in items:
        spans = item.passage.sentences
        assert item.gold
        assert item.gold == tuple(sorted(set(item.gold)))
        assert 0 <= item.gold[0] <= item.gold[-1] < len(spans)
        assert all(a < b for a, b in spans)
        assert all(one[1] <= two[0] for one, two in pairwise(spans))
        assert item.question.strip()


def test_unanswerable_questions_go_to_the_paragraph_they_were_asked_of(corpora: dict[str, Corpus]) -> None:
    shared = [question for item in corpora["squad2"].items for question in item.impossible]
    assert len(shared) == len(set(shared)) > 2000
    asked = {item.question for item in corpora["squad2"].items}
    assert len(asked & set(shared)) < 10


def test_wrong_offsets_are_found_again_or_dropped() -> None:
    text = "The virus was found in bats. Bats fly. The virus spread in December."
    assert locate_answer(text, [{"text": "found in bats", "answer_start": 14}]) == (14, 27)
    assert locate_answer(text, [{"text": "spread in December", "answer_start": 3}]) == (49, 67)
    assert locate_answer(text, [{"text": "The virus", "answer_start": 5}]) is None
    assert locate_answer(text, [{"text": "in cats", "answer_start": 5}]) is None
    assert locate_answer(text, [{"text": "Bats fly. ", "answer_start": 29}]) == (29, 38)


def test_a_paragraph_without_sentences_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    path.write_text(
        '{"data": [{"title": "A_B", "paragraphs": [{"context": " ", "qas": []}, {"context": "Up.", "qas": []}]}]}'
    )
    assert [(p.title, p.text) for p in load_squad("x", path).passages] == [("A B", "Up.")]


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        ("the cup -lrb- of gold -rrb- , he said .", "the cup (of gold), he said."),
        ("`` venite ad me '' is the sun 's legend", '"venite ad me" is the sun\'s legend'),
        ("it cost $ 3,000 , 5 % of it", "it cost $3,000, 5% of it"),
        ("it does n't fly", "it doesn't fly"),
    ],
)
def test_detokenise(tokens: str, text: str) -> None:
    assert detokenise(tokens) == text


def test_du_is_the_same_for_the_same_seed_only(training: Path) -> None:
    folder = training / "squad1_du_split"
    one, again, other = (load_du(folder, seed).items[:300] for seed in (1, 1, 2))
    assert one == again
    assert [i.passage for i in one] != [i.passage for i in other]


def test_held_out_articles_are_about_two_percent_and_case_does_not_matter() -> None:
    share = sum(held_out(f"Article {i}") for i in range(10_000)) / 10_000
    assert 0.015 < share < 0.025
    assert all(held_out(f"ARTICLE {i}") == held_out(f"article {i}") for i in range(500))


def test_joined_passage_spans_are_its_sentences() -> None:
    passage = joined_passage("s", "a", "", ["One.", "Two is longer.", "3."])
    assert [passage.text[a:b] for a, b in passage.sentences] == ["One.", "Two is longer.", "3."]


PAGE = """---
title: "Order\\_on \\
  \\ Rare Earths"
date: '2025-01-01'
---

By the authority vested in me, it is ordered as follows, for reasons of
[supply](https://example.org/a) set out below in the text.

**Section 1.  Policy. ** It is the policy of the United States to mine. The
Secretary shall act within 30 days \\(or sooner\\).

**Sec. 2.  Reports.** The reports shall cover the following matters:

- magnets of every kind, and
  what they are made of
- oxides
"""


def test_a_page_is_split_at_run_in_headings_and_lists() -> None:
    policy, reports = parse_page("a.md", PAGE)[1:]
    assert policy.heading == "Policy"
    assert policy.passage.title == "Order on Rare Earths > Policy"
    assert policy.passage.text.endswith("act within 30 days (or sooner).")
    assert reports.is_list
    spans = reports.passage.sentences
    assert [reports.passage.text[a:b] for a, b in spans] == [
        "The reports shall cover the following matters:",
        "magnets of every kind, and what they are made of",
        "oxides",
    ]


def test_pages_keep_no_markdown(corpora: dict[str, Corpus]) -> None:
    passages = corpora["text"].passages
    assert len(passages) == 600
    assert not [p for p in passages if re.search(r"\*\*|\]\(http|<u>|^---", p.text)]
    assert not [p for p in passages if "\n" in p.title or "\\" in p.title or not p.title]
