"""A call on its way: its attempts, what was heard of each, and what it all means in the end."""

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, Self

import httpx

from qiwi_payin_runtime.attempts import Attempt, may_have_acted, may_repeat, pause_after
from qiwi_payin_runtime.calls import Call, T
from qiwi_payin_runtime.clock import Clock
from qiwi_payin_runtime.errors import (
    APIError,
    BadRequest,
    CallError,
    NotFound,
    OutcomeUnknown,
    ServerError,
)
from qiwi_payin_runtime.settings import Settings

if TYPE_CHECKING:
    from qiwi_payin_runtime.answers import Answer
    from qiwi_payin_runtime.observers import CallObserver, Observer

LOG: Final = logging.getLogger("qiwi_payin")
LOG.addHandler(logging.NullHandler())  # so that nothing is printed for those who set no logging up
_NEVER_SENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_LARGEST: Final = 32 * 2**20
"""Bytes of an answer, unpacked. A long list has a thousandth of that."""
_PIECE: Final = 2**14
_QUOTE_THE_ANSWER: Final = (httpx.ProtocolError, httpx.DecodingError)


class Sender(Protocol):
    """What sends: an engine for sync or async code."""

    clock: Clock
    jitter: Callable[[], float]
    observer: "Observer | None"

    @property
    def is_closed(self) -> bool:
        """Whether nothing more may be sent."""
        raise NotImplementedError

    @property
    def hooks_answers(self) -> bool:
        """Whether code of others runs when an answer comes: when it fails, that looks as if nothing had been sent."""
        raise NotImplementedError

    def resolve(self, error: OutcomeUnknown) -> Any:
        """See `OutcomeUnknown.resolve`."""


class _Pieces(httpx.SyncByteStream):
    """A packed body in pieces, none of which can fill the memory when it is unpacked."""

    def __init__(self, packed: bytes) -> None:
        self._packed = packed

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, len(self._packed), _PIECE):
            yield self._packed[start : start + _PIECE]


