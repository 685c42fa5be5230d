"""A file of questions -> a file of answers, one JSON object a line, in the same order."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from assistant.cli.failures import CommandError, explain
from assistant.cli.filters import FIELDS, read_filters
from assistant.cli.session import Session, Source
from assistant.cli.terminal import progress_bar, say, to_json
from assistant.errors import NotFoundError, QuestionError


def answer_file(session: Session, questions: Path | None, answers: Path | None, defaults: Mapping[str, object]) -> int:
    """Answer the questions in file `questions` (None: stdin) into `answers` (None: stdout); return how many failed.

    Each line is written as soon as it is answered, so a run that is killed keeps what it did. `defaults` are filters
    for questions that have none of their own. Raises NotFoundError or CommandError before anything is written.
    """
    lines = _read(questions)
    _check_target(questions, answers)
    failed = 0
    with session.source() as source, _writer(answers) as write, progress_bar("questions") as bar:
        for done, (number, line) in enumerate(lines):
            bar(done, len(lines), "questions")
            answered = answer_line(source, line, number, defaults)
            failed += "error" in answered
            write(to_json(answered))
        bar(len(lines), len(lines), "questions")
    if failed:
        say(f"error: {failed} of {len(lines)} questions failed: their lines hold an `error`")
    return failed


def answer_line(source: Source, line: bytes, number: int, defaults: Mapping[str, object]) -> dict[str, object]:
    """Return what is written for one line: the answer under the question's id, or the id, line number and error."""
    record: object = None
    try:
        record = _parse(line)
        fields = {**defaults, **{name: record[name] for name in FIELDS if record.get(name) is not None}}
        answer = source.ask(_question(record), read_filters(fields))
        return {**answer.model_dump(mode="json"), "id": record.get("id", number)}
    except Exception as error:  # noqa: BLE001  # one question must not end the run for the others
        given = record.get("id") if isinstance(record, dict) else None
        return {"id": given, "line": number, "error": explain(error)}


def _parse(line: bytes) -> dict[str, object]:
    try:
        record = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise QuestionError(f"the line is not UTF-8 at byte {error.start + 1}: save the file as UTF-8") from error
    except json.JSONDecodeError as error:
        what = f"{error.msg} at character {error.pos + 1}"
        raise QuestionError(f"the line is not JSON ({what}): write one JSON object a line") from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, brackets a thousand deep
        raise QuestionError(f"the line is JSON that cannot be read ({error}): write id and question") from error
    if not isinstance(record, dict):
        raise QuestionError(f"the line is a JSON {type(record).__name__}, not an object: write id and question")
    return record


def _question(record: Mapping[str, object]) -> str:
    question = record.get("question")
    if not isinstance(question, str):
        raise QuestionError("the line has no `question` that is a text")
    return question


def _read(path: Path | None) -> list[tuple[int, bytes]]:
    """Return the lines that are not blank with their numbers."""
    if path is None:
        data = sys.stdin.buffer.read()
    elif path.is_file() or path.is_fifo():
        data = path.read_bytes()
    else:
        raise NotFoundError(f"there is no file {str(path)!r}: give a JSONL file of questions to --batch")
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return [(number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _check_target(questions: Path | None, answers: Path | None) -> None:
    if answers is None:
        return
    if not answers.absolute().parent.is_dir():
        raise NotFoundError(f"there is no folder {str(answers.absolute().parent)!r} for --output: make it first")
    if questions is not None and answers.exists() and answers.samefile(questions):
        raise CommandError("--output is the file of the questions: give it another name")


@contextmanager
def _writer(path: Path | None) -> Iterator[Callable[[str], None]]:
    """Give a function that writes a line and flushes it."""
    if path is None:
        yield lambda line: print(line, flush=True)
        return
    with path.open("w", encoding="utf-8", newline="\n") as file:
        yield lambda line: print(line, file=file, flush=True)
