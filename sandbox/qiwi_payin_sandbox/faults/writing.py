"""What faults write into the store when they strike."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from qiwi_payin_sandbox.domain.events import Event
from qiwi_payin_sandbox.engine.work import Work
from qiwi_payin_sandbox.faults.fault import Chance, Fault


class Considered:
    """The faults of a site while one request or notification is held against them.

    Nobody else considers them before the transaction has ended.

    Args:
        work: The transaction.
    """

    def __init__(self, work: Work) -> None:
        work.unit.clock(lock=True)
        self._work = work
        self._faults = {fault.number: fault for fault in work.unit.faults()}

    def __iter__(self) -> Iterator[Fault]:
        return iter(tuple(self._faults.values()))

    def strikes(self, fault: Fault) -> Chance | None:
        """Consider a fault: its chance if it strikes."""
        work = self._work
        considered, chance = fault.considering(work.ids, work.site.site_id)
        work.unit.save_fault(considered)
        self._faults[fault.number] = considered
        if not considered.is_active and not any(each.is_active for each in self):
            work.unit.touch_site()  # from now on nobody needs to look
        return chance


def log(work: Work, fault: Fault, operation: str, ids: Mapping[str, str], notification_id: str | None = None) -> None:
    """Write into the log of events that a fault has struck.

    Args:
        work: The transaction.
        fault: The fault.
        operation: The operation or the type of the notification that it has struck.
        ids: The ids of the objects that this was about, by their names in the API.
        notification_id: The notification.
    """
    work.unit.add_events(
        [
            Event(
                type=f"fault.{fault.kind}",
                at=work.now,
                bill_id=ids.get("billId"),
                payment_id=ids.get("paymentId"),
                capture_id=ids.get("captureId"),
                refund_id=ids.get("refundId"),
                operation=operation,
                notification_id=notification_id,
            )
        ]
    )


def make_due(work: Work, notification_id: str) -> None:
    """Let a notification that was put off be attempted now."""
    notification = work.unit.notification(notification_id, lock=True)
    if notification is not None and notification.due_at is not None:
        work.unit.save_notification(replace(notification, due_at=work.now))
