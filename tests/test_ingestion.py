"""Tests of `assistant.ingestion`."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from assistant.catalog import Catalog
from assistant.chunking import Chunker
from assistant.errors import IndexFailure, NotFoundError
from assistant.index import ExactIndex, NeighbourIndex
from assistant.ingestion import Duplicate, Ingestion, IngestReport, sentence_texts
from assistant.models.embedding import Vectors
from assistant.models.fake import HashingEmbedder
from assistant.types import Filters

from .material import chunk, make_article, piece, write_markdown

EMBEDDER = HashingEmbedder()


class BreakingIndex(ExactIndex):
    """An index that fails from the `sound`-th write on."""

    def __init__(self, sound: int = 0) -> None:
        super().__init__()
        self.sound = sound

    def _write(self) -> None:
        if not self.sound:
            raise IndexFailure("the index in nowhere failed (out of room): run `assistant index rebuild`")
        self.sound -= 1

    def upsert(self, ids: Sequence[str], article_ids: Sequence[str], vectors: Vectors) -> None:
        self._write()
        super().upsert(ids, article_ids, vectors)

    def delete(self, ids: Sequence[str]) -> None:
        self._write()
        super().delete(ids)


@dataclass
class Kept:
    """A catalog, an index, and what keeps them."""

    catalog: Catalog
    index: NeighbourIndex
    ingestion: Ingestion

    def found(self, question: str) -> set[str]:
        """Ids of the articles that either search finds."""
        lexical = [one for one, _ in self.catalog.lexical.search(question, Filters(), 50)]
        dense = [one for one, score in self.index.query(EMBEDDER.embed_questions([question])[0], 50) if score > 0.3]
        return {one.rsplit(":", 2)[0] for one in [*lexical, *dense]}

    def texts(self) -> dict[str, str]:
        return {facts.id: self.catalog.article(facts.id).text for facts in self.catalog.articles()}


@pytest.fixture
def keep(tmp_path: Path) -> Iterator[Callable[..., Kept]]:
    catalog = Catalog(tmp_path / "catalog.sqlite")

    def make(index: NeighbourIndex | None = None) -> Kept:
        index = ExactIndex() if index is None else index
        return Kept(catalog, index, Ingestion(catalog, index, EMBEDDER, Chunker(EMBEDDER.count_tokens)))

    yield make
    catalog.close()


@pytest.fixture
def kept(keep: Callable[..., Kept]) -> Kept:
    return keep()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an article on tin and one on lead."""
    root = tmp_path / "articles"
    write_markdown(root / "tin.md", "Tin melts early.", title="On tin")
    write_markdown(root / "lead.md", "Lead melts late.", title="On lead", published=date(2024, 1, 2))
    return root


def outcomes(report: IngestReport) -> dict[str, tuple[str, ...]]:
    names = ("added", "updated", "unchanged", "removed")
    return {name: getattr(report, name) for name in names if getattr(report, name)}


def in_step(kept: Kept) -> bool:
    return kept.index.ids() == kept.catalog.passage_ids() and kept.ingestion.index_state() == "in step"


def test_a_folder_goes_in(kept: Kept, folder: Path) -> None:
    report = kept.ingestion.ingest([folder])
    assert outcomes(report) == {"added": ("lead", "tin")}
    assert (report.passages, report.characters) == (2, len("Tin melts early.") + len("Lead melts late."))
    assert (report.failed, report.duplicates) == ((), ())
    assert kept.texts() == {"tin": "Tin melts early.", "lead": "Lead melts late."}
    assert kept.catalog.article("tin").source == str((folder / "tin.md").resolve())
    assert in_step(kept)


def test_going_in_again_changes_nothing(kept: Kept, folder: Path) -> None:
    kept.ingestion.ingest([folder])
    generation = kept.catalog.generation()
    report = kept.ingestion.ingest([folder])
    assert outcomes(report) == {"unchanged": ("lead", "tin")}
    assert (report.passages, report.characters) == (0, 0)
    assert kept.catalog.generation() == generation


def test_a_changed_text_replaces_the_old_one_everywhere(kept: Kept, folder: Path) -> None:
    kept.ingestion.ingest([folder])
    old = kept.catalog.passage_ids("tin")
    write_markdown(folder / "tin.md", "Gallium boils.", title="On gallium")
    assert outcomes(kept.ingestion.ingest([folder])) == {"updated": ("tin",), "unchanged": ("lead",)}
    assert kept.found("tin early") == set()
    assert kept.found("gallium boils") == {"tin"}
    assert not old & kept.index.ids()
    assert not kept.catalog.stored(sorted(old))
    assert in_step(kept)


