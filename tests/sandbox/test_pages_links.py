"""Invoices without the API: the link `/create`, and what the popup library asks for."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from qiwi_payin_sandbox import Clock, Sandbox, Site
from qiwi_payin_sandbox.pages.link import given_amount, typed_amount
from qiwi_payin_sandbox.payer import SavedCardNotFound

from tests.browser.shop import Shop
from tests.sandbox.plain_browser import PlainBrowser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.sandbox.plain_browser import Page

NOW = "2024-03-01T12:00:00+03:00"
KEY = "pk-of-test-00"
CARD = {"pan": "4444 4436 1662 1049", "expiryDate": "12/34", "cvv2": "123"}


@contextmanager
def opened(**settings: Any) -> Iterator[tuple[Sandbox, Shop, PlainBrowser]]:
    site = Site("test-00", key="key-of-test-00", public_key=KEY, **settings)
    with (
        Sandbox(sites=[Site("test-01"), site], clock=Clock.frozen(NOW), seed=1) as sandbox,
        Shop(f"{sandbox.base_url}/payin/v1/sites/test-00", "key-of-test-00") as shop,
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


def link(**parameters: str) -> str:
    return f"/create?{httpx.QueryParams({'publicKey': KEY} | parameters)}"


def invoice_of(page: Page) -> str:
    return parse_qs(urlsplit(page.address).query)["invoiceUid"][0]


def details(shop: Shop, bill_id: str = "1") -> Any:
    return shop.call("GET", f"bills/{bill_id}/details")


def test_a_link_leads_to_the_form_of_an_invoice_that_is_paid_in_two_steps(shop: Shop, browser: PlainBrowser) -> None:
    page = browser.open(link(billId="1", amount="100", comment="Spasibo", lang="en"))
    assert page.status == 200
    assert "100.00 ₽" in page.text
    browser.submit(browser.submit(browser.submit(browser.submit(page, **CARD)), answer="confirm"))
    bill = details(shop)
    assert bill["status"]["value"] == "PAID"
    assert bill["flags"] == ["TEST"]
    payment = bill["payments"][0]
    assert payment["status"]["value"] == "COMPLETED"
    assert payment["capturedAmount"]["value"] == "0.00"


def test_the_hold_of_a_link_is_captured_after_72_hours(sandbox: Sandbox, shop: Shop, browser: PlainBrowser) -> None:
    browser.open(link(billId="1", amount="5.00"))
    sandbox.pay_bill("1", site_id="test-00")
    sandbox.advance(72 * 3600 - 1, site_id="test-00")
    assert details(shop)["payments"][0]["capturedAmount"]["value"] == "0.00"
    sandbox.advance(1, site_id="test-00")
    assert details(shop)["payments"][0]["capturedAmount"]["value"] == "5.00"


def test_what_the_link_says_is_in_the_invoice(shop: Shop, browser: PlainBrowser) -> None:
    browser.open(
        link(
            billId="1",
            amount="10.5",
            currency="RUB",
            phone="+79991234567",
            email="buyer@shop.example",
            comment="Two books",
            **{"extras[cf1]": "a", "extras[contract_id]": "77", "extras[themeCode]": "plum"},
        )
    )
    bill = details(shop)
    assert bill["amount"] == {"value": "10.50", "currency": "RUB"}
    assert bill["comment"] == "Two books"
    assert bill["customer"] == {"phone": "+79991234567", "email": "buyer@shop.example"}
    assert bill["customFields"] == {
        "cf1": "a",
        "contract_id": "77",
        "themeCode": "plum",
        "invoice_creation_type": "PUBLIC_KEY",
    }
    assert datetime.fromisoformat(bill["expirationDateTime"]) == datetime.fromisoformat(NOW) + timedelta(days=45)


def test_the_forms_own_parameters_go_on_to_the_form(browser: PlainBrowser) -> None:
    page = browser.open(link(amount="1", lang="en", successUrl="https://shop.example/", paymentMethod="CARD"))
    query = parse_qs(urlsplit(page.address).query)
    assert query["lang"] == ["en"]
    assert query["successUrl"] == ["https://shop.example/"]
    assert query["paymentMethod"] == ["CARD"]
    assert "publicKey" not in query


def test_the_same_bill_id_leads_to_the_same_invoice(shop: Shop, browser: PlainBrowser) -> None:
    same = link(billId="1", amount="7.00")
    assert invoice_of(browser.open(same)) == invoice_of(browser.open(same))
    assert invoice_of(browser.open(link(billId="1", amount="7", lang="en"))) == details(shop)["invoiceUid"]


def test_without_a_bill_id_each_opening_makes_an_invoice(browser: PlainBrowser) -> None:
    assert len({invoice_of(browser.open(link(amount="7.00"))) for _ in range(6)}) == 6


def test_the_same_openings_make_the_same_invoices_again() -> None:
    runs = []
    for _ in range(2):
        with opened() as (_, _, browser):
            runs.append([invoice_of(browser.open(link(amount="7.00"))) for _ in range(3)])
    assert runs[0] == runs[1]


@pytest.mark.parametrize(
    "other", [{"amount": "8.00"}, {"comment": "x"}, {"extras[cf1]": "x"}, {"email": "a@b.example"}]
)
def test_another_invoice_with_the_same_bill_id_is_refused(browser: PlainBrowser, other: dict[str, str]) -> None:
    browser.open(link(billId="1", amount="7.00"))
    page = browser.open(link(**({"billId": "1", "amount": "7.00", "lang": "en"} | other)))
    assert page.status == 400
    assert "billId another invoice has this id" in page.text


def test_a_bill_made_over_the_api_is_not_shown_to_whoever_guesses_its_id(shop: Shop, browser: PlainBrowser) -> None:
    shop.bill("1", comment="Confidential")
    page = browser.open(link(billId="1", lang="en"))
    assert page.status == 400
    assert "Confidential" not in page.html


def test_without_an_amount_the_payer_types_it(shop: Shop, browser: PlainBrowser) -> None:
    asked = browser.open(link(billId="1", lang="en"))
    assert "How much do you pay?" in asked.text
    form = browser.submit(asked, **{"typed.amount": "1 234,5"})
    assert "1,234.50 ₽" in form.text
    assert details(shop)["amount"]["value"] == "1234.50"
    assert invoice_of(browser.open(link(billId="1"))) == invoice_of(form)


@pytest.mark.parametrize("typed", ["", "0", "0,00", "-1", "1.234", "1,234,5", "1e3", "один", "1000000", "1 23", "٣"])
def test_a_sum_that_is_none_is_asked_for_again(shop: Shop, browser: PlainBrowser, typed: str) -> None:
    asked = browser.open(link(billId="1", comment="Gift", lang="en"))
    again = browser.submit(asked, **{"typed.amount": typed, "typed.comment": "Present"})
    assert again.status == 422
    assert "Enter a sum above zero" in again.text
    assert again.fields["typed.comment"] == "Present"


def test_the_payer_may_change_what_is_not_read_only(shop: Shop, browser: PlainBrowser) -> None:
    asked = browser.open(
        link(
            billId="1",
            email="a@shop.example",
            readonly="contract_id",
            **{"extras[contract_id]": "77", "extras[cf1]": "x"},
        )
    )
    typed = {
        "email": "b@shop.example",
        "extras[contract_id]": "78",
        "extras[cf1]": "y",
        "extras[cf2]": "z",
        "phone": "1",
    }
    browser.submit(asked, **{f"typed.{name}": text for name, text in (typed | {"amount": "1"}).items()})
    bill = details(shop)
    assert bill["customer"] == {"email": "b@shop.example"}
    assert {name: bill["customFields"].get(name) for name in ("contract_id", "cf1", "cf2")} == {
        "contract_id": "77",
        "cf1": "y",
        "cf2": None,
    }


@pytest.mark.parametrize("readonly", [{"readonly": "email,cf1"}, {"readonly_extras": "cf1", "readonly": "email"}])
def test_read_only_fields_are_marked(browser: PlainBrowser, readonly: dict[str, str]) -> None:
    page = browser.open(link(email="a@shop.example", **{"extras[cf1]": "x"}, **readonly))
    assert page.html.count("readonly maxlength") == 2


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "-1.00"}, "amount"),
        ({"amount": "1,00"}, "amount"),
        ({"amount": "1000000"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"currency": "USD"}, "currency"),
        ({"billId": "a b"}, "billId"),
        ({"billId": "x" * 201}, "billId"),
        ({"comment": "x" * 256}, "comment"),
        ({"email": "x" * 65}, "email"),
        ({"phone": "1" * 16}, "phone"),
        ({"extras[cf2]": "x" * 257}, "cf2"),
        ({"extras[themeCode]": "a_b"}, "themeCode"),
        ({"comment": "\0"}, "comment"),
        ({"billId": "\0"}, "billId"),
    ],
)
def test_a_wrong_parameter_is_named(browser: PlainBrowser, wrong: dict[str, str], named: str) -> None:
    page = browser.open(link(**({"amount": "1.00", "billId": "1"} | wrong)))
    assert page.status == 400
    assert f"<code>{named}</code>" in page.html
    assert "Ссылка составлена неверно" in page.text


@pytest.mark.parametrize("query", ["", "?publicKey=", "?amount=1"])
def test_a_link_without_a_public_key_says_so(browser: PlainBrowser, query: str) -> None:
    page = browser.open(f"/create{query}")
    assert page.status == 400
    assert "publicKey обязательный параметр" in page.text


def test_an_unknown_public_key_is_not_found(browser: PlainBrowser) -> None:
    for query in ("publicKey=none&amount=1", "publicKey=none"):
        assert browser.open(f"/create?{query}").status == 404


def test_the_amount_of_a_link_is_rounded_down_to_kopecks() -> None:
    amounts = ["100", "100.0", "100.00", "10.999", "0.019", "007", "999999.99"]
    assert [given_amount(text) for text in amounts] == [
        *("100.00", "100.00", "100.00", "10.99", "0.01", "7.00", "999999.99")
    ]
    assert given_amount("0.009") is None


@given(st.integers(1, 99_999_999), st.sampled_from([".", ","]), st.booleans())
def test_a_typed_sum_is_exact(minor: int, point: str, grouped: bool) -> None:  # noqa: FBT001 - hypothesis gives it
    whole = f"{minor // 100:,}".replace(",", " ") if grouped else str(minor // 100)
    assert typed_amount(f"{whole}{point}{minor % 100:02d}") == f"{minor // 100}.{minor % 100:02d}"


@given(st.text(max_size=20))
def test_whatever_is_typed_a_sum_has_kopecks_and_is_above_zero(text: str) -> None:
    amount = typed_amount(text)
    assert amount is None or (amount[-3] == "." and amount != "0.00" and amount.replace(".", "").isdecimal())


# the popup library's own requests


def ask(sandbox: Sandbox, **parameters: Any) -> httpx.Response:
    body = {"publicKey": KEY, "amount": 1.5} | parameters
    return httpx.post(f"{sandbox.origin}/popup/invoices", json=body, trust_env=False)


def test_the_popup_gets_an_invoice_by_the_public_key(sandbox: Sandbox, shop: Shop, browser: PlainBrowser) -> None:
    answer = ask(sandbox, account="buyer-1", lifetime="2024-03-02T1200", customFields={"cf1": 5})
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    bill = details(shop, answer.json()["billId"])
    assert bill["payUrl"] == answer.json()["payUrl"]
    assert bill["amount"]["value"] == "1.50"
    assert bill["expirationDateTime"] == "2024-03-02T12:00:00+03:00"
    assert bill["customer"] == {"account": "buyer-1"}
    assert bill["customFields"] == {"cf1": "5", "invoice_creation_type": "PUBLIC_KEY"}
    assert "1,50 ₽" in browser.open(answer.json()["payUrl"]).text


@pytest.mark.parametrize(
    ("amount", "read"), [(10, "10.00"), ("10.00", "10.00"), (0.30000000000000004, "0.30"), (1e2, "100.00")]
)
def test_amounts_of_javascript_are_read_to_the_kopeck(sandbox: Sandbox, shop: Shop, amount: Any, read: str) -> None:
    bill_id = ask(sandbox, amount=amount).json()["billId"]
    assert details(shop, bill_id)["amount"]["value"] == read


@pytest.mark.parametrize("amount", [0, -1, "x", True, [], {}, None, 1e-9, 10**30, "1e2"])
def test_an_amount_that_is_none_is_named(sandbox: Sandbox, amount: Any) -> None:
    answer = ask(sandbox, amount=amount)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["amount"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"x"', b'{"amount": 1e999999999999}'])
def test_what_is_no_object_is_refused(sandbox: Sandbox, body: bytes) -> None:
    answer = httpx.post(f"{sandbox.origin}/popup/invoices", content=body, trust_env=False)
    assert answer.status_code == 400
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_custom_field_may_not_say_how_the_invoice_came_into_being(sandbox: Sandbox, shop: Shop) -> None:
    bill_id = ask(sandbox, customFields={"invoice_creation_type": "PAYIN_API"}).json()["billId"]
    assert details(shop, bill_id)["customFields"] == {"invoice_creation_type": "PUBLIC_KEY"}


def test_nobody_who_knows_the_public_key_says_where_notifications_go(sandbox: Sandbox, browser: PlainBrowser) -> None:
    url = "http://127.0.0.1:9/"
    page = browser.open(link(amount="5", billId="1", **{"extras[invoice_callback_url]": url}))
    assert page.status == 400
    assert "invoice_callback_url" in page.text
    custom = {"invoice_callback_url": url}
    order = {"publicKey": KEY, "amount": 5, "customFields": custom}
    answer = httpx.post(f"{sandbox.origin}/popup/invoices", json=order)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, list(custom))
    assert sandbox.events(site_id="test-00") == []


def test_nobody_who_knows_the_public_key_pays_with_the_cards_of_others(
    sandbox: Sandbox, shop: Shop, browser: PlainBrowser
) -> None:
    customer = {"account": "buyer-1"}
    shop.call(
        "PUT",
        "payments/1",
        {
            "paymentMethod": {"type": "CARD", "pan": "4444443616621049", "expiryDate": "12/34", "cvv2": "123"},
            "amount": {"value": "1.00", "currency": "RUB"},
            "customer": customer,
            "flags": ["BIND_PAYMENT_TOKEN"],
        },
    )
    own = sandbox.payer.bill(shop.link(shop.bill("own", customer=customer)).partition("invoiceUid=")[2])
    (saved,) = own.saved_cards
    for uid in (
        ask(sandbox, account="buyer-1").json()["invoiceUid"],
        invoice_of(browser.open(link(amount="5", account="buyer-1"))),
    ):
        assert sandbox.payer.bill(uid).saved_cards == ()
        with pytest.raises(SavedCardNotFound):
            sandbox.payer.pay_with_saved_card(uid, saved.card_id)
