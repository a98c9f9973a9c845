# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.

from attr import define, field
from qiwi_payin_runtime.codecs import TEXT
from qiwi_payin_runtime.models import Model, wire


@define(kw_only=True, repr=False)
class TokenDeleteRequest(Model):
    """Request that deletes a payment token."""

    customer_account_id: str = field(metadata=wire("customerAccountId", TEXT))
    """Account of the payer that the token is bound to (`customer.account`). 1 to 64 characters."""
    token: str = field(repr=False, metadata=wire("token", TEXT))
    """The token. 1 to 256 characters."""
