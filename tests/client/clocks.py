"""Time that a test moves."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta

import anyio
from qiwi_payin_runtime.clock import AsyncWake, Clock, Wake

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Watch(Clock):
    """Time that passes in pauses alone, which are written down, and in what a test says.

    Args:
        then: what happens before each pause, one after another.
    """

    def __init__(self, then: Iterable[Callable[[], object]] = ()) -> None:
        self.passed = 0.0
        self.pauses: list[float] = []
        self._then: Iterator[Callable[[], object]] = iter(then)

    def monotonic(self) -> float:
        """Seconds since the test began."""
        return self.passed

    def now(self) -> datetime:
        """The moment it is."""
        return START + timedelta(seconds=self.passed)

    def sleep(self, seconds: float, wake: Wake | None = None) -> None:
        """Let so many seconds pass, none where `wake` is set."""
        assert seconds >= 0
        next(self._then, lambda: None)()
        self._pass(0 if wake is not None and wake.wait(0) else seconds)

    async def sleep_async(self, seconds: float, wake: AsyncWake | None = None) -> None:
        """Let so many seconds pass, none where `wake` is set."""
        assert seconds >= 0
        next(self._then, lambda: None)()
        if wake is not None:
            with anyio.move_on_after(0.001) as waited:
                await wake.wait()
            seconds = seconds if waited.cancelled_caught else 0
        self._pass(seconds)

    def _pass(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.passed += seconds
