"""The payer's form, paid without JavaScript."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from qiwi_payin_sandbox import Sandbox, Site

from tests.sandbox.plain_browser import Page, PlainBrowser

if TYPE_CHECKING:
    from collections.abc import Iterator

CARD = {"pan": "4444 4436 1662 1049", "expiryDate": "12/34", "cvv2": "123", "holderName": "CARDHOLDER NAME"}
SHOP = "https://shop.example/thanks?order=1&x=2"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(sites=[Site("test-00", key="key-of-test-00")]) as sandbox:
        yield sandbox


@pytest.fixture
def browser(sandbox: Sandbox) -> PlainBrowser:
    return PlainBrowser(sandbox.origin)


def api(sandbox: Sandbox, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    answer = httpx.request(
        method,
        f"{sandbox.base_url}/payin/v1/sites/{sandbox.site_id}/{path}",
        json=body,
        headers={"Authorization": f"Bearer {sandbox.key}"},
        trust_env=False,
    )
    answer.raise_for_status()
    return answer.json()


def make_bill(sandbox: Sandbox, bill_id: str = "1", **fields: Any) -> Any:
    body = {"amount": {"value": "150.00", "currency": "RUB"}, "expirationDateTime": "2099-07-07T14:30:00+03:00"}
    return api(sandbox, "PUT", f"bills/{bill_id}", body | {"flags": ["SALE"]} | fields)


def bill_status(sandbox: Sandbox, bill_id: str = "1") -> Any:
    return api(sandbox, "GET", f"bills/{bill_id}/details")["status"]["value"]


def pay(browser: PlainBrowser, address: str, answer: str = "confirm", **card: str) -> Page:
    """Pay with a typed card: form, on to the bank, the bank's page, back from the bank, result."""
    to_bank = browser.submit(browser.open(address), **(CARD | card))
    back = browser.submit(browser.submit(to_bank), answer=answer)
    return browser.submit(back)


def test_the_pay_url_opens_a_form_with_what_is_to_be_paid(sandbox: Sandbox, browser: PlainBrowser) -> None:
    page = browser.open(make_bill(sandbox, comment="Spasibo <b>!")["payUrl"])
    assert page.status == 200
    for word in ("150,00 ₽", "Spasibo <b>!", "test-00", "Номер карты", "деньги не списываются"):
        assert word in page.text
    assert "<b>" not in page.html


def test_the_form_is_russian_unless_english_is_asked_for(sandbox: Sandbox, browser: PlainBrowser) -> None:
    address = make_bill(sandbox)["payUrl"]
    assert browser.open(address).language == "ru"
    english = browser.open(f"{address}&lang=en")
    assert english.language == "en"
    assert "Card number" in english.text


def test_every_page_keeps_the_language_and_leads_to_the_other_one(sandbox: Sandbox, browser: PlainBrowser) -> None:
    page = pay(browser, make_bill(sandbox)["payUrl"] + "&lang=en")
    assert page.language == "en"
    assert "lang=ru" in page.links[-1]


def test_a_bill_is_paid_by_card_through_three_d_secure(sandbox: Sandbox, browser: PlainBrowser) -> None:
    page = pay(browser, make_bill(sandbox)["payUrl"])
    assert "Оплата прошла успешно" in page.text
    assert bill_status(sandbox) == "PAID"


def test_a_refusal_at_the_bank_declines_and_the_bill_can_be_paid_again(sandbox: Sandbox, browser: PlainBrowser) -> None:
    address = make_bill(sandbox)["payUrl"] + "&lang=en"
    page = pay(browser, address, "refuse")
    assert "Payment declined The payment was not confirmed" in page.text
    assert bill_status(sandbox) == "CREATED"
    again = browser.open(httpx.URL(page.address).join(page.links[0]).__str__())
    assert "The last payment was declined. The payment was not confirmed" in again.text
    assert "Payment successful" in pay(browser, again.address).text
    assert bill_status(sandbox) == "PAID"


