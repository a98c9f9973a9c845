"""Requests at once: whatever their order, money moves once."""

from decimal import Decimal
from typing import Any

import pytest

from qiwi_payin_contract import races as rules
from qiwi_payin_contract.drivers import Ability
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.looks import looks_at
from qiwi_payin_contract.races import Call, Race
from qiwi_payin_contract.shop import CARD, THREE_DS_CARD, Shop, at, money
from qiwi_payin_contract.suite.needs import need_driver, need_three_ds
from qiwi_payin_contract.suite.partner import NO_PARES, rub
from qiwi_payin_contract.suite.racing import (
    WHOLE,
    capture_of,
    completed,
    id_of,
    paid,
    refund_of,
    told,
)
from qiwi_payin_contract.suite.story import captured_of, refunded_of, status_of
from qiwi_payin_contract.target import Target

GROUP = "concurrency"


@pytest.fixture
def shop(target: Target) -> Shop:
    """A shop on the first site."""
    return Shop(target, target.site)


@looks_at(rules.ONE_CAPTURE, rules.DEBITED_ONCE)
def test_one_of_two_captures_completes(race: Race, shop: Shop, findings: Findings, rounds: range) -> None:
    """Two captures of one hold at once: one completes, and the amount is debited once."""
    for _ in rounds:
        held = paid(race, shop)
        payment_id = id_of(held)
        answers = race.run(*(capture_of(payment_id, race.shared_id("capture")) for _ in range(2)))
        read = shop.payment(payment_id)
        findings.expect(len(completed(answers)) == 1, rules.ONE_CAPTURE, told(answers), held, *answers)
        findings.expect(
            captured_of(read) == WHOLE, rules.DEBITED_ONCE, f"captured {captured_of(read)}", held, *answers, read
        )


@looks_at(rules.REFUNDS_WITHIN, rules.SUMS_ADD_UP)
@pytest.mark.parametrize("more", [{}, {"flags": ["SALE"]}], ids=["reversals", "refunds"])
def test_refunds_at_once_stay_within_the_rest(
    race: Race, shop: Shop, findings: Findings, rounds: range, more: dict[str, Any]
) -> None:
    """Two refunds that exceed the rest together: one completes at most, and the sums add up."""
    for _ in rounds:
        made = paid(race, shop, **more)
        payment_id = id_of(made)
        answers = race.run(*(refund_of(payment_id, race.shared_id("refund"), "6.00") for _ in range(2)))
        read = shop.payment(payment_id)
        done = completed(answers)
        findings.expect(len(done) <= 1, rules.REFUNDS_WITHIN, told(answers), made, *answers)
        _adds_up(findings, read, made, answers, captured=WHOLE if more else Decimal(0))
        listed = shop.refunds(payment_id)
        shown = [item for item in listed.answer_json or [] if at(item, "status", "value") == "COMPLETED"]
        findings.expect(
            len(shown) == len(done),
            rules.SUMS_ADD_UP,
            f"{len(shown)} refunds are listed as COMPLETED",
            *answers,
            listed,
        )


@looks_at(rules.SUMS_ADD_UP)
@pytest.mark.parametrize("more", [{}, {"flags": ["SALE"]}], ids=["reversals", "refunds"])
def test_refunds_at_once_that_fit_are_all_counted(
    race: Race, shop: Shop, findings: Findings, rounds: range, more: dict[str, Any]
) -> None:
    """Two refunds at once that the rest allows together: the sums have every one that was answered as completed."""
    for _ in rounds:
        made = paid(race, shop, **more)
        payment_id = id_of(made)
        answers = race.run(*(refund_of(payment_id, race.shared_id("refund"), "2.00") for _ in range(2)))
        _adds_up(findings, shop.payment(payment_id), made, answers, captured=WHOLE if more else Decimal(0))


def _adds_up(
    findings: Findings, read: Exchange, made: Exchange, answers: tuple[Exchange, ...], *, captured: Decimal
) -> None:
    """See that a payment's sums are those of the answers that completed."""
    returned = sum(
        (money(at(answer.answer_json, "amount")) or 0 for answer in completed(answers) if _is_refund(answer)),
        Decimal(0),
    )
    findings.expect(
        captured_of(read) == captured and refunded_of(read) == returned,
        rules.SUMS_ADD_UP,
        f"captured {captured_of(read)} and returned {refunded_of(read)}; answered were {captured} and {returned}",
        made,
        *answers,
        read,
    )


def _is_refund(answer: Exchange) -> bool:
    return answer.operation_id == "refundsCreate"


