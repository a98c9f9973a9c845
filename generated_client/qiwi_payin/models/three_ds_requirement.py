# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.

from attr import define, field
from qiwi_payin_runtime.codecs import TEXT
from qiwi_payin_runtime.models import Model, wire


@define(kw_only=True, repr=False)
class ThreeDSRequirement(Model):
    """The 3-D Secure step: the payer's browser posts `pareq` as `PaReq`, with `MD` and `TermUrl`, to
    `acsUrl`, and comes back to `TermUrl` with `PaRes`, which goes to the complete operation."""

    pareq: str = field(metadata=wire("pareq", TEXT))
    """Message for the issuing bank."""
    acs_url: str = field(metadata=wire("acsUrl", TEXT))
    """Page of the issuing bank."""
