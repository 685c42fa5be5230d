"""Tests of `assistant.suggestions.voice`."""

from tests.material import make_article, piece

from .material import questions


def test_a_publisher_is_named_as_in_a_sentence() -> None:
    said = {}
    for publisher in ("The Lake Review", "Norland Geological Survey", "Ore Daily"):
        article = make_article(piece("heading", "Ships on Lake Arvik"), "Ships sail.", title="x", publisher=publisher)
        said[publisher] = questions(article)[0].split(" say ")[0]
    assert list(said.values()) == [
        "What does the Lake Review",
        "What does the Norland Geological Survey",
        "What does Ore Daily",
    ]
