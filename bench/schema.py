"""Requests made from the OpenAPI document, right and wrong ones, sent to a real server: `python -m bench.schema`.

Serves the project's own articles, copied, from a data folder that is thrown away, and lets schemathesis send what the
document allows and what it does not: values at every bound, examples, random ones, and sequences in which one response
gives the next request its ids. Prints how many requests were answered, as the server counts them, how many with a 5xx,
and what did not hold that the document says. 429 is no failure: more is sent than is answered at a time.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families
from rich.table import Table

from bench.page import served
from bench.pipelines import BenchError
from bench.program import make_console, positive

ENOUGH = 10_000
_SEED = 7
_SERVER_ERROR = 500
# Python's name of the tool beside the interpreter that runs this.
_TOOL = Path(sys.executable).parent / "schemathesis"
_CONFIGURATION = """
[warnings]
display = []

# A text may be longer than a whole body.
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429]
"""


def requests_of(metrics: str) -> Counter[int]:
    """Return how many requests were answered with each status, of the text of /metrics."""
    counts: Counter[int] = Counter()
    for family in text_string_to_metric_families(metrics):
        for sample in family.samples:
            if sample.name == "assistant_http_requests_total" and sample.labels["status"].isdigit():
                counts[int(sample.labels["status"])] += int(sample.value)
    return counts


def violations(report: Path) -> Iterator[dict[str, Any]]:
    """Yield the checks that failed, of schemathesis' report in lines of JSON, once each."""
    seen = set()
    for line in report.read_text("utf-8").splitlines():
        for found in _failures(json.loads(line)):
            name = (found.get("operation"), found.get("title") or found.get("type"), str(found.get("message"))[:200])
            if name not in seen:
                seen.add(name)
                yield found


def _failures(value: Any, label: str | None = None) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        label = value.get("label") or value.get("operation_label") or label
        failure = value.get("failure")
        if isinstance(failure, dict):
            yield {"operation": label, **failure}
        for one in value.values():
            yield from _failures(one, label)
    elif isinstance(value, list):
        for one in value:
            yield from _failures(one, label)


def send(url: str, examples: int, folder: Path) -> tuple[int, list[dict[str, Any]]]:
    """Let schemathesis send requests to the server at `url`; return its exit code and the violations."""
    report, configuration = folder / "report.ndjson", folder / "schemathesis.toml"
    configuration.write_text(_CONFIGURATION, "utf-8")
    command = [_TOOL, "--config-file", configuration, "run", f"{url}/openapi.json", "--max-examples", str(examples)]
    command += ["--continue-on-failure", "--no-shrink", "--seed", str(_SEED), "--workers", "1"]
    # A schema cannot say all that may be wrong: a question without a word, dates out of order.
    command += ["--exclude-checks", "positive_data_acceptance"]
    command += ["--report", "ndjson", "--report-ndjson-path", report, "--suppress-health-check", "all"]
    done = subprocess.run([str(one) for one in command], cwd=folder, capture_output=True, text=True, check=False)
    (folder / "said.txt").write_text(done.stdout + done.stderr, "utf-8")
    if not report.exists():
        raise BenchError(f"schemathesis made no report: {(done.stdout + done.stderr)[-800:]}")
    return done.returncode, list(violations(report))


def main() -> int:
    """Run as the command line says; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=positive, default=400, help="random requests of each operation")
    parser.add_argument("--least", type=positive, default=ENOUGH, help="requests that there have to be")
    parser.add_argument("--keep", type=Path, help="folder for what schemathesis says")
    args = parser.parse_args()
    if not _TOOL.exists():
        print("There is no schemathesis: pip install schemathesis", file=sys.stderr)
        return 1
    began = time.perf_counter()
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            folder = Path(name)
            with served(folder) as url:
                code, found = send(url, args.examples, folder)
                counts = requests_of(httpx.get(f"{url}/metrics", timeout=60, trust_env=False).text)
            if args.keep:
                args.keep.mkdir(parents=True, exist_ok=True)
                for one in ("said.txt", "report.ndjson", "serve.log"):
                    shutil.copy(folder / one, args.keep)
    except BenchError as error:
        print(error, file=sys.stderr)
        return 1
    total, failed = counts.total(), sum(count for status, count in counts.items() if status >= _SERVER_ERROR)
    table = Table("", "", title=f"{time.perf_counter() - began:.0f} s, exit code {code}")
    table.add_row("requests answered", f"{total:,}")
    for status, count in sorted(counts.items()):
        table.add_row(f"  {status}", f"{count:,}")
    table.add_row("5xx", f"{failed:,}")
    table.add_row("violations", f"{len(found):,}")
    console = make_console()
    console.print(table)
    for violation in found:
        what = violation.get("title") or violation.get("type")
        line = f"{violation.get('operation')}: {what}: {violation.get('message')}"
        console.print(" ".join(line.split())[:600], markup=False)
    return int(bool(failed or found) or total < args.least)


if __name__ == "__main__":
    sys.exit(main())
