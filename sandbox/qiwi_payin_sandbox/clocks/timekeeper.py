"""Time on the sites: their clocks, and all that becomes due by them, in order."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from qiwi_payin_sandbox import times
from qiwi_payin_sandbox.clocks.clock import LATEST, ClockBeyondReachError, ClockMovedBackError, ClockState
from qiwi_payin_sandbox.clocks.set_aside import Handling, SetAside
from qiwi_payin_sandbox.domain.events import Event, SiteEventType
from qiwi_payin_sandbox.engine.engine import Engine
from qiwi_payin_sandbox.engine.work import Work
from qiwi_payin_sandbox.notifications.outbox import LEASE, Outbox, is_lost, told
from qiwi_payin_sandbox.notifications.sender import Claim, Made
from qiwi_payin_sandbox.sites.directory import SiteChangedError
from qiwi_payin_sandbox.store.due import DueItem, DueTimes, Lease
from qiwi_payin_sandbox.store.errors import may_pass

T = TypeVar("T")
Fired = dict[str, Any]

_ROUNDS = 50
_LOOK_AGAIN_SECONDS = 0.02


class ClosingError(Exception):
    """The sandbox is being closed: what is due stays due."""


@dataclass(slots=True)
class _Step:
    """One transaction's part of a move of the clock: what happened, and what is to be done before the next one."""

    fired: list[Fired] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    lease: Lease | None = None
    is_last: bool = False


