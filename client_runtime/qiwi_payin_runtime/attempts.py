"""Attempts at a call, and what follows each: a pause before the next, or the end."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from attr import frozen

from qiwi_payin_runtime.calls import Operation
from qiwi_payin_runtime.errors import AnswerInvalid, AnswerLost, APIError, CallError, NotSent, ServerError

_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 8.0
_TIMED_OUT: Final = 408
_TOO_MANY: Final = 429
_SUCCESS: Final = range(200, 300)
_MOST_DIGITS: Final = 9


@frozen
class Attempt:
    """One sending of a request. It holds no secrets."""

    number: int
    """From 1."""
    seconds: float
    """How long it took, until its answer was read."""
    status: int | None
    """HTTP status of its answer; None where none came."""
    problem: str | None
    """Name of the error that it ended in, such as `AnswerLost`; None where it was answered well."""
    trace_id: str | None = None
    """The id that the API gave to the error."""
    pause: float | None = None
    """Seconds of pause after it; None where no attempt followed."""


def may_repeat(operation: Operation[Any], error: CallError) -> bool:
    """Whether a call may be sent again after an attempt that ended so.

    What surely did nothing, because it was never sent or was put off (429), may always be. What perhaps did something
    may be only where doing it twice is doing it once.
    """
    if isinstance(error, NotSent) or (isinstance(error, APIError) and error.status == _TOO_MANY):
        return True
    if not operation.is_repeatable:
        return False
    return error.status in _SUCCESS if isinstance(error, AnswerInvalid) else may_have_acted(error)


def may_have_acted(error: CallError) -> bool:
    """Whether a request that ended so may have done what it asks for: no right answer came, or none in time (408)."""
    failed = isinstance(error, AnswerLost | AnswerInvalid | ServerError)
    return failed or (isinstance(error, APIError) and error.status == _TIMED_OUT)


def pause_after(number: int, error: CallError, now: Callable[[], datetime], jitter: Callable[[], float]) -> float:
    """Seconds to wait after an attempt of this number.

    Anything up to a bound that doubles each time, so that clients which failed together do not come back together; and
    never less than the server asks for.
    """
    bound: float = min(_FIRST_PAUSE * 2 ** (number - 1), _LONGEST_PAUSE)
    return max(bound * jitter(), seconds_asked(error, now))


def seconds_asked(error: CallError, now: Callable[[], datetime]) -> float:
    """The header `Retry-After` of an error in seconds from now; 0 where there is none or nobody can read it."""
    asked = error.retry_after if isinstance(error, APIError) else None
    return 0.0 if asked is None else _seconds_until(asked, now)


def _seconds_until(retry_after: str, now: Callable[[], datetime]) -> float:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - few answers have the header

    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text) if len(text) <= _MOST_DIGITS else float("inf")
    try:
        moment = parsedate_to_datetime(text)
        return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now()).total_seconds()
    except (ValueError, OverflowError):
        return 0.0
