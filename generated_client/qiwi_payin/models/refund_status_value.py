# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from qiwi_payin_runtime.enums import OpenEnum


class RefundStatusValue(OpenEnum):
    """`COMPLETED`: the money was returned. `DECLINE`: it was not; `reason` says why."""

    COMPLETED = "COMPLETED"
    DECLINE = "DECLINE"
