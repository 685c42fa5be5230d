"""Tests of `assistant.cli.eval`."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from typer.testing import CliRunner

from assistant import factory
from assistant.answering.calibration import Calibration
from assistant.cli.app import app
from assistant.evaluation.pairs import load_pairs, pairs_schema
from assistant.evaluation.report import Report, read_report
from assistant.locking import FolderLock
from assistant.models.fake import HashingEmbedder
from assistant.models.language import THREAD, LangChainModel
from assistant.models.scripted import ChatRequest, Reply, ScriptedModelServer
from assistant.settings import load_settings

from .conftest import Invoke

QUESTION = "How many directives were issued at the Baogang reform summit?"
_PAIRS = f"""- id: directives
  question: {QUESTION}
  tags: [summit]
  expect:
    status: answered
    quotes:
      - article: summit
        text: Five directives were issued at the summit.
    contains: [five directives]

- id: price
  question: What did neodymium oxide close at in April?
  tags: [price]
  expect:
    status: answered
    quotes:
      - article: prices/2025
        text: 61 dollars a kilogram
"""
_FAILING = """
- id: gallium
  question: Where is gallium made?
  tags: [price]
  expect:
    status: answered
    contains: [outer mongolia]
"""


@pytest.fixture(autouse=True)
def _bold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer whatever is asked, on a terminal of 80 columns."""
    monkeypatch.setenv("ASSISTANT_THRESHOLD", "0")
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """A folder of two pairs that hold."""
    folder = tmp_path / "qa"
    folder.mkdir()
    (folder / "pairs.yaml").write_text(_PAIRS, "utf-8")
    return folder


@pytest.fixture
def failing(pairs: Path) -> Path:
    """The folder with a third pair, which fails."""
    with (pairs / "pairs.yaml").open("a", encoding="utf-8") as file:
        file.write(_FAILING)
    return pairs


def test_pairs_that_hold(invoke: Invoke, pairs: Path) -> None:
    result = invoke("eval", str(pairs))
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["tag", "pairs", "passed", "failed", "known", "rate", "F1", "found", "ms"]
    assert [line.split()[:6] for line in lines[1:4]] == [
        ["price", "1", "1", "0", "0", "1.000"],
        ["summit", "1", "1", "0", "0", "1.000"],
        ["all", "2", "2", "0", "0", "1.000"],
    ]
    assert lines[-1] == "Passed: 2 passed, 0 failed, 0 known"
    assert max(map(len, lines)) <= 80


def test_a_pair_that_fails_is_shown_with_why(invoke: Invoke, failing: Path) -> None:
    result = invoke("eval", "run", str(failing))
    assert (result.exit_code, result.stderr) == (1, "")
    # A path longer than the terminal is wide is wrapped where it must be.
    shown = "".join(result.stdout.split("Failing (1)\n")[1].split())
    assert shown.startswith(f"gallium{failing / 'pairs.yaml'}:20Whereisgalliummade?contains:nothingmatches")
    assert result.stdout.endswith("Not passed: 2 passed, 1 failed, 0 known\n")


def test_the_default_folder(invoke: Invoke, pairs: Path) -> None:
    result = invoke("eval")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "error: there is no folder 'tests/qa' here: give the folder of the pairs\n"
    Path("tests").mkdir()
    pairs.rename("tests/qa")
    assert invoke("eval").exit_code == 0
    assert "price" not in invoke("eval", "--tag", "summit").stdout


def test_what_is_known_is_no_failure(invoke: Invoke, failing: Path) -> None:
    path = failing / "pairs.yaml"
    path.write_text(
        path.read_text("utf-8")
        .replace("id: gallium", "id: gallium\n  known: so")
        .replace("id: price", "id: price\n  known: x")
    )
    result = invoke("eval", str(failing))
    assert result.exit_code == 0
    assert "Passes now (1)\n  price: passes now: remove known\n" in result.stdout
    assert result.stdout.endswith("Passed: 2 passed, 0 failed, 1 known\n")


