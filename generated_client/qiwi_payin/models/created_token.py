# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.

from attr import define, field
from qiwi_payin_runtime.codecs import TEXT
from qiwi_payin_runtime.models import Model, wire
from qiwi_payin_runtime.unset import UNSET, Unset


@define(kw_only=True, repr=False)
class CreatedToken(Model):
    """Payment token that this payment issued."""

    token: str = field(repr=False, metadata=wire("token", TEXT))
    """The token, to be sent as `paymentMethod.paymentToken` with the same `customer.account`."""
    name: str | Unset = field(default=UNSET, metadata=wire("name", TEXT))
    """Masked card number, to be shown to the payer."""
    expired_date: str | Unset = field(default=UNSET, metadata=wire("expiredDate", TEXT))
    """When the token ends."""
    account: str | Unset = field(default=UNSET, metadata=wire("account", TEXT))
    """Account of the payer that the token is bound to."""
