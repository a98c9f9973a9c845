"""What pages let in, give away and are reached by: hostile texts, headers, addresses, transports."""

from __future__ import annotations

import asyncio
import re
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiwi_payin_sandbox import Sandbox, Site
from qiwi_payin_sandbox.http.errors import ApiError
from qiwi_payin_sandbox.payer import MethodNotShown

if TYPE_CHECKING:
    from collections.abc import Iterator

CARD = {"pan": "4444 4436 1662 1049", "expiryDate": "12/34", "cvv2": "123"}
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onfocus=alert(1) autofocus='",
    "</style><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "\u202e\u2066<b>",
]
_ALLOWED_TAGS = {
    *("html", "head", "meta", "title", "link", "script", "body", "header", "main", "section", "footer", "nav", "svg"),
    *("h1", "p", "dl", "dt", "dd", "ul", "li", "div", "span", "strong", "code", "time", "a", "rect", "path", "circle"),
    *("form", "fieldset", "legend", "label", "input", "button", "details", "summary"),
}


class _Marks(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.handlers: list[str] = []
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on") or name == "style"]
        self.loaded += [value or "" for name, value in attrs if name == "src" or (tag == "link" and name == "href")]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    site = Site(key="key", public_key="pk", form_methods=("SANDBOX_PAY", "SBP"))
    with Sandbox(sites=[site], seed=1) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def client(sandbox: Sandbox) -> Iterator[httpx.Client]:
    headers = {"Authorization": "Bearer key"}
    with httpx.Client(transport=sandbox.transport, base_url="http://127.0.0.1", headers=headers) as client:
        yield client


def bill(sandbox: Sandbox, client: httpx.Client, bill_id: str, **fields: Any) -> Any:
    body = {
        "amount": {"value": "1.00", "currency": "RUB"},
        "expirationDateTime": "2099-01-01T00:00:00+03:00",
        "flags": ["SALE"],
    }
    address = f"{sandbox.local_base_url}/payin/v1/sites/{sandbox.site_id}/bills/{bill_id}"
    answer = client.put(address, json=body | fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


def action(html: str) -> str:
    return unescape(re.findall(r'action="([^"]+)"', html)[0])


def hidden(html: str) -> dict[str, str]:
    return {name: unescape(text) for name, text in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', html)}


def harmless(html: str) -> None:
    """Assert that nothing that was sent has become markup."""
    marks = _Marks()
    marks.feed(html)
    assert marks.tags <= _ALLOWED_TAGS
    assert marks.handlers == []
    assert all(re.fullmatch(r"(\.\./)?pages/[a-zA-Z0-9/.-]+", address) for address in marks.loaded)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_of_an_invoice_are_text(sandbox: Sandbox, client: httpx.Client, text: str) -> None:
    customer = {"account": text[:64], "email": text[:64], "phone": text[:15]}
    address = bill(
        sandbox, client, f"h{HOSTILE.index(text)}", comment=text, customer=customer, customFields={"cf1": text}
    )["payUrl"]
    form = client.get(address)
    harmless(form.text)
    assert client.get(f"{address}&lang=en").status_code == 200


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_parameters_are_text(client: httpx.Client, text: str) -> None:
    for path, query in (
        ("/create", {"publicKey": "pk", "comment": text, "extras[cf1]": text, "email": text, "successUrl": text}),
        ("/create", {"publicKey": text, "amount": text, "lang": text}),
        ("/create", {"publicKey": "pk", f"extras[{text}]": text, text: text}),
        ("/form", {"invoiceUid": text, "lang": text, "successUrl": text, "paymentMethod": text}),
        ("/form/payment", {"invoiceUid": text, "paymentId": text}),
    ):
        harmless(client.get(path, params=query).text)


@settings(max_examples=50)
@given(
    text=st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=60)
    | st.from_regex(r"[<>\"'&=/ a-z(){}%]{1,40}", fullmatch=True)
)
def test_no_text_is_markup(client: httpx.Client, text: str) -> None:
    answer = client.get("/create", params={"publicKey": "pk", "comment": text, "extras[cf1]": text})
    assert answer.status_code in {200, 400}
    harmless(answer.text)


def test_every_page_has_the_headers_that_keep_it_to_itself(sandbox: Sandbox, client: httpx.Client) -> None:
    address = bill(sandbox, client, "headers")["payUrl"]
    form = client.get(address)
    handover = client.post("/form", data=hidden(form.text) | CARD, follow_redirects=True)
    issuer = client.post("/acs", data=hidden(handover.text))
    for page in (form, handover, issuer, client.get("/create?publicKey=pk"), client.get("/create"), client.get("/acs")):
        policy = page.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        harmless(page.text)


def test_partners_may_put_the_form_into_a_frame(sandbox: Sandbox, client: httpx.Client) -> None:
    headers = client.get(bill(sandbox, client, "framed")["payUrl"]).headers
    assert "x-frame-options" not in headers
    assert "frame-ancestors" not in headers["Content-Security-Policy"]


def test_browsers_are_told_what_each_field_of_a_card_is(sandbox: Sandbox, client: httpx.Client) -> None:
    html = client.get(bill(sandbox, client, "autocomplete")["payUrl"]).text
    assert re.findall(r'autocomplete="([^"]+)"', html) == ["cc-number", "cc-exp", "cc-csc", "cc-name"]


@pytest.mark.parametrize("path", ["/form", "/form/", "/form/payment", "/acs", "/create", "/popup/v2.js"])
def test_a_page_answers_other_methods_with_those_that_it_takes(client: httpx.Client, path: str) -> None:
    answer = client.delete(path)
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    "path",
    [
        "/form/x",
        "/forms",
        "/create/x",
        "/popup/v1.js",
        "/pages/",
        "/pages/../api.py",
        "/pages/%2e%2e%2fform.py",
        "/acs/",
    ],
)
def test_a_page_that_is_not_there_is_not_found(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code in {401, 404}


def test_a_head_request_has_the_headers_of_the_page(sandbox: Sandbox, client: httpx.Client) -> None:
    address = bill(sandbox, client, "head")["payUrl"]
    head = client.head(address)
    assert head.status_code == 200
    assert head.headers["Content-Type"] == client.get(address).headers["Content-Type"]


def test_a_bill_is_paid_without_a_socket(sandbox: Sandbox, client: httpx.Client) -> None:
    form = client.get(bill(sandbox, client, "in-process")["payUrl"])
    handover = client.post("/form", data=hidden(form.text) | CARD, follow_redirects=True)
    issuer = client.post("/acs", data=hidden(handover.text))
    back = client.post("/acs", data=hidden(issuer.text) | {"answer": "confirm"})
    result = client.post(f"/{action(back.text)}", data=hidden(back.text), follow_redirects=True)
    assert "Оплата прошла успешно" in result.text


def test_pages_answer_the_asynchronous_transport_too(sandbox: Sandbox, client: httpx.Client) -> None:
    address = bill(sandbox, client, "async")["payUrl"]

    async def get() -> httpx.Response:
        async with httpx.AsyncClient(transport=sandbox.async_transport) as asynchronous:
            return await asynchronous.get(address)

    assert asyncio.run(get()).text.startswith("<!doctype html>")


@pytest.mark.parametrize(
    "spelling", ["/form?invoiceUid=", "/form/?invoiceUid=", "/form/?invoice_uid=", "/form?invoice_uid="]
)
def test_the_form_is_found_under_each_spelling_that_is_printed(
    sandbox: Sandbox, client: httpx.Client, spelling: str
) -> None:
    uid = bill(sandbox, client, "spelling")["invoiceUid"]
    form = client.get(f"{spelling}{uid}")
    assert form.status_code == 200
    assert str(form.url.join(action(form.text))) == "http://127.0.0.1/form"
    styles = re.findall(r'href="([^"]+\.css)"', form.text)
    assert all(client.get(str(form.url.join(address))).status_code == 200 for address in styles)


def test_sandbox_pay_is_paid_without_a_card_and_without_three_d_secure(sandbox: Sandbox, client: httpx.Client) -> None:
    made = bill(sandbox, client, "pay", billPaymentMethodsType=["CARD", "SANDBOX_PAY"])
    form = client.get(f"{made['payUrl']}&paymentMethod=SANDBOX_PAY")
    assert 'name="pan"' not in form.text
    result = client.post("/form", data=hidden(form.text), follow_redirects=True)
    assert "Оплата прошла успешно" in result.text
    assert "Sandbox Pay" in result.text


def test_a_method_that_the_bill_does_not_show_cannot_be_paid_with(sandbox: Sandbox, client: httpx.Client) -> None:
    for flags, methods in (([], ["CARD", "SANDBOX_PAY"]), (["SALE"], ["CARD"])):
        made = bill(sandbox, client, f"hidden{len(flags)}", flags=flags, billPaymentMethodsType=methods)
        form = client.get(f"{made['payUrl']}&paymentMethod=SANDBOX_PAY")
        assert 'name="pan"' in form.text
        posted = hidden(form.text) | {"paymentMethod": "SANDBOX_PAY"}
        assert client.post("/form", data=posted).status_code == 422


def test_an_outcome_that_the_sandbox_does_not_know_is_told_at_the_name(sandbox: Sandbox, client: httpx.Client) -> None:
    form = client.get(bill(sandbox, client, "outcome")["payUrl"])
    page = client.post("/form", data=hidden(form.text) | CARD | {"holderName": "SANDBOX NONSENSE"})
    assert page.status_code == 422
    assert "Песочница не знает такого ответа банка" in page.text


def test_payments_of_the_form_have_the_same_ids_in_each_run() -> None:
    runs = []
    for _ in range(2):
        with Sandbox(sites=[Site(key="key")], seed=7) as sandbox:
            headers = {"Authorization": "Bearer key"}
            with httpx.Client(transport=sandbox.transport, base_url="http://127.0.0.1", headers=headers) as client:
                address = bill(sandbox, client, "1")["payUrl"]
                for _ in range(3):
                    client.post("/form", data=hidden(client.get(address).text) | CARD)
                path = f"{sandbox.local_base_url}/payin/v1/sites/{sandbox.site_id}/bills/1"
                runs.append([payment["paymentId"] for payment in client.get(path).json()])
    assert len(set(runs[0])) == 3
    assert runs[0] == runs[1]


def test_nobody_pays_by_a_method_that_the_form_does_not_show(sandbox: Sandbox, client: httpx.Client) -> None:
    made = bill(sandbox, client, "not-shown", flags=[])
    with pytest.raises(MethodNotShown):
        sandbox.payer.pay_by_sandbox_pay(made["invoiceUid"])
    with pytest.raises(ApiError) as refused:
        sandbox.pay_bill("not-shown", payment_method={"type": "SANDBOX_PAY"})
    assert list(refused.value.cause) == ["type"]
