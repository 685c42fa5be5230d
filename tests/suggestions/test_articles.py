"""Tests of `assistant.suggestions.articles`."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.suggestions.articles import candidates
from assistant.types import BlockKind, Sentence
from tests.material import make_article, piece

from .material import questions


def test_another_language_is_not_asked_in_english() -> None:
    article = make_article(piece("heading", "Schiffe im Winter"), "Schiffe fahren.", title="Schiffe der Seen")
    assert questions(article) != []
    assert questions(article.model_copy(update={"language": "de"})) == []


KINDS: tuple[BlockKind, ...] = ("heading", "paragraph", "list_item", "table_row")
WORDS = st.sampled_from(
    'The the of Ships ships ORE ore 2024 Arvik is are because , : ; ( ) [1] “ ” " ? ... | a_b Act I. (a) means was '
    "passed in on May three following 's – and".split()
)


@given(
    st.lists(
        st.tuples(st.sampled_from(KINDS), st.lists(WORDS, min_size=1, max_size=14)),
        min_size=1,
        max_size=8,
    ),
    st.lists(WORDS, min_size=1, max_size=8),
)
def test_questions_are_well_formed(blocks: list[tuple[BlockKind, list[str]]], title: list[str]) -> None:
    pieces = [piece(kind, " ".join(text), columns=("a b", "c d")) for kind, text in blocks]
    article = make_article(*pieces, title=" ".join(title), publisher="The Harbour")
    sentences = [Sentence(start=b.start, end=b.end, kind=b.kind, columns=b.columns) for b in article.blocks]
    for one in candidates(article, sentences, ()):
        assert one.question[0].isupper() or not one.question[0].isalpha()
        assert one.question.endswith("?")
        assert one.question.count("?") == 1
        assert len(one.question) <= 130
        assert not set(one.question) & set("[]|_")
        assert "  " not in one.question
        assert one.question.count("(") == one.question.count(")")
        assert one.topic
        assert 0 <= one.start < one.end
