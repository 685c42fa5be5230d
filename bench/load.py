"""What many analysts at once do to the server: `python -m bench.load`, ten minutes each with 5, 10 and 20 of them.

Serves the project's own articles in a process of its own, without a language model. Each user asks in conversations,
outside of them and as OpenAI's clients do, searches, and looks about, with pauses of one to three seconds
(`bench.load_users`). Prints throughput, percentiles of the time to the last byte, errors, and the server's memory:
at the start, after a warm-up of every question, at the end, and how fast it grows in the second half, of each number of
users and of the whole. `--users 5 10 20 20 20 20` takes an hour.
"""

import argparse
import csv
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from rich.table import Table

from bench.page import QUESTIONS, served
from bench.pipelines import BenchError
from bench.program import make_console, positive

MINUTES = 10
USERS = (5, 10, 20)
_USERS = Path(__file__).with_name("load_users.py")
_LOCUST = Path(sys.executable).parent / "locust"
_ROOT = Path(__file__).parents[1]
_EACH = 1.0
_KIB_A_MIB = 1024
_TOTAL = "Aggregated"


@dataclass(frozen=True)
class Row:
    """The requests of one kind; times in milliseconds."""

    name: str
    requests: int
    failures: int
    a_second: float
    p50: float
    p95: float
    p99: float


class Memory:
    """The resident memory of a process in MiB, looked at every second."""

    def __init__(self, pid: int) -> None:
        """Watch the process `pid`."""
        self._status = Path(f"/proc/{pid}/status")
        self._samples: list[tuple[float, float]] = []

    def now(self) -> float:
        """Return it now."""
        lines = self._status.read_text("ascii", "replace").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / _KIB_A_MIB

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Take samples within."""
        done = threading.Event()

        def watch() -> None:
            while not done.wait(_EACH):
                self._samples.append((time.monotonic(), self.now()))

        thread = threading.Thread(target=watch)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def slope(self, since: float = 0.0) -> float:
        """Return MiB an hour in the second half of the samples taken `since` then, by least squares."""
        some = [one for one in self._samples if one[0] >= since]
        half = some[len(some) // 2 :]
        if len(half) < 2:
            return 0.0
        return statistics.linear_regression(*zip(*half, strict=True)).slope * 3600


def rows_of(report: Path) -> list[Row]:
    """Return the kinds of requests of locust's report, the sum of all last."""
    with report.open(encoding="utf-8", newline="") as lines:
        return [
            Row(
                name=" ".join(part for part in (one["Type"], one["Name"]) if part),
                requests=int(one["Request Count"]),
                failures=int(one["Failure Count"]),
                a_second=float(one["Requests/s"]),
                p50=float(one["50%"] or 0),
                p95=float(one["95%"] or 0),
                p99=float(one["99%"] or 0),
            )
            for one in csv.DictReader(lines)
        ]


def load(url: str, users: int, minutes: int, folder: Path) -> list[Row]:
    """Let `users` use the server at `url` for so many minutes. Raises BenchError where they could not."""
    prefix = folder / f"users-{users}"
    command = [_LOCUST, "-f", _USERS, "--headless", "--only-summary", "-u", users, "-r", users, "-t", f"{minutes}m"]
    command += ["-H", url, "--csv", prefix, "--stop-timeout", "30", "--exit-code-on-error", "0"]
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    done = subprocess.run(
        [str(one) for one in command], cwd=_ROOT, env=environment, capture_output=True, text=True, check=False
    )
    report = Path(f"{prefix}_stats.csv")
    if done.returncode or not report.exists():
        raise BenchError(f"locust ended with {done.returncode}: {(done.stdout + done.stderr)[-800:]}")
    return rows_of(report)


def warm_up(url: str) -> None:
    """Ask every question once in both ways."""
    with httpx.Client(base_url=url, timeout=120, trust_env=False) as client:
        for question in QUESTIONS:
            client.post("/v1/ask", json={"question": question}).raise_for_status()
            client.post("/v1/search", json={"question": question}).raise_for_status()


def pid_of(home: Path) -> int:
    """Return the process that owns the data folder `home`. Raises BenchError."""
    from assistant.locking import read_owner

    owner = read_owner(home)
    if owner is None:
        raise BenchError(f"no process owns the data folder {home}")
    return owner.pid


def show(users: int, rows: Sequence[Row], figures: Sequence[tuple[str, float]]) -> Table:
    """Return the table of one number of users."""
    memory = ", ".join(f"{name} {value:,.0f}" for name, value in figures)
    table = Table("", "requests", "errors", "a second", "p50, ms", "p95, ms", "p99, ms", title=f"{users} users")
    for row in rows:
        name = "all" if row.name == _TOTAL else row.name
        times = (f"{value:,.0f}" for value in (row.p50, row.p95, row.p99))
        table.add_row(name, f"{row.requests:,}", f"{row.failures:,}", f"{row.a_second:.2f}", *times)
    table.caption = f"memory, MiB: {memory}"
    return table


def main() -> int:
    """Run as the command line says; return the exit code, 1 where a request failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=positive, default=MINUTES, help="how long with each number of users")
    parser.add_argument("--users", type=positive, nargs="+", default=USERS, help="numbers of users at once")
    args = parser.parse_args()
    if not _LOCUST.exists():
        print("There is no locust: pip install locust", file=sys.stderr)
        return 1
    console = make_console()
    failures = 0
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            folder = Path(name)
            with served(folder) as url:
                memory = Memory(pid_of(folder))
                start = memory.now()
                warm_up(url)
                warm = memory.now()
                for users in args.users:
                    began = time.monotonic()
                    with memory.watched():
                        rows = load(url, users, args.minutes, folder)
                    figures = [
                        ("start", start),
                        ("warm", warm),
                        ("end", memory.now()),
                        ("an hour", memory.slope(began)),
                    ]
                    console.print(show(users, rows, figures))
                    failures += rows[-1].failures
                slope, now = memory.slope(), memory.now()
                console.print(f"the whole: {now:,.0f} MiB, {slope:+.1f} MiB an hour ({slope / now:+.2%})")
    except BenchError as error:
        print(error, file=sys.stderr)
        return 1
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main())
