# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from datetime import datetime
from typing import Literal

from attr import define, field
from qiwi_payin_runtime.codecs import (
    MOMENT,
    TEXT,
    Amount,
    Constant,
    List,
    Name,
)
from qiwi_payin_runtime.models import Model, Object, wire
from qiwi_payin_runtime.money import Money
from qiwi_payin_runtime.unset import UNSET, Unset

from qiwi_payin.models.custom_fields import CustomFields
from qiwi_payin.models.notification_flag import NotificationFlag
from qiwi_payin.models.notified_customer import NotifiedCustomer
from qiwi_payin.models.notified_method import NotifiedMethod
from qiwi_payin.models.notified_status import NotifiedStatus


@define(kw_only=True, repr=False)
class NotifiedCapture(Model):
    """The capture that a notification is about."""

    type_: Literal["CAPTURE"] = field(default="CAPTURE", metadata=wire("type", Constant("CAPTURE")))
    """Type of the operation."""
    payment_id: str = field(metadata=wire("paymentId", TEXT))
    """Id of the payment; a capture or refund needs it. At most 200 characters."""
    capture_id: str = field(metadata=wire("captureId", TEXT))
    """Id of the capture. At most 200 characters."""
    created_date_time: datetime = field(metadata=wire("createdDateTime", MOMENT))
    """When the capture was created, with offset. Signed exactly as it stands."""
    amount: Money = field(metadata=wire("amount", Amount("number")))
    """A sum in a notification, in major units of its currency: a JSON number written with two decimals.
    The same text is part of what is signed, so it must be read from the raw body or written again with
    two decimals."""
    bill_id: str | Unset = field(default=UNSET, metadata=wire("billId", TEXT))
    """Id of the invoice, or the order number. At most 256 characters."""
    status: NotifiedStatus = field(metadata=wire("status", Object(NotifiedStatus)))
    """Outcome of an operation in a notification, whose names differ from those in answers."""
    payment_method: NotifiedMethod | Unset = field(
        default=UNSET, metadata=wire("paymentMethod", Object(NotifiedMethod))
    )
    """The method that a payment was made with. Full card data are never shown."""
    merchant_site_uid: str = field(metadata=wire("merchantSiteUid", TEXT))
    """Id of the site."""
    customer: NotifiedCustomer | Unset = field(default=UNSET, metadata=wire("customer", Object(NotifiedCustomer)))
    """The payer."""
    custom_fields: CustomFields | Unset = field(default=UNSET, metadata=wire("customFields", Object(CustomFields)))
    """Free fields of the partner, all of them text, copied to answers and notifications. Any further key
    is allowed."""
    flags: list[NotificationFlag] | Unset = field(default=UNSET, metadata=wire("flags", List(Name(NotificationFlag))))
    """`TEST`: site in test mode."""
    settlement_amount: Money | Unset = field(default=UNSET, metadata=wire("settlementAmount", Amount("number")))
    """A sum in a notification, in major units of its currency: a JSON number written with two decimals.
    The same text is part of what is signed, so it must be read from the raw body or written again with
    two decimals."""
