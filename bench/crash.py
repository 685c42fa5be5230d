"""What `kill -9` leaves of a data folder: `python -m bench.crash`.

A process takes in, replaces and removes articles, or rebuilds the index, and is killed at a random moment; another
one opens the folder, whose index its end left behind. Every article has to be there in the version that was
acknowledged last (the one on its way may be, or not), whole; passages, lexical rows, vectors and index ids have to be
the same; and a question has to be answered within ten seconds from the start of the process, in every eleventh round
with all imports (ten seconds of processor time where the machine is busy with other work).
"""

import argparse
import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from rich.table import Table

from bench.killed import ARTICLES, KINDS, Kind, Look, look, work
from bench.numbered import differing, open_folder, write_article
from bench.program import make_console, positive

ROUNDS = 300
READY_SECONDS = 10.0
_LATEST = 1.0  # seconds after the start of the work until which it is killed
_STEPS = 3  # at most so many are acknowledged before the kill
_FRESH = 11  # every so many rounds the folder is opened by a process that imports everything first


@dataclass
class Told:
    """What a process said until it was killed: versions acknowledged and, None, removed; and what was on its way."""

    acknowledged: dict[int, int | None] = field(default_factory=dict)
    pending: dict[int, int | None] = field(default_factory=dict)
    midway: bool = False
    steps: int = 0


def _killed(home: Path, files: Path, kind: Kind, seed: int, latest: float, articles: int) -> Told:
    """Let a process work and kill it."""
    context = multiprocessing.get_context("forkserver")
    ear, mouth = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(home, files, kind, seed, articles, mouth), daemon=True)
    process.start()
    mouth.close()
    told, chance = Told(), random.Random(seed)
    said, _ = ear.recv()
    assert said == "working"
    # Killed within one step more than was to be acknowledged, however long a step takes here.
    steps = chance.randint(0, 0 if kind == "start" else _STEPS)
    last, end = time.monotonic(), None
    if not steps:
        end = last + chance.uniform(0, latest)
    try:
        while True:
            if end is not None and time.monotonic() >= end:
                process.kill()
            if not ear.poll(None if end is None or not process.is_alive() else max(end - time.monotonic(), 0.0)):
                continue
            said, step = ear.recv()
            told.midway = said == "begin"
            if told.midway:
                told.pending = step
                continue
            told.pending = {}
            told.acknowledged |= step
            told.steps += 1
            if told.steps == steps:
                now = time.monotonic()
                end = now + chance.uniform(0, 1.2 * (now - last))
            last = time.monotonic()
    except EOFError:
        process.join()
    if process.exitcode != -9:
        raise RuntimeError(f"the process that worked ended by itself ({process.exitcode})")
    return told


def _seen(home: Path, *, fresh: bool) -> Look:
    """Let another process open the folder."""
    context = multiprocessing.get_context("spawn") if fresh else multiprocessing.get_context("forkserver")
    ear, mouth = context.Pipe(duplex=False)
    process = context.Process(target=look, args=(home, time.time(), mouth), daemon=True)
    process.start()
    mouth.close()
    try:
        seen = ear.recv()
    except EOFError:
        process.join()
        return Look(float("inf"), float("inf"), {}, [f"the folder could not be opened ({process.exitcode})"])
    process.join()
    assert isinstance(seen, Look)
    return seen


@dataclass
class Tally:
    """The counts of one kind."""

    kills: int = 0
    midway: int = 0
    acknowledged: int = 0
    lost: int = 0
    halves: int = 0
    slowest: float = 0.0
    slowest_fresh: float = 0.0
    processor: float = 0.0


def measure(
    folder: Path, rounds: int, seed: int = 1, latest: float = _LATEST, articles: int = ARTICLES
) -> tuple[dict[Kind, Tally], list[str]]:
    """Kill `rounds` processes that work on `articles`; return the counts by kind, and what was wrong."""
    multiprocessing.get_context("forkserver").set_forkserver_preload(["bench.killed", "chromadb"])
    home, files = folder / "home", folder / "files"
    files.mkdir()
    tallies = {kind: Tally() for kind in KINDS}
    faults: list[str] = []
    with open_folder(home) as assistant:
        assistant.ingest([write_article(files, number, 0) for number in range(articles)])
    wanted = dict.fromkeys(range(articles), 0)
    for turn in range(rounds):
        kind = KINDS[turn % len(KINDS)]
        tally = tallies[kind]
        told = _killed(home, files, kind, seed * 1000 + turn, latest, articles)
        fresh = turn % _FRESH == _FRESH - 1
        seen = _seen(home, fresh=fresh)
        tally.kills += 1
        tally.midway += told.midway
        tally.acknowledged += told.steps
        for number, version in told.acknowledged.items():
            if version is None:
                wanted.pop(number, None)
            else:
                wanted[number] = version
        lost = differing(wanted, told.pending, seen.found)
        tally.lost += bool(lost)
        tally.halves += bool(seen.wrong)
        tally.slowest = max(tally.slowest, seen.ready)
        tally.slowest_fresh = max(tally.slowest_fresh, seen.ready if fresh else 0.0)
        tally.processor = max(tally.processor, seen.processor)
        faults += [f"round {turn}, {kind}: {one}" for one in (*lost, *seen.wrong)]
        busy = os.getloadavg()[0] > (os.cpu_count() or 1)
        if (seen.processor if busy else seen.ready) > READY_SECONDS:
            faults.append(f"round {turn}, {kind}: ready after {seen.ready:.1f} s, computing {seen.processor:.1f} s")
        wanted = dict(seen.found)
    return tallies, faults


def show(tallies: dict[Kind, Tally]) -> Table:
    """Return the table."""
    heads = ("killed during", "kills", "with work on its way", "steps acknowledged before", "lost or changed", "halves")
    table = Table(*heads, "slowest start, s", "that imports, s", "computing, s")
    whole = Counter[str]()
    for kind, one in tallies.items():
        whole.update(kills=one.kills, midway=one.midway, done=one.acknowledged, lost=one.lost, halves=one.halves)
        counts = (one.kills, one.midway, one.acknowledged, one.lost, one.halves)
        table.add_row(
            kind, *map(str, counts), *(f"{each:.2f}" for each in (one.slowest, one.slowest_fresh, one.processor))
        )
    those = list(tallies.values())
    slowest = (
        max(one.slowest for one in those),
        max(one.slowest_fresh for one in those),
        max(one.processor for one in those),
    )
    counts = (whole["kills"], whole["midway"], whole["done"], whole["lost"], whole["halves"])
    table.add_row("all", *map(str, counts), *(f"{one:.2f}" for one in slowest))
    return table


def main() -> int:
    """Measure as the command line says; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=positive, default=ROUNDS, help=f"kills (default {ROUNDS})")
    parser.add_argument("--seed", type=positive, default=1)
    given = parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        tallies, faults = measure(Path(folder), given.rounds, given.seed)
    console = make_console()
    console.print(show(tallies))
    for fault in faults:
        console.print(fault, markup=False)
    console.print(f"{given.rounds} kills in {time.perf_counter() - began:.0f} s, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
