# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from qiwi_payin_runtime.enums import OpenEnum


class NotificationFlag(OpenEnum):
    """Mark of the operation that a notification is about. The list may grow."""

    SALE = "SALE"
    AUTH = "AUTH"
    REVERSAL = "REVERSAL"
    TEST = "TEST"
    AFT = "AFT"
