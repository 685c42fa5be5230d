"""What someone at the page waits for, and what many at once do to the server: `python -m bench.page`.

Serves the project's own articles in a process of its own. In Chromium each question is typed and sent; measured is the
time from pressing Enter until the first statement stands on the page, beside that of POST /v1/ask for the same
question, in turns. Then 50 event streams are opened at once while /health is asked over and over.
"""

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from rich.table import Table

from bench.pipelines import BenchError
from bench.program import make_console, positive
from bench.tables import show_ratio

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHROMIUM = Path("/usr/bin/chromium")
STREAMS = 50
QUESTIONS = (
    "What are the five directives of the summit?",
    "Who convened the summit?",
    "What does the first directive entrench?",
    "What is the mantra of the second directive?",
    "Which base did participants tour?",
    "What does the publisher infer about the West?",
    "How many tons of rare earths did China mine in 2024?",
    "What was the price of dysprosium oxide in 2024?",
    "When was the framework with Australia signed?",
    "What does Executive Order 14285 say about seabed minerals?",
)
_PATIENCE = 60
_ROOT = Path(__file__).parents[1]
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
_WATCH = """
addEventListener("keydown", (event) => { if (event.key === "Enter") { window.pressed = performance.now(); } }, true);
new MutationObserver(() => {
  if (window.pressed && document.querySelectorAll(".turn").length > (window.turns ?? 0)
      && document.querySelector(".turn:last-of-type .statement")) {
    const began = window.pressed; window.pressed = 0;
    requestAnimationFrame(() => { window.waited = performance.now() - began; });
  }
}).observe(document, {childList: true, subtree: true});
"""


@contextmanager
def served(home: Path) -> Iterator[str]:
    """Serve the project's articles from the data folder `home` within; gives the URL. Raises BenchError."""
    command = [sys.executable, "-m", "assistant", "--home", str(home), "serve", "--port", "0"]
    log = home / "serve.log"
    with log.open("w") as told, subprocess.Popen(command, cwd=_ROOT, stderr=told) as process:
        try:
            while process.poll() is None and "Serving at " not in log.read_text("utf-8"):
                time.sleep(0.1)
            if process.poll() is not None:
                raise BenchError(f"the server did not start: {log.read_text('utf-8').strip()[-500:]}")
            yield log.read_text("utf-8").split("Serving at ")[1].split(";")[0].strip()
        finally:
            process.terminate()


def first_statements(url: str, rounds: int) -> dict[str, list[float]]:
    """Return milliseconds until the first statement stands on the page, and until POST /v1/ask has answered."""
    from playwright.sync_api import sync_playwright

    found: dict[str, list[float]] = {"page": [], "ask": []}
    with sync_playwright() as playwright, httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        page = browser.new_page()
        for number in range(rounds + 1):
            for question in QUESTIONS:
                # A conversation each: nothing asked before takes part.
                page.goto(url)
                page.evaluate(_WATCH)
                box = page.get_by_role("textbox", name="Your question")
                box.fill(question)
                box.press("Enter")
                waited = _waited(page)
                # What the page asks for after an answer must not run into the next question.
                page.wait_for_load_state("networkidle")
                began = time.perf_counter()
                client.post("/v1/ask", json={"question": question}).raise_for_status()
                asked = (time.perf_counter() - began) * 1000
                if number:  # the first round warms up
                    found["page"].append(waited)
                    found["ask"].append(asked)
        browser.close()
    return found


def _waited(page: "Page") -> float:
    """Return what the page measured; it is asked over and over, for its policy forbids Playwright's own waiting."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        waited = page.evaluate("window.waited ?? null")
        if waited is not None:
            return float(waited)
        page.wait_for_timeout(20)
    raise BenchError(f"no statement stood on the page within {_PATIENCE} s")


async def many(url: str) -> dict[str, float]:
    """Open 50 streams at once; return errors, the slowest stream's seconds, and what /health took meanwhile, in ms."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=url, timeout=300, limits=limits, trust_env=False) as client:
        conversation = (await client.post("/v1/conversations", json={})).json()["id"]
        times: list[float] = []
        done = asyncio.Event()

        async def health() -> None:
            while not done.is_set():
                began = time.perf_counter()
                (await client.get("/health")).raise_for_status()
                times.append((time.perf_counter() - began) * 1000)
                await asyncio.sleep(0.02)

        async def stream(number: int) -> bool:
            body = {"question": QUESTIONS[number % len(QUESTIONS)]}
            path, headers = f"/v1/conversations/{conversation}/messages", {"accept": "text/event-stream"}
            response = await client.post(path, json=body, headers=headers)
            return response.status_code == httpx.codes.OK and response.text.count("event: answer\n") == 1

        asking = asyncio.create_task(health())
        began = time.perf_counter()
        fine = await asyncio.gather(*(stream(number) for number in range(STREAMS)))
        seconds = time.perf_counter() - began
        done.set()
        await asking
    ordered = sorted(times)
    return {
        "errors": STREAMS - sum(fine),
        "slowest stream, s": seconds,
        "/health median, ms": statistics.median(ordered),
        "/health 99 %, ms": ordered[int(0.99 * (len(ordered) - 1))],
        "/health slowest, ms": ordered[-1],
        "/health requests": len(ordered),
    }


def show(waits: Mapping[str, list[float]], crowd: Mapping[str, float]) -> Iterator[Table]:
    """Yield the tables."""
    page, ask = (statistics.median(waits[name]) for name in ("page", "ask"))
    table = Table("", "median, ms", "slowest, ms", title=f"{len(waits['page'])} questions")
    table.add_row("Enter to first statement on the page", f"{page:.0f}", f"{max(waits['page']):.0f}")
    table.add_row("POST /v1/ask", f"{ask:.0f}", f"{max(waits['ask']):.0f}")
    table.add_row("ratio of medians", show_ratio(page / ask), "")
    yield table
    table = Table("", "", title=f"{STREAMS} streams at once")
    for name, value in crowd.items():
        table.add_row(name, f"{value:,.1f}" if value % 1 else f"{value:,.0f}")
    yield table


def main() -> int:
    """Run as the command line says; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=positive, default=3)
    args = parser.parse_args()
    if not CHROMIUM.exists():
        print(f"There is no {CHROMIUM}: install Debian's package chromium.", file=sys.stderr)
        return 1
    console = make_console()
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder, served(Path(folder)) as url:
            waits = first_statements(url, args.rounds)
            crowd = asyncio.run(many(url))
    except BenchError as error:
        print(error, file=sys.stderr)
        return 1
    for table in show(waits, crowd):
        console.print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
