"""The thread that lets happen what is due while nobody asks."""

import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from qiwi_payin_sandbox.clocks.timekeeper import ClosingError, Timekeeper
from qiwi_payin_sandbox.signals import Signal

_POLL_SECONDS = 0.5
_log = logging.getLogger("qiwi_payin_sandbox")


class Worker:
    """Lets happen on every site what its clock makes due, and delivers notifications.

    It wakes at once for what this process makes due, at the next due time that it knows of, and twice a second for what
    other processes make due in the same store.

    Args:
        timekeeper: What it asks to do that.
        due_soon: Wakes it.
    """

    def __init__(self, timekeeper: Timekeeper, due_soon: Signal) -> None:
        self._timekeeper = timekeeper
        self._due_soon = due_soon
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sandbox worker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop and wait for it."""
        self._stopped.set()
        self._due_soon.tell()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            seen = self._due_soon.count
            wait: float | None = None
            try:
                wait = self._timekeeper.fire_due()
            except ClosingError:
                return
            except Exception:  # noqa: BLE001 - logged; one fault must not stop all that is due later
                _log.exception("due work failed, it will be tried again")
            if wait != 0:
                self._due_soon.wait(seen, _POLL_SECONDS if wait is None else min(wait, _POLL_SECONDS))


def lifespan(start: Callable[[], None], stop: Callable[[], None]) -> Callable[[Any], AbstractAsyncContextManager[None]]:
    """Return an ASGI lifespan that starts a worker with the server of the application and stops it with that."""

    @asynccontextmanager
    async def serving(_application: object) -> AsyncIterator[None]:
        start()
        try:
            yield
        finally:
            stop()

    return serving