def test_reports_are_written(invoke: Invoke, failing: Path, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "report"
    result = invoke("eval", str(failing), "--output", str(folder))
    assert result.exit_code == 1
    assert result.stderr == f"Wrote report.json, report.html and junit.xml into {folder}.\n"
    assert sorted(path.name for path in folder.iterdir()) == ["junit.xml", "report.html", "report.json"]
    report = read_report(folder / "report.json")
    assert [one.outcome for one in report.results] == ["passed", "passed", "failed"]
    assert report.settings["threshold"] == 0
    assert len(report.articles) == 4
    suite = ElementTree.fromstring((folder / "junit.xml").read_bytes())[0]
    assert [case.get("name") for case in suite if len(case)] == ["gallium"]
    assert (folder / "report.html").read_text("utf-8").startswith("<!doctype html>")


def test_json_is_the_report_and_nothing_else(invoke: Invoke, failing: Path) -> None:
    result = invoke("eval", str(failing), "--json")
    assert (result.exit_code, result.stderr, result.stdout.count("\n")) == (1, "", 1)
    assert Report.model_validate(json.loads(result.stdout)).metrics.passed == 2


def test_beside_a_baseline_only_what_broke_fails(invoke: Invoke, failing: Path, tmp_path: Path) -> None:
    report = tmp_path / "report"
    invoke("eval", str(failing), "--output", str(report))
    result = invoke("eval", str(failing), "--baseline", str(report / "report.json"))
    assert result.exit_code == 0
    assert "still failing 1: gallium\n" in result.stdout
    assert result.stdout.endswith("0 known; 0 broken, 0 fixed since the baseline\n")
    path = failing / "pairs.yaml"
    path.write_text(path.read_text("utf-8").replace("contains: [five directives]", "contains: [six directives]"))
    result = invoke("eval", str(failing), "--baseline", str(report / "report.json"))
    assert result.exit_code == 1
    assert "broken 1\n  directives pair: the pair's expect changed\n" in result.stdout


def test_a_threshold_that_is_missed(invoke: Invoke, pairs: Path) -> None:
    (pairs / "thresholds.yaml").write_text("pairs: {least: 3}\npass_rate: {least: 1}\n")
    result = invoke("eval", str(pairs))
    assert result.exit_code == 1
    assert "pairs is 2: it must be at least 3\nNot passed: 2 passed, 0 failed" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nope"], "there is no 'nope': give a folder or a file of question-answer pairs"),
        (["{qa}", "--tag", "led"], "{qa}: no pair has the tag led: correct it"),
        (["{qa}", "--baseline", "nope.json"], "nope.json: cannot be read (No such file or directory): give a"),
        (["{qa}", "--baseline", "{qa}/pairs.yaml"], "{qa}/pairs.yaml: is not JSON ("),
        (["{qa}", "--baseline", "old.json"], "old.json: is no report of schema version 1 but 0: give a report.json"),
        (["{qa}", "--risk", "0.1"], "--risk goes with --calibrate"),
        (["{qa}", "--calibrate", "--tag", "summit"], "--calibrate takes all pairs"),
        (["{qa}", "--grade"], "--grade needs a language model: set ASSISTANT_LLM to one, such as openai:gpt-5-mini"),
        (["{qa}", "--calibrate"], "there is no unanswerable question among the pairs"),
        (["{qa}", "--output", "old.json"], "old.json: cannot be made (File exists): give --output another folder"),
        (["bad.yaml"], "bad.yaml:3: expects is no key that is known here: correct or remove it"),
        (["other.yaml"], "other.yaml:1: 'Six directives' is not in summit: quote the article as it stands"),
        (["broken"], "broken/thresholds.yaml:1: 'pas_rate' is no metric: there are pairs, "),
        (["add", "nope.json"], "nope.json: No such file or directory: give a file that `ask --json` wrote"),
        (["add", "old.json"], "old.json: holds no answer: give what `assistant ask --json` prints"),
        (["add", "answer.json", "--file", "nope/new.yaml"], "there is no folder"),
        (["add", "answer.json", "--tag", "a b"], "the answer to"),
    ],
)
def test_what_cannot_be_used(invoke: Invoke, pairs: Path, arguments: list[str], sentence: str) -> None:
    Path("old.json").write_text('{"schema_version": 0}')
    Path("answer.json").write_text(invoke("ask", QUESTION, "--json").stdout)
    Path("bad.yaml").write_text(
        "- id: a\n  question: b\n  expects: {status: abstained}\n  expect: {status: abstained}\n"
    )
    Path("other.yaml").write_text(
        "- {id: a, question: b, expect: {status: answered, quotes: [{article: summit, text: Six directives}]}}\n"
    )
    Path("broken").mkdir()
    Path("broken/pairs.yaml").write_text(_PAIRS)
    Path("broken/thresholds.yaml").write_text("pas_rate: {least: 1}\n")
    Path("tests/qa").mkdir(parents=True)
    result = invoke("eval", *(one.replace("{qa}", str(pairs)) for one in arguments))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"error: {sentence.replace('{qa}', str(pairs))}")
    assert result.stderr.count("\n") == 1
    assert list(Path("tests/qa").iterdir()) == []


