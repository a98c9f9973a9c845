# ruff: noqa: N818 - names say what happened, as the tree below shows
"""What can go wrong, and whether something may have happened all the same.

    PayInError                          DID MONEY MOVE?
    ├── CallError                       a call to the API failed
    │   ├── NotSent                     no   no connection: nothing was sent
    │   ├── AnswerLost                  no   a question was sent, no answer came: ask again
    │   ├── AnswerInvalid               no   a question's answer is empty, broken or unknown
    │   ├── OutcomeUnknown              PERHAPS   a change was sent and the answer is lost, broken or a failure of
    │   │                               the server, which is its `reason`; `resolve()` finds out
    │   └── APIError                    no   the API refused
    │       ├── BadRequest              400  a field or the object's state forbids it; see `error_code`, `cause`
    │       ├── Unauthorized            401  no key, or a wrong one
    │       ├── Forbidden               403  the key is not for this site
    │       ├── NotFound                404  no such object
    │       ├── MethodNotAllowed        405  the path does not know the method
    │       ├── NotAcceptable           406  the API cannot take or give this format
    │       ├── Gone                    410  the resource was removed
    │       ├── TooManyRequests         429  later; see `retry_after`
    │       └── ServerError             5xx  to a question; a change makes it the `reason` of OutcomeUnknown
    ├── WaitTimeout                     what was waited for is not final yet; `last` is what was seen last
    └── NotificationError               a notification cannot be trusted or read
        ├── NotificationForged          the signature does not fit the body and the keys: ignore it
        ├── NotificationMalformed       the body is not such a notification
        └── NotificationUnknown         a type whose signature rule is not known

A question is a call that changes nothing (GET); all others are changes. "No" speaks for all attempts of a call: where
one of them may have done something, what the later ones ended in proves nothing, and the error is OutcomeUnknown. A
payment that the bank declines is an answer and no error. Wrong arguments are `ValueError` or `TypeError` before
anything is sent.

All errors can be pickled, copied and compared: equal are those of one class with the same text and attributes. They
hold no keys, tokens or card data, and are not chained to what httpx raised, which holds the whole request.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

if TYPE_CHECKING:
    from qiwi_payin_runtime.attempts import Attempt
    from qiwi_payin_runtime.calls import Call
    from qiwi_payin_runtime.money import Money


class PayInError(Exception):
    """Whatever this package raises on purpose, wrong arguments aside."""

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.args == other.args and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((type(self), self.args))


class CallError(PayInError):
    """A call failed.

    Attributes:
        operation: the operation's id in the description, such as `paymentsCreate`.
        method: HTTP method.
        path: path template, such as `/payin/v1/sites/{siteId}/payments/{paymentId}`.
        ids: the values of the template's names.
        timed_out: whether waiting came to its end.
        attempts: how often it was sent, and how each sending ended; empty where it could not even be tried.
    """

    def __init__(
        self,
        message: str = "",
        *,
        operation: str = "",
        method: str = "",
        path: str = "",
        ids: Mapping[str, str] | None = None,
        timed_out: bool = False,
        attempts: "tuple[Attempt, ...]" = (),
    ) -> None:
        super().__init__(message)
        self.operation = operation
        self.method = method
        self.path = path
        self.ids = dict(ids or {})
        self.timed_out = timed_out
        self.attempts = attempts

    def __str__(self) -> str:
        message = super().__str__()
        if len(self.attempts) > 1:
            message += f" ({len(self.attempts)} attempts)"
        return f"{self.method} {self.path}: {message}" if self.method else message


class NotSent(CallError):
    """Nothing was sent: no connection could be made. The same call may be made again."""


class AnswerLost(CallError):
    """A question was sent and no whole answer came. Nothing was changed; ask again."""


class AnswerInvalid(CallError):
    """A question was answered with something that the description does not know. Nothing was changed.

    Attributes:
        status: the answer's HTTP status.
    """

    def __init__(self, message: str = "", *, status: int = 0, **call: object) -> None:
        super().__init__(message, **call)  # type: ignore[arg-type]
        self.status = status


class Resolver(Protocol):
    """A client: it can ask what became of a call."""

    def resolve(self, error: "OutcomeUnknown") -> Any:
        """What the call would have returned, or something to be awaited that gives it."""


class OutcomeUnknown(CallError):
    """A change was sent, and nobody said whether it happened.

    Do not send it under another id: money could move twice. `resolve()` finds out.

    Attributes:
        reason: what came instead of an answer: `AnswerLost`, `AnswerInvalid`, `ServerError` or a 408. Later attempts
            may have ended otherwise; `attempts` tells.
        amount: the sum that was sent; None where there was none.
    """

    __slots__ = ("_call", "_resolver", "_settings")  # so that what was sent is in no `vars()`, no pickle and no copy
    _call: "Call[Any]"
    _resolver: Resolver
    _settings: Any

    def __init__(
        self,
        message: str = "",
        *,
        reason: CallError | None = None,
        amount: "Money | None" = None,
        **call: object,
    ) -> None:
        super().__init__(message, **call)  # type: ignore[arg-type]
        self.reason = reason
        self.amount = amount

    def resolvable(self, resolver: Resolver, call: "Call[Any]", settings: Any) -> Self:
        """This error, knowing what was sent and how, and who can ask about it."""
        self._resolver, self._call, self._settings = resolver, call, settings
        return self

    def settings_of(self, resolver: object) -> Any:
        """What the call was sent with, headers of its own included; None where that was another client."""
        return self._settings if getattr(self, "_resolver", None) is resolver else None

    @property
    def call(self) -> "Call[Any] | None":
        """What was sent, if it is still known. Its `repr` shows the ids alone."""
        return getattr(self, "_call", None)

    def resolve(self, payin: Resolver | None = None) -> Any:
        """Find out what became of the call, and return what it would have returned.

        An error as it was raised still knows what was sent. What has an id of the caller's (PUT) is sent again,
        unchanged: the API answers the same request with the object as it stands, and makes it where it is not there, so
        that afterwards it has happened, once. To ask first would add nothing: only the API can compare the object with
        what was sent, and between asking and sending the first request could still arrive. A 3-D Secure step is never
        sent again: the payment is asked for, and returned if it waits no longer. A token is deleted again; if there is
        none, it is deleted.

        A copy, or one that was pickled, does not know what was sent, because that may be card data. It needs a client,
        and asks for the object by `ids`. If there is none, nothing has happened so far: `NotFound`.

        Args:
            payin: the client to ask with; by default the one whose call this was. If that is for async code, await what
                is returned.

        Raises:
            OutcomeUnknown: nobody knows yet: no answer came again, the payment still waits, or under these ids there is
                an object with another sum. It can be resolved as well.
            BadRequest: the API does not take the request, or knows another one under these ids: nothing has happened.
            NotFound: the object, or the one that was to be changed, is not there: nothing has happened.
            ValueError: a copy has no client of its own, and none was given, or the client is closed; or it is a copy of
                the error of a deleted token, for which nobody can be asked: delete it again.
        """
        if payin is None:
            payin = getattr(self, "_resolver", None)
        if payin is None:
            raise ValueError("payin: a copied or unpickled error needs a client to ask with")
        return payin.resolve(self)


class APIError(CallError):
    """The API refused, with an HTTP status from 400.

    All but the status may be missing (None): some errors have an empty body or come from a proxy.

    Attributes:
        status: HTTP status.
        error_code: code for programs, such as `validation.error`; the list may grow.
        description: text for the partner.
        user_message: text that may be shown to the payer.
        cause: for each field to blame, by its name on the wire, what is wrong with it.
        trace_id: id of the error in the API's logs; name it when asking support.
        service_name: name of the service that made the error.
        retry_after: the header `Retry-After` as it came.
    """

    statuses: ClassVar[range] = range(400, 1000)

    def __init__(
        self,
        message: str = "",
        *,
        status: int = 0,
        error_code: str | None = None,
        description: str | None = None,
        user_message: str | None = None,
        cause: Mapping[str, list[str]] | None = None,
        trace_id: str | None = None,
        service_name: str | None = None,
        retry_after: str | None = None,
        **call: object,
    ) -> None:
        super().__init__(message, **call)  # type: ignore[arg-type]
        self.status = status
        self.error_code = error_code
        self.description = description
        self.user_message = user_message
        self.cause = dict(cause or {})
        self.trace_id = trace_id
        self.service_name = service_name
        self.retry_after = retry_after


class BadRequest(APIError):
    """400: a field breaks its rule, the body is no JSON, or the object's state forbids the operation."""

    statuses = range(400, 401)


