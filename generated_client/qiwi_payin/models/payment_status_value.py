# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from qiwi_payin_runtime.enums import OpenEnum


class PaymentStatusValue(OpenEnum):
    """`WAITING`: 3-D Secure or the bank's answer is outstanding. `COMPLETED`: the issuing bank authorized
    the payment; whether the money was debited says `capturedAmount`. `DECLINED`: refused; `reason` says
    why."""

    WAITING = "WAITING"
    COMPLETED = "COMPLETED"
    DECLINED = "DECLINED"

    @property
    def is_final(self) -> bool:
        """Whether it stays so: COMPLETED or DECLINED. A name that the description does not know is not final."""
        return self in (
            "COMPLETED",
            "DECLINED",
        )

    @property
    def is_success(self) -> bool:
        """Whether it is final, and no refusal."""
        return self in ("COMPLETED",)