def test_changed_facts_are_taken_too(kept: Kept, folder: Path) -> None:
    kept.ingestion.ingest([folder])
    write_markdown(folder / "tin.md", "Tin melts early.", title="On tin", publisher="Metal Monthly")
    assert outcomes(kept.ingestion.ingest([folder])) == {"updated": ("tin",), "unchanged": ("lead",)}
    assert kept.catalog.article("tin").publisher == "Metal Monthly"
    assert kept.found("metal monthly") == {"tin"}
    assert in_step(kept)


def test_the_vectors_in_the_index_follow_a_changed_title(kept: Kept, folder: Path) -> None:
    kept.ingestion.ingest([folder])
    write_markdown(folder / "tin.md", "Tin melts early.", title="Entirely other words")
    kept.ingestion.ingest([folder])
    (passage_id,) = kept.catalog.passage_ids("tin")
    vector = kept.catalog.stored([passage_id])[passage_id].vector
    assert dict(kept.index.query(vector, 5))[passage_id] == pytest.approx(1.0, abs=1e-5)


def test_a_file_that_is_gone_takes_its_article_along(kept: Kept, folder: Path) -> None:
    kept.ingestion.ingest([folder])
    (folder / "tin.md").unlink()
    assert outcomes(kept.ingestion.ingest([folder])) == {"unchanged": ("lead",), "removed": ("tin",)}
    assert kept.texts() == {"lead": "Lead melts late."}
    assert kept.found("tin early") == set()
    assert in_step(kept)


def test_what_lies_elsewhere_is_left_alone(kept: Kept, folder: Path, tmp_path: Path) -> None:
    other = write_markdown(tmp_path / "articles-2" / "zinc.md", "Zinc melts.", title="On zinc")
    kept.ingestion.ingest([folder, other])
    (folder / "tin.md").unlink()
    assert outcomes(kept.ingestion.ingest([folder / "lead.md"])) == {"unchanged": ("lead",)}
    assert outcomes(kept.ingestion.ingest([folder])) == {"unchanged": ("lead",), "removed": ("tin",)}
    assert set(kept.texts()) == {"lead", "zinc"}


def test_a_renamed_file_is_another_article(kept: Kept, folder: Path) -> None:
    kept.ingestion.ingest([folder])
    (folder / "tin.md").rename(folder / "stannum.md")
    report = kept.ingestion.ingest([folder])
    assert outcomes(report) == {"added": ("stannum",), "unchanged": ("lead",), "removed": ("tin",)}
    assert report.duplicates == ()
    assert kept.found("tin early") == {"stannum"}
    assert in_step(kept)


def test_an_emptied_folder_empties_the_catalog(kept: Kept, folder: Path) -> None:
    kept.ingestion.ingest([folder])
    for file in folder.iterdir():
        file.unlink()
    assert outcomes(kept.ingestion.ingest([folder])) == {"removed": ("lead", "tin")}
    assert (kept.texts(), kept.index.ids()) == ({}, set())
    with pytest.raises(NotFoundError, match="holds no file that can be read"):
        kept.ingestion.ingest([folder])


def test_a_folder_that_is_gone_takes_its_articles_along(kept: Kept, folder: Path) -> None:
    kept.ingestion.ingest([folder])
    folder.rename(folder.with_name("elsewhere"))
    assert outcomes(kept.ingestion.ingest([folder])) == {"removed": ("lead", "tin")}


def test_a_path_that_never_was_is_named_and_nothing_happens(kept: Kept, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="nowhere does not exist"):
        kept.ingestion.ingest([folder, tmp_path / "nowhere"])
    assert kept.texts() == {}


def test_a_file_that_cannot_be_read_is_reported_and_the_rest_goes_in(kept: Kept, folder: Path) -> None:
    (folder / "bad.md").write_text("---\npublished: 2025-13-45\n---\nText.", "utf-8")
    report = kept.ingestion.ingest([folder])
    assert outcomes(report) == {"added": ("lead", "tin")}
    (failure,) = report.failed
    assert failure.path == str(folder.resolve() / "bad.md")
    assert "2025-13-45" in failure.reason


