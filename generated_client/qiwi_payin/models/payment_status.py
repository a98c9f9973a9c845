# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from datetime import datetime

from attr import define, field
from qiwi_payin_runtime.codecs import (
    MOMENT,
    TEXT,
    Name,
)
from qiwi_payin_runtime.models import Model, wire
from qiwi_payin_runtime.unset import UNSET, Unset

from qiwi_payin.models.payment_status_value import PaymentStatusValue
from qiwi_payin.models.reason import Reason


@define(kw_only=True, repr=False)
class PaymentStatus(Model):
    """Where the payment stands."""

    value: PaymentStatusValue = field(metadata=wire("value", Name(PaymentStatusValue)))
    """`WAITING`: 3-D Secure or the bank's answer is outstanding. `COMPLETED`: the issuing bank authorized
    the payment; whether the money was debited says `capturedAmount`. `DECLINED`: refused; `reason` says
    why."""
    changed_date_time: datetime = field(metadata=wire("changedDateTime", MOMENT))
    """When the payment came into this status, with offset. Never before the payment was created."""
    reason: Reason | Unset = field(default=UNSET, metadata=wire("reason", Name(Reason)))
    """Why an operation was refused. The list may grow."""
    reason_message: str | Unset = field(default=UNSET, metadata=wire("reasonMessage", TEXT))
    """Text to the reason."""
    ps_error_code: str | Unset = field(default=UNSET, metadata=wire("psErrorCode", TEXT))
    """Code of the payment scheme that goes with a refusal. The list may grow."""
