# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from qiwi_payin_runtime.enums import OpenEnum


class NotifiedStatusValue(OpenEnum):
    """`SUCCESS`: done. `DECLINE`: refused."""

    SUCCESS = "SUCCESS"
    DECLINE = "DECLINE"
