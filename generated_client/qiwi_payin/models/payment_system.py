# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from qiwi_payin_runtime.enums import OpenEnum


class PaymentSystem(OpenEnum):
    """Payment scheme."""

    VISA = "VISA"
    MASTERCARD = "MASTERCARD"
    MIR = "MIR"
    UNIONPAY = "UNIONPAY"
