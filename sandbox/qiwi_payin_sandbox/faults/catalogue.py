"""All faults that can be asked for, by their names."""

from collections.abc import Mapping
from types import MappingProxyType

from qiwi_payin_sandbox.faults import answers, notifications
from qiwi_payin_sandbox.faults.answers import AnswerFault
from qiwi_payin_sandbox.faults.kind import Kind
from qiwi_payin_sandbox.faults.notifications import NotificationFault
from qiwi_payin_sandbox.http import errors

ANSWERS: Mapping[str, AnswerFault] = MappingProxyType(
    {
        "latency": answers.Latency(),
        "slow_answer": answers.SlowAnswer(),
        "error_500": answers.ErrorAnswer(errors.InternalError, "afterCommit"),
        "error_500_empty": answers.EmptyError(),
        "error_502": answers.ErrorAnswer(errors.BadGatewayError, "afterCommit", "page"),
        "error_503": answers.ErrorAnswer(
            errors.UnavailableError, "afterCommit", "page", "retryAfterSeconds", "retryAfterDate"
        ),
        "error_429": answers.ErrorAnswer(
            errors.TooManyRequestsError, "page", "retryAfterSeconds", "retryAfterDate", retry_after=1
        ),
        "reset": answers.BrokenConnection("reset", is_carried_out=False),
        "lost_answer": answers.BrokenConnection("lost", is_carried_out=True),
        "cut_answer": answers.BrokenConnection("broken", is_carried_out=True),
    }
)
"""What can go wrong with the answer to an operation."""

NOTIFICATIONS: Mapping[str, NotificationFault] = MappingProxyType(
    {
        "notification_dropped": notifications.Dropped(),
        "notification_doubled": notifications.Doubled(),
        "notification_late": notifications.Late(),
        "notification_out_of_order": notifications.OutOfOrder(),
        "notification_wrongly_signed": notifications.WronglySigned(),
    }
)
"""What can go wrong with a notification."""

KINDS: Mapping[str, Kind] = MappingProxyType({**ANSWERS, **NOTIFICATIONS})
"""All that can go wrong."""
