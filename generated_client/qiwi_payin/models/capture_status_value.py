# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from qiwi_payin_runtime.enums import OpenEnum


class CaptureStatusValue(OpenEnum):
    """`COMPLETED`: the money was debited. `DECLINE` (create) or `DECLINED` (status): it was not; `reason`
    says why, and the money stays held."""

    COMPLETED = "COMPLETED"
    DECLINE = "DECLINE"
    DECLINED = "DECLINED"
