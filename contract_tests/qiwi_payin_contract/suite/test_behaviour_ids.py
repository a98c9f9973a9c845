"""An id stands for one object of one site, for ever: repeats change nothing, and nobody else sees it."""

from collections.abc import Iterator

import pytest

from qiwi_payin_contract.books import rules
from qiwi_payin_contract.books.rules import RULES as BOOKS
from qiwi_payin_contract.drivers import Ability
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.looks import looks_at
from qiwi_payin_contract.shop import CARD, THREE_DS_CARD
from qiwi_payin_contract.suite.needs import need_sites
from qiwi_payin_contract.suite.partner import DECLINED_CARD, FAR, NO_PARES, Partner, partner_of, rub
from qiwi_payin_contract.target import Target

GROUP = "behaviour"

_BETWEEN = 12
_DAY = 86_400


@pytest.fixture
def partner(target: Target) -> Iterator[Partner]:
    """A partner on the first site."""
    with partner_of(target) as one:
        yield one


def _bill(value: str) -> dict[str, object]:
    return {**rub(value), "expirationDateTime": FAR, "comment": value}


def _payment(value: str) -> dict[str, object]:
    return {**rub(value), "paymentMethod": dict(CARD), "customFields": {"cf1": value}}


@looks_at(*BOOKS)
def test_a_repeat_changes_nothing(partner: Partner) -> None:
    """The same request for a capture or a refund again moves no money, and another one under its id is refused."""
    payment_id, refund_id, capture_id = partner.pay("9.00"), partner.id("refund"), partner.id("capture")
    for value in ("2.00", "2.00", "3.00"):
        partner.put_refund(payment_id, refund_id, value)
    for _ in range(2):
        partner.capture(payment_id, capture_id)
        partner.payment(payment_id)
    partner.get_refund(payment_id, refund_id)
    partner.get_capture(payment_id, capture_id)
    partner.refunds(payment_id)
    sold, refund_id = partner.pay("9.00", flags=["SALE"]), partner.id("refund")
    for value in ("9.00", "9.00", "1.00"):
        partner.put_refund(sold, refund_id, value)
    declined, refund_id = partner.pay("1.00", flags=["SALE"]), partner.id("refund")
    for value in ("1.01", "1.01", "1.00"):
        partner.put_refund(declined, refund_id, value)


@looks_at(*BOOKS)
def test_a_payment_is_repeated_in_every_state(partner: Partner) -> None:
    """The request for a payment is answered with the payment, whatever has become of it."""
    for card in (CARD, THREE_DS_CARD, DECLINED_CARD):
        payment_id, body = partner.id("payment"), {**rub("2.00"), "paymentMethod": dict(card)}
        partner.put_payment(payment_id, body)
        for change in (partner.payment, partner.capture, lambda name: partner.refund(name, "2.00")):
            change(payment_id)
            partner.put_payment(payment_id, body)


@looks_at(*BOOKS)
def test_a_repeated_payment_of_a_bill_changes_neither(partner: Partner) -> None:
    """The request that paid a bill is answered with that payment again, and the bill has one payment."""
    bill_id, payment_id = partner.bill_of("5.00"), partner.id("payment")
    body = {**_payment("5.00"), "billId": bill_id, "flags": ["SALE"]}
    for _ in range(2):
        partner.put_payment(payment_id, body)
        partner.bill(bill_id)
    partner.put_bill(bill_id, {**rub("5.00"), "expirationDateTime": FAR})
    partner.bill_payments(bill_id)


@looks_at(*BOOKS)
def test_ids_are_remembered(partner: Partner, target: Target) -> None:
    """After many others, and a day later, an id is taken still, and its request is still known."""
    first = {kind: partner.id(kind) for kind in ("bill", "payment", "refund", "capture")}
    payment_id = first["payment"]
    partner.put_bill(first["bill"], _bill("1.00"))
    partner.put_payment(payment_id, _payment("2.00"))
    partner.refund(payment_id, "0.50", first["refund"])
    partner.capture(payment_id, first["capture"])
    for _ in range(_BETWEEN):
        partner.put_bill(partner.id("bill"), _bill("3.00"))
        other = partner.id("payment")
        partner.put_payment(other, _payment("4.00"))
    for _ in range(2):
        partner.refund(payment_id, "0.25")
    if target.able(Ability.CLOCK):
        partner.advance(_DAY)
    for value in ("1.00", "1.01"):
        partner.put_bill(first["bill"], _bill(value))
        partner.put_payment(payment_id, _payment("2.00" if value == "1.00" else "2.01"))
        partner.put_refund(payment_id, first["refund"], "0.50" if value == "1.00" else "0.51")
    partner.capture(payment_id, first["capture"])
    partner.bill(first["bill"])
    partner.payment(payment_id)
    partner.refunds(payment_id)


