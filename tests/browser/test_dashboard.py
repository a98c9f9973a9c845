"""A developer at the dashboard, in Chromium: follows what happens, and makes it happen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.browser.screen import contrast, expect, press
from tests.sandbox.listener import Listener

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import BrowserContext, Page
    from qiwi_payin_sandbox import Sandbox

    from tests.browser.conftest import Picture
    from tests.browser.shop import Shop

PHONE = {"width": 375, "height": 720}
CARD = {"type": "CARD", "pan": "4444443616621049", "expiryDate": "12/34", "cvv2": "123"}


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as listener:
        yield listener


def site(sandbox: Sandbox, path: str = "") -> str:
    return f"{sandbox.origin}/dashboard/sites/test-00{path}"


def hold(shop: Shop, listener: Listener) -> None:
    body = {"paymentMethod": CARD, "amount": {"value": "100.00", "currency": "RUB"}, "callbackUrl": listener.url}
    shop.call("PUT", "payments/hold-1", body)


def test_what_a_program_does_appears_as_it_happens(page: Page, sandbox: Sandbox, shop: Shop, picture: Picture) -> None:
    page.goto(site(sandbox))
    expect(page.locator("#follow")).to_contain_text("following")
    expect(page.locator("#newest-bills")).to_contain_text("None yet")
    picture(page, "dashboard-empty")
    shop.bill("order-1")
    expect(page.locator("#newest-bills")).to_contain_text("order-1")
    sandbox.pay_bill("order-1")
    expect(page.locator("#newest-bills")).to_contain_text("PAID")
    expect(page.locator("#newest-events")).to_contain_text("bill.paid")
    expect(page.locator("#newest-requests")).to_contain_text("billsCreate")
    picture(page, "dashboard-overview")


def test_a_bill_is_made_and_paid_without_leaving_the_page(page: Page, sandbox: Sandbox, picture: Picture) -> None:
    page.goto(site(sandbox))
    page.get_by_label("Sum").fill("321.00")
    press(page, "Make")
    expect(page.get_by_role("status")).to_contain_text("waits to be paid")
    page.locator("#newest-bills a", has_text="bill-").click()
    picture(page, "dashboard-bill")
    press(page, "Pay with a test card")
    expect(page.get_by_role("status")).to_contain_text("COMPLETED")
    expect(page.get_by_role("heading", level=1)).to_contain_text("PAID")


def test_a_hold_is_captured_by_the_clock_and_its_ledger_says_so(
    page: Page, sandbox: Sandbox, shop: Shop, listener: Listener, picture: Picture
) -> None:
    hold(shop, listener)
    payment = page.context.new_page()
    payment.goto(site(sandbox, "/payments/hold-1"))
    expect(payment.locator(".ledger")).not_to_contain_text("capture")
    page.goto(site(sandbox))
    press(page, "+3 d")
    expect(page.get_by_role("status")).to_contain_text("fell due on the way")
    expect(payment.locator(".ledger tbody tr")).to_have_count(2)
    expect(payment.locator(".ledger")).to_contain_text("capture")
    expect(payment.locator(".timeline")).to_contain_text("capture.completed")
    picture(payment, "dashboard-payment")


def test_a_notification_is_sent_again_and_the_attempt_appears(
    page: Page, sandbox: Sandbox, shop: Shop, listener: Listener, picture: Picture
) -> None:
    hold(shop, listener)
    page.goto(site(sandbox, "/notifications"))
    page.get_by_role("link", name="hold-1").click()
    expect(page.locator(".attempts li")).to_have_count(1)
    press(page, "Resend")
    expect(page.get_by_role("status")).to_contain_text("again")
    expect(page.locator(".attempts li")).to_have_count(2)
    expect(page.locator(".attempts")).to_contain_text("asked for")
    assert len(listener.received) == 2
    picture(page, "dashboard-notification")


def test_a_fault_is_set_and_strikes(page: Page, sandbox: Sandbox, shop: Shop) -> None:
    page.goto(site(sandbox))
    page.get_by_label("What goes wrong").select_option("error_503")
    page.get_by_label("With what").select_option("billsGet")
    press(page, "Add")
    expect(page.locator("#faults")).to_contain_text("billsGet, struck 0 of 1")
    shop.bill("order-1")
    with pytest.raises(Exception, match="503"):
        shop.bill_status("order-1")
    expect(page.locator("#faults")).to_contain_text("Nothing goes wrong")
    expect(page.locator("#newest-events")).to_contain_text("fault.error_503")


def test_what_is_typed_is_not_lost_when_something_happens(page: Page, sandbox: Sandbox, shop: Shop) -> None:
    page.goto(site(sandbox))
    page.get_by_label("How far").fill("77")
    shop.bill("order-1")
    expect(page.locator("#newest-bills")).to_contain_text("order-1")
    expect(page.get_by_label("How far")).to_have_value("77")
    expect(page.get_by_label("How far")).to_be_focused()


def test_without_javascript_it_works_by_loading_pages(plain_page: Page, sandbox: Sandbox, shop: Shop) -> None:
    page = plain_page
    shop.bill("order-1")
    page.goto(f"{sandbox.origin}/")
    page.get_by_role("link", name=re.compile("^Dashboard What is")).click()
    page.get_by_role("link", name="test-00").click()
    expect(page.locator("#follow")).to_be_hidden()
    page.locator("#newest-bills").get_by_role("link", name="order-1").click()
    press(page, "Pay with a test card")
    expect(page.get_by_role("status")).to_contain_text("COMPLETED")
    page.get_by_label("Find by id").fill("order-1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("order-1")


def test_a_request_can_be_looked_into(page: Page, sandbox: Sandbox, shop: Shop, picture: Picture) -> None:
    shop.pay_on_own_form()
    page.goto(site(sandbox, "/requests"))
    page.get_by_role("link", name="paymentsCreate").click()
    expect(page.locator(".code").first).to_contain_text('"pan": "444444******1049"')
    expect(page.locator(".code").first).to_contain_text('"cvv2": "***"')
    picture(page, "dashboard-request")
    page.get_by_role("link", name="paymentsCreate").click()
    expect(page.locator("#paymentsCreate")).to_be_in_viewport()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_and_can_be_read(
    *,
    new_context: Callable[..., BrowserContext],
    sandbox: Sandbox,
    shop: Shop,
    listener: Listener,
    scheme: str,
    picture: Picture,
) -> None:
    hold(shop, listener)
    shop.bill("order-1", comment="An order of many things. " * 8)
    page = new_context(viewport=PHONE, color_scheme=scheme).new_page()
    for name, path in {"overview": "", "payment": "/payments/hold-1", "bill": "/bills/order-1"}.items():
        page.goto(site(sandbox, path))
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
        picture(page, f"dashboard-{name}-phone-{scheme}")
    page.goto(site(sandbox))
    for selector in ("body", ".fine", ".time", ".status-created", ".status-completed", ".path", "button", "td a"):
        assert contrast(page, selector) >= 4.5, selector


def test_the_reference_is_searched(page: Page, sandbox: Sandbox, picture: Picture) -> None:
    page.goto(f"{sandbox.origin}/docs")
    expect(page.get_by_role("heading", level=1)).to_contain_text("QIWI payment acceptance")
    picture(page, "reference")
    page.keyboard.press("/")
    page.keyboard.type("pares")
    expect(page.locator("#schema-CompleteRequest")).to_be_visible()
    expect(page.locator("#billsCreate")).to_be_hidden()
    page.get_by_label("Find").fill("nothing has this name")
    expect(page.locator("#nothing")).to_be_visible()
    page.get_by_label("Find").fill("capture held")
    page.keyboard.press("Enter")
    expect(page.locator("#capturesCreate")).to_be_in_viewport()
