"""The sites, their clocks and the store: runs commands in transactions and lets happen what is due."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from qiwi_payin_sandbox import times
from qiwi_payin_sandbox.clock import LATEST, Clock, ClockBeyondReachError, ClockMovedBackError, ClockState, SteadyTime
from qiwi_payin_sandbox.domain.bank import Bank
from qiwi_payin_sandbox.domain.events import Event
from qiwi_payin_sandbox.ids import Ids
from qiwi_payin_sandbox.notifications.delivery import Courier, Outcome
from qiwi_payin_sandbox.notifications.message import RETRY_AFTER, DeliveryState, Notification
from qiwi_payin_sandbox.site import Site
from qiwi_payin_sandbox.store import database
from qiwi_payin_sandbox.store.database import Store
from qiwi_payin_sandbox.store.unit import Unit
from qiwi_payin_sandbox.work import OverdueError, Work

T = TypeVar("T")
Fired = dict[str, Any]

_MOST_TRIES = len(RETRY_AFTER) + 1


class ClosingError(Exception):
    """The engine is being closed: what is due stays due."""


class Engine:
    """Everything that a sandbox is apart from its ways in.

    Args:
        store: Where the state is kept.
        clock: How sites tell the time.
        ids: Makes ids.
        bank: Answers authorisations.
        courier: Delivers notifications.
        sites: The sites by id, with their keys.
    """

    def __init__(
        self, store: Store, *, clock: Clock, ids: Ids, bank: Bank, courier: Courier, sites: Mapping[str, Site]
    ) -> None:
        self._store = store
        self._world = SteadyTime(clock.world)
        self.ids = ids
        self._bank = bank
        self._courier = courier
        self.sites = dict(sites)
        self._firing = threading.RLock()
        self._closing = threading.Event()
        for site_id in self.sites:
            self._in_transaction(site_id, lambda unit: _ensure_clock(unit, clock))

    def _in_transaction(self, site_id: str, work: Callable[[Unit], T]) -> T:
        return database.run(self._store, lambda connection: work(Unit(connection, site_id)))

    def close(self) -> None:
        """Begin nothing more of what is due; what has begun ends within the time that one delivery may take."""
        self._closing.set()

    # commands

    def change(self, site_id: str, command: Callable[[Work], T]) -> T:
        """Run a command on a site in one durable transaction."""
        return self._in_transaction(site_id, lambda unit: command(self._work(unit, site_id, writes=True)))

    def look(self, site_id: str, query: Callable[[Work], T]) -> T:
        """Run a query on a site; where something it sees is overdue, let that happen first."""
        try:
            with self._store.reading() as connection:
                return query(self._work(Unit(connection, site_id), site_id, writes=False))
        except OverdueError:
            return self.change(site_id, query)

    def _work(self, unit: Unit, site_id: str, *, writes: bool) -> Work:
        now = self._state(unit).now(self._world())
        return Work(unit, self.sites[site_id], now, self.ids, self._bank, writes=writes)

    @staticmethod
    def _state(unit: Unit, *, lock: bool = False) -> ClockState:
        state = unit.clock(lock=lock)
        if state is None:
            raise LookupError("the site has no clock")
        return state

    # clocks

    def clock(self, site_id: str) -> tuple[datetime, bool]:
        """Return what the site's clock shows, and whether it is frozen."""
        with self._store.reading() as connection:
            state = self._state(Unit(connection, site_id))
        return state.now(self._world()), state.frozen_at is not None

    def set_clock(self, site_id: str, now: datetime | None, *, frozen: bool | None) -> tuple[datetime, bool]:
        """Move the clock forward to `now`, then freeze it or let it run. What becomes due happens, in order.

        Raises:
            ClockMovedBackError: The clock shows a later time already.
            ClockBeyondReachError: The time is too late for a clock.
            ClosingError: The engine is being closed; the clock stands where it has got to.
        """
        with self._firing:
            if now is not None and now > LATEST:
                raise ClockBeyondReachError
            if now is not None and now < self.clock(site_id)[0]:
                raise ClockMovedBackError
            if frozen:
                self._change_clock(site_id, ClockState.frozen)
            if now is not None:
                self._fire(site_id, now, moving=True)
                self._move(site_id, now)
            if frozen is False:
                self._change_clock(site_id, ClockState.running)
            return self.clock(site_id)

    def advance(self, site_id: str, seconds: int) -> tuple[datetime, bool, list[Fired]]:
        """Move the clock forward; all that becomes due happens in due order, each at its time, before this returns.

        Raises:
            ClockMovedBackError: `seconds` is negative.
            ClockBeyondReachError: The clock would show a time that is too late for it.
            ClosingError: The engine is being closed; the clock stands where it has got to.
        """
        with self._firing:
            if seconds < 0:
                raise ClockMovedBackError
            start = self.clock(site_id)[0]
            if seconds > (LATEST - start).total_seconds():
                raise ClockBeyondReachError
            target = start + timedelta(seconds=seconds)
            fired = self._fire(site_id, target, moving=True)
            self._move(site_id, target)
            return (*self.clock(site_id), fired)

    def _move(self, site_id: str, moment: datetime) -> None:
        def moved(state: ClockState, world: datetime) -> ClockState:
            return state.moved_to(moment, world) if state.now(world) < moment else state

        self._change_clock(site_id, moved)

    def _change_clock(self, site_id: str, changed: Callable[[ClockState, datetime], ClockState]) -> None:
        def change(unit: Unit) -> None:
            unit.save_clock(changed(self._state(unit, lock=True), self._world()))

        self._in_transaction(site_id, change)

    # due work

    def fire_due(self) -> None:
        """Let happen on every site what is due by its clock.

        Raises:
            ClosingError: The engine is being closed.
        """
        for site_id in self.sites:
            self._fire(site_id, self.clock(site_id)[0])

    def _fire(self, site_id: str, until: datetime, *, moving: bool = False) -> list[Fired]:
        """Let happen what is due by `until`, the earliest first; with `moving` the clock goes along."""
        fired: list[Fired] = []
        with self._firing:
            start = self.clock(site_id)[0]
            while True:
                with self._store.reading() as connection:
                    item = Unit(connection, site_id).earliest_due(until)
                if item is None:
                    return fired
                if self._closing.is_set():
                    raise ClosingError
                at, kind, object_id = item
                if moving:
                    self._move(site_id, at)
                if kind == "notification":
                    # an overdue attempt, the sandbox having been down, is made now, and the next counts from now
                    fired += self._deliver(site_id, object_id, max(at, start))
                else:
                    fired += self._settle(site_id, kind, object_id, at)

    def _settle(self, site_id: str, kind: str, object_id: str, at: datetime) -> list[Fired]:
        def settle(work: Work) -> list[Event]:
            work.now = at
            if kind == "bill":
                work.find_bill(object_id)
            else:
                work.find_payment(object_id)
            return work.happened

        return [_fired(event) for event in self.change(site_id, settle)]

    def _deliver(self, site_id: str, notification_id: str, at: datetime) -> list[Fired]:
        """Make one attempt.

        The next attempt is scheduled before this one is made: killed in between, the sandbox goes on as if it failed.
        """
        claimed = self.change(site_id, lambda work: _claim(work.unit, notification_id, at))
        if claimed is None or claimed.url is None:
            return []
        outcome = self._courier.deliver(claimed.url, claimed.body, claimed.signature)
        state = self.change(site_id, lambda work: _record(work.unit, claimed, at, outcome))
        fired = {
            "at": times.in_milliseconds(at),
            "what": f"notification.{'attempted' if state is DeliveryState.PENDING else state}",
            "notificationId": notification_id,
        }
        return [fired]


