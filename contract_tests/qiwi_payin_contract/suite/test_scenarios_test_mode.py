"""The test mode's published rules."""

import time

import pytest

from qiwi_payin_contract import test_mode as rules
from qiwi_payin_contract.drivers import Ability
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.looks import looks_at
from qiwi_payin_contract.masking import TEST_CARDS, mask_pan
from qiwi_payin_contract.shop import CARD, Shop
from qiwi_payin_contract.suite.needs import need_test_mode
from qiwi_payin_contract.suite.story import flags_of, status_of
from qiwi_payin_contract.target import Target

GROUP = "scenarios"

DELAY = 3
OUTCOMES = {"02": ("DECLINED", "DECLINED"), "03": ("WAITING", "COMPLETED"), "04": ("WAITING", "DECLINED")}
AT_ONCE = ("COMPLETED", "COMPLETED")


@pytest.fixture
def shop(target: Target) -> Shop:
    """A shop on the first site, if that is in test mode."""
    need_test_mode(target)
    return Shop(target, target.site)


@looks_at(rules.TEST_FLAG)
def test_answers_of_a_test_site_carry_the_flag(shop: Shop, findings: Findings) -> None:
    for answered in (shop.create_bill("1.00"), shop.create_payment("1.00")):
        findings.expect("TEST" in flags_of(answered), rules.TEST_FLAG, "TEST is not among the flags", answered)


@looks_at(*rules.BY_MONTH.values(), of=lambda month: (rules.BY_MONTH[month],))
@pytest.mark.parametrize("month", rules.BY_MONTH)
def test_expiry_month_decides_the_outcome(shop: Shop, findings: Findings, month: str) -> None:
    at_once, at_last = OUTCOMES.get(month, AT_ONCE)
    created = shop.create_payment("1.00", method={**CARD, "expiryDate": f"{month}/34", "cvv2": "000"})
    findings.expect(status_of(created) == at_once, rules.BY_MONTH[month], f"at once: {status_of(created)}", created)
    if at_once != at_last:
        _wait(shop)
    later = shop.payment(created.path_parameters["paymentId"])
    findings.expect(status_of(later) == at_last, rules.BY_MONTH[month], f"at last: {status_of(later)}", created, later)


@looks_at(rules.CARDS)
def test_every_published_card_can_be_paid_with(shop: Shop, findings: Findings) -> None:
    cards = sorted(TEST_CARDS)
    if shop.target.wire.limits.payments is not None:  # One of each payment system has to do.
        cards = list({pan[:2]: pan for pan in cards}.values())
    for pan in cards:
        paid = shop.create_payment("1.00", method={**CARD, "pan": pan})
        findings.expect(
            status_of(paid) == "COMPLETED", rules.CARDS, f"{mask_pan(pan)}: {paid.status} {status_of(paid)}", paid
        )


@looks_at(rules.RUBLES_ONLY)
def test_only_rubles_are_taken(shop: Shop, findings: Findings) -> None:
    body = {"paymentMethod": dict(CARD), "amount": {"currency": "USD", "value": "1.00"}}
    refused = shop.target.send("paymentsCreate", body, site=shop.site, payment_id=shop.target.fresh_id("payment"))
    paid = refused.status < 400 and status_of(refused) != "DECLINED"
    findings.expect(not paid, rules.RUBLES_ONLY, f"dollars are taken: {refused.status} {status_of(refused)}", refused)


@looks_at(rules.THREE_DS_BY_HOLDER)
def test_holder_name_with_3ds_brings_three_ds(shop: Shop, findings: Findings) -> None:
    waiting = shop.create_payment("1.00", method={**CARD, "holderName": "CARD 3ds HOLDER"})
    findings.expect(status_of(waiting) == "WAITING", rules.THREE_DS_BY_HOLDER, f"{status_of(waiting)}", waiting)


def _wait(shop: Shop) -> None:
    if shop.target.able(Ability.CLOCK):
        shop.advance(DELAY)
    else:
        time.sleep(DELAY + 0.5)
