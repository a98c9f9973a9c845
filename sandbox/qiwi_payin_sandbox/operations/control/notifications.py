"""The notifications of a site."""

from typing import Any

from qiwi_payin_sandbox import times
from qiwi_payin_sandbox.operations import views
from qiwi_payin_sandbox.operations.call import Answer, Call
from qiwi_payin_sandbox.work import Work


def list_(call: Call) -> Answer:
    """List the site's notifications and the attempts to deliver them."""

    def query(work: Work) -> list[dict[str, Any]]:
        attempts: dict[str, list[dict[str, Any]]] = {}
        for row in work.unit.attempts():
            made = {
                "at": times.in_milliseconds(times.from_milliseconds(row.at)),
                "status": row.status,
                "error": row.error,
            }
            attempts.setdefault(row.notification_id, []).append(views.present(made))
        return [
            {
                "notificationId": notification.notification_id,
                "type": notification.type,
                "objectId": notification.object_id,
                "url": notification.url,
                "body": notification.body,
                "signature": notification.signature,
                "state": notification.state,
                "attempts": attempts.get(notification.notification_id, []),
                "nextAttemptAt": times.in_milliseconds(notification.due_at) if notification.due_at else None,
            }
            for notification in work.unit.notifications()
        ]

    return Answer(call.engine.look(call.site.site_id, query))
