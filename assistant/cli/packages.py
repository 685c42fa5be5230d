"""Versions of this package and of those it stands on, from their metadata: nothing is imported."""

from importlib.metadata import PackageNotFoundError, entry_points, version

_WATCHED = (
    "chromadb",
    "onnxruntime",
    "tokenizers",
    "numpy",
    "SQLAlchemy",
    "pydantic",
    "httpx",
    "typer",
    "rich",
    "sentence-transformers",
    "torch",
    "fastapi",
    "uvicorn",
    "langchain-core",
    "slack-bolt",
    "mcp",
)


def own_version() -> str:
    """Return the version of the distribution that installed the command `assistant`."""
    for script in entry_points(group="console_scripts", name="assistant"):
        if script.dist is not None and script.value.startswith("assistant.cli:"):
            return script.dist.version
    return "0 (not installed)"


def package_versions() -> dict[str, str | None]:
    """Return the version of each package that matters here, None where it is not installed."""
    return {name: _version(name) for name in _WATCHED}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
