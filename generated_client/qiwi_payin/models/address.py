# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.

from attr import define, field
from qiwi_payin_runtime.codecs import TEXT
from qiwi_payin_runtime.models import Model, wire
from qiwi_payin_runtime.unset import UNSET, Unset


@define(kw_only=True, repr=False)
class Address(Model):
    """The payer's postal address."""

    country: str | Unset = field(default=UNSET, metadata=wire("country", TEXT))
    """Country. At most 1000 characters."""
    city: str | Unset = field(default=UNSET, metadata=wire("city", TEXT))
    """City. At most 1000 characters."""
    region: str | Unset = field(default=UNSET, metadata=wire("region", TEXT))
    """Region. At most 1000 characters."""
    details: str | Unset = field(default=UNSET, metadata=wire("details", TEXT))
    """Street, house and the rest. At most 1000 characters."""
