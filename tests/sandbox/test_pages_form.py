"""The payer's form, paid without JavaScript."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from qiwi_payin_sandbox import Sandbox, Site

from tests.browser.shop import Shop
from tests.sandbox.plain_browser import Page, PlainBrowser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CARD = {"pan": "4444 4436 1662 1049", "expiryDate": "12/34", "cvv2": "123", "holderName": "CARDHOLDER NAME"}
NAMES = [
    *("invoiceUid", "lang", "successUrl", "paymentMethod", "paymentId", "attempt", "card"),
    *("pan", "expiryDate", "cvv2", "holderName", "PaReq", "PaRes", "MD", "TermUrl", "answer"),
]
SHOP = "https://shop.example/thanks?order=1&x=2"


@contextmanager
def opened(**settings: Any) -> Iterator[tuple[Sandbox, Shop, PlainBrowser]]:
    """Open a sandbox, whose site has these settings, and a shop in it."""
    with (
        Sandbox(sites=[Site("test-00", key="key-of-test-00", **settings)]) as sandbox,
        Shop(f"{sandbox.base_url}/payin/v1/sites/{sandbox.site_id}", sandbox.key) as shop,
    ):
        yield sandbox, shop, PlainBrowser(sandbox.origin)


@pytest.fixture
def world() -> Iterator[tuple[Sandbox, Shop, PlainBrowser]]:
    with opened() as world:
        yield world


@pytest.fixture
def sandbox(world: tuple[Sandbox, Shop, PlainBrowser]) -> Sandbox:
    return world[0]


@pytest.fixture
def shop(world: tuple[Sandbox, Shop, PlainBrowser]) -> Shop:
    return world[1]


@pytest.fixture
def browser(world: tuple[Sandbox, Shop, PlainBrowser]) -> PlainBrowser:
    return world[2]


def pay(browser: PlainBrowser, address: str, answer: str = "confirm", **card: str) -> Page:
    """Pay with a typed card: form, on to the bank, the bank's page, back from the bank, result."""
    to_bank = browser.submit(browser.open(address), **(CARD | card))
    back = browser.submit(browser.submit(to_bank), answer=answer)
    return browser.submit(back)


def test_the_pay_url_opens_a_form_with_what_is_to_be_paid(shop: Shop, browser: PlainBrowser) -> None:
    page = browser.open(shop.bill(comment="Spasibo <b>!")["payUrl"])
    assert page.status == 200
    for word in ("150,00 ₽", "Spasibo <b>!", "test-00", "Номер карты", "деньги не списываются"):
        assert word in page.text
    assert "<b>" not in page.html


def test_the_form_is_russian_unless_english_is_asked_for(shop: Shop, browser: PlainBrowser) -> None:
    address = shop.bill()["payUrl"]
    assert browser.open(address).language == "ru"
    english = browser.open(f"{address}&lang=en")
    assert english.language == "en"
    assert "Card number" in english.text


def test_every_page_keeps_the_language_and_leads_to_the_other_one(shop: Shop, browser: PlainBrowser) -> None:
    page = pay(browser, shop.bill()["payUrl"] + "&lang=en")
    assert page.language == "en"
    assert "lang=ru" in page.links[-1]


def test_a_bill_is_paid_by_card_through_three_d_secure(shop: Shop, browser: PlainBrowser) -> None:
    page = pay(browser, shop.bill()["payUrl"])
    assert "Оплата прошла успешно" in page.text
    assert shop.bill_status() == "PAID"


def test_after_a_refusal_at_the_bank_the_bill_can_be_paid_again(shop: Shop, browser: PlainBrowser) -> None:
    address = shop.bill()["payUrl"] + "&lang=en"
    page = pay(browser, address, "refuse")
    assert "Payment declined The payment was not confirmed" in page.text
    assert shop.bill_status() == "CREATED"
    again = browser.open(httpx.URL(page.address).join(page.links[0]).__str__())
    assert "The last payment was declined. The payment was not confirmed" in again.text
    assert "Payment successful" in pay(browser, again.address).text
    assert shop.bill_status() == "PAID"


