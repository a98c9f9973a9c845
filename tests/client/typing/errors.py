"""Never run: type checkers see what each error tells."""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from typing import Any, assert_type

from qiwi_payin import (
    AnswerInvalid,
    AnswerLost,
    APIError,
    BadRequest,
    CallError,
    Forbidden,
    Gone,
    MethodNotAllowed,
    NotAcceptable,
    NotFound,
    NotificationError,
    NotificationForged,
    NotificationMalformed,
    NotificationUnknown,
    NotSent,
    OutcomeUnknown,
    PayIn,
    PayInError,
    ServerError,
    TooManyRequests,
    Unauthorized,
    WaitTimeout,
    errors,
)


def of_any_call(error: CallError) -> None:
    assert_type(error.operation, str)
    assert_type(error.method, str)
    assert_type(error.path, str)
    assert_type(error.ids, dict[str, str])
    assert_type(error.timed_out, bool)


def of_a_refusal(error: APIError) -> None:
    assert_type(error.status, int)
    assert_type(error.error_code, str | None)
    assert_type(error.description, str | None)
    assert_type(error.user_message, str | None)
    assert_type(error.cause, dict[str, list[str]])
    assert_type(error.trace_id, str | None)
    assert_type(error.service_name, str | None)
    assert_type(error.retry_after, str | None)


def of_lost_answers(unknown: OutcomeUnknown, invalid: AnswerInvalid) -> None:
    assert_type(unknown.reason, CallError | None)
    assert_type(invalid.status, int)


def caught(payin: PayIn) -> None:
    try:
        payin.payments.get("1")
    except (BadRequest, Unauthorized, Forbidden, NotFound, MethodNotAllowed, NotAcceptable, Gone) as refusal:
        of_a_refusal(refusal)
    except TooManyRequests as later:
        assert_type(later.retry_after, str | None)
    except ServerError as failure:
        of_a_refusal(failure)
    except (NotSent, AnswerLost, AnswerInvalid, OutcomeUnknown) as lost:
        of_any_call(lost)
    except WaitTimeout as over:
        assert_type(over.last, Any)
        assert_type(over.reason, CallError | None)
    except APIError as other:
        of_any_call(other)
    except errors.PayInError as anything:
        assert_type(anything, PayInError)


def one_tree(
    call: CallError,
    forged: NotificationForged,
    malformed: NotificationMalformed,
    unknown: NotificationUnknown,
) -> list[PayInError]:
    notified: list[NotificationError] = [forged, malformed, unknown]
    return [call, *notified]


def wrong(error: CallError, lost: AnswerLost) -> None:
    error.status  # type: ignore[attr-defined]  # noqa: B018 - only some have one
    lost.reason  # type: ignore[attr-defined]  # noqa: B018
