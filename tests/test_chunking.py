"""Tests of `assistant.chunking`."""

import re

import pytest
from hypothesis import example, given

from assistant.chunking import Chunker, embedded_text, headings_above, path_text
from assistant.models.embedding import OnnxEmbedder
from assistant.models.fake import HashingEmbedder
from assistant.sources.document import Piece
from assistant.types import Article, Passage

from .material import articles, chunk, make_article, piece

COUNT = HashingEmbedder().count_tokens
LIMIT = 256
MAX_CHARS = 1000
WORDS = "one two three four five six seven eight nine ten".split()


def sentence_of(words: int) -> str:
    return " ".join(["Word", *["word"] * (words - 2), "end."])


def expected_paths(article: Article) -> list[tuple[int, int, tuple[str, ...]]]:
    """(start, end, heading path) of each block but headings, told by the rule alone."""
    above: dict[int, str] = {}
    out = []
    for block in article.blocks:
        text = article.text[block.start : block.end]
        if block.kind == "heading":
            above = {level: name for level, name in above.items() if level < block.level}
            above[block.level] = " ".join(text.split())
        else:
            names = [above[level] for level in sorted(above)]
            out.append(
                (block.start, block.end, tuple(names if names[:1] == [article.title] else [article.title, *names]))
            )
    return out


def tokens_in_model(passage: Passage) -> int:
    return COUNT([embedded_text(passage, COUNT)])[0] + 2


def test_a_new_title_or_text_makes_new_passage_ids() -> None:
    versions = [
        Article(id="a", title=title, text=text) for title, text in (("T", "One."), ("U", "One."), ("T", "Two."))
    ]
    ids = [[passage.id for passage in chunk(article, HashingEmbedder())] for article in versions]
    assert len({tuple(some) for some in ids}) == 3
    assert ids[0] == [passage.id for passage in chunk(versions[0], HashingEmbedder())]


@given(articles())
def test_every_character_lies_in_one_sentence_and_passages_are_cut_from_the_text(article: Article) -> None:
    passages = chunk(article, HashingEmbedder())
    at = 0
    for number, passage in enumerate(passages):
        assert passage.text == article.text[passage.start : passage.end]
        assert passage.ordinal == number
        assert re.fullmatch(rf"a:[0-9a-f]{{12}}:{number}", passage.id)
        assert (passage.sentences[0].start, passage.sentences[-1].end) == (passage.start, passage.end)
        for sentence in passage.sentences:
            assert not article.text[at : sentence.start].strip(), "words between two sentences lie in neither"
            assert sentence.start >= at
            quoted = article.text[sentence.start : sentence.end]
            assert quoted
            assert quoted == quoted.strip()
            at = sentence.end
    assert not article.text[at:].strip()


@given(articles())
def test_sentences_keep_to_their_blocks(article: Article) -> None:
    sentences = [s for p in chunk(article, HashingEmbedder()) for s in p.sentences]
    for block in article.blocks:
        inside = [s for s in sentences if block.start <= s.start < block.end]
        assert inside
        assert all((s.kind, s.columns) == (block.kind, block.columns) and s.end <= block.end for s in inside)
        if block.kind in ("heading", "table_row") and len(article.text[block.start : block.end]) < 150:
            assert len(inside) == 1, "a row or a heading that fits is one sentence"


@given(articles())
def test_passages_stay_below_one_heading(article: Article) -> None:
    paths = expected_paths(article)
    for passage in chunk(article, HashingEmbedder()):
        kinds = [s.kind for s in passage.sentences]
        body = [s for s in passage.sentences if s.kind != "heading"]
        assert "heading" not in kinds[len(kinds) - len(body) :], "headings only open a passage"
        if article.blocks:
            wanted = {path for start, end, path in paths for s in body if start <= s.start < end}
            assert wanted <= {passage.heading_path}


@given(articles())
def test_passages_fit_the_model_and_the_reader(article: Article) -> None:
    for passage in chunk(article, HashingEmbedder()):
        assert tokens_in_model(passage) <= LIMIT
        assert len(passage.text) <= MAX_CHARS


