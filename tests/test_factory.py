"""Tests of `assistant.factory`."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from chromadb.api.shared_system_client import SharedSystemClient

from assistant.answering.calibration import Calibration
from assistant.errors import BusyError, IndexFailure, ModelError, ModelMismatchError, StorageError
from assistant.factory import build_assistant, build_chat, load_embedder
from assistant.index import ChromaIndex
from assistant.models.fake import HashingEmbedder
from assistant.pipeline import Assistant
from assistant.settings import Settings, load_settings

from .material import run_python
from .models.test_cross_encoder import write_cross_encoder

QUESTION = "How much less energy does recycling copper take than smelting ore?"
_HOLD = """
import sys
from pathlib import Path
from assistant import build_assistant, load_settings
from assistant.models.fake import HashingEmbedder
settings = load_settings(home=Path(sys.argv[1]), corpus=Path(sys.argv[2]))
built = build_assistant(settings, embedder=HashingEmbedder(), address="http://127.0.0.1:4321")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def chosen(tmp_path: Path, articles_folder: Path) -> Settings:
    return load_settings(home=tmp_path / "home", corpus=articles_folder, threshold=0.0)


@pytest.fixture
def start(chosen: Settings) -> Iterator[Callable[..., Assistant]]:
    """Builds an assistant as a new process would; it is closed at the end."""
    built: list[Assistant] = []

    def make(settings: Settings = chosen, **options: object) -> Assistant:
        SharedSystemClient.clear_system_cache()
        one = build_assistant(settings, **{"embedder": HashingEmbedder(), **options})  # type: ignore[arg-type]
        built.append(one)
        return one

    yield make
    for one in built:
        one.close()
    SharedSystemClient.clear_system_cache()


def test_an_empty_catalog_takes_the_corpus_in_and_says_so(start: Callable[..., Assistant], chosen: Settings) -> None:
    said: list[str] = []
    told: list[tuple[int, int, str]] = []
    assistant = start(notify=said.append, progress=lambda *args: told.append(args))
    assert {facts.id for facts in assistant.articles()} == {"danube", "tin", "copper", "bridges"}
    assert said == [f"The catalog is empty: reading the articles in {chosen.corpus} ..."]
    assert told[-1][0] == told[-1][1] > 0
    assert assistant.stats().index == "in step"


def test_a_catalog_that_is_filled_is_left_as_it_is(start: Callable[..., Assistant], articles_folder: Path) -> None:
    start().close()
    (articles_folder / "tin.md").unlink()
    said: list[str] = []
    assert len(start(notify=said.append).articles()) == 4
    assert said == []


def test_filling_can_be_turned_off(start: Callable[..., Assistant]) -> None:
    assert start(fill=False).articles() == ()


@pytest.mark.parametrize("corpus", ["", "nowhere"])
def test_without_a_corpus_it_starts_empty(start: Callable[..., Assistant], chosen: Settings, corpus: str) -> None:
    said: list[str] = []
    settings = load_settings(home=chosen.home, corpus=corpus)
    assert start(settings, notify=said.append).articles() == ()
    assert said == []


def test_conversations_are_kept_in_the_data_folder(start: Callable[..., Assistant]) -> None:
    first = start()
    with build_chat(first) as chat:
        conversation = chat.create().id
        message = chat.send(conversation, QUESTION).run.result().message
        assert chat.assistant is first
    first.close()
    second = start()
    with build_chat(second) as chat:
        assert chat.read(conversation).messages == (message,)
        assert message.answer
        assert chat.replay(message.answer.id).identical


def test_settings_reach_the_answerer(start: Callable[..., Assistant], chosen: Settings) -> None:
    settings = load_settings(home=chosen.home, corpus=chosen.corpus, threshold=0.25, passages=3)
    receipt = start(settings).ask(QUESTION).receipt
    assert (receipt.settings["threshold"], receipt.settings["passages"]) == (0.25, 3)
    assert receipt.embedding_model == "hashing@1 (64)"


@pytest.fixture
def with_cross_encoder(chosen: Settings, tmp_path: Path) -> Iterator[Settings]:
    """The settings for a CrossEncoder of random weights; torch has its threads back at the end."""
    import torch

    before = torch.get_num_threads()
    folder = write_cross_encoder(tmp_path / "ranker")
    yield chosen.model_copy(update={"reader": f"cross-encoder:{folder}", "threads": 1})
    torch.set_num_threads(before)


