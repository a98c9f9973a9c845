"""The popup library on a shop's page of another origin, and what the form tells whoever has it in a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.screen import expect, type_card

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, FrameLocator, Page
    from qiwi_payin_sandbox import Sandbox

    from tests.browser.conftest import Picture
    from tests.browser.shop import Shop

OUTCOME = """async () => {
  const late = new Promise((resolve) => setTimeout(() => resolve({ reason: "NOTHING HAPPENED" }), 15000));
  return { ...(await Promise.race([window.outcome, late])) };
}"""
UNKNOWN = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def shop_page(page: Page, shop: Shop, sandbox: Sandbox) -> Page:
    """A page of the shop that has the library, and a button which has the focus."""
    page.goto(shop.address)
    page.set_content('<!doctype html><html lang="en"><button autofocus>Buy</button>')
    page.add_script_tag(url=f"{sandbox.origin}/popup/v2.js")
    page.get_by_role("button", name="Buy").focus()
    return page


def call(page: Page, function: str, **parameters: Any) -> None:
    """Call a function of the library; what becomes of its promise is kept in `window.outcome`."""
    page.evaluate(
        """([name, parameters]) => {
          window.outcome = QiwiCheckout[name](parameters).then(
            (data) => ({ data }),
            (error) => ({ reason: error.reason, fields: error.fields, isError: error instanceof Error }),
          );
        }""",
        [function, parameters],
    )


def public_key(sandbox: Sandbox) -> str:
    return sandbox.sites[sandbox.site_id].public_key or ""


def form_in(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


def pay_in(page: Page, answer: str = "Confirm") -> None:
    form = form_in(page)
    form.get_by_text("Test cards", exact=True).click()
    for button in ("Fill in VISA 1049", "Pay 150.00", answer):
        form.get_by_role("button", name=button).click()


def test_create_invoice_opens_the_form_and_resolves_when_it_is_paid(
    shop_page: Page, shop: Shop, sandbox: Sandbox, picture: Picture
) -> None:
    wanted = {"publicKey": public_key(sandbox), "amount": 10.5, "comment": "Book", "account": "buyer-1"}
    call(shop_page, "createInvoice", **wanted, customFields={"cf1": "x", "themeCode": "plum"})
    form = form_in(shop_page)
    expect(form.get_by_text("10,50").first).to_be_visible()
    picture(shop_page, "popup")
    form.get_by_label("Номер карты").press_sequentially("4444443616621049")
    form.get_by_label("Срок действия").press_sequentially("1234")
    form.get_by_label("CVV").press_sequentially("123")
    form.get_by_role("button", name="Оплатить").click()
    form.get_by_role("button", name="Подтвердить").click()
    expect(form.get_by_role("heading", level=1)).to_have_text("Оплата прошла успешно")
    data = shop_page.evaluate(OUTCOME)["data"]
    assert data["amount"] == 10.5
    bill = shop.call("GET", f"bills/{data['billId']}/details")
    assert (bill["amount"]["value"], bill["status"]["value"], bill["customer"]) == (
        "10.50",
        "PAID",
        {"account": "buyer-1"},
    )
    assert bill["customFields"] == {"cf1": "x", "themeCode": "plum", "invoice_creation_type": "PUBLIC_KEY"}
    assert bill["payments"][0]["capturedAmount"]["value"] == "0.00"


def test_the_window_closes_after_success_and_gives_the_focus_back(shop_page: Page, shop: Shop) -> None:
    call(shop_page, "openInvoice", payUrl=shop.link(shop.bill(), lang="en"))
    expect(shop_page.get_by_role("dialog", name="Payment form")).to_be_visible()
    pay_in(shop_page)
    assert shop_page.evaluate(OUTCOME)["data"]["payUrl"].endswith("lang=en")
    expect(shop_page.get_by_role("dialog")).to_have_count(0)
    expect(shop_page.get_by_role("button", name="Buy")).to_be_focused()


@pytest.mark.parametrize("close", ["Escape", "button"])
def test_a_window_closed_without_paying_rejects(shop_page: Page, shop: Shop, close: str) -> None:
    call(shop_page, "openInvoice", payUrl=shop.link(shop.bill(), lang="en"))
    expect(form_in(shop_page).get_by_label("Card number")).to_be_visible()
    if close == "button":
        shop_page.get_by_role("button", name="Close").click()
    else:
        shop_page.keyboard.press("Escape")
    assert shop_page.evaluate(OUTCOME) == {"reason": "POPUP_CLOSED", "fields": None, "isError": True}
    expect(shop_page.get_by_role("button", name="Buy")).to_be_focused()


def test_a_failed_payment_rejects_when_the_window_is_closed(shop_page: Page, shop: Shop) -> None:
    call(shop_page, "openInvoice", payUrl=shop.link(shop.bill(), lang="en"))
    pay_in(shop_page, "Refuse")
    expect(form_in(shop_page).get_by_role("link", name="Try again")).to_be_visible()
    shop_page.get_by_role("button", name="Close").click()
    assert shop_page.evaluate(OUTCOME)["reason"] == "PAYMENT_FAILED"


def test_a_payer_who_tries_again_and_pays_is_no_failure(shop_page: Page, shop: Shop) -> None:
    call(shop_page, "openInvoice", payUrl=shop.link(shop.bill(), lang="en"))
    pay_in(shop_page, "Refuse")
    form_in(shop_page).get_by_role("link", name="Try again").click()
    pay_in(shop_page)
    assert "data" in shop_page.evaluate(OUTCOME)


def test_a_window_closed_at_the_bank_leaves_the_result_open(shop_page: Page, shop: Shop) -> None:
    call(shop_page, "openInvoice", payUrl=shop.link(shop.bill(), lang="en"))
    form = form_in(shop_page)
    form.get_by_text("Test cards", exact=True).click()
    for button in ("Fill in VISA 1049", "Pay 150.00"):
        form.get_by_role("button", name=button).click()
    expect(form.get_by_role("button", name="Confirm")).to_be_visible()
    shop_page.get_by_role("button", name="Close").click()
    assert shop_page.evaluate(OUTCOME)["reason"] == "PAYMENT_UNFINISHED"


def test_an_invoice_that_is_not_there_rejects(shop_page: Page, shop: Shop) -> None:
    call(shop_page, "openInvoice", payUrl=shop.link(shop.bill(), invoiceUid=UNKNOWN))
    assert shop_page.evaluate(OUTCOME)["reason"] == "INITIALIZATION_FAILED"


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": None}, "amount"),
        ({"publicKey": "none"}, "publicKey"),
        ({"comment": "x" * 256}, "comment"),
        ({"lifetime": "tomorrow"}, "lifetime"),
        ({"email": "x" * 65}, "email"),
        ({"customFields": {"cf1": {}}}, "customFields"),
    ],
)
def test_a_parameter_that_breaks_its_rule_is_named(
    shop_page: Page, sandbox: Sandbox, wrong: dict[str, Any], named: str
) -> None:
    call(shop_page, "createInvoice", **({"publicKey": public_key(sandbox), "amount": 1} | wrong))
    outcome = shop_page.evaluate(OUTCOME)
    assert (outcome["reason"], list(outcome["fields"])) == ("INVALID_PARAMETERS", [named])
    expect(shop_page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("pay_url", [None, "", "javascript:alert(1)", "form?invoiceUid=1"])
def test_only_web_addresses_are_opened(shop_page: Page, pay_url: str | None) -> None:
    call(shop_page, "openInvoice", payUrl=pay_url)
    assert shop_page.evaluate(OUTCOME)["reason"] == "INVALID_PARAMETERS"


def test_one_window_at_a_time(shop_page: Page, shop: Shop) -> None:
    link = shop.link(shop.bill(), lang="en")
    call(shop_page, "openInvoice", payUrl=link)
    call(shop_page, "openInvoice", payUrl=link)
    assert shop_page.evaluate(OUTCOME)["reason"] == "POPUP_OPEN"
    expect(shop_page.get_by_role("dialog")).to_have_count(1)


def test_messages_of_others_settle_nothing(shop_page: Page, shop: Shop) -> None:
    call(shop_page, "openInvoice", payUrl=shop.link(shop.bill(), lang="en"))
    expect(form_in(shop_page).get_by_label("Card number")).to_be_visible()
    shop_page.evaluate("window.postMessage('PAYMENT_SUCCEEDED', '*')")
    shop_page.get_by_role("button", name="Close").click()
    assert shop_page.evaluate(OUTCOME)["reason"] == "POPUP_CLOSED"


def test_the_library_keeps_to_a_strict_policy_of_the_shop(page: Page, shop: Shop, sandbox: Sandbox) -> None:
    only = sandbox.origin
    shop.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src {only}; connect-src {only}; frame-src {only}"
    )
    page.goto(shop.thanks)
    page.add_script_tag(url=f"{only}/popup/v2.js")
    call(page, "createInvoice", publicKey=public_key(sandbox), amount="3.00")
    expect(form_in(page).get_by_label("Номер карты")).to_be_visible()
    width = page.locator("dialog").evaluate("dialog => dialog.getBoundingClientRect().width")
    assert width == 480


def test_the_window_fits_a_phone(
    new_context: Callable[..., BrowserContext], shop: Shop, sandbox: Sandbox, picture: Picture
) -> None:
    page = new_context(viewport={"width": 375, "height": 720}).new_page()
    page.goto(shop.thanks)
    page.add_script_tag(url=f"{sandbox.origin}/popup/v2.js")
    call(page, "openInvoice", payUrl=shop.link(shop.bill()))
    expect(form_in(page).get_by_label("Номер карты")).to_be_visible()
    assert page.locator("dialog").bounding_box() == {"x": 0, "y": 0, "width": 375, "height": 720}
    picture(page, "popup-phone")


@pytest.fixture
def framed(page: Page, shop: Shop) -> Callable[[str], Page]:
    """Show a link in a frame of the shop's page, which keeps what it is told."""

    def show(link: str) -> Page:
        page.goto(shop.thanks)
        page.evaluate(
            """(link) => {
              window.told = [];
              addEventListener("message", (event) => window.told.push([event.data, event.origin]));
              const frame = document.createElement("iframe");
              Object.assign(frame, { src: link, width: 500, height: 900, allow: "payment" });
              document.body.append(frame);
            }""",
            link,
        )
        return page

    return show