def test_a_payment_left_at_the_bank_can_be_continued(sandbox: Sandbox, browser: PlainBrowser) -> None:
    address = make_bill(sandbox)["payUrl"]
    browser.submit(browser.open(address), **CARD)
    page = browser.open(address)
    assert "Платёж ждёт подтверждения" in page.text
    link = next(link for link in page.links if link.startswith("form/payment"))
    back = browser.submit(browser.submit(browser.open(link)), answer="confirm")
    assert "Оплата прошла успешно" in browser.submit(back).text


@pytest.mark.parametrize(
    ("card", "told"),
    [
        ({"expiryDate": "02/34"}, "ACQUIRING_NOT_PERMITTED"),
        ({"pan": "4444443616621048"}, "ACQUIRING_INVALID_CARD"),
    ],
)
def test_a_card_that_the_bank_declines_is_told_why(
    sandbox: Sandbox, browser: PlainBrowser, card: dict[str, str], told: str
) -> None:
    page = browser.submit(browser.open(make_bill(sandbox)["payUrl"]), **(CARD | card))
    if page.action is not None:
        page = browser.submit(browser.submit(browser.submit(page), answer="confirm"))
    assert "Оплата не прошла" in page.text
    assert told in page.text
    assert bill_status(sandbox) == "CREATED"


@pytest.mark.parametrize(("month", "told"), [("03", "Payment successful"), ("04", "Payment declined")])
def test_a_bank_that_thinks_is_waited_for(sandbox: Sandbox, browser: PlainBrowser, month: str, told: str) -> None:
    page = pay(browser, make_bill(sandbox)["payUrl"] + "&lang=en", expiryDate=f"{month}/34")
    assert "Waiting for the bank" in page.text
    assert page.refresh == "1"
    sandbox.advance(seconds=3)
    assert told in browser.open(page.address).text


def test_wrong_card_data_are_told_at_their_fields_and_nothing_typed_comes_back(
    sandbox: Sandbox, browser: PlainBrowser
) -> None:
    typed = {"pan": "44444436", "expiryDate": "13/31", "cvv2": "98765", "holderName": "ИМЯ ДЕРЖАТЕЛЯ"}
    page = browser.submit(browser.open(make_bill(sandbox)["payUrl"] + "&lang=en"), **typed)
    assert page.status == 422
    for told in ("13 to 19 digits", "such as 12/34", "3 or 4 digits", "Latin letters"):
        assert told in page.text
    assert page.html.count('aria-invalid="true"') == 4
    assert not any(text in page.html for text in typed.values())
    assert api(sandbox, "GET", "bills/1") == []


def test_needed_fields_left_empty_are_told(sandbox: Sandbox, browser: PlainBrowser) -> None:
    page = browser.submit(browser.open(make_bill(sandbox)["payUrl"] + "&lang=en"))
    for told in ("Enter the card number", "Enter the expiry date", "Enter the CVV"):
        assert told in page.text


