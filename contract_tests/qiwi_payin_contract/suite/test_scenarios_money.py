"""What must never be charged, captured or returned, tried on purpose: walks may or may not come by."""

from decimal import Decimal

import pytest

from qiwi_payin_contract.books import rules as books
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.scenarios import PAID_BILL_DECLINES
from qiwi_payin_contract.shop import CARD, Shop, at, money
from qiwi_payin_contract.suite.story import captured_of, refunded_of, status_of
from qiwi_payin_contract.target import Target

GROUP = "scenarios"


@pytest.fixture
def shop(target: Target) -> Shop:
    """A shop on the first site."""
    return Shop(target, target.site)


@pytest.mark.parametrize("flags", [[], ["SALE"]], ids=["reversals", "refunds"])
def test_parts_together_return_no_more_than_there_is(shop: Shop, findings: Findings, flags: list[str]) -> None:
    paid = shop.create_payment("10.00", flags=flags)
    payment_id = paid.path_parameters["paymentId"]
    first = shop.refund(payment_id, "6.00")
    too_much = shop.refund(payment_id, "4.01")
    returned = status_of(too_much) == "COMPLETED"
    told = f"4.01 of 10.00 are returned after 6.00, status {status_of(too_much)}"
    findings.expect(not returned, books.REFUND_OVER, told, paid, first, too_much)
    rest = shop.refund(payment_id, "4.00")
    after = shop.payment(payment_id)
    _returned(findings, Decimal("10.00"), paid, first, rest, after)


def test_capture_after_a_reversal_takes_what_is_left(shop: Shop, findings: Findings) -> None:
    held = shop.create_payment("10.00")
    payment_id = held.path_parameters["paymentId"]
    reversal = shop.refund(payment_id, "6.00")
    captured = shop.capture(payment_id)
    after = shop.payment(payment_id)
    sums = money(at(captured.answer_json, "amount")), captured_of(after)
    right = sums == (Decimal("4.00"), Decimal("4.00"))
    told = f"of 10.00 less 6.00 the capture takes {sums[0]}, and {sums[1]} is captured"
    findings.expect(right, books.CAPTURE_REST, told, held, reversal, captured, after)
    over = shop.refund(payment_id, "4.01")
    findings.expect(status_of(over) != "COMPLETED", books.REFUND_OVER, "4.01 of 4.00 are returned", captured, over)


def test_paid_bill_is_not_charged_again(shop: Shop, findings: Findings) -> None:
    created = shop.create_bill("10.00", flags=["SALE"])
    bill_id = created.path_parameters["billId"]
    first = shop.create_payment("10.00", billId=bill_id, flags=["SALE"])
    if status_of(first) != "COMPLETED" or at(shop.bill(bill_id).answer_json, "status", "value") != "PAID":
        pytest.skip("a bill is not paid from the partner's own form here")
    again = shop.create_payment("10.00", billId=bill_id, flags=["SALE"], method={**CARD, "holderName": "SECOND PAYER"})
    reason = at(again.answer_json, "status", "reason")
    right = status_of(again) == "DECLINED" and reason == "BILL_ALREADY_PAID"
    findings.expect(right, PAID_BILL_DECLINES, f"it is {status_of(again)}, reason {reason}", created, first, again)


def _returned(findings: Findings, whole: Decimal, *story: Exchange) -> None:
    told = f"of {whole} in two parts {refunded_of(story[-1])} is returned"
    findings.expect(refunded_of(story[-1]) == whole, books.REFUNDED_SUM, told, *story)
