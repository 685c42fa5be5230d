"""A small disk that can be filled and made read-only, where this process may mount one."""

import gc
import os
import resource
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

SIZE = 24 << 20
_PAGE = 4096


@dataclass
class Disk:
    """A small disk, mounted at `folder`; `mounted` is off where it is a folder under a limit of file size."""

    folder: Path
    mounted: bool

    @contextmanager
    def full(self, left: int) -> Iterator[None]:
        """Leave `left` bytes of space until the end of the block."""
        if not self.mounted:
            soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
            log = self.folder / "home" / "catalog.sqlite-wal"
            largest = (log.stat().st_size if log.exists() else 0) + left
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest, hard))
            try:
                yield
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            return
        ballast = self.folder / "ballast"
        free = os.statvfs(self.folder).f_bavail * os.statvfs(self.folder).f_frsize
        with ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(free - left, _PAGE))
        try:
            yield
        finally:
            ballast.unlink()

    def open_files(self) -> list[str]:
        """Return the files of the disk that this process has open."""
        gc.collect()
        found = []
        for link in Path("/proc/self/fd").iterdir():
            with suppress(OSError):  # closed since it was listed
                found.append(str(link.readlink()))
        return sorted(one for one in found if one.startswith(str(self.folder)))

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Refuse every write until the end of the block. Raises RuntimeError while files are open there."""
        if left := self.open_files():
            raise RuntimeError(f"left open: {', '.join(left)}")
        _mount("remount,ro", self.folder)
        try:
            yield
        finally:
            _mount("remount,rw", self.folder)


@contextmanager
def small_disk() -> Iterator[Disk]:
    """Give a small disk."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        made = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", name], capture_output=True, check=False
        )
        mounted = made.returncode == 0
        try:
            yield Disk(folder, mounted)
        finally:
            if mounted:
                subprocess.run(["umount", "--lazy", name], capture_output=True, check=False)


def _mount(options: str, folder: Path) -> None:
    subprocess.run(["mount", "-o", options, str(folder)], capture_output=True, check=True)
