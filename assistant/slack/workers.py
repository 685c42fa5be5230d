"""Workers: threads that handle items, those of one key one after the other in the order in which they came."""

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from queue import SimpleQueue


class Workers:
    """Calls `handle` with each item that is submitted, and again after a pause where it returns False.

    `handle` must not raise. What waits for its pause holds up no other item of its key.
    """

    def __init__(self, handle: Callable[[str], bool], count: int, pause: float) -> None:
        """Start `count` threads; `pause` is in seconds.

        They end with the process: what is waited for by them is not worth more.
        """
        self._handle = handle
        self._pause = pause
        self._guard = threading.Lock()
        # The items of each key of which one is being handled.
        self._waiting: dict[Hashable, deque[str]] = {}
        self._ready: SimpleQueue[tuple[Hashable, str] | None] = SimpleQueue()
        self._left: list[tuple[Hashable, str]] = []
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._work, name=f"slack-{n}", daemon=True) for n in range(count)]
        self._threads.append(threading.Thread(target=self._try_again, name="slack-again", daemon=True))
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
        self._stopped.set()
        for _ in self._threads:
            self._ready.put(None)
        end = time.monotonic() + patience
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _work(self) -> None:
        while (next_one := self._ready.get()) is not None:
            key, item = next_one
            if self._stopped.is_set():
                return
            done = True
            try:
                done = self._handle(item)
            finally:
                with self._guard:
                    if not done:
                        self._left.append((key, item))
                    if self._waiting[key]:
                        self._ready.put((key, self._waiting[key].popleft()))
                    else:
                        del self._waiting[key]

    def _try_again(self) -> None:
        while not self._stopped.wait(self._pause):
            with self._guard:
                left, self._left = self._left, []
            for key, item in left:
                self.submit(key, item)
