"""What one transaction reads and writes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, and_, func, insert, select, update

from qiwi_payin_sandbox.clock import ClockState
from qiwi_payin_sandbox.domain.bills import Bill
from qiwi_payin_sandbox.domain.captures import Capture
from qiwi_payin_sandbox.domain.events import Event
from qiwi_payin_sandbox.domain.ledger import Move, Posting
from qiwi_payin_sandbox.domain.money import Money
from qiwi_payin_sandbox.domain.payments import Payment
from qiwi_payin_sandbox.domain.refunds import Refund
from qiwi_payin_sandbox.domain.tokens import Token
from qiwi_payin_sandbox.notifications.message import DeliveryState, Notification, NotificationType
from qiwi_payin_sandbox.store import rows, tables
from qiwi_payin_sandbox.times import from_milliseconds, milliseconds


class Unit:
    """The objects of one site, as seen and changed by one transaction.

    Rows that are going to be changed are read with `lock=True`, a bill before its payments.
    """

    def __init__(self, connection: Connection, site_id: str) -> None:
        self._connection = connection
        self._site_id = site_id
        self.locks_rows = connection.dialect.name != "sqlite"
        """Whether other writers may be at work at the same time, so that rows must be locked."""

    def _one(self, query: Select[Any], *, lock: bool = False) -> Row[Any] | None:
        return self._connection.execute(query.with_for_update() if lock else query).first()

    def _insert(self, table: Table, values: dict[str, Any]) -> None:
        self._connection.execute(insert(table), values)

    # clock

    def clock(self, *, lock: bool = False) -> ClockState | None:
        """Return the site's clock."""
        row = self._one(select(tables.sites).where(tables.sites.c.site_id == self._site_id), lock=lock)
        if row is None:
            return None
        return ClockState(
            frozen_at=rows.maybe_moment(row.frozen_at),
            shift=from_milliseconds(row.shift) - from_milliseconds(0),
            reached=from_milliseconds(row.reached),
        )

    def add_clock(self, clock: ClockState) -> None:
        """Store the clock of a new site."""
        self._insert(tables.sites, {"site_id": self._site_id, **_of_clock(clock)})

    def save_clock(self, clock: ClockState) -> None:
        """Store the clock as it stands now."""
        self._connection.execute(
            update(tables.sites).where(tables.sites.c.site_id == self._site_id).values(_of_clock(clock))
        )

    # bills

    def bill(self, bill_id: str, *, lock: bool = False) -> tuple[Bill, str] | None:
        """Return a bill and the fingerprint of the request that made it."""
        table = tables.bills
        row = self._one(select(table).where(table.c.site_id == self._site_id, table.c.bill_id == bill_id), lock=lock)
        return None if row is None else (rows.to_bill(row), row.fingerprint)

    def add_bill(self, bill: Bill, fingerprint: str) -> None:
        """Store a new bill."""
        self._insert(tables.bills, {**rows.of_bill(bill), "fingerprint": fingerprint})

    def save_bill(self, bill: Bill) -> None:
        """Store what has changed in a bill."""
        table = tables.bills
        self._connection.execute(
            update(table)
            .where(table.c.site_id == self._site_id, table.c.bill_id == bill.bill_id)
            .values(rows.changing_of_bill(bill))
        )

    def bill_of_invoice(self, invoice_uid: str) -> str | None:
        """Return the id of the bill that has this `invoiceUid`."""
        table = tables.bills
        query = select(table.c.bill_id).where(table.c.site_id == self._site_id, table.c.invoice_uid == invoice_uid)
        return self._connection.execute(query).scalar_one_or_none()

    # payments

    def payment(self, payment_id: str, *, lock: bool = False) -> tuple[Payment, str] | None:
        """Return a payment and the fingerprint of the request that made it."""
        table = tables.payments
        row = self._one(
            select(table).where(table.c.site_id == self._site_id, table.c.payment_id == payment_id), lock=lock
        )
        return None if row is None else (rows.to_payment(row), row.fingerprint)

    def payments_of_bill(self, bill_id: str) -> list[Payment]:
        """Return a bill's payments, newest first."""
        table = tables.payments
        query = (
            select(table)
            .where(table.c.site_id == self._site_id, table.c.bill_id == bill_id)
            .order_by(table.c.sequence.desc())
        )
        return [rows.to_payment(row) for row in self._connection.execute(query)]

    def count_payments(self, since: datetime, largest: int) -> int:
        """Count payments made since a moment whose sum is at most `largest`."""
        table = tables.payments
        query = select(func.count()).where(
            table.c.site_id == self._site_id,
            table.c.created_at >= milliseconds(since),
            table.c.amount <= largest,
        )
        return self._connection.execute(query).scalar_one()

    def add_payment(self, payment: Payment, fingerprint: str) -> None:
        """Store a new payment."""
        self._insert(tables.payments, {**rows.of_payment(payment), "fingerprint": fingerprint})

    def save_payment(self, payment: Payment) -> None:
        """Store what has changed in a payment."""
        table = tables.payments
        self._connection.execute(
            update(table)
            .where(table.c.site_id == self._site_id, table.c.payment_id == payment.payment_id)
            .values(rows.changing_of_payment(payment))
        )

    # captures and refunds

    def capture(self, payment_id: str, capture_id: str) -> tuple[Capture, str] | None:
        """Return a capture and the fingerprint of the request that made it."""
        table = tables.captures
        row = self._one(
            select(table).where(
                table.c.site_id == self._site_id, table.c.payment_id == payment_id, table.c.capture_id == capture_id
            )
        )
        return None if row is None else (rows.to_capture(row), row.fingerprint)

    def add_capture(self, capture: Capture, fingerprint: str) -> None:
        """Store a new capture."""
        self._insert(tables.captures, {**rows.of_capture(capture), "fingerprint": fingerprint})

    def refund(self, payment_id: str, refund_id: str) -> tuple[Refund, str] | None:
        """Return a refund and the fingerprint of the request that made it."""
        table = tables.refunds
        row = self._one(
            select(table).where(
                table.c.site_id == self._site_id, table.c.payment_id == payment_id, table.c.refund_id == refund_id
            )
        )
        return None if row is None else (rows.to_refund(row), row.fingerprint)

    def refunds_of_payment(self, payment_id: str) -> list[Refund]:
        """Return a payment's refunds, oldest first."""
        table = tables.refunds
        query = (
            select(table)
            .where(table.c.site_id == self._site_id, table.c.payment_id == payment_id)
            .order_by(table.c.sequence)
        )
        return [rows.to_refund(row) for row in self._connection.execute(query)]

    def add_refund(self, refund: Refund, fingerprint: str) -> None:
        """Store a new refund."""
        self._insert(tables.refunds, {**rows.of_refund(refund), "fingerprint": fingerprint})

    # tokens

    def token(self, token: str, *, lock: bool = False) -> Token | None:
        """Return a payment token."""
        table = tables.tokens
        row = self._one(
            select(table).where(table.c.site_id == self._site_id, table.c.token == rows.column_text(token)), lock=lock
        )
        return None if row is None else rows.to_token(row)

    def tokens_of_account(self, account: str) -> list[Token]:
        """Return the tokens that an account can use, oldest first."""
        table = tables.tokens
        query = (
            select(table)
            .where(
                table.c.site_id == self._site_id,
                table.c.account == rows.column_text(account),
                table.c.deleted_at.is_(None),
            )
            .order_by(table.c.sequence)
        )
        return [rows.to_token(row) for row in self._connection.execute(query)]

    def save_token(self, token: Token) -> None:
        """Store a new token, or that it was deleted."""
        if token.deleted_at is None:
            self._insert(tables.tokens, rows.of_token(token))
            return
        table = tables.tokens
        self._connection.execute(
            update(table)
            .where(table.c.site_id == self._site_id, table.c.token == rows.column_text(token.token))
            .values(deleted_at=milliseconds(token.deleted_at))
        )

    # postings and events

    def add_postings(self, postings: Iterable[Posting], at: datetime) -> None:
        """Write postings into the ledger."""
        for posting in postings:
            self._insert(
                tables.postings,
                {
                    "site_id": self._site_id,
                    "payment_id": posting.payment_id,
                    "move": posting.move,
                    "source": posting.source,
                    "destination": posting.destination,
                    "amount": posting.amount.minor,
                    "currency": posting.amount.currency,
                    "at": milliseconds(at),
                },
            )

    def postings(self) -> list[Posting]:
        """Return the ledger, oldest first."""
        table = tables.postings
        query = select(table).where(table.c.site_id == self._site_id).order_by(table.c.sequence)
        return [
            Posting(row.payment_id, Move(row.move), Money(row.amount, row.currency))
            for row in self._connection.execute(query)
        ]

    def add_events(self, events: Iterable[Event]) -> None:
        """Write events into the log."""
        values = [
            {
                "site_id": self._site_id,
                "at": milliseconds(event.at),
                "type": event.type,
                "bill_id": event.bill_id,
                "payment_id": event.payment_id,
                "capture_id": event.capture_id,
                "refund_id": event.refund_id,
                "reason": event.reason,
            }
            for event in events
        ]
        if values:
            self._connection.execute(insert(tables.events), values)

    def events(self) -> list[Row[Any]]:
        """Return the log, oldest first."""
        table = tables.events
        return list(
            self._connection.execute(select(table).where(table.c.site_id == self._site_id).order_by(table.c.sequence))
        )

    # notifications

    def notification(self, notification_id: str, *, lock: bool = False) -> Notification | None:
        """Return a notification."""
        table = tables.notifications
        row = self._one(
            select(table).where(table.c.site_id == self._site_id, table.c.notification_id == notification_id),
            lock=lock,
        )
        return None if row is None else _to_notification(row)

    def notifications(self) -> list[Notification]:
        """Return all notifications, oldest first."""
        table = tables.notifications
        query = select(table).where(table.c.site_id == self._site_id).order_by(table.c.sequence)
        return [_to_notification(row) for row in self._connection.execute(query)]

    def add_notification(self, notification: Notification) -> None:
        """Store a new notification."""
        self._insert(
            tables.notifications,
            {
                "site_id": self._site_id,
                "notification_id": notification.notification_id,
                "type": notification.type,
                "object_id": notification.object_id,
                "url": notification.url,
                "body": notification.body,
                "signature": notification.signature,
                "created_at": milliseconds(notification.created_at),
                **_delivery_of(notification),
            },
        )

    def save_notification(self, notification: Notification) -> None:
        """Store how the delivery stands."""
        table = tables.notifications
        self._connection.execute(
            update(table)
            .where(table.c.site_id == self._site_id, table.c.notification_id == notification.notification_id)
            .values(_delivery_of(notification))
        )

    def add_attempt(
        self, notification_id: str, number: int, at: datetime, *, status: int | None, error: str | None
    ) -> None:
        """Write an attempt to deliver into the log."""
        self._insert(
            tables.attempts,
            {
                "site_id": self._site_id,
                "notification_id": notification_id,
                "number": number,
                "at": milliseconds(at),
                "status": status,
                "error": error,
            },
        )

    def attempts(self) -> list[Row[Any]]:
        """Return all attempts to deliver, those of one notification in order."""
        table = tables.attempts
        return list(
            self._connection.execute(
                select(table).where(table.c.site_id == self._site_id).order_by(table.c.notification_id, table.c.number)
            )
        )

    # due work

    def earliest_due(self, until: datetime) -> tuple[datetime, str, str] | None:
        """Return when, the kind (`bill`, `payment`, `notification`) and the id of what is due first, by `until`."""
        found: list[tuple[int, int, str, str]] = []
        kinds = (
            ("bill", tables.bills, tables.bills.c.bill_id),
            ("payment", tables.payments, tables.payments.c.payment_id),
            ("notification", tables.notifications, tables.notifications.c.notification_id),
        )
        for rank, (kind, table, id_) in enumerate(kinds):
            query: Select[Any] = (
                select(table.c.due_at, id_.label("object_id"))
                .where(and_(table.c.site_id == self._site_id, table.c.due_at <= milliseconds(until)))
                .order_by(table.c.due_at, table.c.sequence)
                .limit(1)
            )
            row = self._one(query)
            if row is not None:
                found.append((row.due_at, rank, kind, row.object_id))
        if not found:
            return None
        at, _, kind, id_text = min(found)
        return from_milliseconds(at), kind, id_text


def _of_clock(clock: ClockState) -> dict[str, int | None]:
    return {
        "frozen_at": rows.maybe_milliseconds(clock.frozen_at),
        "shift": milliseconds(from_milliseconds(0) + clock.shift),
        "reached": milliseconds(clock.reached),
    }


def _delivery_of(notification: Notification) -> dict[str, Any]:
    return {
        "state": notification.state,
        "tries": notification.tries,
        "due_at": rows.maybe_milliseconds(notification.due_at),
    }


def _to_notification(row: Row[Any]) -> Notification:
    return Notification(
        site_id=row.site_id,
        notification_id=row.notification_id,
        type=NotificationType(row.type),
        object_id=row.object_id,
        url=row.url,
        body=row.body,
        signature=row.signature,
        state=DeliveryState(row.state),
        tries=row.tries,
        created_at=from_milliseconds(row.created_at),
        due_at=rows.maybe_moment(row.due_at),
    )
