"""The sites, their clocks and the store: runs commands in transactions and lets happen what is due."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from qiwi_payin_sandbox.clocks.clock import Clock, ClockState, SteadyTime
from qiwi_payin_sandbox.domain.bank import Bank
from qiwi_payin_sandbox.domain.errors import ValidationError
from qiwi_payin_sandbox.domain.events import Event
from qiwi_payin_sandbox.engine.work import OverdueError, Work
from qiwi_payin_sandbox.ids import Ids
from qiwi_payin_sandbox.notifications.delivery import Beginning, to_addresses
from qiwi_payin_sandbox.signals import Signal
from qiwi_payin_sandbox.sites.directory import SiteChangedError, Sites
from qiwi_payin_sandbox.sites.site import SettingError, Site
from qiwi_payin_sandbox.sites.stored import (
    StoredSites,
    completed,
    establish,
    keys_of,
    made_key,
    made_notification_key,
)
from qiwi_payin_sandbox.store import database
from qiwi_payin_sandbox.store.database import Store
from qiwi_payin_sandbox.store.due import DueTimes, due_times
from qiwi_payin_sandbox.store.sites import SiteLock
from qiwi_payin_sandbox.store.unit import Unit

T = TypeVar("T")

_SOON = timedelta(seconds=1)


class Engine:
    """Everything that a sandbox is apart from its ways in.

    Args:
        store: Where the state is kept.
        clock: How sites tell the time.
        ids: Makes ids.
        bank: Answers authorisations.
        sites: The sites that are set up as given; none: those that are stored, else one called `test-00`.
        beginning: Which state a notification begins in.

    Raises:
        ValueError: A site is given twice.
    """

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock,
        ids: Ids,
        bank: Bank,
        sites: Sequence[Site],
        beginning: Beginning = to_addresses,
    ) -> None:
        self._store = store
        self._clock = clock
        self._world = SteadyTime(clock.world)
        self.ids = ids
        self._bank = bank
        self._beginning = beginning
        self.changed = Signal()
        """Told after every commit of this process."""
        self.due_soon = Signal()
        """Told after every commit of this process that made something due within a second."""
        self._seen_clocks: dict[str, ClockState] = {}
        self._stored = StoredSites(store, ids)
        self.sites = Sites(self._stored, is_shared=store.is_shared)
        """The sites."""
        for site in sites:
            if site.site_id in self.sites:
                raise ValueError(f"the site {site.site_id} is given twice")
            self.set_up(site)
        self.sites.refresh()
        if not self.sites:
            self.set_up(Site())

    def _in_transaction(self, site_id: str, work: Callable[[Unit], T]) -> T:
        return database.run(self._store, lambda session: work(Unit(session, site_id)))

    # sites

    def set_up(self, site: Site, *, is_new: bool = False, with_key: bool = True) -> Site:
        """Store a site as it is given, with made keys where none are given, and return it.

        Args:
            site: The site.
            is_new: There must be no such site yet.
            with_key: Make an API access key too where none is given.

        Raises:
            SettingError: The public key names another site, or there is a site of this id although it must be new.
        """
        site = completed(site, self.ids, with_key=with_key)
        self._stored.learn(site)

        def write(unit: Unit) -> None:
            state = unit.clock(lock=True)
            if is_new and state is not None:
                raise SettingError("site_id", "there is a site of this id")
            state = state or self._clock.first()
            establish(unit, site, state, state.now(self._world()), self.ids)

        self._in_transaction(site.site_id, write)
        self.sites.load(site.site_id)
        return self.sites[site.site_id]

    def made_keys(self, site_id: str) -> tuple[str | None, str | None]:
        """Return the API access key and the notification key of a site where they were made, None for others."""
        site, key = self.sites[site_id], made_key(self.ids, site_id)
        notification_key = made_notification_key(self.ids, site_id)
        return (
            key if key in keys_of(site) else None,
            notification_key if site.notification_key == notification_key else None,
        )

    def remove(self, site_id: str) -> None:
        """Remove a site and all that it has.

        Raises:
            ValidationError: It is the only one.
            SiteChangedError: There is no such site.
        """

        def write(unit: Unit) -> None:
            if unit.clock_and_revision(SiteLock.ALONE) is None:
                raise SiteChangedError
            if list(unit.revisions()) == [site_id]:
                raise ValidationError({"siteId": ["The only site of a sandbox cannot be removed"]})
            unit.clear()
            unit.drop_keys()
            unit.delete_site()

        self._in_transaction(site_id, write)
        self._store.after_commit(lambda: self.sites.forget(site_id))

    def new_clock(self) -> ClockState:
        """Return the clock that a new site starts with."""
        return self._clock.first()

    def world_time(self) -> datetime:
        """Return the world's time."""
        return self._world()

    # commands

    def change(
        self, site_id: str, command: Callable[[Work], T], *, revision: int | None = None, alone: bool = False
    ) -> T:
        """Run a command on a site in one durable transaction.

        Args:
            site_id: The site.
            command: The command.
            revision: The revision that the site must be of.
            alone: Let nobody else write anything of the site meanwhile.

        Raises:
            SiteChangedError: The site is of another revision than this one, or is gone.
        """
        work: Work | None = None

        def run(unit: Unit) -> T:
            nonlocal work
            lock = SiteLock.ALONE if alone else SiteLock.STAY
            work = self._work(unit, site_id, lock, writes=True, revision=revision)
            return command(work)

        result = self._in_transaction(site_id, run)
        self._store.after_commit(self.changed.tell)
        if work is not None and work.due_at is not None and work.due_at <= work.now + _SOON:
            self._store.after_commit(self.due_soon.tell)
        return result

    def look(
        self, site_id: str, query: Callable[[Work], T], *, revision: int | None = None, in_order: bool = False
    ) -> T:
        """Run a query on a site; where something it sees is overdue, let that happen first.

        Args:
            site_id: The site.
            query: The query.
            revision: The revision that the site must be of.
            in_order: Whoever reads events or notifications after the last that they have read misses none.

        Raises:
            SiteChangedError: The site is of another revision than this one, or is gone.
        """
        try:
            with self._store.reading(in_order=in_order) as session:
                unit = Unit(session, site_id)
                return query(self._work(unit, site_id, SiteLock.NONE, writes=False, revision=revision))
        except OverdueError:
            return self.change(site_id, query, revision=revision)

    def _work(self, unit: Unit, site_id: str, lock: SiteLock, *, writes: bool, revision: int | None) -> Work:
        found = unit.clock_and_revision(lock)
        if found is None:
            self.sites.forget(site_id)
            raise SiteChangedError
        state, stored = found
        self._seen_clocks[site_id] = state
        entry = self.sites.entry(site_id)
        if entry is None or entry.revision != stored:
            entry = self._stored.entry_in(unit, site_id)
            if entry is None:
                raise SiteChangedError
            self.sites.keep(entry)
        if revision not in {None, stored}:
            raise SiteChangedError
        return Work(
            unit,
            entry.site,
            state.now(self._world()),
            self.ids,
            self._bank,
            faults=entry.faults,
            writes=writes,
            beginning=self._beginning,
        )

    @staticmethod
    def state_of_clock(unit: Unit, *, lock: bool = False) -> ClockState:
        """Return the clock of a site in a transaction.

        Raises:
            SiteChangedError: The site is gone.
        """
        state = unit.clock(lock=lock)
        if state is None:
            raise SiteChangedError
        return state

    def clock(self, site_id: str) -> tuple[datetime, bool]:
        """Return what the site's clock shows, and whether it is frozen."""
        with self._store.reading() as session:
            state = self.state_of_clock(Unit(session, site_id))
        return state.now(self._world()), state.frozen_at is not None

    def time_last_seen(self, site_id: str) -> datetime | None:
        """Return what the site's clock shows by what was last seen of it, without asking the store for it."""
        state = self._seen_clocks.get(site_id)
        return None if state is None else state.now(self._world())

    def change_clock(
        self, site_id: str, changed: Callable[[ClockState, datetime], ClockState], event_type: str
    ) -> None:
        """Store the site's clock as `changed` makes it from what it is and the world's time, and write an event."""

        def change(unit: Unit) -> None:
            state = self.state_of_clock(unit, lock=True)
            after = changed(state, self._world())
            if after != state:
                unit.save_clock(after)
                unit.add_events([Event(type=event_type, at=after.reached)])

        self._in_transaction(site_id, change)
        self._store.after_commit(self.changed.tell)
        self._store.after_commit(self.due_soon.tell)

    def bill_of_invoice(self, invoice_uid: str) -> tuple[str, str] | None:
        """Return the ids of the site and of the bill that have this `invoiceUid`."""
        with self._store.reading() as session:
            return Unit(session, "").bill_of_any_site(invoice_uid)

    @property
    def is_shared(self) -> bool:
        """Whether other processes may work on the sites too."""
        return self._store.is_shared

    def due_times(self) -> list[DueTimes]:
        """Return what each site waits for, by one statement."""
        with self._store.reading() as session:
            return due_times(session)
