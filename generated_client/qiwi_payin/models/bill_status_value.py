# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from qiwi_payin_runtime.enums import OpenEnum


class BillStatusValue(OpenEnum):
    """`CREATED`: waits for payment. `PAID`: the payment was authorized (one-step: debited; two-step:
    held). `EXPIRED`: the term passed without payment; final."""

    CREATED = "CREATED"
    PAID = "PAID"
    EXPIRED = "EXPIRED"
