import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from assistant.models.fake import HashingEmbedder
from bench import __main__ as program
from bench import followups, sets
from bench.__main__ import Bench
from bench.followups import (
    ALONE,
    ARTICLES,
    JOINED,
    OURS,
    PASSAGES,
    TWICE,
    UNRELATED,
    UNRELATED_ALONE,
    Case,
    main,
    missing,
    peer_figures,
    project_figures,
    read_cases,
    share,
    turns_of,
)
from bench.sets import half_of, write_lines

METALS = {"tin": 232, "lead": 327, "zinc": 420, "silver": 962}


def said(*texts: str) -> list[dict[str, str]]:
    return [{"role": ("user", "assistant")[i % 2], "text": text} for i, text in enumerate(texts)]


def record(
    name: str, question: str, gold: Sequence[str], turns: Sequence[dict[str, str]], **more: str
) -> dict[str, Any]:
    return {
        "id": name,
        "turns": list(turns),
        "question": question,
        "answerability": "ANSWERABLE",
        "gold": list(gold),
    } | more


RECORDS = [
    record("a", "When does it melt?", ["tin"], said("What is tin?", "Tin is soft.")),
    record(
        "b",
        "And zinc?",
        ["zinc"],
        said("When does lead melt?", "I do not have that information."),
        answerability="PARTIAL",
    ),
    record("first", "What is silver?", ["silver"], []),
    record("vague", "And?", ["silver"], said("What is silver?", "A metal."), answerability="UNDERSPECIFIED"),
    record("no", "Who owns it?", [], said("What is silver?", "A metal."), answerability="UNANSWERABLE"),
    record("c", "Who buys silver for coins?", ["silver"], said("What is zinc?", "Zinc is hard.")),
]


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "shared"
    (folder / "eval" / "followups").mkdir(parents=True)
    articles = [
        {"id": metal, "title": metal, "text": f"{metal.title()} does melt at {heat} degrees. Coins hold {metal}."}
        for metal, heat in METALS.items()
    ]
    write_lines(folder / "eval" / "followups" / "articles.jsonl", articles)
    write_lines(folder / "eval" / "followups" / "questions.jsonl", RECORDS)
    monkeypatch.setattr(sets, "SHARED", folder)
    return folder


def test_only_later_questions_that_can_be_answered_count(shared: Path) -> None:
    assert missing() == []
    assert [case.id for case in read_cases()] == ["a", "b", "c"]
    assert [case.id for case in read_cases(2)] == ["a", "b"]
    assert read_cases()[0].asked == ("What is tin?",)
    (shared / "eval" / "followups" / "questions.jsonl").unlink()
    assert missing() == [shared / "eval" / "followups" / "questions.jsonl"]


def test_turns_are_rewritten_one_after_another_and_a_refusal_is_no_answer() -> None:
    turns = turns_of(
        [
            ("user", "What is tin?"),
            ("assistant", "A metal."),
            ("user", "Is it soft?"),
            ("assistant", "I am sorry, I do not have that information."),
            ("user", "Never answered"),
        ]
    )
    assert [(turn.standalone_question, turn.answer) for turn in turns] == [
        ("What is tin?", "A metal."),
        ("Is tin soft?", ""),
    ]


def test_a_share_counts_each_gold_article_once() -> None:
    assert share(["a", "a", "x"], frozenset("ab")) == 0.5
    assert share([], frozenset("a")) == 0.0


@pytest.mark.usefixtures("shared")
def test_each_way_asks_what_it_says() -> None:
    told: list[tuple[str, tuple[str, ...]]] = []

    def find(text: str, context: Sequence[str]) -> list[str]:
        told.append((text, tuple(context)))
        return ["x"] * 5 + ["tin", "zinc", "silver"]

    cases = read_cases()
    found = project_figures(cases, find)
    assert list(found) == [ALONE, JOINED, TWICE, OURS, UNRELATED_ALONE, UNRELATED]
    assert told[0::3][:4] == [
        ("When does it melt?", ()),
        ("What is tin? When does it melt?", ()),
        ("What is tin? When does it melt? When does it melt?", ()),
        ("When does tin melt?", ("Tin is soft. When does tin melt?", "What is tin? When does tin melt?")),
    ]
    assert told[10] == ("When does zinc melt?", ("When does lead melt? When does zinc melt?",))
    # Those that lean on what went before are not asked after another conversation.
    assert told[12:] == [("Who buys silver for coins?", ())] * 2
    assert found[OURS]["all"] == {"questions": 3, PASSAGES: 0.0, ARTICLES: 1.0}
    halves = [half_of(case.id) for case in cases]
    assert [found[OURS][half]["questions"] for half in ("fitted on", "not fitted on")] == [
        halves.count(0),
        halves.count(1),
    ]


@pytest.mark.usefixtures("shared")
def test_the_peer_is_judged_by_its_5_chunks_alone() -> None:
    found = peer_figures(read_cases(), lambda *_: ["tin", "lead"])
    assert set(found) == {ALONE, JOINED}
    assert found[ALONE]["all"][PASSAGES] == pytest.approx(1 / 3)
    assert found[ALONE]["all"][ARTICLES] is None


def test_a_half_without_questions_has_no_figures() -> None:
    case = Case("a", "Why?", frozenset(["x"]), (("user", "Is tin soft?"),))
    empty = "not fitted on" if half_of("a") == 0 else "fitted on"
    assert peer_figures([case], lambda *_: [])[ALONE][empty] == {"questions": 0, PASSAGES: None, ARTICLES: None}


@pytest.mark.usefixtures("shared")
def test_the_search_of_this_project_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.factory.load_embedder", lambda _: HashingEmbedder())
    output = tmp_path / "out"
    main(["--pipeline", "project", "--output", str(output), "--models", str(tmp_path / "models")])
    found = json.loads((output / "figures.json").read_text("utf-8"))
    assert found[OURS]["all"] == {"questions": 3, PASSAGES: 1.0, ARTICLES: 1.0}


def test_tables_and_ratios(
    tmp_path: Path, shared: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def child(_: Bench, module: str, *args: str) -> float | None:
        assert module == "bench.followups"
        output, cases = Path(args[args.index("--output") + 1]), read_cases()
        output.mkdir(parents=True)
        right = ["tin", "zinc", "silver"]
        project = args[args.index("--pipeline") + 1] == "project"
        found = project_figures(cases, lambda *_: right) if project else peer_figures(cases, lambda *_: right[:1])
        (output / "figures.json").write_text(json.dumps(found), "utf-8")
        return 0.0

    monkeypatch.setattr(Bench, "child", child)
    monkeypatch.setattr(program, "prepare", lambda *_: None)
    for name in ("score.py", "score_facts.py"):
        (shared / "eval" / name).touch()
    assert program.main(["--sets", "followups", "--rounds", "0", "--json", str(tmp_path / "report.json")]) == 0
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))["sets"]["followups"]
    assert report["ratio"]["all"][ALONE] == {PASSAGES: pytest.approx(3.0), ARTICLES: None}
    printed = capsys.readouterr().out
    assert "followups: 3 questions that follow others, 1 of them after an unrelated conversation" in printed
    row = next(line for line in printed.splitlines() if "| gold in the first 5 passages" in line and "3.00" in line)
    assert [cell.strip() for cell in row.strip("|").split("|")][1:4] == ["1.000", "0.333", "3.00"]
    assert followups.UNRELATED in printed
