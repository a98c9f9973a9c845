"""How threads of one process learn that something was committed, without asking the store."""

import threading
from contextlib import suppress


class Signal:
    """Counts what happened and wakes those who wait for more of it.

    `tell` is called after every commit, so it costs next to nothing while nobody waits. Other processes that share the
    store are not heard: who cares for them waits with a time-out and looks again.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[threading.Event] = []
        self._count = 0

    @property
    def count(self) -> int:
        """How often something happened."""
        return self._count

    def tell(self) -> None:
        """Count once more and wake whoever waits."""
        with self._lock:
            self._count += 1
            for event in self._waiting:
                event.set()

    def wait(self, seen: int, timeout: float | None = None) -> int:
        """Return the count as soon as it is another than `seen`, at the latest after `timeout` seconds.

        Take `seen` from `count` before looking at the store: what is committed while you look is not missed.
        """
        with self._lock:
            if self._count != seen:
                return self._count
            event = threading.Event()
            self._waiting.append(event)
        try:
            event.wait(timeout)
        finally:
            with self._lock, suppress(ValueError):
                self._waiting.remove(event)
        return self._count
