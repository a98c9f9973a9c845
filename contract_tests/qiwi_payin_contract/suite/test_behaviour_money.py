"""Money moves once, within what is there, and only in the states that allow it."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Literal

import pytest

from qiwi_payin_contract.books import rules
from qiwi_payin_contract.books.rules import RULES as BOOKS
from qiwi_payin_contract.drivers import Ability
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.looks import looks_at
from qiwi_payin_contract.shop import CARD, THREE_DS_CARD, at
from qiwi_payin_contract.suite.needs import need_driver, need_three_ds
from qiwi_payin_contract.suite.partner import (
    DECLINED_CARD,
    NO_PARES,
    OTHER_CARD,
    Partner,
    partner_of,
    reason_of,
    rub,
)
from qiwi_payin_contract.target import Target

GROUP = "behaviour"

_SALE: Mapping[str, Any] = {"flags": ["SALE"]}
_STEPS = pytest.mark.parametrize("more", [{}, _SALE], ids=["two-step", "one-step"])


@pytest.fixture
def partner(target: Target) -> Iterator[Partner]:
    """A partner on the first site."""
    with partner_of(target) as one:
        yield one


def _status_of(exchange: Exchange) -> Any:
    return at(exchange.answer_json, "status", "value")


# Captures, reversals, refunds ------------------------------------------------------------------------------------


@looks_at(*BOOKS)
@pytest.mark.parametrize("reversed_first", ["", "0.01", "4.00"], ids=["whole", "less-a-cent", "less-a-part"])
def test_a_hold_is_captured_once(partner: Partner, reversed_first: str) -> None:
    """A capture takes all that is held, and the next one is refused."""
    payment_id = partner.pay("9.00")
    if reversed_first:
        partner.put_refund(payment_id, partner.id("refund"), reversed_first)
    for _ in range(2):
        capture_id = partner.id("capture")
        partner.capture(payment_id, capture_id)
        partner.payment(payment_id)
        partner.get_capture(payment_id, capture_id)


@looks_at(*BOOKS)
@_STEPS
@pytest.mark.parametrize("parts", [("9.01",), ("9.00", "0.01"), ("4.50", "4.51"), ("0.01", "8.99", "0.01")])
def test_no_more_is_returned_than_is_left(partner: Partner, more: Mapping[str, Any], parts: tuple[str, ...]) -> None:
    """What is held or was debited is returned in parts, and not a cent more."""
    payment_id = partner.pay("9.00", **more)
    for value in parts:
        partner.put_refund(payment_id, partner.id("refund"), value)
    partner.refunds(payment_id)


@looks_at(*BOOKS)
@pytest.mark.parametrize("parts", [("9.01",), ("5.00", "4.01"), ("9.00", "0.01")])
def test_no_more_is_returned_than_was_captured(partner: Partner, parts: tuple[str, ...]) -> None:
    """What was captured is refunded in parts, and not a cent more."""
    payment_id = partner.pay("9.00")
    partner.capture(payment_id)
    for value in parts:
        partner.put_refund(payment_id, partner.id("refund"), value)
    partner.refunds(payment_id)


@looks_at(*BOOKS)
def test_what_was_reversed_is_not_refunded_again(partner: Partner) -> None:
    """Of a hold that was reversed in part, the rest alone is captured and refunded."""
    payment_id = partner.pay("9.00")
    partner.put_refund(payment_id, partner.id("refund"), "4.00")
    partner.capture(payment_id)
    partner.put_refund(payment_id, partner.id("refund"), "5.01")
    partner.put_refund(payment_id, partner.id("refund"), "5.00")
    partner.refunds(payment_id)


@looks_at(*BOOKS)
def test_nothing_is_captured_where_nothing_is_held(partner: Partner) -> None:
    """A capture of a payment that is one-step, declined, waiting or reversed is refused and changes nothing."""
    reversed_ = partner.pay("2.00")
    partner.put_refund(reversed_, partner.id("refund"), "2.00")
    refused = (
        partner.pay("2.00", **_SALE),
        partner.pay("2.00", paymentMethod=dict(DECLINED_CARD)),
        partner.pay("2.00", paymentMethod=dict(THREE_DS_CARD)),
        reversed_,
    )
    for payment_id in refused:
        partner.capture(payment_id)
        partner.payment(payment_id)


@looks_at(*BOOKS)
@pytest.mark.parametrize("card", [DECLINED_CARD, THREE_DS_CARD], ids=["declined", "waiting"])
def test_nothing_is_returned_where_nothing_was_paid(partner: Partner, card: Mapping[str, str]) -> None:
    """A refund of a payment that is declined or waiting is declined, and returns nothing."""
    payment_id = partner.pay("2.00", paymentMethod=dict(card))
    partner.put_refund(payment_id, partner.id("refund"), "0.01")
    partner.refunds(payment_id)


# 3-D Secure ------------------------------------------------------------------------------------------------------


@looks_at(rules.THREE_DS_PASSED, rules.PARES_REASON)
def test_a_pares_that_nobody_issued_does_not_pay(partner: Partner, findings: Findings) -> None:
    """A forged pares declines the payment, and complete is refused from then on, and of all that do not wait."""
    payment_id = partner.pay("2.00", paymentMethod=dict(THREE_DS_CARD), **_SALE)
    forged = partner.complete(payment_id, NO_PARES)
    if forged.ok:
        findings.note(
            _status_of(forged) != "COMPLETED",
            rules.THREE_DS_PASSED,
            f"the payment is {_status_of(forged)} by a pares that no issuer made",
            forged,
        )
    if _status_of(forged) == "DECLINED":
        reason = reason_of(forged)
        findings.note(reason in {None, "DECLINED_BY_MPI"}, rules.PARES_REASON, f"the reason is {reason}", forged)
    for other in (payment_id, partner.pay("2.00"), partner.pay("2.00", paymentMethod=dict(DECLINED_CARD))):
        partner.complete(other, NO_PARES)
        partner.payment(other)


@looks_at(*BOOKS)
@_STEPS
@pytest.mark.parametrize("answer", ["confirm", "refuse"])
def test_three_ds_decides_once(
    partner: Partner, target: Target, more: Mapping[str, Any], answer: Literal["confirm", "refuse"]
) -> None:
    """What the payer answered decides, and complete is refused from then on."""
    need_driver(target, Ability.THREE_DS)
    bill_id = partner.bill_of("2.00", **more)
    payment_id = partner.pay("2.00", paymentMethod=dict(THREE_DS_CARD), billId=bill_id, **more)
    partner.bill(bill_id)
    need_three_ds(partner.payment(payment_id))
    pares = target.driver.answer_three_ds(partner.site, payment_id, answer).pares
    for _ in range(2):
        partner.complete(payment_id, pares)
        partner.payment(payment_id)
    partner.bill(bill_id)


@looks_at(rules.THREE_DS_PASSED)
def test_a_pares_of_another_payment_does_not_pay(partner: Partner, target: Target, findings: Findings) -> None:
    """What the issuer said of one payment completes no other."""
    need_driver(target, Ability.THREE_DS)
    one, other = (partner.pay("2.00", paymentMethod=dict(THREE_DS_CARD)) for _ in range(2))
    need_three_ds(partner.payment(one))
    pares = target.driver.answer_three_ds(partner.site, one, "confirm").pares
    forged = partner.complete(other, pares)
    findings.note(
        _status_of(forged) != "COMPLETED", rules.THREE_DS_PASSED, "completed by the pares of another payment", forged
    )
    partner.payment(other)


# Bills -----------------------------------------------------------------------------------------------------------


@looks_at(*BOOKS)
@_STEPS
def test_a_bill_is_paid_once(partner: Partner, more: Mapping[str, Any]) -> None:
    """An attempt that is declined leaves a bill to be paid; once it is paid, it is not charged again."""
    bill_id = partner.bill_of("3.00", **more)
    partner.bill(bill_id)
    partner.pay("3.00", paymentMethod=dict(DECLINED_CARD), billId=bill_id, **more)
    partner.bill(bill_id)
    partner.pay("3.00", billId=bill_id, **more)
    partner.bill(bill_id)
    partner.pay("3.00", billId=bill_id, paymentMethod=dict(OTHER_CARD), **more)
    partner.bill(bill_id)
    partner.bill_payments(bill_id)


@looks_at(*BOOKS)
def test_a_bill_stays_paid(partner: Partner) -> None:
    """A bill is PAID by the first payment alone, and stays so when the money is given back."""
    bill_id = partner.bill_of("3.00")
    payment_id = partner.pay("3.00", billId=bill_id)
    partner.bill(bill_id)
    partner.put_refund(payment_id, partner.id("refund"), "3.00")
    partner.bill(bill_id)
    partner.pay("3.00", billId=bill_id)
    partner.bill(bill_id)


@looks_at(rules.OTHER_SUM_REASON)
@pytest.mark.parametrize("value", ["2.99", "3.01"])
def test_a_bill_is_paid_with_its_own_sum(partner: Partner, findings: Findings, value: str) -> None:
    """An attempt with another sum is declined, and the bill waits on."""
    bill_id = partner.bill_of("3.00")
    payment_id = partner.id("payment")
    answer = partner.put_payment(payment_id, {**rub(value), "paymentMethod": dict(CARD), "billId": bill_id})
    if _status_of(answer) == "DECLINED":
        reason = reason_of(answer)
        findings.note(reason in {None, "INVALID_AMOUNT"}, rules.OTHER_SUM_REASON, f"the reason is {reason}", answer)
    partner.bill(bill_id)


@looks_at(rules.EXPIRED_REASON)
def test_an_expired_bill_is_not_paid(partner: Partner, findings: Findings) -> None:
    """An attempt to pay a bill whose term has passed is declined."""
    bill_id = partner.bill_of("3.00", expirationDateTime="2020-01-01T00:00:00+03:00")
    partner.bill(bill_id)
    payment_id = partner.id("payment")
    answer = partner.put_payment(payment_id, {**rub("3.00"), "paymentMethod": dict(CARD), "billId": bill_id})
    if _status_of(answer) == "DECLINED":
        reason = reason_of(answer)
        findings.note(reason in {None, "INVALID_STATE"}, rules.EXPIRED_REASON, f"the reason is {reason}", answer)
    partner.bill(bill_id)


@looks_at(*BOOKS)
@_STEPS
def test_the_form_pays_a_bill_once(partner: Partner, target: Target, more: Mapping[str, Any]) -> None:
    """A bill that the payer paid on the form is PAID, with one payment, of which a token may come."""
    need_driver(target, Ability.PAY)
    flags = [*more.get("flags", []), "BIND_PAYMENT_TOKEN"]
    bill_id = partner.bill_of("3.00", flags=flags, customer={"account": "payer-1"})
    partner.bill(bill_id)
    partner.pay_bill(bill_id)
    paid = at(partner.bill(bill_id).answer_json, "payments", 0, "paymentId")
    partner.pay("3.00", billId=bill_id)
    partner.bill(bill_id)
    if isinstance(paid, str):
        partner.payment(paid)
        partner.put_refund(paid, partner.id("refund"), "1.00")


# Tokens ----------------------------------------------------------------------------------------------------------


@looks_at(*BOOKS)
def test_a_token_is_its_payers_alone(partner: Partner, target: Target) -> None:
    """A token pays with its card for its account, on its site, until it is deleted, and for nobody else."""
    tokens: dict[str, list[str]] = {"payer-1": [], "payer-2": []}
    first = partner.id("payment")
    for account, card in (("payer-1", CARD), ("payer-2", CARD), ("payer-1", OTHER_CARD)):
        answer = partner.put_payment(
            partner.id("payment") if tokens["payer-1"] else first,
            {
                **rub("1.00"),
                "paymentMethod": dict(card),
                "flags": ["BIND_PAYMENT_TOKEN"],
                "customer": {"account": account},
            },
        )
        partner.payment(answer.path_parameters["paymentId"])
        token = at(answer.answer_json, "createdToken", "token")
        if isinstance(token, str):
            tokens[account].append(token)
    if not all(tokens.values()):
        pytest.skip("no tokens are issued")
    token = tokens["payer-1"][0]
    _pay_by(partner, token, "payer-1")
    for stranger in ("payer-2", "Payer-1", None):
        _refused(partner, token, stranger)
    partner.delete_token("payer-2", token)
    _pay_by(partner, token, "payer-1")
    for site in target.sites[1:2]:
        _refused(Partner(target, site), token, "payer-1")
        Partner(target, site).delete_token("payer-1", token)
    for _ in range(2):
        partner.delete_token("payer-1", token)
    _refused(partner, token, "payer-1")
    partner.payment(first)
    for account, others in tokens.items():
        _pay_by(partner, others[-1], account)


def _pay_by(partner: Partner, token: str, account: str | None) -> str:
    method = {"type": "TOKEN", "paymentToken": token}
    customer = {"customer": {"account": account}} if account is not None else {}
    return partner.pay("2.00", paymentMethod=method, **customer)


def _refused(partner: Partner, token: str, account: str | None) -> None:
    """Try to pay, and look for the payment, which is not there where it was refused."""
    payment_id = _pay_by(partner, token, account)
    partner.refunds(payment_id)


# Time ------------------------------------------------------------------------------------------------------------


@looks_at(*BOOKS)
def test_time_ends_what_waits(partner: Partner, target: Target, hold_term: timedelta) -> None:
    """Bills expire, 3-D Secure runs out, slow banks answer, holds end: in time, once, and for good."""
    need_driver(target, Ability.CLOCK)
    soon = target.driver.now(partner.site) + timedelta(minutes=10)
    bills = [partner.bill_of("1.00", expirationDateTime=soon.replace(microsecond=0).isoformat()) for _ in range(2)]
    waiting = [partner.pay("1.00", paymentMethod=dict(THREE_DS_CARD))]
    waiting += [partner.pay("1.00", paymentMethod={**CARD, "expiryDate": f"{month}/34"}) for month in ("03", "04")]
    held, partly, let_go, captured = (partner.pay("5.00") for _ in range(4))
    partner.put_refund(partly, partner.id("refund"), "2.00")
    partner.put_refund(let_go, partner.id("refund"), "5.00")
    partner.capture(captured)
    for bill_id in bills:
        partner.bill(bill_id)
    partner.advance(int(hold_term.total_seconds()) + 3600)
    for bill_id in bills:
        partner.bill(bill_id)
        partner.pay("1.00", billId=bill_id)
        partner.bill(bill_id)
    for payment_id in (*waiting, held, partly, let_go, captured):
        partner.payment(payment_id)
        partner.refunds(payment_id)
    for payment_id in (waiting[0], held, partly, let_go, captured):
        partner.capture(payment_id)
        partner.put_refund(payment_id, partner.id("refund"), "0.01")
    partner.complete(waiting[0], NO_PARES)
    partner.payment(waiting[0])
