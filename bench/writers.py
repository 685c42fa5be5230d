"""One writer and many readers: `python -m bench.writers`.

Twenty processes are started on a data folder that another one holds, ten while that is no server and ten while it is
one: each has to be refused within two seconds (of processor time where the machine is busy with other work), naming the
pid of the owner. What is to be taken in beside a server has to reach it. And one article is replaced a thousand times
while eight threads ask about it: every answer has to be there, and to be from one version of the article alone.
"""

import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from assistant.citations import verify
from assistant.pipeline import Assistant
from assistant.types import Answer
from bench.numbered import body_of, name_of, open_folder, versions_in, write_article
from bench.program import make_console, positive

TRIES = 10
REPLACED = 1000
READERS = 8
REFUSED_SECONDS = 2.0
_ROOT = Path(__file__).parents[1]
_NUMBER = 1
_SECTIONS = 3
_OTHERS = 5
_PATIENCE = 0.01  # seconds for which taking in steps back for readers who never end, here and not in use
_HOLD = "import sys; from pathlib import Path; from bench.numbered import open_folder; "
_HOLD += "held = open_folder(Path(sys.argv[1])); print('Holding', file=sys.stderr, flush=True); sys.stdin.read()"


@dataclass(frozen=True)
class Refusal:
    """A second process: whether it was refused with the owner's pid, after how many seconds, and what it said.

    `processor` are the seconds that it computed, which tell more of it where the machine is busy.
    """

    command: str
    named: bool
    seconds: float
    processor: float
    said: str


def program(home: Path, *args: str) -> list[str]:
    """Return the command line of the program on a data folder."""
    return [sys.executable, "-m", "assistant", "--home", str(home), *args]


def environment() -> dict[str, str]:
    """Return this process's environment without settings; the models are those of the checkout where it has some."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    plain["PYTHONPATH"] = str(_ROOT)  # for what is of this package
    models = _ROOT / "data" / "models"
    return plain | ({"ASSISTANT_MODELS": str(models)} if models.is_dir() else {})


@contextmanager
def owner(command: Sequence[str], ready: str) -> Iterator["subprocess.Popen[str]"]:
    """Run a process that holds a data folder; it is there once it says `ready` on stderr."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stderr=pipe, text=True, env=environment()) as process:
        assert process.stderr is not None
        said = ""
        while ready not in said:
            line = process.stderr.readline()
            if not line:
                raise RuntimeError(f"the process that was to hold the folder ended: {said}")
            said += line
        rest = threading.Thread(target=process.stderr.read, daemon=True)
        rest.start()
        try:
            yield process
        finally:
            process.terminate()
            process.wait()


def refusals(home: Path, pid: int, commands: Sequence[Sequence[str]], count: int) -> list[Refusal]:
    """Start `count` second processes, one after the other."""
    found = []
    for turn in range(count):
        args = commands[turn % len(commands)]
        before, began = _computed(), time.perf_counter()
        done = subprocess.run(
            program(home, *args), capture_output=True, text=True, check=False, env=environment(), timeout=120
        )
        seconds = time.perf_counter() - began
        named = done.returncode == 1 and re.search(rf"in use by process {pid}\b", done.stderr) is not None
        found.append(Refusal(" ".join(args), named, seconds, _computed() - before, done.stderr.strip()))
    return found


def _computed() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def taken_in_beside(home: Path, files: Path) -> list[str]:
    """Take a file in while a server owns the folder, change it, remove it; return what did not come out right."""
    wrong = []
    for version, wanted in ((1, "added           1"), (2, "updated         1"), (2, "unchanged       1")):
        path = write_article(files, 99, version, _SECTIONS)
        done = subprocess.run(
            program(home, "ingest", str(path)), capture_output=True, text=True, check=False, env=environment()
        )
        if done.returncode or wanted not in done.stdout:
            wrong.append(f"ingest said {done.stdout!r} {done.stderr!r}")
        found = subprocess.run(
            program(home, "search", "names the ore of article 99", "--json"),
            capture_output=True,
            text=True,
            check=False,
            env=environment(),
        )
        if (99, version) not in versions_in(found.stdout):
            wrong.append(f"version {version} is not found afterwards: {found.stderr!r}")
    return wrong


@dataclass
class Read:
    """What the readers got: answers, those without statements, those of several versions, and errors."""

    answers: int = 0
    empty: int = 0
    mixed: int = 0
    errors: int = 0
    versions: int = 0
    first: str = ""


