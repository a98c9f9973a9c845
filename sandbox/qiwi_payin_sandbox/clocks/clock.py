"""The clock of a site: it runs with the world's time, or is frozen, and can be moved forward, never back."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Self

from qiwi_payin_sandbox import times

LATEST = datetime(9999, 1, 1, tzinfo=UTC)
"""Where no clock is moved beyond: it can run on for a year, and all that becomes due has a time that can be written."""

_NO_SHIFT = timedelta()


class ClockMovedBackError(ValueError):
    """The clock was to show an earlier time than it shows."""

    def __init__(self) -> None:
        super().__init__("The clock never goes back")


class ClockBeyondReachError(ValueError):
    """The clock was to show a time that is too near to the end of all dates."""

    def __init__(self) -> None:
        super().__init__(f"A clock is moved to no time after the year {LATEST.year - 1}")


def world_time() -> datetime:
    """Return the world's time."""
    return datetime.now(UTC)


class SteadyTime:
    """The world's time, except that it never goes back while the process lives, as a corrected system clock may.

    When it would, it runs on from where it was, by a clock that cannot be set, until the world has caught up with it.

    Args:
        world: The world's time.
        elapsed: Seconds since some moment, which only grow.
    """

    def __init__(self, world: Callable[[], datetime], elapsed: Callable[[], float] = time.monotonic) -> None:
        self._world = world
        self._elapsed = elapsed
        self._lock = threading.Lock()
        self._latest = datetime.min.replace(tzinfo=UTC)
        self._turned_back: tuple[datetime, float] | None = None

    def __call__(self) -> datetime:
        """Return the time."""
        with self._lock:
            world = self._world()
            if world >= self._latest:
                self._turned_back = None
                self._latest = world
                return world
            at, since = self._turned_back = self._turned_back or (self._latest, self._elapsed())
            self._latest = max(self._latest, at + timedelta(seconds=self._elapsed() - since))
            return self._latest


@dataclass(frozen=True, slots=True)
class Clock:
    """How a sandbox tells the time: where its sites' clocks start, and the world's time that running ones follow.

    Args:
        frozen_at: Sites seen for the first time start with a clock frozen at this moment; None: they start running.
        world: The world's time.
    """

    frozen_at: datetime | None = None
    world: Callable[[], datetime] = world_time

    def __post_init__(self) -> None:
        if self.frozen_at is not None and self.frozen_at.tzinfo is None:
            raise ValueError("a clock is frozen at a moment with an offset")
        if self.frozen_at is not None and self.frozen_at > LATEST:
            raise ClockBeyondReachError

    @classmethod
    def frozen(cls, at: str | datetime) -> Self:
        """Return a clock that stands still at a moment, such as `"2024-03-01T17:10:31+03:00"`, until it is moved."""
        return cls(times.parse(at) if isinstance(at, str) else at)

    def first(self) -> "ClockState":
        """Return the clock of a site that has none yet."""
        at = times.to_milliseconds_precision(self.frozen_at or self.world())
        return ClockState(frozen_at=at if self.frozen_at else None, shift=_NO_SHIFT, reached=at)


@dataclass(frozen=True, slots=True)
class ClockState:
    """A site's clock as it is stored.

    Attributes:
        frozen_at: The moment it stands at; None while it runs.
        shift: How far a running clock is ahead of the world.
        reached: A moment that it has shown; it shows none before.
    """

    frozen_at: datetime | None
    shift: timedelta
    reached: datetime

    def now(self, world: datetime) -> datetime:
        """Return what it shows when the world's time is `world`."""
        if self.frozen_at is not None:
            return self.frozen_at
        return max(times.to_milliseconds_precision(world + self.shift), self.reached)

    def moved_to(self, moment: datetime, world: datetime) -> Self:
        """Return the clock showing a later moment.

        Raises:
            ClockMovedBackError: The moment is earlier than what the clock shows.
            ClockBeyondReachError: The moment is after `LATEST`.
        """
        if moment > LATEST:
            raise ClockBeyondReachError
        moment = times.to_milliseconds_precision(moment)
        if moment < self.now(world):
            raise ClockMovedBackError
        if self.frozen_at is not None:
            return replace(self, frozen_at=moment, reached=moment)
        return replace(self, shift=moment - world, reached=moment)

    def frozen(self, world: datetime) -> Self:
        """Return the clock standing still."""
        now = self.now(world)
        return replace(self, frozen_at=now, reached=now)

    def running(self, world: datetime) -> Self:
        """Return the clock running on from what it shows."""
        now = self.now(world)
        if self.frozen_at is None:
            return self
        return replace(self, frozen_at=None, shift=now - world, reached=now)
