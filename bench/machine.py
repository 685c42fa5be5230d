"""What figures depend on besides the code: when, which commit, which machine, which versions."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_CPU_INFO = Path("/proc/cpuinfo")
_PACKAGES = (
    "chromadb",
    "langchain-chroma",
    "langchain-core",
    "langchain-huggingface",
    "langchain-text-splitters",
    "onnxruntime",
    "sentence-transformers",
    "torch",
)


def describe() -> dict[str, object]:
    """Return date (UTC), commit (None without git; "+" after it where files differ), CPU, load and versions."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "cpu": cpu_model(),
        "cores": os.cpu_count(),
        "avx512_bf16": "avx512_bf16" in _cpu_line("flags").split(),
        "load_average": os.getloadavg()[0],
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in _PACKAGES},
    }


def commit() -> str | None:
    """Return the commit of the working tree."""
    head = _git("rev-parse", "HEAD")
    return head and head + ("+" if _git("status", "--porcelain") else "")


def cpu_model() -> str:
    """Return what the CPU calls itself."""
    return _cpu_line("model name") or platform.processor() or platform.machine()


def _cpu_line(key: str) -> str:
    try:
        lines = _CPU_INFO.read_text("utf-8").splitlines()
    except OSError:
        return ""
    return next((line.split(":", 1)[1].strip() for line in lines if line.split(":", 1)[0].strip() == key), "")


def _git(*args: str) -> str | None:
    try:
        done = subprocess.run(["git", *args], cwd=_ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