def test_an_answer_becomes_a_pair(invoke: Invoke, pairs: Path) -> None:
    before = (pairs / "pairs.yaml").read_text("utf-8")
    answer = invoke("ask", QUESTION, "--article", "summit", "--json").stdout
    file = ("--file", str(pairs / "pairs.yaml"))
    result = invoke("eval", "add", "-", *file, "--tag", "x", "--tag", "y", typed=answer)
    assert (result.exit_code, result.stderr) == (0, f"Added to {pairs / 'pairs.yaml'}: review it.\n")
    (shown,) = yaml.safe_load(result.stdout)
    assert (shown["id"], shown["tags"], shown["filters"]) == (
        "how-many-directives-were-issued-at-the-baogang",
        ["x", "y"],
        {"article": ["summit"]},
    )
    Path("answer.json").write_text(answer, "utf-8")
    assert invoke("eval", "add", "answer.json", *file).exit_code == 0
    assert (pairs / "pairs.yaml").read_text("utf-8").startswith(before)
    assert [one.pair.id for one in load_pairs(pairs)][2:] == [shown["id"], f"{shown['id']}-2"]
    assert invoke("eval", str(pairs)).stdout.endswith("Passed: 4 passed, 0 failed, 0 known\n")


def test_an_answer_that_was_kept_becomes_a_pair_by_its_id(invoke: Invoke, pairs: Path, home: Path) -> None:
    settings = load_settings(home=home, threshold=0.0)
    with factory.build_assistant(settings, embedder=HashingEmbedder()) as assistant:
        with factory.build_chat(assistant) as chat:
            kept = chat.ask("How many directives were issued at the summit?")
        assert assistant.answer(kept.id) == kept
    result = invoke("eval", "add", kept.id, "--file", str(pairs / "pairs.yaml"))
    assert (result.exit_code, yaml.safe_load(result.stdout)[0]["question"]) == (0, kept.question)
    gone = invoke("eval", "add", "0" * 32, "--file", str(pairs / "pairs.yaml"))
    assert gone.exit_code != 0
    assert f"no answer has the id '{'0' * 32}'" in gone.stderr


def test_the_schema(invoke: Invoke) -> None:
    result = invoke("eval", "schema")
    assert (result.exit_code, json.loads(result.stdout)) == (0, pairs_schema())


def test_calibration_is_kept_in_the_data_folder(invoke: Invoke, pairs: Path, home: Path, tmp_path: Path) -> None:
    (pairs / "none.yaml").write_text("- {id: mars, question: Who owns the moon of Mars, expect: {status: abstained}}\n")
    result = invoke("eval", str(pairs), "--calibrate", "--risk", "0", "--output", str(tmp_path / "report"))
    kept = Calibration.load(home)
    assert kept
    assert (kept.risk, kept.answerable, kept.unanswerable) == (0, 2, 1)
    report = read_report(tmp_path / "report" / "report.json")
    assert (kept.threshold, kept.reader) == (report.settings["threshold"], report.reader)
    assert kept.threshold > 0
    assert result.stderr.splitlines()[:2] == [
        f"Threshold {kept.threshold:.4f} written to {home / 'calibration.json'}.",
        "ASSISTANT_THRESHOLD=0 comes first as long as it is set.",
    ]
    said = " ".join(result.stdout.split("\nThreshold\n")[1].split())
    assert said.startswith(f"{kept.threshold:.4f} (risk at most 0): 0 of 1 unanswerable questions are answered; ")
    assert "<svg" in (tmp_path / "report" / "report.html").read_text("utf-8")


@pytest.fixture
def graded(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedModelServer]:
    """A language model that grades, and writes nothing: the answers are quotes, so nothing is there to verify."""
    with ScriptedModelServer(_grades) as server:
        monkeypatch.setenv("ASSISTANT_LLM", "openai:scripted")
        monkeypatch.setenv("ASSISTANT_LLM_BASE_URL", server.url)
        yield server