def test_a_file_that_fails_this_time_keeps_its_old_version(kept: Kept, folder: Path) -> None:
    kept.ingestion.ingest([folder])
    (folder / "tin.md").write_text("---\npublished: 2025-13-45\n---\nText.", "utf-8")
    report = kept.ingestion.ingest([folder])
    assert outcomes(report) == {"unchanged": ("lead",)}
    assert len(report.failed) == 1
    assert kept.catalog.article("tin").text == "Tin melts early."
    assert kept.found("tin early") == {"tin"}


def test_a_file_that_fails_keeps_its_old_version_whatever_its_name(kept: Kept, folder: Path) -> None:
    write_markdown(folder / "C# notes.md", "Tin melts early.", title="Notes")
    kept.ingestion.ingest([folder])
    (folder / "C# notes.md").write_text("---\npublished: 2025-13-45\n---\nText.", "utf-8")
    assert outcomes(kept.ingestion.ingest([folder])) == {"unchanged": ("lead", "tin")}


def test_the_records_of_a_file_whose_folder_holds_a_hash_are_removed_with_it(kept: Kept, tmp_path: Path) -> None:
    file = write_markdown(tmp_path / "no #1" / "tin.md", "Tin melts.", title="Tin")
    write_markdown(tmp_path / "no #1" / "lead.md", "Lead melts.", title="Lead")
    kept.ingestion.ingest([file.parent])
    file.unlink()
    assert outcomes(kept.ingestion.ingest([file.parent])) == {"unchanged": ("lead",), "removed": ("tin",)}


def records(path: Path, **texts: str) -> Path:
    lines = [json.dumps({"id": name, "title": name, "text": body}) for name, body in texts.items()]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_records_are_articles_of_their_own(kept: Kept, tmp_path: Path) -> None:
    path = records(tmp_path / "all.jsonl", a="Tin melts.", b="Lead melts.", c="Zinc melts.")
    assert outcomes(kept.ingestion.ingest([path])) == {"added": ("a", "b", "c")}
    records(path, d="Iron melts.", c="Zinc melts.", b="Lead boils.")
    assert outcomes(kept.ingestion.ingest([path])) == {
        "added": ("d",),
        "updated": ("b",),
        "unchanged": ("c",),
        "removed": ("a",),
    }
    assert in_step(kept)


def test_a_record_that_fails_this_time_keeps_its_old_version(kept: Kept, tmp_path: Path) -> None:
    path = records(tmp_path / "all.jsonl", a="Tin melts.", b="Lead melts.")
    kept.ingestion.ingest([path])
    path.write_text('{"id": "a", "title": "a", "text": 5}\n{"id": "b", "title": "b", "text": "Lead boils."}\n', "utf-8")
    report = kept.ingestion.ingest([path])
    assert outcomes(report) == {"updated": ("b",)}
    assert [failure.line for failure in report.failed] == [1]
    assert kept.texts() == {"a": "Tin melts.", "b": "Lead boils."}


def test_files_of_one_name_in_two_folders_are_two_articles(kept: Kept, tmp_path: Path) -> None:
    root = tmp_path / "both"
    write_markdown(root / "one" / "tin.md", "Tin melts early.", title="One")
    write_markdown(root / "two" / "tin.md", "Tin boils late.", title="Two")
    first = kept.ingestion.ingest([root])
    assert len(set(first.added)) == 2
    assert first.added[0] == "tin"
    assert first.added[1].startswith("tin-")
    assert set(kept.texts().values()) == {"Tin melts early.", "Tin boils late."}
    assert outcomes(kept.ingestion.ingest([root])) == {"unchanged": first.added}
    assert outcomes(kept.ingestion.ingest([root / "two"])) == {"unchanged": first.added[1:]}
    assert in_step(kept)


def test_the_second_of_one_name_keeps_its_id_when_the_first_is_gone(kept: Kept, tmp_path: Path) -> None:
    root = tmp_path / "both"
    write_markdown(root / "one" / "tin.md", "Tin melts early.", title="One")
    write_markdown(root / "two" / "tin.md", "Tin boils late.", title="Two")
    kept.ingestion.ingest([root])
    (root / "one" / "tin.md").unlink()
    kept.ingestion.ingest([root])
    assert set(outcomes(kept.ingestion.ingest([root]))) == {"unchanged"}


def test_an_article_that_names_its_id_keeps_it_when_its_file_is_renamed(kept: Kept, tmp_path: Path) -> None:
    file = write_markdown(tmp_path / "in" / "tin.md", "Tin melts early.", id="sn", title="Tin")
    kept.ingestion.ingest([file.parent])
    file.rename(file.with_name("stannum.md"))
    kept.ingestion.ingest([file.parent])
    assert set(kept.texts()) == {"sn"}


