"""What may go wrong on a site at present, as it was read last: so that a site without faults costs nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from qiwi_payin_sandbox.faults.catalogue import ANSWERS
from qiwi_payin_sandbox.faults.fault import EVERYTHING, Fault


@dataclass(frozen=True, slots=True)
class Standing:
    """What may go wrong on a site.

    Attributes:
        operations: The operations whose answers may go wrong, or `*`.
        notifications: Whether anything may go wrong with notifications.
        is_holding: Whether notifications are held back.
    """

    operations: frozenset[str] = frozenset()
    notifications: bool = False
    is_holding: bool = False

    @classmethod
    def of(cls, faults: Iterable[Fault], *, is_holding: bool) -> Self:
        """Return what may go wrong by these faults.

        Args:
            faults: The faults of the site.
            is_holding: Whether notifications are held back.
        """
        active = [fault for fault in faults if fault.is_active]
        operations = frozenset(fault.operation for fault in active if fault.kind in ANSWERS)
        return cls(operations, any(fault.kind not in ANSWERS for fault in active), is_holding)

    def concerns(self, operation: str) -> bool:
        """Whether the answer to an operation may go wrong."""
        return bool(self.operations) and (operation in self.operations or EVERYTHING in self.operations)
