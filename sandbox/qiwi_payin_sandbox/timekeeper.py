"""Time on the sites: their clocks, and all that becomes due by them, in order."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from qiwi_payin_sandbox import times
from qiwi_payin_sandbox.clock import LATEST, ClockBeyondReachError, ClockMovedBackError, ClockState
from qiwi_payin_sandbox.domain.events import Event
from qiwi_payin_sandbox.engine import Engine
from qiwi_payin_sandbox.notifications.delivery import Courier, Outcome
from qiwi_payin_sandbox.notifications.message import RETRY_AFTER, DeliveryState, Notification
from qiwi_payin_sandbox.store.unit import Unit
from qiwi_payin_sandbox.work import Work

Fired = dict[str, Any]

_MOST_TRIES = len(RETRY_AFTER) + 1


class ClosingError(Exception):
    """The sandbox is being closed: what is due stays due."""


class Timekeeper:
    """Moves the clocks of sites, lets happen what is due by them and delivers notifications.

    Args:
        engine: The sites and their store.
        courier: Delivers notifications.
    """

    def __init__(self, engine: Engine, courier: Courier) -> None:
        self._engine = engine
        self._courier = courier
        self._firing = threading.RLock()
        self._closing = threading.Event()

    def close(self) -> None:
        """Begin nothing more of what is due; what has begun ends within the time that one delivery may take."""
        self._closing.set()

    # clocks

    def set_clock(self, site_id: str, now: datetime | None, *, frozen: bool | None) -> tuple[datetime, bool]:
        """Move the clock forward to `now`, then freeze it or let it run. What becomes due happens, in order.

        Raises:
            ClockMovedBackError: The clock shows a later time already.
            ClockBeyondReachError: The time is too late for a clock.
            ClosingError: The sandbox is being closed; the clock stands where it has got to.
        """
        with self._firing:
            if now is not None and now > LATEST:
                raise ClockBeyondReachError
            if now is not None and now < self._engine.clock(site_id)[0]:
                raise ClockMovedBackError
            if frozen:
                self._change_clock(site_id, ClockState.frozen)
            if now is not None:
                self._fire(site_id, now, moving=True)
                self._move(site_id, now)
            if frozen is False:
                self._change_clock(site_id, ClockState.running)
            return self._engine.clock(site_id)

    def advance(self, site_id: str, seconds: int) -> tuple[datetime, bool, list[Fired]]:
        """Move the clock forward; all that becomes due happens in due order, each at its time, before this returns.

        Raises:
            ClockMovedBackError: `seconds` is negative.
            ClockBeyondReachError: The clock would show a time that is too late for it.
            ClosingError: The sandbox is being closed; the clock stands where it has got to.
        """
        with self._firing:
            if seconds < 0:
                raise ClockMovedBackError
            start = self._engine.clock(site_id)[0]
            if seconds > (LATEST - start).total_seconds():
                raise ClockBeyondReachError
            target = start + timedelta(seconds=seconds)
            fired = self._fire(site_id, target, moving=True)
            self._move(site_id, target)
            return (*self._engine.clock(site_id), fired)

    def _move(self, site_id: str, moment: datetime) -> None:
        def moved(state: ClockState, world: datetime) -> ClockState:
            return state.moved_to(moment, world) if state.now(world) < moment else state

        self._change_clock(site_id, moved)

    def _change_clock(self, site_id: str, changed: Callable[[ClockState, datetime], ClockState]) -> None:
        self._engine.change_clock(site_id, changed)

    # due work

    def fire_due(self) -> None:
        """Let happen on every site what is due by its clock.

        Raises:
            ClosingError: The sandbox is being closed.
        """
        for site_id in self._engine.sites:
            self._fire(site_id, self._engine.clock(site_id)[0])

    def _fire(self, site_id: str, until: datetime, *, moving: bool = False) -> list[Fired]:
        """Let happen what is due by `until`, the earliest first; with `moving` the clock goes along."""
        fired: list[Fired] = []
        with self._firing:
            start = self._engine.clock(site_id)[0]
            while True:
                item = self._engine.earliest_due(site_id, until)
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

        return [_fired(event) for event in self._engine.change(site_id, settle)]

    def _deliver(self, site_id: str, notification_id: str, at: datetime) -> list[Fired]:
        """Make one attempt.

        The next attempt is scheduled before this one is made: killed in between, the sandbox goes on as if it failed.
        """
        claimed = self._engine.change(site_id, lambda work: _claim(work.unit, notification_id, at))
        if claimed is None or claimed.url is None:
            return []
        outcome = self._courier.deliver(claimed.url, claimed.body, claimed.signature)
        state = self._engine.change(site_id, lambda work: _record(work.unit, claimed, at, outcome))
        fired = {
            "at": times.in_milliseconds(at),
            "what": f"notification.{'attempted' if state is DeliveryState.PENDING else state}",
            "notificationId": notification_id,
        }
        return [fired]


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
