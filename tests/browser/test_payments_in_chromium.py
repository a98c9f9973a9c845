"""A payer in Chromium: from `payUrl`, or from a partner's own form, through 3-D Secure to the shop's page."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.browser.screen import contrast, expect, heading, press, type_card

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page
    from qiwi_payin_sandbox import Sandbox

    from tests.browser.conftest import Picture
    from tests.browser.shop import Shop

PHONE = {"width": 375, "height": 720}


def test_a_typed_card_pays_through_three_d_secure_and_leads_to_the_success_url(
    page: Page, shop: Shop, picture: Picture
) -> None:
    page.goto(shop.link(shop.bill(), lang="en", successUrl=shop.thanks))
    heading(page, "Payment")
    picture(page, "form-en")
    type_card(page)
    expect(page.get_by_label("Card number")).to_have_value("4444 4436 1662 1049")
    expect(page.get_by_label("Expiry date")).to_have_value("12/34")
    press(page, "Pay 150.00")
    heading(page, "Confirm this payment?")
    picture(page, "issuer-en")
    press(page, "Confirm")
    heading(page, "Payment successful")
    picture(page, "success-en")
    page.wait_for_url(shop.thanks)
    assert shop.visits == ["/thanks?order=1"]
    assert shop.bill_status() == "PAID"


def test_refused_at_the_bank_then_paid_again(page: Page, shop: Shop, picture: Picture) -> None:
    page.goto(shop.link(shop.bill(), lang="en"))
    type_card(page)
    press(page, "Pay")
    press(page, "Refuse")
    heading(page, "Payment declined")
    expect(page.get_by_text("DECLINED_BY_MPI")).to_be_visible()
    picture(page, "declined-en")
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_role("status")).to_contain_text("The last payment was declined")
    type_card(page)
    press(page, "Pay")
    press(page, "Confirm")
    heading(page, "Payment successful")
    statuses = [payment["status"]["value"] for payment in shop.call("GET", "bills/1")]
    assert statuses == ["COMPLETED", "DECLINED"]


def test_without_javascript_buttons_lead_on(plain_page: Page, shop: Shop) -> None:
    page = plain_page
    page.goto(shop.link(shop.bill(), lang="en", successUrl=shop.thanks))
    type_card(page, number="4444 4436 1662 1049", expiry="12/34")
    press(page, "Pay")
    press(page, "Continue")
    press(page, "Confirm")
    press(page, "Continue")
    heading(page, "Payment successful")
    page.wait_for_url(shop.thanks)
    assert shop.bill_status() == "PAID"


def test_the_keyboard_alone_pays(page: Page, shop: Shop) -> None:
    page.goto(shop.link(shop.bill(), lang="en", paymentMethod="CARD"))
    keys = page.keyboard
    for typed in ("4444443616621049", "1234", "123", "CARDHOLDER NAME"):
        keys.press("Tab")
        keys.type(typed)
    keys.press("Tab")
    expect(page.get_by_role("button", name="Pay")).to_be_focused()
    keys.press("Enter")
    heading(page, "Confirm this payment?")
    keys.press("Tab")
    expect(page.get_by_role("button", name="Confirm")).to_be_focused()
    keys.press("Space")
    heading(page, "Payment successful")


def test_focus_is_visible(page: Page, shop: Shop) -> None:
    page.goto(shop.link(shop.bill(), lang="en"))
    for _ in range(6):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert outline == "3px"


def test_errors_stand_at_their_fields_and_go_when_corrected(page: Page, shop: Shop, picture: Picture) -> None:
    page.goto(shop.link(shop.bill(), lang="en"))
    type_card(page, number="4444", expiry="1334", cvv="1")
    press(page, "Pay")
    number = page.get_by_label("Card number")
    expect(number).to_be_focused()
    for label, told in (("Card number", "13 to 19"), ("Expiry date", "such as 12/34"), ("CVV", "3 or 4 digits")):
        field = page.get_by_label(label)
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description(re.compile(told))
    picture(page, "errors-en")
    number.fill("4444443616621049")
    expect(number).not_to_have_attribute("aria-invalid", "true")
    assert shop.call("GET", "bills/1") == []


def test_a_mistyped_number_is_warned_of_and_left_to_the_bank(page: Page, shop: Shop) -> None:
    page.goto(shop.link(shop.bill(), lang="en"))
    type_card(page, number="4444443616621048")
    expect(page.get_by_text("it seems to be mistyped")).to_be_visible()
    press(page, "Pay")
    heading(page, "Payment declined")
    expect(page.get_by_text("ACQUIRING_INVALID_CARD")).to_be_visible()


def test_errors_of_the_server_stand_at_their_fields_too(plain_page: Page, shop: Shop, picture: Picture) -> None:
    page = plain_page
    page.goto(shop.link(shop.bill(), lang="en"))
    type_card(page, number="4444", expiry="12/34")
    press(page, "Pay")
    expect(page.get_by_role("alert")).to_contain_text("Check the card data")
    number = page.get_by_label("Card number")
    expect(number).to_have_accessible_description(re.compile("13 to 19"))
    expect(number).to_have_value("")
    expect(page.get_by_label("CVV")).to_have_value("")
    expect(page.get_by_label("CVV")).not_to_have_attribute("aria-invalid", "true")
    picture(page, "server-errors-en")


def test_correcting_a_digit_leaves_the_caret_in_its_place(page: Page, shop: Shop) -> None:
    page.goto(shop.link(shop.bill(), lang="en"))
    number = page.get_by_label("Card number")
    number.press_sequentially("444443616621049")
    for _ in range(12):
        number.press("ArrowLeft")
    number.press_sequentially("4")
    expect(number).to_have_value("4444 4436 1662 1049")
    assert number.evaluate("input => input.value.slice(0, input.selectionStart).replace(/ /g, '').length") == 6


def test_a_saved_card_pays_with_neither_card_data_nor_three_d_secure(page: Page, shop: Shop, picture: Picture) -> None:
    customer = {"account": "buyer-1"}
    page.goto(shop.link(shop.bill("1", customer=customer, flags=["SALE", "BIND_PAYMENT_TOKEN"]), lang="en"))
    type_card(page)
    press(page, "Pay")
    press(page, "Confirm")
    heading(page, "Payment successful")
    page.goto(shop.link(shop.bill("2", customer=customer), lang="en"))
    expect(page.get_by_role("radio", name="1049")).to_be_checked()
    expect(page.get_by_label("Card number")).to_be_hidden()
    picture(page, "saved-card-en")
    page.get_by_label("Another card").check()
    expect(page.get_by_label("Card number")).to_be_visible()
    page.get_by_role("radio", name="1049").check()
    press(page, "Pay")
    heading(page, "Payment successful")
    assert shop.bill_status("2") == "PAID"


@pytest.mark.parametrize(("month", "result"), [("03", "Payment successful"), ("04", "Payment declined")])
def test_the_page_waits_for_the_bank_by_itself(
    *, page: Page, shop: Shop, sandbox: Sandbox, month: str, result: str, picture: Picture
) -> None:
    page.goto(shop.link(shop.bill(), lang="en"))
    type_card(page, expiry=f"{month}34")
    press(page, "Pay")
    press(page, "Confirm")
    heading(page, "Waiting for the bank")
    picture(page, "waiting-en")
    sandbox.advance(seconds=3)
    heading(page, result)


def test_an_expired_bill_offers_nothing_to_pay_with(page: Page, shop: Shop, sandbox: Sandbox, picture: Picture) -> None:
    link = shop.link(shop.bill(expirationDateTime=(datetime.now(UTC) + timedelta(hours=1)).isoformat()), lang="en")
    sandbox.advance(seconds=3600)
    page.goto(link)
    heading(page, "The time to pay is over")
    expect(page.get_by_role("button")).to_have_count(0)
    picture(page, "expired-en")


def test_an_unknown_invoice_is_told(page: Page, shop: Shop, picture: Picture) -> None:
    link = shop.link(shop.bill(), invoiceUid="00000000-0000-0000-0000-000000000000", lang="en")
    answer = page.goto(link)
    assert answer is not None
    assert answer.status == 404
    heading(page, "Invoice not found")
    picture(page, "not-found-en")


def test_going_back_after_success_shows_that_the_bill_is_paid(page: Page, shop: Shop) -> None:
    page.goto(shop.link(shop.bill(), lang="en"))
    type_card(page)
    press(page, "Pay")
    press(page, "Confirm")
    heading(page, "Payment successful")
    page.goto(shop.link(shop.bill(), lang="en"))
    heading(page, "Invoice paid")


def test_back_from_the_bank_leads_to_the_form_which_offers_to_continue(page: Page, shop: Shop) -> None:
    page.goto(shop.link(shop.bill(), lang="en"))
    type_card(page)
    press(page, "Pay")
    heading(page, "Confirm this payment?")
    page.go_back()
    heading(page, "Payment")
    expect(page.get_by_role("status")).to_contain_text("A payment waits for confirmation")
    page.get_by_role("link", name="Continue confirmation").click()
    press(page, "Confirm")
    heading(page, "Payment successful")


def test_the_form_works_in_a_frame_of_the_shop(page: Page, shop: Shop) -> None:
    page.goto(shop.thanks)
    page.set_content(f'<iframe src="{shop.link(shop.bill(), lang="en")}" width="500" height="900"></iframe>')
    frame = page.frame_locator("iframe")
    frame.get_by_text("Test cards", exact=True).click()
    for button in ("Fill in VISA 1049", "Pay 150.00", "Confirm"):
        frame.get_by_role("button", name=button).click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Payment successful")


def test_a_hurried_payer_pays_once(page: Page, shop: Shop) -> None:
    page.goto(shop.link(shop.bill(), lang="en"))
    type_card(page)
    page.get_by_role("button", name="Pay").dblclick()
    heading(page, "Confirm this payment?")
    assert len(shop.call("GET", "bills/1")) == 1


def test_the_test_card_can_be_filled_in(page: Page, shop: Shop, picture: Picture) -> None:
    page.goto(shop.link(shop.bill(), lang="en"))
    page.get_by_text("Test cards", exact=True).click()
    picture(page, "test-cards-en")
    press(page, "Fill in VISA 1049")
    press(page, "Pay 150.00")
    press(page, "Confirm")
    heading(page, "Payment successful")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_form_fits_a_phone_and_can_be_read(
    new_context: Callable[..., BrowserContext], shop: Shop, scheme: str, language: str, picture: Picture
) -> None:
    page = new_context(viewport=PHONE, color_scheme=scheme).new_page()
    page.goto(shop.link(shop.bill(comment="An order of many things. " * 8), lang=language))
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for selector in ("body", "button[type=submit]", ".fine", ".sandbox-mark", "dt", "footer a", "summary"):
        assert contrast(page, selector) >= 4.5, selector
    picture(page, f"form-phone-{scheme}-{language}")


@pytest.mark.parametrize(("answer", "status"), [("Confirm", "COMPLETED"), ("Refuse", "DECLINED")])
def test_the_banks_answer_comes_back_to_a_partner_with_a_form_of_its_own(
    page: Page, shop: Shop, answer: str, status: str, picture: Picture
) -> None:
    page.goto(f"{shop.address}/pay")
    page.get_by_role("button", name="To the bank").click()
    expect(page.get_by_text("127.0.0.1")).to_be_visible()
    picture(page, "issuer-for-partner-en")
    page.get_by_role("button", name=answer).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"order-1: {status}")
    assert page.url == f"{shop.address}/3ds"
    assert shop.call("GET", "payments/1")["status"]["value"] == status
