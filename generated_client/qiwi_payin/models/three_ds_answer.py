# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.

from attr import define, field
from qiwi_payin_runtime.codecs import TEXT
from qiwi_payin_runtime.models import Model, wire


@define(kw_only=True, repr=False)
class ThreeDSAnswer(Model):
    """What the payer's browser brought back from the issuing bank."""

    pares: str = field(repr=False, metadata=wire("pares", TEXT))
    """Value of `PaRes`. 1 to 65536 characters."""
