"""Requests at once under one id: whatever their order, it stands for one object."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from qiwi_payin_contract import races as rules
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.looks import looks_at
from qiwi_payin_contract.races import Call, Race
from qiwi_payin_contract.rules import Rule
from qiwi_payin_contract.shop import CARD, Shop, at, money
from qiwi_payin_contract.suite.needs import need_sites
from qiwi_payin_contract.suite.partner import FAR, rub
from qiwi_payin_contract.suite.racing import (
    RUNNERS,
    WHOLE,
    capture_of,
    id_of,
    paid,
    refund_of,
    told,
)
from qiwi_payin_contract.suite.story import captured_of, refunded_of, status_of
from qiwi_payin_contract.target import Target

GROUP = "concurrency"

_FINAL = ("COMPLETED", "DECLINED", "DECLINE")
_IDENTITY = ("createdDateTime", "invoiceUid", "amount")


@pytest.fixture
def shop(target: Target) -> Shop:
    """A shop on the first site."""
    return Shop(target, target.site)


def _one_object(
    findings: Findings, rule: Rule, read: Exchange, answers: tuple[Exchange, ...], made: Exchange | None = None
) -> None:
    """See that all answers that accepted show the object that is read afterwards."""
    accepted = [answer for answer in answers if answer.ok]
    before = [made] if made is not None else []
    other = next((one for one in accepted if _identity(one) != _identity(read)), None)
    findings.expect(
        accepted and read.ok and other is None,
        rule,
        f"{told(answers)}; "
        + ("not all show the object that is read afterwards" if other is not None else f"read: {read.status}"),
        *before,
        *([other] if other is not None else answers[:2]),
        read,
    )


def _one_of_equal(
    findings: Findings, read: Exchange, answers: tuple[Exchange, ...], made: Exchange | None = None
) -> None:
    """See that equal requests made one object, and that none was taken for another."""
    _one_object(findings, rules.EQUAL_ONCE, read, answers, made)
    accepted = next((answer for answer in answers if answer.ok), read)
    refused = next((answer for answer in answers if answer.status == 400), None)
    findings.expect(
        refused is None,
        rules.EQUAL_TAKEN,
        told(answers),
        *([made] if made is not None else []),
        accepted,
        *([refused] if refused is not None else []),
    )


def _identity(shown: Exchange) -> list[Any]:
    status = status_of(shown)
    return [*(at(shown.answer_json, name) for name in _IDENTITY), status if status in _FINAL else None]


@looks_at(rules.EQUAL_ONCE, rules.EQUAL_TAKEN)
def test_equal_bills_at_once_are_one(race: Race, shop: Shop, findings: Findings, rounds: range) -> None:
    """The same bill several times at once is one bill."""
    for _ in rounds:
        bill_id, body = race.shared_id("bill"), {**rub("3.00"), "expirationDateTime": FAR}
        answers = race.run(*[Call("billsCreate", body, {"bill_id": bill_id})] * RUNNERS)
        _one_of_equal(findings, shop.bill(bill_id), answers)


@looks_at(rules.EQUAL_ONCE, rules.EQUAL_TAKEN)
def test_equal_payments_at_once_are_one(race: Race, shop: Shop, findings: Findings, rounds: range) -> None:
    """The same payment of a bill several times at once is one payment, and the bill has it once."""
    for _ in rounds:
        bill_id, payment_id = race.shared_id("bill"), race.shared_id("payment")
        shop.create_bill("3.00", bill_id=bill_id)
        body = {**rub("3.00"), "paymentMethod": dict(CARD), "billId": bill_id}
        answers = race.run(*[Call("paymentsCreate", body, {"payment_id": payment_id})] * RUNNERS)
        _one_of_equal(findings, shop.payment(payment_id), answers)
        listed = shop.bill_payments(bill_id)
        ids = [at(item, "paymentId") for item in listed.answer_json or []]
        findings.expect(
            ids == [payment_id], rules.EQUAL_ONCE, f"the bill has {len(ids)} payments", *answers[:2], listed
        )


@looks_at(rules.DEBITED_ONCE, rules.EQUAL_ONCE, rules.EQUAL_TAKEN)
def test_equal_captures_and_refunds_at_once_move_money_once(
    race: Race, shop: Shop, findings: Findings, rounds: range
) -> None:
    """The same capture or refund several times at once moves money once."""
    for _ in rounds:
        held, part_id = paid(race, shop), race.shared_id("part")
        payment_id = id_of(held)
        answers = race.run(*[capture_of(payment_id, part_id)] * RUNNERS)
        read = shop.target.send("capturesGet", site=shop.site, payment_id=payment_id, capture_id=part_id)
        _one_of_equal(findings, read, answers, held)
        captured = shop.payment(payment_id)
        findings.expect(
            captured_of(captured) == WHOLE, rules.DEBITED_ONCE, f"captured {captured_of(captured)}", *answers, captured
        )
        answers = race.run(*[refund_of(payment_id, part_id, "2.00")] * RUNNERS)
        read = shop.target.send("refundsGet", site=shop.site, payment_id=payment_id, refund_id=part_id)
        _one_of_equal(findings, read, answers, held)
        returned = shop.payment(payment_id)
        findings.expect(
            refunded_of(returned) == Decimal("2.00"),
            rules.EQUAL_ONCE,
            f"refunds of 2.00 at once, and {refunded_of(returned)} was returned",
            held,
            *answers[:2],
            returned,
        )


@looks_at(rules.SUMS_ADD_UP, rules.UNEQUAL_ONE, rules.LOSERS_REFUSED)
@pytest.mark.parametrize("kind", ["bill", "payment", "refund"])
def test_one_of_unequal_requests_wins(race: Race, shop: Shop, findings: Findings, rounds: range, kind: str) -> None:
    """Of different requests at once under one id one makes the object, whole, and the others are refused."""
    for _ in rounds:
        object_id = race.shared_id(kind)
        bodies = [{**rub(f"{number}.00"), **_rest_of(kind, number)} for number in range(1, RUNNERS + 1)]
        ids: dict[str, Any] = {f"{kind}_id": object_id}
        made = None
        if kind == "refund":
            made = paid(race, shop, flags=["SALE"])
            ids["payment_id"] = id_of(made)
        answers = race.run(*(Call(f"{kind}sCreate", body, ids) for body in bodies))
        read = shop.target.send(f"{kind}sGet", site=shop.site, **ids)
        _one_object(findings, rules.UNEQUAL_ONE, read, answers, made)
        winner = next((body for body in bodies if _amount_of(body) == money(at(read.answer_json, "amount"))), None)
        shown = {name: at(read.answer_json, name) for name in ("comment", "customFields")}
        findings.expect(
            winner is not None and all(value is None or value == winner.get(name) for name, value in shown.items()),
            rules.UNEQUAL_ONE,
            "what is read is of no single request",
            *answers[:2],
            read,
        )
        for body, answer in zip(bodies, answers, strict=True):
            findings.note(
                body is winner or not answer.ok,
                rules.LOSERS_REFUSED,
                f"{answer.status} to a request that did not make the object",
                answer,
                read,
            )
        if made is not None:
            charged = shop.payment(ids["payment_id"])
            findings.expect(
                refunded_of(charged) == money(at(read.answer_json, "amount")),
                rules.SUMS_ADD_UP,
                f"one refund was made, and {refunded_of(charged)} was returned",
                *answers[:2],
                read,
                charged,
            )


def _rest_of(kind: str, number: int) -> dict[str, Any]:
    told = {"customFields": {"cf1": f"request {number}"}}
    match kind:
        case "bill":
            return {"expirationDateTime": FAR, "comment": f"request {number}", **told}
        case "payment":
            return {"paymentMethod": dict(CARD), **told}
        case _:
            return {}


def _amount_of(body: Mapping[str, Any]) -> Any:
    return body["amount"]["value"]


@looks_at(rules.SITES_APART)
def test_equal_ids_on_two_sites_at_once_are_two(race: Race, target: Target, findings: Findings, rounds: range) -> None:
    """The same paymentId on two sites at once makes two payments."""
    sites = need_sites(target, 2)
    for _ in rounds:
        payment_id = race.shared_id("payment", *sites)
        bodies = [{**rub(f"{number}.00"), "paymentMethod": dict(CARD)} for number in (1, 2)]
        answers = race.run(
            *(
                Call("paymentsCreate", body, {"payment_id": payment_id}, site)
                for body, site in zip(bodies, sites, strict=True)
            )
        )
        for body, site, answer in zip(bodies, sites, answers, strict=True):
            read = Shop(target, site).payment(payment_id)
            shown = [money(at(one.answer_json, "amount")) for one in (answer, read)]
            findings.expect(
                shown == [_amount_of(body)] * 2,
                rules.SITES_APART,
                f"{_amount_of(body)} was sent and {shown} are shown",
                answer,
                read,
            )