def test_a_cross_encoder_reads_where_the_settings_name_one(
    start: Callable[..., Assistant], chosen: Settings, with_cross_encoder: Settings, tmp_path: Path
) -> None:
    plain = start(chosen.model_copy(update={"reader": "none"}))
    wanted, plain_reader = plain.ask(QUESTION), plain.stats().reader
    plain.close()
    said: list[str] = []
    assistant = start(with_cross_encoder, notify=said.append)
    assert said == [
        f"Loading the cross-encoder {tmp_path / 'ranker'} (some seconds; longer where it is downloaded) ..."
    ]
    answer, again = assistant.ask(QUESTION), assistant.ask(QUESTION)
    assert (answer.text, answer.citations, answer.passages) == (again.text, again.citations, again.passages)
    assert answer.status == "answered"
    assert answer.confidence == wanted.confidence
    assert answer.receipt.reader == assistant.stats().reader
    assert answer.receipt.reader.startswith(f"{plain_reader}+cross-encoder:ranker@")
    assert str(tmp_path) not in answer.receipt.model_dump_json()
    scores = {hit.id: hit.reader_score or 0.0 for hit in answer.passages}
    assert all(0 < score < 1 for score in scores.values())
    assert scores != {hit.id: hit.reader_score for hit in wanted.passages}
    assert list(scores.values()) == sorted(scores.values(), reverse=True)


def test_a_cross_encoder_that_does_not_load_gives_the_folder_back(
    start: Callable[..., Assistant], chosen: Settings
) -> None:
    with pytest.raises(ModelError, match="cross-encoder '/nowhere/at/all' does not load"):
        start(chosen.model_copy(update={"reader": "cross-encoder:/nowhere/at/all"}))
    assert not (chosen.home / "owner.json").exists()


