"""Tests of `assistant.catalog.store`."""

import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import OperationalError

from assistant.catalog import Catalog, Embedded
from assistant.errors import ModelMismatchError, NotFoundError, StorageError
from assistant.models.embedding import ModelIdentity
from assistant.models.fake import HashingEmbedder
from assistant.types import Article, Filters
from tests.material import embed, make_article, piece

EMBEDDER = HashingEmbedder()


def put(catalog: Catalog, article: Article, content_hash: str = "h") -> list[Embedded]:
    embedded = embed(article, EMBEDDER)
    catalog.put(article, content_hash, embedded)
    return embedded


def found(catalog: Catalog, question: str) -> list[str]:
    return [one.split(":")[0] for one, _ in catalog.lexical.search(question, Filters(), 10)]


def state(catalog: Catalog) -> tuple[object, ...]:
    """Everything that a reader could see."""
    ids = sorted(catalog.passage_ids())
    vectors = [(i, a, v.tolist()) for i, a, v in catalog.vectors(ids)]
    articles = [catalog.article(facts.id) for facts in catalog.articles()]
    lexical = catalog.lexical.search("tin lead river", Filters(), 50)
    return ids, vectors, articles, lexical, catalog.snapshot(), catalog.lexical.document_frequency(["tin", "lead"])


ARTICLE = make_article(
    piece("heading", "Tin", 2),
    "Tin melts early.",
    piece("table_row", "Tin | 232", columns=("Metal", "Degrees")),
    id="tin",
    title="Metals",
    url="https://metals.example/tin",
    publisher="Metal Monthly",
    author="A. Writer",
    published=date(2024, 6, 15),
    updated=date(2024, 7, 1),
    language="en",
    source="/articles/tin.md",
)


