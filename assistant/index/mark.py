"""Mark: what an index held, and which bytes its files were, when it was last closed in step with the catalog."""

import hashlib
import os
from pathlib import Path

from pydantic import ValidationError

from assistant.catalog import Catalog
from assistant.models.embedding import ModelIdentity
from assistant.types import Frozen

_NAME = "clean"
_CHUNK = 1 << 20


class Mark(Frozen):
    """`division` names the passages by the catalog's digest, `files` the digest of each file by its path."""

    model: str
    division: str
    files: dict[str, str]

    def write(self, folder: Path) -> None:
        """Write it into the index's folder, whole or not at all. Raises OSError."""
        scratch = folder / f"{_NAME}.new"
        with scratch.open("w", encoding="utf-8") as file:
            file.write(self.model_dump_json())
            file.flush()
            os.fsync(file.fileno())
        os.replace(scratch, folder / _NAME)


def take_mark(folder: Path) -> Mark | None:
    """Return the mark in `folder` and remove it: from now on the files change.

    None where there is none, or where a file is missing, added or not as it was: then none of them is to be trusted.
    """
    path = folder / _NAME
    try:
        mark = Mark.model_validate_json(path.read_bytes())
        path.unlink()
        return mark if mark.files == digests(folder) else None
    except (OSError, ValidationError):
        return None


def mark_of(folder: Path, identity: ModelIdentity, catalog: Catalog) -> Mark:
    """Return the mark of the closed index in `folder`, which holds what `catalog` does. Raises OSError."""
    return Mark(model=str(identity), division=catalog.division(), files=digests(folder))


def digests(folder: Path) -> dict[str, str]:
    """Return the digest of each file under `folder` but the mark, by its path in it. Raises OSError."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in (_NAME, f"{_NAME}.new"):
            digest = hashlib.blake2b(digest_size=16)
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
            found[name] = digest.hexdigest()
    return found