def test_an_article_is_known_by_the_new_name_of_its_file(kept: Kept, tmp_path: Path) -> None:
    words = "Tin melts early. " * 300
    file = write_markdown(tmp_path / "in" / "tin.md", words, id="sn", title="Tin")
    kept.ingestion.ingest([file.parent])
    passages = kept.catalog.stored(sorted(kept.catalog.passage_ids()))
    moved = file.rename(file.with_name("stannum.md"))
    assert outcomes(kept.ingestion.ingest([file.parent])) == {"unchanged": ("sn",)}
    assert kept.catalog.article("sn").source == str(moved)
    again = kept.catalog.stored(sorted(kept.catalog.passage_ids()))
    assert [(one.passage, one.vector.tobytes(), one.sentence_vectors.tobytes()) for one in again.values()] == [
        (one.passage, one.vector.tobytes(), one.sentence_vectors.tobytes()) for one in passages.values()
    ]
    assert len(again) > 1
    assert kept.found("tin early") == {"sn"}
    assert in_step(kept)


def test_a_moved_file_settles(kept: Kept, tmp_path: Path) -> None:
    file = write_markdown(tmp_path / "in" / "tin.md", "Tin melts early.", id="sn", title="Tin")
    kept.ingestion.ingest([file.parent])
    file.rename(file.with_name("stannum.md"))
    for _ in range(3):
        kept.ingestion.ingest([file.parent])
    assert outcomes(kept.ingestion.ingest([file.parent])) == {"unchanged": ("sn",)}


def test_the_same_text_under_another_name_is_told(kept: Kept, folder: Path) -> None:
    kept.ingestion.ingest([folder])
    write_markdown(folder / "copy.md", "Tin melts early.", title="A copy")
    report = kept.ingestion.ingest([folder])
    assert report.duplicates == (Duplicate(article_id="copy", same_as="tin"),)
    assert outcomes(report) == {"added": ("copy",), "unchanged": ("lead", "tin")}
    assert kept.ingestion.ingest([folder]).duplicates == ()


def test_of_several_new_copies_the_first_is_the_original(kept: Kept, tmp_path: Path) -> None:
    for name in ("b", "a", "c"):
        write_markdown(tmp_path / "in" / f"{name}.md", "Tin melts early.", title=name)
    report = kept.ingestion.ingest([tmp_path / "in"])
    assert report.added == ("a", "b", "c")
    assert report.duplicates == (Duplicate(article_id="b", same_as="a"), Duplicate(article_id="c", same_as="a"))


