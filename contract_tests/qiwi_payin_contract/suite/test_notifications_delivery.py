"""Delivery of notifications, to a receiver of the suite's own."""

import itertools
from collections.abc import Iterator

import pytest

from qiwi_payin_contract import notifications as rules
from qiwi_payin_contract.drivers import Ability
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.looks import looks_at
from qiwi_payin_contract.receiver import Arrived, Receiver
from qiwi_payin_contract.shop import Shop
from qiwi_payin_contract.suite.needs import need_driver, need_reach
from qiwi_payin_contract.target import Target

GROUP = "notifications"

REPEATS = (5, 60, 300, 300, 300)
MUCH_LATER = 24 * 60 * 60


@pytest.fixture
def shop(target: Target) -> Shop:
    """A shop that the server can reach."""
    need_reach(target)
    return Shop(target, target.site)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver that answers 200."""
    with Receiver() as receiver:
        yield receiver


@looks_at(rules.SENT_WHERE_ASKED, rules.SENT_AS_JSON)
def test_notification_is_posted_to_the_operations_callback_url(
    shop: Shop, findings: Findings, receiver: Receiver
) -> None:
    paid = shop.create_payment(callbackUrl=receiver.url)
    payment_id = paid.path_parameters["paymentId"]
    arrived = receiver.wait(1)
    about = [each for each in arrived if each.is_about("PAYMENT", payment_id)]
    findings.expect(about, rules.SENT_WHERE_ASKED, f"{len(arrived)} notifications arrived in 3 seconds", paid)
    for each in about:
        wrong = _wrong_request(each)
        findings.expect(not wrong, rules.SENT_AS_JSON, f"wrong: {', '.join(wrong)}", paid)


@looks_at(rules.SENT_WHERE_ASKED)
def test_notification_of_a_bill_is_posted_to_its_invoice_callback_url(
    shop: Shop, findings: Findings, receiver: Receiver
) -> None:
    need_driver(shop.target, Ability.PAY)
    created = shop.create_bill("1.00", customFields={"invoice_callback_url": receiver.url})
    payment_id = str(shop.pay_bill(created.path_parameters["billId"])["paymentId"])
    arrived = receiver.wait(1)
    about = [each for each in arrived if each.is_about("PAYMENT", payment_id)]
    findings.expect(about, rules.SENT_WHERE_ASKED, f"{len(arrived)} notifications arrived in 3 seconds", created)


@looks_at(rules.SILENT_AFTER_200)
def test_notification_that_was_answered_200_is_not_sent_again(
    shop: Shop, findings: Findings, receiver: Receiver
) -> None:
    need_driver(shop.target, Ability.CLOCK)
    paid = shop.create_payment(callbackUrl=receiver.url, flags=["SALE"])
    if not receiver.wait(1):
        pytest.skip("no notification arrived")
    shop.target.driver.advance(shop.site, MUCH_LATER)
    again = len(receiver.wait(2, seconds=0.5)) - 1
    findings.expect(again == 0, rules.SILENT_AFTER_200, f"it came {again} times more within a day", paid)


@looks_at(rules.REPEATED)
def test_notification_that_was_not_answered_200_is_repeated_by_the_schedule(
    shop: Shop, findings: Findings, receiver: Receiver
) -> None:
    need_driver(shop.target, Ability.CLOCK)
    receiver.status = 500
    paid = shop.create_payment(callbackUrl=receiver.url, flags=["SALE"])
    if not receiver.wait(1):
        pytest.skip("no notification arrived")
    driver, site = shop.target.driver, shop.site
    driver.set_clock(site, frozen=True)
    try:
        told = list(_off_schedule(shop, receiver))
        driver.advance(site, MUCH_LATER)
        total = len(receiver.wait(len(REPEATS) + 2, seconds=0.5)) - 1
    finally:
        driver.set_clock(site, frozen=False)
    if total > len(REPEATS):
        told.append(f"{total} repeats in a day")
    if len({each.body for each in receiver.arrived}) > 1:
        told.append("a repeat has other data than the first")
    findings.expect(not told, rules.REPEATED, "; ".join(told), paid)


def _off_schedule(shop: Shop, receiver: Receiver) -> Iterator[str]:
    """Move the clock to shortly before and shortly after each repeat is due, and tell where it is early or missing."""
    passed = 0
    for number, due in enumerate(itertools.accumulate(REPEATS), 1):
        # A server may count from the due time or from the attempt, so each repeat adds to the doubt.
        for moment, wanted in ((due - 2, number - 1), (due + 1 + number, number)):
            shop.target.driver.advance(shop.site, moment - passed)
            passed = moment
            count = len(receiver.wait(number + 1, seconds=3.0 if wanted == number else 0.1)) - 1
            if count != wanted:
                yield f"{moment} seconds after the first attempt there were {count} repeats instead of {wanted}"
                return


def _wrong_request(arrived: Arrived) -> list[str]:
    headers = arrived.headers
    kinds = {name: headers.get(name, "").partition(";")[0].strip() for name in ("accept", "content-type")}
    return [
        *([] if arrived.method == "POST" else [f"method {arrived.method}"]),
        *(name for name, kind in kinds.items() if kind != "application/json"),
        *([] if headers.get("signature") else ["signature"]),
    ]
