"""One process owns a data folder: a file lock that names its owner."""

import json
import os
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import BusyError, StorageError
from assistant.types import Frozen

_LOCK = "lock"
_OWNER = "owner.json"


class Owner(Frozen):
    """Who holds a data folder: the process and, where it serves, its address."""

    pid: int
    address: str | None = None


class FolderLock:
    """Held from construction to `release`; the operating system gives it back when the process dies."""

    def __init__(self, folder: Path, address: str | None = None) -> None:
        """Take the lock of `folder`.

        Raises BusyError at once when another process holds it, StorageError for a folder that cannot be made.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                f"the data folder {folder} cannot be made ({error.strerror}): set another ASSISTANT_HOME"
            ) from error
        self._owner = folder / _OWNER
        self._lock = FileLock(folder / _LOCK)
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            owner = read_owner(folder)
            who = f"process {owner.pid}" if owner else "another process"
            where = f", which serves at {owner.address}" if owner and owner.address else ""
            raise BusyError(
                f"the data folder {folder} is in use by {who}{where}: wait for it or stop it, or set another"
                " ASSISTANT_HOME"
            ) from error
        self._owner.write_text(Owner(pid=os.getpid(), address=address).model_dump_json(), "utf-8")

    def release(self) -> None:
        """Give the folder back."""
        self._owner.unlink(missing_ok=True)
        self._lock.release()


def read_owner(folder: Path) -> Owner | None:
    """Return who holds, or last held, the lock of `folder`; None when that is not known."""
    try:
        return Owner.model_validate(json.loads((folder / _OWNER).read_text("utf-8")))
    except (OSError, ValueError):
        return None
