# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from qiwi_payin_runtime.enums import OpenEnum


class BillFlag(OpenEnum):
    """Command that goes with an invoice."""

    SALE = "SALE"
    BIND_PAYMENT_TOKEN = "BIND_PAYMENT_TOKEN"
