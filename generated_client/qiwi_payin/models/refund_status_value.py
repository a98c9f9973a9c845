# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from qiwi_payin_runtime.enums import OpenEnum


class RefundStatusValue(OpenEnum):
    """`COMPLETED`: the money was returned. `DECLINE`: it was not; `reason` says why."""

    COMPLETED = "COMPLETED"
    DECLINE = "DECLINE"

    @property
    def is_final(self) -> bool:
        """Whether it stays so: COMPLETED or DECLINE. A name that the description does not know is not final."""
        return self in (
            "COMPLETED",
            "DECLINE",
        )

    @property
    def is_success(self) -> bool:
        """Whether it is final, and no refusal."""
        return self in ("COMPLETED",)