def test_a_payment_left_at_the_bank_can_be_continued(shop: Shop, browser: PlainBrowser) -> None:
    address = shop.bill()["payUrl"]
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
    shop: Shop, browser: PlainBrowser, card: dict[str, str], told: str
) -> None:
    page = browser.submit(browser.open(shop.bill()["payUrl"]), **(CARD | card))
    if page.action is not None:
        page = browser.submit(browser.submit(browser.submit(page), answer="confirm"))
    assert "Оплата не прошла" in page.text
    assert told in page.text
    assert shop.bill_status() == "CREATED"


@pytest.mark.parametrize(("month", "told"), [("03", "Payment successful"), ("04", "Payment declined")])
def test_a_bank_that_thinks_is_waited_for(
    sandbox: Sandbox, shop: Shop, browser: PlainBrowser, month: str, told: str
) -> None:
    page = pay(browser, shop.bill()["payUrl"] + "&lang=en", expiryDate=f"{month}/34")
    assert "Waiting for the bank" in page.text
    assert page.refresh == "1"
    sandbox.advance(seconds=3)
    assert told in browser.open(page.address).text


def test_wrong_card_data_are_told_at_their_fields_and_do_not_come_back(shop: Shop, browser: PlainBrowser) -> None:
    typed = {"pan": "44444436", "expiryDate": "13/31", "cvv2": "98765", "holderName": "ИМЯ ДЕРЖАТЕЛЯ"}
    page = browser.submit(browser.open(shop.bill()["payUrl"] + "&lang=en"), **typed)
    assert page.status == 422
    for told in ("13 to 19 digits", "such as 12/34", "3 or 4 digits", "Latin letters"):
        assert told in page.text
    assert page.html.count('aria-invalid="true"') == 4
    assert not any(text in page.html for text in typed.values())
    assert shop.call("GET", "bills/1") == []


def test_needed_fields_left_empty_are_told(shop: Shop, browser: PlainBrowser) -> None:
    page = browser.submit(browser.open(shop.bill()["payUrl"] + "&lang=en"))
    for told in ("Enter the card number", "Enter the expiry date", "Enter the CVV"):
        assert told in page.text


