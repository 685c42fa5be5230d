"""Tests of `assistant.index`: what every index does, and how one is brought into step."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from chromadb.api.shared_system_client import SharedSystemClient
from hypothesis import given
from hypothesis import strategies as st

from assistant.catalog import Catalog
from assistant.errors import IndexFailure
from assistant.index import CatalogSearch, ChromaIndex, ExactIndex, NeighbourIndex, synchronise
from assistant.models.embedding import ModelIdentity, Vectors
from assistant.models.fake import HashingEmbedder
from tests.material import embed, make_article

IDENTITY = ModelIdentity(name="made", revision="1", dimension=3)
EMBEDDER = HashingEmbedder()


def rows(*vectors: tuple[float, ...]) -> Vectors:
    out = np.array(vectors, np.float32)
    unit: Vectors = out / np.linalg.norm(out, axis=1, keepdims=True)
    return unit


EAST = rows((1, 0, 0))[0]


@pytest.fixture(params=["exact", "chroma"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> NeighbourIndex:
    return ExactIndex() if request.param == "exact" else ChromaIndex(tmp_path / "index", IDENTITY)


def fill(index: NeighbourIndex) -> None:
    """Four vectors of two articles, ever further from east."""
    index.upsert(["a:0", "b:0", "a:1", "b:1"], ["a", "b", "a", "b"], rows((1, 0, 0), (1, 1, 0), (0, 1, 0), (-1, 0, 0)))


def ids_of(found: list[tuple[str, float]]) -> list[str]:
    return [one for one, _ in found]


class TestContract:
    """What every index does."""

    def test_the_nearest_come_first_with_their_cosine(self, index: NeighbourIndex) -> None:
        fill(index)
        found = index.query(EAST, 10)
        assert ids_of(found) == ["a:0", "b:0", "a:1", "b:1"]
        assert [score for _, score in found] == pytest.approx([1, 2**-0.5, 0, -1], abs=1e-5)

    def test_the_limit_holds(self, index: NeighbourIndex) -> None:
        fill(index)
        assert ids_of(index.query(EAST, 2)) == ["a:0", "b:0"]

    @pytest.mark.parametrize(
        ("articles", "wanted"),
        [(["b"], ["b:0", "b:1"]), (["b", "a"], ["a:0", "b:0", "a:1", "b:1"]), ([], []), (["x"], [])],
    )
    def test_named_articles_alone_are_searched(
        self, index: NeighbourIndex, articles: list[str], wanted: list[str]
    ) -> None:
        fill(index)
        assert ids_of(index.query(EAST, 10, articles)) == wanted

    def test_a_filter_does_not_cut_into_the_limit(self, index: NeighbourIndex) -> None:
        fill(index)
        assert ids_of(index.query(EAST, 1, ["b"])) == ["b:0"]

    def test_an_id_that_is_there_is_replaced(self, index: NeighbourIndex) -> None:
        fill(index)
        index.upsert(["b:1"], ["c"], rows((1, 0, 0.1)))
        assert ids_of(index.query(EAST, 2)) == ["a:0", "b:1"]
        assert ids_of(index.query(EAST, 9, ["b"])) == ["b:0"]
        assert ids_of(index.query(EAST, 9, ["c"])) == ["b:1"]
        assert len(index.ids()) == 4

    def test_what_is_deleted_is_not_found(self, index: NeighbourIndex) -> None:
        fill(index)
        index.delete(["a:0", "nowhere"])
        assert index.ids() == {"b:0", "a:1", "b:1"}
        assert ids_of(index.query(EAST, 10)) == ["b:0", "a:1", "b:1"]
        index.delete([])
        index.delete(["a:0"])
        assert len(index.ids()) == 3

    def test_an_empty_index_finds_nothing(self, index: NeighbourIndex) -> None:
        assert index.ids() == set()
        assert index.query(EAST, 5) == []
        index.delete(["x"])
        assert index.query(EAST, 5, ["a"]) == []

    def test_a_cleared_index_is_empty_and_takes_vectors_again(self, index: NeighbourIndex) -> None:
        fill(index)
        index.clear()
        assert (index.ids(), index.query(EAST, 5)) == (set(), [])
        fill(index)
        assert ids_of(index.query(EAST, 1)) == ["a:0"]

    def test_no_vectors_are_no_error(self, index: NeighbourIndex) -> None:
        index.upsert([], [], np.zeros((0, 3), np.float32))
        assert index.ids() == set()


@pytest.fixture
def reopen(tmp_path: Path) -> Iterator[Callable[..., ChromaIndex]]:
    """Opens the test's Chroma folder as a new process would."""

    def make(identity: ModelIdentity = IDENTITY) -> ChromaIndex:
        SharedSystemClient.clear_system_cache()
        return ChromaIndex(tmp_path / "index", identity)

    yield make
    SharedSystemClient.clear_system_cache()