def told(page: Page, *events: str) -> None:
    """Wait until the page has been told these, all from one origin."""
    page.wait_for_function("count => window.told.length >= count", arg=len(events))
    listed = page.evaluate("window.told")
    assert [event for event, _ in listed] == list(events)
    assert len({origin for _, origin in listed}) == 1


def test_a_frame_is_told_of_success(framed: Callable[[str], Page], shop: Shop) -> None:
    page = framed(shop.link(shop.bill(), lang="en"))
    told(page, "INITIALIZED")
    pay_in(page)
    told(page, "INITIALIZED", "PAYMENT_ATTEMPT", "PAYMENT_SUCCEEDED")


def test_a_frame_is_told_of_failure_and_of_the_next_try(framed: Callable[[str], Page], shop: Shop) -> None:
    page = framed(shop.link(shop.bill(), lang="en"))
    pay_in(page, "Refuse")
    failed = ("INITIALIZED", "PAYMENT_ATTEMPT", "PAYMENT_FAILED")
    told(page, *failed)
    form_in(page).get_by_role("link", name="Try again").click()
    told(page, *failed, "INITIALIZED")


def test_data_that_never_leave_the_page_are_no_attempt(framed: Callable[[str], Page], shop: Shop) -> None:
    page = framed(shop.link(shop.bill(), lang="en"))
    form_in(page).get_by_role("button", name="Pay").click()
    expect(form_in(page).get_by_text("Enter the card number")).to_be_visible()
    told(page, "INITIALIZED")


