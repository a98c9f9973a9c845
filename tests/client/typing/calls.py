"""Never run: type checkers see that each call gives exactly the type that is stated here, sync and async."""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import assert_type

import httpx
from qiwi_payin import (
    UNSET,
    AsyncPayIn,
    Bill,
    BillDetails,
    BillPayment,
    Capture,
    CardPaymentMethod,
    Customer,
    CustomFields,
    DeviceData,
    Money,
    MoneyLike,
    PayIn,
    Payment,
    ReceiverData,
    Refund,
    ThreeDSAnswer,
    TokenPaymentMethod,
)
from qiwi_payin.models import BillFlag, FormPaymentMethod, PaymentCommand
from qiwi_payin_runtime.clock import Clock


def sync(payin: PayIn, until: datetime, amount: MoneyLike, method: CardPaymentMethod | TokenPaymentMethod) -> None:
    assert_type(payin.bills.create("1", amount=amount, expiration_date_time=until), Bill)
    assert_type(payin.bills.get("1"), BillDetails)
    assert_type(payin.bills.list_payments("1"), list[BillPayment])
    assert_type(payin.payments.create("1", amount=amount, payment_method=method, customer=Customer()), Payment)
    assert_type(payin.payments.get("1"), Payment)
    assert_type(payin.payments.complete("1", three_ds=ThreeDSAnswer(pares="p")), Payment)
    assert_type(payin.captures.create("1", "2"), Capture)
    assert_type(payin.captures.get("1", "2"), Capture)
    assert_type(payin.refunds.create("1", "2", amount=amount), Refund)
    assert_type(payin.refunds.get("1", "2"), Refund)
    assert_type(payin.refunds.list("1"), list[Refund])
    assert_type(payin.bills.wait("1", timeout=60), BillDetails)
    assert_type(payin.payments.wait("1", timeout=60), Payment)
    assert_type(payin.captures.wait("1", "2", timeout=60), Capture)
    assert_type(payin.refunds.wait("1", "2", timeout=60), Refund)
    assert_type(payin.tokens.delete(customer_account_id="1", token="2"), None)
    assert_type(payin.close(), None)
    with payin as entered:
        assert_type(entered, PayIn)


async def asynchronous(
    payin: AsyncPayIn, until: datetime, amount: MoneyLike, method: CardPaymentMethod | TokenPaymentMethod
) -> None:
    assert_type(await payin.bills.create("1", amount=amount, expiration_date_time=until), Bill)
    assert_type(await payin.bills.get("1"), BillDetails)
    assert_type(await payin.bills.list_payments("1"), list[BillPayment])
    assert_type(await payin.payments.create("1", amount=amount, payment_method=method, customer=Customer()), Payment)
    assert_type(await payin.payments.get("1"), Payment)
    assert_type(await payin.payments.complete("1", three_ds=ThreeDSAnswer(pares="p")), Payment)
    assert_type(await payin.captures.create("1", "2"), Capture)
    assert_type(await payin.captures.get("1", "2"), Capture)
    assert_type(await payin.refunds.create("1", "2", amount=amount), Refund)
    assert_type(await payin.refunds.get("1", "2"), Refund)
    assert_type(await payin.refunds.list("1"), list[Refund])
    assert_type(await payin.bills.wait("1", timeout=60), BillDetails)
    assert_type(await payin.payments.wait("1", timeout=60), Payment)
    assert_type(await payin.captures.wait("1", "2", timeout=60), Capture)
    assert_type(await payin.refunds.wait("1", "2", timeout=60), Refund)
    assert_type(await payin.tokens.delete(customer_account_id="1", token="2"), None)
    assert_type(await payin.close(), None)
    async with payin as entered:
        assert_type(entered, AsyncPayIn)


def what_arguments_may_be(payin: PayIn, until: datetime, card: CardPaymentMethod, flags: Sequence[BillFlag]) -> None:
    PayIn("http://localhost", "key", "site", timeout=1, connect_timeout=0.5, amount_as="number", clock=Clock())
    PayIn(base_url="http://localhost", key="key", site_id=None, transport=httpx.HTTPTransport())
    AsyncPayIn(key="key", transport=httpx.AsyncHTTPTransport(), amount_as="string")
    for amount in ("1.00", Decimal("1.00"), 1, Money("1.00")):
        payin.bills.create("1", amount=amount, expiration_date_time=until)
    payin.bills.create("1", amount=1, expiration_date_time=until, flags=flags)
    payin.bills.create("1", amount=1, expiration_date_time=until, flags=("SALE", BillFlag.SALE))
    payin.bills.create(
        "1", amount=1, expiration_date_time=until, bill_payment_methods_type=[FormPaymentMethod.CARD, "SBP"]
    )
    payin.payments.create(
        "1",
        payment_method=card,
        amount=1,
        bill_id="2",
        comment=UNSET,
        callback_url=UNSET,
        flags=[PaymentCommand.SALE, "BIND_PAYMENT_TOKEN"],
        device_data=DeviceData(ip="127.0.0.1"),
        customer=Customer(account="1"),
        receiver_data=ReceiverData(phone="+70000000000"),
        custom_fields=CustomFields(cf1="1"),
        site_id="site",
        timeout=1.5,
    )


def what_they_may_not_be(payin: PayIn, until: datetime) -> None:
    payin.bills.create("1", amount=1.5, expiration_date_time=until)  # type: ignore[arg-type]
    payin.bills.create("1", amount="1.00", expiration_date_time="tomorrow")  # type: ignore[arg-type]
    payin.bills.create("1", amount="1.00", expiration_date_time=until, comment=None)  # type: ignore[arg-type]
    payin.bills.create("1", "1.00", expiration_date_time=until)  # type: ignore[call-arg]
    payin.bills.create("1", amount="1.00")  # type: ignore[call-arg]
    payin.payments.create("1", amount="1.00", payment_method=Customer())  # type: ignore[call-overload]
    payin.payments.complete("1", three_ds="pares")  # type: ignore[arg-type]
    payin.payments.refund("1")  # type: ignore[attr-defined]
    payin.tokens.delete("1", "2")  # type: ignore[call-arg]
    payin.invoices  # type: ignore[attr-defined]  # noqa: B018 - asking is the test
    PayIn(amount_as="float")  # type: ignore[arg-type]
    PayIn(transport=httpx.AsyncHTTPTransport())  # type: ignore[arg-type]
    AsyncPayIn(transport=httpx.HTTPTransport())  # type: ignore[arg-type]
