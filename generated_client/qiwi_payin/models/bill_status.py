# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from datetime import datetime

from attr import define, field
from qiwi_payin_runtime.codecs import (
    MOMENT,
    Name,
)
from qiwi_payin_runtime.models import Model, wire

from qiwi_payin.models.bill_status_value import BillStatusValue


@define(kw_only=True, repr=False)
class BillStatus(Model):
    """Where the invoice stands."""

    value: BillStatusValue = field(metadata=wire("value", Name(BillStatusValue)))
    """`CREATED`: waits for payment. `PAID`: the payment was authorized (one-step: debited; two-step:
    held). `EXPIRED`: the term passed without payment; final."""
    changed_date_time: datetime = field(metadata=wire("changedDateTime", MOMENT))
    """When the invoice came into this status, with offset."""
