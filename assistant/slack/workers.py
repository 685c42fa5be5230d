"""Workers: threads that handle items, those of one key one after the other in the order in which they came."""

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from queue import SimpleQueue


class Workers:
    """Calls `handle` with each item that is submitted; `handle` must not raise."""

    def __init__(self, handle: Callable[[str], object], count: int) -> None:
        """Start `count` threads. They end with the process: what is waited for by them is not worth more."""
        self._handle = handle
        self._guard = threading.Lock()
        # The items of each key of which one is being handled.
        self._waiting: dict[Hashable, deque[str]] = {}
        self._ready: SimpleQueue[tuple[Hashable, str] | None] = SimpleQueue()
        self._stopped = False
        self._threads = [threading.Thread(target=self._work, name=f"slack-{n}", daemon=True) for n in range(count)]
        for thread in self._threads:
            thread.start()

    def submit(self, key: Hashable, item: str) -> None:
        """Let `item` be handled once those of the same key are that came before."""
        with self._guard:
            if key in self._waiting:
                self._waiting[key].append(item)
                return
            self._waiting[key] = deque()
        self._ready.put((key, item))

    def stop(self, patience: float) -> bool:
        """Handle no more items; return whether those being handled were done within `patience` seconds."""
        self._stopped = True
        for _ in self._threads:
            self._ready.put(None)
        end = time.monotonic() + patience
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _work(self) -> None:
        while (next_one := self._ready.get()) is not None:
            key, item = next_one
            if self._stopped:
                return
            try:
                self._handle(item)
            finally:
                with self._guard:
                    if self._waiting[key]:
                        self._ready.put((key, self._waiting[key].popleft()))
                    else:
                        del self._waiting[key]