def test_one_look_for_copies_is_enough_for_each_text(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_markdown(tmp_path / "in" / "c.md", "Tin melts early.", title="c")
    kept.ingestion.ingest([tmp_path / "in"])
    looks: list[str] = []
    twins = Catalog.twins

    def watched(catalog: Catalog, article_id: str, most: int) -> tuple[str, ...]:
        looks.append(article_id)
        return twins(catalog, article_id, most)

    monkeypatch.setattr(Catalog, "twins", watched)
    for name in ("d", "a", "b", "e"):
        write_markdown(tmp_path / "in" / f"{name}.md", "Tin melts early.", title=name)
    report = kept.ingestion.ingest([tmp_path / "in"])
    assert len(looks) == 1
    same = {one.article_id: one.same_as for one in report.duplicates}
    assert same == {"b": "a", "d": "a", "e": "a"}
    write_markdown(tmp_path / "in" / "0.md", "Tin melts early.", title="0")
    assert kept.ingestion.ingest([tmp_path / "in"]).duplicates == (Duplicate(article_id="0", same_as="a"),)


def test_a_path_named_twice_is_read_once(kept: Kept, folder: Path) -> None:
    assert outcomes(kept.ingestion.ingest([folder, folder / "tin.md", folder])) == {"added": ("lead", "tin")}


def test_a_relative_path_is_the_same_source(kept: Kept, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.ingestion.ingest([folder])
    monkeypatch.chdir(folder.parent)
    assert outcomes(kept.ingestion.ingest([Path("articles")])) == {"unchanged": ("lead", "tin")}


def test_progress_never_goes_back_and_ends_at_the_total(kept: Kept, folder: Path) -> None:
    write_markdown(folder / "long.md", "Köln überbrückt Flüsse. " * 3000, title="Long")
    records(folder / "some.jsonl", a="Tin " * 500, b="Lead " * 500)
    (folder / "bad.md").write_text("---\nx: [\n---\n", "utf-8")
    told: list[tuple[int, int, str]] = []
    kept.ingestion.ingest([folder], lambda *args: told.append(args))
    done = [one[0] for one in told]
    total = sum(file.stat().st_size for file in folder.iterdir())
    assert {one[1] for one in told} == {total}
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0, total)
    assert {one[2] for one in told} == {*(file.name for file in folder.iterdir()), "done"}
    assert len({d for d, _, what in told if what == "long.md"}) > 3, "one long file moves the bar too"


def test_removing_takes_the_article_from_every_search(kept: Kept, folder: Path) -> None:
    kept.ingestion.ingest([folder])
    assert kept.ingestion.remove("tin").title == "On tin"
    assert kept.found("tin early") == set()
    assert in_step(kept)
    with pytest.raises(NotFoundError, match="'tin'"):
        kept.ingestion.remove("tin")


def test_an_index_that_breaks_leaves_the_catalog_whole(keep: Callable[..., Kept], folder: Path) -> None:
    broken = keep(BreakingIndex(sound=1))
    assert outcomes(broken.ingestion.ingest([folder])) == {"added": ("lead", "tin")}
    assert broken.texts() == {"tin": "Tin melts early.", "lead": "Lead melts late."}
    assert "out of room" in broken.ingestion.index_state()
    assert broken.index.ids() == broken.catalog.passage_ids("lead")
    mended = keep(broken.index)
    assert isinstance(broken.index, BreakingIndex)
    broken.index.sound = 100
    assert mended.ingestion.index_state() == "1 passages out of step: run `assistant index rebuild`"
    assert mended.ingestion.synchronise_index() == 1
    assert in_step(mended)


def test_a_broken_index_is_left_alone_until_it_is_rebuilt(keep: Callable[..., Kept], folder: Path) -> None:
    index = BreakingIndex()
    kept = keep(index)
    kept.ingestion.ingest([folder])
    index.sound = 100
    kept.ingestion.remove("tin")
    assert index.ids() == set()
    told: list[tuple[int, int, str]] = []
    assert kept.ingestion.rebuild_index(lambda *args: told.append(args)) == 1
    assert told == [(1, 1, "index")]
    assert in_step(kept)


def test_without_an_index_the_catalog_alone_is_kept(keep: Callable[..., Kept], folder: Path) -> None:
    kept = keep()
    alone = Ingestion(kept.catalog, None, EMBEDDER, Chunker(EMBEDDER.count_tokens))
    assert outcomes(alone.ingest([folder])) == {"added": ("lead", "tin")}
    assert alone.index_state() == "not open: the catalog is searched instead"
    assert alone.synchronise_index() == 0
    with pytest.raises(IndexFailure, match="delete the folder"):
        alone.rebuild_index()


def test_the_sentences_of_a_row_carry_its_column_heads() -> None:
    article = make_article("Tin melts. Lead too.", piece("table_row", "Tin | 232", columns=("Metal", "Degrees")))
    (passage,) = chunk(article, EMBEDDER)
    assert sentence_texts(passage) == ["Tin melts.", "Lead too.", "Metal | Degrees\nTin | 232"]


def test_passages_are_embedded_with_their_headings(kept: Kept, tmp_path: Path) -> None:
    file = write_markdown(tmp_path / "in" / "tin.md", "## Melting\n\nTin melts early.", title="On tin")
    kept.ingestion.ingest([file])
    ((_, _, rows),) = kept.catalog.vectors(sorted(kept.catalog.passage_ids()))
    wanted = EMBEDDER.embed_passages(["On tin\nMelting\n\nTin melts early."])[0]
    assert float(rows[0] @ wanted) == pytest.approx(1.0, abs=1e-6)


def test_a_link_that_leads_nowhere_is_a_failure_and_the_rest_goes_in(kept: Kept, folder: Path) -> None:
    kept.ingestion.ingest([folder])
    (folder / "tin.md").rename(folder / "zinc.md")
    (folder / "tin.md").symlink_to(folder / "gone.md")
    report = kept.ingestion.ingest([folder])
    assert outcomes(report) == {"added": ("zinc",), "unchanged": ("lead",)}
    assert [failure.path for failure in report.failed] == [str(folder / "tin.md")]