def test_an_article_comes_back_as_it_was_put(catalog: Catalog) -> None:
    put(catalog, ARTICLE)
    back = catalog.article("tin")
    assert back.model_copy(update={"ingested_at": None}) == ARTICLE
    assert back.ingested_at is not None
    assert abs(back.ingested_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert catalog.articles() == (back.facts(),)


def test_passages_come_back_with_vectors_and_facts(catalog: Catalog) -> None:
    embedded = put(catalog, ARTICLE)
    stored = catalog.stored([one.passage.id for one in embedded] + ["gone"])
    assert list(stored) == [one.passage.id for one in embedded]
    for one in embedded:
        back = stored[one.passage.id]
        assert back.passage == one.passage
        assert (back.article.id, back.article.publisher) == ("tin", "Metal Monthly")
        np.testing.assert_array_equal(back.vector, one.vector)
        assert back.sentence_vectors.shape == one.sentence_vectors.shape == (3, 64)
        np.testing.assert_allclose(back.sentence_vectors, one.sentence_vectors, atol=1e-3)


def test_an_article_without_passages_is_kept(catalog: Catalog) -> None:
    catalog.put(ARTICLE, "h", [])
    assert catalog.article("tin").text == ARTICLE.text
    assert catalog.passage_count() == 0


def test_putting_again_replaces_all_that_belongs_to_an_article(catalog: Catalog) -> None:
    old = put(catalog, make_article("Tin melts early. " * 40, id="m"))
    put(catalog, make_article("Rivers flow.", id="other"))
    new = put(catalog, make_article("Lead melts late.", id="m"), "h2")
    ids = {one.passage.id for one in new}
    assert catalog.passage_ids("m") == ids
    assert not catalog.stored([one.passage.id for one in old])
    assert catalog.passage_count() == 2
    assert catalog.content_hashes() == {"m": ("h2", None), "other": ("h", None)}
    assert found(catalog, "tin early") == []
    assert found(catalog, "lead") == ["m"]
    assert catalog.lexical.document_frequency(["tin", "lead"]) == {"tin": 0, "lead": 1}


def test_removing_takes_everything_along(catalog: Catalog) -> None:
    put(catalog, ARTICLE)
    put(catalog, make_article("Rivers flow.", id="river"))
    assert catalog.remove("tin").title == "Metals"
    assert catalog.passage_ids() == catalog.passage_ids("river") != set()
    assert found(catalog, "tin metals") == []
    with pytest.raises(NotFoundError, match="'tin'"):
        catalog.article("tin")
    with pytest.raises(NotFoundError, match="'tin'"):
        catalog.remove("tin")


@pytest.mark.parametrize(
    "failing", ["DELETE FROM passages", "INSERT INTO articles", "INSERT INTO passages", "INSERT INTO meta"]
)
def test_a_write_that_fails_midway_leaves_the_old_version_whole(catalog: Catalog, failing: str) -> None:
    put(catalog, make_article("Tin melts early.", id="m"))
    before = state(catalog)

    def fail(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(failing):
            raise OperationalError(statement, {}, Exception("disk I/O error"))

    event.listen(catalog._engine, "before_cursor_execute", fail)
    with pytest.raises(StorageError, match=r"catalog\.sqlite failed: disk I/O error"):
        put(catalog, make_article("Lead melts late.", id="m"))
    event.remove(catalog._engine, "before_cursor_execute", fail)
    assert state(catalog) == before
    put(catalog, make_article("Lead melts late.", id="m"))
    assert found(catalog, "lead") == ["m"]


def test_a_passage_that_cannot_be_written_leaves_the_old_version_whole(catalog: Catalog) -> None:
    put(catalog, make_article("Tin melts early.", id="m"))
    before = state(catalog)
    twice = embed(make_article("Lead melts late.", id="m"), EMBEDDER) * 2
    with pytest.raises(StorageError, match="UNIQUE constraint failed"):
        catalog.put(make_article("Lead melts late.", id="m"), "h", twice)
    assert state(catalog) == before


def test_what_was_put_is_there_after_opening_again(catalog: Catalog, tmp_path: Path) -> None:
    put(catalog, ARTICLE)
    before = state(catalog)
    catalog.close()
    again = Catalog(tmp_path / "catalog.sqlite")
    assert state(again) == before
    again.close()


def test_the_file_is_kept_safe(catalog: Catalog) -> None:
    with catalog._engine.connect() as connection:
        values = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert values == ["wal", 2, 1]


def test_articles_are_listed_latest_first_and_undated_last(catalog: Catalog) -> None:
    for name, day in (
        ("b", None),
        ("a", None),
        ("old", date(2020, 1, 1)),
        ("z", date(2024, 1, 1)),
        ("new", date(2024, 1, 1)),
    ):
        put(catalog, make_article("Text.", id=name, published=day))
    assert [facts.id for facts in catalog.articles()] == ["new", "z", "old", "a", "b"]


def filled(catalog: Catalog) -> Catalog:
    for name, publisher, day in (
        ("early", "Metal Monthly", date(2023, 1, 1)),
        ("mid", "River Review", date(2024, 6, 15)),
        ("late", "METAL monthly", date(2025, 1, 1)),
        ("undated", "Straße", None),
        ("bare", None, None),
    ):
        put(catalog, make_article("Tin melts.", id=name, publisher=publisher, published=day))
    return catalog


CASES: list[tuple[Filters, str]] = [
    (Filters(), "bare early late mid undated"),
    (Filters(since=date(2024, 6, 15)), "late mid"),
    (Filters(since=date(2024, 6, 16)), "late"),
    (Filters(until=date(2024, 6, 15)), "early mid"),
    (Filters(until=date(2024, 6, 14)), "early"),
    (Filters(as_of=date(2024, 6, 15)), "early mid"),
    (Filters(as_of=date(2024, 6, 14), until=date(2025, 1, 1)), "early"),
    (Filters(since=date(2024, 1, 1), until=date(2024, 12, 31)), "mid"),
    (Filters(publisher=("metal MONTHLY",)), "early late"),
    (Filters(publisher=("STRASSE",)), "undated"),
    (Filters(publisher=("river review", "strasse")), "mid undated"),
    (Filters(article=("bare", "late")), "bare late"),
    (Filters(article=("bare", "late"), since=date(2020, 1, 1)), "late"),
    (Filters(article=("mid",), publisher=("Metal Monthly",)), ""),
]


@pytest.mark.parametrize(("filters", "wanted"), CASES)
def test_filters_hold_for_articles_and_for_lexical_search(catalog: Catalog, filters: Filters, wanted: str) -> None:
    filled(catalog)
    assert " ".join(catalog.matching(filters)) == wanted
    hits = catalog.lexical.search("tin", filters, 10)
    assert " ".join(sorted(one.split(":")[0] for one, _ in hits)) == wanted


def test_a_filter_on_an_article_that_does_not_exist_names_it(catalog: Catalog) -> None:
    filled(catalog)
    with pytest.raises(NotFoundError, match="no article has the id 'nowhere'"):
        catalog.matching(Filters(article=("mid", "nowhere")))


def test_a_filter_on_a_publisher_without_articles_names_it(catalog: Catalog) -> None:
    filled(catalog)
    with pytest.raises(NotFoundError, match="published by 'Metal': take one of the nearest names, 'Metal Monthly'"):
        catalog.matching(Filters(publisher=("metal monthly", "Metal")))


def test_twins_are_the_articles_of_the_same_text(catalog: Catalog) -> None:
    for name, body in (("b", "Tin."), ("a", "Tin."), ("c", "Tin."), ("d", "Lead.")):
        put(catalog, make_article(body, id=name))
    assert catalog.twins("b", 2) == ("a", "c")
    assert catalog.twins("b", 1) == ("a",)
    assert catalog.twins("d", 2) == ()
    assert catalog.twins("nowhere", 2) == ()


def test_vectors_come_in_batches_and_those_gone_are_left_out(catalog: Catalog) -> None:
    article = make_article(*[piece("heading" if i % 2 else "paragraph", f"Part {i}.", i % 2) for i in range(1200)])
    embedded = put(catalog, article)
    assert len(embedded) > 500
    ids = [one.passage.id for one in embedded]
    batches = list(catalog.vectors(["gone", *ids]))
    assert max(len(some) for some, _, _ in batches) <= 500
    assert sorted(i for some, _, _ in batches for i in some) == sorted(ids)
    by_id = {i: row for some, _, rows in batches for i, row in zip(some, rows, strict=True)}
    assert all(np.array_equal(by_id[one.passage.id], one.vector) for one in embedded)
    assert {a for _, some, _ in batches for a in some} == {"a"}


def test_every_write_raises_the_generation(catalog: Catalog) -> None:
    seen = [catalog.generation()]
    catalog.claim_model(EMBEDDER.identity)
    seen.append(catalog.generation())
    put(catalog, ARTICLE)
    seen.append(catalog.generation())
    catalog.remove("tin")
    seen.append(catalog.generation())
    assert seen == sorted(set(seen))


def test_the_snapshot_changes_with_the_corpus_and_comes_back(catalog: Catalog) -> None:
    empty = catalog.snapshot()
    put(catalog, ARTICLE)
    one = catalog.snapshot()
    put(catalog, make_article("Lead.", id="lead"))
    two = catalog.snapshot()
    put(catalog, make_article("Lead, again.", id="lead"))
    changed = catalog.snapshot()
    assert len({empty, one, two, changed}) == 4
    put(catalog, make_article("Lead.", id="lead"))
    assert catalog.snapshot() == two
    catalog.remove("lead")
    assert catalog.snapshot() == one
    catalog.remove("tin")
    assert catalog.snapshot() == empty


def test_the_model_of_a_filled_catalog_cannot_be_changed(catalog: Catalog, tmp_path: Path) -> None:
    catalog.claim_model(EMBEDDER.identity)
    put(catalog, ARTICLE)
    catalog.claim_model(EMBEDDER.identity)
    with pytest.raises(ModelMismatchError) as raised:
        catalog.claim_model(ModelIdentity(name="other", revision="abcdefghijklmnop", dimension=32))
    said = str(raised.value)
    assert "holds vectors of hashing@1 (64), but the setting asks for other@abcdefghijkl (32)" in said
    assert "ASSISTANT_EMBEDDING_MODEL=hashing" in said
    assert str(tmp_path / "catalog.sqlite") in said


@pytest.mark.parametrize("change", [{"revision": "2"}, {"dimension": 65}, {"name": "x"}])
def test_each_part_of_the_identity_counts(catalog: Catalog, change: dict[str, object]) -> None:
    catalog.claim_model(EMBEDDER.identity)
    put(catalog, ARTICLE)
    with pytest.raises(ModelMismatchError):
        catalog.claim_model(EMBEDDER.identity.model_copy(update=change))


def test_the_model_of_an_emptied_catalog_may_change(catalog: Catalog) -> None:
    catalog.claim_model(EMBEDDER.identity)
    put(catalog, ARTICLE)
    catalog.remove("tin")
    other = ModelIdentity(name="other", revision="1", dimension=32)
    catalog.claim_model(other)
    put(catalog, ARTICLE)
    catalog.claim_model(other)
    with pytest.raises(ModelMismatchError):
        catalog.claim_model(EMBEDDER.identity)


def test_a_file_that_is_no_catalog_is_named(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    path.write_bytes(b"garbage" * 1000)
    with pytest.raises(StorageError, match=r"catalog\.sqlite failed: file is not a database"):
        Catalog(path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="unable to open database file"):
        Catalog(tmp_path / "nowhere" / "catalog.sqlite")


def test_readers_see_whole_versions_while_a_writer_replaces_them(catalog: Catalog) -> None:
    versions = {body: make_article(body * 30, id="m") for body in ("Tin melts early. ", "Lead melts late. ")}
    ready = [(article, embed(article, EMBEDDER)) for article in versions.values()]
    catalog.put(ready[0][0], "h", ready[0][1])
    whole = {frozenset(one.passage.id for one in embedded) for _, embedded in ready}
    texts = {article.text for article, _ in ready}
    over = threading.Event()
    wrong: list[object] = []
    reads: list[int] = []

    def read() -> None:
        count = 0
        while not over.is_set():
            try:
                ids = catalog.passage_ids("m")
                if frozenset(ids) not in whole:
                    wrong.append(ids)
                if catalog.article("m").text not in texts:
                    wrong.append("text")
                if len(catalog.lexical.search("melts", Filters(), 50)) not in {len(some) for some in whole}:
                    wrong.append("lexical")
            except Exception as error:  # noqa: BLE001  # whatever a reader meets is a failure of this test
                wrong.append(error)
                return
            count += 1
        reads.append(count)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for one in readers:
        one.start()
    for turn in range(30):
        article, embedded = ready[turn % 2]
        catalog.put(article, "h", embedded)
    over.set()
    for one in readers:
        one.join()
    assert wrong == []
    assert sum(reads) > 3


def test_writers_take_turns(catalog: Catalog) -> None:
    some = [make_article(f"Tin number {i}.", id=f"m{i}") for i in range(12)]
    errors: list[BaseException] = []

    def write(article: Article) -> None:
        try:
            put(catalog, article)
        except BaseException as error:  # noqa: BLE001  # told by the assertion below
            errors.append(error)

    threads = [threading.Thread(target=write, args=(article,)) for article in some]
    before = catalog.generation()
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert errors == []
    assert len(catalog.articles()) == 12
    assert catalog.generation() == before + 12


def test_the_migrated_tables_are_those_of_the_schema(catalog: Catalog, tmp_path: Path) -> None:
    from assistant.catalog.schema import metadata

    plain = create_engine(f"sqlite:///{tmp_path / 'plain.sqlite'}")
    metadata.create_all(plain)

    def columns(engine: "object") -> dict[str, list[tuple[object, ...]]]:
        with engine.connect() as connection:  # type: ignore[attr-defined]
            return {
                name: [tuple(row)[1:] for row in connection.execute(text(f"PRAGMA table_info({name})"))]
                for name in metadata.tables
            }

    assert columns(catalog._engine) == columns(plain)
    plain.dispose()
