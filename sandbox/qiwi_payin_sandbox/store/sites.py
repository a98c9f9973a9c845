"""Sites as rows: their clocks."""

from enum import Enum

from sqlalchemy import bindparam, select, update

from qiwi_payin_sandbox.clocks.clock import ClockState
from qiwi_payin_sandbox.store import tables
from qiwi_payin_sandbox.store.part import Part, maybe_milliseconds, maybe_moment
from qiwi_payin_sandbox.times import from_milliseconds, milliseconds

_TABLE = tables.sites
_IS_IT = _TABLE.c.site_id == bindparam("site_id")
_FIND = select(_TABLE.c.frozen_at, _TABLE.c.shift, _TABLE.c.reached, _TABLE.c.revision).where(_IS_IT)
_CHANGE = update(_TABLE).where(_IS_IT)


class SiteLock(Enum):
    """What a transaction keeps others from until it ends, where several write at the same time."""

    NONE = "nothing"
    STAY = "replacing or removing all that the site has"
    CLOCK = "that, and setting the clock"
    ALONE = "writing anything of the site"


_FIND_UNDER = {
    SiteLock.NONE: _FIND,
    SiteLock.STAY: _FIND.with_for_update(read=True, key_share=True),
    SiteLock.CLOCK: _FIND.with_for_update(key_share=True),
    SiteLock.ALONE: _FIND.with_for_update(),
}


class Sites(Part):
    """The site itself."""

    def clock(self, *, lock: bool = False) -> ClockState | None:
        """Return the site's clock."""
        found = self.clock_and_revision(SiteLock.CLOCK if lock else SiteLock.NONE)
        return None if found is None else found[0]

    def clock_and_revision(self, lock: SiteLock = SiteLock.NONE) -> tuple[ClockState, int] | None:
        """Return the site's clock, and what tells whether its settings are those that were read before."""
        row = self._session.one(_FIND_UNDER[lock], {"site_id": self._site_id})
        if row is None:
            return None
        clock = ClockState(
            frozen_at=maybe_moment(row.frozen_at),
            shift=from_milliseconds(row.shift) - from_milliseconds(0),
            reached=from_milliseconds(row.reached),
        )
        return clock, int(row.revision)

    def add_clock(self, clock: ClockState, number: int = 0) -> None:
        """Store the clock of a new site, and its place among the sites."""
        self._session.add(_TABLE, {"site_id": self._site_id, "number": number, **_of_clock(clock)})

    def save_clock(self, clock: ClockState) -> None:
        """Store the clock as it stands now."""
        self._session.change(_CHANGE, {"site_id": self._site_id}, _of_clock(clock))


def _of_clock(clock: ClockState) -> dict[str, int | None]:
    return {
        "frozen_at": maybe_milliseconds(clock.frozen_at),
        "shift": milliseconds(from_milliseconds(0) + clock.shift),
        "reached": milliseconds(clock.reached),
    }
