"""One command's work on one site, inside one transaction.

Objects are handed out as they are at the site's time: what was due by then has happened and is part of the transaction.
"""

from datetime import datetime
from typing import Literal

from qiwi_payin_sandbox.domain import bills, due
from qiwi_payin_sandbox.domain.bank import Bank
from qiwi_payin_sandbox.domain.bills import Bill
from qiwi_payin_sandbox.domain.change import Change
from qiwi_payin_sandbox.domain.errors import NotFoundError, ValidationError
from qiwi_payin_sandbox.domain.events import Event, EventType
from qiwi_payin_sandbox.domain.payments import Payment, PaymentStatus
from qiwi_payin_sandbox.domain.tokens import Token
from qiwi_payin_sandbox.faults.standing import Standing
from qiwi_payin_sandbox.ids import Ids
from qiwi_payin_sandbox.notifications import message
from qiwi_payin_sandbox.notifications.delivery import Beginning, to_addresses
from qiwi_payin_sandbox.notifications.message import DeliveryState, Message, Notification
from qiwi_payin_sandbox.sites.site import Site
from qiwi_payin_sandbox.store.unit import Unit
from qiwi_payin_sandbox.times import MOSCOW

_MADE_BY_THE_SANDBOX = ""
"""The fingerprint of objects that no request made: no request equals it."""

Created = Literal["bill", "payment", "capture", "refund"]


class OverdueError(Exception):
    """Something is due that a transaction which only reads cannot let happen."""


