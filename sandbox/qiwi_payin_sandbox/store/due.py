"""What becomes due by itself, whatever kind of row it is."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Select, Table, bindparam, select

from qiwi_payin_sandbox.store import tables
from qiwi_payin_sandbox.store.part import Part
from qiwi_payin_sandbox.times import from_milliseconds, milliseconds


def _first(table: Table, id_: Column[Any]) -> Select[Any]:
    return (
        select(table.c.due_at, id_.label("object_id"))
        .where(table.c.site_id == bindparam("site_id"), table.c.due_at <= bindparam("until"))
        .order_by(table.c.due_at, table.c.sequence)
        .limit(1)
    )


_KINDS = (
    ("bill", _first(tables.bills, tables.bills.c.bill_id)),
    ("payment", _first(tables.payments, tables.payments.c.payment_id)),
    ("notification", _first(tables.notifications, tables.notifications.c.notification_id)),
)


class DueWork(Part):
    """What is due on a site."""

    def earliest_due(self, until: datetime) -> tuple[datetime, str, str] | None:
        """Return when, the kind (`bill`, `payment`, `notification`) and the id of what is due first, by `until`."""
        values = {"site_id": self._site_id, "until": milliseconds(until)}
        found = []
        for rank, (kind, query) in enumerate(_KINDS):
            row = self._session.one(query, values)
            if row is not None:
                found.append((row.due_at, rank, kind, row.object_id))
        if not found:
            return None
        at, _, kind, object_id = min(found)
        return from_milliseconds(at), kind, object_id
