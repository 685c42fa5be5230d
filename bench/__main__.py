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

from assistant.errors import RunError
from assistant.models.prepare import DEFAULT_MODEL, prepare
from bench import followups, machine, sets, tables
from bench.followups import FOLLOWUPS
from bench.neighbours import Neighbours, compete
from bench.pipelines import BenchError, say
from bench.program import lack, make_console, positive
from bench.scoring import score_run
from bench.sets import SETS, QuestionSet
from bench.start import measure_start

# Nothing heavy is imported here: see `pipelines.peak_memory`.

_ROOT = Path(__file__).parents[1]
_QUIET = {
    "ANONYMIZED_TELEMETRY": "False",
    "HF_HUB_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "TQDM_DISABLE": "1",
}
_NAMES = (*SETS, FOLLOWUPS)
_PIPELINES = {"project": "bench.run_ours", "peer": "bench.run_peer"}


@dataclass(frozen=True)
class Bench:
    """One run of the benchmark: its options and its folder."""

    folder: Path
    models: Path
    threads: int
    limit: int | None
    reader: str | None

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the children: no setting of the user's, for the figures are those of the defaults."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
        ours = {"ASSISTANT_MODELS": str(self.models)} | ({"ASSISTANT_READER": self.reader} if self.reader else {})
        return kept | _QUIET | ours | {"PYTHONPATH": str(_ROOT)}

    def child(self, module: str, *args: str) -> float | None:
        """Run a module in a process of its own; return how many cores other processes took meanwhile.

        Raises BenchError when it fails; what it said stands on stderr.
        """
        command = [sys.executable, "-m", module, *args]
        neighbours = Neighbours()
        done = subprocess.run(command, env=self.environment, cwd=self.folder, stdout=sys.stderr, check=False)
        if done.returncode != 0:
            raise BenchError(f"{module} ended with exit code {done.returncode}; its messages stand above")
        return neighbours.cores()

    def disturbed(self, *others: float | None) -> bool:
        """Whether other processes took cores that what was measured needed."""
        return any(compete(one, self.threads, os.cpu_count() or 1) for one in others)

    def question_set(self, data: QuestionSet) -> dict[str, Any]:
        """Run both pipelines over a set; return their figures and ratios."""
        runs = {name: self.folder / data.name / name for name in _PIPELINES}
        others: dict[str, float | None] = {}
        for name, module in _PIPELINES.items():
            say(f"{data.name}: {name}")
            options = ["--set", data.name, "--output", str(runs[name]), "--models", str(self.models)]
            options += ["--threads", str(self.threads)]
            others[name] = self.child(module, *options, *([] if self.limit is None else ["--limit", str(self.limit)]))
        figures: dict[str, Any] = {name: score_run(data, run) for name, run in runs.items()}
        for name, cores in others.items():
            figures[name]["others_cores"] = cores
        disturbed = figures["disturbed"] = self.disturbed(*others.values())
        figures["ratio"] = tables.ratios(figures["project"], figures["peer"], disturbed=disturbed)
        figures["questions"] = len(data.questions(self.limit))
        return figures

    def followups(self) -> dict[str, Any]:
        """Run both pipelines over the follow-up questions; return their figures by way of asking and half."""
        found: dict[str, Any] = {}
        others: dict[str, float | None] = {}
        for name in followups.PIPELINES:
            say(f"{FOLLOWUPS}: {name}")
            output = self.folder / FOLLOWUPS / name
            options = ["--pipeline", name, "--output", str(output), "--models", str(self.models)]
            options += ["--threads", str(self.threads)]
            options += [] if self.limit is None else ["--limit", str(self.limit)]
            others[name] = self.child("bench.followups", *options)
            found[name] = json.loads((output / "figures.json").read_text("utf-8"))
        ours, peer = found["project"][followups.OURS], found["peer"]
        found["ratio"] = {
            half: {way: tables.ratios(ours[half], figures[half], followups.MEASURES) for way, figures in peer.items()}
            for half in followups.HALVES
        }
        return found | {"others_cores": others}

    def embedding(self, rounds: int) -> dict[str, Any]:
        """Run the embedding benchmark."""
        say("embedding")
        output = self.folder / "embedding.json"
        options = ["--models", str(self.models), "--output", str(output), "--threads", str(self.threads)]
        others = self.child("bench.embedding", *options, "--rounds", str(rounds))
        found: dict[str, Any] = json.loads(output.read_text("utf-8"))
        return found | {"others_cores": others, "disturbed": self.disturbed(others)}

    def start(self, data: QuestionSet) -> dict[str, Any]:
        """Measure the start of `assistant ask` on the catalog of a set that ran."""
        say("start of assistant ask")
        home = self.folder / data.name / "project" / "home"
        question = next(one["question"] for one in data.questions() if one["answerable"])
        neighbours = Neighbours()
        found = measure_start(home, question, self.environment)
        others = neighbours.cores()
        return {"set": data.name, **found, "others_cores": others, "disturbed": self.disturbed(others)}


