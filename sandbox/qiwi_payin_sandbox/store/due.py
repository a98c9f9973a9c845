"""What becomes due by itself, whatever kind of row it is, and the notifications whose attempt is under way."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    Column,
    Integer,
    Select,
    Table,
    bindparam,
    func,
    literal_column,
    select,
    union_all,
    update,
)

from qiwi_payin_sandbox.clocks.clock import ClockState
from qiwi_payin_sandbox.domain.payments import PaymentStatus
from qiwi_payin_sandbox.store import tables
from qiwi_payin_sandbox.store.part import Part, maybe_moment
from qiwi_payin_sandbox.store.session import Session
from qiwi_payin_sandbox.times import from_milliseconds, milliseconds

BATCH = 50
"""How many due things are looked up at once."""

_BILLS, _PAYMENTS, _NOTIFICATIONS, _SITES = tables.bills, tables.payments, tables.notifications, tables.sites
_KINDS = ("bill", "payment", "notification")
_SITE_ID: BindParameter[str] = bindparam("site_id")
_LIMIT: BindParameter[int] = bindparam("limit", type_=Integer)


def _upcoming(rank: int, table: Table, id_: Column[Any]) -> Select[Any]:
    first = (
        select(
            table.c.due_at,
            literal_column(str(rank), Integer).label("rank"),
            table.c.sequence,
            id_.label("object_id"),
        )
        .where(table.c.site_id == _SITE_ID, table.c.due_at <= bindparam("until"))
        .order_by(table.c.due_at, table.c.sequence)
        .limit(_LIMIT)
        .subquery()
    )
    return select(first)


def _first_of(*kinds: Select[Any]) -> Select[Any]:
    found = union_all(*kinds).subquery()
    return select(found).order_by(found.c.due_at, found.c.rank, found.c.sequence).limit(_LIMIT)


_OBJECTS = (_upcoming(0, _BILLS, _BILLS.c.bill_id), _upcoming(1, _PAYMENTS, _PAYMENTS.c.payment_id))
_UPCOMING_OBJECTS = _first_of(*_OBJECTS)
_UPCOMING = _first_of(*_OBJECTS, _upcoming(2, _NOTIFICATIONS, _NOTIFICATIONS.c.notification_id))

_LEASES = (
    select(_NOTIFICATIONS.c.notification_id, _NOTIFICATIONS.c.lease, _NOTIFICATIONS.c.leased_until)
    .where(_NOTIFICATIONS.c.site_id == _SITE_ID, _NOTIFICATIONS.c.leased_until.is_not(None))
    .order_by(_NOTIFICATIONS.c.leased_until)
)
_RENEW = update(_NOTIFICATIONS).where(
    _NOTIFICATIONS.c.site_id == _SITE_ID,
    _NOTIFICATIONS.c.notification_id == bindparam("of_notification"),
    _NOTIFICATIONS.c.lease == bindparam("of_lease"),
)
_END_LEASE = _RENEW.values(lease=None, leased_until=None, due_at=_NOTIFICATIONS.c.leased_due_at, leased_due_at=None)

_KEEP_SITE = select(_SITES.c.site_id).where(_SITES.c.site_id == _SITE_ID).with_for_update(read=True)
_IS_BILL = (_BILLS.c.site_id == _SITE_ID) & (_BILLS.c.bill_id == bindparam("bill_id"))
_FIND_BILL = select(_BILLS.c.bill_id).where(_IS_BILL)
_TAKE_BILL = _FIND_BILL.with_for_update(skip_locked=True)
_IS_PAYMENT = (_PAYMENTS.c.site_id == _SITE_ID) & (_PAYMENTS.c.payment_id == bindparam("payment_id"))
_BILL_OF_PAYMENT = select(_PAYMENTS.c.bill_id, _PAYMENTS.c.status).where(_IS_PAYMENT)
_TAKE_PAYMENT = select(_PAYMENTS.c.payment_id).where(_IS_PAYMENT).with_for_update(skip_locked=True)


def _first(table: Table, column: Column[Any]) -> Any:
    return (
        select(func.min(column))
        .where(table.c.site_id == _SITES.c.site_id, column.is_not(None))
        .scalar_subquery()
        .label(f"{table.name}_{column.name}")
    )


_EVERYWHERE = select(
    _SITES.c.site_id,
    _SITES.c.frozen_at,
    _SITES.c.shift,
    _SITES.c.reached,
    _first(_BILLS, _BILLS.c.due_at),
    _first(_PAYMENTS, _PAYMENTS.c.due_at),
    _first(_NOTIFICATIONS, _NOTIFICATIONS.c.due_at),
    _first(_NOTIFICATIONS, _NOTIFICATIONS.c.leased_until),
).order_by(_SITES.c.site_id)


class DueItem(NamedTuple):
    """Something that happens by itself: when, the kind (`bill`, `payment`, `notification`) and the object's id."""

    at: datetime
    kind: str
    object_id: str


