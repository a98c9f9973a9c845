"""Strikes of cards as rows: a row is of use for one Moscow day and is deleted by the first one of a later day."""

from datetime import date

from sqlalchemy import and_, bindparam, delete, select, update

from qiwi_payin_sandbox.domain.repeats import Strike
from qiwi_payin_sandbox.store import tables
from qiwi_payin_sandbox.store.part import Part

_TABLE = tables.strikes
_OF_SITE = _TABLE.c.site_id == bindparam("site_id")
_IS_IT = and_(_OF_SITE, _TABLE.c.mark == bindparam("mark"))
_FIND = select(_TABLE).where(_IS_IT)
_CHANGE = update(_TABLE).where(_IS_IT)
_CLEAR = delete(_TABLE).where(_IS_IT)
_FORGET = delete(_TABLE).where(_OF_SITE, _TABLE.c.day < bindparam("today"))


class Strikes(Part):
    """How often cards that the scheme limits were declined today."""

    def strikes(self, mark: str, *, lock: bool = False) -> int:
        """Return the strikes of a card, 0 where it has none."""
        row = self._session.one(_FIND, self._mark(mark), lock=lock)
        return 0 if row is None else int(row.strikes)

    def add_strike(self, strike: Strike, day: date) -> None:
        """Store what a try did to its card on this Moscow day, and forget earlier days."""
        key = self._mark(strike.mark)
        if strike.cleared:
            self._session.run(_CLEAR, key)
            return
        before = self.strikes(strike.mark, lock=True)
        if before:
            self._session.change(_CHANGE, key, {"strikes": before + strike.strikes})
            return
        self._session.run(_FORGET, {"site_id": self._site_id, "today": day.isoformat()})
        self._session.add(_TABLE, {**key, "day": day.isoformat(), "strikes": strike.strikes})

    def _mark(self, mark: str) -> dict[str, str]:
        return {"site_id": self._site_id, "mark": mark}
