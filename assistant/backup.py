"""Backups: the catalog in one file, taken while it is in use, and put back into a data folder."""

import logging
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from assistant.answering.calibration import FILE_NAME as CALIBRATION
from assistant.catalog import Catalog
from assistant.catalog.schema import HEAD
from assistant.errors import IndexFailure, NotFoundError, StorageError, UserError
from assistant.index import KeptIndex
from assistant.index.kept import Told
from assistant.locking import FolderLock
from assistant.types import Frozen

logger = logging.getLogger(__name__)

_CATALOG = "catalog.sqlite"
_INDEX = "index"
_KEPT_FILE = f"file:{CALIBRATION}"
# Kinds of SQLite's errors that say that a file is no whole database.
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_PATIENCE = 5.0  # seconds that another program may go on reading a catalog that is to be replaced


class BackupReport(Frozen):
    """What a backup holds: its file, its size in bytes, and how many articles, passages and conversations."""

    file: str
    bytes: int
    articles: int
    passages: int
    conversations: int


def back_up(home: Path, file: Path, *, force: bool = False) -> BackupReport:
    """Write what the data folder `home` holds into `file`, as it is at this moment, whole or not at all.

    It works while a server uses the folder, and does not keep that from writing. With `force` a file that is there is
    replaced. Raises NotFoundError for a folder without a catalog, UserError for a file that is there, StorageError
    where reading or writing fails, or the copy is not whole.
    """
    catalog = home / _CATALOG
    if not catalog.is_file():
        raise NotFoundError(f"{catalog} does not exist: name the data folder with --home")
    _check_target(file, force)
    scratch = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        with _failing(file):
            with closing(_open_to_read(catalog)) as source, closing(sqlite3.connect(scratch)) as copy:
                source.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")  # one file, without one beside it
                _keep_calibration(home, copy)
            report = check(scratch)
            _flush(scratch)
            os.replace(scratch, file)
            _flush(file.absolute().parent)
    finally:
        with suppress(OSError):
            scratch.unlink(missing_ok=True)
    return report.model_copy(update={"file": str(file)})


def check(file: Path) -> BackupReport:
    """Return what a backup holds. Raises StorageError where it is damaged, or was not made by this program."""
    with _failing(file), closing(_open_to_read(file)) as copy:
        found = [row[0] for row in copy.execute("PRAGMA integrity_check(1)")]
        if found != ["ok"]:
            raise StorageError(f"{file} is damaged ({found[0].splitlines()[0]}): take another backup")
        if not (_has(copy, "alembic_version") and _has(copy, "passages")):
            raise StorageError(f"{file} holds no articles of this program: name a file that `assistant backup` made")
        revision = str(copy.execute("SELECT max(version_num) FROM alembic_version").fetchone()[0])
        if revision > HEAD:
            raise StorageError(f"{file} was made by a later version ({revision}): install that one to restore it")
        strays = copy.execute("SELECT count(*) FROM passages WHERE article_id NOT IN (SELECT id FROM articles)")
        if strays.fetchone()[0]:
            raise StorageError(f"{file} holds passages without their article: take another backup")
        articles, passages = (_count(copy, name) for name in ("articles", "passages"))
        conversations = _count(copy, "conversations") if _has(copy, "conversations") else 0
    size = file.stat().st_size
    return BackupReport(file=str(file), bytes=size, articles=articles, passages=passages, conversations=conversations)


def restore(file: Path, home: Path, *, force: bool = False, progress: Told | None = None) -> BackupReport:
    """Make the data folder `home` hold what the backup `file` does; the index is filled from it, nothing is embedded.

    With `force` what the folder holds is replaced. Raises BusyError where another process uses the folder,
    NotFoundError for a file that is not there, UserError for a folder that holds articles, StorageError where the
    file is damaged or something cannot be written: then the articles are as they were.
    """
    if not file.is_file():
        raise NotFoundError(f"{file} does not exist: name a file that `assistant backup` made")
    report = check(file)
    lock = FolderLock(home)
    try:
        catalog = home / _CATALOG
        if catalog.exists() and not force:
            raise UserError(f"the data folder {home} holds articles: add --force to replace them, or name another")
        with _failing(home):
            _put(file, home)
        _fill_index(home, progress)
    finally:
        lock.release()
    return report


def _put(file: Path, home: Path) -> None:
    """Put the catalog of a backup in place of that of `home`, which is whole until then."""
    catalog, scratch = home / _CATALOG, home / f"{_CATALOG}.new"
    calibration, chosen = home / CALIBRATION, home / f"{CALIBRATION}.new"
    try:
        _remove_copy(scratch)  # SQLite would roll what a killed restore began into this one
        shutil.copyfile(file, scratch)
        with closing(sqlite3.connect(scratch)) as copy:
            kept = _take_calibration(copy)
            _end_asks(copy)
            _end_access(copy, catalog)
        try:
            check(scratch)
        except StorageError as error:
            raise StorageError(f"{file} was not copied whole to {home} ({error}): check that disk") from error
        _flush(scratch)
        if kept is not None:
            chosen.write_text(kept, "utf-8")
            _flush(chosen)
        # In this order: the index of other articles, and a log that belongs to another file, must not be taken for
        # those of this one whenever the process ends.
        _empty_log(catalog)
        shutil.rmtree(home / _INDEX, ignore_errors=True)
        if (home / _INDEX).exists():
            raise OSError(0, "the index cannot be removed", str(home / _INDEX))
        for suffix in ("-wal", "-shm"):
            catalog.with_name(catalog.name + suffix).unlink(missing_ok=True)
        os.replace(scratch, catalog)
        if kept is None:
            calibration.unlink(missing_ok=True)
        else:
            os.replace(chosen, calibration)
        _flush(home)
    finally:
        _remove_copy(scratch)
        chosen.unlink(missing_ok=True)


