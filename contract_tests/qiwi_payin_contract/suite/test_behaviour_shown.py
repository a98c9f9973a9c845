"""One object is one object, wherever and whenever it is shown; what was sent comes back as it was."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from qiwi_payin_contract.books import rules
from qiwi_payin_contract.books.rules import RULES as BOOKS
from qiwi_payin_contract.drivers import Ability
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.looks import looks_at
from qiwi_payin_contract.shop import CARD, THREE_DS_CARD, at
from qiwi_payin_contract.suite.needs import need_driver
from qiwi_payin_contract.suite.partner import DECLINED_CARD, FAR, OTHER_CARD, Partner, partner_of, rub
from qiwi_payin_contract.target import Target

GROUP = "behaviour"

_TEXT = (
    "Заказ № 5, «две пары» — 日本語, \"quotes\" 'single', <b>&amp;</b>, %41+1, \\u0041, {{x}}, ${y}, "
    "e\N{COMBINING ACUTE ACCENT} and é, \N{RECEIPT}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}, two  spaces and one after "
)
"""What breaks where texts are escaped twice, normalized, trimmed or stored in a narrow character set."""
_LONG = _TEXT.rjust(255, "я")
"""The same, as long as a comment may be; cut where the limit is taken for one of bytes."""
_SENT: dict[str, Any] = {
    "comment": _LONG,
    "customer": {
        "account": "Ж-account \N{CLINKING BEER MUGS}",
        "email": "customer@example.com",
        "phone": "+79991234567",
        "address": {
            "country": "Российская Федерация",
            "city": "Moscow",
            "region": "Moscow city",
            "details": f"{_TEXT} 1a",
        },
    },
    "customFields": {
        "cf1": _LONG,
        "cf2": "я" * 256,
        "cf3": "0",
        "CF1": "upper case",
        "a.b": "with a dot",
        "ключ": "\N{KEY}",
        "further_field-1": "null",
    },
}
_SKEW = timedelta(seconds=2)


@pytest.fixture
def partner(target: Target) -> Iterator[Partner]:
    """A partner on the first site."""
    with partner_of(target) as one:
        yield one


@looks_at(*BOOKS)
def test_a_bill_comes_back_as_it_was_sent(partner: Partner) -> None:
    """Every field of a bill is what it was, in all answers, whatever is asked for under its id."""
    bill_id, body = partner.id("bill"), {**rub("4.35"), "expirationDateTime": FAR, "flags": ["SALE"], **_SENT}
    partner.put_bill(bill_id, body)
    partner.bill(bill_id)
    partner.put_bill(bill_id, body)
    others: tuple[dict[str, Any], ...] = (
        rub("4.36"),
        {"comment": "other"},
        {"customFields": {"cf1": "other"}},
        {"flags": []},
    )
    for other in others:
        partner.put_bill(bill_id, {**body, **other})
        partner.bill(bill_id)
    partner.bill_payments(bill_id)


@looks_at(*BOOKS)
def test_a_payment_comes_back_as_it_was_sent(partner: Partner) -> None:
    """Every field of a payment is what it was, in all answers and in the lists of its bill."""
    bill_id, payment_id = partner.bill_of("9.99"), partner.id("payment")
    body = {
        **rub("9.99"),
        "paymentMethod": dict(OTHER_CARD),
        "flags": ["SALE"],
        "billId": bill_id,
        "callbackUrl": "https://example.com/callbacks?a=b&c=%D1%8F",
        **_SENT,
    }
    partner.put_payment(payment_id, body)
    partner.payment(payment_id)
    partner.bill(bill_id)
    partner.bill_payments(bill_id)
    partner.put_payment(payment_id, body)
    others: tuple[dict[str, Any], ...] = (
        rub("9.98"),
        {"paymentMethod": dict(CARD)},
        {"customer": {**_SENT["customer"], "account": "other"}},
        {"flags": []},
        {"customFields": {"cf1": "x"}},
    )
    for other in others:
        partner.put_payment(payment_id, {**body, **other})
        partner.payment(payment_id)


@looks_at(*BOOKS)
def test_objects_are_not_mixed_up(partner: Partner) -> None:
    """What is shown of an object is its own, whatever was made or read after it."""
    made: list[dict[str, str]] = []
    for number, card in enumerate((CARD, OTHER_CARD), 1):
        ids = {kind: partner.id(kind) for kind in ("bill", "payment", "refund", "capture")}
        own = {
            "customer": {"account": f"payer-{number}"},
            "customFields": {"cf1": f"{number}"},
            "comment": f"Object {number}",
        }
        partner.put_bill(ids["bill"], {**rub(f"{number}.00"), "expirationDateTime": FAR, **own})
        partner.put_payment(
            ids["payment"],
            {
                **rub(f"{number}.00"),
                "paymentMethod": dict(card),
                "billId": ids["bill"],
                "callbackUrl": f"https://example.com/{number}",
                "flags": ["BIND_PAYMENT_TOKEN"],
                **own,
            },
        )
        partner.refund(ids["payment"], f"0.0{number}", ids["refund"])
        partner.capture(ids["payment"], ids["capture"])
        made.append(ids)
    for ids in made:
        partner.payment(ids["payment"])
        partner.bill(ids["bill"])
        partner.bill_payments(ids["bill"])
        partner.get_refund(ids["payment"], ids["refund"])
        partner.get_capture(ids["payment"], ids["capture"])
        partner.refunds(ids["payment"])


@looks_at(*BOOKS)
def test_an_order_number_that_is_no_bill_comes_back(partner: Partner) -> None:
    """A payment without a bill keeps its order number, given or made."""
    for more in ({"billId": partner.id("order")}, {}):
        payment_id = partner.pay("0.01", **more)
        partner.payment(payment_id)


@looks_at(*BOOKS)
@pytest.mark.parametrize("more", [{}, {"flags": ["SALE"]}], ids=["two-step", "one-step"])
def test_captures_and_refunds_are_the_same_wherever_they_are_shown(partner: Partner, more: dict[str, Any]) -> None:
    """A capture and a refund are shown as they were answered, alone and in the list."""
    payment_id, refund_id = partner.pay("3.00", **more), partner.id("refund")
    partner.put_refund(payment_id, refund_id, "1.00")
    partner.get_refund(payment_id, refund_id)
    partner.refunds(payment_id)
    capture_id = partner.id("capture")
    partner.capture(payment_id, capture_id)
    partner.get_capture(payment_id, capture_id)
    partner.get_refund(payment_id, refund_id)
    partner.put_refund(payment_id, partner.id("refund"), "5.00")
    partner.refunds(payment_id)


@looks_at(*BOOKS)
def test_a_declined_payment_keeps_its_reason(partner: Partner) -> None:
    """A refusal is the same wherever it is shown, with the reason that it had."""
    bill_id = partner.bill_of("1.00")
    payment_id = partner.pay("1.00", paymentMethod=dict(DECLINED_CARD), billId=bill_id)
    partner.bill(bill_id)
    partner.bill_payments(bill_id)
    partner.payment(payment_id)


@looks_at(rules.MADE_NOW)
def test_objects_are_made_when_they_are_asked_for(partner: Partner, target: Target, findings: Findings) -> None:
    """An object's createdDateTime is the server's time at the request; what is made later has no earlier time."""
    need_driver(target, Ability.CLOCK)
    driver, site = target.driver, partner.site
    before = driver.now(site)
    payment_id = partner.id("payment")
    made = [
        partner.put_payment(payment_id, {**rub("2.00"), "paymentMethod": dict(CARD)}),
        partner.refund(payment_id, "1.00"),
        partner.capture(payment_id),
        partner.put_payment(partner.id("payment"), {**rub("2.00"), "paymentMethod": dict(THREE_DS_CARD)}),
        partner.put_bill(partner.id("bill"), {**rub("2.00"), "expirationDateTime": FAR}),
    ]
    after = driver.now(site)
    for answer in made:
        _made_between(findings, answer, before - _SKEW, after + _SKEW)


def _made_between(findings: Findings, answer: Exchange, earliest: datetime, latest: datetime) -> None:
    names = ("createdDateTime",) if at(answer.answer_json, "createdDateTime") else ("status", "changedDateTime")
    text = at(answer.answer_json, *names)
    try:
        made = datetime.fromisoformat(str(text))
        right = earliest <= made <= latest
    except (ValueError, TypeError):
        return
    findings.note(
        right, rules.MADE_NOW, f"{'.'.join(names)} is {text}; the clock stood between {earliest} and {latest}", answer
    )
