"""Tests of `assistant.verification.references`."""

import json
from collections import Counter
from pathlib import Path

import pytest

from assistant.verification.references import Course, lost, points_back

ROME, TOKYO = "The treaty on fishing was signed in Rome.", "The pact on seals was signed in Tokyo."
NINE, QUOTE = "It has nine articles.", "It has 9 articles."


@pytest.mark.parametrize(
    "text",
    [
        "It was signed in Tokyo.",
        "He resigned in May.",
        "Its terms are secret.",
        "In its view, the summit failed.",
        "In addition, they met twice.",
        "Both commit to recycling.",
        "This order of priority applies.",
        "Those were sold.",
        "On Sunday they turned it down.",
        "It is expected to open in May.",
        "It is due in December.",
        "“It rose”, the report says.",
    ],
)
def test_a_sentence_that_opens_with_a_pronoun_points_back(text: str) -> None:
    assert points_back(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The treaty was signed in Rome.",
        "Italy signed it.",
        "It is likely that prices fall.",
        "It was expected that prices would rise.",
        "It is hard to say.",
        "In Bern this year prices rose.",
        "It takes a year to build one.",
        "Those who sign are bound.",
        "Both Rome and Tokyo signed.",
        "The mayor, she said, resigned.",
    ],
)
def test_others_do_not(text: str) -> None:
    assert not points_back(text)


@pytest.mark.parametrize(
    ("statement", "source", "before", "found"),
    [
        ("It opened a mine.", "Albo Mining opened a mine in May.", "Birk Metals was fined. Birk Metals lost.", True),
        ("It opened a mine.", "In May, the new owner, Albo Mining, opened a mine.", "Birk Metals was fined.", True),
        ("It opened a mine.", "Albo Mining opened a mine in May.", "The miner was fined. Albo Mining lost.", False),
        ("It opened a mine.", "The company opened a mine in May.", "Birk Metals was fined.", False),
        ("It opened a mine.", "The United States opened a mine.", "The US left the treaty.", False),
        ("It bought Albo Mining.", "Albo Mining was bought by Birk Metals.", "Birk Metals was fined.", False),
        ("Albo opened a mine.", "Albo Mining opened a mine in May.", "Birk Metals was fined.", False),
    ],
)
def test_quotes_are_about_what_is_named_before(statement: str, source: str, before: str, found: bool) -> None:
    assert lost(statement, [source], [before]) is found


def test_every_text_before_counts() -> None:
    said, source = "It opened a mine.", "Albo Mining opened a mine in May."
    assert not lost(said, [source], [])
    assert lost(said, [source], ["Albo Mining was fined.", "Birk Metals was sold."])


def test_a_pronoun_points_to_what_was_shown_and_to_what_was_written() -> None:
    assert met((ROME, QUOTE)) == (f"{ROME} {QUOTE}",)
    assert met((ROME, QUOTE), (TOKYO, "")) == (f"{ROME} {QUOTE}", TOKYO)
    assert met((ROME, QUOTE), (TOKYO, ""), (NINE, "")) == (f"{ROME} {QUOTE}", TOKYO)
    assert met((ROME, QUOTE), (TOKYO, ""), ("Seals are rare.", "Seals.")) == ("Seals are rare. Seals.",)


def test_what_points_back_is_about_what_it_points_to() -> None:
    assert met((NINE, QUOTE)) == ()
    assert met((NINE, QUOTE), (ROME, ""), (NINE, QUOTE)) == (ROME,)
    assert met((ROME, QUOTE), (NINE, QUOTE), ("It was signed in May.", QUOTE)) == (f"{ROME} {QUOTE}",)


def test_of_written_pairs_most_that_are_wrong_are_known_and_few_that_are_right_are_not() -> None:
    found: Counter[tuple[bool, bool]] = Counter()
    for line in Path(__file__).with_name("pronouns.jsonl").read_text("utf-8").splitlines():
        pair = json.loads(line)
        texts = pair["sentences"][: pair["quote"] + 1]
        source = next((text for text in reversed(texts) if not points_back(text)), "")
        before = f"{pair['first']} {pair['sentences'][pair['first_quote']]}"
        found[pair["right"], lost(pair["second"], [source], [before])] += 1
    assert found.total() == 130
    assert found[True, True] <= 2
    assert found[False, True] >= 34


def met(*sentences: tuple[str, str]) -> tuple[str, ...]:
    course = Course()
    for sentence, quote in sentences:
        course.add(sentence, [quote] if quote else [])
    return course.before
