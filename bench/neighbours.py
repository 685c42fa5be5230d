"""How much of the machine other processes take while something is measured.

It matters for more than noise: torch's threads spin while they wait for each other, so one that has lost its core to
another process holds up all, and a question takes many times as long; those of OnnxEmbedder sleep. A ratio of times
taken on a busy machine can so flatter this project by far.
"""

import os
import time
from pathlib import Path

_STAT = Path("/proc/stat")
# Of the columns of /proc/stat: user, nice, system, irq, softirq, steal; not idle, iowait, nor guests, which user holds.
_BUSY = (0, 1, 2, 5, 6, 7)
_TOLERATED = 0.25


class Neighbours:
    """Counts from its making on."""

    def __init__(self) -> None:
        """Begin."""
        self._wall, self._own, self._busy = time.perf_counter(), _own_seconds(), _busy_seconds()

    def cores(self) -> float | None:
        """Return how many cores' worth of time others took so far, None where the system does not say.

        Own is what this process took, and its children that have ended.
        """
        busy = _busy_seconds()
        if busy is None or self._busy is None:
            return None
        others = (busy - self._busy) - (_own_seconds() - self._own)
        return max(0.0, others / (time.perf_counter() - self._wall))


def compete(others: float | None, threads: int, cores: int) -> bool:
    """Whether work worth `others` cores leaves fewer than `threads` of `cores` free, but for a quarter of one."""
    return others is not None and others > max(0, cores - threads) + _TOLERATED


def parse_busy(stat: str) -> int:
    """Return the busy clock ticks of all cores since the start, from the text of /proc/stat."""
    columns = [int(number) for number in stat.splitlines()[0].split()[1:]]
    return sum(columns[i] for i in _BUSY)


def _busy_seconds() -> float | None:
    try:
        return parse_busy(_STAT.read_text("ascii")) / os.sysconf("SC_CLK_TCK")
    except OSError:
        return None


def _own_seconds() -> float:
    return sum(os.times()[:4])
