"""The question sets and scorers in the folder `shared` beside the project, which is no part of it."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

SHARED = Path(__file__).parents[2] / "shared"

Record = dict[str, Any]


@dataclass(frozen=True)
class QuestionSet:
    """Questions over the articles of one folder below SHARED.

    `articles` is a glob pattern in that folder. `gold` says what a right answer is known by: "spans" are offsets into
    the given texts (score.py), "facts" are regular expressions that the quotes must match (score_facts.py). With
    `fitted`, the questions fitted the SimilarityReader (`bench.fit_similarity`).
    """

    name: str
    folder: str
    articles: str
    gold: Literal["spans", "facts"]
    fitted: bool = False

    @property
    def path(self) -> Path:
        """Where the set lies."""
        return SHARED / self.folder

    @property
    def questions_file(self) -> Path:
        """JSONL: id, question, answerable, and gold or must_contain."""
        return self.path / "questions.jsonl"

    def files(self) -> list[Path]:
        """Return the files of the articles in sorted order."""
        return sorted(self.path.glob(self.articles))

    def questions(self, limit: int | None = None) -> list[Record]:
        """Return the first `limit` questions, or all."""
        return read_lines(self.questions_file)[:limit]

    def texts(self) -> dict[str, str]:
        """Return the articles' texts as they stand in the files, by id: a record's own, else the file's stem."""
        out: dict[str, str] = {}
        for file in self.files():
            if file.suffix == ".jsonl":
                out |= {record["id"]: record["text"] for record in read_lines(file)}
            else:
                out[file.stem] = file.read_text("utf-8")
        return out


# The longest last: `bench.start` asks the catalog of the set that ran last.
SETS = {
    one.name: one
    for one in (
        QuestionSet("seed", "seed", "*.txt", "facts"),
        QuestionSet("minerals", "minerals", "articles/*.md", "facts"),
        QuestionSet("clapnq", "eval/clapnq", "articles.jsonl", "spans", fitted=True),
        QuestionSet("chunkeval", "eval/chunkeval", "articles.jsonl", "spans", fitted=True),
    )
}


def span_scorer() -> Path:
    """Return the script that scores "spans"."""
    return SHARED / "eval" / "score.py"


def fact_scorer() -> Path:
    """Return the script that scores "facts"."""
    return SHARED / "eval" / "score_facts.py"


def missing(names: Sequence[str]) -> list[Path]:
    """Return what is not there of the scorers and of the named sets."""
    wanted = [span_scorer(), fact_scorer()]
    for name in names:
        wanted += SETS[name].files() or [SETS[name].path / SETS[name].articles]
        wanted.append(SETS[name].questions_file)
    return [path for path in wanted if not path.is_file()]


def half_of(question_id: str) -> int:
    """Return which half a question is in: 0, which fits what is fitted, or 1, which nothing is fitted to."""
    return hashlib.sha256(question_id.encode()).digest()[0] % 2


def fold_of(question_id: str, folds: int) -> int:
    """Return which of `folds` parts of about the same size a question is in."""
    return int.from_bytes(hashlib.sha256(question_id.encode()).digest()[1:5], "big") % folds


def read_lines(path: Path) -> list[Record]:
    """Return the objects of a JSONL file."""
    # Not splitlines(): texts may hold U+2028 and the like unescaped.
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]


def write_lines(path: Path, records: Iterable[Record]) -> None:
    """Write objects as JSONL."""
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), "utf-8")
