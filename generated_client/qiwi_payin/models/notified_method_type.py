# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from qiwi_payin_runtime.enums import OpenEnum


class NotifiedMethodType(OpenEnum):
    """Name of the method."""

    CARD = "CARD"
    TOKEN = "TOKEN"
    SBP = "SBP"
