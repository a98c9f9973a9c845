# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.

from attr import define, field
from qiwi_payin_runtime.codecs import TEXT
from qiwi_payin_runtime.models import Model, Object, wire
from qiwi_payin_runtime.unset import UNSET, Unset

from qiwi_payin.models.address import Address


@define(kw_only=True, repr=False)
class Customer(Model):
    """The payer, as the partner knows them."""

    account: str | Unset = field(default=UNSET, metadata=wire("account", TEXT))
    """The partner's own id of the payer. A payment token is bound to it: without it no token is issued and
    none can be used. One account stands for one natural person. At most 64 characters."""
    email: str | Unset = field(default=UNSET, metadata=wire("email", TEXT))
    """The payer's e-mail address. At most 64 characters."""
    phone: str | Unset = field(default=UNSET, metadata=wire("phone", TEXT))
    """The payer's phone number, with or without a leading plus. At most 15 characters."""
    address: Address | Unset = field(default=UNSET, metadata=wire("address", Object(Address)))
    """The payer's postal address."""