class Unauthorized(APIError):
    """401: the key is missing or wrong."""

    statuses = range(401, 402)


class Forbidden(APIError):
    """403: the key is not for this site, or there is no such site."""

    statuses = range(403, 404)


class NotFound(APIError):
    """404: no such object."""

    statuses = range(404, 405)


class MethodNotAllowed(APIError):
    """405: the path does not know the method."""

    statuses = range(405, 406)


class NotAcceptable(APIError):
    """406: the API cannot take or give this format."""

    statuses = range(406, 407)


class Gone(APIError):
    """410: the resource was removed."""

    statuses = range(410, 411)


class TooManyRequests(APIError):
    """429: too many requests; nothing was done."""

    statuses = range(429, 430)


class ServerError(APIError):
    """500 and above: the server failed."""

    statuses = range(500, 1000)


def api_error_class(status: int) -> type[APIError]:
    """The class for an HTTP status from 400."""
    return next((kind for kind in APIError.__subclasses__() if status in kind.statuses), APIError)


class WaitTimeout(PayInError):
    """The time is over, and what was waited for is not final, or could not be seen. Nothing was changed.

    Attributes:
        last: the object as it was seen last; None where it never was. Pickles and copies of the error have stars in
            place of tokens and card data in it.
        reason: why the last question had no answer; None where it had one.
    """

    def __init__(self, message: str = "", *, last: Any = None, reason: CallError | None = None) -> None:
        super().__init__(message)
        self.last = last
        self.reason = reason

    def __reduce__(self) -> tuple[Any, ...]:
        from qiwi_payin_runtime.models import masked  # noqa: PLC0415 - models are not needed to raise

        return type(self), self.args, {**vars(self), "last": masked(self.last)}


class NotificationError(PayInError):
    """A notification cannot be trusted or read."""


class NotificationForged(NotificationError):
    """The signature does not fit the body and the keys. Ignore the notification."""


class NotificationMalformed(NotificationError):
    """The body is not a notification of its type."""


class NotificationUnknown(NotificationError):
    """A notification of a type that the description does not know, so nobody can say how it is signed.

    Attributes:
        type_: what it calls itself. Anybody may have written it.
    """

    def __init__(self, message: str = "", *, type_: str = "") -> None:
        super().__init__(message)
        self.type_ = type_
