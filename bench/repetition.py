"""Repetition: whether two processes give bit-identical answers to the same questions.

`python -m bench.repetition --home HOME --questions FILE --output FILE` is one such process.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant import build_assistant, load_settings
from bench.pipelines import ANSWERS, QUESTIONS, BenchError
from bench.sets import Record, read_lines, write_lines

_ROOT = Path(__file__).parents[1]
# What no two answers share.
_OWN = {"id", "timings_ms"}


@dataclass(frozen=True)
class Repetition:
    """How many questions were asked twice, the ids of those whose answers differ, and of those that tell otherwise.

    An answer tells otherwise when its status or what it quotes is another; the rest differ in scores alone.
    """

    questions: int
    differ: list[str]
    tell_otherwise: list[str]


def repeat(home: Path, questions: Sequence[Record]) -> Repetition:
    """Ask the data folder `home` in two processes, the second in reverse order.

    What an answer owes to those before it shows so. Nothing else may have the folder open. Raises BenchError when one
    of the processes fails.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        first = _run(home, questions, Path(scratch))
        second = _run(home, questions[::-1], Path(scratch))[::-1]
    both = [(question["id"], *pair) for question, *pair in zip(questions, first, second, strict=True)]
    return Repetition(
        len(questions),
        [name for name, one, other in both if json.dumps(one) != json.dumps(other)],
        [name for name, one, other in both if _told(one) != _told(other)],
    )


def _told(answer: Record) -> tuple[str, list[tuple[str, int, int]]]:
    quoted = [(one["article_id"], one["start"], one["end"]) for one in answer["citations"]]
    return answer["status"], quoted


def _run(home: Path, questions: Sequence[Record], scratch: Path) -> list[Record]:
    write_lines(scratch / QUESTIONS, questions)
    options = ["--home", str(home.resolve()), "--questions", str(scratch / QUESTIONS)]
    command = [sys.executable, "-m", "bench.repetition", *options, "--output", str(scratch / ANSWERS)]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BenchError(f"{home} could not be asked: {done.stderr.strip()[-500:]}")
    return read_lines(scratch / ANSWERS)


def main() -> None:
    """Ask each question and write the answers, without what no two share."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True, help="data folder; its models lie beside it")
    parser.add_argument("--questions", type=Path, required=True, metavar="FILE")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE")
    args = parser.parse_args()
    settings = load_settings(home=args.home, models=args.home.parent / "models")
    with build_assistant(settings, fill=False) as assistant:
        answers = [assistant.ask(question["question"]) for question in read_lines(args.questions)]
    write_lines(args.output, (answer.model_dump(mode="json", exclude=_OWN) for answer in answers))


if __name__ == "__main__":
    main()
