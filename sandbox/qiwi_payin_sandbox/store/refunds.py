"""Refunds and reversals as rows."""

from sqlalchemy import and_, bindparam, select

from qiwi_payin_sandbox.domain.money import Money
from qiwi_payin_sandbox.domain.reasons import Reason
from qiwi_payin_sandbox.domain.refunds import Refund
from qiwi_payin_sandbox.store import tables
from qiwi_payin_sandbox.store.part import Part
from qiwi_payin_sandbox.store.session import Row
from qiwi_payin_sandbox.times import from_milliseconds, milliseconds

_TABLE = tables.refunds
_OF_PAYMENT = and_(_TABLE.c.site_id == bindparam("site_id"), _TABLE.c.payment_id == bindparam("payment_id"))
_FIND = select(_TABLE).where(_OF_PAYMENT, _TABLE.c.refund_id == bindparam("refund_id"))
_LIST = select(_TABLE).where(_OF_PAYMENT).order_by(_TABLE.c.sequence)


class Refunds(Part):
    """The refunds and reversals of a site."""

    def refund(self, payment_id: str, refund_id: str) -> tuple[Refund, str] | None:
        """Return a refund and the fingerprint of the request that made it."""
        key = {"site_id": self._site_id, "payment_id": payment_id, "refund_id": refund_id}
        row = self._session.one(_FIND, key)
        return None if row is None else (_to_refund(row), row.fingerprint)

    def refunds_of_payment(self, payment_id: str) -> list[Refund]:
        """Return a payment's refunds, oldest first."""
        return [
            _to_refund(row) for row in self._session.all(_LIST, {"site_id": self._site_id, "payment_id": payment_id})
        ]

    def add_refund(self, refund: Refund, fingerprint: str) -> None:
        """Store a new refund."""
        self._session.add(
            _TABLE,
            {
                "site_id": refund.site_id,
                "payment_id": refund.payment_id,
                "refund_id": refund.refund_id,
                "fingerprint": fingerprint,
                "amount": refund.amount.minor,
                "currency": refund.amount.currency,
                "created_at": milliseconds(refund.created_at),
                "reversal": refund.reversal,
                "reason": refund.reason,
                "callback_url": refund.callback_url,
                "ps_error_code": refund.ps_error_code,
            },
        )


def _to_refund(row: Row) -> Refund:
    return Refund(
        site_id=row.site_id,
        payment_id=row.payment_id,
        refund_id=row.refund_id,
        amount=Money(row.amount, row.currency),
        created_at=from_milliseconds(row.created_at),
        reversal=bool(row.reversal),
        reason=Reason(row.reason) if row.reason else None,
        callback_url=row.callback_url,
        ps_error_code=row.ps_error_code,
    )
