"""Captures as rows."""

from sqlalchemy import bindparam, select

from qiwi_payin_sandbox.domain.captures import Capture
from qiwi_payin_sandbox.domain.money import Money
from qiwi_payin_sandbox.domain.reasons import Reason
from qiwi_payin_sandbox.store import tables
from qiwi_payin_sandbox.store.part import Part
from qiwi_payin_sandbox.times import from_milliseconds, milliseconds

_TABLE = tables.captures
_FIND = select(_TABLE).where(
    _TABLE.c.site_id == bindparam("site_id"),
    _TABLE.c.payment_id == bindparam("payment_id"),
    _TABLE.c.capture_id == bindparam("capture_id"),
)


class Captures(Part):
    """The captures of a site."""

    def capture(self, payment_id: str, capture_id: str) -> tuple[Capture, str] | None:
        """Return a capture and the fingerprint of the request that made it."""
        key = {"site_id": self._site_id, "payment_id": payment_id, "capture_id": capture_id}
        row = self._session.one(_FIND, key)
        if row is None:
            return None
        capture = Capture(
            site_id=row.site_id,
            payment_id=row.payment_id,
            capture_id=row.capture_id,
            amount=Money(row.amount, row.currency),
            created_at=from_milliseconds(row.created_at),
            callback_url=row.callback_url,
            reason=Reason(row.reason) if row.reason else None,
            ps_error_code=row.ps_error_code,
        )
        return capture, row.fingerprint

    def add_capture(self, capture: Capture, fingerprint: str) -> None:
        """Store a new capture."""
        self._session.add(
            _TABLE,
            {
                "site_id": capture.site_id,
                "payment_id": capture.payment_id,
                "capture_id": capture.capture_id,
                "fingerprint": fingerprint,
                "amount": capture.amount.minor,
                "currency": capture.amount.currency,
                "created_at": milliseconds(capture.created_at),
                "callback_url": capture.callback_url,
                "reason": capture.reason,
                "ps_error_code": capture.ps_error_code,
            },
        )
