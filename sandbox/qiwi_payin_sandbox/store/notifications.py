"""Notifications and the attempts to deliver them as rows."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Text, and_, bindparam, or_, select, update

from qiwi_payin_sandbox import wire
from qiwi_payin_sandbox.notifications.attempts import Attempt, host_of
from qiwi_payin_sandbox.notifications.delivery import Headers
from qiwi_payin_sandbox.notifications.message import DeliveryState, Notification, NotificationType
from qiwi_payin_sandbox.store import tables
from qiwi_payin_sandbox.store.part import MOST_ROWS, Part, maybe_milliseconds, maybe_moment
from qiwi_payin_sandbox.store.session import Row
from qiwi_payin_sandbox.times import from_milliseconds, milliseconds

MOST_BUSY_HOSTS = 4
"""How many hosts a query for due notifications can leave out."""

_TABLE, _ATTEMPTS = tables.notifications, tables.attempts
_OF_SITE = _TABLE.c.site_id == bindparam("site_id")
_IS_IT = and_(_OF_SITE, _TABLE.c.notification_id == bindparam("notification_id"))
_FIND = select(_TABLE).where(_IS_IT)
_CHANGE = update(_TABLE).where(_IS_IT)
_LIST = (
    select(_TABLE)
    .where(
        _OF_SITE,
        _TABLE.c.sequence > bindparam("after"),
        _TABLE.c.sequence <= bindparam("settled"),
        or_(bindparam("state", type_=Text) == "", _TABLE.c.state == bindparam("state", type_=Text)),
        or_(bindparam("type", type_=Text) == "", _TABLE.c.type == bindparam("type", type_=Text)),
    )
    .order_by(_TABLE.c.sequence)
    .limit(bindparam("limit", type_=Integer))
)
_DUE = (
    select(_TABLE)
    .where(
        _OF_SITE,
        _TABLE.c.due_at <= bindparam("until"),
        *(_TABLE.c.host != bindparam(f"busy_host_{number}") for number in range(MOST_BUSY_HOSTS)),
    )
    .order_by(_TABLE.c.due_at, _TABLE.c.sequence)
    .limit(bindparam("limit", type_=Integer))
    .with_for_update(skip_locked=True)
)
_LEASED = (
    select(_TABLE)
    .where(_OF_SITE, _TABLE.c.leased_until.is_not(None), _TABLE.c.lease.like(bindparam("leases")))
    .order_by(_TABLE.c.sequence)
    .with_for_update()
)
_OF_NOTIFICATIONS = (
    select(_ATTEMPTS)
    .join(
        _TABLE,
        and_(_TABLE.c.site_id == _ATTEMPTS.c.site_id, _TABLE.c.notification_id == _ATTEMPTS.c.notification_id),
    )
    .where(_OF_SITE, _TABLE.c.sequence.between(bindparam("first"), bindparam("last")))
    .order_by(_ATTEMPTS.c.notification_id, _ATTEMPTS.c.number)
)
_OF_NOTIFICATION = (
    select(_ATTEMPTS)
    .where(_ATTEMPTS.c.site_id == bindparam("site_id"), _ATTEMPTS.c.notification_id == bindparam("notification_id"))
    .order_by(_ATTEMPTS.c.number)
)


class Notifications(Part):
    """The notifications of a site."""

    def notification(self, notification_id: str, *, lock: bool = False) -> Notification | None:
        """Return a notification."""
        row = self._session.one(_FIND, {"site_id": self._site_id, "notification_id": notification_id}, lock=lock)
        return None if row is None else _to_notification(row)

    def notifications(
        self, *, after: int = 0, limit: int | None = None, state: str = "", type_: str = ""
    ) -> list[Notification]:
        """Return notifications, oldest first.

        Args:
            after: Only those of a higher sequence.
            limit: At most so many.
            state: Only those in this state.
            type_: Only those of this type.
        """
        values = {
            "site_id": self._site_id,
            "after": after,
            "settled": self._session.settled(_TABLE),
            "state": state,
            "type": type_,
            "limit": MOST_ROWS if limit is None else limit,
        }
        return [_to_notification(row) for row in self._session.all(_LIST, values)]

    def due_notifications(self, until: datetime, limit: int, busy_hosts: Iterable[str] = ()) -> list[Notification]:
        """Return notifications whose attempt is due by `until`, in due order, locked; none that others have locked.

        Args:
            until: A moment of the site's clock.
            limit: At most so many.
            busy_hosts: Hosts whose notifications have to wait, at most `MOST_BUSY_HOSTS`.
        """
        values: dict[str, Any] = {"site_id": self._site_id, "until": milliseconds(until), "limit": limit}
        values |= {f"busy_host_{number}": "-" for number in range(MOST_BUSY_HOSTS)}  # no host is called that
        values |= {f"busy_host_{number}": host for number, host in enumerate(busy_hosts)}
        return [_to_notification(row) for row in self._session.all(_DUE, values)]

    def add_notification(self, notification: Notification) -> None:
        """Store a new notification."""
        self._session.announce()
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
                "host": host_of(notification.url),
                **_state_of(notification),
            },
        )

    def leased_notifications(self, process: str) -> list[Notification]:
        """Return the notifications whose leases begin with the name of this process, locked."""
        values = {"site_id": self._site_id, "leases": f"{process}-%"}
        return [_to_notification(row) for row in self._session.all(_LEASED, values)]

    def save_notification(self, notification: Notification) -> None:
        """Store how the delivery stands."""
        self.save_notifications([notification])

    def save_notifications(self, notifications: Iterable[Notification]) -> None:
        """Store how the deliveries stand."""
        changes = [
            ({"site_id": self._site_id, "notification_id": each.notification_id}, _delivery_of(each))
            for each in notifications
        ]
        self._session.change_each(_CHANGE, changes)

    def add_attempts(self, attempts: Iterable[tuple[str, Attempt]]) -> None:
        """Write attempts to deliver into the log, each with the id of its notification."""
        self._session.add_each(
            _ATTEMPTS,
            [
                {"site_id": self._site_id, "notification_id": notification_id, **_of_attempt(attempt)}
                for notification_id, attempt in attempts
            ],
        )

    def attempts(self, notification_id: str) -> list[Attempt]:
        """Return the attempts to deliver a notification, in order."""
        values = {"site_id": self._site_id, "notification_id": notification_id}
        return [_to_attempt(row) for row in self._session.all(_OF_NOTIFICATION, values)]

    def attempts_of(self, notifications: Sequence[Notification]) -> dict[str, list[Attempt]]:
        """Return the attempts to deliver notifications that follow each other, by their ids, each in order."""
        found: dict[str, list[Attempt]] = {notification.notification_id: [] for notification in notifications}
        if notifications:
            sequences = [notification.sequence for notification in notifications]
            values = {"site_id": self._site_id, "first": min(sequences), "last": max(sequences)}
            for row in self._session.all(_OF_NOTIFICATIONS, values):
                if row.notification_id in found:
                    found[row.notification_id].append(_to_attempt(row))
        return found


def _state_of(notification: Notification) -> dict[str, Any]:
    return {
        "state": notification.state,
        "tries": notification.tries,
        "due_at": maybe_milliseconds(notification.due_at),
    }


def _delivery_of(notification: Notification) -> dict[str, Any]:
    return {
        **_state_of(notification),
        "resent": notification.resent,
        "mishap": notification.mishap,
        "lease": notification.lease,
        "leased_until": maybe_milliseconds(notification.leased_until),
        "leased_due_at": maybe_milliseconds(notification.leased_due_at),
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
        sequence=row.sequence,
        resent=row.resent,
        mishap=row.mishap,
        lease=row.lease,
        leased_until=maybe_moment(row.leased_until),
        leased_due_at=maybe_moment(row.leased_due_at),
    )


def _of_attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "number": attempt.number,
        "at": milliseconds(attempt.at),
        "status": attempt.status,
        "error": attempt.error,
        "resent": attempt.resent,
        "fault": attempt.fault,
        "duration": attempt.milliseconds,
        "details": wire.dumps(
            {
                "url": attempt.url,
                "sent_headers": attempt.sent_headers,
                "headers": attempt.headers,
                "body": attempt.body,
                "body_cut": attempt.body_cut,
            }
        ),
    }


def _to_attempt(row: Row) -> Attempt:
    details = wire.loads(row.details.encode()) if row.details else {}
    return Attempt(
        number=row.number,
        at=from_milliseconds(row.at),
        status=row.status,
        error=row.error,
        resent=bool(row.resent),
        fault=row.fault,
        milliseconds=row.duration,
        url=details.get("url"),
        sent_headers=_to_headers(details.get("sent_headers")),
        headers=_to_headers(details.get("headers")),
        body=details.get("body", ""),
        body_cut=details.get("body_cut", False),
    )


def _to_headers(pairs: list[list[str]] | None) -> Headers:
    return tuple((name, value) for name, value in pairs or ())
