"""Postings as rows."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, select

from qiwi_payin_sandbox.domain.ledger import Move, Posting
from qiwi_payin_sandbox.domain.money import Money
from qiwi_payin_sandbox.store import tables
from qiwi_payin_sandbox.store.part import Part
from qiwi_payin_sandbox.times import milliseconds

_TABLE = tables.postings
_LIST = select(_TABLE).where(_TABLE.c.site_id == bindparam("site_id")).order_by(_TABLE.c.sequence)


class Ledger(Part):
    """The ledger of a site."""

    def add_postings(self, postings: Iterable[Posting], at: datetime) -> None:
        """Write postings into the ledger."""
        self._session.add_each(
            _TABLE,
            [
                {
                    "site_id": self._site_id,
                    "payment_id": posting.payment_id,
                    "move": posting.move,
                    "source": posting.source,
                    "destination": posting.destination,
                    "amount": posting.amount.minor,
                    "currency": posting.amount.currency,
                    "at": milliseconds(at),
                }
                for posting in postings
            ],
        )

    def postings(self) -> list[Posting]:
        """Return the ledger, oldest first."""
        return [
            Posting(row.payment_id, Move(row.move), Money(row.amount, row.currency))
            for row in self._session.all(_LIST, {"site_id": self._site_id})
        ]
