"""What happened, in the order in which it happened."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EventType(StrEnum):
    """Everything that can happen to an object of a site."""

    BILL_CREATED = "bill.created"
    BILL_PAID = "bill.paid"
    BILL_EXPIRED = "bill.expired"
    PAYMENT_CREATED = "payment.created"
    PAYMENT_WAITING = "payment.waiting"
    PAYMENT_COMPLETED = "payment.completed"
    PAYMENT_DECLINED = "payment.declined"
    CAPTURE_COMPLETED = "capture.completed"
    CAPTURE_DECLINED = "capture.declined"
    REFUND_COMPLETED = "refund.completed"
    REFUND_DECLINED = "refund.declined"
    TOKEN_ISSUED = "token.issued"  # noqa: S105 - the name of an event
    TOKEN_DELETED = "token.deleted"  # noqa: S105 - the name of an event


class SiteEventType(StrEnum):
    """What can happen to a site itself and its clock."""

    SITE_CHANGED = "site.changed"
    CLOCK_MOVED = "clock.moved"
    CLOCK_FROZEN = "clock.frozen"
    CLOCK_RELEASED = "clock.released"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened at a moment of the site's clock, with the ids of the objects it happened to.

    Attributes:
        type: An `EventType` or `SiteEventType`, `fault.` and the kind of a fault that was asked for and has struck, or
            `notification.` and what became of an attempt to deliver one.
        operation: The operation, or the type of the notification, that a fault has struck.
    """

    type: str
    at: datetime
    bill_id: str | None = None
    payment_id: str | None = None
    capture_id: str | None = None
    refund_id: str | None = None
    reason: str | None = None
    operation: str | None = None
    notification_id: str | None = None