class Lease(NamedTuple):
    """An attempt that somebody has begun: if it is not recorded by `until`, in the world's time, it is made again."""

    notification_id: str
    lease: str
    until: datetime


class DueTimes(NamedTuple):
    """What a site waits for: its clock, when something falls due first, and when a lease ends first."""

    site_id: str
    clock: ClockState
    due_at: datetime | None
    leased_until: datetime | None


def due_times(session: Session) -> list[DueTimes]:
    """Return what each site waits for."""
    found = []
    for site_id, frozen_at, shift, reached, *due_at, leased_until in session.all(_EVERYWHERE, {}):
        clock = ClockState(
            frozen_at=maybe_moment(frozen_at),
            shift=from_milliseconds(shift) - from_milliseconds(0),
            reached=from_milliseconds(reached),
        )
        first = min((at for at in due_at if at is not None), default=None)
        found.append(DueTimes(site_id, clock, maybe_moment(first), maybe_moment(leased_until)))
    return found


class DueWork(Part):
    """What is due on a site."""

    def upcoming(
        self, until: datetime, *, objects_only: bool = False, left_out: Collection[DueItem] = ()
    ) -> list[DueItem]:
        """Return what is due by `until`, some `BATCH` items, with or without notifications, `left_out` not among them.

        The order is that of the due times; at one moment bills come before payments and payments before notifications,
        and of one kind those that were stored first.
        """
        values = {"site_id": self._site_id, "until": milliseconds(until), "limit": BATCH + len(left_out)}
        found = (
            DueItem(from_milliseconds(row.due_at), _KINDS[row.rank], row.object_id)
            for row in self._session.all(_UPCOMING_OBJECTS if objects_only else _UPCOMING, values)
        )
        return [item for item in found if item not in left_out]

    def hold_clock_still(self) -> None:
        """Keep others from moving the clock until the transaction ends; more than one may."""
        self._session.all(_KEEP_SITE, {"site_id": self._site_id})

    def take(self, item: DueItem) -> bool:
        """Lock what a due bill or payment is about, a bill before its payments; False where somebody else has."""
        session, site_id = self._session, self._site_id
        if not session.locks_rows:
            return True
        bill_id: str | None = item.object_id
        key = {"site_id": site_id, "payment_id": item.object_id}
        if item.kind == "payment":
            payment = session.one(_BILL_OF_PAYMENT, key)
            bill_id = payment.bill_id if payment is not None and payment.status == PaymentStatus.WAITING else None
        bill = {"site_id": site_id, "bill_id": bill_id}
        if (
            bill_id is not None
            and session.one(_TAKE_BILL, bill) is None
            and (item.kind == "bill" or session.one(_FIND_BILL, bill) is not None)
        ):
            return False
        return item.kind == "bill" or session.one(_TAKE_PAYMENT, key) is not None

    def leases(self) -> list[Lease]:
        """Return the attempts that are under way, the lease that ends first at first."""
        return [
            Lease(row.notification_id, row.lease, from_milliseconds(row.leased_until))
            for row in self._session.all(_LEASES, {"site_id": self._site_id})
        ]

    def renew_leases(self, leases: Iterable[Lease]) -> None:
        """Let attempts that are still under way have until then; nothing where a lease is another one by now."""
        self._session.change_each(
            _RENEW,
            [
                (
                    {"site_id": self._site_id, "of_notification": lease.notification_id, "of_lease": lease.lease},
                    {"leased_until": milliseconds(lease.until)},
                )
                for lease in sorted(leases)
            ],
        )

    def end_lease(self, lease: Lease) -> None:
        """Let an attempt that nobody recorded be made again; nothing where the lease is another one by now."""
        key = {"site_id": self._site_id, "of_notification": lease.notification_id, "of_lease": lease.lease}
        self._session.run(_END_LEASE, key)
