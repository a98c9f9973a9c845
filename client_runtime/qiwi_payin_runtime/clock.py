"""Time as a client sees it, so that tests can pass another."""

import time
from datetime import UTC, datetime
from typing import Any, Protocol


def check_seconds(name: str, seconds: float) -> None:
    """Refuse what is no positive number of seconds, by `ValueError` with the argument's name."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds < float("inf"):
        raise ValueError(f"{name}: a positive number of seconds is wanted")


class Wake(Protocol):
    """What may end a pause before its time; a `threading.Event` is one."""

    def wait(self, timeout: float) -> bool:
        """Wait until it is set, so many seconds at the most. Tells whether it was."""


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