@pytest.mark.parametrize("case", ["unknown", "expired", "wrong link"])
def test_a_frame_is_told_that_there_is_nothing_to_pay(
    framed: Callable[[str], Page], shop: Shop, sandbox: Sandbox, case: str
) -> None:
    links = {
        "unknown": shop.link(shop.bill(), invoiceUid=UNKNOWN),
        "expired": shop.bill("2", expirationDateTime="2020-01-01T00:00:00+03:00")["payUrl"],
        "wrong link": f"{sandbox.origin}/create?publicKey=none",
    }
    told(framed(links[case]), "INITIALIZATION_FAILED")


def test_a_paid_bill_tells_that_it_is_paid(framed: Callable[[str], Page], shop: Shop, sandbox: Sandbox) -> None:
    link = shop.link(shop.bill())
    sandbox.pay_bill("1")
    told(framed(link), "PAYMENT_SUCCEEDED")


def test_a_typed_card_never_reaches_the_shop(framed: Callable[[str], Page], shop: Shop) -> None:
    page = framed(shop.link(shop.bill(), lang="en"))
    frame = page.frames[-1]
    frame.wait_for_selector("#pan")
    type_card(frame, number="4256000000000003")  # type: ignore[arg-type] # a frame has a page's locators
    frame.get_by_role("button", name="Pay").click()
    frame.wait_for_selector(".issuer")
    assert "4256" not in str(page.evaluate("window.told"))