def read_while_replaced(assistant: Assistant, files: Path, replaced: int, readers: int) -> Read:
    """Replace one article again and again while threads ask about it."""
    others = [write_article(files, 10 + number, 0, _SECTIONS) for number in range(_OTHERS)]
    assistant.ingest([*others, write_article(files, _NUMBER, 0, _SECTIONS)])
    over = threading.Event()
    assistant._pace._patience = _PATIENCE

    def ask() -> tuple[Read, set[int]]:
        mine, seen = Read(), set[int]()
        while not over.is_set():
            mine.answers += 1
            try:
                answer = assistant.ask(f"Which ore does sentence 2 of part 1 of article {_NUMBER} name?")
            except Exception as error:  # noqa: BLE001  # whatever a reader meets is what this counts
                mine.errors += 1
                mine.first = mine.first or repr(error)
                continue
            texts = _texts_of(answer)
            found = {version for number, version in versions_in("\n".join(texts)) if number == _NUMBER}
            mine.empty += not answer.statements or not found
            mixed = len(found) > 1 or not _whole(answer, found)
            mine.mixed += mixed
            if mixed:
                mine.first = mine.first or f"versions {sorted(found)} in one answer"
            seen |= found
        return mine, seen

    with ThreadPoolExecutor(readers) as pool:
        jobs = [pool.submit(ask) for _ in range(readers)]
        for version in range(1, replaced + 1):
            report = assistant.ingest([write_article(files, _NUMBER, version, _SECTIONS)])
            assert report.updated == (name_of(_NUMBER),)
        over.set()
        results = [job.result() for job in jobs]
    whole = Read(versions=len(set().union(*(seen for _, seen in results))))
    for one, _ in results:
        whole.answers += one.answers
        whole.empty += one.empty
        whole.mixed += one.mixed
        whole.errors += one.errors
        whole.first = whole.first or one.first
    return whole


def _texts_of(answer: Answer) -> list[str]:
    quotes = [one.quote for one in answer.citations] + [one.text for one in answer.passages]
    return [*quotes, *(one.text for one in answer.statements), answer.text]


def _whole(answer: Answer, versions: set[int]) -> bool:
    """Whether what is of the article is of one digest, and its quotes stand in the version that they name."""
    name = name_of(_NUMBER)
    cited = {one.sha256 for one in answer.citations if one.article_id == name}
    digests = cited | {one.sha256 for one in answer.passages if one.article_id == name}
    (version,) = versions or {0}
    body = body_of(_NUMBER, version, _SECTIONS)
    quotes = [one.quote for one in answer.citations if one.article_id == name and "Sentence" in one.quote]
    return len(digests) <= 1 and all(quote in body for quote in quotes)


def checked(assistant: Assistant) -> int:
    """Return how many citations of an answer do not verify once nothing changes any more."""
    answer = assistant.ask(f"Which ore does sentence 2 of part 1 of article {_NUMBER} name?")
    return sum(not verify(one, assistant.article(one.article_id)) for one in answer.citations)


def try_processes(folder: Path, tries: int, table: Table) -> list[str]:
    """Start second processes on folders in use, put the counts into `table`, return what was wrong."""
    files = folder / "files"
    files.mkdir(exist_ok=True)
    path = str(write_article(files, 50, 0, _SECTIONS))
    any_ = [["ingest", path], ["ask", "Why?"], ["articles"], ["index", "rebuild"], ["serve", "--port", "0"]]
    beside = [["articles"], ["index", "rebuild"], ["serve", "--port", "0"], ["eval"], ["restore", path, "--force"]]
    faults: list[str] = []
    for what, command, ready, home, commands in (
        ("a process", [sys.executable, "-c", _HOLD, str(folder / "held")], "Holding", folder / "held", any_),
        ("a server", program(folder / "served", "serve", "--port", "0"), "Serving at", folder / "served", beside),
    ):
        with owner(command, ready) as process:
            found = refusals(home, process.pid, commands, tries)
            taken = taken_in_beside(home, files) if what == "a server" else []
        seconds = sorted(one.seconds for one in found)
        counts = (str(len(found)), str(sum(one.named for one in found)))
        times = (seconds[-1], seconds[len(seconds) // 2], max(one.processor for one in found))
        table.add_row(what, *counts, *(f"{one:.2f}" for one in times))
        faults += [f"{one.command}: {one.said}" for one in found if not one.named]
        busy = os.getloadavg()[0] > (os.cpu_count() or 1)
        slow = [one for one in found if (one.processor if busy else one.seconds) > REFUSED_SECONDS]
        faults += [f"{one.command}: {one.seconds:.2f} s, of them {one.processor:.2f} computing" for one in slow]
        faults += taken
    return faults


def main() -> int:
    """Measure as the command line says; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tries", type=positive, default=TRIES, help=f"second processes, twice (default {TRIES})")
    parser.add_argument("--replaced", type=positive, default=REPLACED, help=f"re-ingestions (default {REPLACED})")
    parser.add_argument("--only", choices=("processes", "readers"), help="measure one of the two alone")
    given = parser.parse_args()
    console = make_console()
    faults: list[str] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        if given.only != "readers":
            table = Table("a second process on a folder held by", "tries", "refused with its pid")
            for head in ("slowest, s", "median, s", "most processor time, s"):
                table.add_column(head)
            faults += try_processes(folder, given.tries, table)
            console.print(table)
            console.print(f"load average {os.getloadavg()[0]:.1f}")
        if given.only != "processes":
            began = time.perf_counter()
            with open_folder(folder / "home") as assistant:
                read = read_while_replaced(assistant, folder, given.replaced, READERS)
                unverified = checked(assistant)
                state = assistant.stats().index
            console.print(
                f"{given.replaced} re-ingestions in {time.perf_counter() - began:.0f} s under {READERS} readers:"
                f" {read.answers} answers from {read.versions} versions, {read.empty} empty, {read.mixed} mixed,"
                f" {read.errors} errors; afterwards {unverified} quotes that do not verify, index {state}"
            )
            if read.empty or read.mixed or read.errors or unverified or state != "in step":
                faults.append(read.first or "see the counts")
    for fault in faults:
        console.print(fault, markup=False)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
