"""Events as rows."""

from collections.abc import Iterable

from sqlalchemy import Integer, bindparam, func, select

from qiwi_payin_sandbox.domain.events import Event
from qiwi_payin_sandbox.store import tables
from qiwi_payin_sandbox.store.part import MOST_ROWS, Part
from qiwi_payin_sandbox.store.session import Row
from qiwi_payin_sandbox.times import milliseconds

_TABLE = tables.events
_LIST = (
    select(_TABLE)
    .where(
        _TABLE.c.site_id == bindparam("site_id"),
        _TABLE.c.sequence > bindparam("after"),
        _TABLE.c.sequence <= bindparam("settled"),
    )
    .order_by(_TABLE.c.sequence)
    .limit(bindparam("limit", type_=Integer))
)
_LAST = select(func.coalesce(func.max(_TABLE.c.sequence), 0).label("last")).where(
    _TABLE.c.site_id == bindparam("site_id"), _TABLE.c.sequence <= bindparam("settled")
)


class Events(Part):
    """The log of what happened on a site."""

    def add_events(self, events: Iterable[Event]) -> None:
        """Write events into the log."""
        self._session.announce()
        self._session.add_each(
            _TABLE,
            [
                {
                    "site_id": self._site_id,
                    "at": milliseconds(event.at),
                    "type": event.type,
                    "bill_id": event.bill_id,
                    "payment_id": event.payment_id,
                    "capture_id": event.capture_id,
                    "refund_id": event.refund_id,
                    "reason": event.reason,
                    "operation": event.operation,
                    "notification_id": event.notification_id,
                }
                for event in events
            ],
        )

    def events(self, *, after: int = 0, limit: int | None = None) -> list[Row]:
        """Return the log, oldest first: what has a higher sequence than `after`, at most so many."""
        values = {
            "site_id": self._site_id,
            "after": after,
            "settled": self._session.settled(_TABLE),
            "limit": MOST_ROWS if limit is None else limit,
        }
        return self._session.all(_LIST, values)

    def last_event(self) -> int:
        """Return the sequence of the last event that the log shows, 0 where it shows none."""
        row = self._session.one(_LAST, {"site_id": self._site_id, "settled": self._session.settled(_TABLE)})
        return 0 if row is None else int(row.last)