@looks_at(*BOOKS)
def test_ids_that_are_alike_are_different(partner: Partner) -> None:
    """Ids may have 200 characters; case counts, and so does the last character."""
    short = partner.id("x")
    long = partner.id("x").ljust(199, "a")
    for number, name in enumerate((short, f"{short}A", f"{short}a", f"{short}a-", f"{long}b", f"{long}c", long), 1):
        value = f"{number}.00"
        partner.put_bill(name, _bill(value))
        partner.put_payment(name, _payment(value))
        partner.refund(name, "0.10", name)
        partner.capture(name, name)
    for name in (short, f"{short}A", f"{short}a", f"{short}a-", f"{long}b", f"{long}c", long):
        partner.bill(name)
        partner.payment(name)
        partner.get_refund(name, name)
        partner.get_capture(name, name)


@looks_at(rules.PART_OF_PAYMENT)
def test_ids_count_within_their_payment(partner: Partner, findings: Findings) -> None:
    """The same refundId and captureId under another payment are other objects."""
    refund_id, capture_id = partner.id("refund"), partner.id("capture")
    for value in ("1.00", "2.00"):
        payment_id = partner.pay("5.00")
        parts = {
            "refundId": partner.refund(payment_id, value, refund_id),
            "captureId": partner.capture(payment_id, capture_id),
        }
        for name, answer in parts.items():
            findings.note(
                name not in answer.causes, rules.PART_OF_PAYMENT, f"refused with {answer.status} for its {name}", answer
            )
        partner.get_refund(payment_id, refund_id)
        partner.get_capture(payment_id, capture_id)
        partner.payment(payment_id)


@looks_at(*BOOKS)
def test_what_was_refused_is_not_there(partner: Partner) -> None:
    """A request that was refused leaves nothing behind."""
    sold, capture_id = partner.pay("1.00", flags=["SALE"]), partner.id("capture")
    partner.capture(sold, capture_id)
    partner.get_capture(sold, capture_id)
    never = partner.id("payment")
    partner.refund(never, "1.00")
    partner.capture(never)
    partner.payment(never)
    by_token = {**rub("1.00"), "paymentMethod": {"type": "TOKEN", "paymentToken": partner.id("token")}}
    partner.put_payment(never, {**by_token, "customer": {"account": "payer-1"}})
    partner.payment(never)
    bill_id = partner.id("bill")
    partner.put_wrong_bill(bill_id, {**_bill("0.00"), "comment": "x" * 1000})
    partner.bill(bill_id)
    partner.bill_payments(bill_id)


@looks_at(*BOOKS)
def test_an_object_is_there_on_its_site_alone(partner: Partner, target: Target) -> None:
    """Nothing of one site is found, changed or used under another, by any operation."""
    _, other = need_sites(target, 2)
    bill_id, payment_id = partner.bill_of("2.00"), partner.pay("5.00")
    capture_id, refund_id = partner.id("capture"), partner.id("refund")
    waiting = partner.pay("2.00", paymentMethod=dict(THREE_DS_CARD))
    stranger = Partner(target, other)
    stranger.complete(waiting, NO_PARES)
    partner.payment(waiting)
    stranger.capture(payment_id, partner.id("capture"))
    stranger.refund(payment_id, "1.00")
    partner.payment(payment_id)
    partner.put_refund(payment_id, refund_id, "1.00")
    partner.capture(payment_id, capture_id)
    stranger.bill(bill_id)
    stranger.bill_payments(bill_id)
    stranger.payment(payment_id)
    stranger.get_capture(payment_id, capture_id)
    stranger.get_refund(payment_id, refund_id)
    stranger.refunds(payment_id)
    partner.payment(payment_id)
    partner.refunds(payment_id)


@looks_at(*BOOKS)
def test_equal_ids_on_two_sites_are_two_objects(target: Target) -> None:
    """What happens to an object changes nothing of the one with the same ids on another site."""
    sites = need_sites(target, 2)
    with partner_of(target) as partner:
        bill_id, payment_id, part_id = partner.id("bill"), partner.id("payment"), partner.id("part")
        partners = [Partner(target, site) for site in sites]
        for one, value in zip(partners, ("6.00", "7.00"), strict=True):
            one.put_bill(bill_id, _bill(value))
            one.put_payment(payment_id, {**_payment(value), "billId": bill_id})
        first, second = partners
        first.put_refund(payment_id, part_id, "1.00")
        second.payment(payment_id)
        second.put_refund(payment_id, part_id, "2.00")
        first.capture(payment_id, part_id)
        for one in partners:
            one.payment(payment_id)
            one.bill(bill_id)
            one.bill_payments(bill_id)
            one.refunds(payment_id)
        second.capture(payment_id, part_id)
        for one in partners:
            one.payment(payment_id)
            one.get_capture(payment_id, part_id)
            one.get_refund(payment_id, part_id)
