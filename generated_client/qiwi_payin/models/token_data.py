# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.

from attr import define, field
from qiwi_payin_runtime.codecs import TEXT
from qiwi_payin_runtime.models import Model, wire
from qiwi_payin_runtime.unset import UNSET, Unset


@define(kw_only=True, repr=False)
class TokenData(Model):
    """Payment token that the payment issued."""

    payment_token: str = field(repr=False, metadata=wire("paymentToken", TEXT))
    """The token."""
    expired_date: str | Unset = field(default=UNSET, metadata=wire("expiredDate", TEXT))
    """When the token ends."""
