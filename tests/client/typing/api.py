"""Never run: mypy --strict checks that each call gives exactly the type that is stated here."""

from asyncio import Event as AsyncEvent
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from threading import Event
from typing import Literal, assert_type

from qiwi_payin import (
    AsyncPayIn,
    Bill,
    BillDetails,
    BillPayment,
    BillStatusValue,
    Capture,
    CardPaymentMethod,
    Customer,
    Money,
    OtherUsedMethod,
    Outcome,
    OutcomeUnknown,
    PayIn,
    Payment,
    PaymentNotification,
    Refund,
    RefundMark,
    ThreeDSAnswer,
    TokenPaymentMethod,
    Unset,
    UsedCard,
    UsedToken,
    Verdict,
    forms,
    notifications,
)
from qiwi_payin.errors import CallError


def sync(payin: PayIn, until: datetime, card: CardPaymentMethod, token: TokenPaymentMethod) -> None:
    assert_type(payin.bills.create("1", amount="1.00", expiration_date_time=until, flags=["SALE"]), Bill)
    assert_type(payin.bills.get("1"), BillDetails)
    assert_type(payin.bills.list_payments("1"), list[BillPayment])
    assert_type(payin.payments.create("1", amount=Money("1.00"), payment_method=card, customer=Customer()), Payment)
    payer = Customer(account="account-1")
    assert_type(payin.payments.create("1", amount=Decimal(1), payment_method=token, customer=payer), Payment)
    for method in (card, token):
        assert_type(payin.payments.create("1", amount=1, payment_method=method, customer=payer), Payment)
    assert_type(payin.payments.get("1", site_id="s", timeout=1), Payment)
    assert_type(payin.payments.complete("1", three_ds=ThreeDSAnswer(pares="p")), Payment)
    assert_type(payin.captures.create("1", "2"), Capture)
    assert_type(payin.captures.get("1", "2"), Capture)
    assert_type(payin.refunds.create("1", "2", amount=1), Refund)
    assert_type(payin.refunds.get("1", "2"), Refund)
    assert_type(payin.refunds.list("1"), list[Refund])
    payin.tokens.delete(customer_account_id="1", token="2")
    assert_type(payin.bills.wait("1", timeout=60, wake=Event(), first_pause=600), BillDetails)
    assert_type(payin.refunds.wait("1", "2", timeout=60), Refund)
    with payin as entered:
        assert_type(entered, PayIn)


async def asynchronous(payin: AsyncPayIn, until: datetime, token: TokenPaymentMethod) -> None:
    assert_type(await payin.bills.create("1", amount="1.00", expiration_date_time=until), Bill)
    assert_type(await payin.refunds.list("1"), list[Refund])
    assert_type(await payin.payments.create("1", amount="1.00", payment_method=token, customer=Customer()), Payment)
    await payin.payments.create("1", amount="1.00", payment_method=token)  # type: ignore[call-overload]
    assert_type(await payin.payments.wait("1", timeout=60, wake=AsyncEvent()), Payment)
    async with payin as entered:
        assert_type(entered, AsyncPayIn)


def fields(bill: Bill, payment: Payment, refund: Refund, error: OutcomeUnknown) -> None:
    assert_type(bill.amount, Money)
    assert_type(bill.amount.value, Decimal)
    assert_type(bill.status.value, BillStatusValue)
    assert_type(bill.status.value.is_known, bool)
    assert_type(bill.status.value.is_final, bool)
    assert_type(payment.outcome, Outcome)
    assert_type(payment.outcome.verdict, Verdict)
    assert_type(refund.outcome.succeeded("1.00"), bool)
    assert_type(forms.pay_link(bill, success_url="https://shop.example/"), str)
    assert_type(forms.create_link("k", amount="1.00"), str)
    assert_type(bill.expiration_date_time, datetime)
    assert_type(bill.comment, str | Unset)
    assert_type(refund.flags, list[RefundMark] | Unset)
    assert_type(payment.payment_method, UsedCard | UsedToken | OtherUsedMethod)
    if payment.payment_method.type_ == "CARD" and isinstance(payment.payment_method, UsedCard):
        assert_type(payment.payment_method.type_, Literal["CARD"])
    assert_type(error.reason, CallError | None)
    assert_type(error.ids, dict[str, str])


def notified(body: bytes, keys: Sequence[str]) -> None:
    notification = notifications.verify(body, "signature", keys)
    if isinstance(notification, PaymentNotification):
        assert_type(notification.payment.amount, Money)
    assert_type(notification, notifications.Notification)
    assert_type(notifications.sign(body, "key"), str)
    assert_type(notifications.key_of(notification), str)
    assert_type(notifications.is_from_qiwi("192.0.2.1"), bool)


def wrong(payin: PayIn, until: datetime) -> None:
    payin.bills.create("1", amount=1.5, expiration_date_time=until)  # type: ignore[arg-type]
    payin.bills.create("1", amount="1.00", expiration_date_time="tomorrow")  # type: ignore[arg-type]
    payin.bills.create("1", amount="1.00")  # type: ignore[call-arg]
    payin.payments.refund("1")  # type: ignore[attr-defined]
    payin.payments.create("1", amount="1.00", payment_method=TokenPaymentMethod(payment_token="t"))  # type: ignore[call-overload]
    payin.payments.create("1", amount="1.00", payment_method=CardPaymentMethod(pan="4"))  # type: ignore[call-arg]
    payin.payments.wait("1")  # type: ignore[call-arg]
    payin.payments.wait("1", timeout=60, wake=AsyncEvent())  # type: ignore[arg-type]
    payin.payments.get("1").outcome.succeeded(1.5)  # type: ignore[arg-type]
    payin.bills.create("1", amount="1.00", expiration_date_time=until).outcome.succeeded(1)  # type: ignore[attr-defined]
    PayIn(amount_as="float")  # type: ignore[arg-type]
