"""Payloads that would run scripts, in a real browser: `python -m bench.xss`.

Plants each payload in titles, publishers, addresses, bodies, headings, table cells, lists and file names of articles,
in questions, in titles of conversations and in the page's own addresses; opens every state of the page in Chromium;
and prints how many scripts ran, dialogs opened, requests went elsewhere, violations of the page's policy there were,
and payloads that became markup.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from rich.table import Table

from bench.page import CHROMIUM
from bench.program import make_console, positive
from tests.browser.conftest import ARGUMENTS
from tests.browser.xss import Attack, payloads, serving

_CONTROL = "<img src=x onerror=canary(0)>"
_SHOWN = 20


def main() -> int:
    """Run as the command line says; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=positive, default=1, help="try every so manyth payload alone")
    some = payloads()[:: parser.parse_args().every]
    if not CHROMIUM.exists():
        print(f"There is no {CHROMIUM}: install Debian's package chromium.", file=sys.stderr)
        return 1
    from playwright.sync_api import sync_playwright

    began = time.perf_counter()
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        serving(Path(folder) / "data", some) as url,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        attack = Attack(browser, url, some)
        noticed = attack.noticed(_CONTROL)
        outcome = attack.run()
        browser.close()
    table = Table("", "", title=f"{time.perf_counter() - began:.0f} s")
    table.add_row("payloads", str(outcome.payloads))
    table.add_row("states of the page", str(outcome.pages))
    table.add_row("a script that does run is noticed", "yes" if noticed else "no")
    for name in ("scripts", "dialogs", "away", "policy", "markup", "errors"):
        table.add_row(name, str(len(getattr(outcome, name))))
    console = make_console()
    console.print(table)
    for one in outcome.found[:_SHOWN]:
        console.print(ascii(one)[:300], markup=False)
    return int(bool(outcome.found) or not noticed)


if __name__ == "__main__":
    sys.exit(main())
