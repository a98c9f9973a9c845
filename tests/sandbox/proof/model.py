"""The domain without a store: dictionaries hold the objects, a step is a call of the domain's functions.

It answers like a sandbox whose clock is frozen and moved by hand, so nothing is ever overdue when a step comes.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from qiwi_payin_sandbox import Site, times, wire
from qiwi_payin_sandbox.domain import bills, captures, due, payments, refunds, tokens
from qiwi_payin_sandbox.domain.bank import Card, TestModeBank
from qiwi_payin_sandbox.domain.bills import Bill
from qiwi_payin_sandbox.domain.change import Change
from qiwi_payin_sandbox.domain.errors import (
    IncorrectMethodInvocationError,
    NotFoundError,
    RefusedError,
    ValidationError,
)
from qiwi_payin_sandbox.domain.events import Event, EventType
from qiwi_payin_sandbox.domain.ledger import Posting
from qiwi_payin_sandbox.domain.money import Money, MoneyFormatError, minor_units
from qiwi_payin_sandbox.domain.payments import Awaited, Payment, PaymentStatus
from qiwi_payin_sandbox.domain.tokens import Token
from qiwi_payin_sandbox.engine import three_ds
from qiwi_payin_sandbox.engine.acceptance import accept
from qiwi_payin_sandbox.http.errors import of_refusal
from qiwi_payin_sandbox.ids import Ids, secret_of_seed
from qiwi_payin_sandbox.notifications import message
from qiwi_payin_sandbox.notifications.message import RETRY_AFTER, Message
from qiwi_payin_sandbox.operations import views
from qiwi_payin_sandbox.operations.call import Links
from qiwi_payin_sandbox.payer import GOOD_CARD, pay

from tests.sandbox.proof.servers import NOW, SEED, ScriptedCourier
from tests.sandbox.proof.steps import Answer, Step

if TYPE_CHECKING:
    from qiwi_payin_sandbox.domain.captures import Capture
    from qiwi_payin_sandbox.domain.refunds import Refund
    from qiwi_payin_sandbox.engine.work import Work

Json = dict[str, Any]
T = TypeVar("T")


@dataclass
class Notice:
    """A notification and how its delivery stands."""

    told: Message
    signature: str
    due_at: datetime | None
    state: str = "pending"
    attempts: int = 0


class Model:
    """A site made of dictionaries. It is handed to the domain's entry points where they want a command's work."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.ids = Ids(secret_of_seed(SEED))
        self.bank = TestModeBank()
        self.now = times.parse(NOW)
        self.courier = ScriptedCourier()
        self._links = Links("http://127.0.0.1")
        self._bills: dict[str, Bill] = {}
        self._payments: dict[str, Payment] = {}
        self._captures: dict[tuple[str, str], Capture] = {}
        self._refunds: dict[tuple[str, str], Refund] = {}
        self._tokens: dict[str, Token] = {}
        self._strikes: dict[str, int] = {}
        self._postings: list[Posting] = []
        self._events: list[Event] = []
        self._notices: list[Notice] = []
        self._requests: dict[str, Json] = {}
        self._errors = 0

    # a server

    def answer(self, step: Step) -> Answer:
        body = json.loads(json.dumps(step.body or {}))
        try:
            answered = self._operate(step, body)
        except RefusedError as refused:
            error = of_refusal(refused)
            self._errors += 1
            trace_id = self.ids.hex(16, "trace", "", str(self._errors))
            return Answer(error.status, wire.dumps(error.body(times.in_full(self.now), trace_id)).encode())
        if answered is None:
            return Answer(204, b"")
        if step.method == "PUT":
            self._requests.setdefault(step.path, _compared(body))
        return Answer(200, wire.dumps(answered).encode())

    def postings(self) -> list[Posting]:
        return list(self._postings)

    def events(self) -> list[Json]:
        return [_listed(event) for event in self._events]

    def notifications(self) -> list[Json]:
        return [
            {
                "type": notice.told.type,
                "objectId": notice.told.object_id,
                "body": notice.told.body,
                "signature": notice.signature,
                "state": notice.state,
                "attempts": [{}] * notice.attempts,
            }
            for notice in self._notices
        ]

    def close(self) -> None: ...

    # what the domain's entry points ask of a command's work

    @property
    def unit(self) -> Self:
        return self

    def store(self, change: Change, *_: Any) -> None:
        if change.bill is not None:
            self._bills[change.bill.bill_id] = change.bill
        if change.payment is not None:
            self._payments[change.payment.payment_id] = change.payment
        self._captures |= {(capture.payment_id, capture.capture_id): capture for capture in change.captures}
        self._refunds |= {(refund.payment_id, refund.refund_id): refund for refund in change.refunds}
        self._tokens |= {token.token: token for token in change.tokens}
        for strike in change.strikes:
            before = self._strikes.pop(strike.mark, 0)
            self._strikes |= {} if strike.cleared else {strike.mark: before + strike.strikes}
        self._postings += change.postings
        self._events += change.events
        for event in change.events:
            told = self._told(event, change)
            if told is not None:
                self._notices.append(Notice(told, told.signature(self.site.notification_key or ""), event.at))

    def find_payment(self, payment_id: str) -> tuple[Payment, str] | None:
        payment = self._payments.get(payment_id)
        return None if payment is None else (payment, "")

    def strikes(self, mark: str, **_: Any) -> int:
        return self._strikes.get(mark, 0)

    def payments_of_bill(self, bill_id: str) -> list[Payment]:
        return [payment for payment in reversed(self._payments.values()) if payment.bill_id == bill_id]

    # operations

    def _operate(self, step: Step, body: Json) -> Any:  # noqa: C901, PLR0911, PLR0912 - a table of operations
        match (step.method, *step.path.strip("/").split("/")):
            case ["PUT", "bills", bill_id]:
                return self._create_bill(step, bill_id, body)
            case ["GET", "bills", bill_id, "details"]:
                return {**self._bill_view(bill_id), "payments": self._payment_views(bill_id)}
            case ["GET", "bills", bill_id]:
                return self._payment_views(self._bill(bill_id).bill_id)
            case ["POST", "bills", bill_id, "pay"]:
                return self._pay_bill(bill_id, body)
            case ["PUT", "payments", payment_id]:
                return self._create_payment(step, payment_id, body)
            case ["GET", "payments", payment_id]:
                return self._payment_view(payment_id)
            case ["POST", "payments", payment_id, "complete"]:
                return self._complete(payment_id, body["threeDS"]["pares"])
            case ["POST", "payments", payment_id, "3ds"]:
                return self._answer_three_ds(payment_id, confirmed=body["answer"] == "confirm")
            case ["PUT", "payments", payment_id, "captures", capture_id]:
                return self._capture(step, payment_id, capture_id, body)
            case ["GET", "payments", payment_id, "captures", capture_id]:
                capture = _found(self._captures.get((payment_id, capture_id)), "capture")
                return views.of_capture(capture, self._payment(payment_id), asked_for=True)
            case ["PUT", "payments", payment_id, "refunds", refund_id]:
                return self._refund(step, payment_id, refund_id, body)
            case ["GET", "payments", payment_id, "refunds", refund_id]:
                refund = _found(self._refunds.get((payment_id, refund_id)), "refund")
                return views.of_refund(refund, self._payment(payment_id))
            case ["GET", "payments", payment_id, "refunds"]:
                payment = self._payment(payment_id)
                return [
                    views.of_refund(refund, payment) for (of, _), refund in self._refunds.items() if of == payment_id
                ]
            case ["DELETE", "tokens"]:
                self.store(tokens.delete(self._tokens.get(body["token"]), body["customerAccountId"], self.now))
                return None
            case ["POST", "clock", "advance"]:
                return self._advance(timedelta(seconds=body["seconds"]))
        raise AssertionError(step)

    def _create_bill(self, step: Step, bill_id: str, body: Json) -> Json:
        amount = self._amount(body)
        if bill_id not in self._bills:
            bill = Bill(
                site_id=self.site.site_id,
                bill_id=bill_id,
                invoice_uid=self.ids.uuid("invoice", self.site.site_id, bill_id),
                amount=amount,
                created_at=self.now,
                changed_at=self.now,
                expires_at=times.parse(body["expirationDateTime"]),
                expires_text=body["expirationDateTime"],
                comment=body.get("comment"),
                flags=tuple(dict.fromkeys(body.get("flags", ()))),
                customer=body.get("customer"),
                custom_fields=body.get("customFields"),
            )
            self.store(bills.create(bill, self.now))
        else:
            self._demand_same(step, body, "billId")
        return self._bill_view(bill_id)

    def _create_payment(self, step: Step, payment_id: str, body: Json) -> Json:
        amount = self._amount(body)
        if payment_id in self._payments:
            self._demand_same(step, body, "paymentId")
            return self._payment_view(payment_id)
        customer, order_number, flags = body.get("customer"), body.get("billId"), body.get("flags", ())
        accept(
            cast("Work", self),
            payment_id=payment_id,
            fingerprint="",
            means=self._means(body["paymentMethod"], (customer or {}).get("account")),
            amount=amount,
            bill=self._bills.get(order_number or ""),
            one_step="SALE" in flags,
            binds_token="BIND_PAYMENT_TOKEN" in flags,
            order_number=order_number,
            callback_url=body.get("callbackUrl"),
            customer=customer,
            custom_fields=body.get("customFields"),
        )
        return self._payment_view(payment_id)

    def _pay_bill(self, bill_id: str, body: Json) -> Json:
        bill, method = self._bill(bill_id), body.get("paymentMethod")
        means = self._means(method, bill.account) if method else GOOD_CARD.checked()
        payment = pay(cast("Work", self), bill, means, attempt=None)
        if payment.awaited is Awaited.THREE_DS and body["threeDS"] != "wait":
            self._finish_three_ds(payment, passed=body["threeDS"] == "confirm")
        return self._payment_view(payment.payment_id)

    def _complete(self, payment_id: str, pares: str) -> Json:
        payment = self._payment(payment_id)
        self._finish_three_ds(payment, passed=pares == three_ds.pares(payment, self.ids, confirmed=True))
        return self._payment_view(payment_id)

    def _answer_three_ds(self, payment_id: str, *, confirmed: bool) -> Json:
        payment = self._payment(payment_id)
        if payment.awaited is not Awaited.THREE_DS:
            raise IncorrectMethodInvocationError(payments.NOT_WAITING)
        if payment.born_on_form:
            self._finish_three_ds(payment, passed=confirmed)
        return {
            "pares": three_ds.pares(payment, self.ids, confirmed=confirmed),
            "payment": self._payment_view(payment_id),
        }

    def _finish_three_ds(self, payment: Payment, *, passed: bool) -> None:
        bill = self._bills.get(payment.bill_id or "")
        self.store(payments.finish_three_ds(payment, bill, self.now, self.site.hold_policy, passed=passed))

    def _capture(self, step: Step, payment_id: str, capture_id: str, body: Json) -> Json:
        payment = self._payment(payment_id)
        if (payment_id, capture_id) not in self._captures:
            self.store(captures.capture(payment, capture_id, self.now, callback_url=body.get("callbackUrl")))
        else:
            self._demand_same(step, body, "captureId")
        return views.of_capture(self._captures[payment_id, capture_id], payment)

    def _refund(self, step: Step, payment_id: str, refund_id: str, body: Json) -> Json:
        amount, payment = self._amount(body), self._payment(payment_id)
        if (payment_id, refund_id) not in self._refunds:
            self.store(refunds.refund(payment, refund_id, amount, self.now, callback_url=body.get("callbackUrl")))
        else:
            self._demand_same(step, body, "refundId")
        return views.of_refund(self._refunds[payment_id, refund_id], payment)

    def _demand_same(self, step: Step, body: Json, parameter: str) -> None:
        if self._requests.get(step.path) != _compared(body):
            raise ValidationError({parameter: ["This id belongs to another request already"]})

    def _amount(self, body: Json) -> Money:
        try:
            return Money(minor_units(str(body["amount"]["value"])), body["amount"]["currency"])
        except MoneyFormatError as error:
            raise ValidationError({"amount": [str(error)]}) from None

    def _means(self, method: Json, account: str | None) -> Card | Token:
        if method["type"] == "TOKEN":
            return tokens.usable(self._tokens.get(method["paymentToken"]), account)
        return Card(method["pan"], method["expiryDate"], method.get("cvv2"), method.get("holderName"))

    def _bill(self, bill_id: str) -> Bill:
        return _found(self._bills.get(bill_id), "bill")

    def _payment(self, payment_id: str) -> Payment:
        return _found(self._payments.get(payment_id), "payment")

    def _bill_view(self, bill_id: str) -> Json:
        return views.of_bill(self._bill(bill_id), self.site, self._links)

    def _payment_view(self, payment_id: str) -> Json:
        return views.of_payment(self._payment(payment_id), self.site, self._links, self.ids)

    def _capture_view(self, payment_id: str, capture_id: str, *, asked_for: bool = False) -> Json:
        capture = _found(self._captures.get((payment_id, capture_id)), "capture")
        return views.of_capture(capture, self._payment(payment_id), asked_for=asked_for)

    def _refund_view(self, payment_id: str, refund_id: str) -> Json:
        return views.of_refund(_found(self._refunds.get((payment_id, refund_id)), "refund"), self._payment(payment_id))

    def _payment_views(self, bill_id: str) -> list[Json]:
        bill = self._bill(bill_id)
        listed = self.payments_of_bill(bill_id)
        return [views.of_bill_payment(payment, bill, self.site, self._links, self.ids) for payment in listed]

    # time

    def _advance(self, by: timedelta) -> Json:
        start, target = self.now, self.now + by
        fired: list[Json] = []
        while (item := self._first_due(target)) is not None:
            at, fire = item
            self.now = max(at, start)
            before = len(self._events)
            attempted = fire()
            fired += [attempted] if attempted else map(_fired, self._events[before:])
        self.now = target
        return {"now": times.in_milliseconds(target), "frozen": True, "fired": fired}

    def _first_due(self, until: datetime) -> tuple[datetime, Callable[[], Json | None]] | None:
        """Return what is due first: of one moment a bill before a payment before a notification, the oldest first."""
        waiting: list[tuple[datetime | None, int, Callable[[], Json | None]]] = [
            *((bill.due_at, 0, partial(self._end_bill, bill)) for bill in self._bills.values()),
            *((payment.due_at, 1, partial(self._end_wait, payment)) for payment in self._payments.values()),
            *((notice.due_at, 2, partial(self._deliver, notice)) for notice in self._notices),
        ]
        found = [(at, rank, fire) for at, rank, fire in waiting if at is not None and at <= until]
        if not found:
            return None
        at, _, fire = min(found, key=lambda each: each[:2])
        return at, fire

    def _end_bill(self, bill: Bill) -> None:
        waiting = [
            (payment.due_at, payment.payment_id)
            for payment in self.payments_of_bill(bill.bill_id)
            if payment.status is PaymentStatus.WAITING and payment.due_at and payment.due_at <= bill.expires_at
        ]
        for _, payment_id in sorted(waiting):
            self._end_wait(self._payments[payment_id])
        self.store(bills.settle(self._bills[bill.bill_id], bill.expires_at))

    def _end_wait(self, payment: Payment) -> None:
        def new_id(kind: str) -> str:
            return self.ids.uuid(kind, "of hold", self.site.site_id, payment.payment_id)

        bill = self._bills.get(payment.bill_id or "") if payment.status is PaymentStatus.WAITING else None
        for change in due.steps(payment, bill, payment.due_at or self.now, self.site.hold_policy, new_id):
            self.store(change)

    def _deliver(self, notice: Notice) -> Json:
        outcome = self.courier.deliver("", notice.told.body, notice.signature)
        last = notice.attempts == len(RETRY_AFTER)
        notice.due_at = None if outcome.delivered or last else self.now + RETRY_AFTER[notice.attempts]
        notice.attempts += 1
        notice.state = "delivered" if outcome.delivered else "failed" if last else "pending"
        what = "attempted" if notice.state == "pending" else notice.state
        notification_id = self._notification_id(notice.told)
        return {
            "at": times.in_milliseconds(self.now),
            "what": f"notification.{what}",
            "notificationId": notification_id,
        }

    # notifications

    def _notification_id(self, told: Message) -> str:
        payment_id = json.loads(told.body)[told.type.lower()]["paymentId"]
        return self.ids.uuid("notification", self.site.site_id, told.type, payment_id, told.object_id)

    def _told(self, event: Event, change: Change) -> Message | None:
        payment, test = change.payment, self.site.test
        match event.type:
            case EventType.PAYMENT_COMPLETED | EventType.PAYMENT_DECLINED if payment:
                return message.of_payment(payment, next(iter(change.tokens), None), test=test)
            case EventType.CAPTURE_COMPLETED | EventType.CAPTURE_DECLINED if payment:
                return message.of_capture(change.captures[0], payment, test=test)
            case EventType.REFUND_COMPLETED | EventType.REFUND_DECLINED if payment:
                return message.of_refund(change.refunds[0], payment, test=test)
        return None


def _found(thing: T | None, kind: str) -> T:
    if thing is None:
        raise NotFoundError(kind)
    return thing


def _compared(body: Json) -> Json:
    """Return a body without what repeats may differ in: the CVV, and the order of flags."""
    kept = {name: value for name, value in body.items() if name != "flags"}
    if "paymentMethod" in kept:
        kept["paymentMethod"] = {name: value for name, value in kept["paymentMethod"].items() if name != "cvv2"}
    return {**kept, "flags": sorted(set(body["flags"]))} if "flags" in body else kept


def _listed(event: Event) -> Json:
    return views.present({"at": times.in_milliseconds(event.at), "type": str(event.type), **_ids(event)}) | (
        {"reason": str(event.reason)} if event.reason else {}
    )


def _fired(event: Event) -> Json:
    return views.present({"at": times.in_milliseconds(event.at), "what": str(event.type), **_ids(event)})


def _ids(event: Event) -> Json:
    return {
        "billId": event.bill_id,
        "paymentId": event.payment_id,
        "captureId": event.capture_id,
        "refundId": event.refund_id,
    }