class Sending(Generic[T]):
    """One call with all its attempts; sync and async engines carry the requests and wait.

    Whatever is raised while a request is carried ends here, and `result` raises our error after it was handled: what
    httpx raises holds the request, with key and card data, and who collects errors also collects what they came from.
    """

    answer: httpx.Response
    """What came in this attempt, for whoever carries it to set."""

    def __init__(self, sender: Sender, settings: Settings, call: Call[T]) -> None:
        self.call = call
        self.attempts: tuple[Attempt, ...] = ()
        self.pause = 0.0
        """Seconds to wait before `begins` is asked again."""
        self.doubt: CallError | None = None
        """What left open whether the change has happened."""
        self._sender = sender
        self._settings = settings
        self._clock = sender.clock
        self._started = self._clock.monotonic()
        self._end = self._started + settings.deadline
        self._pieces: list[bytes] = []
        self._size = 0
        self._outcome: T | CallError | None = None
        self._is_over = False
        self._observer = self._observed(sender.observer)

    def begins(self) -> bool:
        """Begin the next attempt, or say that there is none."""
        if self._is_over:
            return False
        if self._sender.is_closed:
            self._outcome = self._ended(self.call.not_sent("the client is closed"))
            return False
        if self.attempts:
            self._started = self._clock.monotonic()
            if self._started >= self._end:
                self._outcome = self._ended(self._late(self._outcome))
                return False
        if self._observer is not None:
            self._tell(self._observer.attempt_started, len(self.attempts) + 1)
        return True

    def request(self) -> httpx.Request:
        """The request of this attempt, with time-outs that keep the deadline."""
        return self._settings.request(self.call, self._end, self._clock)

    def take(self, piece: bytes) -> None:
        """Take a piece of the answer's body as it came. Raises as httpx does, where time or room for it ran out."""
        if self._pieces and self._clock.monotonic() > self._end:
            raise httpx.ReadTimeout("the deadline passed while the answer came")
        self._keep(piece)

    def unpack(self) -> None:
        """Unpack the body, now that it has come. Raises as httpx does, where it cannot be, or there is no room."""
        if "content-encoding" in self.answer.headers:
            packed = b"".join(self._pieces)
            self._forget()
            for piece in httpx.Response(200, headers=self.answer.headers, stream=_Pieces(packed)).iter_bytes():
                self._keep(piece)

    def _keep(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self._size += len(piece)
        if self._size > _LARGEST:
            raise httpx.ReadError(f"the answer has more than {_LARGEST} bytes")

    def _forget(self) -> None:
        self._pieces.clear()
        self._size = 0

    def __enter__(self) -> Self:
        self._forget()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        if error is None:
            outcome = self.call.read(self.answer.status_code, self.answer.headers, self.content)
            status: int | None = self.answer.status_code
        elif isinstance(error, Exception):
            outcome, status = _failure(self.call, error, can_be_unsent=not self._sender.hooks_answers), None
        else:
            return False
        now = self._clock.monotonic()
        pause: float | None = None
        problem: CallError | None = None
        if isinstance(outcome, CallError):
            problem = outcome
            if not self.call.operation.is_question and may_have_acted(outcome):
                self.doubt = outcome
            outcome, pause = self._next(outcome, now)
        attempt = Attempt(
            len(self.attempts) + 1,
            now - self._started,
            status,
            None if problem is None else type(problem).__name__,
            problem.trace_id if isinstance(problem, APIError) else None,
            pause,
        )
        self.attempts = (*self.attempts, attempt)
        if self._observer is not None:
            self._tell(self._observer.attempt_ended, attempt)
        if pause is None:
            outcome = self._ended(outcome)
        else:
            self.pause = pause
        self._outcome = outcome
        self._log(attempt, outcome)
        return True

    def result(self) -> T:
        """What the call answers with. Raises the error that it ended with."""
        if isinstance(self._outcome, CallError):
            raise self._outcome
        return self._outcome  # type: ignore[return-value] # None only where T is

    def whole_result(self) -> "Answer[T]":
        """What the call answers with, and the answer. Raises as `result`."""
        from qiwi_payin_runtime.answers import Answer  # noqa: PLC0415 - few want it whole

        value = self.result()  # first: without an answer this raises
        return Answer(value, self.answer.status_code, self.answer.headers, self.content, self.attempts)

    def abandoned(self, error: BaseException) -> None:
        """Take note that nobody waits any more: the task was cancelled, the program interrupted."""
        change = "" if self.call.operation.is_question else ": it may have happened"
        operation = self.call.operation
        LOG.warning("%s %s: abandoned by %s%s", operation.method, operation.path, type(error).__name__, change)
        if self._observer is not None:
            self._tell(self._observer.call_ended, error)

    @property
    def content(self) -> bytes:
        """The body of the answer."""
        return self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)

    def meaning(self, outcome: T | CallError) -> T | CallError:
        """What the last attempt's outcome means for the call as a whole.

        Where an earlier attempt may have done something, neither a lost connection nor a refusal at the door (key,
        load, proxy) says that nothing was done. That the API refuses the object itself does: had the change happened,
        the same request again would be answered with the object.
        """
        if self.doubt is None or not isinstance(outcome, CallError) or speaks_of_the_object(outcome):
            return outcome
        problem = f"it may have happened: {self.doubt.args[0]}"
        return self.call.unknown(
            problem if outcome is self.doubt else f"{problem}; and at last {outcome.args[0]}", self.doubt
        )

    def _next(self, error: CallError, now: float) -> tuple[CallError, float | None]:
        """The error of an attempt, and the pause after it if another attempt may follow."""
        number = len(self.attempts) + 1
        if number > self._settings.retries or not may_repeat(self.call.operation, error):
            return error, None
        pause = pause_after(number, error, self._clock.now, self._sender.jitter)
        return (error, pause) if now + pause < self._end else (self._late(error), None)

    def _late(self, error: Any) -> CallError:
        waits = isinstance(error, APIError) and error.retry_after is not None
        asked = f" (Retry-After: {error.retry_after})" if waits else ""
        error.args = (f"{error.args[0]}; not repeated within the deadline of {self._settings.deadline:g} s{asked}",)
        return error  # type: ignore[no-any-return] # an error of ours

    def _ended(self, outcome: T | CallError) -> T | CallError:
        self._is_over = True
        outcome = self.meaning(outcome)
        self.pause = 0.0
        if isinstance(outcome, CallError):
            outcome.attempts = self.attempts
            if isinstance(outcome, OutcomeUnknown):
                outcome.resolvable(self._sender, self.call, self._settings)
        if self._observer is not None:
            self._tell(self._observer.call_ended, outcome if isinstance(outcome, CallError) else None)
        return outcome

    def _observed(self, observer: "Observer | None") -> "CallObserver | None":
        if observer is None:
            return None
        from qiwi_payin_runtime.observers import CallFacts  # noqa: PLC0415 - few have an observer

        operation = self.call.operation
        facts = CallFacts(operation.id, operation.method, operation.path, self._settings.base_url)
        return self._tell(observer.call_started, facts)  # type: ignore[no-any-return] # as its protocol says

    def _tell(self, what: Callable[[Any], Any], fact: object) -> Any:
        """Tell an observer, whose own failure must not hide what became of a payment."""
        try:
            return what(fact)
        except Exception:
            with suppress(Exception):
                LOG.exception("an observer failed")
            return None

    def _log(self, attempt: Attempt, outcome: T | CallError) -> None:
        """Log method, path template, status, duration, trace id and what follows, and nothing else."""
        is_error = isinstance(outcome, CallError)
        level = logging.WARNING if is_error and not _is_refusal(outcome) else logging.INFO
        if not LOG.isEnabledFor(level):
            return
        operation = self.call.operation
        ended = [type(outcome).__name__] if is_error else []
        facts: dict[str, object] = {
            "payin_operation": operation.id,
            "payin_method": operation.method,
            "payin_path": operation.path,
            "payin_status": attempt.status,
            "payin_error": ended[0] if ended else None,
            "payin_trace_id": attempt.trace_id,
            "payin_seconds": attempt.seconds,
            "payin_attempt": attempt.number,
            "payin_pause": attempt.pause,
        }
        if attempt.status is not None:
            ended.append(str(attempt.status))
        more = f", trace id {attempt.trace_id}" if attempt.trace_id else ""
        if attempt.number > 1 or attempt.pause is not None:
            more += f", attempt {attempt.number}"
        if attempt.pause is not None:
            more += f", the next in {attempt.pause:.3f} s"
        text = "%s %s: %s in %.3f s%s"
        values = (operation.method, operation.path, " ".join(ended), attempt.seconds, more)
        # What called the logger would be this line, always: it is not searched for.
        with suppress(Exception):  # a log that cannot be written must not hide what became of a payment either
            LOG.handle(LOG.makeRecord(LOG.name, level, __file__, 0, text, values, None, None, facts))


def speaks_of_the_object(error: CallError) -> bool:
    """Whether the API itself, and not something before it, says that it does not take or know this object."""
    return isinstance(error, BadRequest | NotFound) and error.error_code is not None


def _is_refusal(outcome: object) -> bool:
    return isinstance(outcome, APIError) and not isinstance(outcome, ServerError)


def _failure(call: Call[Any], error: Exception, *, can_be_unsent: bool) -> CallError:
    text = "" if isinstance(error, _QUOTE_THE_ANSWER) else str(error)
    problem = f"{type(error).__name__}: {text}" if text else type(error).__name__
    timed_out = isinstance(error, httpx.TimeoutException)
    if can_be_unsent and isinstance(error, _NEVER_SENT):
        return call.not_sent(problem, timed_out=timed_out)
    return call.lost(problem, timed_out=timed_out)
