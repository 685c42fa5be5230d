"""`python -m bench.uploads`: mutated and hostile files over HTTP, and what answers cost meanwhile.

A server with the bundled articles and the real models answers questions one after the other, first alone, then while
others send it files: 2,000 made of six kinds of articles by random changes, and bombs. Fails on a 5xx, on a file
outside the data folder, on a connection to a listener that the hostile files name, on an index that is not in step, and
where the 95th percentile of the answers is twice what it was alone, or more.
"""

import argparse
import json
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from bench import hostile
from bench.mutation import mutated

_ROOT = Path(__file__).resolve().parent.parent
_QUESTIONS = (
    "What are the five directives of the summit?",
    "Who convened the summit?",
    "When was the summit held?",
    "Which company hosted the summit?",
    "What do the directives mean for rare-earth buyers outside China?",
    "What is market discipline?",
    "Who wrote about magnets?",
    "What is the capital of Peru?",
)
_TEXT = (
    "Cerium oxide rose to 1,250 dollars a tonne in March 2024. The refinery at Kalmar shut two of its five furnaces.",
    "Buyers in Japan and Korea signed contracts for three years. None of them may sell the metal on.",
    "The ministry published a list of eleven licences on 4 April. Four of them went to state firms.",
)
_SENDERS = 2
_PAUSE = 0.05
_MOST_SLOWER = 2.0
_LIGHT = (
    "from assistant import factory; from assistant.models.fake import HashingEmbedder;"
    "factory.load_embedder = lambda *_: HashingEmbedder();"
    "from assistant.cli import main; main()"
)


def seeds() -> dict[str, bytes]:
    """Return a small article in each format that is read, by file name."""
    paragraphs = "\n\n".join(_TEXT)
    cells = "".join(f"<tr><td>{one}</td><td>{len(one)}</td></tr>" for one in _TEXT)
    lines = " ".join(f"10 {700 - 20 * n} Td ({one}) Tj" for n, one in enumerate(_TEXT))
    table = "| metal | price |\n|---|---|\n| cerium | 1,250 |\n"
    return {
        "note.md": f"---\nid: note\npublished: 2024-04-05\n---\n\n# Cerium\n\n{paragraphs}\n\n{table}".encode(),
        "plain.txt": f"Cerium in spring\n\nBy Ann Lee\n\n4 April 2024\n\n{paragraphs}".encode(),
        "page.html": f"<html lang='en'><title>Cerium</title><body><article><h1>Cerium</h1><p>{paragraphs}</p>"
        f"<table>{cells}</table></article></body></html>".encode(),
        "records.jsonl": "".join(
            json.dumps({"id": f"r{n}", "title": f"Record {n}", "text": one}) + "\n" for n, one in enumerate(_TEXT)
        ).encode(),
        "word.docx": hostile.docx(paragraphs),
        "print.pdf": hostile.pdf(f"BT /F1 9 Tf {lines} ET".encode()),
    }


def bombs(port: int) -> list[tuple[str, bytes]]:
    """Return names and contents of hostile files; some ask for what listens at `port`."""
    listener = f"http://127.0.0.1:{port}/"
    page = f'<!DOCTYPE html SYSTEM "{listener}"><img src="{listener}"><p>' + "Tin melts early. " * 20
    return [
        ("bomb.docx", hostile.zip_bomb()),
        ("bomb.pdf", hostile.pdf_memory_bomb()),
        ("slow.pdf", hostile.pdf_time_bomb(20_000_000)),
        ("laughs.docx", hostile.laughs()),
        ("xxe.docx", hostile.xxe(listener)),
        ("xxe2.docx", hostile.xxe("file:///etc/passwd")),
        ("remote.docx", hostile.docx(target=listener, mode=' TargetMode="External"')),
        ("page.html", page.encode()),
        ("../../../../escaped.md", b"# Escaped\n\nOut of the folder."),
        ("/tmp/escaped.md", b"# Escaped\n\nOut of the folder."),
        ("nul\0.md", b"# Nul\n\nA name."),
        ("deep.html", b"<div>" * 200_000 + b"text " * 30),
        ("headings.md", b"# h\n\n" * 40_000),
        ("line.txt", b"tin " * 10_000),
        ("both.pdf", b"<html><script>1</script>" + hostile.pdf(b"BT ET")),
        ("both.html", hostile.docx("polyglot") + b"<html>"),
        ("program.txt", b"\x7fELF" + bytes(1000)),
    ]


@contextmanager
def _serving(folder: Path, light: bool) -> Iterator[str]:
    """Serve the bundled articles from `folder`; give the address. `light`: with an embedder that has no weights."""
    environment = {
        **os.environ,
        "ASSISTANT_HOME": str(folder / "home"),
        "ASSISTANT_CORPUS": str(_ROOT / "corpus"),
        "ASSISTANT_MODELS": str(_ROOT / "data" / "models"),
    }
    log = folder / "server.log"
    with log.open("w") as stderr:
        program = ["-c", _LIGHT] if light else ["-m", "assistant"]
        command = [sys.executable, *program, "serve", "--port", "0"]
        server = subprocess.Popen(command, env=environment, stderr=stderr, cwd=folder)
    try:
        deadline = time.monotonic() + 300
        while not (found := re.search(r"http://[\d.]+:\d+", log.read_text())):
            if server.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"the server did not start: {log.read_text()[-500:]}")
            time.sleep(0.2)
        yield found[0]
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:
            server.kill()


