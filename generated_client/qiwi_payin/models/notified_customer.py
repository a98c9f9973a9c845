# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.

from attr import define, field
from qiwi_payin_runtime.codecs import TEXT
from qiwi_payin_runtime.models import Model, wire
from qiwi_payin_runtime.unset import UNSET, Unset


@define(kw_only=True, repr=False)
class NotifiedCustomer(Model):
    """The payer."""

    account: str | Unset = field(default=UNSET, metadata=wire("account", TEXT))
    """The partner's own id of the payer. At most 64 characters."""
    email: str | Unset = field(default=UNSET, metadata=wire("email", TEXT))
    """E-mail address. At most 64 characters."""
    phone: str | Unset = field(default=UNSET, metadata=wire("phone", TEXT))
    """Phone number, `0` when unknown. At most 15 characters."""
    ip: str | Unset = field(default=UNSET, metadata=wire("ip", TEXT))
    """IP address."""
    country: str | Unset = field(default=UNSET, metadata=wire("country", TEXT))
    """Country."""
    city: str | Unset = field(default=UNSET, metadata=wire("city", TEXT))
    """City."""
    region: str | Unset = field(default=UNSET, metadata=wire("region", TEXT))
    """Region."""
