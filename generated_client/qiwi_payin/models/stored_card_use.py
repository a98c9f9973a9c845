# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from qiwi_payin_runtime.enums import OpenEnum


class StoredCardUse(OpenEnum):
    """Why the data of a card are stored or used again."""

    FIRST_PAYMENT = "FIRST_PAYMENT"
    INITIATED_BY_CLIENT = "INITIATED_BY_CLIENT"
    INITIATED_BY_MERCHANT = "INITIATED_BY_MERCHANT"
    RECURRING_PAYMENT = "RECURRING_PAYMENT"
    INSTALLMENT = "INSTALLMENT"
