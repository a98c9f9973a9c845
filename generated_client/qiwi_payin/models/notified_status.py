# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from datetime import datetime
from decimal import Decimal

from attr import define, field
from qiwi_payin_runtime.codecs import (
    MOMENT,
    NULL,
    NUMBER,
    TEXT,
    AnyOf,
    Name,
)
from qiwi_payin_runtime.models import Model, wire
from qiwi_payin_runtime.unset import UNSET, Unset

from qiwi_payin.models.notified_status_value import NotifiedStatusValue
from qiwi_payin.models.reason import Reason


@define(kw_only=True, repr=False)
class NotifiedStatus(Model):
    """Outcome of an operation in a notification, whose names differ from those in answers."""

    value: NotifiedStatusValue = field(metadata=wire("value", Name(NotifiedStatusValue)))
    """`SUCCESS`: done. `DECLINE`: refused."""
    changed_date_time: datetime = field(metadata=wire("changedDateTime", MOMENT))
    """When it happened, with offset."""
    reason_code: Reason | Unset = field(default=UNSET, metadata=wire("reasonCode", Name(Reason)))
    """Why an operation was refused. The list may grow."""
    reason_message: str | Unset = field(default=UNSET, metadata=wire("reasonMessage", TEXT))
    """Text to the reason. At most 200 characters."""
    error_code: str | Decimal | None | Unset = field(
        default=UNSET,
        metadata=wire(
            "errorCode",
            AnyOf(
                (
                    TEXT,
                    NUMBER,
                    NULL,
                )
            ),
        ),
    )
    """Number of the error, as text or number."""
    ps_error_code: str | Unset = field(default=UNSET, metadata=wire("psErrorCode", TEXT))
    """Code of the payment scheme that goes with a refusal. The list may grow."""