@pytest.mark.parametrize("reader", ["bundled", "none"])
def test_the_other_readers_need_no_cross_encoder(
    start: Callable[..., Assistant], chosen: Settings, monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    monkeypatch.setattr("assistant.factory.CrossEncoderScorer", None)
    assert start(chosen.model_copy(update={"reader": reader})).stats().reader.startswith("similarity-")


def test_a_brief_process_answers_the_same_without_opening_the_index(
    start: Callable[..., Assistant], chosen: Settings
) -> None:
    long = start()
    wanted = long.ask(QUESTION)
    long.close()
    mark = (chosen.home / "index" / "clean").read_bytes()
    brief = start(brief=True)
    answer = brief.ask(QUESTION)
    assert (answer.text, answer.passages, answer.receipt) == (wanted.text, wanted.passages, wanted.receipt)
    assert brief.stats().index == "not open: the catalog is searched instead"
    assert (chosen.home / "index" / "clean").read_bytes() == mark


def test_what_a_brief_process_took_in_is_in_the_index_at_the_next_start(start: Callable[..., Assistant]) -> None:
    brief = start(brief=True)
    passages = brief.stats().passages
    brief.close()
    said: list[str] = []
    assert start(notify=said.append).stats().index == "in step"
    assert said == [f"Index brought into step with the catalog: {passages} passages."]


def test_a_second_process_is_told_who_holds_the_folder_and_a_killed_one_holds_nothing(
    start: Callable[..., Assistant], chosen: Settings
) -> None:
    command = [sys.executable, "-c", _HOLD, str(chosen.home), str(chosen.corpus)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(BusyError, match=rf"process {process.pid}, which serves at http://127\.0\.0\.1:4321"):
            start()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assistant = start()
    assert assistant.ask(QUESTION).citations[0].article_id == "copper"
    assert assistant.stats().index == "in step"


def test_a_failure_on_the_way_gives_the_folder_back(start: Callable[..., Assistant], chosen: Settings) -> None:
    start().close()
    with pytest.raises(ModelMismatchError, match="ASSISTANT_EMBEDDING_MODEL=hashing"):
        start(embedder=HashingEmbedder(name="other"))
    assert not (chosen.home / "owner.json").exists()

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    fresh = load_settings(home=chosen.home.with_name("fresh"), corpus=chosen.corpus)
    with pytest.raises(KeyboardInterrupt):
        start(fresh, progress=stop)
    assert len(start(fresh).articles()) == 4


def test_a_catalog_that_is_none_is_a_storage_error(start: Callable[..., Assistant], chosen: Settings) -> None:
    chosen.home.mkdir()
    (chosen.home / "catalog.sqlite").write_bytes(b"garbage" * 999)
    with pytest.raises(StorageError, match="file is not a database"):
        start()


def test_a_home_that_is_a_file_is_a_storage_error(start: Callable[..., Assistant], chosen: Settings) -> None:
    chosen.home.write_text("", "utf-8")
    with pytest.raises(StorageError, match=str(chosen.home)):
        start()


@pytest.mark.parametrize("clean", [True, False])
def test_a_broken_index_does_not_stop_the_answers(
    start: Callable[..., Assistant], chosen: Settings, clean: bool
) -> None:
    first = start()
    wanted = first.ask(QUESTION)
    passages = first.stats().passages
    first.close()
    for file in (chosen.home / "index").rglob("*"):
        if file.is_file() and file.name != "clean":
            file.write_bytes(b"garbage" * 999)
    if not clean:
        (chosen.home / "index" / "clean").unlink()
    said: list[str] = []
    second = start(notify=said.append)
    assert second.ask(QUESTION).text == wanted.text != ""
    assert said == [f"Index brought into step with the catalog: {passages} passages."]
    assert second.stats().index == "in step"


def test_an_index_that_opens_but_cannot_be_brought_into_step_does_not_stop_the_start(
    start: Callable[..., Assistant], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: ChromaIndex) -> set[str]:
        raise IndexFailure("the index in nowhere failed (hnsw): run `assistant index rebuild`")

    monkeypatch.setattr(ChromaIndex, "ids", fail)
    assert start().ask(QUESTION).citations


def test_a_model_that_cannot_be_prepared_is_named(
    chosen: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(command: list[str], **_: object) -> "subprocess.CompletedProcess[str]":
        return subprocess.CompletedProcess(command, 1, "", "Traceback\nOSError: no such model")

    monkeypatch.setattr(subprocess, "run", fail)
    said: list[str] = []
    settings = load_settings(home=chosen.home, embedding_model=str(tmp_path / "no-model"))
    with pytest.raises(ModelError, match="no-model' could not be prepared: OSError: no such model"):
        load_embedder(settings, said.append)
    assert said == [f"Preparing the embedding model {tmp_path / 'no-model'} (once; some seconds) ..."]


@pytest.mark.model
def test_the_real_model_answers_and_abstains(
    start: Callable[..., Assistant], chosen: Settings, prepared_models: Path
) -> None:
    settings = load_settings(home=chosen.home, corpus=chosen.corpus, models=prepared_models)
    assistant = start(settings, embedder=None)
    assert assistant.stats().embedding_model.startswith("sentence-transformers/all-MiniLM-L6-v2@53aa51172d14 (384)")
    answer = assistant.ask(QUESTION)
    assert answer.status == "answered"
    assert answer.citations[0].quote == "Recycling copper takes 85 percent less energy than smelting ore."
    other = assistant.ask("Who won the football world cup of 1998 in the final at Paris?")
    assert (other.status, other.citations) == ("abstained", ())
    assert other.confidence < answer.confidence


HEAVY = ("torch", "sentence_transformers", "langchain_core", "fastapi", "slack_bolt", "trafilatura", "pypdf", "docx")


@pytest.mark.parametrize(
    "code",
    [
        "import assistant; assert 'assistant.types' not in sys.modules",
        "import assistant.cli",
        "import assistant.cli.app; assert 'chromadb' not in sys.modules",
        "from assistant import build_assistant, load_settings, Filters, Answer; assert 'chromadb' not in sys.modules",
        _HOLD.replace("print", "assert built.articles(); built.close(); #").replace("sys.stdin.read()", ""),
    ],
)
def test_heavy_libraries_are_not_imported(chosen: Settings, code: str) -> None:
    told = f"import sys\n{code}\nprint(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = run_python(told, str(chosen.home), str(chosen.corpus))
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


def test_the_threshold_is_that_of_the_settings_else_the_one_chosen_for_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "tin.md").write_text("# On tin\n\nTin melts at 232 degrees.\n", "utf-8")

    def threshold(**given: object) -> object:
        settings = load_settings(home=tmp_path / "data", corpus=folder, reader="none", **given)
        with build_assistant(settings, embedder=HashingEmbedder()) as assistant:
            reader = assistant.stats().reader
            receipt = assistant.ask("At what temperature does tin melt?").receipt
        Calibration(reader=reader, threshold=0.125, answerable=1, unanswerable=1, corpus="").save(tmp_path / "data")
        return receipt.settings["threshold"]

    assert threshold() != 0.125
    assert threshold() == 0.125
    assert threshold(threshold=0.25) == 0.25
