"""What faults write into the store when they strike."""

from collections.abc import Mapping
from dataclasses import replace

from qiwi_payin_sandbox.domain.events import Event
from qiwi_payin_sandbox.faults.fault import Fault
from qiwi_payin_sandbox.work import Work


def locked_faults(work: Work) -> list[Fault]:
    """Return the faults of a site; nobody else considers them before the transaction has ended."""
    work.unit.clock(lock=True)
    return work.unit.faults()


def save(work: Work, fault: Fault) -> None:
    """Store how often a fault was considered and has struck; where it is used up, tell everybody."""
    work.unit.save_fault(fault)
    if not fault.is_active:
        work.unit.touch_site()


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
