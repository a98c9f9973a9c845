"""Faults that were asked for, and the notifications that they hold back, as rows."""

from decimal import Decimal
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, select, update

from qiwi_payin_sandbox import wire
from qiwi_payin_sandbox.faults.fault import Fault
from qiwi_payin_sandbox.store import tables
from qiwi_payin_sandbox.store.part import Part
from qiwi_payin_sandbox.store.session import Row

_TABLE, _HELD = tables.faults, tables.held_notifications
_OF_SITE = _TABLE.c.site_id == bindparam("site_id")
_CHANGE = update(_TABLE).where(and_(_OF_SITE, _TABLE.c.number == bindparam("fault")))
_LIST = select(_TABLE).where(and_(_OF_SITE, _TABLE.c.is_removed.is_(False))).order_by(_TABLE.c.number)
_LAST = select(func.coalesce(func.max(_TABLE.c.number), 0).label("last")).where(_OF_SITE)

_HELD_OF_SITE = _HELD.c.site_id == bindparam("site_id")
_LIST_HELD = select(_HELD).where(_HELD_OF_SITE).order_by(_HELD.c.notification_id)
_LET_GO = delete(_HELD).where(and_(_HELD_OF_SITE, _HELD.c.notification_id == bindparam("notification_id")))


class Faults(Part):
    """The faults of a site."""

    def faults(self) -> list[Fault]:
        """Return all faults, those that are used up too, in the order in which they were asked for."""
        return [_to_fault(row) for row in self._session.all(_LIST, {"site_id": self._site_id})]

    def next_fault_number(self) -> int:
        """Return a number that no fault of the site has or had."""
        row = self._session.one(_LAST, {"site_id": self._site_id})
        return 1 if row is None else int(row.last) + 1

    def add_fault(self, fault: Fault) -> None:
        """Store a new fault."""
        self._session.add(
            _TABLE,
            {
                "site_id": self._site_id,
                "number": fault.number,
                "kind": fault.kind,
                "operation": fault.operation,
                "rate": str(fault.rate),
                "times": fault.times,
                "seed": fault.seed,
                "settings": wire.dumps(dict(fault.settings)),
                "considered": fault.considered,
                "fired": fault.fired,
                "is_removed": False,
            },
        )

    def save_fault(self, fault: Fault) -> None:
        """Store how often it was considered and has struck."""
        self._change_fault(fault.number, {"considered": fault.considered, "fired": fault.fired})

    def remove_fault(self, number: int) -> None:
        """Remove a fault; its number is not given again."""
        self._change_fault(number, {"is_removed": True})

    def _change_fault(self, number: int, values: dict[str, Any]) -> None:
        self._session.change(_CHANGE, {"site_id": self._site_id, "fault": number}, values)

    # what they hold back

    def held_notifications(self) -> dict[str, int]:
        """Return the numbers of the faults that hold notifications back, by the ids of the notifications."""
        return {row.notification_id: row.fault for row in self._session.all(_LIST_HELD, {"site_id": self._site_id})}

    def hold_notification(self, notification_id: str, fault: int) -> None:
        """Write down that a fault holds a notification back."""
        self._session.add(_HELD, {"site_id": self._site_id, "notification_id": notification_id, "fault": fault})

    def let_notification_go(self, notification_id: str) -> None:
        """Write down that nothing holds a notification back any more."""
        self._session.run(_LET_GO, {"site_id": self._site_id, "notification_id": notification_id})


def _to_fault(row: Row) -> Fault:
    return Fault(
        number=row.number,
        kind=row.kind,
        operation=row.operation,
        rate=Decimal(row.rate),
        times=row.times,
        seed=row.seed,
        settings=wire.loads(row.settings.encode()),
        considered=row.considered,
        fired=row.fired,
    )
