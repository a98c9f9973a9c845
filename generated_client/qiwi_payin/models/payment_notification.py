# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from typing import Literal

from attr import define, field
from qiwi_payin_runtime.codecs import TEXT, Constant
from qiwi_payin_runtime.models import Model, Object, wire

from qiwi_payin.models.notified_payment import NotifiedPayment


@define(kw_only=True, repr=False)
class PaymentNotification(Model):
    """Envelope of a notification about a payment."""

    payment: NotifiedPayment = field(metadata=wire("payment", Object(NotifiedPayment)))
    """The payment that a notification is about."""
    type_: Literal["PAYMENT"] = field(default="PAYMENT", metadata=wire("type", Constant("PAYMENT")))
    """Type of the notification."""
    version: str = field(metadata=wire("version", TEXT))
    """Version of the notification's form."""
