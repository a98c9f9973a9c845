# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from datetime import datetime

from attr import define, field
from qiwi_payin_runtime.codecs import (
    MOMENT,
    TEXT,
    Amount,
)
from qiwi_payin_runtime.models import Model, Object, wire
from qiwi_payin_runtime.money import Money
from qiwi_payin_runtime.outcomes import Outcome
from qiwi_payin_runtime.unset import UNSET, Unset

from qiwi_payin.models.capture_status import CaptureStatus


@define(kw_only=True, repr=False)
class Capture(Model):
    """A confirmation of a held payment."""

    site_id: str = field(metadata=wire("siteId", TEXT))
    """Id of the site."""
    payment_id: str = field(metadata=wire("paymentId", TEXT))
    """Id of the payment."""
    capture_id: str = field(metadata=wire("captureId", TEXT))
    """Id of the capture, as in the path of the request. At most 200 characters."""
    created_date_time: datetime = field(metadata=wire("createdDateTime", MOMENT))
    """When the capture was created, with offset."""
    amount: Money = field(metadata=wire("amount", Amount("string")))
    """Sum that was debited."""
    status: CaptureStatus = field(metadata=wire("status", Object(CaptureStatus)))
    """Where the capture stands."""
    settlement_amount: Money | Unset = field(default=UNSET, metadata=wire("settlementAmount", Amount("string")))
    """Sum paid to the partner, where its currency differs from that of the payment."""

    @property
    def outcome(self) -> Outcome:
        """What has become of it: what a decision can rest on, as long as it was just asked for."""
        return Outcome.of(
            self.amount,
            is_final=self.status.value.is_final,
            is_success=self.status.value.is_success,
        )
