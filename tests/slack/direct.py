"""Direct: delivers to an application in this process, for tests that are not about how events get there."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Condition

from slack_bolt import App, BoltRequest

from .fake import Delivery


class Direct:
    """Hands payloads to `app` as its Socket Mode handler does, which takes a second to close."""

    def __init__(self, app: App, changed: Condition) -> None:
        self._app, self._changed = app, changed
        self._pool = ThreadPoolExecutor(10, "direct")

    def send(self, delivery: Delivery) -> None:
        """Deliver on another thread."""
        self._pool.submit(self._deliver, delivery)

    def again(self, delivery: Delivery) -> None:
        """Deliver once more."""
        self.send(delivery)

    def close(self) -> None:
        """Wait for what is being delivered."""
        self._pool.shutdown()

    def _deliver(self, delivery: Delivery) -> None:
        attempt = delivery.again()
        response = self._app.dispatch(BoltRequest(mode="socket_mode", body=delivery.payload))
        if response.status == 200:
            attempt.acknowledged = time.monotonic()
        with self._changed:
            self._changed.notify_all()
