"""Notifications and the attempts to deliver them as rows."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, select, update

from qiwi_payin_sandbox.notifications.message import DeliveryState, Notification, NotificationType
from qiwi_payin_sandbox.store import tables
from qiwi_payin_sandbox.store.part import Part, maybe_milliseconds, maybe_moment
from qiwi_payin_sandbox.store.session import Row
from qiwi_payin_sandbox.times import from_milliseconds, milliseconds

_TABLE, _ATTEMPTS = tables.notifications, tables.attempts
_OF_SITE = _TABLE.c.site_id == bindparam("site_id")
_IS_IT = and_(_OF_SITE, _TABLE.c.notification_id == bindparam("notification_id"))
_FIND = select(_TABLE).where(_IS_IT)
_CHANGE = update(_TABLE).where(_IS_IT)
_LIST = select(_TABLE).where(_OF_SITE).order_by(_TABLE.c.sequence)
_LIST_ATTEMPTS = (
    select(_ATTEMPTS)
    .where(_ATTEMPTS.c.site_id == bindparam("site_id"))
    .order_by(_ATTEMPTS.c.notification_id, _ATTEMPTS.c.number)
)


class Notifications(Part):
    """The notifications of a site."""

    def notification(self, notification_id: str, *, lock: bool = False) -> Notification | None:
        """Return a notification."""
        row = self._session.one(_FIND, {"site_id": self._site_id, "notification_id": notification_id}, lock=lock)
        return None if row is None else _to_notification(row)

    def notifications(self) -> list[Notification]:
        """Return all notifications, oldest first."""
        return [_to_notification(row) for row in self._session.all(_LIST, {"site_id": self._site_id})]

    def add_notification(self, notification: Notification) -> None:
        """Store a new notification."""
        self._session.add(
            _TABLE,
            {
                "site_id": self._site_id,
                "notification_id": notification.notification_id,
                "type": notification.type,
                "object_id": notification.object_id,
                "url": notification.url,
                "body": notification.body,
                "signature": notification.signature,
                "created_at": milliseconds(notification.created_at),
                **_delivery_of(notification),
            },
        )

    def save_notification(self, notification: Notification) -> None:
        """Store how the delivery stands."""
        key = {"site_id": self._site_id, "notification_id": notification.notification_id}
        self._session.change(_CHANGE, key, _delivery_of(notification))

    def add_attempt(
        self, notification_id: str, number: int, at: datetime, *, status: int | None, error: str | None
    ) -> None:
        """Write an attempt to deliver into the log."""
        self._session.add(
            _ATTEMPTS,
            {
                "site_id": self._site_id,
                "notification_id": notification_id,
                "number": number,
                "at": milliseconds(at),
                "status": status,
                "error": error,
            },
        )

    def attempts(self) -> list[Row]:
        """Return all attempts to deliver, those of one notification in order."""
        return self._session.all(_LIST_ATTEMPTS, {"site_id": self._site_id})


def _delivery_of(notification: Notification) -> dict[str, Any]:
    return {
        "state": notification.state,
        "tries": notification.tries,
        "due_at": maybe_milliseconds(notification.due_at),
    }


def _to_notification(row: Row) -> Notification:
    return Notification(
        site_id=row.site_id,
        notification_id=row.notification_id,
        type=NotificationType(row.type),
        object_id=row.object_id,
        url=row.url,
        body=row.body,
        signature=row.signature,
        state=DeliveryState(row.state),
        tries=row.tries,
        created_at=from_milliseconds(row.created_at),
        due_at=maybe_moment(row.due_at),
    )