def main(argv: Sequence[str] | None = None) -> int:
    """Run what the command line says; return the exit code."""
    args = _parse(argv)
    known = [name for name in args.sets if name in SETS]
    gone = sets.missing(known or ([] if args.sets else ["minerals"]))
    if gone := gone + (followups.missing() if FOLLOWUPS in args.sets else []):
        say(lack(gone))
        return 1
    console = make_console()
    try:
        with _folder(args.keep) as folder:
            models = (args.keep.resolve() if args.keep else folder) / "models"
            _run(Bench(folder, models, args.threads, args.limit, args.reader), args, console)
    except (BenchError, RunError) as error:
        say(f"error: {error}")
        return 1
    return 0


def _run(bench: Bench, args: argparse.Namespace, console: Console) -> None:
    """Run every part and show it as it is done; after each, all figures so far are in the JSON file."""
    report: dict[str, Any] = {
        "machine": machine.describe(),
        "threads": bench.threads,
        "limit": bench.limit,
        "reader": bench.reader or "default",
        "prepare_s": _prepare(bench.models),
        "sets": {},
    }

    def save() -> None:
        if args.json:
            args.json.write_text(json.dumps(report, indent=1) + "\n", "utf-8")

    known = [name for name in args.sets if name in SETS]
    for name in known:
        report["sets"][name] = bench.question_set(SETS[name])
        save()
        _show_set(console, SETS[name], report["sets"][name])
    if FOLLOWUPS in args.sets:
        report["sets"][FOLLOWUPS] = bench.followups()
        save()
        _show_followups(console, report["sets"][FOLLOWUPS])
    if args.rounds:
        report["embedding"] = bench.embedding(args.rounds)
        save()
        _show_embedding(console, report["embedding"])
    if known:
        report["start"] = bench.start(SETS[known[-1]])
        _show_start(console, report["start"])
    save()


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", nargs="*", choices=_NAMES, default=list(_NAMES), help="default all; none given: none")
    parser.add_argument("--limit", type=positive, metavar="N", help="ask the first N questions of each set only")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to FILE")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep data and answers in a new folder below DIR")
    parser.add_argument("--threads", type=positive, default=2, metavar="N", help="cores a model may use; default 2")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="embedding rounds; default 5, 0 for none")
    parser.add_argument("--reader", metavar="NAME", help="this project's ASSISTANT_READER, instead of its default")
    return parser.parse_args(argv)


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
    table = tables.comparison(figures["project"], figures["peer"], disturbed=figures["disturbed"])
    tables.show(console, title, table)
    _show_neighbours(console, figures["disturbed"], *(figures[name]["others_cores"] for name in _PIPELINES))
    if data.fitted:
        console.print(
            "The regressions over the reader's scores are fitted on these questions; `python -m bench.fit_similarity` "
            "prints what fits make of questions that they took no part in."
        )


def _show_followups(console: Console, figures: dict[str, Any]) -> None:
    count = figures["project"][followups.OURS]["all"]["questions"]
    fewer = figures["project"][followups.UNRELATED]["all"]["questions"]
    rows = [
        ((name, way, half), by_half[half])
        for half in followups.HALVES
        for name in followups.PIPELINES
        for way, by_half in figures[name].items()
    ]
    title = f"{FOLLOWUPS}: {count} questions that follow others, {fewer} of them after an unrelated conversation"
    tables.show(console, title, tables.settings(("pipeline", "asked", "half"), rows, followups.MEASURES))
    best = {
        half: max(figures["peer"], key=lambda way: figures["peer"][way][half][followups.PASSAGES] or 0.0)
        for half in followups.HALVES
    }
    for half, way in best.items():
        title = f"{FOLLOWUPS}, {half}: peer asked as it does best there: {way}"
        ours, peer = figures["project"][followups.OURS][half], figures["peer"][way][half]
        tables.show(console, title, tables.comparison(ours, peer, followups.MEASURES))


def _show_embedding(console: Console, figures: dict[str, Any]) -> None:
    title = (
        f"embedding: {figures['passages']} passages of {figures['mean_tokens']:.0f} tokens on average, "
        f"{figures['threads']} threads, median of {figures['rounds']} rounds, "
        f"least cosine {figures['least_cosine']:.6f}"
    )
    if not figures["disturbed"]:
        title += f", ratio by round {figures['least_ratio_of_a_round']:.2f} to {figures['most_ratio_of_a_round']:.2f}"
    ours, peer = ({"passages_per_s": figures[f"{name}_passages_per_s"]} for name in _PIPELINES)
    table = tables.comparison(ours, peer, tables.THROUGHPUT, disturbed=figures["disturbed"])
    tables.show(console, title, table)
    _show_neighbours(console, figures["disturbed"], figures["others_cores"])


def _show_start(console: Console, figures: dict[str, Any]) -> None:
    console.print(
        f"assistant ask in a fresh process, catalog of {figures['set']}: median of 5 {figures['median_s']:.2f} s "
        f"({figures['least_s']:.2f} to {figures['most_s']:.2f}); "
        f"torch {'imported' if figures['imports_torch'] else 'not imported'}",
        soft_wrap=True,
    )
    _show_neighbours(console, figures["disturbed"], figures["others_cores"])


def _show_neighbours(console: Console, disturbed: bool, *others: float | None) -> None:
    if disturbed:
        most = max(one for one in others if one is not None)
        console.print(
            f"The times above are not to be relied on and have no ratio: other processes took {most:.1f} of "
            f"{os.cpu_count()} cores meanwhile. Run it on an idle machine.",
            style="yellow",
            soft_wrap=True,
        )


if __name__ == "__main__":
    sys.exit(main())
