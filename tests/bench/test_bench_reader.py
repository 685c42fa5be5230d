import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.answering.similarity import SimilarityReader, shipped_model
from assistant.models.fake import HashingEmbedder
from assistant.models.reader.runtime import READER_FOLDER
from assistant.types import Filters
from bench import ablation, answers, rows, sets
from bench.ablation import Variant
from bench.fitting import (
    FITTED,
    FOLDS,
    THRESHOLD,
    Example,
    all_but,
    blank_model,
    confidences,
    everything,
    fewest_errors,
    fit,
    gather,
)
from bench.homes import Home, missing, open_home, question_half
from bench.networks import RememberingNetwork
from bench.pipelines import BenchError
from bench.reader import main
from bench.repetition import Repetition
from bench.sets import half_of, write_lines

FITS = rows.Fits(shipped_model(network=False), shipped_model(network=True))
SCORERS = [sets.span_scorer(), sets.fact_scorer()]
METALS = {
    "tin": 232,
    "lead": 327,
    "zinc": 420,
    "silver": 962,
    "gold": 1064,
    "copper": 1085,
    "nickel": 1455,
    "iron": 1538,
}


def melting(metal: str) -> str:
    return f"Smiths know that {metal} does melt at {METALS[metal]} degrees."


def article(metal: str) -> str:
    return f"People have long used {metal}. {melting(metal)} Much of it is sold abroad."


