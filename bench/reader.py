"""`python -m bench.reader`: what each search and the trained reader add, what each part of the reader adds, its costs.

table: each question set answered by one search alone, by both fused, and with the trained reader. The first three
answer without the network; their recall is of the search's order, the last one's of the reader's. All answer by
regressions fitted on half of the questions of the sets that are fitted on, as `bench.fit_similarity` fits on all.
ablation: the trained reader without one of its heads, in other weights, reading fewer or more passages. Each has
regressions of its own, fitted as `bench.fit_similarity` fits them; figures are of the questions not fitted on.
costs: size, time and memory of the network, and whether two processes answer alike.

The sets are those of ../shared and the project's own pairs; of followups, the last question is asked without its
conversation and only the order of passages is scored. Tables go to stdout, progress to stderr.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from assistant.answering.similarity import SimilarityReader
from assistant.errors import RunError
from assistant.models.reader.runtime import READER_FOLDER, PassageInput, ReaderNetwork
from assistant.types import Filters
from bench import ablation, costs, homes, machine, rows, sets, tables
from bench.answers import SHOWN, TIMES
from bench.fitting import FITTED, READ
from bench.homes import NAMES, Home, open_home
from bench.neighbours import Neighbours, compete
from bench.networks import RememberingNetwork, lacking, logits_apart
from bench.pipelines import BenchError, say
from bench.program import lack, make_console, positive
from bench.repetition import Repetition, repeat
from bench.scoring import Figures
from bench.tables import Measure

PARTS = ("table", "ablation", "costs")

_SHIPPED, _FULL = "shipped", "full precision"
_INPUTS = 20
_REPEATED = 50
_COSTS = (
    Measure("mib", "model.onnx, MiB", "MiB"),
    Measure("load_ms", "load, ms", "ms"),
    Measure("read_ms", f"read {READ} passages, ms", "ms"),
    Measure("load_mib", "memory when loaded, MiB", "MiB"),
    Measure("read_mib", "memory after reading, MiB", "MiB"),
)
_APART = (Measure("largest", "largest"), Measure("mean", "mean"), Measure("count", "logits", "count"))

Report = dict[str, Any]


class ReaderBench:
    """One run of the benchmark: its options, where it prints, and all figures so far."""

    def __init__(self, args: argparse.Namespace, console: Console) -> None:
        """Begin; nothing is measured."""
        self._args = args
        self._console = console
        self._folders: dict[str, Path] = {_SHIPPED: READER_FOLDER}
        if args.full:
            self._folders[_FULL] = args.full
        self._folders |= dict(args.weights)
        self._report: Report = {
            "machine": machine.describe(),
            "threads": args.threads,
            "limit": args.limit,
            "networks": {name: str(folder) for name, folder in self._folders.items()},
        }

    def run(self) -> None:
        """Run every part and show it as it is done. Raises BenchError."""
        parts, chosen = self._args.parts, self._args.sets
        names = list(dict.fromkeys([*chosen, *(FITTED if {"table", "ablation"} & {*parts} else ())]))
        costly = "costs" in parts or ("ablation" in parts and self._args.full)
        opened: dict[str, Home] = {}
        with ExitStack() as stack:
            for name in names:
                say(f"opening {name}")
                opened[name] = stack.enter_context(open_home(name, self._args.homes / name, self._args.limit))
            if "table" in parts:
                self._table(opened)
            if "ablation" in parts:
                self._ablation(opened)
            inputs = self._inputs([opened[name] for name in chosen]) if costly else {}
        if costly:
            self._costs(inputs)
        if "costs" in parts:
            # Only now that the folders are closed: two processes must not have one index open.
            self._repetition({name: opened[name].questions[:_REPEATED] for name in chosen})

    def _table(self, opened: Mapping[str, Home]) -> None:
        network = ReaderNetwork(READER_FOLDER, self._args.threads)
        self._report["table"] = {}
        say("fitting on half of the questions")
        fitted = rows.fits([opened[name] for name in FITTED], network)
        for home in (opened[name] for name in self._args.sets):
            found = rows.figures(home, network, fitted)
            found["disturbed"] = self._disturbed(*found["others_cores"].values())
            self._report["table"][home.name] = found
            self._save()
            shown = [
                ((name, half), by_half[half]) for half in found["questions"] for name, by_half in found["rows"].items()
            ]
            sizes = ", ".join(f"{count} {half}" for half, count in found["questions"].items() if home.fitted)
            title = f"{home.name}: {len(home.questions)} questions" + (f", {sizes}" if sizes else "")
            self._show(title, tables.settings(("setting", "questions"), shown, tables.pick(SHOWN[home.gold])))
            if home.gold != "articles":
                self._tell_disturbed(found["disturbed"], *found["others_cores"].values())

    def _ablation(self, opened: Mapping[str, Home]) -> None:
        networks = {name: RememberingNetwork(at, name, self._args.threads) for name, at in self._folders.items()}
        shipped, full = networks.pop(_SHIPPED), networks.pop(_FULL, None)
        found: dict[str, list[Report]] = {name: [] for name in self._args.sets}
        self._report["ablation"] = found
        for variant in ablation.variants(shipped, full, networks):
            say(f"ablation: {variant.part}: {variant.name}")
            model = ablation.refit(variant, [opened[name] for name in FITTED])
            for name in self._args.sets:
                figures = ablation.figures(variant, model, opened[name])
                found[name].append({"part": variant.part, "name": variant.name, "figures": figures})
            self._save()
        for name, some in found.items():
            shown = [((one["part"], one["name"]), one["figures"]) for one in some]
            what = "the questions not fitted on" if opened[name].fitted else "all questions"
            measures = tables.pick([key for key in SHOWN[opened[name].gold] if key not in TIMES])
            self._show(
                f"{name}, {what}, regressions refitted for each row",
                tables.settings(("varied", "reader"), shown, measures),
            )
        if full is None:
            self._say("Quantisation is skipped: no export in full precision was given (--full FOLDER).")
            return
        self._report["logits_apart"] = apart = {head: vars(one) for head, one in logits_apart(shipped, full).items()}
        rows_of_heads = [((head,), values) for head, values in apart.items()]
        self._show(
            "logits of the shipped weights and of full precision apart",
            tables.settings(("head",), rows_of_heads, _APART),
        )

    def _inputs(self, opened: Sequence[Home]) -> dict[str, list[PassageInput]]:
        """Return what is read for the first questions of each set, 20 in all."""
        network = RememberingNetwork(READER_FOLDER, _SHIPPED, self._args.threads)
        for home in opened:
            reader = SimilarityReader(home.catalog, home.embedder, network=network)
            for question in home.questions[: -(-_INPUTS // len(opened))]:
                hits = home.retriever.retrieve(question["question"], Filters(), READ)
                reader.evidence(question["question"], hits)
        return dict(list(network.inputs().items())[:_INPUTS])

    def _costs(self, inputs: Mapping[str, Sequence[PassageInput]]) -> None:
        found: dict[str, Figures] = {}
        self._report["costs"] = found
        neighbours = Neighbours()
        for name, folder in self._folders.items():
            say(f"costs: {name}")
            found[name] = costs.measure(folder, inputs, self._args.threads)
        others = self._report["costs_others_cores"] = neighbours.cores()
        self._save()
        shown = [((name,), figures) for name, figures in found.items()]
        title = f"costs: medians of {costs.ROUNDS} processes, {len(inputs)} questions, threads: {self._args.threads}"
        self._show(title, tables.settings(("network",), shown, _COSTS))
        self._tell_disturbed(self._disturbed(others), others)

    def _repetition(self, questions: Mapping[str, Sequence[sets.Record]]) -> None:
        found: list[Repetition] = []
        self._report["repetition"] = {}
        for name, some in questions.items():
            say(f"the same twice: {name}")
            found.append(repeat(self._args.homes / name, some))
            self._report["repetition"][name] = vars(found[-1])
            self._save()
        asked, differ = sum(one.questions for one in found), sum(len(one.differ) for one in found)
        otherwise = sum(len(one.tell_otherwise) for one in found)
        self._say(
            "Two processes, the second asked in reverse order, give bit-identical answers apart from id and timings: "
            f"{'no' if differ else 'yes'}; {differ} of {asked} differ, {otherwise} of them in status or quotes."
        )

    def _disturbed(self, *others: float | None) -> bool:
        return any(compete(one, self._args.threads, os.cpu_count() or 1) for one in others)

    def _tell_disturbed(self, disturbed: bool, *others: float | None) -> None:
        if disturbed:
            most = max(one for one in others if one is not None)
            self._say(
                f"The times above are not to be relied on: other processes took {most:.1f} of {os.cpu_count()} cores "
                "meanwhile. Run it on an idle machine."
            )

    def _show(self, title: str, table: Table) -> None:
        tables.show(self._console, title, table)

    def _say(self, line: str) -> None:
        self._console.print(line, soft_wrap=True)

    def _save(self) -> None:
        if self._args.json:
            self._args.json.write_text(json.dumps(self._report, indent=1) + "\n", "utf-8")


def main(argv: Sequence[str] | None = None) -> int:
    """Run what the command line says; return the exit code."""
    args = _parse(argv)
    needed = {*args.sets, *(FITTED if "ablation" in args.parts else ())}
    if gone := homes.missing(sorted(needed)):
        say(lack(gone))
        return 1
    console = make_console()
    try:
        with _default_settings(args.threads):
            ReaderBench(args, console).run()
    except (BenchError, RunError) as error:
        say(f"error: {error}")
        return 1
    return 0


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.reader", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="default all")
    parser.add_argument("--sets", nargs="+", choices=NAMES, default=list(NAMES), help="default all")
    parser.add_argument(
        "--limit", type=positive, metavar="N", help="the first N questions of each set only, of those fitted on too"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to FILE")
    parser.add_argument(
        "--homes", type=Path, default=Path("data/bench"), metavar="DIR", help="where the ingested sets are kept"
    )
    parser.add_argument("--full", type=_reader_folder, metavar="FOLDER", help="the reader's export in full precision")
    parser.add_argument(
        "--weights",
        type=_named_folder,
        action="append",
        default=[],
        metavar="NAME=FOLDER",
        help="another trained reader; can be given again",
    )
    parser.add_argument("--threads", type=positive, default=2, metavar="N", help="cores a model may use; default 2")
    return parser.parse_args(argv)


def _reader_folder(text: str) -> Path:
    if gone := lacking(Path(text)):
        raise argparse.ArgumentTypeError(f"{text} holds no {gone[0]}")
    return Path(text)


def _named_folder(text: str) -> tuple[str, Path]:
    name, sign, folder = text.partition("=")
    if not (name and sign and folder) or name in (_SHIPPED, _FULL):
        raise argparse.ArgumentTypeError(f"{text!r} is no NAME=FOLDER with a name of its own")
    return name, _reader_folder(folder)


@contextmanager
def _default_settings(threads: int) -> Iterator[None]:
    """Keep the user's ASSISTANT_* from this process and its children, for the figures are those of the defaults."""
    kept = dict(os.environ)
    for name in [name for name in kept if name.startswith("ASSISTANT_")]:
        del os.environ[name]
    os.environ["ASSISTANT_THREADS"] = str(threads)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


if __name__ == "__main__":
    sys.exit(main())