class Timekeeper:
    """Moves the clocks of sites and lets happen what is due by them.

    Moved clocks stop at each due moment: what is due then happens, its notifications are delivered, and only when that
    has been written down the clock goes on. At one moment bills come before payments and payments before notifications.

    Args:
        engine: The sites and their store.
        outbox: The notifications on their way.
    """

    def __init__(self, engine: Engine, outbox: Outbox) -> None:
        self._engine = engine
        self._outbox = outbox
        self._locks: dict[str, threading.RLock] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._set_aside = SetAside()

    def close(self) -> None:
        """Begin nothing more of what is due; what has begun ends within the time that one delivery may take."""
        self._closing.set()
        self._outbox.stop()

    # clocks

    def set_clock(self, site_id: str, now: datetime | None, *, frozen: bool | None) -> tuple[datetime, bool]:
        """Move the clock forward to `now`, then freeze it or let it run. What becomes due happens, in order.

        Raises:
            ClockMovedBackError: The clock shows a later time already.
            ClockBeyondReachError: The time is too late for a clock.
            ClosingError: The sandbox is being closed; the clock stands where it has got to.
        """
        with self._firing(site_id):
            if now is not None and now > LATEST:
                raise ClockBeyondReachError
            if now is not None and now < self._engine.clock(site_id)[0]:
                raise ClockMovedBackError
            if frozen:
                self._engine.change_clock(site_id, ClockState.frozen, SiteEventType.CLOCK_FROZEN)
            if now is not None:
                self._move(site_id, now)
            if frozen is False:
                self._engine.change_clock(site_id, ClockState.running, SiteEventType.CLOCK_RELEASED)
            return self._engine.clock(site_id)

    def advance(self, site_id: str, seconds: int) -> tuple[datetime, bool, list[Fired]]:
        """Move the clock forward; all that becomes due happens in due order, each at its time, before this returns.

        Raises:
            ClockMovedBackError: `seconds` is negative.
            ClockBeyondReachError: The clock would show a time that is too late for it.
            ClosingError: The sandbox is being closed; the clock stands where it has got to.
        """
        with self._firing(site_id):
            if seconds < 0:
                raise ClockMovedBackError
            start = self._engine.clock(site_id)[0]
            if seconds > (LATEST - start).total_seconds():
                raise ClockBeyondReachError
            fired = self._move(site_id, start + timedelta(seconds=seconds))
            return (*self._engine.clock(site_id), fired)

    def advance_to_next(self, site_id: str) -> tuple[datetime, bool, list[Fired]]:
        """Move the clock to the next moment at which something is due; all that is due then happens.

        Where nothing is, or only beyond the reach of clocks, the clock stays.

        Raises:
            ClosingError: The sandbox is being closed; the clock stands where it has got to.
        """
        with self._firing(site_id):
            due_at = self.next_due(site_id)
            fired = [] if due_at is None else self._move(site_id, due_at)
            return (*self._engine.clock(site_id), fired)

    def next_due(self, site_id: str) -> datetime | None:
        """Return the next moment at which something is due, the present one where something is overdue."""
        left_out = self._set_aside.left_out(site_id)

        def query(work: Work) -> datetime | None:
            upcoming = work.unit.upcoming(LATEST, left_out=left_out)
            return max(upcoming[0].at, work.now) if upcoming else None

        return self._engine.look(site_id, query)

    def _firing(self, site_id: str) -> threading.RLock:
        with self._lock:
            return self._locks.setdefault(site_id, threading.RLock())

    def _move(self, site_id: str, target: datetime) -> list[Fired]:
        """Move the clock to `target`, letting happen what is due on the way."""
        self._outbox.wait_for(site_id)
        start = self._engine.clock(site_id)[0]
        fired: list[Fired] = []
        made: list[Made] = []
        watched: dict[Lease, float] = {}
        while True:
            step = self._handle(site_id, self._next_step(target, start, made))
            fired += step.fired
            made = self._outbox.make(step.claims) if step.claims else []
            if step.lease is not None:
                self._watch(site_id, step.lease, watched)
            elif self._closing.is_set():
                self._handle(site_id, self._next_step(target, start, made))
                raise ClosingError
            elif step.is_last:
                return fired

    def _handle(self, site_id: str, command: Callable[[Handling, Work], T]) -> T:
        """Run a command that lets happen what is due; once more without a bill or payment that it fails at."""
        while True:
            handling = Handling(self._set_aside.left_out(site_id))
            try:
                return self._engine.change(site_id, partial(command, handling))
            except (SiteChangedError, ClosingError):
                raise
            except Exception as error:
                if handling.item is None or may_pass(error):
                    raise
                self._set_aside.add(site_id, handling.item, error)

    def _next_step(self, target: datetime, start: datetime, made: list[Made]) -> Callable[[Handling, Work], _Step]:
        def command(handling: Handling, work: Work) -> _Step:
            handling.item = None
            step = _Step(fired=[told(*recorded) for recorded in self._outbox.record(work, made)])
            if not self._closing.is_set():
                self._go_on(work, target, start, step, handling)
            return step

        return command

    def _go_on(self, work: Work, target: datetime, start: datetime, step: _Step, handling: Handling) -> None:
        """Let happen what comes next, up to the first moment at which something is to be delivered."""
        state = self._engine.state_of_clock(work.unit, lock=True)
        step.lease = next(iter(work.unit.leases()), None)
        if step.lease is not None:
            return
        world = self._engine.world_time()
        at = state.now(world)
        for _ in range(_ROUNDS):
            upcoming = work.unit.upcoming(target, left_out=handling.left_out)
            if not upcoming:
                step.is_last, at = True, max(at, target)
                if target > start:
                    work.unit.add_events([Event(type=SiteEventType.CLOCK_MOVED, at=target)])
                break
            at = max(at, upcoming[0].at)
            if upcoming[0].kind == "notification":
                step.claims = self._outbox.claim_all(work, upcoming[0].at, start=start)
                if step.claims:
                    break
            for item in upcoming:
                if item.kind == "notification" or item.at != upcoming[0].at:
                    break
                step.fired += _settled(work, item, handling)
        if at > state.now(world):
            work.unit.save_clock(state.moved_to(at, world))

    def _watch(self, site_id: str, lease: Lease, watched: dict[Lease, float]) -> None:
        """Wait a little for an attempt that another process makes; one that does not end is taken over."""
        if self._closing.wait(_LOOK_AGAIN_SECONDS):
            raise ClosingError
        begun = watched.setdefault(lease, time.monotonic())
        was_watched = time.monotonic() - begun > LEASE.total_seconds()
        if was_watched or is_lost(lease.until, self._engine.world_time()):
            self._outbox.take_over(site_id, seen=lease if was_watched else None)

    # due work

    def fire_due(self) -> float | None:
        """Let happen on every site what is due by its clock; deliveries are begun and not waited for.

        Returns:
            Seconds until there is more to do, as far as is known; None where nobody knows.

        Raises:
            ClosingError: The sandbox is being closed.
        """
        world = self._engine.world_time()
        waits: list[float] = []
        for site in self._engine.due_times():
            if self._closing.is_set():
                raise ClosingError
            try:
                if self._fire(site, world):
                    waits.append(0)
            except SiteChangedError:
                continue
            if site.clock.frozen_at is None and site.due_at is not None:
                left = (site.due_at - site.clock.now(world)).total_seconds()
                waits += [left] if left > 0 else []
        return min(waits, default=None)

    def _fire(self, site: DueTimes, world: datetime) -> bool:
        """Begin what is due on a site, and return whether there was anything to begin."""
        is_due = site.due_at is not None and site.due_at <= site.clock.now(world)
        has_lost = site.leased_until is not None and is_lost(site.leased_until, world)
        lock = self._firing(site.site_id)
        if not (is_due or has_lost) or not lock.acquire(blocking=False):
            return False
        try:
            if has_lost and self._outbox.take_over(site.site_id):
                return True
            if not is_due:
                return False
            settled, claims = self._handle(site.site_id, self._catch_up)
            self._outbox.make_soon(claims)
            return bool(settled or claims)
        finally:
            lock.release()

    def _catch_up(self, handling: Handling, work: Work) -> tuple[int, list[Claim]]:
        handling.item = None
        work.unit.hold_clock_still()
        now = self._engine.state_of_clock(work.unit).now(self._engine.world_time())
        settled = 0
        for item in work.unit.upcoming(now, objects_only=True, left_out=handling.left_out):
            if work.unit.take(item):
                settled += len(_settled(work, item, handling))
        return settled, self._outbox.claim_some(work, now)


def _settled(work: Work, item: DueItem, handling: Handling) -> list[Fired]:
    handling.item = item
    before = len(work.happened)
    work.now = item.at
    if item.kind == "bill":
        work.find_bill(item.object_id)
    else:
        work.find_payment(item.object_id)
    handling.item = None
    return [_fired(event) for event in work.happened[before:]]


def _fired(event: Event) -> Fired:
    ids = {
        "billId": event.bill_id,
        "paymentId": event.payment_id,
        "captureId": event.capture_id,
        "refundId": event.refund_id,
    }
    fired = {"at": times.in_milliseconds(event.at), "what": event.type}
    return fired | {name: value for name, value in ids.items() if value is not None}
