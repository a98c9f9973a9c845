# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from typing import Literal

from attr import define, field
from qiwi_payin_runtime.codecs import TEXT, Constant
from qiwi_payin_runtime.models import Model, wire
from qiwi_payin_runtime.unset import UNSET, Unset


@define(kw_only=True, repr=False)
class UsedCard(Model):
    """A card whose data were sent or typed."""

    type_: Literal["CARD"] = field(default="CARD", metadata=wire("type", Constant("CARD")))
    """Says that card data were used."""
    masked_pan: str = field(metadata=wire("maskedPan", TEXT))
    """First six digits of the card number, six asterisks, last four digits."""
    rrn: str | Unset = field(default=UNSET, metadata=wire("rrn", TEXT))
    """Retrieval reference number of the operation at the bank."""
    auth_code: str | Unset = field(default=UNSET, metadata=wire("authCode", TEXT))
    """Authorization code of the issuing bank."""