def _ask(address: str, until: threading.Event | int) -> list[float]:
    """Return the seconds of each answer, asked one after the other until `until` is set, or so many times."""
    took: list[float] = []
    with httpx.Client(base_url=address, timeout=120, trust_env=False) as client:
        while len(took) < until if isinstance(until, int) else not until.is_set():
            began = time.perf_counter()
            client.post("/v1/ask", json={"question": _QUESTIONS[len(took) % len(_QUESTIONS)]}).raise_for_status()
            took.append(time.perf_counter() - began)
            time.sleep(_PAUSE)
    return took


class _Senders:
    """Sends files from a few threads; counts statuses, and keeps what a server must not answer."""

    def __init__(self, address: str, files: list[tuple[str, bytes]]) -> None:
        self.statuses: Counter[int] = Counter()
        self.wrong: list[str] = []
        self._address = address
        self._files = iter(files)
        self._guard = threading.Lock()

    def run(self) -> None:
        """Send all files."""
        threads = [threading.Thread(target=self._send) for _ in range(_SENDERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _send(self) -> None:
        with httpx.Client(base_url=self._address, timeout=600, trust_env=False) as client:
            while True:
                with self._guard:
                    name, content = next(self._files, ("", b""))
                if not name:
                    return
                sent = client.post("/v1/articles", files={"file": (name, content)})
                with self._guard:
                    self.statuses[sent.status_code] += 1
                    if sent.status_code not in (200, 201, 413, 422):
                        self.wrong.append(f"{name}: {sent.status_code} {sent.text[:200]}")


def _p95(took: list[float]) -> float:
    return statistics.quantiles(took, n=20)[-1] * 1000


def _files(folder: Path) -> set[str]:
    inside = ("catalog.sqlite", "index")
    found = (str(one.relative_to(folder)) for one in folder.rglob("*"))
    return {one for one in found if not one.removeprefix("home/").startswith(inside)}


def main() -> int:
    """Print the figures; return 1 where one that must be 0 is not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=20250527)
    parser.add_argument("--idle", type=int, default=200, help="questions asked while nothing is sent")
    parser.add_argument("--light", action="store_true", help="without the embedding model: harm, and no times")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the server ends with this
    chance = random.Random(options.seed)
    kinds = list(seeds().items())
    files = [
        (name, mutated(content, chance)) for name, content in (kinds[n % len(kinds)] for n in range(options.files))
    ]
    with tempfile.TemporaryDirectory() as scratch, socket.create_server(("127.0.0.1", 0)) as listener:
        folder = Path(scratch)
        listener.settimeout(0)
        with (
            _serving(folder, options.light) as address,
            httpx.Client(base_url=address, timeout=120, trust_env=False) as client,
        ):
            _ask(address, 2 * len(_QUESTIONS))
            before, alone = _files(folder), _ask(address, options.idle)
            over, beside = threading.Event(), list[float]()
            asking = threading.Thread(target=lambda: beside.extend(_ask(address, over)))
            asking.start()
            began = time.monotonic()
            mutants = _Senders(address, files)
            mutants.run()
            seconds = time.monotonic() - began
            over.set()
            asking.join()
            evil = _Senders(address, bombs(listener.getsockname()[1]))
            evil.run()
            again = _ask(address, options.idle)
            stats = client.get("/v1/stats").json()
            articles = [one["id"] for one in client.get("/v1/articles").json()["articles"]]
            lost = [one for one in articles if client.get(f"/v1/articles/{one}").status_code != httpx.codes.OK]
            after = _files(folder)
        try:
            listener.accept()
            heard = 1
        except BlockingIOError:
            heard = 0
    ratio = _p95(beside) / _p95(alone)
    wrong = mutants.wrong + evil.wrong
    print(f"mutated files sent          {sum(mutants.statuses.values()):>8,}  in {seconds:,.0f} s")
    print(f"  by status                 {dict(sorted(mutants.statuses.items()))}")
    print(f"hostile files sent          {sum(evil.statuses.values()):>8,}  {dict(sorted(evil.statuses.items()))}")
    print(f"5xx or other wrong statuses {len(wrong):>8,}")
    print(f"files outside the catalog   {len(after - before):>8,}")
    print(f"connections to the listener {heard:>8,}")
    print(f"articles not readable       {len(lost):>8,}  of {len(articles)}; index {stats['index']}")
    for when, took in (("alone", alone), ("meanwhile", beside), ("afterwards", again)):
        middle, high = statistics.median(took) * 1000, _p95(took)
        print(f"answers {when:<12} p50/p95 {middle:6.0f} {high:6.0f} ms  of {len(took):,}")
    print(f"p95 meanwhile over alone    {ratio:>8.2f}  (under {_MOST_SLOWER:g})")
    if options.light:
        print("(times without the embedding model say nothing of the real ones)")
    for line in [*wrong[:20], *sorted(after - before)]:
        print(line)
    held = not wrong and not lost and not heard and after <= before and stats["index"] == "in step"
    return 0 if held and (options.light or ratio < _MOST_SLOWER) else 1


if __name__ == "__main__":
    sys.exit(main())
