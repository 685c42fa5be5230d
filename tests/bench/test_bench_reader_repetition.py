from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant import build_assistant, load_settings
from bench import repetition
from bench.pipelines import BenchError
from bench.repetition import Repetition, repeat
from bench.sets import Record
from tests.material import write_markdown

QUESTIONS = [{"id": f"q{number}", "question": f"What {number}?"} for number in range(4)]


def test_what_differs_is_told_from_what_tells_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def run(home: Path, questions: Sequence[Record], scratch: Path) -> list[Record]:
        del home, scratch
        asked.append([question["id"] for question in questions])
        again = len(asked) == 2
        answers: dict[str, Record] = {
            "q0": {"status": "answered", "confidence": 0.5, "citations": []},
            "q1": {"status": "answered", "confidence": 0.75 if again else 0.5, "citations": []},
            "q2": {"status": "abstained" if again else "answered", "citations": []},
            "q3": {"status": "answered", "citations": [{"article_id": "a", "start": int(again), "end": 9}]},
        }
        return [answers[question["id"]] for question in questions]

    monkeypatch.setattr(repetition, "_run", run)
    assert repeat(tmp_path, QUESTIONS) == Repetition(4, ["q1", "q2", "q3"], ["q2", "q3"])
    assert asked == [["q0", "q1", "q2", "q3"], ["q3", "q2", "q1", "q0"]]


def test_a_process_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_THREADS", "none")
    with pytest.raises(BenchError, match=r"(?s)could not be asked: .*ASSISTANT_THREADS"):
        repeat(tmp_path / "home", QUESTIONS)


@pytest.mark.model
def test_one_small_corpus_is_answered_alike(tmp_path: Path, prepared_models: Path) -> None:
    (tmp_path / "models").symlink_to(prepared_models)
    write_markdown(tmp_path / "tin.md", "# Tin\n\nTin melts at 232 degrees Celsius. Solder takes half of all tin.")
    settings = load_settings(home=tmp_path / "home", models=tmp_path / "models", threads=1)
    with build_assistant(settings, fill=False) as assistant:
        assistant.ingest([tmp_path / "tin.md"])
    asked = [{"id": "q", "question": "At how many degrees does tin melt?"}, {"id": "r", "question": "Who rules Mars?"}]
    assert repeat(tmp_path / "home", asked) == Repetition(2, [], [])
