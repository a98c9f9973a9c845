# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from qiwi_payin_runtime.enums import OpenEnum


class CaptureStatusValue(OpenEnum):
    """`COMPLETED`: the money was debited. `DECLINE` (create) or `DECLINED` (status): it was not; `reason`
    says why, and the money stays held."""

    COMPLETED = "COMPLETED"
    DECLINE = "DECLINE"
    DECLINED = "DECLINED"

    @property
    def is_final(self) -> bool:
        """Whether it stays so: COMPLETED or DECLINE or DECLINED. A name that the description does not know is not final."""
        return self in (
            "COMPLETED",
            "DECLINE",
            "DECLINED",
        )

    @property
    def is_success(self) -> bool:
        """Whether it is final, and no refusal."""
        return self in ("COMPLETED",)
