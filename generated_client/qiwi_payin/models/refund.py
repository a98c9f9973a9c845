# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from datetime import datetime

from attr import define, field
from qiwi_payin_runtime.codecs import (
    MOMENT,
    TEXT,
    Amount,
    List,
    Name,
)
from qiwi_payin_runtime.models import Model, Object, wire
from qiwi_payin_runtime.money import Money
from qiwi_payin_runtime.outcomes import Outcome
from qiwi_payin_runtime.unset import UNSET, Unset

from qiwi_payin.models.refund_mark import RefundMark
from qiwi_payin.models.refund_status import RefundStatus


@define(kw_only=True, repr=False)
class Refund(Model):
    """A reversal of held money (`flags` has `REVERSAL`) or a refund of debited money."""

    refund_id: str = field(metadata=wire("refundId", TEXT))
    """Id of the refund, as in the path of the request. At most 200 characters."""
    created_date_time: datetime = field(metadata=wire("createdDateTime", MOMENT))
    """When the refund was created, with offset."""
    amount: Money = field(metadata=wire("amount", Amount("string")))
    """Sum to be returned, as requested."""
    status: RefundStatus = field(metadata=wire("status", Object(RefundStatus)))
    """Where the refund stands."""
    flags: list[RefundMark] | Unset = field(default=UNSET, metadata=wire("flags", List(Name(RefundMark))))
    """`REVERSAL`: nothing had been captured, so held money was let go."""
    settlement_amount: Money | Unset = field(default=UNSET, metadata=wire("settlementAmount", Amount("string")))
    """Sum in the currency of settlement, where it differs from that of the payment."""

    @property
    def outcome(self) -> Outcome:
        """What has become of it: what a decision can rest on, as long as it was just asked for."""
        return Outcome.of(
            self.amount,
            is_final=self.status.value.is_final,
            is_success=self.status.value.is_success,
        )
