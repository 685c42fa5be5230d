"""Tests of `assistant.suggestions.headings`."""

import pytest

from tests.material import make_article, piece

from .material import questions


@pytest.mark.parametrize(
    ("heading", "about"),
    [
        ("Shipping in winter", "shipping in winter"),
        ("Busy ships on Lake Arvik", "busy ships on Lake Arvik"),
        ("Ships on Lake Arvik", "“Ships on Lake Arvik”"),
        ("Shipping In Winter", "shipping in winter"),
        ("Ratification of the Harbour Act", "“Ratification of the Harbour Act”"),
        ("2. Shipping in winter", "shipping in winter"),
        ("The **cost** of shipping", "the cost of shipping"),
        ("Lack of ice", "the lack of ice"),
        ("How the ice forms", "how the ice forms"),
    ],
)
def test_headings_become_questions(heading: str, about: str) -> None:
    body = "Much shipping goes on in winter, and ships cross Lake Arvik by the rules of the Harbour Act."
    article = make_article(
        piece("heading", heading), body, title="Ships of the northern lakes", publisher="The Harbour"
    )
    asked = [one for one in questions(article) if " say about " in one]
    assert asked in (
        [f"What does “Ships of the northern lakes” say about {about}?"],
        [f"What does the Harbour say about {about}?"],
    )


def test_a_heading_that_is_a_question_stays() -> None:
    article = make_article(piece("heading", "Who pays for the harbour?"), "The ships pay.", title="Ships of the lakes")
    assert questions(article) == ["Who pays for the harbour?"]


@pytest.mark.parametrize(
    "heading",
    [
        "Introduction",
        "Section I",
        "Table 2",
        "27 May 2025",
        "2024",
        "MEMORANDUM FOR THE SECRETARY",
        "report_final.pdf",
        "final-report.docx",
        "A closing window",
        "Towards the lakes",
        "The ships of the",
        "What they found",
        "What changes",
        "Who pays?",
        "Looking ahead",
        "Lake Finance, 2 June 2025",
        "The Lake Finance Weekly Review of Arvik – 2 June 2025",
        "By Ada Holm",
        "By Ada Holm, Lake Finance",
        "Read more: ice on the lakes",
        "Read more",
        "Photo: Ada Holm",
        "The two ships compared",
        "Rules: a summary",
        "[1]",
    ],
)
def test_headings_that_say_nothing_do_not(heading: str) -> None:
    article = make_article(piece("heading", heading), "Much ore is carried in winter.", title="Ships of the lakes")
    assert questions(article) == []


def test_a_heading_without_text_does_not() -> None:
    article = make_article(piece("heading", "Shipping in winter"), title="Ships of the lakes")
    assert questions(article) == []


def test_a_heading_that_counts_its_items_asks_for_them() -> None:
    items = [piece("list_item", text) for text in ("take a pilot", "keep the radio open")]
    two = make_article(piece("heading", "The two duties"), *items, title="Ships of the lakes")
    three = make_article(piece("heading", "The three duties"), *items, title="Ships of the lakes")
    assert "What are the two duties?" in questions(two)
    assert "What are the three duties?" not in questions(three)
