"""How long `assistant ask` takes in a fresh process on a catalog that is there, and whether it imports torch."""

import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from bench.pipelines import BenchError

_RUNS = 5


def measure_start(home: Path, question: str, environment: Mapping[str, str]) -> dict[str, float | bool]:
    """Return the median, least and most wall seconds of 5 processes, and whether one more imported torch.

    Raises BenchError when the command fails.
    """
    command = ["-m", "assistant", "--home", str(home), "ask", question]
    seconds = []
    for _ in range(_RUNS):
        began = time.perf_counter()
        _run([sys.executable, *command], environment, home)
        seconds.append(time.perf_counter() - began)
    told = _run([sys.executable, "-X", "importtime", *command], environment, home)
    return {
        "median_s": statistics.median(seconds),
        "least_s": min(seconds),
        "most_s": max(seconds),
        "imports_torch": imported("torch", told),
    }


def imported(module: str, told: str) -> bool:
    """Whether `module` is among the imports that `python -X importtime` told of."""
    return any(line.startswith("import time:") and line.split("|")[-1].strip() == module for line in told.splitlines())


def _run(command: list[str], environment: Mapping[str, str], cwd: Path) -> str:
    done = subprocess.run(command, env=dict(environment), cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BenchError(f"assistant ask failed: {done.stderr.strip()[-500:]}")
    return done.stderr
