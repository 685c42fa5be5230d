"""What damage to its files does to a data folder: `python -m bench.damage`.

A folder of more than a thousand passages, so that every kind of file is there that Chroma makes, is closed; then one
file after the other of its index is removed, emptied, truncated, zeroed or changed in one bit. At the next start that
has to be noticed, questions have to be answered as before at once, and the index has to be filled from the catalog
without anything being embedded. The same is done to the files beside the catalog, closed and killed: they may cost what
stood in them alone (a log that is cut loses the articles written last), never the rest.
"""

import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from rich.table import Table

from assistant.answering.calibration import Calibration
from assistant.errors import AssistantError
from assistant.types import Answer
from bench.numbered import CountingEmbedder, held, open_folder, out_of_step, write_article
from bench.program import make_console

HOWS = ("removed", "emptied", "truncated", "zeroed", "one bit changed")
ARTICLES = 90
_KILLED_AFTER = 8  # articles taken in by the process that is killed
_FILLED_SECONDS = 300.0
_QUESTION = "Which ore does sentence 3 of part 2 of article 7 name?"
_KILLED = """
import os, sys
from pathlib import Path
from bench.numbered import open_folder, write_article
home, files, first, last = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
assistant = open_folder(home, address="http://127.0.0.1:9")
for number in range(first, last):
    assistant.ingest([write_article(files, number, 0)])
os.kill(os.getpid(), 9)
"""


@dataclass
class Damage:
    """One damaged file: what was done to it, and what came of it."""

    file: str
    how: str
    noticed: bool = False
    asked: float = 0.0
    same: bool = False
    filled: float = 0.0
    embedded: int = 0
    articles: int = 0
    refused: str = ""
    wrong: list[str] = field(default_factory=list)


def harmed_bytes(data: bytes, how: str) -> bytes:
    """Return what is left of a file's bytes; those of an empty one stay but for a bit more."""
    middle = len(data) // 2
    if how == "one bit changed":
        return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :] if data else b"\0"
    return {"emptied": b"", "truncated": data[:middle], "zeroed": bytes(len(data))}[how]


def harm(file: Path, how: str) -> bool:
    """Damage a file; return whether that changed anything."""
    if how == "removed":
        file.unlink()
        return True
    data = file.read_bytes()
    file.write_bytes(harmed_bytes(data, how))
    return file.read_bytes() != data


def pristine(folder: Path, articles: int) -> tuple[Path, Answer]:
    """Return a closed data folder, and what it answers."""
    home, files = folder / "pristine", folder / "files"
    files.mkdir()
    with open_folder(home) as assistant:
        assistant.ingest([write_article(files, number, 0) for number in range(articles)])
        Calibration(reader="none", threshold=0.5, answerable=1, unanswerable=1, corpus="").save(home)
        return home, assistant.ask(_QUESTION)


def index_damage(folder: Path, home: Path, wanted: Answer, hows: tuple[str, ...]) -> list[Damage]:
    """Damage every file of the index in every way, one at a time."""
    files = sorted(path.relative_to(home) for path in (home / "index").rglob("*") if path.is_file())
    return [_opened(folder / "harmed", home, file, how, wanted) for file in files for how in hows]


def _opened(harmed: Path, home: Path, file: Path, how: str, wanted: Answer) -> Damage:
    """Damage one file of a copy, open that, and look at it."""
    shutil.rmtree(harmed, ignore_errors=True)
    shutil.copytree(home, harmed)
    changed = harm(harmed / file, how)
    damage = Damage(file.name, how)
    said: list[str] = []
    embedder = CountingEmbedder()
    began = time.perf_counter()
    with open_folder(harmed, embedder, notify=said.append) as assistant:
        answer = assistant.ask(_QUESTION)
        damage.asked = time.perf_counter() - began
        damage.same = (answer.text, answer.citations) == (wanted.text, wanted.citations)
        damage.noticed = any("index is filled" in one or "brought into step" in one for one in said)
        until = time.monotonic() + _FILLED_SECONDS
        while assistant.stats().index != "in step" and time.monotonic() < until:
            time.sleep(0.05)
        damage.filled = time.perf_counter() - began
        damage.wrong = out_of_step(assistant, harmed)
        damage.embedded = embedder.embedded
    if changed and not damage.noticed:
        damage.wrong.append("it was not noticed")
    if not damage.same:
        damage.wrong.append(f"it was answered with {answer.text!r}")
    if damage.embedded:
        damage.wrong.append(f"{damage.embedded} texts were embedded")
    return damage


