# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from typing import Literal

from attr import define, field
from qiwi_payin_runtime.codecs import TEXT, Constant
from qiwi_payin_runtime.models import Model, Object, wire

from qiwi_payin.models.notified_refund import NotifiedRefund


@define(kw_only=True, repr=False)
class RefundNotification(Model):
    """Envelope of a notification about a refund."""

    refund: NotifiedRefund = field(metadata=wire("refund", Object(NotifiedRefund)))
    """The refund that a notification is about."""
    type_: Literal["REFUND"] = field(default="REFUND", metadata=wire("type", Constant("REFUND")))
    """Type of the notification."""
    version: str = field(metadata=wire("version", TEXT))
    """Version of the notification's form."""
