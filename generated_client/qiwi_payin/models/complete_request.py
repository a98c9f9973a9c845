# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.

from attr import define, field
from qiwi_payin_runtime.models import Model, Object, wire

from qiwi_payin.models.three_ds_answer import ThreeDSAnswer


@define(kw_only=True, repr=False)
class CompleteRequest(Model):
    """Request that finishes 3-D Secure."""

    three_ds: ThreeDSAnswer = field(metadata=wire("threeDS", Object(ThreeDSAnswer)))
    """What the payer's browser brought back from the issuing bank."""