def _remove_copy(scratch: Path) -> None:
    for suffix in ("-journal", "-wal", "-shm", ""):
        scratch.with_name(scratch.name + suffix).unlink(missing_ok=True)


def _empty_log(catalog: Path) -> None:
    """Bring what a killed process left in the log into the catalog's file, so that nothing is lost with the log.

    That of a damaged catalog, which is what backups are for, is of no use. Raises StorageError where the log of
    another cannot be emptied.
    """
    if not catalog.exists():
        return
    try:
        _fold_log(catalog)
    except sqlite3.DatabaseError as error:
        if not _is_damage(error):
            raise StorageError(
                f"the log of {catalog} cannot be folded into it ({error}): free some space, or move {catalog} and its"
                " log away"
            ) from error


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED


def _fold_log(catalog: Path) -> None:
    with closing(sqlite3.connect(catalog, timeout=_PATIENCE)) as connection:
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        raise StorageError(f"{catalog} is being read by another program: end that and restore again")


def _fill_index(home: Path, progress: Told | None) -> None:
    """Fill the index with the vectors that the catalog holds."""
    catalog = Catalog(home / _CATALOG)
    try:
        identity = catalog.model()
        if identity is not None:
            index = KeptIndex(home / _INDEX, identity, catalog.whole, at_once=0)
            with suppress(IndexFailure):  # where it cannot be filled now, the next start does it
                index.rebuild(progress)
            index.close()
    finally:
        catalog.close()


def _keep_calibration(home: Path, copy: sqlite3.Connection) -> None:
    """Keep the threshold chosen for the folder in the copy's table of facts."""
    with suppress(FileNotFoundError), copy:
        text = (home / CALIBRATION).read_text("utf-8")
        copy.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_KEPT_FILE, text))


def _take_calibration(copy: sqlite3.Connection) -> str | None:
    row = copy.execute("SELECT value FROM meta WHERE key = ?", (_KEPT_FILE,)).fetchone()
    with copy:
        copy.execute("DELETE FROM meta WHERE key = ?", (_KEPT_FILE,))
    return None if row is None else str(row[0])


def _end_asks(copy: sqlite3.Connection) -> None:
    """End what was being answered in Slack when the backup was taken: it was answered since, or nobody waits for it."""
    if _has(copy, "slack_asks"):
        with copy:
            copy.execute("UPDATE slack_asks SET state = 'done' WHERE state NOT IN ('done', 'failed')")


def _end_access(copy: sqlite3.Connection, catalog: Path) -> None:
    """Sign everybody out, and keep those keys revoked that are revoked in the catalog that the copy replaces."""
    if not _has(copy, "keys"):
        return
    revoked: list[tuple[str, str]] = []
    if catalog.exists():
        try:
            with closing(_open_to_read(catalog)) as present:
                if _has(present, "keys"):
                    revoked = present.execute("SELECT revoked, id FROM keys WHERE revoked IS NOT NULL").fetchall()
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
            # A damaged catalog is what backups are for; what it revoked can only be revoked again.
            logger.warning("the keys revoked in %s cannot be read (%s): look at `assistant keys list`", catalog, error)
    with copy:
        copy.execute("DELETE FROM sessions")
        copy.executemany("UPDATE keys SET revoked = ? WHERE id = ? AND revoked IS NULL", revoked)


def _check_target(file: Path, force: bool) -> None:
    if file.is_dir():
        raise UserError(f"{file} is a folder: name a file to write the backup into")
    if file.exists() and not force:
        raise UserError(f"{file} exists: add --force to replace it, or name another file")
    if not file.absolute().parent.is_dir():
        raise NotFoundError(f"the folder {file.absolute().parent} does not exist: make it first")


def _open_to_read(path: Path) -> sqlite3.Connection:
    """Open a catalog of which nothing is changed, on a disk that cannot be written to as well."""
    address = path.absolute().as_uri()
    ways = ["mode=rw", "mode=ro"]  # only the first can read the log of a process that was killed
    if not path.with_name(path.name + "-wal").exists():
        ways.append("immutable=1")
    for way in ways:
        connection = sqlite3.connect(f"{address}?{way}", uri=True, timeout=30)
        try:
            connection.execute("SELECT 1 FROM sqlite_master").fetchall()
            connection.execute("PRAGMA query_only=1")
            return connection
        except sqlite3.OperationalError as error:
            connection.close()
            failure = error
    raise failure


def _count(copy: sqlite3.Connection, table: str) -> int:
    return int(copy.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608  # names of this module


def _has(copy: sqlite3.Connection, table: str) -> bool:
    return copy.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone() is not None


def _flush(path: Path) -> None:
    """Have the system write a file, or a folder's list of them, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _failing(path: Path) -> Iterator[None]:
    """Raise StorageError for what the system or SQLite refuse."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise StorageError(f"{path} cannot be read or written ({error}): check the file and the free space") from error
    except OSError as error:
        where = error.filename or path
        raise StorageError(f"{where} cannot be written ({error.strerror}): free some space, or name another") from error