def _grades(request: ChatRequest) -> Reply | str:
    if not request.system.startswith("You grade an answer."):
        return Reply(status=500)
    if "neodymium" in request.user:
        return "perhaps [bold]\x1b[31m"
    return "FAIL: not five" if "Five directives were issued" in request.user else "PASS"


def test_a_language_model_grades_beside_the_checks(
    invoke: Invoke, failing: Path, graded: ScriptedModelServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    real = LangChainModel.__init__

    def counted(self: LangChainModel, spec: str, **given: Any) -> None:
        made.append(spec)
        real(self, spec, **given)

    monkeypatch.setattr(LangChainModel, "__init__", counted)
    path = failing / "pairs.yaml"
    path.write_text(path.read_text("utf-8") + "    quotes: [{article: undated, text: Gallium is made}]\n", "utf-8")
    result = invoke("eval", str(failing), "--grade", "--output", str(tmp_path / "report"))
    assert result.exit_code == 1
    assert made == ["openai:scripted"]
    assert [one.name for one in threading.enumerate() if one.name == THREAD] == []
    said = " ".join(result.stdout.split("\n\n")[-1].split())
    assert said == (
        "Graded by openai:scripted (a model's judgement, not counted): 1 of 2 pass; 2 differ from the checks: "
        "directives, gallium; 1 got no grade, such as price: the language model openai:scripted wrote neither PASS nor "
        "FAIL with a reason, but “perhaps [bold][31m” Not passed: 2 passed, 1 failed, 0 known"
    )
    report = read_report(tmp_path / "report" / "report.json")
    assert report.grades
    assert report.grades.prompt.startswith("grade@")
    assert [one.grade.passed for one in report.results if one.grade] == [False, None, True]
    assert sum(one.system.startswith("You grade") for one in graded.requests) == 3
    passing = invoke("eval", str(failing), "--grade", "--tag", "summit")
    assert passing.exit_code == 0
    assert passing.stdout.endswith("differs from the checks: directives\nPassed: 1 passed, 0 failed, 0 known\n")


@pytest.mark.parametrize("address", [None, "http://127.0.0.1:9"])
def test_a_data_folder_that_another_process_owns(invoke: Invoke, pairs: Path, home: Path, address: str | None) -> None:
    lock = FolderLock(home, address)
    try:
        result = invoke("eval", str(pairs))
    finally:
        lock.release()
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"error: the data folder {home} is in use by process ")
    assert "; `assistant --home OTHER eval` evaluates in a folder of its own" in result.stderr


def test_an_empty_catalog_takes_in_the_corpus_by_itself(
    pairs: Path, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_CORPUS", str(corpus))
    result = CliRunner().invoke(app, ["--home", str(tmp_path / "new"), "eval", str(pairs)])
    assert result.exit_code == 0
    assert "The catalog is empty" in result.stderr


def test_nothing_in_an_article_reaches_the_terminal_raw(invoke: Invoke, tmp_path: Path) -> None:
    path = tmp_path / "pairs.yaml"
    path.write_text(
        "- id: hostile\n  question: What colour is tungsten \\e[31m red [bold]\n  filters: {article: hostile}\n"
        "  expect: {status: answered, lacks: ['(?s).*tungsten.*']}\n"
    )
    result = invoke("eval", str(path))
    assert result.exit_code == 1
    assert "[bold]bold[/bold] :smile: [/] tail." in result.stdout
    assert not any((c < " " and c != "\n") or "\x7f" <= c < "\xa0" or c == "\u202e" for c in result.stdout)


def test_help(invoke: Invoke) -> None:
    result = invoke("eval", "--help")
    assert result.exit_code == 0
    for name in ("run", "add", "schema", "assistant eval --baseline"):
        assert name in result.stdout
    assert "--baseline" in invoke("eval", "run", "--help").stdout
    assert invoke("eval", "--bogus").exit_code == 2


def test_without_the_usual_folder_it_is_said_where_the_pair_would_go(invoke: Invoke) -> None:
    Path("answer.json").write_text(invoke("ask", QUESTION, "--json").stdout)
    result = invoke("eval", "add", "answer.json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{Path.cwd() / 'tests' / 'qa' / 'new.yaml'}', and there is no such folder" in result.stderr
    assert "make it, or say with --file FILE" in result.stderr
    assert invoke("eval", "add", "answer.json", "--file", "mine.yaml").exit_code == 0
    assert "question:" in Path("mine.yaml").read_text()
