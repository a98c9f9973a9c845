# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.

from attr import define, field
from qiwi_payin_runtime.codecs import TEXT
from qiwi_payin_runtime.models import Model, wire
from qiwi_payin_runtime.unset import UNSET, Unset


@define(kw_only=True, repr=False)
class ReceiverData(Model):
    """Who receives the money of an account funding transaction. All fields are known from working clients
    only."""

    pan: str | Unset = field(default=UNSET, repr=False, metadata=wire("pan", TEXT))
    """Card number of the receiver. At most 19 characters."""
    wallet: str | Unset = field(default=UNSET, metadata=wire("wallet", TEXT))
    """Wallet number of the receiver. At most 64 characters."""
    inn: str | Unset = field(default=UNSET, metadata=wire("inn", TEXT))
    """Taxpayer number of the receiver. At most 12 characters."""
    phone: str | Unset = field(default=UNSET, metadata=wire("phone", TEXT))
    """Phone number of the receiver. At most 15 characters."""
    bank_account: str | Unset = field(default=UNSET, metadata=wire("bankAccount", TEXT))
    """Bank account of the receiver. At most 20 characters."""
    bic: str | Unset = field(default=UNSET, metadata=wire("bic", TEXT))
    """Bank identification code. At most 9 characters."""
