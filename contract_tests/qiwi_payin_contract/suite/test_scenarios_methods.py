"""What the payer's form offers, and where it leads."""

from collections.abc import Iterator
from typing import Any

import pytest

from qiwi_payin_contract import forms as rules
from qiwi_payin_contract.drivers import Ability
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.forms import FormView
from qiwi_payin_contract.looks import looks_at
from qiwi_payin_contract.shop import Shop, at
from qiwi_payin_contract.suite.needs import need_driver, need_sites
from qiwi_payin_contract.target import Target

GROUP = "scenarios"

OTHERS = ("SANDBOX_PAY", "SBP")
SUCCESS_URL = "https://shop.example.com/paid?order=1815"

in_one_step_and_in_two = pytest.mark.parametrize("flags", [["SALE"], []], ids=["one-step", "two-step"])


@pytest.fixture
def shop(target: Target) -> Shop:
    """A shop whose form can be seen."""
    need_driver(target, Ability.FORM)
    return Shop(target, target.site)


@pytest.fixture
def connected(shop: Shop) -> Iterator[Shop]:
    """The shop with further methods connected to its form, and an address for success."""
    need_driver(shop.target, Ability.SITE)
    driver = shop.target.driver
    driver.set_up(shop.site, form_methods=OTHERS, success_url=SUCCESS_URL)
    try:
        yield shop
    finally:
        driver.set_up(shop.site)


def _form(shop: Shop, created: Exchange) -> FormView:
    return shop.target.driver.form(shop.site, str(at(created.answer_json, "payUrl")))


def _told(view: FormView) -> str:
    return f"the form offers {' '.join(view.methods) or 'nothing'}"


@looks_at(rules.CARD_WITHOUT_ASKING, rules.CARD_ALONE)
@in_one_step_and_in_two
def test_form_offers_the_card_alone_where_nothing_else_was_connected(
    shop: Shop, findings: Findings, flags: list[str]
) -> None:
    created = shop.create_bill(flags=flags)
    view = _form(shop, created)
    findings.expect("CARD" in view.methods, rules.CARD_WITHOUT_ASKING, _told(view), created)
    findings.expect(view.methods == ("CARD",), rules.CARD_ALONE, _told(view), created)


@looks_at(rules.LIST_IGNORED)
@in_one_step_and_in_two
def test_list_of_methods_is_ignored_where_nothing_else_was_connected(
    shop: Shop, findings: Findings, flags: list[str]
) -> None:
    created = shop.create_bill(flags=flags, billPaymentMethodsType=["SBP"])
    view = _form(shop, created)
    findings.expect(view.methods == ("CARD",), rules.LIST_IGNORED, _told(view), created)


@looks_at(rules.LISTED_METHODS)
@pytest.mark.parametrize("listed", [["SANDBOX_PAY"], ["CARD", "SBP"], ["CARD"]], ids=" ".join)
def test_form_offers_the_methods_of_the_list_where_they_are_connected(
    connected: Shop, findings: Findings, listed: list[str]
) -> None:
    created = connected.create_bill(flags=["SALE"], billPaymentMethodsType=listed)
    view = _form(connected, created)
    findings.expect(set(view.methods) == set(listed), rules.LISTED_METHODS, _told(view), created)


@looks_at(rules.TWO_STEP_CARD)
@pytest.mark.parametrize("listed", [{}, {"billPaymentMethodsType": ["SANDBOX_PAY"]}], ids=["no list", "list"])
def test_two_step_bill_is_paid_by_card_only(connected: Shop, findings: Findings, listed: dict[str, Any]) -> None:
    created = connected.create_bill(**listed)
    view = _form(connected, created)
    findings.expect(view.methods == ("CARD",), rules.TWO_STEP_CARD, _told(view), created)


@looks_at(rules.BY_SITE)
def test_methods_are_connected_for_each_site_alone(connected: Shop, findings: Findings) -> None:
    need_sites(connected.target, 2)
    other = Shop(connected.target, connected.target.sites[1])
    created = other.create_bill(flags=["SALE"])
    view = _form(other, created)
    findings.expect(view.methods == ("CARD",), rules.BY_SITE, f"{_told(view)}, on another site", created)


@looks_at(rules.LINKED_CARDS)
def test_linked_cards_are_listed_for_their_account_alone(shop: Shop, findings: Findings) -> None:
    account = shop.target.fresh_id("account")
    token, issued = shop.issue_token(account)
    if token is None:
        pytest.skip("no token was issued")
    created = shop.create_bill(customer={"account": account})
    masked = at(issued.answer_json, "paymentMethod", "maskedPan")
    view = _form(shop, created)
    told = f"the form lists {len(view.linked_cards)} linked cards"
    findings.expect(view.linked_cards == (masked,), rules.LINKED_CARDS, told, issued, created)
    strange = shop.create_bill(customer={"account": shop.target.fresh_id("account")})
    view = _form(shop, strange)
    told = f"the form of another account lists {len(view.linked_cards)} linked cards"
    findings.expect(not view.linked_cards, rules.LINKED_CARDS, told, issued, strange)


@looks_at(rules.SUCCESS_SHOWN, rules.TO_SUCCESS_URL)
@in_one_step_and_in_two
def test_form_says_that_the_bill_is_paid_and_leads_nowhere(shop: Shop, findings: Findings, flags: list[str]) -> None:
    created, view = _paid(shop, flags)
    findings.expect(view.result == "PAID", rules.SUCCESS_SHOWN, f"the form says {view.result or 'nothing'}", created)
    findings.expect(view.return_to is None, rules.TO_SUCCESS_URL, f"it leads to {view.return_to}", created)


@looks_at(rules.SUCCESS_SHOWN, rules.TO_SUCCESS_URL)
@in_one_step_and_in_two
def test_form_leads_to_the_address_for_success(connected: Shop, findings: Findings, flags: list[str]) -> None:
    created, view = _paid(connected, flags)
    findings.expect(view.result == "PAID", rules.SUCCESS_SHOWN, f"the form says {view.result or 'nothing'}", created)
    told = f"it leads to {view.return_to or 'nowhere'}"
    findings.expect(view.return_to == SUCCESS_URL, rules.TO_SUCCESS_URL, told, created)


def _paid(shop: Shop, flags: list[str]) -> tuple[Exchange, FormView]:
    need_driver(shop.target, Ability.PAY)
    created = shop.create_bill(flags=flags)
    shop.pay_bill(created.path_parameters["billId"])
    return created, _form(shop, created)