def test_card_data_are_in_no_address_answer_or_log(
    shop: Shop, browser: PlainBrowser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    card = {"pan": "4256000000000003", "expiryDate": "11/37", "cvv2": "968", "holderName": "SECRET HOLDER"}
    assert "Оплата прошла успешно" in pay(browser, shop.bill()["payUrl"], **card).text
    everything = "\n".join([*browser.addresses, *browser.answers, caplog.text])
    for secret in ("4256000000000003", "11/37", "11%2F37", ">968<", "=968", "SECRET"):
        assert secret not in everything


def test_the_success_url_of_the_link_goes_before_the_sites() -> None:
    with opened(success_url="https://site.example/") as (_, shop, browser):
        page = pay(browser, shop.bill("1")["payUrl"])
        assert page.refresh == "5;url=https://site.example/"
        address = str(httpx.URL(shop.bill("2")["payUrl"]).copy_merge_params({"successUrl": SHOP}))
        page = pay(browser, address)
        assert page.refresh == f"5;url={SHOP}"
        assert SHOP in page.links
        assert "shop.example" in page.text


def test_only_success_leads_away(shop: Shop, browser: PlainBrowser) -> None:
    address = str(httpx.URL(shop.bill()["payUrl"]).copy_merge_params({"successUrl": SHOP}))
    page = pay(browser, address, "refuse")
    assert page.refresh is None
    assert SHOP not in page.links


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//shop.example/", "data:text/html,x"])
def test_a_success_url_that_is_no_web_address_leads_nowhere(shop: Shop, browser: PlainBrowser, address: str) -> None:
    link = str(httpx.URL(shop.bill()["payUrl"]).copy_merge_params({"successUrl": address}))
    page = pay(browser, link)
    assert page.refresh is None
    assert "Оплата прошла успешно" in page.text
    assert address not in page.html


def test_without_a_success_url_the_result_stays(shop: Shop, browser: PlainBrowser) -> None:
    assert pay(browser, shop.bill()["payUrl"]).refresh is None


def test_a_paid_bill_says_so_and_is_not_paid_again(shop: Shop, browser: PlainBrowser) -> None:
    address = shop.bill()["payUrl"]
    form = browser.open(address)
    pay(browser, address)
    assert "Счёт оплачен" in browser.open(address).text
    assert "Счёт оплачен" in browser.submit(form, **CARD).text
    assert len(shop.call("GET", "bills/1")) == 1


def test_an_expired_bill_says_so_and_cannot_be_paid(sandbox: Sandbox, shop: Shop, browser: PlainBrowser) -> None:
    address = shop.bill(expirationDateTime=(datetime.now(UTC) + timedelta(hours=1)).isoformat())["payUrl"]
    form = browser.open(address)
    sandbox.advance(seconds=3600)
    assert "Срок оплаты истёк" in browser.open(address).text
    assert "Срок оплаты истёк" in browser.submit(form, **CARD).text
    assert shop.bill_status() == "EXPIRED"


@pytest.mark.parametrize("page", ["form", "form/payment"])
@pytest.mark.parametrize("query", ["", "?invoiceUid=", "?invoiceUid=00000000-0000-0000-0000-000000000000&lang=en"])
def test_an_unknown_invoice_is_not_found(browser: PlainBrowser, page: str, query: str) -> None:
    answer = browser.open(f"/{page}{query}")
    assert answer.status == 404
    assert ("Invoice not found" if "en" in query else "Счёт не найден") in answer.text


def test_an_unknown_payment_leads_to_the_form(shop: Shop, browser: PlainBrowser) -> None:
    uid = shop.bill()["invoiceUid"]
    assert "Номер карты" in browser.open(f"/form/payment?invoiceUid={uid}&paymentId=none").text


def test_an_id_that_no_store_can_hold_leads_to_the_form(store: str) -> None:
    with (
        Sandbox(store=store, sites=[Site("test-00", key="key-of-test-00")], seed=1) as sandbox,
        Shop(f"{sandbox.base_url}/payin/v1/sites/{sandbox.site_id}", sandbox.key) as shop,
    ):
        browser = PlainBrowser(sandbox.origin)
        uid = shop.bill()["invoiceUid"]
        assert "Номер карты" in browser.open(f"/form/payment?invoiceUid={uid}&paymentId=%00").text
        assert browser.open("/form?invoiceUid=%00").status == 404
        assert browser.post("/form", {"invoiceUid": uid, **CARD, "attempt": "\0", "holderName": "\0"}).status == 422


def test_a_double_click_pays_once(shop: Shop, browser: PlainBrowser) -> None:
    form = browser.open(shop.bill()["payUrl"])
    assert browser.submit(form, **CARD).address == browser.submit(form, **CARD).address
    assert len(shop.call("GET", "bills/1")) == 1


def linked_card_bill(shop: Shop, browser: PlainBrowser) -> Any:
    customer = {"account": "buyer-1"}
    pay(browser, shop.bill("1", customer=customer, flags=["SALE", "BIND_PAYMENT_TOKEN"])["payUrl"])
    return shop.bill("2", customer=customer)


def test_a_saved_card_pays_without_card_data_and_three_d_secure(shop: Shop, browser: PlainBrowser) -> None:
    form = browser.open(linked_card_bill(shop, browser)["payUrl"])
    assert "•••• 1049" in form.text
    assert "Оплата прошла успешно" in browser.submit(form).text
    assert shop.bill_status("2") == "PAID"


def test_a_saved_cards_token_is_not_in_the_page(shop: Shop, browser: PlainBrowser) -> None:
    form = browser.open(linked_card_bill(shop, browser)["payUrl"])
    token = shop.call("GET", "bills/1")[0]["createdToken"]["token"]
    assert token not in form.html


def test_an_unknown_saved_card_is_asked_for_again(shop: Shop, browser: PlainBrowser) -> None:
    form = browser.open(linked_card_bill(shop, browser)["payUrl"])
    page = browser.submit(form, card="0" * 32)
    assert page.status == 422
    assert "больше не привязана" in page.text


def test_other_buyers_see_no_saved_card(shop: Shop, browser: PlainBrowser) -> None:
    linked_card_bill(shop, browser)
    form = browser.open(shop.bill("3", customer={"account": "buyer-2"})["payUrl"])
    assert "Ваши карты" not in form.text


def test_the_card_alone_is_shown_where_no_method_was_connected(shop: Shop, browser: PlainBrowser) -> None:
    page = browser.open(shop.bill(billPaymentMethodsType=["CARD", "SBP"])["payUrl"])
    assert "СБП" not in page.text


def test_methods_of_the_bill_are_shown_where_methods_were_connected() -> None:
    with opened(form_methods=("SBP",)) as (_, shop, browser):
        address = shop.bill(billPaymentMethodsType=["CARD", "SBP"])["payUrl"]
        card = browser.open(f"{address}&paymentMethod=QIWI_WALLET")
        assert "Номер карты" in card.text
        sbp = browser.open(f"{address}&paymentMethod=SBP")
        assert "нельзя. Выберите банковскую карту." in sbp.text
        assert sbp.action is None


def test_a_bill_that_takes_no_card_is_not_paid_by_card() -> None:
    with opened(form_methods=("SBP",)) as (_, shop, browser):
        bill = shop.bill(billPaymentMethodsType=["SBP"])
        assert browser.open(bill["payUrl"]).action is None
        page = browser.post("/form", {"invoiceUid": bill["invoiceUid"], **CARD})
        assert "нельзя." in page.text
        assert "Выберите" not in page.text
        assert shop.call("GET", "bills/1") == []


def test_pages_are_not_kept_and_load_nothing_from_elsewhere(shop: Shop, browser: PlainBrowser) -> None:
    headers = browser.open(shop.bill()["payUrl"]).headers
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


def test_card_data_are_in_no_stored_row(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.sqlite3"
    card = {"pan": "4256000000000003", "expiryDate": "12/34", "cvv2": "968", "holderName": "SECRET HOLDER"}
    with Sandbox(store=f"sqlite:///{file}", sites=[Site("test-00", key="key-of-test-00")]) as sandbox:
        with Shop(f"{sandbox.base_url}/payin/v1/sites/{sandbox.site_id}", sandbox.key) as shop:
            address = shop.bill(customer={"account": "buyer-1"}, flags=["SALE", "BIND_PAYMENT_TOKEN"])["payUrl"]
            pay(PlainBrowser(sandbox.origin), address, **card)
        stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"425600******0003" in stored
    for secret in (b"4256000000000003", b"\x00968", b'"968"'):
        assert secret not in stored


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    page=st.sampled_from(["/form", "/form/payment", "/form/3ds", "/acs"]),
    names=st.lists(st.sampled_from(NAMES), unique=True),
    data=st.data(),
)
def test_whatever_is_sent_a_page_answers_and_no_payment_succeeds(
    shop: Shop, browser: PlainBrowser, page: str, names: list[str], data: st.DataObject
) -> None:
    uid = shop.bill()["invoiceUid"]
    texts = st.text(alphabet=st.characters(codec="utf-8"), max_size=30) | st.sampled_from([uid, *CARD.values()])
    fields = {name: data.draw(texts, name) for name in names}
    query = str(httpx.QueryParams(fields))
    for answer in (
        browser.open(f"{page}?{query}"),
        browser.post(page, fields),
        browser.post(f"{page}?{query}", fields),
    ):
        assert answer.status < 500, answer.text
    assert shop.bill_status() == "CREATED"


def test_a_forged_answer_of_the_bank_finishes_nothing(shop: Shop, browser: PlainBrowser) -> None:
    bill = shop.bill()
    browser.submit(browser.open(bill["payUrl"]), **CARD)
    page = browser.post(f"/form/3ds?invoiceUid={bill['invoiceUid']}", {"PaRes": "forged", "MD": "1"})
    assert page.status == 404
    assert shop.bill_status() == "CREATED"


def test_a_payer_too_late_at_the_bank_finds_the_way_back(sandbox: Sandbox, shop: Shop, browser: PlainBrowser) -> None:
    to_bank = browser.submit(browser.open(shop.bill()["payUrl"] + "&lang=en"), **CARD)
    question = browser.submit(to_bank)
    sandbox.advance(seconds=15 * 60)
    page = browser.submit(question, answer="confirm")
    assert page.status == 404
    form = browser.open(page.links[0])
    assert "The last payment was declined. The payment was not confirmed in time." in form.text
    assert "Payment successful" in pay(browser, form.address).text


def test_the_banks_answer_brought_twice_shows_the_same_result(shop: Shop, browser: PlainBrowser) -> None:
    to_bank = browser.submit(browser.open(shop.bill()["payUrl"]), **CARD)
    back = browser.submit(browser.submit(to_bank), answer="confirm")
    assert browser.submit(back).address == browser.submit(back).address
    assert len(shop.call("GET", "bills/1")) == 1
