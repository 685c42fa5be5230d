"""What a full disk, or one that cannot be written to, does to a data folder: `python -m bench.full_disk`.

The folder lies on a disk of its own: a small tmpfs where this process may mount one, else a folder under a limit of
file size (RLIMIT_FSIZE). At each of 40 points so little space is left, a little more each time, that one step after
the other of a piece of work is the one that fails: taking an article in, replacing or removing it, keeping an answer,
rebuilding the index, opening the folder, backing it up. What was acknowledged has to be there and what was refused
must not be, and to have been refused in one sentence; once there is space the same work has to succeed in the same
process, and the index to come into step. At 10 more points the disk is read-only when the folder is opened.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from rich.table import Table

from assistant.backup import back_up
from assistant.errors import AssistantError, NotFoundError
from assistant.pipeline import Assistant
from bench.disk import SIZE, Disk, small_disk
from bench.numbered import differing, held, name_of, open_folder, out_of_step, remember, write_article
from bench.program import make_console

KINDS = ("add", "replace", "remove", "keep", "rebuild", "back up", "open")
LEFT = (0, 8 << 10, 32 << 10, 96 << 10, 256 << 10, 1 << 20)
READ_ONLY_KINDS = ("articles", "back up", "index rebuild", "articles remove article-0", "ask Why?")
POINTS = 40
READ_ONLY = 10
_ARTICLES = 6
_STEP_SECONDS = 60.0

Work = Callable[[Assistant], object]


@dataclass
class Point:
    """What came of one point: what was tried, with how much space, whether it was refused, and what was wrong."""

    what: str
    left: int
    refused: str = ""
    wrong: list[str] = field(default_factory=list)


class Trial:
    """A folder on a small disk, and what has been acknowledged of it."""

    def __init__(self, disk: Disk, files: Path) -> None:
        """Fill the folder with some articles, whose files are in `files`, which is on another disk."""
        self._disk = disk
        self._home = disk.folder / "home"
        self._files = files
        self._version = 0
        self._kept: list[str] = []
        with open_folder(self._home) as assistant:
            assistant.ingest([write_article(files, number, 0) for number in range(_ARTICLES)])
            held(assistant)
            self._answer = assistant.ask("Which ore does sentence 1 of part 1 of article 1 name?")
        self._wanted = dict.fromkeys(range(_ARTICLES), 0)

    def point(self, what: str, left: int) -> Point:
        """Do one kind of work with `left` bytes of space, then again with enough."""
        point = Point(what, left)
        if what == "open":
            return self._open(point)
        with open_folder(self._home) as assistant:
            work, done = self._work(what, assistant)
            with self._disk.full(left):
                self._try(point, work, done, assistant)
                self._look(point, assistant, "while full")
            if point.refused:
                self._again(point, work, done, assistant)
            self._settle(point, assistant)
        with open_folder(self._home) as assistant:
            self._look(point, assistant, "opened again")
            self._settle(point, assistant)
        point.wrong += [f"left open: {one}" for one in self._disk.open_files()]
        return point

    def read_only(self, what: str) -> Point:
        """Open the folder on a disk that cannot be written to, then on one that can."""
        point = Point(f"read-only: {what}", 0)
        with self._disk.read_only():
            if what == "back up":
                with tempfile.TemporaryDirectory() as other:
                    report = back_up(self._home, Path(other) / "saved")
                if report.articles != len(self._wanted):
                    point.wrong.append(f"the backup holds {report.articles} articles")
            else:
                command = [sys.executable, "-m", "assistant", "--home", str(self._home), *what.split()]
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                point.refused = done.stderr.strip()
                if done.returncode != 1 or "cannot be written to" not in point.refused or "\n" in point.refused:
                    point.wrong.append(f"it ended with {done.returncode}: {point.refused}")
        with open_folder(self._home) as assistant:
            self._look(point, assistant, "opened again")
            self._settle(point, assistant)
        return point

    def _open(self, point: Point) -> Point:
        """Open the folder with little space, its index to be filled."""
        shutil.rmtree(self._home / "index")
        with self._disk.full(point.left):
            try:
                with open_folder(self._home) as assistant:
                    self._look(point, assistant, "while full")
            except AssistantError as error:
                point.refused = self._plain(point, error)
        with open_folder(self._home) as assistant:
            self._look(point, assistant, "opened again")
            self._settle(point, assistant)
        point.wrong += [f"left open: {one}" for one in self._disk.open_files()]
        return point

    def _work(self, what: str, assistant: Assistant) -> tuple[Work, Callable[[], None]]:
        """Return a piece of work, and what to note once it is acknowledged."""
        self._version += 1
        version, number = self._version, self._version % _ARTICLES
        if what == "add":
            number = 100 + version
        if what in ("add", "replace"):
            path = write_article(self._files, number, version)
            remember(path, number, version)
            return lambda one: one.ingest([path]), lambda: self._wanted.update({number: version})
        if what == "remove":
            gone = max(self._wanted)
            if gone < _ARTICLES:
                gone = _ARTICLES
                assistant.ingest([write_article(self._files, gone, version)])
                self._wanted[gone] = version
            return lambda one: one.remove(name_of(gone)), lambda: self._forget(gone)
        if what == "keep":
            kept = self._answer.model_copy(update={"id": f"kept-{version}"})
            return lambda one: one.conversations.keep(kept), lambda: self._kept.append(kept.id)
        if what == "rebuild":
            return lambda one: one.rebuild_index(), lambda: None
        file = self._disk.folder / "saved"
        return lambda _: back_up(self._home, file, force=True), lambda: None

    def _forget(self, number: int) -> None:
        del self._wanted[number]

    def _try(self, point: Point, work: Work, done: Callable[[], None], assistant: Assistant) -> None:
        try:
            work(assistant)
        except AssistantError as error:
            point.refused = self._plain(point, error)
        except Exception as error:  # noqa: BLE001  # whatever else comes is no clear refusal
            point.refused = repr(error)
            point.wrong.append(f"it raised {error!r}")
        else:
            done()

    def _again(self, point: Point, work: Work, done: Callable[[], None], assistant: Assistant) -> None:
        """Do the work that was refused, now that there is space."""
        try:
            work(assistant)
        except AssistantError as error:
            point.wrong.append(f"with space again: {error}")
        else:
            done()

    def _plain(self, point: Point, error: AssistantError) -> str:
        said = str(error)
        if not said or "\n" in said:
            point.wrong.append(f"it said {said!r}")
        return said

    def _look(self, point: Point, assistant: Assistant, when: str) -> None:
        """Compare what there is with what was acknowledged, and ask a question."""
        try:
            found, wrong = held(assistant)
            wrong += differing(self._wanted, {}, found)
            wrong += [f"the answer {one} is lost" for one in self._kept if not _has(assistant, one)]
            if not assistant.search("Which ore does sentence 1 of part 1 of article 1 name?"):
                wrong.append("nothing is found")
        except AssistantError as error:
            wrong = [str(error)]
        point.wrong += [f"{when}: {one}" for one in wrong]

    def _settle(self, point: Point, assistant: Assistant) -> None:
        """Wait until the index is in step."""
        until = time.monotonic() + _STEP_SECONDS
        while assistant.stats().index != "in step" and time.monotonic() < until:
            time.sleep(0.1)
        point.wrong += out_of_step(assistant, self._home)


def _has(assistant: Assistant, answer_id: str) -> bool:
    try:
        return assistant.answer(answer_id).id == answer_id
    except NotFoundError:
        return False


def measure(disk: Disk, files: Path, points: int, read_only: int) -> list[Point]:
    """Try all points; those of a read-only disk only where one is mounted."""
    trial = Trial(disk, files)
    found = [trial.point(KINDS[turn % len(KINDS)], LEFT[turn // len(KINDS) % len(LEFT)]) for turn in range(points)]
    if disk.mounted:
        found += [trial.read_only(READ_ONLY_KINDS[turn % len(READ_ONLY_KINDS)]) for turn in range(read_only)]
    return found


def show(points: list[Point]) -> Table:
    """Return the table."""
    table = Table("work", "points", "refused", "done", "wrong")
    for what in dict.fromkeys(one.what for one in points):
        those = [one for one in points if one.what == what]
        refused = sum(bool(one.refused) for one in those)
        wrong = sum(bool(one.wrong) for one in those)
        table.add_row(what, str(len(those)), str(refused), str(len(those) - refused), str(wrong))
    return table


def main() -> int:
    """Measure as the command line says; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--few", action="store_true", help="one point of each kind")
    few = parser.parse_args().few
    began = time.perf_counter()
    with small_disk() as disk, tempfile.TemporaryDirectory(prefix="bench-") as files:
        points = measure(disk, Path(files), len(KINDS) if few else POINTS, 1 if few else READ_ONLY)
        where = f"a tmpfs of {SIZE >> 20} MiB" if disk.mounted else "a limit of file size (no disk could be mounted)"
    console = make_console()
    console.print(show(points))
    for point in points:
        for wrong in point.wrong:
            console.print(f"{point.what}, {point.left:,} bytes left: {wrong}", markup=False)
    for said in sorted({re.sub(r"/[^\s:]*", "...", one.refused) for one in points if one.refused}):
        console.print(f"said: {said}", markup=False)
    faults = sum(bool(one.wrong) for one in points)
    console.print(f"{len(points)} points on {where} in {time.perf_counter() - began:.0f} s, {faults} wrong")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
