# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.

from attr import define, field
from qiwi_payin_runtime.codecs import TEXT
from qiwi_payin_runtime.models import Model, wire


@define(kw_only=True, repr=False)
class OtherUsedMethod(Model):
    """A method that this description does not know in detail, such as `SBP`."""

    type_: str = field(metadata=wire("type", TEXT))
    """Name of the method."""