def questions() -> list[dict[str, Any]]:
    """Two wordings a metal that can be answered, and two a planet that cannot."""
    out: list[dict[str, Any]] = []
    for metal in METALS:
        start = article(metal).index("Smiths")
        gold = [{"article_id": metal, "start": start, "end": start + len(melting(metal))}]
        for wording in (f"At how many degrees does {metal} melt?", f"When does {metal} melt, in degrees?"):
            out.append({"id": f"q{len(out)}", "question": wording, "answerable": True, "gold": gold})
    for planet in ("Mars", "Venus", "Saturn", "Pluto"):
        for wording in (f"Who lives on {planet}?", f"How far is {planet}?"):
            out.append({"id": f"q{len(out)}", "question": wording, "answerable": False, "gold": []})
    return out


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder like the shared one, with articles on metals, and an embedder without weights to read them."""
    if not all(scorer.is_file() for scorer in SCORERS):
        pytest.skip(f"no scorers: {SCORERS[0]} is missing")
    folder = tmp_path / "shared"
    for name in ("chunkeval", "clapnq", "followups"):
        (folder / "eval" / name).mkdir(parents=True)
        records = [{"id": metal, "title": metal, "text": article(metal)} for metal in METALS]
        write_lines(folder / "eval" / name / "articles.jsonl", records)
        write_lines(folder / "eval" / name / "questions.jsonl", questions())
    conversations = [
        {"id": "f0", "turns": [], "question": "And zinc?", "answerability": "PARTIAL", "gold": ["zinc", "tin"]},
        {"id": "f1", "turns": [], "question": "And Mars?", "answerability": "UNANSWERABLE", "gold": []},
    ]
    write_lines(folder / "eval" / "followups" / "questions.jsonl", conversations)
    (folder / "seed").mkdir()
    (folder / "seed" / "metals.txt").write_text("Metals\n\n" + "\n\n".join(map(article, METALS)) + "\n", "utf-8")
    asked = [
        {"id": "s0", "question": "At how many degrees does tin melt?", "answerable": True, "must_contain": ["232"]},
        {"id": "s1", "question": "Who lives on Mars?", "answerable": False, "must_contain": []},
    ]
    write_lines(folder / "seed" / "questions.jsonl", asked)
    for scorer in SCORERS:
        shutil.copy(scorer, folder / "eval" / scorer.name)
    monkeypatch.setattr(sets, "SHARED", folder)
    monkeypatch.setattr("bench.corpora.load_embedder", lambda _: HashingEmbedder())
    return folder


@pytest.fixture
def clapnq(shared: Path, tmp_path: Path) -> Iterator[Home]:
    del shared
    with open_home("clapnq", tmp_path / "homes" / "clapnq") as home:
        yield home


@pytest.fixture(scope="module")
def network() -> RememberingNetwork:
    return RememberingNetwork(READER_FOLDER, "shipped", threads=1)


def test_wordings_of_one_fact_are_in_one_half() -> None:
    assert question_half({"id": "ce343"}) == half_of("ce343") == 0
    assert question_half({"id": "ce376"}) == half_of("ce376") == 1
    assert question_half({"id": "ce343", "fact": "ce376"}) == 1


def test_a_home_holds_articles_as_offsets_count_in_them(clapnq: Home) -> None:
    texts = {record["id"]: record["text"] for record in clapnq.articles()}
    assert texts == {metal: article(metal) for metal in METALS}
    assert (clapnq.gold, clapnq.fitted, len(clapnq.questions)) == ("spans", True, len(questions()))
    assert [half_of(question["id"]) for half in clapnq.halves() for question in half] == sorted(
        half_of(question["id"]) for question in questions()
    )


def test_a_home_of_files_asks_the_first_questions(shared: Path, tmp_path: Path) -> None:
    del shared
    with open_home("seed", tmp_path / "homes" / "seed", limit=1) as home:
        assert [question["id"] for question in home.questions] == ["s0"]
        assert (home.gold, home.fitted) == ("facts", False)
        assert melting("tin") in home.articles()[0]["text"]


def test_a_file_that_cannot_be_read_ends_the_benchmark(shared: Path, tmp_path: Path) -> None:
    (shared / "seed" / "empty.txt").touch()
    with pytest.raises(BenchError, match="1 articles failed"), open_home("seed", tmp_path / "homes" / "seed"):
        pass


def test_of_followups_whole_articles_are_gold(shared: Path, tmp_path: Path) -> None:
    del shared
    with open_home("followups", tmp_path / "homes" / "followups") as home:
        gold = [{"article_id": name, "start": 0, "end": len(article(name))} for name in ("zinc", "tin")]
        assert home.questions == [{"id": "f0", "question": "And zinc?", "answerable": True, "gold": gold}]


def test_missing_names_the_files_of_followups_too(shared: Path) -> None:
    assert missing(["clapnq", "followups", "pairs"]) == []
    (shared / "eval" / "followups" / "articles.jsonl").unlink()
    assert missing(["clapnq", "pairs"]) == []
    assert missing(["followups"]) == [shared / "eval" / "followups" / "articles.jsonl"]


def test_the_compared_settings_are_fitted_on_half(clapnq: Home, network: RememberingNetwork) -> None:
    found = rows.fits([clapnq], network)
    assert found.read == fit(examples(clapnq, network), network=True)
    assert len(found.plain.sentence.features) < len(found.read.sentence.features)


def test_five_fits_leave_each_question_out_once(clapnq: Home, network: RememberingNetwork) -> None:
    found = examples(clapnq, network)["clapnq"]
    for example in found:
        assert [all_but(fold)(example) for fold in range(FOLDS)].count(False) == 1
    assert all(map(everything, found))
    whole = fit({"clapnq": found}, network=True, part=everything)
    assert whole != fit({"clapnq": found}, network=True)
    kept = [example for example in found if all_but(0)(example)]
    assert fit({"clapnq": kept}, network=True, part=everything) == fit({"clapnq": found}, network=True, part=all_but(0))


def test_each_setting_is_scored_by_half(clapnq: Home, network: RememberingNetwork) -> None:
    found = rows.figures(clapnq, network, FITS)
    assert list(found["rows"]) == ["lexical only", "dense only", "fused", "fused + reader"]
    fitted, other = clapnq.halves()
    assert found["questions"] == {"not fitted on": len(other), "fitted on": len(fitted)}
    assert {row: by_half["not fitted on"]["questions"] for row, by_half in found["rows"].items()} == dict.fromkeys(
        found["rows"], len(other)
    )
    lexical = found["rows"]["lexical only"]["not fitted on"]
    assert lexical["passage_recall@5"] == 1.0
    assert "ms_p50" not in lexical
    assert found["rows"]["fused + reader"]["fitted on"]["ms_p50"] > 0
    assert all(by_half["fitted on"]["quote_exact"] in (1.0, None) for by_half in found["rows"].values())


def test_only_the_shipped_setting_reads_with_the_network(clapnq: Home, network: RememberingNetwork) -> None:
    names = {name: one.stats().reader for name, one in rows.assistants(clapnq, network, FITS).items()}
    assert [name for name, reader in names.items() if "shipped" in reader] == ["fused + reader"]
    question = questions()[0]["question"]
    for name, one in rows.assistants(clapnq, network, FITS).items():
        if name != "fused + reader":
            assert [hit.id for hit in one.ask(question).passages] == [hit.id for hit in one.search(question)]


def test_facts_and_order_are_scored_by_what_is_gold(shared: Path, tmp_path: Path, network: RememberingNetwork) -> None:
    del shared
    with open_home("seed", tmp_path / "homes" / "seed") as home:
        found = answers.score(home, answers.ask(rows.assistants(home, network, FITS)["fused"], home.questions))
        assert found["facts_answerable"] in (0.0, 1.0)
        assert "passage_recall@1" not in found
    with open_home("followups", tmp_path / "homes" / "followups") as home:
        found = answers.score(home, answers.ask(rows.assistants(home, network, FITS)["lexical only"], home.questions))
    share = len(article("zinc")) / (len(article("zinc")) + len(article("tin")))
    assert found == {
        "passage_recall@1": pytest.approx(share, abs=1e-4),
        "passage_recall@5": pytest.approx(share, abs=1e-4),
    }


def examples(home: Home, network: RememberingNetwork, read: int = 8) -> dict[str, list[Example]]:
    reader = SimilarityReader(home.catalog, home.embedder, blank_model(network=True), network)
    return gather(home, reader, read)


def test_examples_know_what_is_gold(clapnq: Home, network: RememberingNetwork) -> None:
    found = examples(clapnq, network, read=2)["clapnq"]
    assert {len(example.hits) for example in found} == {2}
    for example in found:
        gold = [example.evidence.views[i].text for i in np.flatnonzero(example.labels)]
        wanted = {one["article_id"] for one in example.question["gold"]} & {hit.article_id for hit in example.hits}
        assert len(gold) == len(wanted)
        assert all(text.endswith(melting(metal)) for text, metal in zip(gold, wanted, strict=True))
    assert any(example.labels.any() for example in found)


def test_the_fit_tells_answers_from_the_rest_on_the_other_half(clapnq: Home, network: RememberingNetwork) -> None:
    found = examples(clapnq, network)
    model = fit(found, network=True)
    other = [example for example in found["clapnq"] if not example.fitted]
    chances = confidences(model, other)
    answerable = np.array([example.question["answerable"] for example in other])
    assert chances[answerable].mean() > chances[~answerable].mean() + 0.2
    assert 0 < fewest_errors(model, found) < 1
    assert model.threshold == THRESHOLD


def test_nothing_is_fitted_to_the_other_half(clapnq: Home, network: RememberingNetwork) -> None:
    found = examples(clapnq, network)
    fitted = [example for example in found["clapnq"] if example.fitted]
    assert 0 < len(fitted) < len(found["clapnq"])
    assert fit({"clapnq": fitted}, network=True) == fit(found, network=True)


def test_a_muted_head_has_no_weight(clapnq: Home, network: RememberingNetwork) -> None:
    whole = ablation.refit(Variant("nothing", "whole", network), [clapnq])
    without = ablation.refit(Variant("heads", "mute", network.without("span")), [clapnq])

    def weights(model: Any, name: str) -> list[float]:
        return [dict(zip(one.features, one.weights, strict=True))[name] for one in (model.sentence, model.passage)]

    assert all(weights(whole, "span"))
    assert weights(without, "span") == [0.0, 0.0]
    assert all(weights(without, "answerable"))


def test_too_few_questions_are_refused(clapnq: Home, network: RememberingNetwork) -> None:
    some = [example for example in examples(clapnq, network)["clapnq"] if example.question["answerable"]]
    with pytest.raises(BenchError, match="too few questions to fit on"):
        fit({"clapnq": some}, network=True)
    with pytest.raises(BenchError, match="too few questions to fit on"):
        fit({"clapnq": []}, network=True)


def test_a_variant_reads_as_many_passages_as_it_says(clapnq: Home) -> None:
    model = blank_model(network=True)
    fresh = RememberingNetwork(READER_FOLDER, "fresh", threads=1)
    found = ablation.figures(Variant("passages read", "2", fresh, 2), model, clapnq)
    asked = {question["question"] for question in clapnq.halves()[1]}
    read = {question: len(some) for question, some in fresh.inputs().items() if question in asked}
    assert read == dict.fromkeys(asked, 2)
    assert len(clapnq.retriever.retrieve(min(asked), Filters(), 10)) > 2
    assert found["questions"] == len(asked)
    assert "ms_p50" not in found


def test_variants_change_one_thing_at_a_time(network: RememberingNetwork) -> None:
    other = RememberingNetwork(READER_FOLDER, "other", threads=1)
    found = list(ablation.variants(network, None, {"run-2": other}))
    assert [(one.part, one.name, one.read) for one in found] == [
        ("nothing", "shipped reader, 8 passages", 8),
        ("heads", "without answerable", 8),
        ("heads", "without relevance", 8),
        ("heads", "without span", 8),
        ("weights", "run-2", 8),
        ("passages read", "4", 4),
        ("passages read", "12", 12),
        ("passages read", "16", 16),
    ]
    assert [one.network.name for one in found[:5]] == [
        "shipped",
        "shipped without answerable",
        "shipped without relevance",
        "shipped without span",
        "other",
    ]
    assert "full precision" in [one.name for one in ablation.variants(network, other, {})]


def test_every_part_is_printed_and_written(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    del shared
    monkeypatch.setattr("bench.reader.FITTED", ("chunkeval", "clapnq"))
    monkeypatch.setattr("bench.ablation._READS", ())
    threads: list[str] = []

    def measure(*_: object) -> dict[str, float]:
        threads.append(os.environ["ASSISTANT_THREADS"])
        return {"mib": 26.0}

    monkeypatch.setattr("bench.costs.measure", measure)
    monkeypatch.setenv("ASSISTANT_THREADS", "64")
    file = tmp_path / "figures.json"
    options = ["--homes", str(tmp_path / "homes"), "--json", str(file), "--threads", "1", "--full", str(READER_FOLDER)]
    assert main([*options, "--parts", "table", "ablation", "--sets", "clapnq", "followups"]) == 0
    said = capsys.readouterr()
    printed = [[cell.strip() for cell in line.strip("| ").split("|")] for line in said.out.splitlines() if "|" in line]
    report = json.loads(file.read_text("utf-8"))
    assert ["head", "largest", "mean", "logits"] in printed
    assert [line[:3] for line in printed if line[0] == "relevance"] == [["relevance", "0.000", "0.000"]]
    assert [line[0] for line in printed if line[1] == "not fitted on"] == list(report["table"]["clapnq"]["rows"])
    heads = [["heads", f"without {head}"] for head in ("answerable", "relevance", "span")]
    assert [line[:2] for line in printed if line[0] == "heads"] == [*heads, *heads]
    assert [row["name"] for row in report["ablation"]["followups"]][-1] == "full precision"
    assert set(report["costs"]) == {"shipped", "full precision"}
    assert (threads, os.environ["ASSISTANT_THREADS"]) == (["1", "1"], "64")
    assert "repetition" not in report
    assert "clapnq: fused + reader" in said.err
    assert "clapnq: fused + reader" not in said.out


def test_without_a_full_export_that_part_is_skipped_and_says_so(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    del shared
    monkeypatch.setattr("bench.reader.FITTED", ("clapnq",))
    monkeypatch.setattr("bench.ablation.variants", lambda *_: [])
    homes = str(tmp_path / "homes")
    assert main(["--homes", homes, "--parts", "ablation", "--sets", "clapnq", "--threads", "1"]) == 0
    assert "Quantisation is skipped" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Repetition(2, [], []), "timings: yes; 0 of 2 differ, 0 of them in status or quotes."),
        (Repetition(2, ["s0", "s1"], ["s1"]), "timings: no; 2 of 2 differ, 1 of them in status or quotes."),
    ],
)
def test_repetition_is_told_in_one_line(
    shared: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    found: Repetition,
    said: str,
) -> None:
    del shared
    monkeypatch.setattr("bench.reader.repeat", lambda *_: found)
    monkeypatch.setattr("bench.costs.measure", lambda *_: {"mib": 26.0})
    assert main(["--homes", str(tmp_path / "homes"), "--parts", "costs", "--sets", "seed", "--threads", "1"]) == 0
    assert said in capsys.readouterr().out


def test_without_shared_one_sentence_says_what_is_needed_and_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sets, "SHARED", tmp_path / "shared")
    assert main(["--parts", "ablation", "--sets", "pairs"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert str(tmp_path / "shared") in said.err
    # Two scorers, two files of each set that is fitted on and not the project's own.
    assert "eval/score.py and 5 more files" in said.err


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["--sets", "squad"], "squad"),
        (["--parts", "speed"], "speed"),
        (["--limit", "0"], "0 is less than 1"),
        (["--full", "/nowhere"], "/nowhere holds no model.onnx"),
        (["--weights", "/nowhere"], "'/nowhere' is no NAME=FOLDER"),
        (["--weights", "run=/nowhere"], "/nowhere holds no model.onnx"),
        (["--weights", f"shipped={READER_FOLDER}"], "with a name of its own"),
    ],
)
def test_wrong_usage_ends_with_2(wrong: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(wrong)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_all_that_is_fitted_on_is_a_set_of_the_benchmark() -> None:
    assert {name for name, one in sets.SETS.items() if one.fitted} | {"pairs"} == set(FITTED)
