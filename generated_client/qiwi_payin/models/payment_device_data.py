# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.

from attr import define
from qiwi_payin_runtime.models import Model


@define(kw_only=True, repr=False)
class PaymentDeviceData(Model):
    """PaymentDeviceData."""
