"""What is refused and in which words, and what a request may look like."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from qiwi_payin_contract import refusals as rules
from qiwi_payin_contract.access import visit
from qiwi_payin_contract.drivers import Ability
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.looks import looks_at
from qiwi_payin_contract.shop import CARD, THREE_DS_CARD, Shop, at
from qiwi_payin_contract.suite.needs import need_driver
from qiwi_payin_contract.suite.story import status_of
from qiwi_payin_contract.target import Target

GROUP = "scenarios"

TWO_DECIMALS = "Invalid money format. Should have 2 fraction digits"
MORE_THAN_ZERO = "Invalid format. Amount value must be greater then zero"
DISABLED = "Exchange token error. Token disabled, please create new one"
CAPTURED_BEFORE = "Successful capture already done for this payment"
FOR_THE_PAYER = "Cannot perform this operation"
USUAL_TEXTS = (rules.VALIDATION_TEXT, rules.TRACE_ID, rules.ERROR_FORM)
"""What is looked at in the refusal of a field."""
LONGEST_THREE_DS = 6 * 60 * 60

each_operation_with_an_amount = pytest.mark.parametrize(
    "operation_id", ["billsCreate", "paymentsCreate", "refundsCreate"]
)


@pytest.fixture
def shop(target: Target) -> Shop:
    """A shop on the first site."""
    return Shop(target, target.site)


@looks_at(rules.TWO_DECIMALS, *USUAL_TEXTS)
@each_operation_with_an_amount
@pytest.mark.parametrize("value", [Decimal("3.0"), "3.0"], ids=["number", "text"])
def test_amount_without_two_decimals_is_refused(shop: Shop, findings: Findings, operation_id: str, value: Any) -> None:
    refused = _ask(shop, operation_id, {"currency": "RUB", "value": value})
    said = refused.causes.get("amount")
    findings.expect(said == [TWO_DECIMALS], rules.TWO_DECIMALS, f"{refused.status}, cause.amount {said}", refused)
    _has_the_usual_texts(findings, refused)


@looks_at(rules.ZERO_AMOUNT, *USUAL_TEXTS)
@each_operation_with_an_amount
def test_amount_of_zero_is_refused(shop: Shop, findings: Findings, operation_id: str) -> None:
    refused = _ask(shop, operation_id, {"currency": "RUB", "value": Decimal("0.00")})
    said = refused.causes.get("amount")
    right = refused.status == 400 and said == [MORE_THAN_ZERO]
    findings.expect(right, rules.ZERO_AMOUNT, f"{refused.status}, cause.amount {said}", refused)
    _has_the_usual_texts(findings, refused)


@looks_at(rules.AMOUNT_IS_A_SUM)
@each_operation_with_an_amount
@pytest.mark.parametrize("value", ["1.005", Decimal("1.005"), "-1.00", Decimal("-1.00"), "+1.00", "1,00", "1 000.00"])
def test_amount_that_is_no_sum_is_refused(shop: Shop, findings: Findings, operation_id: str, value: Any) -> None:
    refused = _ask(shop, operation_id, {"currency": "RUB", "value": value})
    findings.expect(refused.status == 400, rules.AMOUNT_IS_A_SUM, f"{value} is answered {refused.status}", refused)


@looks_at(rules.NO_CURRENCY)
@each_operation_with_an_amount
def test_amount_without_currency_is_refused(shop: Shop, findings: Findings, operation_id: str) -> None:
    refused = _ask(shop, operation_id, {"value": Decimal("3.00")})
    unread = refused.error_code == "http.message.conversion.failed" and not refused.causes
    named = refused.error_code == "validation.error" and set(refused.causes) == {"amount"}
    right = refused.status == 400 and (unread or named)
    findings.expect(right, rules.NO_CURRENCY, f"{refused.status} {refused.error_code}", refused)


@looks_at(rules.AMOUNT_AS_TEXT)
@pytest.mark.parametrize("form", [Decimal, str], ids=["number", "text"])
def test_amount_is_taken_as_number_and_as_text(shop: Shop, findings: Findings, form: Callable[[Any], Any]) -> None:
    amount = shop.sum("42.24")
    paid = _ask(shop, "paymentsCreate", {"currency": "RUB", "value": form(amount)})
    same = paid.status == 200 and at(paid.answer_json, "amount", "value") == str(amount)
    findings.expect(same, rules.AMOUNT_AS_TEXT, f"{paid.status}", paid)


@looks_at(rules.DISABLED_TOKEN, *USUAL_TEXTS)
def test_disabled_token_is_refused(shop: Shop, findings: Findings) -> None:
    account = shop.target.fresh_id("account")
    token, issued = shop.issue_token(account)
    if token is None:
        pytest.skip("the site issues no payment tokens")
    deleted = shop.delete_token(account, token)
    refused = shop.create_payment(method={"type": "TOKEN", "paymentToken": token}, customer={"account": account})
    said = refused.causes.get("paymentToken")
    right = refused.error_code == "validation.error" and said == [DISABLED]
    findings.expect(right, rules.DISABLED_TOKEN, f"{refused.status}, {said}", issued, deleted, refused)
    _has_the_usual_texts(findings, refused)


@looks_at(rules.SECOND_CAPTURE_TEXT, rules.NO_CAPTURE_BODY)
def test_second_capture_is_refused_in_its_own_words(shop: Shop, findings: Findings) -> None:
    held = shop.create_payment()
    payment_id = held.path_parameters["paymentId"]
    bare = {"content-type": "", "accept": ""}
    captured = shop.target.send(
        "capturesCreate", site=shop.site, payment_id=payment_id, capture_id=shop.target.fresh_id("c"), headers=bare
    )
    findings.expect(captured.status == 200, rules.NO_CAPTURE_BODY, f"answered {captured.status}", held, captured)
    refused = shop.capture(payment_id)
    said = refused.answer_json if isinstance(refused.answer_json, Mapping) else {}
    right = said.get("description") == CAPTURED_BEFORE and said.get("userMessage") == FOR_THE_PAYER
    findings.expect(right, rules.SECOND_CAPTURE_TEXT, "the texts are others", held, captured, refused)


@looks_at(rules.OFFSETS)
@pytest.mark.parametrize("offset", ["+03:00", "+00:00"])
def test_expiration_is_taken_with_any_offset(shop: Shop, findings: Findings, offset: str) -> None:
    body = {"amount": {"currency": "RUB", "value": "1.00"}, "expirationDateTime": f"2099-01-01T00:00:00{offset}"}
    created = shop.target.send("billsCreate", body, site=shop.site, bill_id=shop.target.fresh_id("bill"))
    findings.expect(created.status == 200, rules.OFFSETS, f"answered {created.status}", created)


@looks_at(rules.NO_OFFSET)
def test_expiration_without_an_offset_is_refused(shop: Shop, findings: Findings) -> None:
    body = {"amount": {"currency": "RUB", "value": "1.00"}, "expirationDateTime": "2099-01-01T00:00:00"}
    refused = shop.target.send("billsCreate", body, site=shop.site, bill_id=shop.target.fresh_id("bill"))
    findings.expect(refused.status == 400, rules.NO_OFFSET, f"answered {refused.status}", refused)


@looks_at(rules.CHARSET_IS_TAKEN)
def test_content_type_may_name_the_charset(shop: Shop, findings: Findings) -> None:
    headers = {"content-type": "application/json;charset=UTF-8"}
    body = {"paymentMethod": dict(CARD), "amount": {"currency": "RUB", "value": "1.00"}, "comment": "Спасибо"}
    payment_id = shop.target.fresh_id("payment")
    paid = shop.target.send("paymentsCreate", body, site=shop.site, payment_id=payment_id, headers=headers)
    findings.expect(paid.status == 200, rules.CHARSET_IS_TAKEN, f"answered {paid.status}", paid)


@looks_at(rules.ACCEPT_IS_OPTIONAL)
def test_accept_may_be_left_out(shop: Shop, findings: Findings) -> None:
    bare = {"accept": ""}
    body = {"paymentMethod": dict(CARD), "amount": {"currency": "RUB", "value": "1.00"}}
    payment_id = shop.target.fresh_id("payment")
    paid = shop.target.send("paymentsCreate", body, site=shop.site, payment_id=payment_id, headers=bare)
    seen = shop.target.send("paymentsGet", site=shop.site, payment_id=payment_id, headers=bare)
    for answered in (paid, seen):
        findings.expect(answered.status == 200, rules.ACCEPT_IS_OPTIONAL, f"answered {answered.status}", answered)


@looks_at(rules.UNFINISHED_THREE_DS)
def test_three_ds_that_is_never_finished_declines_the_payment(shop: Shop, findings: Findings) -> None:
    need_driver(shop.target, Ability.CLOCK)
    waiting = shop.create_payment(method=THREE_DS_CARD)
    if status_of(waiting) != "WAITING":
        pytest.skip("CVV 849 does not bring 3-D Secure here")
    shop.advance(LONGEST_THREE_DS)
    late = shop.payment(waiting.path_parameters["paymentId"])
    reason = at(late.answer_json, "status", "reason")
    findings.expect(
        status_of(late) == "DECLINED" and reason == "PAYMENT_EXPIRED_3DS",
        rules.UNFINISHED_THREE_DS,
        f"six hours later it is {status_of(late)}, {reason}",
        waiting,
        late,
    )


def _ask(shop: Shop, operation_id: str, amount: Mapping[str, Any]) -> Exchange:
    """Create a bill, a payment or a refund of an amount."""
    errand = visit(shop, operation_id)
    return shop.target.send(operation_id, {**errand.body, "amount": amount}, site=shop.site, **errand.ids)


def _has_the_usual_texts(findings: Findings, refused: Exchange) -> None:
    said = refused.answer_json if isinstance(refused.answer_json, Mapping) else {}
    texts = {said.get("description"), said.get("userMessage")}
    findings.expect(texts == {"Validation error"}, rules.VALIDATION_TEXT, f"the texts are {texts}", refused)
    trace = str(said.get("traceId"))
    findings.expect(re.fullmatch(r"[0-9a-fA-F]{16}", trace), rules.TRACE_ID, f"it is {trace!r}", refused)
    moment = str(said.get("dateTime"))
    whole = re.search(r"\.[0-9]+([+-][0-9:]+|Z)$", moment) is not None and _is_time(moment)
    findings.expect(
        said.get("serviceName") == "payin-core" and whole,
        rules.ERROR_FORM,
        f"serviceName {said.get('serviceName')!r}, dateTime {moment!r}",
        refused,
    )


def _is_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
