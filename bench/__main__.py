"""`python -m bench`: quality and speed beside the plain LangChain pipeline, in the same run.

Both pipelines run over the sets of ../shared, each in a process of its own, one after the other, on the same weights
and number of cores; the scorers are those of ../shared. Tables go to stdout, progress to stderr.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from assistant.models.prepare import DEFAULT_MODEL, prepare
from bench import machine, sets, tables
from bench.pipelines import say
from bench.scoring import score_halves, score_run
from bench.sets import SETS, QuestionSet
from bench.start import measure_start

# Nothing heavy is imported here: see `pipelines.peak_memory`.

_ROOT = Path(__file__).parents[1]
_PIPELINES = {"project": "bench.run_ours", "peer": "bench.run_peer"}


@dataclass(frozen=True)
class Bench:
    """One run of the benchmark: its options and its folder."""

    folder: Path
    models: Path
    threads: int
    limit: int | None

    def child(self, module: str, *args: str) -> None:
        """Run a module in a process of its own. Raises SystemExit when it fails; what it said stands on stderr."""
        command = [sys.executable, "-m", module, *args]
        done = subprocess.run(command, env=environment(self.models), cwd=self.folder, stdout=sys.stderr, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{module} ended with exit code {done.returncode}; its messages stand above")

    def question_set(self, data: QuestionSet) -> dict[str, Any]:
        """Run both pipelines over a set; return their figures, ratios and halves."""
        runs = {name: self.folder / data.name / name for name in _PIPELINES}
        for name, module in _PIPELINES.items():
            say(f"{data.name}: {name}")
            options = ["--set", data.name, "--output", str(runs[name]), "--models", str(self.models)]
            options += ["--threads", str(self.threads)]
            self.child(module, *options, *([] if self.limit is None else ["--limit", str(self.limit)]))
        figures: dict[str, Any] = {name: score_run(data, run) for name, run in runs.items()}
        figures["ratio"] = tables.ratios(figures["project"], figures["peer"])
        figures["questions"] = len(data.questions(self.limit))
        if data.fitted:
            figures["halves"] = {}
            for name, run in runs.items():
                fitted, other = score_halves(data, run)
                figures["halves"][name] = {"fitted": fitted, "other": other}
        return figures

    def embedding(self, rounds: int) -> dict[str, float]:
        """Run the embedding benchmark."""
        say("embedding")
        output = self.folder / "embedding.json"
        options = ["--models", str(self.models), "--output", str(output), "--threads", str(self.threads)]
        self.child("bench.embedding", *options, "--rounds", str(rounds))
        found: dict[str, float] = json.loads(output.read_text("utf-8"))
        return found

    def start(self, data: QuestionSet) -> dict[str, Any]:
        """Measure the start of `assistant ask` on the catalog of a set that ran."""
        say("start of assistant ask")
        home = self.folder / data.name / "project" / "home"
        question = next(one["question"] for one in data.questions() if one["answerable"])
        return {"set": data.name, **measure_start(home, question, environment(self.models))}


def environment(models: Path) -> dict[str, str]:
    """Return the children's environment: no setting of the user's, for the figures are those of the defaults."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    return kept | {
        "ANONYMIZED_TELEMETRY": "False",
        "ASSISTANT_MODELS": str(models),
        "HF_HUB_OFFLINE": "1",
        "PYTHONPATH": str(_ROOT),
        "TOKENIZERS_PARALLELISM": "false",
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Run what the command line says; return the exit code."""
    args = _parse(argv)
    if gone := sets.missing(args.sets or ["minerals"]):
        say(
            f"The benchmark needs the question sets and scorers of the folder {sets.SHARED}, beside the project's own: "
            f"put it there ({gone[0].relative_to(sets.SHARED)} and {len(gone) - 1} more files are missing)."
        )
        return 1
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = 200
    with _folder(args.keep) as folder:
        models = (args.keep.resolve() if args.keep else folder) / "models"
        bench = Bench(folder, models, args.threads, args.limit)
        report: dict[str, Any] = {"machine": machine.describe(), "threads": args.threads, "limit": args.limit}
        report |= {"prepare_s": _prepare(models), "sets": {}}
        for name in args.sets:
            report["sets"][name] = bench.question_set(SETS[name])
            _show_set(console, SETS[name], report["sets"][name])
        if args.rounds:
            report["embedding"] = bench.embedding(args.rounds)
            _show_embedding(console, report["embedding"])
        if args.sets:
            report["start"] = bench.start(SETS[args.sets[-1]])
            _show_start(console, report["start"])
    if args.json:
        args.json.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    return 0


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", nargs="*", choices=SETS, default=list(SETS), help="default all; none given: none")
    parser.add_argument("--limit", type=_positive, metavar="N", help="ask the first N questions of each set only")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to FILE")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep data and answers in a new folder below DIR")
    parser.add_argument("--threads", type=_positive, default=2, metavar="N", help="cores a model may use; default 2")
    parser.add_argument(
        "--rounds", type=int, default=5, metavar="N", help="of the embedding benchmark; 0 leaves it out"
    )
    return parser.parse_args(argv)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is less than 1")
    return number


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """Give an empty folder: a temporary one, or one below `keep` with the time in its name."""
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
            yield Path(scratch)
        return
    folder = keep.resolve() / datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    folder.mkdir(parents=True)
    yield folder


def _prepare(models: Path) -> float:
    """Prepare the model, so that no figure holds it; return the seconds it took."""
    began = time.perf_counter()
    prepare(DEFAULT_MODEL, models, lambda: say("preparing the embedding model"))
    return time.perf_counter() - began


def _show_set(console: Console, data: QuestionSet, figures: dict[str, Any]) -> None:
    title = f"{data.name}: {figures['questions']} questions"
    console.print(tables.comparison(console, title, figures["project"], figures["peer"]), "")
    if data.fitted:
        mine, peer = figures["halves"]["project"], figures["halves"]["peer"]["other"]
        title = f"{data.name}: the questions that the reader was fitted to, and the others"
        console.print(tables.halves(console, title, mine["fitted"], mine["other"], peer), "")


def _show_embedding(console: Console, figures: dict[str, float]) -> None:
    title = (
        f"embedding: {figures['passages']} passages of {figures['mean_tokens']:.0f} tokens, "
        f"{figures['threads']} threads, median of {figures['rounds']} rounds"
    )
    ours, peer = ({"passages_per_s": figures[f"{name}_passages_per_s"]} for name in _PIPELINES)
    console.print(tables.comparison(console, title, ours, peer, tables.THROUGHPUT))
    least, most = figures["least_ratio_of_a_round"], figures["most_ratio_of_a_round"]
    console.print(f"ratio by round {least:.2f} to {most:.2f}; least cosine {figures['least_cosine']:.6f}", "")


def _show_start(console: Console, figures: dict[str, Any]) -> None:
    console.print(
        f"assistant ask in a fresh process, catalog of {figures['set']}: median of 5 {figures['median_s']:.2f} s "
        f"({figures['least_s']:.2f} to {figures['most_s']:.2f}); "
        f"torch {'imported' if figures['imports_torch'] else 'not imported'}"
    )


if __name__ == "__main__":
    sys.exit(main())
