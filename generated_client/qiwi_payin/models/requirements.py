# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.

from attr import define, field
from qiwi_payin_runtime.models import Model, Object, wire

from qiwi_payin.models.three_ds_requirement import ThreeDSRequirement


@define(kw_only=True, repr=False)
class Requirements(Model):
    """What the payer still has to do."""

    three_ds: ThreeDSRequirement = field(metadata=wire("threeDS", Object(ThreeDSRequirement)))
    """The 3-D Secure step: the payer's browser posts `pareq` as `PaReq`, with `MD` and `TermUrl`, to
    `acsUrl`, and comes back to `TermUrl` with `PaRes`, which goes to the complete operation."""