@given(articles())
def test_small_sizes_are_kept_too(article: Article) -> None:
    for passage in chunk(article, HashingEmbedder(), target=60, limit=120, max_chars=300):
        assert tokens_in_model(passage) <= 120
        assert len(passage.text) <= 300


@pytest.mark.model
@given(articles())
def test_passages_fit_the_real_model(onnx: OnnxEmbedder, article: Article) -> None:
    passages = chunk(article, onnx)
    counts = onnx.count_tokens([embedded_text(p, onnx.count_tokens) for p in passages]) if passages else []
    assert max(counts, default=0) + 2 <= onnx.max_tokens
    assert "".join("".join(p.text.split()) for p in passages) == "".join(article.text.split())


def test_a_text_without_words_has_no_passages() -> None:
    assert chunk(Article(id="a", title="T", text=" \n\t"), HashingEmbedder()) == ()


def test_a_text_without_blocks_is_one_paragraph() -> None:
    (passage,) = chunk(Article(id="a", title="T", text=" Tin melts. Lead too. "), HashingEmbedder())
    assert passage.heading_path == ("T",)
    assert [(s.start, s.end, s.kind) for s in passage.sentences] == [(1, 11, "paragraph"), (12, 21, "paragraph")]


def test_headings_open_the_passage_below_them_and_name_it() -> None:
    article = make_article(
        piece("heading", "Rivers", 1),
        "Rivers flow.",
        piece("heading", "Danube", 2),
        piece("heading", "Length", 3),
        "It is long.",
        piece("heading", "Rhine", 2),
        "It is short.",
        title="Rivers",
    )
    assert [(p.text, p.heading_path) for p in chunk(article, HashingEmbedder())] == [
        ("Rivers\n\nRivers flow.", ("Rivers",)),
        ("Danube\n\nLength\n\nIt is long.", ("Rivers", "Danube", "Length")),
        ("Rhine\n\nIt is short.", ("Rivers", "Rhine")),
    ]


def test_a_heading_without_text_below_stands_alone() -> None:
    article = make_article("Text.", piece("heading", "See also", 2))
    assert [(p.text, p.heading_path) for p in chunk(article, HashingEmbedder())] == [
        ("Text.", ("Title",)),
        ("See also", ("Title", "See also")),
    ]


def test_a_long_section_is_cut_into_passages_of_like_size() -> None:
    article = make_article(*[sentence_of(30) for _ in range(18)])
    sizes = [COUNT([p.text])[0] for p in chunk(article, HashingEmbedder(), max_chars=5000)]
    assert len(sizes) == 3
    assert max(sizes) - min(sizes) <= 31


def test_table_rows_and_items_stay_whole() -> None:
    rows = [
        piece("table_row", f"Metal {name}. Melts. | {sentence_of(40)}", columns=("Metal", "Note")) for name in WORDS
    ]
    items = [piece("list_item", f"Item {name} is here") for name in WORDS]
    article = make_article(*rows, *items)
    sentences = [(s.start, s.end) for p in chunk(article, HashingEmbedder()) for s in p.sentences]
    assert sentences == [(block.start, block.end) for block in article.blocks]


def test_a_sentence_too_long_is_cut_at_a_clause_mark() -> None:
    text = f"{'tin ' * 149}tin; {'lead ' * 149}lead."
    passages = chunk(make_article(text), HashingEmbedder())
    assert [p.text[-4:] for p in passages] == ["tin;", "ead."]


def test_a_word_longer_than_a_passage_is_cut_all_the_same() -> None:
    passages = chunk(make_article("x" * 2500), HashingEmbedder())
    assert "".join(p.text for p in passages) == "x" * 2500
    assert max(len(p.text) for p in passages) <= MAX_CHARS


def test_the_version_is_in_the_id() -> None:
    (old,) = chunk(make_article("Old text."), HashingEmbedder())
    (new,) = chunk(make_article("New text."), HashingEmbedder())
    assert old.id != new.id


def test_what_is_embedded_names_the_headings_above_once() -> None:
    article = make_article(piece("heading", "Tin", 2), "It melts.", title="Metals")
    (passage,) = chunk(article, HashingEmbedder())
    assert embedded_text(passage, COUNT) == "Metals\nTin\n\nIt melts."


