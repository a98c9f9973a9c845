"""Errors as the API answers them.

ApiError
├── MalformedBodyError      400  http.message.conversion.failed
├── FieldsError             400  validation.error
├── StateError              400  payin.incorrect-method-invocation
├── UnauthorizedError       401  auth.unauthorized
├── ForbiddenError          403  auth.forbidden
├── MissingError            404  payin.resource.not.found
├── MethodError             405  http.method.not.allowed
├── MediaTypeError          406  http.media.type.not.supported
├── TooManyRequestsError    429  http.too.many.requests
├── InternalError           500  internal.error
├── BadGatewayError         502  internal.error
├── UnavailableError        503  internal.error
├── StoppingError           503  internal.error
└── StoreAwayError          503  internal.error
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from qiwi_payin_sandbox.clocks.clock import ClockMovedBackError
from qiwi_payin_sandbox.domain.errors import (
    IncorrectMethodInvocationError,
    NotFoundError,
    RefusedError,
    ValidationError,
)


class ApiError(Exception):
    """An error answer."""

    status: ClassVar[int]
    code: ClassVar[str]
    user_message: ClassVar[str]

    def __init__(self, description: str | None = None) -> None:
        super().__init__(description or self.user_message)
        self.description = description or self.user_message
        self.cause: Mapping[str, list[str]] = {}
        self.headers: dict[str, str] = {}

    def body(self, date_time: str, trace_id: str) -> dict[str, Any]:
        """Return the error body."""
        body: dict[str, Any] = {
            "serviceName": "payin-core",
            "errorCode": self.code,
            "description": self.description,
            "userMessage": self.user_message,
            "dateTime": date_time,
            "traceId": trace_id,
        }
        if self.cause:
            body["cause"] = dict(self.cause)
        return body


class MalformedBodyError(ApiError):
    """The body is no JSON text, or too large to be read."""

    status, code, user_message = 400, "http.message.conversion.failed", "Bad request"


class FieldsError(ApiError):
    """Fields are wrong; `cause` names them."""

    status, code, user_message = 400, "validation.error", "Validation error"

    def __init__(self, cause: Mapping[str, list[str]]) -> None:
        super().__init__()
        self.cause = cause


class StateError(ApiError):
    """The object's state does not allow the operation."""

    status, code, user_message = 400, "payin.incorrect-method-invocation", "Cannot perform this operation"


class UnauthorizedError(ApiError):
    """No API access key, or a wrong one."""

    status, code, user_message = 401, "auth.unauthorized", "Unauthorized"

    def __init__(self, description: str) -> None:
        super().__init__(description)
        self.headers = {"WWW-Authenticate": "Bearer"}


class ForbiddenError(ApiError):
    """The key is not for this site, or there is no such site."""

    status, code, user_message = 403, "auth.forbidden", "Access forbidden"


class MissingError(ApiError):
    """There is no such object, or no such path."""

    status, code, user_message = 404, "payin.resource.not.found", "Resource not found"


class MethodError(ApiError):
    """The path knows other methods."""

    status, code, user_message = 405, "http.method.not.allowed", "Method not allowed"

    def __init__(self, allowed: Iterable[str]) -> None:
        super().__init__()
        self.headers = {"Allow": ", ".join(sorted(allowed))}


class MediaTypeError(ApiError):
    """The body is not said to be JSON."""

    status, code, user_message = 406, "http.media.type.not.supported", "Content type must be application/json"


class InternalError(ApiError):
    """The sandbox itself failed."""

    status, code, user_message = 500, "internal.error", "Internal error"


class TooManyRequestsError(ApiError):
    """The client is to come back later."""

    status, code, user_message = 429, "http.too.many.requests", "Too many requests"


class BadGatewayError(ApiError):
    """The service cannot be reached."""

    status, code, user_message = 502, "internal.error", "Internal error"


class UnavailableError(ApiError):
    """The service is not available for the moment."""

    status, code, user_message = 503, "internal.error", "Internal error"


class StoppingError(ApiError):
    """The sandbox is being stopped and finishes nothing more."""

    status, code, user_message = 503, "internal.error", "Internal error"


class StoreAwayError(ApiError):
    """The store cannot be reached, or another process keeps it to itself; nothing was stored."""

    status, code, user_message = 503, "internal.error", "Internal error"

    def __init__(self) -> None:
        super().__init__("The store cannot be reached, nothing was stored")
        self.headers = {"Retry-After": "1"}


def of_refusal(error: RefusedError | ClockMovedBackError) -> ApiError:
    """Return the answer to what the domain refused."""
    match error:
        case ValidationError():
            return FieldsError(error.cause)
        case NotFoundError():
            return MissingError()
        case IncorrectMethodInvocationError():
            return StateError(str(error))
        case ClockMovedBackError():
            return FieldsError({"now": [str(error)]})
    raise error
