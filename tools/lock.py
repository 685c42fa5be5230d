"""The lock file: every distribution that the package and its development need, directly or not, as installed.

`python -m tools.lock` writes requirements.lock from this environment; `--check` compares and exits with 1 on a
difference. Local version parts ("+cpu") are left out, so that any index can serve the pins.
"""

import argparse
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

_ROOT = Path(__file__).parents[1]
_LOCK = _ROOT / "requirements.lock"
# What `make venv` installs; the packages of single providers are left to whoever uses them.
_EXTRAS = ("bench", "dev", "train")
_HEADER = "# Written by `make lock` from pyproject.toml; do not edit.\n"


def closure(requirements: list[str]) -> dict[str, str]:
    """Return version by name of all that `requirements` need on this platform.

    Raises SystemExit that names what is missing or too old in this environment.
    """
    found: dict[str, str] = {}
    visited: set[tuple[str, frozenset[str]]] = set()
    pending = [Requirement(text) for text in requirements]
    while pending:
        wanted = pending.pop()
        name = canonicalize_name(wanted.name)
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            raise SystemExit(f"{name} is not installed: run `make venv`") from None
        version = Version(installed.version)
        if wanted.specifier and not wanted.specifier.contains(version, prereleases=True):
            raise SystemExit(f"{name} {version} is installed, but {wanted} is asked for: install it, then `make lock`")
        found[name] = version.public
        key = (name, frozenset(wanted.extras))
        if key not in visited:
            visited.add(key)
            # As pip does: an extra that a distribution does not provide is passed over.
            provided = {canonicalize_name(extra): extra for extra in installed.metadata.get_all("Provides-Extra") or []}
            asked = {provided[name] for name in map(canonicalize_name, wanted.extras) if name in provided}
            pending += _needs(installed.requires or [], asked)
    return found


def _needs(requires: list[str], extras: set[str]) -> Iterator[Requirement]:
    for text in requires:
        requirement = Requirement(text)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in ["", *extras]):
            yield requirement


def main() -> int:
    """Write or check the lock file; return the exit code."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    args = parser.parse_args()
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [line for name in _EXTRAS for line in project["optional-dependencies"].get(name, [])]
    pins = closure([*project["dependencies"], *extras])
    text = _HEADER + "".join(f"{name}=={version}\n" for name, version in sorted(pins.items()))
    if not args.check:
        _LOCK.write_text(text, "utf-8")
        return 0
    locked = _LOCK.read_text("utf-8") if _LOCK.exists() else ""
    if locked == text:
        return 0
    differing = sorted(set(locked.splitlines()) ^ set(text.splitlines()))
    print(f"requirements.lock is out of step ({', '.join(differing)}): run `make lock`", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
