"""One process owns a data folder: a file lock that names its owner."""

import json
import os
import sys
import time
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import BusyError, StorageError
from assistant.types import Frozen

_LOCK = "lock"
_OWNER = "owner.json"
# An owner takes the lock first and writes its name then; who comes in between asks again.
_NAMED_WITHIN = 1.0
_PAUSE = 0.02
# Longer than `check_free` holds a lock to see whether it is free.
_PATIENCE = 0.1


class Owner(Frozen):
    """Who holds a data folder: the process and, where it serves, its address."""

    pid: int
    address: str | None = None


class FolderLock:
    """Held from construction to `release`; the operating system gives it back when the process dies."""

    def __init__(self, folder: Path, address: str | None = None) -> None:
        """Take the lock of `folder`.

        Raises BusyError within a second when another process holds it, StorageError for a folder that cannot be made
        or written to.
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
            self._lock.acquire(timeout=_PATIENCE, poll_interval=_PAUSE)
        except Timeout as error:
            raise _busy(folder) from error
        except OSError as error:
            raise _unwritable(folder, error) from error
        try:
            _write(self._owner, Owner(pid=os.getpid(), address=address).model_dump_json())
        except OSError as error:
            self.release()
            raise _unwritable(folder, error) from error

    def release(self) -> None:
        """Give the folder back."""
        with suppress(OSError):  # on a disk that has become read-only; a process that is gone owns nothing anyway
            self._owner.unlink(missing_ok=True)
        self._lock.release()


def read_owner(folder: Path) -> Owner | None:
    """Return who holds, or last held, the lock of `folder`; None when that is not known."""
    try:
        return Owner.model_validate(json.loads((folder / _OWNER).read_text("utf-8")))
    except (OSError, ValueError):
        return None


def check_free(folder: Path) -> None:
    """Raise BusyError where another process holds the lock of `folder`; take nothing and make nothing.

    With it a command is refused before it imports what is slow. Only `FolderLock` tells for certain.
    """
    owner = read_owner(folder)
    if owner is None or not _lives(owner.pid) or not (folder / _LOCK).exists():
        return
    lock = FileLock(folder / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise _busy(folder) from error
    except OSError:
        return  # whoever opens the folder is told why that does not work
    lock.release()


def _busy(folder: Path) -> BusyError:
    owner = _holder(folder)
    who = f"process {owner.pid}" if owner else "another process"
    where = f", which serves at {owner.address}" if owner and owner.address else ""
    return BusyError(
        f"the data folder {folder} is in use by {who}{where}: wait for it or stop it, or set another ASSISTANT_HOME"
    )


def _holder(folder: Path) -> Owner | None:
    """Return the owner of a lock that is held, once it has written its name."""
    until = time.monotonic() + _NAMED_WITHIN
    while True:
        owner = read_owner(folder)
        if owner is not None and _lives(owner.pid):
            return owner
        if time.monotonic() >= until:
            return owner
        time.sleep(_PAUSE)


def _lives(pid: int) -> bool:
    if sys.platform == "win32":  # where signal 0 is not the one that does nothing
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # another user's
        return True
    return True


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all: who is refused reads it at any moment."""
    scratch = path.with_suffix(".new")
    scratch.write_text(text, "utf-8")
    os.replace(scratch, path)


def _unwritable(folder: Path, error: OSError) -> StorageError:
    return StorageError(
        f"the data folder {folder} cannot be written to ({error.strerror or error}): check its permissions and its"
        " free space, or set another ASSISTANT_HOME"
    )
