# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from qiwi_payin_runtime.enums import OpenEnum


class SavedCardUse(OpenEnum):
    """Why a payment token is used. The first payment of a series needs card data, so it is not among
    these."""

    INITIATED_BY_CLIENT = "INITIATED_BY_CLIENT"
    INITIATED_BY_MERCHANT = "INITIATED_BY_MERCHANT"
    RECURRING_PAYMENT = "RECURRING_PAYMENT"
    INSTALLMENT = "INSTALLMENT"
