"""What the bank answers to one operation."""

from dataclasses import dataclass
from datetime import timedelta

from qiwi_payin_sandbox.domain.reasons import Reason


@dataclass(frozen=True, slots=True)
class Verdict:
    """Declined for `reason` or, without one, approved; `delay` after the bank was asked."""

    reason: Reason | None = None
    delay: timedelta = timedelta()
    at_once: bool = False
    """Declined before 3-D Secure is even tried."""
    ps_error_code: str | None = None
    """The payment scheme's own code of the refusal, where it gives one."""


APPROVED = Verdict()
