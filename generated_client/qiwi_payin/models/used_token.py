# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from typing import Literal

from attr import define, field
from qiwi_payin_runtime.codecs import TEXT, Constant
from qiwi_payin_runtime.models import Model, wire
from qiwi_payin_runtime.unset import UNSET, Unset


@define(kw_only=True, repr=False)
class UsedToken(Model):
    """A saved card."""

    type_: Literal["TOKEN"] = field(default="TOKEN", metadata=wire("type", Constant("TOKEN")))
    """Says that a payment token was used."""
    payment_token: str | Unset = field(default=UNSET, repr=False, metadata=wire("paymentToken", TEXT))
    """The token."""
    masked_pan: str | Unset = field(default=UNSET, metadata=wire("maskedPan", TEXT))
    """First six digits of the card number, six asterisks, last four digits."""
    rrn: str | Unset = field(default=UNSET, metadata=wire("rrn", TEXT))
    """Retrieval reference number of the operation at the bank."""
    auth_code: str | Unset = field(default=UNSET, metadata=wire("authCode", TEXT))
    """Authorization code of the issuing bank."""