def test_vectors_are_there_after_opening_again(reopen: Callable[..., ChromaIndex]) -> None:
    fill(reopen())
    again = reopen()
    assert again.ids() == {"a:0", "a:1", "b:0", "b:1"}
    assert ids_of(again.query(EAST, 2)) == ["a:0", "b:0"]


@pytest.mark.parametrize("change", [{"name": "other"}, {"revision": "2"}, {"dimension": 4}])
def test_the_index_of_another_model_is_emptied(reopen: Callable[..., ChromaIndex], change: dict[str, object]) -> None:
    index = reopen()
    fill(index)
    other = reopen(IDENTITY.model_copy(update=change))
    assert other.ids() == set()
    width = other._identity.dimension
    other.upsert(["z"], ["z"], np.eye(1, width, dtype=np.float32))
    assert ids_of(other.query(np.eye(1, width, dtype=np.float32)[0], 5)) == ["z"]


def test_a_folder_that_does_not_open_is_left_as_it_is(reopen: Callable[..., ChromaIndex], tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    garbage = tmp_path / "index" / "chroma.sqlite3"
    garbage.write_bytes(b"garbage" * 5000)
    with pytest.raises(IndexFailure, match="run `assistant index rebuild`"):
        reopen()
    assert garbage.read_bytes() == b"garbage" * 5000
    garbage.unlink()
    index = reopen()
    fill(index)
    assert ids_of(index.query(EAST, 1)) == ["a:0"]


def test_what_chroma_says_comes_as_an_index_failure(reopen: Callable[..., ChromaIndex], tmp_path: Path) -> None:
    index = reopen()
    fill(index)
    with pytest.raises(IndexFailure, match="run `assistant index rebuild`") as raised:
        index.query(np.ones(5, np.float32), 1)
    assert str(tmp_path / "index") in str(raised.value)
    assert "\n" not in str(raised.value)
    with pytest.raises(IndexFailure):
        index.upsert(["x"], ["x"], np.ones((1, 5), np.float32))


def test_vectors_beyond_one_batch_and_one_page_are_all_kept(reopen: Callable[..., ChromaIndex]) -> None:
    index = reopen()
    count = index._client.get_max_batch_size() + 10
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(count, 3)).astype(np.float32)
    ids = [f"p{i}" for i in range(count)]
    index.upsert(ids, ["a"] * count, vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
    assert index.ids() == set(ids)
    index.delete(ids[:-1])
    assert index.ids() == {ids[-1]}


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = Catalog(tmp_path / "catalog.sqlite")
    yield opened
    opened.close()


def put(catalog: Catalog, name: str, *paragraphs: str) -> None:
    article = make_article(*paragraphs, id=name)
    catalog.put(article, "h", embed(article, EMBEDDER, target=8))


def test_synchronise_adds_what_is_missing_and_removes_the_rest(catalog: Catalog) -> None:
    put(catalog, "tin", "Tin melts early. " * 20)
    put(catalog, "lead", "Lead melts late.")
    index = ExactIndex()
    index.upsert(["old"], ["old"], np.ones((1, 64), np.float32))
    wanted = catalog.passage_ids()
    told: list[tuple[int, int]] = []
    assert synchronise(catalog, index, lambda done, total: told.append((done, total))) == len(wanted) + 1
    assert index.ids() == wanted
    assert told == [(len(wanted), len(wanted))]
    assert synchronise(catalog, index) == 0
    (one,) = catalog.passage_ids("lead")
    assert dict(index.query(catalog.stored([one])[one].vector, 1)) == {one: pytest.approx(1.0, abs=1e-5)}
    assert {i.split(":")[0] for i, _ in index.query(np.ones(64, np.float32), 99, ["tin"])} == {"tin"}


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.sampled_from("abc"), st.integers(1, 4)),
        st.tuples(st.just("remove"), st.sampled_from("abc"), st.just(0)),
        st.tuples(st.just("lose"), st.just(""), st.integers(0, 5)),
        st.tuples(st.just("stray"), st.sampled_from("abcx"), st.integers(0, 5)),
        st.tuples(st.just("sync"), st.just(""), st.just(0)),
    ),
    max_size=12,
)