def test_card_data_are_in_no_address_answer_or_log(
    sandbox: Sandbox, browser: PlainBrowser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    card = {"pan": "4256000000000003", "expiryDate": "11/37", "cvv2": "968", "holderName": "SECRET HOLDER"}
    assert "Оплата прошла успешно" in pay(browser, make_bill(sandbox)["payUrl"], **card).text
    everything = "\n".join([*browser.addresses, *browser.answers, caplog.text])
    for secret in ("4256000000000003", "11/37", "11%2F37", ">968<", "=968", "SECRET"):
        assert secret not in everything


def test_the_success_url_of_the_link_goes_before_the_sites() -> None:
    with Sandbox(sites=[Site("test-00", key="k", success_url="https://site.example/")]) as sandbox:
        browser = PlainBrowser(sandbox.origin)
        page = pay(browser, make_bill(sandbox, "1")["payUrl"])
        assert page.refresh == "5;url=https://site.example/"
        address = str(httpx.URL(make_bill(sandbox, "2")["payUrl"]).copy_merge_params({"successUrl": SHOP}))
        page = pay(browser, address)
        assert page.refresh == f"5;url={SHOP}"
        assert SHOP in page.links
        assert "shop.example" in page.text


def test_only_success_leads_away(sandbox: Sandbox, browser: PlainBrowser) -> None:
    address = str(httpx.URL(make_bill(sandbox)["payUrl"]).copy_merge_params({"successUrl": SHOP}))
    page = pay(browser, address, "refuse")
    assert page.refresh is None
    assert SHOP not in page.links


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//shop.example/", "data:text/html,x"])
def test_a_success_url_that_is_no_web_address_leads_nowhere(
    sandbox: Sandbox, browser: PlainBrowser, address: str
) -> None:
    link = str(httpx.URL(make_bill(sandbox)["payUrl"]).copy_merge_params({"successUrl": address}))
    page = pay(browser, link)
    assert page.refresh is None
    assert "Оплата прошла успешно" in page.text
    assert address not in page.html


def test_without_a_success_url_the_result_stays(sandbox: Sandbox, browser: PlainBrowser) -> None:
    assert pay(browser, make_bill(sandbox)["payUrl"]).refresh is None


def test_a_paid_bill_says_so_and_is_not_paid_again(sandbox: Sandbox, browser: PlainBrowser) -> None:
    address = make_bill(sandbox)["payUrl"]
    form = browser.open(address)
    pay(browser, address)
    assert "Счёт оплачен" in browser.open(address).text
    assert "Счёт оплачен" in browser.submit(form, **CARD).text
    assert len(api(sandbox, "GET", "bills/1")) == 1


def test_an_expired_bill_says_so_and_cannot_be_paid(sandbox: Sandbox, browser: PlainBrowser) -> None:
    address = make_bill(sandbox, expirationDateTime=(datetime.now(UTC) + timedelta(hours=1)).isoformat())["payUrl"]
    form = browser.open(address)
    sandbox.advance(seconds=3600)
    assert "Срок оплаты истёк" in browser.open(address).text
    assert "Срок оплаты истёк" in browser.submit(form, **CARD).text
    assert bill_status(sandbox) == "EXPIRED"


@pytest.mark.parametrize("page", ["form", "form/payment"])
@pytest.mark.parametrize("query", ["", "?invoiceUid=", "?invoiceUid=00000000-0000-0000-0000-000000000000&lang=en"])
def test_an_unknown_invoice_is_not_found(sandbox: Sandbox, browser: PlainBrowser, page: str, query: str) -> None:
    answer = browser.open(f"/{page}{query}")
    assert answer.status == 404
    assert ("Invoice not found" if "en" in query else "Счёт не найден") in answer.text


def test_an_unknown_payment_leads_to_the_form(sandbox: Sandbox, browser: PlainBrowser) -> None:
    uid = make_bill(sandbox)["invoiceUid"]
    assert "Номер карты" in browser.open(f"/form/payment?invoiceUid={uid}&paymentId=none").text


def test_a_double_click_pays_once(sandbox: Sandbox, browser: PlainBrowser) -> None:
    form = browser.open(make_bill(sandbox)["payUrl"])
    assert browser.submit(form, **CARD).address == browser.submit(form, **CARD).address
    assert len(api(sandbox, "GET", "bills/1")) == 1


def linked_card_bill(sandbox: Sandbox, browser: PlainBrowser) -> Any:
    customer = {"account": "buyer-1"}
    pay(browser, make_bill(sandbox, "1", customer=customer, flags=["SALE", "BIND_PAYMENT_TOKEN"])["payUrl"])
    return make_bill(sandbox, "2", customer=customer)


def test_a_saved_card_pays_without_card_data_and_three_d_secure(sandbox: Sandbox, browser: PlainBrowser) -> None:
    form = browser.open(linked_card_bill(sandbox, browser)["payUrl"])
    assert "•••• 1049" in form.text
    assert "Оплата прошла успешно" in browser.submit(form).text
    assert bill_status(sandbox, "2") == "PAID"


def test_a_saved_cards_token_is_not_in_the_page(sandbox: Sandbox, browser: PlainBrowser) -> None:
    form = browser.open(linked_card_bill(sandbox, browser)["payUrl"])
    token = api(sandbox, "GET", "bills/1")[0]["createdToken"]["token"]
    assert token not in form.html


def test_an_unknown_saved_card_is_asked_for_again(sandbox: Sandbox, browser: PlainBrowser) -> None:
    form = browser.open(linked_card_bill(sandbox, browser)["payUrl"])
    page = browser.submit(form, card="0" * 32)
    assert page.status == 422
    assert "больше не привязана" in page.text


def test_other_buyers_see_no_saved_card(sandbox: Sandbox, browser: PlainBrowser) -> None:
    linked_card_bill(sandbox, browser)
    form = browser.open(make_bill(sandbox, "3", customer={"account": "buyer-2"})["payUrl"])
    assert "Ваши карты" not in form.text


def test_the_card_alone_is_shown_where_no_method_was_connected(sandbox: Sandbox, browser: PlainBrowser) -> None:
    page = browser.open(make_bill(sandbox, billPaymentMethodsType=["CARD", "SBP"])["payUrl"])
    assert "СБП" not in page.text


def test_methods_of_the_bill_are_shown_where_methods_were_connected() -> None:
    with Sandbox(sites=[Site("test-00", key="k", form_methods=("SBP",))]) as sandbox:
        browser = PlainBrowser(sandbox.origin)
        address = make_bill(sandbox, billPaymentMethodsType=["CARD", "SBP"])["payUrl"]
        card = browser.open(f"{address}&paymentMethod=QIWI_WALLET")
        assert "Номер карты" in card.text
        sbp = browser.open(f"{address}&paymentMethod=SBP")
        assert "нельзя" in sbp.text
        assert sbp.action is None


def test_a_bill_that_takes_no_card_is_not_paid_by_card() -> None:
    with Sandbox(sites=[Site("test-00", key="k", form_methods=("SBP",))]) as sandbox:
        browser = PlainBrowser(sandbox.origin)
        bill = make_bill(sandbox, billPaymentMethodsType=["SBP"])
        assert browser.open(bill["payUrl"]).action is None
        page = browser.post("/form", {"invoiceUid": bill["invoiceUid"], **CARD})
        assert "нельзя" in page.text
        assert api(sandbox, "GET", "bills/1") == []


def test_pages_are_not_kept_and_load_nothing_from_elsewhere(sandbox: Sandbox, browser: PlainBrowser) -> None:
    headers = browser.open(make_bill(sandbox)["payUrl"]).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Content-Security-Policy"].endswith("form-action 'self'")


def test_only_forms_of_a_sensible_size_are_read(sandbox: Sandbox, browser: PlainBrowser) -> None:
    with httpx.Client(base_url=sandbox.origin, trust_env=False) as client:
        assert client.post("/form", json={"invoiceUid": "1"}).status_code == 415
        assert client.post("/form", data={"pan": "4" * 100_000}).status_code == 413
        assert client.post("/form", data={str(number): "" for number in range(100)}).status_code == 400


def test_a_forged_answer_of_the_bank_finishes_nothing(sandbox: Sandbox, browser: PlainBrowser) -> None:
    bill = make_bill(sandbox)
    browser.submit(browser.open(bill["payUrl"]), **CARD)
    page = browser.post(f"/form/3ds?invoiceUid={bill['invoiceUid']}", {"PaRes": "forged", "MD": "1"})
    assert page.status == 404
    assert bill_status(sandbox) == "CREATED"


def test_a_payer_who_comes_too_late_to_the_bank_finds_the_way_back(sandbox: Sandbox, browser: PlainBrowser) -> None:
    to_bank = browser.submit(browser.open(make_bill(sandbox)["payUrl"] + "&lang=en"), **CARD)
    question = browser.submit(to_bank)
    sandbox.advance(seconds=15 * 60)
    page = browser.submit(question, answer="confirm")
    assert page.status == 404
    form = browser.open(page.links[0])
    assert "The last payment was declined. The payment was not confirmed in time." in form.text
    assert "Payment successful" in pay(browser, form.address).text


def test_the_banks_answer_brought_twice_shows_the_same_result(sandbox: Sandbox, browser: PlainBrowser) -> None:
    to_bank = browser.submit(browser.open(make_bill(sandbox)["payUrl"]), **CARD)
    back = browser.submit(browser.submit(to_bank), answer="confirm")
    assert browser.submit(back).address == browser.submit(back).address
    assert len(api(sandbox, "GET", "bills/1")) == 1
