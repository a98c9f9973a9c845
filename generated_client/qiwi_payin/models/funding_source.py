# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from qiwi_payin_runtime.enums import OpenEnum


class FundingSource(OpenEnum):
    """Where the card's money comes from."""

    CREDIT = "CREDIT"
    DEBIT = "DEBIT"
    PREPAID = "PREPAID"
    UNKNOWN = "UNKNOWN"
