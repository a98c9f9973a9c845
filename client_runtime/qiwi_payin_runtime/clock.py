"""Time as a client sees it, so that tests can pass another."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, Protocol

_SHORTEST: Final = 0.001
"""Seconds of a wait for which no time is left; none at all would mean to some transports that it has no end."""


def check_seconds(name: str, seconds: object) -> None:
    """Refuse what is no positive number of seconds, by `ValueError` with the argument's name."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds < float("inf"):
        raise ValueError(f"{name}: a positive number of seconds is wanted")


class Wake(Protocol):
    """What may end a pause before its time; a `threading.Event` is one."""

    def wait(self, timeout: float) -> bool:
        """Wait until it is set, so many seconds at the most. Tells whether it was."""
        raise NotImplementedError


class AsyncWake(Protocol):
    """What may end a pause of async code before its time; the events of asyncio, anyio and trio are."""

    async def wait(self) -> Any:
        """Wait until it is set."""


class Clock:
    """The machine's time. A test's own class says what time it is, and moves it instead of sleeping."""

    def monotonic(self) -> float:
        """Seconds that only grow, from no certain beginning."""
        return time.monotonic()

    def now(self) -> datetime:
        """The moment it is, in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float, wake: Wake | None = None) -> None:
        """Pause so many seconds, or until `wake` is set."""
        if wake is None:
            time.sleep(seconds)
        else:
            wake.wait(seconds)

    async def sleep_async(self, seconds: float, wake: AsyncWake | None = None) -> None:
        """Pause so many seconds, or until `wake` is set, under asyncio or trio."""
        import anyio  # noqa: PLC0415 - httpx brings it, and only this needs it

        with anyio.move_on_after(seconds):
            await (anyio.sleep_forever() if wake is None else wake.wait())


class Waits(dict[str, float]):
    """Seconds that each kind of wait of an attempt may take: `pool`, `connect`, `write`, `read`.

    A transport asks when a wait begins. It is told what is left of the deadline then, where that is less: an attempt
    waits several times, and each of these waits alone would keep a deadline that all together pass.

    Args:
        end: when the deadline passes.
        monotonic: tells the time.
    """

    def __init__(self, end: float, monotonic: Callable[[], float]) -> None:
        super().__init__()
        self._end = end
        self._monotonic = monotonic

    def get(self, name: str, default: Any = None) -> Any:
        """Seconds that a wait of this kind may take if it begins now."""
        if name not in self:
            return default
        return max(min(self[name], self._end - self._monotonic()), _SHORTEST)