def _ensure_clock(unit: Unit, clock: Clock) -> None:
    if unit.clock() is None:
        unit.add_clock(clock.first())


def _claim(unit: Unit, notification_id: str, at: datetime) -> Notification | None:
    notification = unit.notification(notification_id, lock=True)
    if notification is None or notification.due_at is None or notification.due_at > at:
        return None
    tries = notification.tries + 1
    last = tries == _MOST_TRIES
    claimed = replace(
        notification,
        tries=tries,
        state=DeliveryState.FAILED if last else DeliveryState.PENDING,
        due_at=None if last else at + RETRY_AFTER[tries - 1],
    )
    unit.save_notification(claimed)
    return claimed


def _record(unit: Unit, claimed: Notification, at: datetime, outcome: Outcome) -> DeliveryState:
    notification = unit.notification(claimed.notification_id, lock=True) or claimed
    if outcome.withheld:
        notification = replace(notification, state=DeliveryState.WITHHELD, due_at=None)
    elif outcome.delivered:
        notification = replace(notification, state=DeliveryState.DELIVERED, due_at=None)
    unit.save_notification(notification)
    if not outcome.withheld:
        unit.add_attempt(claimed.notification_id, claimed.tries, at, status=outcome.status, error=outcome.error)
    return notification.state


def _fired(event: Event) -> Fired:
    ids = {
        "billId": event.bill_id,
        "paymentId": event.payment_id,
        "captureId": event.capture_id,
        "refundId": event.refund_id,
    }
    fired = {"at": times.in_milliseconds(event.at), "what": event.type}
    return fired | {name: value for name, value in ids.items() if value is not None}
