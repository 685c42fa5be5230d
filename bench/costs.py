"""Costs of a trained reader: size, time to load, time to read, memory, each taken in fresh processes.

`python -m bench.costs --weights FOLDER --inputs FILE` is one such process and prints its figures as JSON.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from assistant.models.reader.runtime import PassageInput, ReaderNetwork
from bench.pipelines import BenchError
from bench.scoring import Figures

ROUNDS = 5
_ROOT = Path(__file__).parents[1]
_STATUS = Path("/proc/self/status")
_KIB = 1024


def measure(folder: Path, inputs: Mapping[str, Sequence[PassageInput]], threads: int) -> Figures:
    """Return medians of 5 processes that load the reader in `folder` and read the passages of each question.

    mib: of model.onnx; load_ms: to make the ReaderNetwork, without imports; read_ms: the median question;
    load_mib and read_mib: by how much the memory held had grown when it was loaded, and at the end; None where the
    system does not say. Raises BenchError when one of them fails.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        file = Path(scratch) / "inputs.json"
        asked = [[question, [vars(one) for one in some]] for question, some in inputs.items()]
        file.write_text(json.dumps(asked), "utf-8")
        runs = [_child(folder, file, threads) for _ in range(ROUNDS)]
    found: Figures = {"mib": (folder / "model.onnx").stat().st_size / 2**20}
    for key in runs[0]:
        values = [value for run in runs if (value := run[key]) is not None]
        found[key] = statistics.median(values) if len(values) == ROUNDS else None
    return found


def _child(folder: Path, inputs: Path, threads: int) -> Figures:
    command = [sys.executable, "-m", "bench.costs", "--weights", str(folder.resolve()), "--inputs", str(inputs)]
    done = subprocess.run([*command, "--threads", str(threads)], cwd=_ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BenchError(f"the costs of {folder} could not be taken: {done.stderr.strip()[-500:]}")
    figures: Figures = json.loads(done.stdout)
    return figures


def take(folder: Path, inputs: Sequence[tuple[str, Sequence[PassageInput]]], threads: int) -> Figures:
    """Return the figures of this process; see `measure`."""
    before, began = _memory_mib(), time.perf_counter()
    network = ReaderNetwork(folder, threads)
    load_ms, loaded = _ms_since(began), _memory_mib()
    times = []
    for question, passages in inputs:
        began = time.perf_counter()
        network.score(question, passages)
        times.append(_ms_since(began))
    done = _memory_mib()
    return {
        "load_ms": load_ms,
        "read_ms": statistics.median(times),
        "load_mib": None if before is None or loaded is None else loaded - before,
        "read_mib": None if before is None or done is None else done - before,
    }


def _ms_since(began: float) -> float:
    return (time.perf_counter() - began) * 1000


def _memory_mib() -> float | None:
    """Return what this process holds in memory now, None where the system does not say."""
    try:
        lines = _STATUS.read_text("ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) / _KIB for line in lines if line.startswith("VmRSS:")), None)


def _read_inputs(file: Path) -> list[tuple[str, list[PassageInput]]]:
    return [
        (question, [PassageInput(one["title"], one["text"], tuple(map(tuple, one["sentences"]))) for one in some])
        for question, some in json.loads(file.read_text("utf-8"))
    ]


def main() -> None:
    """Print the figures of this process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--inputs", type=Path, required=True, metavar="FILE", help="as `measure` writes them")
    parser.add_argument("--threads", type=int, default=2, help="cores that the reader may use; default 2")
    args = parser.parse_args()
    print(json.dumps(take(args.weights, _read_inputs(args.inputs), args.threads)))


if __name__ == "__main__":
    main()
