"""Lists of a site's objects in pages, newest first, for whoever looks at all of them; each reads one page's rows."""

from typing import Any

from sqlalchemy import ColumnElement, Select, Table, bindparam, select

from qiwi_payin_sandbox.store import tables
from qiwi_payin_sandbox.store.part import Part
from qiwi_payin_sandbox.store.session import Row

_LATEST = 2**62
_SEARCHED = 10_000


def _page(*columns: ColumnElement[Any]) -> Select[Any]:
    table = _table_of(columns[0])
    return (
        select(table.c.sequence, *columns)
        .where(table.c.site_id == bindparam("site_id"), table.c.sequence < bindparam("before"))
        .order_by(table.c.sequence.desc())
        .limit(bindparam("limit"))
    )


def _of_payment(*columns: ColumnElement[Any]) -> Select[Any]:
    table = _table_of(columns[0])
    return (
        select(table.c.sequence, *columns)
        .where(table.c.site_id == bindparam("site_id"), table.c.payment_id == bindparam("payment_id"))
        .order_by(table.c.sequence)
    )


def _among_latest(table: Table, id_: ColumnElement[Any]) -> Select[Any]:
    latest = (
        select(table.c.payment_id, id_.label("id"))
        .where(table.c.site_id == bindparam("site_id"))
        .order_by(table.c.sequence.desc())
        .limit(_SEARCHED)
        .subquery()
    )
    return select(latest.c.payment_id).where(latest.c.id == bindparam("id")).limit(1)


def _table_of(column: ColumnElement[Any]) -> Table:
    table = getattr(column, "table", None)
    if not isinstance(table, Table):
        raise TypeError("a column of a table is needed")
    return table


_B, _P, _C, _R = tables.bills.c, tables.payments.c, tables.captures.c, tables.refunds.c
_T, _N, _L, _E = tables.tokens.c, tables.notifications.c, tables.postings.c, tables.events.c

_BILLS = _page(_B.bill_id, _B.amount, _B.currency, _B.status, _B.created_at, _B.expires_at, _B.changed_at)
_PAYMENTS = _page(
    _P.payment_id,
    _P.bill_id,
    _P.amount,
    _P.currency,
    _P.authorised,
    _P.captured,
    _P.reversed,
    _P.refunded,
    _P.status,
    _P.awaited,
    _P.reason,
    _P.created_at,
)
_CAPTURES = _page(_C.capture_id, _C.payment_id, _C.amount, _C.currency, _C.created_at)
_REFUNDS = _page(
    _R.refund_id, _R.payment_id, _R.amount, _R.currency, _R.reversal.label("is_reversal"), _R.reason, _R.created_at
)
_TOKENS = _page(_T.token, _T.account, _T.masked_pan, _T.expiry_date, _T.created_at, _T.deleted_at)
_NOTIFICATIONS = _page(_N.notification_id, _N.type, _N.object_id, _N.url, _N.state, _N.tries, _N.created_at, _N.due_at)
_EVENT = [column for column in _E if column.key not in {"sequence", "site_id"}]
_EVENTS = _page(*_EVENT)
_CAPTURES_OF = _of_payment(_C.capture_id, _C.amount, _C.currency, _C.created_at)
_POSTINGS_OF = _of_payment(_L.move, _L.source, _L.destination, _L.amount, _L.currency, _L.at)
_EVENTS_OF = _of_payment(*_EVENT)
_PAYMENT_OF_CAPTURE = _among_latest(tables.captures, _C.capture_id)
_PAYMENT_OF_REFUND = _among_latest(tables.refunds, _R.refund_id)


class Listing(Part):
    """The objects of a site in pages: at most `limit` rows whose `sequence` is below `before`, the newest first."""

    def list_bills(self, before: int | None, limit: int) -> list[Row]:
        """Return a page of bills."""
        return self._listed(_BILLS, before, limit)

    def list_payments(self, before: int | None, limit: int) -> list[Row]:
        """Return a page of payments."""
        return self._listed(_PAYMENTS, before, limit)

    def list_captures(self, before: int | None, limit: int) -> list[Row]:
        """Return a page of captures."""
        return self._listed(_CAPTURES, before, limit)

    def list_refunds(self, before: int | None, limit: int) -> list[Row]:
        """Return a page of refunds and reversals."""
        return self._listed(_REFUNDS, before, limit)

    def list_tokens(self, before: int | None, limit: int) -> list[Row]:
        """Return a page of payment tokens; `token` and `account` are JSON texts."""
        return self._listed(_TOKENS, before, limit)

    def list_notifications(self, before: int | None, limit: int) -> list[Row]:
        """Return a page of notifications."""
        return self._listed(_NOTIFICATIONS, before, limit)

    def list_events(self, before: int | None, limit: int) -> list[Row]:
        """Return a page of events."""
        return self._listed(_EVENTS, before, limit)

    def captures_of_payment(self, payment_id: str) -> list[Row]:
        """Return a payment's captures, oldest first."""
        return self._session.all(_CAPTURES_OF, {"site_id": self._site_id, "payment_id": payment_id})

    def postings_of_payment(self, payment_id: str) -> list[Row]:
        """Return a payment's entries in the ledger, oldest first."""
        return self._session.all(_POSTINGS_OF, {"site_id": self._site_id, "payment_id": payment_id})

    def events_of_payment(self, payment_id: str) -> list[Row]:
        """Return what happened to a payment, oldest first."""
        return self._session.all(_EVENTS_OF, {"site_id": self._site_id, "payment_id": payment_id})

    def payment_with(self, id_: str) -> str | None:
        """Return the payment that has a capture or refund of this id among the site's latest 10,000 of each."""
        for query in (_PAYMENT_OF_CAPTURE, _PAYMENT_OF_REFUND):
            row = self._session.one(query, {"site_id": self._site_id, "id": id_})
            if row is not None:
                return str(row.payment_id)
        return None

    def _listed(self, query: Select[Any], before: int | None, limit: int) -> list[Row]:
        values = {"site_id": self._site_id, "before": _LATEST if before is None else before, "limit": limit}
        return self._session.all(query, values)
