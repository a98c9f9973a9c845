"""Bills as rows."""

from typing import Any

from sqlalchemy import and_, bindparam, select, update

from qiwi_payin_sandbox import wire
from qiwi_payin_sandbox.domain.bills import Bill, BillStatus
from qiwi_payin_sandbox.domain.money import Money
from qiwi_payin_sandbox.domain.receivers import Receiver
from qiwi_payin_sandbox.store import tables
from qiwi_payin_sandbox.store.part import Part, maybe_milliseconds
from qiwi_payin_sandbox.store.session import Row
from qiwi_payin_sandbox.times import from_milliseconds, milliseconds

_TABLE = tables.bills
_OF_SITE = _TABLE.c.site_id == bindparam("site_id")
_IS_IT = and_(_OF_SITE, _TABLE.c.bill_id == bindparam("bill_id"))
_FIND = select(_TABLE).where(_IS_IT)
_CHANGE = update(_TABLE).where(_IS_IT)
_OF_INVOICE = select(_TABLE.c.bill_id).where(_OF_SITE, _TABLE.c.invoice_uid == bindparam("invoice_uid"))
_OF_ANY_INVOICE = select(_TABLE.c.site_id, _TABLE.c.bill_id).where(_TABLE.c.invoice_uid == bindparam("invoice_uid"))


class Bills(Part):
    """The bills of a site."""

    def bill(self, bill_id: str, *, lock: bool = False) -> tuple[Bill, str] | None:
        """Return a bill and the fingerprint of the request that made it."""
        row = self._session.one(_FIND, {"site_id": self._site_id, "bill_id": bill_id}, lock=lock)
        return None if row is None else (_to_bill(row), row.fingerprint)

    def add_bill(self, bill: Bill, fingerprint: str) -> None:
        """Store a new bill."""
        self._session.add(_TABLE, {**_of_bill(bill), "fingerprint": fingerprint})

    def save_bill(self, bill: Bill) -> None:
        """Store what has changed in a bill."""
        self._session.change(_CHANGE, {"site_id": self._site_id, "bill_id": bill.bill_id}, _changing(bill))

    def bill_of_invoice(self, invoice_uid: str) -> str | None:
        """Return the id of the bill that has this `invoiceUid`."""
        row = self._session.one(_OF_INVOICE, {"site_id": self._site_id, "invoice_uid": invoice_uid})
        return None if row is None else str(row.bill_id)

    def bill_of_any_site(self, invoice_uid: str) -> tuple[str, str] | None:
        """Return the ids of the site and of the bill, whichever it is, that has this `invoiceUid`."""
        row = self._session.one(_OF_ANY_INVOICE, {"invoice_uid": invoice_uid})
        return None if row is None else (str(row.site_id), str(row.bill_id))


def _of_bill(bill: Bill) -> dict[str, Any]:
    return {
        "site_id": bill.site_id,
        "bill_id": bill.bill_id,
        "invoice_uid": bill.invoice_uid,
        "amount": bill.amount.minor,
        "currency": bill.amount.currency,
        "created_at": milliseconds(bill.created_at),
        "expires_at": milliseconds(bill.expires_at),
        "details": wire.dumps(
            {
                "expires_text": bill.expires_text,
                "comment": bill.comment,
                "flags": bill.flags,
                "methods": bill.methods,
                "customer": bill.customer,
                "custom_fields": bill.custom_fields,
                "receiver": bill.receiver,
            }
        ),
        **_changing(bill),
    }


def _changing(bill: Bill) -> dict[str, Any]:
    return {
        "status": bill.status,
        "changed_at": milliseconds(bill.changed_at),
        "due_at": maybe_milliseconds(bill.due_at),
    }


def _to_bill(row: Row) -> Bill:
    details = wire.restored(row.details)
    methods = details.pop("methods")
    receiver = details.pop("receiver", None)
    return Bill(
        site_id=row.site_id,
        bill_id=row.bill_id,
        invoice_uid=row.invoice_uid,
        amount=Money(row.amount, row.currency),
        status=BillStatus(row.status),
        created_at=from_milliseconds(row.created_at),
        changed_at=from_milliseconds(row.changed_at),
        expires_at=from_milliseconds(row.expires_at),
        flags=tuple(details.pop("flags")),
        methods=None if methods is None else tuple(methods),
        receiver=Receiver(receiver) if receiver else None,
        **details,
    )
