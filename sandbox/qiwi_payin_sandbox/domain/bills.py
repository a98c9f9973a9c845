"""Bills: CREATED, then PAID or EXPIRED."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from qiwi_payin_sandbox.domain.change import Change
from qiwi_payin_sandbox.domain.events import Event, EventType
from qiwi_payin_sandbox.domain.money import Money
from qiwi_payin_sandbox.domain.reasons import Reason
from qiwi_payin_sandbox.domain.receivers import Receiver


class BillStatus(StrEnum):
    """Where a bill stands. PAID and EXPIRED are final."""

    CREATED = "CREATED"
    PAID = "PAID"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """A bill (invoice) of a site."""

    site_id: str
    bill_id: str
    invoice_uid: str
    amount: Money
    status: BillStatus = BillStatus.CREATED
    created_at: datetime
    changed_at: datetime
    expires_at: datetime
    expires_text: str
    """The end of its term as the partner wrote it."""
    comment: str | None = None
    flags: tuple[str, ...] = ()
    methods: tuple[str, ...] | None = None
    customer: dict[str, Any] | None = None
    custom_fields: dict[str, Any] | None = None
    receiver: Receiver | None = None
    """Whether its payments fund an account, and whether the data of the receiver are usable."""

    @property
    def one_step(self) -> bool:
        """Whether a payment of it is captured at once."""
        return "SALE" in self.flags

    @property
    def binds_token(self) -> bool:
        """Whether a payment of it issues a payment token."""
        return "BIND_PAYMENT_TOKEN" in self.flags

    @property
    def account(self) -> str | None:
        """The payer's account in the partner's system."""
        return (self.customer or {}).get("account")

    @property
    def due_at(self) -> datetime | None:
        """When it changes by itself."""
        return self.expires_at if self.status is BillStatus.CREATED else None


def create(bill: Bill, now: datetime) -> Change:
    """Store a new bill; one whose term has passed already is EXPIRED from the start."""
    change = Change(bill=bill, events=(_event(bill, EventType.BILL_CREATED, now),))
    return change.then(settle(bill, now))


def settle(bill: Bill, now: datetime) -> Change:
    """Let the time pass: a bill that nobody paid by its term is EXPIRED."""
    if bill.due_at is None or now < bill.due_at:
        return Change()
    at = max(bill.expires_at, bill.created_at)
    expired = replace(bill, status=BillStatus.EXPIRED, changed_at=at)
    return Change(bill=expired, events=(_event(expired, EventType.BILL_EXPIRED, at),))


def refusal(bill: Bill, amount: Money, now: datetime) -> Reason | None:
    """Return why a payment of `amount` cannot pay this bill now, None where it can."""
    if bill.status is BillStatus.PAID:
        return Reason.BILL_ALREADY_PAID
    if bill.status is BillStatus.EXPIRED or now >= bill.expires_at:
        return Reason.INVALID_STATE
    if amount != bill.amount:
        return Reason.INVALID_AMOUNT
    return None


def pay(bill: Bill, payment_id: str, now: datetime) -> Change:
    """Mark the bill PAID by a payment that has been authorised."""
    paid = replace(bill, status=BillStatus.PAID, changed_at=now)
    return Change(bill=paid, events=(_event(paid, EventType.BILL_PAID, now, payment_id),))


def _event(bill: Bill, type_: EventType, at: datetime, payment_id: str | None = None) -> Event:
    return Event(type=type_, at=at, bill_id=bill.bill_id, payment_id=payment_id)
