import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench import sets
from bench.pipelines import WARM_UP, Quote, Reply, Span, Workplace, measure
from bench.sets import SETS, QuestionSet, read_lines, write_lines


class Parrot:
    """Quotes the first word of the article whatever it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.known: dict[str, str] = {}

    def ingest(self, data: QuestionSet) -> None:
        self.known = data.texts()

    def ask(self, question: str) -> Reply:
        self.asked.append(question)
        return Reply(
            "answered",
            0.25,
            [Quote(article_id="c1", start=0, end=4, quote="Iron")],
            [Span(article_id="c1", start=0, end=17)],
        )

    def texts(self) -> dict[str, str]:
        return self.known


def test_a_run_writes_what_the_scorers_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sets, "SHARED", tmp_path)
    folder = tmp_path / "eval" / "clapnq"
    folder.mkdir(parents=True)
    write_lines(folder / "articles.jsonl", [{"id": "c1", "title": "One", "text": "Iron is an ore..."}])
    write_lines(folder / "questions.jsonl", [{"id": f"q{n}", "question": f"What {n}?"} for n in range(3)])
    parrot = Parrot()

    @contextmanager
    def open_parrot(place: Workplace) -> Iterator[Parrot]:
        assert place.threads == 1
        yield parrot

    output = tmp_path / "run"
    measure(open_parrot, SETS["clapnq"], Workplace(output / "home", output / "models", 1), output, 2)

    assert parrot.asked == [WARM_UP, "What 0?", "What 1?"]
    answers = read_lines(output / "answers.jsonl")
    assert [answer["id"] for answer in answers] == ["q0", "q1"]
    assert answers[0].pop("timings_ms")["total"] >= 0
    assert answers[0] == {
        "id": "q0",
        "status": "answered",
        "confidence": 0.25,
        "citations": [{"article_id": "c1", "start": 0, "end": 4, "quote": "Iron"}],
        "passages": [{"article_id": "c1", "start": 0, "end": 17}],
    }
    assert read_lines(output / "articles.jsonl") == [{"id": "c1", "title": "c1", "text": "Iron is an ore..."}]
    assert [question["id"] for question in read_lines(output / "questions.jsonl")] == ["q0", "q1"]
    figures = json.loads((output / "figures.json").read_text("utf-8"))
    assert figures["characters"] == 17
    assert figures["peak_bytes"] > 2**20
    written = capsys.readouterr()
    assert written.out == ""
    assert "2/2 questions" in written.err
