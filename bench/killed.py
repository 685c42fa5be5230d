"""The processes of `python -m bench.crash`: one that works until it is killed, and one that opens what that leaves."""

import random
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal

from bench.numbered import held, name_of, open_folder, out_of_step, write_article

Kind = Literal["ingest", "remove", "re-ingest", "rebuild", "start"]
KINDS: tuple[Kind, ...] = ("ingest", "remove", "re-ingest", "rebuild", "start")
ARTICLES = 30


@dataclass(frozen=True)
class Look:
    """What the process saw that opened the folder after a kill; `ready` and `processor` are seconds until an answer."""

    ready: float
    processor: float
    found: dict[int, int]
    wrong: list[str]


def work(home: Path, files: Path, kind: Kind, seed: int, articles: int, say: Connection) -> None:
    """Do one kind of work on some of `articles` until killed, saying what is begun and what is done."""
    chance = random.Random(seed)
    if kind == "start":
        say.send(("working", {}))
    with open_folder(home) as assistant:
        there = {facts.id for facts in assistant.articles()}
        if kind != "start":
            say.send(("working", {}))
        version = seed * 1000
        while True:
            version += 1
            numbers = chance.sample(range(articles), 4 if kind == "re-ingest" else 1)
            step: dict[int, int | None] = dict.fromkeys(numbers, version)
            if kind == "rebuild":
                say.send(("begin", {}))
                assistant.rebuild_index()
                say.send(("rebuilt", {}))
                continue
            if kind == "remove" and name_of(number := numbers[0]) in there:
                say.send(("begin", {number: None}))
                assistant.remove(name_of(number))
                there.remove(name_of(number))
                say.send(("done", {number: None}))
                continue
            paths = [write_article(files, number, version) for number in numbers]
            say.send(("begin", step))
            assistant.ingest(paths)
            there |= {name_of(number) for number in numbers}
            say.send(("done", step))


def look(home: Path, began: float, say: Connection) -> None:
    """Open the folder, answer a question, and say what it holds."""
    with open_folder(home) as assistant:
        assistant.search("Which ore does sentence 1 name?")
        ready, processor = time.time() - began, time.process_time()
        found, wrong = held(assistant)
        say.send(Look(ready, processor, found, wrong + out_of_step(assistant, home)))
