"""What must never be charged, captured or returned, tried on purpose: walks may or may not come by."""

from decimal import Decimal

import pytest

from qiwi_payin_contract.books import rules as books
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.scenarios import PAID_BILL_DECLINES
from qiwi_payin_contract.shop import CARD, Shop, at, money
from qiwi_payin_contract.suite.story import captured_of, refunded_of, status_of
from qiwi_payin_contract.sums import KOPECK
from qiwi_payin_contract.target import Target

GROUP = "scenarios"


@pytest.fixture
def shop(target: Target) -> Shop:
    """A shop on the first site."""
    return Shop(target, target.site)


@pytest.mark.parametrize("flags", [[], ["SALE"]], ids=["reversals", "refunds"])
def test_parts_together_return_no_more_than_there_is(shop: Shop, findings: Findings, flags: list[str]) -> None:
    whole, part, left = shop.sums("10.00", "6.00", "4.00")
    paid = shop.create_payment(whole, flags=flags)
    payment_id = paid.path_parameters["paymentId"]
    first = shop.refund(payment_id, part)
    too_much = shop.refund(payment_id, left + KOPECK)
    returned = status_of(too_much) == "COMPLETED"
    told = f"{left + KOPECK} of {whole} are returned after {part}, status {status_of(too_much)}"
    findings.expect(not returned, books.REFUND_OVER, told, paid, first, too_much)
    rest = shop.refund(payment_id, left)
    after = shop.payment(payment_id)
    _returned(findings, whole, paid, first, rest, after)


def test_capture_after_a_reversal_takes_what_is_left(shop: Shop, findings: Findings) -> None:
    whole, part, left = shop.sums("10.00", "6.00", "4.00")
    held = shop.create_payment(whole)
    payment_id = held.path_parameters["paymentId"]
    reversal = shop.refund(payment_id, part)
    captured = shop.capture(payment_id)
    after = shop.payment(payment_id)
    sums = money(at(captured.answer_json, "amount")), captured_of(after)
    right = sums == (left, left)
    told = f"of {whole} less {part} the capture takes {sums[0]}, and {sums[1]} is captured"
    findings.expect(right, books.CAPTURE_REST, told, held, reversal, captured, after)
    over = shop.refund(payment_id, left + KOPECK)
    told = f"{left + KOPECK} of {left} are returned"
    findings.expect(status_of(over) != "COMPLETED", books.REFUND_OVER, told, captured, over)


def test_paid_bill_is_not_charged_again(shop: Shop, findings: Findings) -> None:
    amount = shop.sum("10.00")
    created = shop.create_bill(amount, flags=["SALE"])
    bill_id = created.path_parameters["billId"]
    first = shop.create_payment(amount, billId=bill_id, flags=["SALE"])
    if status_of(first) != "COMPLETED" or at(shop.bill(bill_id).answer_json, "status", "value") != "PAID":
        pytest.skip("a bill is not paid from the partner's own form here")
    again = shop.create_payment(amount, billId=bill_id, flags=["SALE"], method={**CARD, "holderName": "SECOND PAYER"})
    reason = at(again.answer_json, "status", "reason")
    right = status_of(again) == "DECLINED" and reason == "BILL_ALREADY_PAID"
    findings.expect(right, PAID_BILL_DECLINES, f"it is {status_of(again)}, reason {reason}", created, first, again)


def _returned(findings: Findings, whole: Decimal, *story: Exchange) -> None:
    told = f"of {whole} in two parts {refunded_of(story[-1])} is returned"
    findings.expect(refunded_of(story[-1]) == whole, books.REFUNDED_SUM, told, *story)
