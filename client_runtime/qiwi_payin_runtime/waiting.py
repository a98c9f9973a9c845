"""Waiting until something is final, by asking again and again."""

from collections.abc import Awaitable, Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Final, Generic, TypeVar

from qiwi_payin_runtime.attempts import may_have_acted, seconds_asked
from qiwi_payin_runtime.clock import AsyncWake, Clock, Wake, check_seconds
from qiwi_payin_runtime.errors import (
    CallError,
    NotSent,
    TooManyRequests,
    WaitTimeout,
)

T = TypeVar("T")

FIRST_PAUSE: Final = 0.5
"""Seconds."""
_GROWTH: Final = 1.5
_LONGEST_PAUSE: Final = 30.0


def wait(
    ask: Callable[[], T],
    is_final: Callable[[T], bool],
    clock: Clock,
    *,
    timeout: float,
    first_pause: float,
    wake: Wake | None,
) -> T:
    """Ask until the answer is final.

    Args:
        ask: the question.
        is_final: whether an answer will stay as it is.
        clock: what pauses.
        timeout: seconds to go on asking; the last question is asked when they are over.
        first_pause: seconds between the first question and the second.
        wake: what ends a pause early, once.

    Raises:
        WaitTimeout: no answer was final.
        CallError: a question was refused in a way that will not pass.
        ValueError: a number of seconds is not positive.
    """
    waiting = _Waiting(is_final, clock, timeout, first_pause)
    bell = None if wake is None else _Bell(wake)
    while True:
        with waiting.seeing():
            waiting.last = ask()
        if waiting.is_over():
            return waiting.last
        clock.sleep(waiting.pause(), None if bell is None or bell.has_rung else bell)


async def wait_async(
    ask: Callable[[], Awaitable[T]],
    is_final: Callable[[T], bool],
    clock: Clock,
    *,
    timeout: float,  # noqa: ASYNC109 - it ends with an error that tells what was seen, not by cancelling
    first_pause: float,
    wake: AsyncWake | None,
) -> T:
    """Ask until the answer is final, as `wait` does."""
    waiting = _Waiting(is_final, clock, timeout, first_pause)
    bell = None if wake is None else _AsyncBell(wake)
    while True:
        with waiting.seeing():
            waiting.last = await ask()
        if waiting.is_over():
            return waiting.last
        await clock.sleep_async(waiting.pause(), None if bell is None or bell.has_rung else bell)


class _Waiting(Generic[T]):
    """What has been seen so far, and when to ask again."""

    last: T
    """What was seen last; not there before something was."""

    def __init__(self, is_final: Callable[[T], bool], clock: Clock, timeout: float, first_pause: float) -> None:
        for name, seconds in (("timeout", timeout), ("first_pause", first_pause)):
            check_seconds(name, seconds)
        self._is_final = is_final
        self._clock = clock
        self._ends = clock.monotonic() + timeout
        self._timeout = timeout
        self._first_pause = first_pause
        self._pauses = self._growing()
        self._reason: CallError | None = None

    @contextmanager
    def seeing(self) -> Generator[None, None, None]:
        """Have one question asked; a failure that says nothing of the object, and may pass, is remembered.

        That it could not even be tried does not pass: the client is closed.
        """
        try:
            yield
        except CallError as error:
            passing = isinstance(error, NotSent | TooManyRequests) or may_have_acted(error)
            if not passing or not error.attempts:
                raise
            self._reason = error
        else:
            self._reason = None

    def is_over(self) -> bool:
        """Whether what was just seen is final. Raises `WaitTimeout` when it is not and no time is left."""
        if self._reason is None and self._is_final(self.last):
            return True
        if self._clock.monotonic() < self._ends:
            return False
        seen = getattr(self, "last", None)
        problem = "it was never seen" if seen is None else f"the {type(seen).__name__} is not final"
        why = f"; the last question: {self._reason}" if self._reason else ""
        raise WaitTimeout(f"after {self._timeout:g} s {problem}{why}", last=seen, reason=self._reason)

    def pause(self) -> float:
        """How many seconds to wait before the next question."""
        asked = 0.0 if self._reason is None else seconds_asked(self._reason, self._clock.now)
        return min(max(next(self._pauses), asked), max(self._ends - self._clock.monotonic(), 0))

    def _growing(self) -> Iterator[float]:
        yield self._first_pause
        seconds = FIRST_PAUSE
        while True:
            seconds = min(seconds * _GROWTH, _LONGEST_PAUSE)
            yield seconds


class _Bell:
    """A wake that knows that it has rung: what was set stays set, and would end every later pause at once."""

    has_rung = False

    def __init__(self, wake: Wake) -> None:
        self._wake = wake

    def wait(self, timeout: float) -> bool:
        self.has_rung = bool(self._wake.wait(timeout))
        return self.has_rung


class _AsyncBell:
    """The same for async code."""

    has_rung = False

    def __init__(self, wake: AsyncWake) -> None:
        self._wake = wake

    async def wait(self) -> None:
        await self._wake.wait()
        self.has_rung = True
