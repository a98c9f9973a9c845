from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qiwi_payin import BillDetails, CardPaymentMethod, Money, Outcome, PayIn, Payment, Verdict
from qiwi_payin_sandbox import Sandbox

from tests.client.wires import BILL, PAYMENT

PAN = "4444443616621049"
CARD = CardPaymentMethod(pan=PAN, expiry_date="12/34", cvv2="123")
REFUSED = CardPaymentMethod(pan=PAN, expiry_date="02/34", cvv2="123")
WITH_3DS = CardPaymentMethod(pan=PAN, expiry_date="12/34", cvv2="849")
sums = st.integers(1, 99_999).map(Money.of_minor)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def payin(sandbox: Sandbox) -> PayIn:
    return PayIn(sandbox.local_base_url, sandbox.key, sandbox.site_id, transport=sandbox.transport)


def verdict_of(payin: PayIn, payment_id: str = "p-1") -> Verdict:
    return payin.payments.get(payment_id).outcome.verdict


def test_a_one_step_payment_that_is_completed_has_succeeded(payin: PayIn) -> None:
    payin.payments.create("p-1", payment_method=CARD, amount="150.00", flags=["SALE"])

    assert payin.payments.get("p-1").outcome == Outcome(Verdict.SUCCEEDED, Money("150.00"))


def test_a_hold_is_only_held_until_it_is_captured(payin: PayIn) -> None:
    payment = payin.payments.create("p-1", payment_method=CARD, amount="150.00")
    assert payment.outcome.is_held("150.00")
    assert not payment.outcome.succeeded("150.00")

    assert payin.captures.create("p-1", "c-1").outcome.succeeded("150.00")
    assert payin.payments.get("p-1").outcome.succeeded("150.00")
    assert not payin.payments.get("p-1").outcome.is_held("150.00")


def test_a_refused_payment_has_failed(payin: PayIn) -> None:
    payin.payments.create("p-1", payment_method=REFUSED, amount="150.00")

    assert verdict_of(payin) is Verdict.FAILED


def test_a_payment_that_waits_for_3d_secure_is_pending(payin: PayIn) -> None:
    payin.payments.create("p-1", payment_method=WITH_3DS, amount="150.00", flags=["SALE"])

    assert verdict_of(payin) is Verdict.PENDING


@pytest.mark.parametrize("flags", [[], ["SALE"]])
@pytest.mark.parametrize("amount", ["0.01", "150.00"])
def test_what_was_reversed_or_refunded_is_no_success_any_more(payin: PayIn, flags: list[str], amount: str) -> None:
    payin.payments.create("p-1", payment_method=CARD, amount="150.00", flags=flags)

    assert payin.refunds.create("p-1", "r-1", amount=amount).outcome.succeeded(amount)
    assert verdict_of(payin) is Verdict.RETURNED


def test_a_refund_of_more_than_there_is_has_failed(payin: PayIn) -> None:
    payin.payments.create("p-1", payment_method=CARD, amount="150.00", flags=["SALE"])
    payin.refunds.create("p-1", "r-1", amount="150.01")

    assert payin.refunds.get("p-1", "r-1").outcome.verdict is Verdict.FAILED
    assert verdict_of(payin) is Verdict.SUCCEEDED


@pytest.mark.parametrize(("flags", "verdict"), [(["SALE"], Verdict.SUCCEEDED), ([], Verdict.HELD)])
def test_a_paid_bill_has_succeeded_in_one_step_and_is_held_in_two(
    sandbox: Sandbox, payin: PayIn, flags: list[str], verdict: Verdict
) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    payin.bills.create("b-1", amount="150.00", expiration_date_time=tomorrow, flags=flags)
    assert payin.bills.get("b-1").outcome.verdict is Verdict.PENDING

    sandbox.pay_bill("b-1")

    bill = payin.bills.get("b-1")
    assert bill.outcome == Outcome(verdict, Money("150.00"))
    assert bill.payments[0].outcome == bill.outcome
    if verdict is Verdict.HELD:
        payin.captures.create(bill.payments[0].payment_id, "c-1")
        assert payin.bills.get("b-1").outcome.succeeded("150.00")


def test_an_expired_bill_has_failed(sandbox: Sandbox, payin: PayIn) -> None:
    payin.bills.create("b-1", amount="150.00", expiration_date_time=datetime.now(UTC) + timedelta(days=1))
    sandbox.advance(2 * 24 * 60 * 60)

    assert payin.bills.get("b-1").outcome.verdict is Verdict.FAILED


def test_a_status_that_nobody_described_is_pending() -> None:
    payment = Payment.from_dict({**PAYMENT, "status": {**PAYMENT["status"], "value": "UNHEARD_OF"}})

    assert payment.outcome.verdict is Verdict.PENDING


def test_a_payment_in_another_currency_does_not_count_towards_its_bill() -> None:
    paid = PAYMENT | {"billId": "1", "capturedAmount": {"value": "150.00", "currency": "USD"}}
    status = {**BILL["status"], "value": "PAID"}

    assert BillDetails.from_dict({**BILL, "status": status, "payments": [paid]}).outcome.verdict is Verdict.HELD


@given(amount=sums, other=sums | st.builds(Money.of_minor, st.integers(1, 99_999), st.just("USD")))
def test_success_and_hold_are_of_exactly_the_sum_that_was_expected(amount: Money, other: Money) -> None:
    for captured, name in (([amount], "succeeded"), ([Money(0)], "is_held")):
        outcome = Outcome.of(amount, is_final=True, is_success=True, captured=captured)
        assert getattr(outcome, name)(amount)
        assert getattr(outcome, name)(amount.value)
        assert getattr(outcome, name)(other) is (other == amount)


@given(
    amount=sums,
    captured=st.lists(sums, max_size=2),
    returned=st.lists(sums | st.just(Money(0)), max_size=2),
    is_final=st.booleans(),
    is_success=st.booleans(),
)
def test_nothing_but_a_final_success_with_all_of_the_money_succeeds(
    amount: Money, captured: list[Money], returned: list[Money], **status: Any
) -> None:
    outcome = Outcome.of(amount, **status, captured=captured, returned=returned)
    whole = sum(captured, Money(0)) == amount and not any(returned)

    assert outcome.succeeded(amount) is (all(status.values()) and whole)


def test_no_float_is_an_expected_sum() -> None:
    outcome = Outcome(Verdict.SUCCEEDED, Money("1.50"))

    with pytest.raises(TypeError, match="float"):
        outcome.succeeded(1.5)  # type: ignore[arg-type]
