"""What the form shows: methods, themes, the payment system of a number, warnings, links that ask for a sum."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from qiwi_payin_sandbox import Sandbox, Site

from tests.browser.screen import contrast, expect, heading, press, type_card

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import BrowserContext, Page

    from tests.browser.conftest import Picture
    from tests.browser.shop import Shop

PHONE = {"width": 375, "height": 720}
BUTTON = "button[type=submit]"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    site = Site(key="key-of-test-00", public_key="pk", form_methods=("SANDBOX_PAY", "SBP"))
    with Sandbox(sites=[site]) as sandbox:
        yield sandbox


@pytest.fixture
def create_link(sandbox: Sandbox) -> str:
    return f"{sandbox.origin}/create?publicKey=pk&lang=en"


@pytest.mark.parametrize("javascript", [True, False])
def test_another_method_is_chosen_and_paid_with(
    *, new_context: Callable[..., BrowserContext], shop: Shop, javascript: bool, picture: Picture
) -> None:
    page = new_context(java_script_enabled=javascript).new_page()
    page.goto(shop.link(shop.bill(), lang="en"))
    methods = page.get_by_role("navigation", name="Payment method")
    expect(methods.get_by_role("link")).to_have_text(["Bank card", "Sandbox Pay", "SBP"])
    expect(methods.get_by_role("link", name="Bank card")).to_have_attribute("aria-current", "true")
    methods.get_by_role("link", name="Sandbox Pay").click()
    expect(page.get_by_label("Card number")).to_have_count(0)
    picture(page, "sandbox-pay-en")
    press(page, "Pay")
    heading(page, "Payment successful")
    assert shop.call("GET", "bills/1")[0]["paymentMethod"]["type"] == "SANDBOX_PAY"


def test_a_wanted_method_is_shown_first_and_an_unavailable_one_gives_way(page: Page, shop: Shop) -> None:
    bill = shop.bill()
    for wanted, shown in (("SANDBOX_PAY", "Sandbox Pay"), ("SBP", "SBP"), ("QIWI_WALLET", "Bank card")):
        page.goto(shop.link(bill, lang="en", paymentMethod=wanted))
        expect(page.locator("[aria-current]")).to_have_text(shown)
    page.goto(shop.link(shop.bill("2", billPaymentMethodsType=["SANDBOX_PAY"]), lang="en"))
    heading(page, "Payment")
    expect(page.get_by_label("Card number")).to_have_count(0)


def test_a_method_that_cannot_be_tested_leads_back_to_the_card(page: Page, shop: Shop) -> None:
    page.goto(shop.link(shop.bill(), lang="en", paymentMethod="SBP"))
    expect(page.get_by_role("button")).to_have_count(0)
    page.get_by_role("link", name="Choose the bank card").click()
    expect(page.get_by_label("Card number")).to_be_visible()


@pytest.mark.parametrize(
    ("number", "scheme"),
    [
        ("22", ""),
        ("2200", "MIR"),
        ("4", "VISA"),
        ("5236", "MASTERCARD"),
        ("2221", "MASTERCARD"),
        ("6056", "UNIONPAY"),
        ("9", ""),
    ],
)
def test_the_payment_system_is_named_while_a_number_is_typed(page: Page, shop: Shop, number: str, scheme: str) -> None:
    page.goto(shop.link(shop.bill(), lang="en"))
    page.get_by_label("Card number").press_sequentially(number)
    expect(page.locator("#scheme")).to_have_text(scheme)


def test_an_expired_card_is_warned_of_by_the_sites_clock_and_left_to_the_bank(
    page: Page, shop: Shop, sandbox: Sandbox
) -> None:
    bill = shop.bill()
    sandbox.set_clock(now="2034-01-01T00:00:00+03:00", frozen=True)
    page.goto(shop.link(bill, lang="en"))
    expiry = page.get_by_label("Expiry date")
    for typed, warned in (("0134", False), ("12/2034", False), ("1233", True), ("1/34", False), ("0120", True)):
        expiry.fill("")
        expiry.press_sequentially(typed)
        expiry.blur()
        expect(page.get_by_text("seems to have expired")).to_be_visible(visible=warned)
    page.get_by_label("Card number").fill("4444443616621049")
    page.get_by_label("CVV").fill("123")
    press(page, "Pay")
    heading(page, "Confirm this payment?")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("code", ["ocean", "plum", "amber", "graphite", "merchant01-style01"])
def test_a_theme_colours_the_form_and_leaves_it_readable(
    new_context: Callable[..., BrowserContext], shop: Shop, code: str, scheme: str, picture: Picture
) -> None:
    page = new_context(viewport=PHONE, color_scheme=scheme).new_page()
    page.goto(shop.bill("0")["payUrl"])
    plain = page.locator(BUTTON).evaluate("button => getComputedStyle(button).backgroundColor")
    page.goto(shop.bill(customFields={"themeCode": code})["payUrl"])
    assert page.locator(BUTTON).evaluate("button => getComputedStyle(button).backgroundColor") != plain
    for selector in (BUTTON, ".fine", ".methods a", ".methods [aria-current]", "dt", "footer a", "summary"):
        assert contrast(page, selector) >= 4.5, selector
    page.get_by_label("Номер карты").fill("2200000000000004")
    assert contrast(page, "#scheme") >= 4.5
    picture(page, f"theme-{code}-{scheme}")


def test_the_payer_lets_the_time_at_the_bank_run_out(page: Page, shop: Shop, picture: Picture) -> None:
    page.goto(shop.link(shop.bill(), lang="en"))
    type_card(page)
    press(page, "Pay")
    press(page, "Let the time run out")
    heading(page, "The time is over")
    picture(page, "time-over-en")
    page.get_by_role("link", name="Back to the payment").click()
    expect(page.get_by_role("status")).to_contain_text("not confirmed in time")
    picture(page, "after-time-over-en")
    assert shop.call("GET", "bills/1")[0]["status"]["reason"] == "PAYMENT_EXPIRED_3DS"


def test_a_partners_payer_comes_back_too_late(page: Page, shop: Shop, picture: Picture) -> None:
    page.goto(f"{shop.address}/pay")
    page.get_by_role("button", name="To the bank").click()
    press(page, "Let the time run out")
    heading(page, "The time is over")
    picture(page, "time-over-for-partner-en")
    assert shop.call("GET", "payments/1")["status"]["reason"] == "PAYMENT_EXPIRED_3DS"


@pytest.mark.parametrize("javascript", [True, False])
def test_a_link_asks_how_much_and_leads_to_the_form(
    *, new_context: Callable[..., BrowserContext], create_link: str, javascript: bool, picture: Picture
) -> None:
    page = new_context(java_script_enabled=javascript, viewport=PHONE).new_page()
    page.goto(f"{create_link}&comment=Gift&email=a@shop.example&extras[contract_id]=77&readonly=contract_id")
    heading(page, "How much do you pay?")
    expect(page.get_by_label("Contract number")).not_to_be_editable()
    amount = page.get_by_label("Amount")
    if javascript:
        expect(amount).to_be_focused()
    picture(page, "create-en")
    amount.fill("12,345")
    page.get_by_label("Details").fill("Present")
    press(page, "On to the payment")
    expect(amount).to_have_accessible_description(re.compile("Enter a sum above zero"))
    expect(amount).to_have_value("12,345")
    picture(page, "create-wrong-en")
    amount.fill("12,34")
    press(page, "On to the payment")
    expect(page.get_by_text("Present")).to_be_visible()
    expect(page.get_by_role("button", name="Pay 12.34")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_wrong_link_names_the_parameter(page: Page, create_link: str, picture: Picture) -> None:
    page.goto(f"{create_link}&amount=-1")
    heading(page, "The link is not right")
    expect(page.get_by_text("a number above zero")).to_be_visible()
    picture(page, "link-wrong-en")


def test_nothing_moves_for_who_wants_less_motion(new_context: Callable[..., BrowserContext], shop: Shop) -> None:
    page = new_context(reduced_motion="reduce").new_page()
    page.goto(shop.bill()["payUrl"])
    durations = page.evaluate("[...document.querySelectorAll('*')].map((e) => getComputedStyle(e).transitionDuration)")
    assert set(durations) == {"0s"}


def test_every_field_and_button_of_the_form_has_a_name(page: Page, shop: Shop) -> None:
    page.goto(shop.link(shop.bill(), lang="en"))
    page.get_by_text("Test cards", exact=True).click()
    for control in page.locator("input:not([type=hidden]), button, a, summary").all():
        expect(control).to_have_accessible_name(re.compile(r"\S"))


def test_what_is_wrong_with_a_field_is_read_out_when_it_is_left(page: Page, shop: Shop) -> None:
    page.goto(shop.link(shop.bill(), lang="en"))
    number = page.get_by_label("Card number")
    number.press_sequentially("4444")
    number.press("Tab")
    told = page.locator("[aria-live=polite]").filter(has_text="A card number has 13 to 19 digits")
    expect(told).to_be_visible()
    expect(page.get_by_label("Expiry date")).to_be_focused()


@pytest.mark.parametrize("path", ["form/payment?invoiceUid=x", "create", "acs"])
def test_a_page_has_one_heading_and_a_main_part(page: Page, sandbox: Sandbox, path: str) -> None:
    page.goto(f"{sandbox.origin}/{path}")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_role("main")).to_have_count(1)
