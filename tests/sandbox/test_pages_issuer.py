"""The issuing bank's 3-D Secure page, come to from a partner's own form."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from qiwi_payin_sandbox import Sandbox, Site

from tests.browser.shop import Shop
from tests.sandbox.plain_browser import PlainBrowser

if TYPE_CHECKING:
    from collections.abc import Iterator

TERM_URL = "https://shop.example/3ds?order=1"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(sites=[Site("test-00", key="key-of-test-00")]) as sandbox:
        yield sandbox


@pytest.fixture
def browser(sandbox: Sandbox) -> PlainBrowser:
    return PlainBrowser(sandbox.origin, accept_language="en")


@pytest.fixture
def shop(sandbox: Sandbox) -> Iterator[Shop]:
    with Shop(f"{sandbox.base_url}/payin/v1/sites/{sandbox.site_id}", sandbox.key) as shop:
        yield shop


@pytest.fixture
def challenge(shop: Shop) -> Any:
    return shop.pay_on_own_form()["requirements"]["threeDS"]


def posted(challenge: Any, **fields: str) -> dict[str, str]:
    return {"PaReq": challenge["pareq"], "MD": "md-1", "TermUrl": TERM_URL} | fields


def test_the_bank_shows_what_is_to_be_confirmed_and_where_the_payer_goes_then(
    browser: PlainBrowser, challenge: Any
) -> None:
    page = browser.post(challenge["acsUrl"], posted(challenge))
    assert page.status == 200
    for word in ("Confirm this payment?", "150.00 ₽", "444444******1049", "test-00", "shop.example", "no money moves"):
        assert word in page.text


@pytest.mark.parametrize(("answer", "status"), [("confirm", "COMPLETED"), ("refuse", "DECLINED")])
def test_the_answer_goes_to_the_term_url_and_completes_the_payment(
    shop: Shop, browser: PlainBrowser, challenge: Any, answer: str, status: str
) -> None:
    back = browser.submit(browser.post(challenge["acsUrl"], posted(challenge)), answer=answer)
    assert back.action == TERM_URL
    assert back.fields.keys() == {"PaRes", "MD"}
    assert back.fields["MD"] == "md-1"
    assert shop.call("GET", "payments/1")["status"]["value"] == "WAITING"
    done = shop.call("POST", "payments/1/complete", {"threeDS": {"pares": back.fields["PaRes"]}})
    assert done["status"]["value"] == status


@pytest.mark.parametrize(
    "term_url", ["", "javascript:alert(1)", "/3ds", "//shop.example/", "form/3ds?invoiceUid=1", "https://a@b.example/"]
)
def test_there_is_nothing_to_confirm_without_a_web_address_to_return_to(
    browser: PlainBrowser, challenge: Any, term_url: str
) -> None:
    for answer in ({}, {"answer": "confirm"}):
        page = browser.post(challenge["acsUrl"], posted(challenge, TermUrl=term_url) | answer)
        assert page.status == 400
        assert page.action is None
        assert "TermUrl" in page.text


def test_what_the_partner_sends_is_never_markup(browser: PlainBrowser, challenge: Any) -> None:
    text = '"><script>alert(1)</script>'
    page = browser.post(challenge["acsUrl"], posted(challenge, MD=text))
    assert page.fields["MD"] == text
    assert escape(text) not in page.text
    assert "<script>alert" not in page.html


def test_the_answer_page_may_post_to_any_web_address_and_the_question_only_here(
    browser: PlainBrowser, challenge: Any
) -> None:
    question = browser.post(challenge["acsUrl"], posted(challenge))
    assert question.headers["Content-Security-Policy"].endswith("form-action 'self'")
    answer = browser.submit(question, answer="confirm")
    assert answer.headers["Content-Security-Policy"].endswith("form-action 'self' http: https:")


@pytest.mark.parametrize("pareq", ["", "forged", "\0"])
def test_a_forged_challenge_is_not_found(sandbox: Sandbox, browser: PlainBrowser, pareq: str) -> None:
    page = browser.post("/acs", {"PaReq": pareq, "MD": "1", "TermUrl": TERM_URL})
    assert page.status == 404
    assert "Nothing to confirm" in page.text


def test_a_finished_challenge_is_not_found(shop: Shop, browser: PlainBrowser, challenge: Any) -> None:
    back = browser.submit(browser.post(challenge["acsUrl"], posted(challenge)), answer="confirm")
    shop.call("POST", "payments/1/complete", {"threeDS": {"pares": back.fields["PaRes"]}})
    assert browser.post(challenge["acsUrl"], posted(challenge)).status == 404


def test_a_person_who_opens_the_page_is_told_what_it_is(sandbox: Sandbox, browser: PlainBrowser) -> None:
    page = browser.open("/acs")
    assert page.status == 200
    assert "PaReq" in page.text


def test_the_bank_speaks_the_browsers_language(sandbox: Sandbox, challenge: Any) -> None:
    assert PlainBrowser(sandbox.origin).post("/acs", posted(challenge)).language == "ru"
    assert PlainBrowser(sandbox.origin, "en-GB").post("/acs", posted(challenge)).language == "en"


def test_a_partners_payment_whose_time_runs_out_is_declined_and_an_answer_comes_too_late(
    shop: Shop, browser: PlainBrowser, challenge: Any
) -> None:
    over = browser.submit(browser.post(challenge["acsUrl"], posted(challenge)), answer="expire")
    payment = shop.call("GET", "payments/1")
    assert (payment["status"]["value"], payment["status"]["reason"]) == ("DECLINED", "PAYMENT_EXPIRED_3DS")
    assert over.status == 200
    assert over.action == TERM_URL
    assert over.fields["MD"] == posted(challenge)["MD"]
    with pytest.raises(httpx.HTTPStatusError, match="400"):
        shop.call("POST", "payments/1/complete", {"threeDS": {"pares": over.fields["PaRes"]}})
    assert browser.post(challenge["acsUrl"], posted(challenge)).status == 404


def test_a_form_payment_whose_time_runs_out_can_be_tried_again(shop: Shop, browser: PlainBrowser) -> None:
    card = {"pan": "4444 4436 1662 1049", "expiryDate": "12/34", "cvv2": "123"}
    question = browser.submit(browser.submit(browser.open(shop.bill("2")["payUrl"] + "&lang=en"), **card))
    over = browser.submit(question, answer="expire")
    assert "The time is over" in over.text
    form = browser.open(over.links[0])
    assert "The last payment was declined. The payment was not confirmed in time." in form.text
    assert shop.call("GET", "bills/2")[0]["status"]["reason"] == "PAYMENT_EXPIRED_3DS"
    assert form.action is not None


@pytest.mark.parametrize("born_on_form", [True, False])
def test_the_control_operations_let_the_time_run_out_too(sandbox: Sandbox, shop: Shop, *, born_on_form: bool) -> None:
    if born_on_form:
        shop.bill("2")
        payment = sandbox.pay_bill("2", three_ds="expire")
    else:
        shop.pay_on_own_form()
        payment = sandbox.answer_three_ds("1", "expire")["payment"]
    assert payment["status"]["reason"] == "PAYMENT_EXPIRED_3DS"
