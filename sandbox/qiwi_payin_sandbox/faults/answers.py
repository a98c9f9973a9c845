"""What can go wrong with an answer.

AnswerFault
├── Latency        the answer comes late
├── SlowAnswer     its body comes in pieces
└── Ending         something else comes in its place: the first one decides
    ├── ErrorAnswer        an error with the body of the API, or with the page of a gateway in front of it
    ├── EmptyError         500 without a body
    └── BrokenConnection   nothing, or half of the answer
"""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, ClassVar

from qiwi_payin_sandbox.faults.fault import Chance
from qiwi_payin_sandbox.faults.kind import Kind
from qiwi_payin_sandbox.http.errors import ApiError
from qiwi_payin_sandbox.http.message import Cut, Response

_PAGE = "<html>\r\n<head><title>{0}</title></head>\r\n<body><center><h1>{0}</h1></center></body>\r\n</html>\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What becomes of one request.

    Attributes:
        is_carried_out: Whether the operation is run.
        instead: What is answered in place of the operation's answer: a response as it stands, or an error.
        delay_seconds: How long the answer is held back.
        trickle_seconds: How long its body takes.
        cut: How the connection ends instead.
    """

    is_carried_out: bool = True
    instead: Response | ApiError | None = None
    delay_seconds: float = 0.0
    trickle_seconds: float = 0.0
    cut: Cut = ""

    @property
    def is_decided(self) -> bool:
        """Whether something else comes in place of the answer already."""
        return self.instead is not None or bool(self.cut)

    def applied_to(self, answer: Response) -> Response:
        """Return how an answer gets to the client."""
        # there is no middle of nothing
        cut: Cut = "lost" if self.cut == "broken" and not answer.body else self.cut
        return replace(answer, delay_seconds=self.delay_seconds, trickle_seconds=self.trickle_seconds, cut=cut)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """One time that a fault strikes.

    Attributes:
        settings: What was chosen with the fault, by the names of the control operation.
        chance: What is left to chance.
        world: The world's time.
    """

    settings: Mapping[str, Any]
    chance: Chance
    world: datetime

    @property
    def seconds(self) -> float:
        """The chosen length of time, drawn where a range was chosen."""
        smallest = int(self.settings["milliseconds"])
        return self.chance.between(smallest, int(self.settings.get("upToMilliseconds", smallest))) / 1000


class AnswerFault(Kind):
    """Something that goes wrong with an answer.

    Attributes:
        ends: Whether it decides what comes in place of the answer; of those only one strikes a request.
    """

    ends: ClassVar[bool] = False

    @abstractmethod
    def apply(self, course: Course, strike: Strike) -> Course:
        """Return what becomes of the request."""


class Latency(AnswerFault):
    """The operation is carried out, its answer comes late."""

    needs, takes = frozenset({"milliseconds"}), frozenset({"upToMilliseconds"})

    def apply(self, course: Course, strike: Strike) -> Course:
        """Hold the answer back."""
        return replace(course, delay_seconds=course.delay_seconds + strike.seconds)


class SlowAnswer(AnswerFault):
    """The operation is carried out, the body of its answer comes in pieces."""

    needs, takes = frozenset({"milliseconds"}), frozenset({"upToMilliseconds"})

    def apply(self, course: Course, strike: Strike) -> Course:
        """Spread the body."""
        return replace(course, trickle_seconds=course.trickle_seconds + strike.seconds)


class Ending(AnswerFault):
    """Something else comes in place of the answer."""

    ends = True


class ErrorAnswer(Ending):
    """An error with the body of the API, or with the page of a gateway in front of it.

    Args:
        error: The error.
        takes: Settings that may be chosen.
        retry_after: Seconds that `Retry-After` says where nothing else is chosen; None: the header is left out.
    """

    def __init__(self, error: type[ApiError], *takes: str, retry_after: int | None = None) -> None:
        self._error = error
        self._retry_after = retry_after
        self.takes = frozenset(takes)

    def apply(self, course: Course, strike: Strike) -> Course:
        """Answer the error."""
        error = self._error()
        error.headers |= self._headers(strike)
        instead = _page(error) if strike.settings.get("page") else error
        return replace(course, instead=instead, is_carried_out=strike.settings.get("afterCommit", False))

    def _headers(self, strike: Strike) -> dict[str, str]:
        seconds = strike.settings.get("retryAfterSeconds", self._retry_after)
        if seconds is None:
            return {}
        if not strike.settings.get("retryAfterDate"):
            return {"Retry-After": str(int(seconds))}
        from email.utils import format_datetime  # noqa: PLC0415 - a start does without

        # whoever reads a date waits by the clock on the wall, as the header Date is told by it
        until = strike.world.astimezone(UTC) + timedelta(seconds=int(seconds))
        return {"Retry-After": format_datetime(until, usegmt=True)}


class EmptyError(Ending):
    """500 without a body."""

    takes = frozenset({"afterCommit"})

    def apply(self, course: Course, strike: Strike) -> Course:
        """Answer nothing but the status."""
        answer = Response(status=HTTPStatus.INTERNAL_SERVER_ERROR, headers={}, body=b"")
        return replace(course, instead=answer, is_carried_out=strike.settings.get("afterCommit", False))


class BrokenConnection(Ending):
    """The connection ends without a whole answer.

    Args:
        cut: How it ends.
        is_carried_out: Whether the operation is run before.
    """

    def __init__(self, cut: Cut, *, is_carried_out: bool) -> None:
        self._cut = cut
        self._is_carried_out = is_carried_out

    def apply(self, course: Course, strike: Strike) -> Course:  # noqa: ARG002 - it leaves nothing to choose
        """End the connection."""
        return replace(course, cut=self._cut, is_carried_out=self._is_carried_out)


def _page(error: ApiError) -> Response:
    body = _PAGE.format(f"{error.status} {HTTPStatus(error.status).phrase}").encode()
    return Response(status=error.status, headers={"Content-Type": "text/html", **error.headers}, body=body)