class Work:
    """Reads and changes the objects of a site.

    Args:
        unit: The transaction.
        site: The site's settings, keys included.
        now: The site's time.
        ids: Makes ids.
        bank: Answers authorisations.
        faults: What may go wrong on the site because that was asked for.
        writes: Whether the transaction may write.
        beginning: Which state a notification begins in.
    """

    def __init__(
        self,
        unit: Unit,
        site: Site,
        now: datetime,
        ids: Ids,
        bank: Bank,
        *,
        faults: Standing,
        writes: bool,
        beginning: Beginning = to_addresses,
    ) -> None:
        self.unit = unit
        self.site = site
        self.now = now
        self.ids = ids
        self.bank = bank
        self.faults = faults
        self._writes = writes
        self._beginning = beginning
        self.happened: list[Event] = []
        self.due_at: datetime | None = None
        """The earliest due time that was written."""

    # reading

    def find_bill(self, bill_id: str) -> tuple[Bill, str] | None:
        """Return a bill as it is now and the fingerprint of its request, locked where the transaction writes."""
        found = self.unit.bill(bill_id, lock=self._writes)
        if found is None:
            return None
        bill, fingerprint = found
        if bill.due_at is not None and bill.due_at <= self.now:
            bill = self._settled_bill(bill, bill.due_at)
        return bill, fingerprint

    def bill(self, bill_id: str) -> Bill:
        """Return a bill as it is now.

        Raises:
            NotFoundError: The site has no such bill.
        """
        found = self.find_bill(bill_id)
        if found is None:
            raise NotFoundError("bill")
        return found[0]

    def find_payment(self, payment_id: str) -> tuple[Payment, str] | None:
        """Return a payment as it is now and the fingerprint of its request, locked where the transaction writes."""
        found = self.unit.payment(payment_id)
        if found is None:
            return None
        bill = self.bill_awaited_by(found[0])
        if self._writes and (bill is not None or self.unit.locks_rows):
            found = self.unit.payment(payment_id, lock=True) or found
        payment, fingerprint = found
        return self._settled(payment, bill), fingerprint

    def payment(self, payment_id: str) -> Payment:
        """Return a payment as it is now.

        Raises:
            NotFoundError: The site has no such payment.
        """
        found = self.find_payment(payment_id)
        if found is None:
            raise NotFoundError("payment")
        return found[0]

    def bill_awaited_by(self, payment: Payment) -> Bill | None:
        """Return the bill that a waiting payment is going to pay; others do not concern it."""
        if payment.bill_id is None or payment.status is not PaymentStatus.WAITING:
            return None
        return self.bill(payment.bill_id)

    def find_token(self, token: str) -> Token | None:
        """Return a payment token that can be used on the site, its own or one of a site whose tokens it takes."""
        for site_id in self._sites_of_tokens():
            found = self.unit.token(token, of=site_id)
            if found is not None:
                return found
        return None

    def tokens_of_account(self, account: str) -> list[Token]:
        """Return the payment tokens that an account can use on the site, oldest first, its own before shared ones."""
        return [
            token for site_id in self._sites_of_tokens() for token in self.unit.tokens_of_account(account, of=site_id)
        ]

    def _sites_of_tokens(self) -> tuple[str, ...]:
        site = self.site
        return (site.site_id, *site.shares_tokens_with) if site.payment_tokens else ()

    def payments_of_bill(self, bill_id: str) -> list[Payment]:
        """Return the payments of a bill as they are now, newest first."""
        listed = self.unit.payments_of_bill(bill_id)
        if any(payment.due_at is not None and payment.due_at <= self.now for payment in listed):
            for payment in sorted(listed, key=lambda payment: payment.due_at or self.now):
                self.payment(payment.payment_id)
            listed = self.unit.payments_of_bill(bill_id)
        return listed

    def _settled_bill(self, bill: Bill, term: datetime) -> Bill:
        """Let a bill's term end, after whatever was due on its payments by then: one of them may still have paid it."""
        if not self._writes:
            raise OverdueError
        due_before = [
            (payment.due_at, payment.payment_id)
            for payment in self.unit.payments_of_bill(bill.bill_id)
            if payment.status is PaymentStatus.WAITING and payment.due_at is not None and payment.due_at <= term
        ]
        for _, payment_id in sorted(due_before):
            found = self.unit.payment(payment_id, lock=True)
            if found is not None:
                self._settled(found[0], bill)
                bill = (self.unit.bill(bill.bill_id) or (bill, ""))[0]
        change = bills.settle(bill, self.now)
        if change:
            self.store(change)
        return change.bill or bill

    def _settled(self, payment: Payment, bill: Bill | None) -> Payment:
        def new_id(kind: str) -> str:
            return self.ids.uuid(kind, "of hold", self.site.site_id, payment.payment_id)

        for step in due.steps(payment, bill, self.now, self.site.hold_policy, new_id):
            self.store(step)
            payment = step.payment or payment
        return payment

    # writing

    def store(self, change: Change, created: Created | None = None, fingerprint: str = _MADE_BY_THE_SANDBOX) -> None:
        """Write a change: states, postings, events and the notifications that it causes.

        Args:
            change: What changed.
            created: The object that the request made, None where it made none.
            fingerprint: What that request is compared by.

        Raises:
            OverdueError: The transaction only reads.
        """
        if not self._writes:
            raise OverdueError
        self._store_states(change, created, fingerprint)
        self.unit.add_postings(change.postings, self.now if not change.events else change.events[-1].at)
        for strike in change.strikes:
            self.unit.add_strike(strike, self.now.astimezone(MOSCOW).date())
        self.unit.add_events(change.events)
        self.happened.extend(change.events)
        for event in change.events:
            told = self._message(event, change)
            if told is not None and change.payment is not None:
                notification = self._notification(told, event, change.payment, change)
                self.unit.add_notification(notification)
                self._becomes_due(notification.due_at)

    def _becomes_due(self, at: datetime | None) -> None:
        if at is not None and (self.due_at is None or at < self.due_at):
            self.due_at = at

    def _store_states(self, change: Change, created: Created | None, fingerprint: str) -> None:
        unit = self.unit
        if change.bill is not None:
            if created == "bill":
                unit.add_bill(change.bill, fingerprint)
            else:
                unit.save_bill(change.bill)
            self._becomes_due(change.bill.due_at)
        if change.payment is not None:
            if created == "payment":
                unit.add_payment(change.payment, fingerprint)
            else:
                unit.save_payment(change.payment)
            self._becomes_due(change.payment.due_at)
        for capture in change.captures:
            unit.add_capture(capture, fingerprint)
        for refund in change.refunds:
            unit.add_refund(refund, fingerprint)
        for token in change.tokens:
            unit.save_token(token)

    def _message(self, event: Event, change: Change) -> Message | None:
        payment, test = change.payment, self.site.test
        if payment is None:
            return None
        match event.type:
            case EventType.PAYMENT_COMPLETED | EventType.PAYMENT_DECLINED:
                return message.of_payment(payment, next(iter(change.tokens), None), test=test)
            case EventType.CAPTURE_COMPLETED | EventType.CAPTURE_DECLINED:
                return message.of_capture(change.captures[0], payment, test=test)
            case EventType.REFUND_COMPLETED | EventType.REFUND_DECLINED:
                return message.of_refund(change.refunds[0], payment, test=test)
        return None

    def _notification(self, told: Message, event: Event, payment: Payment, change: Change) -> Notification:
        url = self._callback_url(payment, change)
        state = self._beginning(url)
        return Notification(
            site_id=self.site.site_id,
            notification_id=self.ids.uuid(
                "notification", self.site.site_id, told.type, payment.payment_id, told.object_id
            ),
            type=told.type,
            object_id=told.object_id,
            url=url,
            body=told.body,
            signature=told.signature(self.site.notification_key or ""),
            state=state,
            created_at=event.at,
            due_at=event.at if state is DeliveryState.PENDING else None,
        )

    def _callback_url(self, payment: Payment, change: Change) -> str | None:
        own = payment.callback_url
        if change.captures:
            own = change.captures[0].callback_url
        elif change.refunds:
            own = change.refunds[0].callback_url
        if own:
            return own
        bill = change.bill
        if bill is None and payment.bill_id is not None:
            found = self.unit.bill(payment.bill_id)
            bill = found[0] if found else None
        of_bill = (bill.custom_fields or {}).get("invoice_callback_url") if bill else None
        return of_bill or self.site.notification_url


def demand_same(stored: str, sent: str, parameter: str) -> None:
    """Demand that a request that names an existing id is the one that made it.

    Raises:
        ValidationError: It is another one.
    """
    if stored != sent:
        raise ValidationError({parameter: ["This id belongs to another request already"]})
