"""Events as rows."""

from collections.abc import Iterable

from sqlalchemy import Integer, bindparam, select

from qiwi_payin_sandbox.domain.events import Event
from qiwi_payin_sandbox.store import tables
from qiwi_payin_sandbox.store.part import MOST_ROWS, Part
from qiwi_payin_sandbox.store.session import Row
from qiwi_payin_sandbox.times import milliseconds

_TABLE = tables.events
_LIST = (
    select(_TABLE)
    .where(_TABLE.c.site_id == bindparam("site_id"), _TABLE.c.sequence > bindparam("after"))
    .order_by(_TABLE.c.sequence)
    .limit(bindparam("limit", type_=Integer))
)


class Events(Part):
    """The log of what happened on a site."""

    def add_events(self, events: Iterable[Event]) -> None:
        """Write events into the log."""
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
        values = {"site_id": self._site_id, "after": after, "limit": MOST_ROWS if limit is None else limit}
        return self._session.all(_LIST, values)