def killed(folder: Path, home: Path, articles: int) -> Path:
    """Return a copy of a folder, as a process leaves it that takes articles in and is killed."""
    left = folder / "killed"
    shutil.copytree(home, left)
    arguments = [str(left), str(folder / "files"), str(articles), str(articles + _KILLED_AFTER)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", _KILLED, *arguments], env=environment, check=False)
    if done.returncode != -9:
        raise RuntimeError(f"the process that was to be killed ended with {done.returncode}")
    return left


def beside_damage(folder: Path, left: Path, articles: int, hows: tuple[str, ...]) -> list[Damage]:
    """Damage every file beside the catalog of a killed process's folder in every way, one at a time."""
    names = ["catalog.sqlite-wal", "catalog.sqlite-shm", "lock", "owner.json", "proof", "calibration.json"]
    found = []
    for name in names:
        for how in hows:
            damage = Damage(name, how, same=True)
            found.append(damage)
            harmed = folder / "harmed"
            shutil.rmtree(harmed, ignore_errors=True)
            shutil.copytree(left, harmed)
            if not (harmed / name).exists():
                damage.wrong.append("there is no such file")
                continue
            harm(harmed / name, how)
            _look_beside(damage, harmed, articles)
    return found


def _look_beside(damage: Damage, harmed: Path, articles: int) -> None:
    embedder = CountingEmbedder()
    began = time.perf_counter()
    try:
        with open_folder(harmed, embedder) as assistant:
            assistant.search(_QUESTION)
            damage.asked = time.perf_counter() - began
            numbers, damage.wrong = held(assistant)
            damage.articles = len(numbers)
            missing = [number for number in range(articles) if number not in numbers]
            if missing:
                damage.wrong.append(f"{len(missing)} articles are lost that did not stand in the file")
            whole = articles + _KILLED_AFTER
            if damage.file != "catalog.sqlite-wal" and len(numbers) != whole:
                damage.wrong.append(f"{whole - len(numbers)} articles are lost")
            until = time.monotonic() + _FILLED_SECONDS
            while assistant.stats().index != "in step" and time.monotonic() < until:
                time.sleep(0.05)
            damage.filled = time.perf_counter() - began
            damage.wrong += out_of_step(assistant, harmed)
            damage.embedded = embedder.embedded
            if damage.embedded:
                damage.wrong.append(f"{damage.embedded} texts were embedded")
    except AssistantError as error:
        damage.refused = str(error)
        damage.wrong.append(damage.refused)
    except (sqlite3.Error, OSError, ValueError) as error:
        damage.wrong.append(repr(error))


def measure(folder: Path, articles: int, hows: tuple[str, ...]) -> tuple[list[Damage], list[Damage], int]:
    """Damage everything; return what came of the index's files, of those beside the catalog, and the passages."""
    home, wanted = pristine(folder, articles)
    with closing(sqlite3.connect(home / "catalog.sqlite")) as connection:
        passages = int(connection.execute("SELECT count(*) FROM passages").fetchone()[0])
    index = index_damage(folder, home, wanted, hows)
    left = killed(folder, home, articles)
    return index, beside_damage(folder, left, articles, hows), passages


def show(title: str, found: list[Damage]) -> Table:
    """Return the table of one kind of files."""
    table = Table(title, "damaged", "noticed", "same answer", "answered after, most s", "in step after, most s")
    for head in ("texts embedded", "articles left", "refused", "wrong"):
        table.add_column(head)
    for file in dict.fromkeys(one.file for one in found):
        those = [one for one in found if one.file == file]
        counts = (len(those), sum(one.noticed for one in those), sum(one.same for one in those))
        seconds = (max(one.asked for one in those), max(one.filled for one in those))
        ends = (
            str(sum(one.embedded for one in those)),
            ", ".join(str(one.articles) for one in those),
            str(sum(bool(one.refused) for one in those)),
            str(sum(bool(one.wrong) for one in those)),
        )
        table.add_row(file, *map(str, counts), *(f"{one:.2f}" for one in seconds), *ends)
    return table


def main() -> int:
    """Measure as the command line says; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        index, beside, passages = measure(Path(folder), ARTICLES, HOWS)
    console = make_console()
    console.print(show("file of the index", index))
    console.print(show("file beside the catalog", beside))
    wrong = [(one, what) for one in (*index, *beside) for what in one.wrong]
    for one, what in wrong:
        console.print(f"{one.file}, {one.how}: {what}", markup=False)
    count = len(index) + len(beside)
    seconds = time.perf_counter() - began
    console.print(f"{count} files damaged in a folder of {passages} passages in {seconds:.0f} s, {len(wrong)} faults")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
