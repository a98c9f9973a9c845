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

from qiwi_payin.models.reason import Reason
from qiwi_payin.models.refund_status_value import RefundStatusValue


@define(kw_only=True, repr=False)
class RefundStatus(Model):
    """Where the refund stands."""

    value: RefundStatusValue = field(metadata=wire("value", Name(RefundStatusValue)))
    """`COMPLETED`: the money was returned. `DECLINE`: it was not; `reason` says why."""
    changed_date_time: datetime | Unset = field(default=UNSET, metadata=wire("changedDateTime", MOMENT))
    """When the refund came into this status, with offset."""
    reason: Reason | Unset = field(default=UNSET, metadata=wire("reason", Name(Reason)))
    """Why an operation was refused. The list may grow."""
    reason_message: str | Unset = field(default=UNSET, metadata=wire("reasonMessage", TEXT))
    """Text to the reason."""
    ps_error_code: str | Unset = field(default=UNSET, metadata=wire("psErrorCode", TEXT))
    """Code of the payment scheme that goes with a refusal. The list may grow."""
