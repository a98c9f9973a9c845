"""The notifications of a site."""

from typing import Any

from qiwi_payin_sandbox import times
from qiwi_payin_sandbox.domain.errors import NotFoundError
from qiwi_payin_sandbox.engine.work import Work
from qiwi_payin_sandbox.notifications.attempts import Attempt
from qiwi_payin_sandbox.notifications.delivery import Headers
from qiwi_payin_sandbox.notifications.message import Notification
from qiwi_payin_sandbox.operations import views
from qiwi_payin_sandbox.operations.call import Answer, Call


def list_(call: Call) -> Answer:
    """List the site's notifications and the attempts to deliver them."""

    def query(work: Work) -> list[dict[str, Any]]:
        listed = work.unit.notifications(
            after=call.query.get("after", 0),
            limit=call.query.get("limit"),
            state=call.query.get("state", ""),
            type_=call.query.get("type", ""),
        )
        attempts = work.unit.attempts_of(listed)
        return [
            _of_notification(notification, [_in_short(each) for each in attempts[notification.notification_id]])
            for notification in listed
        ]

    return Answer(call.look(query, in_order=True))


def get(call: Call) -> Answer:
    """Read a notification with all that is known of the attempts to deliver it."""
    notification_id = call.parameters["notificationId"]

    def query(work: Work) -> dict[str, Any]:
        notification = work.unit.notification(notification_id)
        if notification is None:
            raise NotFoundError("notification")
        return _of_notification(notification, [_in_full(each) for each in work.unit.attempts(notification_id)])

    return Answer(call.look(query))


def resend(call: Call) -> Answer:
    """Make one more attempt to deliver a notification, at once."""
    return Answer(_in_full(call.services.outbox.resend(call.site.site_id, call.parameters["notificationId"])))


def _of_notification(notification: Notification, attempts: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "sequence": notification.sequence,
        "notificationId": notification.notification_id,
        "type": notification.type,
        "objectId": notification.object_id,
        "createdAt": times.in_milliseconds(notification.created_at),
        "url": notification.url,
        "body": notification.body,
        "signature": notification.signature,
        "state": notification.state,
        "attempts": attempts,
        "nextAttemptAt": times.in_milliseconds(notification.due_at) if notification.due_at else None,
    }


def _in_short(attempt: Attempt) -> dict[str, Any]:
    return views.present(
        {
            "number": attempt.number,
            "at": times.in_milliseconds(attempt.at),
            "status": attempt.status,
            "error": attempt.error,
            "resent": attempt.resent or None,
            "fault": attempt.fault,
        }
    )


def _in_full(attempt: Attempt) -> dict[str, Any]:
    answered = attempt.status is not None
    details = {
        "durationMs": attempt.milliseconds,
        "request": {"url": attempt.url, "headers": _listed(attempt.sent_headers)} if attempt.sent_headers else None,
        "answer": {"headers": _listed(attempt.headers), "body": attempt.body, "bodyCut": attempt.body_cut}
        if answered
        else None,
    }
    return _in_short(attempt) | views.present(details)


def _listed(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]
