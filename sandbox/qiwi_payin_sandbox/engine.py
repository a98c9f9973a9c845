"""The sites, their clocks and the store: runs commands in transactions and lets happen what is due."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from qiwi_payin_sandbox.clock import Clock, ClockState, SteadyTime
from qiwi_payin_sandbox.domain.bank import Bank
from qiwi_payin_sandbox.ids import Ids
from qiwi_payin_sandbox.signals import Signal
from qiwi_payin_sandbox.site import Site
from qiwi_payin_sandbox.store import database
from qiwi_payin_sandbox.store.database import Store
from qiwi_payin_sandbox.store.unit import Unit
from qiwi_payin_sandbox.work import OverdueError, Work

T = TypeVar("T")

_SOON = timedelta(seconds=1)


class Engine:
    """Everything that a sandbox is apart from its ways in.

    Args:
        store: Where the state is kept.
        clock: How sites tell the time.
        ids: Makes ids.
        bank: Answers authorisations.
        sites: The sites by id, with their keys.
    """

    def __init__(self, store: Store, *, clock: Clock, ids: Ids, bank: Bank, sites: Mapping[str, Site]) -> None:
        self._store = store
        self._world = SteadyTime(clock.world)
        self.ids = ids
        self._bank = bank
        self.changed = Signal()
        """Told after every commit of this process."""
        self.due_soon = Signal()
        """Told after every commit of this process that made something due within a second."""
        self._seen_clocks: dict[str, ClockState] = {}
        self.sites = dict(sites)
        for site_id in self.sites:
            self._in_transaction(site_id, lambda unit: _ensure_clock(unit, clock))

    def _in_transaction(self, site_id: str, work: Callable[[Unit], T]) -> T:
        return database.run(self._store, lambda session: work(Unit(session, site_id)))

    # commands

    def change(self, site_id: str, command: Callable[[Work], T]) -> T:
        """Run a command on a site in one durable transaction."""
        work: Work | None = None

        def run(unit: Unit) -> T:
            nonlocal work
            work = self._work(unit, site_id, writes=True)
            return command(work)

        result = self._in_transaction(site_id, run)
        self._store.after_commit(self.changed.tell)
        if work is not None and work.due_at is not None and work.due_at <= work.now + _SOON:
            self._store.after_commit(self.due_soon.tell)
        return result

    def look(self, site_id: str, query: Callable[[Work], T]) -> T:
        """Run a query on a site; where something it sees is overdue, let that happen first."""
        try:
            with self._store.reading() as session:
                return query(self._work(Unit(session, site_id), site_id, writes=False))
        except OverdueError:
            return self.change(site_id, query)

    def _work(self, unit: Unit, site_id: str, *, writes: bool) -> Work:
        state = self._seen_clocks[site_id] = self._state(unit)
        now = state.now(self._world())
        return Work(unit, self.sites[site_id], now, self.ids, self._bank, writes=writes)

    @staticmethod
    def _state(unit: Unit, *, lock: bool = False) -> ClockState:
        state = unit.clock(lock=lock)
        if state is None:
            raise LookupError("the site has no clock")
        return state

    def clock(self, site_id: str) -> tuple[datetime, bool]:
        """Return what the site's clock shows, and whether it is frozen."""
        with self._store.reading() as session:
            state = self._state(Unit(session, site_id))
        return state.now(self._world()), state.frozen_at is not None

    def time_last_seen(self, site_id: str) -> datetime | None:
        """Return what the site's clock shows by what was last seen of it, without asking the store for it."""
        state = self._seen_clocks.get(site_id)
        return None if state is None else state.now(self._world())

    def change_clock(self, site_id: str, changed: Callable[[ClockState, datetime], ClockState]) -> None:
        """Store the site's clock as `changed` makes it from what it is and the world's time."""

        def change(unit: Unit) -> None:
            unit.save_clock(changed(self._state(unit, lock=True), self._world()))

        self._in_transaction(site_id, change)
        self._store.after_commit(self.changed.tell)
        self._store.after_commit(self.due_soon.tell)

    def earliest_due(self, site_id: str, until: datetime) -> tuple[datetime, str, str] | None:
        """Return when, the kind (`bill`, `payment`, `notification`) and the id of what is due first, by `until`."""
        with self._store.reading() as session:
            return Unit(session, site_id).earliest_due(until)


def _ensure_clock(unit: Unit, clock: Clock) -> None:
    if unit.clock() is None:
        unit.add_clock(clock.first())
