# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from qiwi_payin_runtime.enums import OpenEnum


class BillStatusValue(OpenEnum):
    """`CREATED`: waits for payment. `PAID`: the payment was authorized (one-step: debited; two-step:
    held). `EXPIRED`: the term passed without payment; final."""

    CREATED = "CREATED"
    PAID = "PAID"
    EXPIRED = "EXPIRED"

    @property
    def is_final(self) -> bool:
        """Whether it stays so: PAID or EXPIRED. A name that the description does not know is not final."""
        return self in (
            "PAID",
            "EXPIRED",
        )

    @property
    def is_success(self) -> bool:
        """Whether it is final, and no refusal."""
        return self in ("PAID",)