@looks_at(rules.SUMS_ADD_UP, rules.CAPTURE_OR_REVERSAL)
@pytest.mark.parametrize("value", ["9.00", "4.00"], ids=["whole", "part"])
def test_capture_and_reversal_take_money_once(
    race: Race, shop: Shop, findings: Findings, rounds: range, value: str
) -> None:
    """A capture and a reversal at once: what is reversed is not captured."""
    for _ in rounds:
        held = paid(race, shop)
        payment_id = id_of(held)
        capture, refund = race.run(
            capture_of(payment_id, race.shared_id("capture")),
            refund_of(payment_id, race.shared_id("refund"), value),
        )
        captured = money(at(capture.answer_json, "amount")) if completed((capture,)) else None
        reversed_ = Decimal(value) if completed((refund,)) and "REVERSAL" in _flags_of(refund) else Decimal(0)
        findings.expect(
            captured is None or captured + reversed_ == WHOLE,
            rules.CAPTURE_OR_REVERSAL,
            f"captured {captured} and reversed {reversed_} of {WHOLE}",
            held,
            capture,
            refund,
        )
        findings.expect(
            completed((capture, refund)), rules.CAPTURE_OR_REVERSAL, told((capture, refund)), held, capture, refund
        )
        read = shop.payment(payment_id)
        _adds_up(findings, read, held, (capture, refund), captured=captured or Decimal(0))


def _flags_of(answer: Exchange) -> list[Any]:
    flags = at(answer.answer_json, "flags")
    return flags if isinstance(flags, list) else []


@looks_at(rules.BILL_ONCE)
def test_a_bill_is_paid_once_at_once(race: Race, shop: Shop, findings: Findings, rounds: range) -> None:
    """Two payments of one bill at once: one charges the payer at most."""
    for _ in rounds:
        bill_id = race.shared_id("bill")
        made = shop.create_bill("3.00", bill_id=bill_id, flags=["SALE"])
        body = {**rub("3.00"), "paymentMethod": dict(CARD), "billId": bill_id, "flags": ["SALE"]}
        answers = race.run(*(Call("paymentsCreate", body, {"payment_id": race.shared_id("payment")}) for _ in range(2)))
        read = shop.bill(bill_id)
        listed = at(read.answer_json, "payments") or []
        done = len(completed(answers))
        shown = sum(at(item, "status", "value") == "COMPLETED" for item in listed)
        findings.expect(
            done <= 1 and shown == done and (status_of(read) == "PAID") == bool(done),
            rules.BILL_ONCE,
            f"{told(answers)}; the bill is {status_of(read)}, with {shown} COMPLETED payments",
            made,
            *answers,
            read,
        )


@looks_at(rules.TOKEN_DEAD)
def test_a_token_that_is_deleted_while_it_pays_is_dead(
    race: Race, shop: Shop, findings: Findings, rounds: range
) -> None:
    """A payment by token and its deletion at once: either may be first, and then the token is dead."""
    for _ in rounds:
        account = "payer-1"
        token, issued = shop.issue_token(account)
        if token is None:
            pytest.skip("no tokens are issued")
        by_token = {
            **rub("1.00"),
            "paymentMethod": {"type": "TOKEN", "paymentToken": token},
            "customer": {"account": account},
        }
        deleted, _ = race.run(
            Call("tokensDelete", {"customerAccountId": account, "token": token}, {}),
            Call("paymentsCreate", by_token, {"payment_id": race.shared_id("payment")}),
        )
        again = shop.target.send("paymentsCreate", by_token, site=shop.site, payment_id=race.shared_id("payment"))
        findings.expect(
            not deleted.ok or not completed((again,)),
            rules.TOKEN_DEAD,
            f"deleted ({deleted.status}), and paid with afterwards",
            issued,
            deleted,
            again,
        )


@looks_at(rules.DECIDED_ONCE)
@pytest.mark.parametrize("forged", [False, True], ids=["equal", "one-forged"])
def test_three_ds_is_decided_once(race: Race, shop: Shop, findings: Findings, rounds: range, *, forged: bool) -> None:
    """Two completions of a payment at once: what one decided stays."""
    if not forged:
        need_driver(race.target, Ability.THREE_DS)
    for _ in rounds:
        made = paid(race, shop, card=THREE_DS_CARD)
        need_three_ds(made)
        payment_id = id_of(made)
        able = race.target.able(Ability.THREE_DS)
        right = race.target.driver.answer_three_ds(shop.site, payment_id, "confirm").pares if able else NO_PARES
        answers = race.run(
            *(
                Call("paymentsComplete", {"threeDS": {"pares": pares}}, {"payment_id": payment_id})
                for pares in (right, NO_PARES if forged else right)
            )
        )
        read = shop.payment(payment_id)
        shown = {status_of(answer) for answer in answers if answer.ok} - {"WAITING"}
        findings.expect(
            len(shown) == 1 and shown == {status_of(read)} and captured_of(read) == 0,
            rules.DECIDED_ONCE,
            f"{told(answers)}; the payment is {status_of(read)}",
            made,
            *answers,
            read,
        )