@given(steps=STEPS)
def test_whatever_happened_the_index_comes_into_step(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("steps")
    catalog, index = Catalog(folder / "catalog.sqlite"), ExactIndex()
    for step, name, number in steps:
        if step == "put":
            put(catalog, name, *[f"Part {i} of {number}: tin, lead and zinc." for i in range(number)])
        elif step == "remove" and catalog.passage_ids(name):
            catalog.remove(name)
        elif step == "lose":
            index.delete(sorted(index.ids())[number::2])
        elif step == "stray":
            index.upsert([f"{name}:stray:{number}"], [name], np.ones((1, 64), np.float32))
        elif step == "sync":
            synchronise(catalog, index)
    wanted = catalog.passage_ids()
    changed = len(wanted ^ index.ids())
    assert synchronise(catalog, index) == changed
    assert index.ids() == wanted
    vectors = {i: row for ids, _, some in catalog.vectors(sorted(wanted)) for i, row in zip(ids, some, strict=True)}
    for one, row in vectors.items():
        assert dict(index.query(row, len(wanted)))[one] == pytest.approx(1.0, abs=1e-5)
    catalog.close()
    shutil.rmtree(folder)


def test_synchronise_works_on_chroma(catalog: Catalog, tmp_path: Path) -> None:
    put(catalog, "tin", "Tin melts early. " * 20)
    index = ChromaIndex(tmp_path / "index", EMBEDDER.identity)
    synchronise(catalog, index)
    assert index.ids() == catalog.passage_ids()
    catalog.remove("tin")
    synchronise(catalog, index)
    assert index.ids() == set()


class TestCatalogSearch:
    """The exhaustive search over the catalog's own vectors."""

    def test_it_finds_what_an_exact_index_finds(self, catalog: Catalog) -> None:
        for name in ("tin", "lead", "zinc"):
            put(catalog, name, *[f"{name} {i} melts in the oven." for i in range(9)])
        index = ExactIndex()
        synchronise(catalog, index)
        search = CatalogSearch(catalog)
        question = EMBEDDER.embed_questions(["Which lead melts?"])[0]
        for articles in (None, ["tin", "zinc"], [], ["nowhere"]):
            wanted, found = index.query(question, 5, articles), search.query(question, 5, articles)
            assert [score for _, score in found] == pytest.approx([score for _, score in wanted], abs=1e-6)
            assert {i.split(":")[0] for i, _ in found} <= set(
                articles if articles is not None else ("tin", "lead", "zinc")
            )

    def test_it_follows_the_catalog(self, catalog: Catalog) -> None:
        search = CatalogSearch(catalog)
        question = EMBEDDER.embed_questions(["Lead melts late."])[0]
        assert search.query(question, 5) == []
        put(catalog, "lead", "Lead melts late.")
        assert ids_of(search.query(question, 5)) == sorted(catalog.passage_ids())
        catalog.remove("lead")
        assert search.query(question, 5) == []