def test_the_headings_above_are_those_that_the_text_does_not_open_with() -> None:
    heading = [piece("heading", "Metals", 1), piece("heading", "Soft  ones", 2)]
    first, *_, last = chunk(make_article(*heading, *[sentence_of(100)] * 4, title="Book"), HashingEmbedder())
    assert headings_above(first) == ("Book",)
    assert headings_above(last) == ("Book", "Metals", "Soft ones")


def test_a_passage_further_down_a_section_is_embedded_with_its_whole_path() -> None:
    article = make_article(piece("heading", "Tin", 2), *[sentence_of(100) for _ in range(4)], title="Metals")
    last = chunk(article, HashingEmbedder())[-1]
    assert last.sentences[0].kind == "paragraph"
    assert embedded_text(last, COUNT) == f"Metals > Tin\n{last.text}"


def test_a_long_path_keeps_the_nearest_headings() -> None:
    path = (sentence_of(40), sentence_of(30), "Near")
    assert path_text(path, COUNT) == f"{path[1]} > Near"


def test_a_heading_longer_than_the_path_may_be_keeps_its_first_words() -> None:
    text = path_text((" ".join(["first", *["more"] * 199]),), COUNT)
    assert text.startswith("first more")
    assert 20 <= COUNT([text])[0] <= 56


def test_counting_is_asked_of_the_model() -> None:
    article = make_article(*["Tin melts early."] * 40)
    by_word = Chunker(COUNT).chunk(article)
    by_letter = Chunker(lambda texts: [len(text) for text in texts]).chunk(article)
    assert len(by_letter) > len(by_word)


def test_a_long_title_over_a_section_still_fits_the_model() -> None:
    title = " ".join(["title"] * 50)
    heading = piece("heading", "A short heading of seven words", 2)
    article = make_article(heading, f"{sentence_of(90)} {sentence_of(130)}", title=title)
    assert max(tokens_in_model(p) for p in chunk(article, HashingEmbedder(), max_chars=5000)) <= LIMIT


def test_a_title_of_one_long_word_keeps_within_the_path() -> None:
    def by_character(texts: "list[str] | tuple[str, ...]") -> list[int]:
        return [len(text.replace(" ", "")) for text in texts]

    assert by_character([path_text(("稀" * 300,), by_character)])[0] <= 56  # type: ignore[arg-type]


def test_a_lead_in_stays_with_what_follows() -> None:
    article = make_article(
        *[sentence_of(36)] * 5,
        "The following metals were found in the mine:",
        *[piece("list_item", sentence_of(36)) for _ in range(5)],
    )
    passages = chunk(article, HashingEmbedder(), max_chars=5000)
    assert not [p for p in passages[:-1] if p.text.endswith(":")]


def test_a_heading_is_not_parted_from_a_long_sentence_below() -> None:
    article = make_article(piece("heading", sentence_of(20), 2), sentence_of(224))
    passages = chunk(article, HashingEmbedder(), max_chars=5000)
    assert [p.sentences[-1].kind for p in passages] == ["paragraph"] * len(passages)


@given(articles())
@example(make_article(Piece("heading", "Rivers", 1), Piece("paragraph", "Rivers flow."), title="Rivers"))
def test_chunking_again_gives_the_same(article: Article) -> None:
    assert chunk(article, HashingEmbedder()) == chunk(article, HashingEmbedder())


def test_a_sentence_without_end_is_cut_into_thousands() -> None:
    article = make_article("tin " * 500_000)
    passages = Chunker(COUNT).chunk(article)
    assert len(passages) >= 2_000
    assert "".join(passage.text.replace(" ", "") for passage in passages) == "tin" * 500_000
    assert max(COUNT([passage.text for passage in passages])) <= 256


def test_thousands_of_headings_in_a_row_take_no_longer_than_thousands_of_paragraphs() -> None:
    article = make_article(*(piece("heading", f"h{n}") for n in range(10_000)), "Tin melts early.")
    passages = Chunker(COUNT).chunk(article)
    assert passages[0].text.startswith("h0\n\nh1\n\n")
    assert passages[-1].text.endswith("Tin melts early.")
