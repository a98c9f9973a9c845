"""The documents' stories, step by step."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from qiwi_payin_contract import scenarios as rules
from qiwi_payin_contract.description import description
from qiwi_payin_contract.drivers import Ability
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.shop import CARD, THREE_DS_CARD, Shop, at, money
from qiwi_payin_contract.suite.needs import need_driver, need_sites
from qiwi_payin_contract.target import Target

GROUP = "scenarios"

HOLD = timedelta(hours=72)
CARD_FIELDS = frozenset({"pan", "expiryDate", "cvv2", "holderName"})


@pytest.fixture
def shop(target: Target) -> Shop:
    """A shop on the first site."""
    return Shop(target, target.site)


def test_one_step_bill_is_paid_and_debited_at_once(shop: Shop, findings: Findings) -> None:
    created = shop.create_bill("150.00", flags=["SALE"], comment="Spasibo")
    findings.expect(_is_new_bill(created), rules.BILL_CREATED, "the bill is not CREATED with a payUrl", created)
    need_driver(shop.target, Ability.PAY)
    bill_id = created.path_parameters["billId"]
    payment_id = str(shop.pay_bill(bill_id)["paymentId"])
    paid = _paid_bill(shop, findings, bill_id, payment_id, created)
    payment = shop.payment(payment_id)
    debited = _status(payment) == "COMPLETED" and _captured(payment) == Decimal("150.00")
    findings.expect(
        debited, rules.DEBITED_AT_ONCE, f"status {_status(payment)}, captured {_captured(payment)}", created, payment
    )
    _shows_no_card_data(findings, created, paid, payment)
    refund = shop.refund(payment_id, "50.00")
    done = at(refund.answer_json, "status", "value") == "COMPLETED" and "REVERSAL" not in _flags(refund)
    findings.expect(done, rules.REFUND_OF_DEBITED, "no completed refund without REVERSAL", created, payment, refund)


def test_form_stands_at_pay_url(shop: Shop, findings: Findings) -> None:
    created = shop.create_bill()
    address = at(created.answer_json, "payUrl")
    base = urlsplit(shop.target.base_url)
    if not isinstance(address, str) or urlsplit(address).netloc != base.netloc:
        pytest.skip("payUrl leads to another host, which the suite does not call")
    page = httpx.get(address, follow_redirects=False, timeout=shop.target.timeout, trust_env=False)
    is_page = page.status_code == 200 and page.headers.get("content-type", "").startswith("text/html")
    findings.expect(is_page, rules.FORM_OPENS, f"payUrl is answered {page.status_code}, not with a page", created)


def test_two_step_bill_is_held_then_captured(shop: Shop, findings: Findings) -> None:
    created = shop.create_bill("150.00", comment="Spasibo")
    findings.expect(_is_new_bill(created), rules.TWO_STEP_CREATED, "the bill is not CREATED with a payUrl", created)
    need_driver(shop.target, Ability.PAY)
    bill_id = created.path_parameters["billId"]
    payment_id = str(shop.pay_bill(bill_id)["paymentId"])
    paid = _paid_bill(shop, findings, bill_id, payment_id, created)
    held = shop.payment(payment_id)
    _is_held(findings, created, held)
    captured = shop.capture(payment_id)
    _is_captured(findings, captured, Decimal("150.00"), held)
    after = shop.payment(payment_id)
    whole = _status(after) == "COMPLETED" and _captured(after) == Decimal("150.00")
    findings.expect(
        whole, rules.WHOLE_CAPTURE, f"status {_status(after)}, captured {_captured(after)}", created, captured, after
    )
    _shows_no_card_data(findings, created, paid, held, captured, after)
    _second_capture_is_refused(shop, findings, payment_id, captured)
    refund = shop.refund(payment_id, "150.00")
    done = at(refund.answer_json, "status", "value") == "COMPLETED" and "REVERSAL" not in _flags(refund)
    findings.expect(done, rules.REFUND_OF_DEBITED, "no completed refund without REVERSAL", captured, refund)


def test_held_money_is_reversed(shop: Shop, findings: Findings) -> None:
    held = shop.create_payment("200.00")
    payment_id = held.path_parameters["paymentId"]
    _is_held(findings, held)
    reversal = shop.refund(payment_id, "80.00")
    done = at(reversal.answer_json, "status", "value") == "COMPLETED" and "REVERSAL" in _flags(reversal)
    findings.expect(done, rules.REVERSAL_OF_HELD, "no completed refund with REVERSAL", held, reversal)


def test_hold_is_captured_automatically_after_72_hours_and_not_before(shop: Shop, findings: Findings) -> None:
    need_driver(shop.target, Ability.CLOCK)
    held = shop.create_payment("200.00")
    payment_id = held.path_parameters["paymentId"]
    _is_held(findings, held)
    since = _time(held, "status", "changedDateTime") or shop.now
    _wait_until(shop, since + HOLD - timedelta(minutes=1))
    waiting = shop.payment(payment_id)
    findings.expect(
        _captured(waiting) == 0 and _refunded(waiting) == 0,
        rules.CAPTURE_WAITS,
        f"a minute before 72 hours {_captured(waiting)} is captured, {_refunded(waiting)} given back",
        held,
        waiting,
    )
    _wait_until(shop, since + HOLD + timedelta(minutes=1))
    after = shop.payment(payment_id)
    findings.expect(
        _captured(after) == Decimal("200.00"),
        rules.AUTOMATIC_CAPTURE,
        f"a minute after 72 hours {_captured(after)} is captured",
        held,
        after,
    )


def test_capture_may_come_days_later(shop: Shop, findings: Findings) -> None:
    need_driver(shop.target, Ability.CLOCK)
    held = shop.create_payment("200.00")
    shop.target.driver.advance(shop.site, int(timedelta(hours=48).total_seconds()))
    captured = shop.capture(held.path_parameters["paymentId"])
    _is_captured(findings, captured, Decimal("200.00"), held)


def test_unpaid_bill_expires(shop: Shop, findings: Findings) -> None:
    need_driver(shop.target, Ability.CLOCK)
    created = shop.create_bill(expires_in=timedelta(hours=1))
    shop.target.driver.advance(shop.site, 3700)
    bill = shop.bill(created.path_parameters["billId"])
    status = at(bill.answer_json, "status", "value")
    findings.expect(status == "EXPIRED", rules.BILL_EXPIRES, f"an hour later its status is {status}", created, bill)


def test_saved_card_pays_on_the_form_without_three_ds(shop: Shop, findings: Findings) -> None:
    need_driver(shop.target, Ability.PAY)
    account = shop.target.fresh_id("account")
    token, issued = shop.issue_token(account)
    _token_is_issued(findings, token, issued)
    created = shop.create_bill("100.00", customer={"account": account})
    paid = shop.pay_bill(created.path_parameters["billId"], token=token)
    payment = shop.payment(str(paid["paymentId"]))
    charged = _status(payment) == "COMPLETED" and "requirements" not in paid
    findings.expect(charged, rules.TOKEN_ON_FORM, f"status {_status(payment)}", issued, created, payment)
    _shows_no_card_data(findings, issued, created, payment)


def test_payment_waits_for_three_ds_and_is_completed_after_confirmation(shop: Shop, findings: Findings) -> None:
    waiting = _waiting_payment(shop, findings)
    need_driver(shop.target, Ability.THREE_DS)
    payment_id = waiting.path_parameters["paymentId"]
    pares = shop.target.driver.answer_three_ds(shop.site, payment_id, "confirm").pares
    completed = shop.complete(payment_id, pares)
    done = completed.status == 200 and _status(completed) == "COMPLETED" and "requirements" not in completed.answer_json
    findings.expect(done, rules.PAYMENT_WITHOUT_THREE_DS, f"status {_status(completed)}", waiting, completed)
    _shows_no_card_data(findings, waiting, completed)
    _is_well_formed_payment(findings, completed)


def test_payment_is_declined_after_refused_three_ds(shop: Shop, findings: Findings) -> None:
    waiting = _waiting_payment(shop, findings)
    need_driver(shop.target, Ability.THREE_DS)
    payment_id = waiting.path_parameters["paymentId"]
    pares = shop.target.driver.answer_three_ds(shop.site, payment_id, "refuse").pares
    completed = shop.complete(payment_id, pares)
    reason = at(completed.answer_json, "status", "reason")
    declined = completed.status == 200 and _status(completed) == "DECLINED" and isinstance(reason, str)
    findings.expect(
        declined, rules.DECLINED_AFTER_REFUSAL, f"status {_status(completed)}, reason {reason}", waiting, completed
    )


def test_payment_with_method_and_amount_alone_is_accepted(shop: Shop, findings: Findings) -> None:
    paid = shop.create_payment()
    accepted = paid.status == 200 and _status(paid) in {"COMPLETED", "WAITING", "DECLINED"}
    findings.expect(accepted, rules.MINIMAL_PAYMENT, f"answered {paid.status}, status {_status(paid)}", paid)
    made = at(paid.answer_json, "billId")
    findings.expect(isinstance(made, str) and made, rules.MADE_BILL_ID, f"billId is {made!r}", paid)
    _is_well_formed_payment(findings, paid)


@pytest.mark.parametrize("field", ["paymentMethod", "amount"])
def test_payment_without_a_required_field_is_refused(shop: Shop, findings: Findings, field: str) -> None:
    body = {"paymentMethod": dict(CARD), "amount": {"currency": "RUB", "value": Decimal("200.00")}}
    del body[field]
    payment_id = shop.target.fresh_id("payment")
    refused = shop.target.send("paymentsCreate", body, site=shop.site, payment_id=payment_id)
    findings.expect(400 <= refused.status < 500, rules.REQUIRED_FIELDS, f"answered {refused.status}", refused)
    named = _is_error(refused) and any(field in name for name in refused.causes)
    findings.expect(named, rules.ERROR_NAMES_ITS_FIELD, f"cause names {sorted(refused.causes)}", refused)


@pytest.mark.parametrize(
    ("field", "longest"),
    [
        ("billId", "b" * 256),
        ("comment", "c" * 255),
        ("callbackUrl", "https://example.com/".ljust(256, "u")),
    ],
    ids=["billId", "comment", "callbackUrl"],
)
def test_payment_field_has_its_longest_value_and_no_more(
    shop: Shop, findings: Findings, field: str, longest: str
) -> None:
    taken = shop.create_payment(**{field: longest})
    findings.expect(taken.status == 200, rules.COMMENT_LENGTH, f"{len(longest)} characters: {taken.status}", taken)
    refused = shop.create_payment(**{field: longest + "x"})
    findings.expect(
        400 <= refused.status < 500, rules.COMMENT_LENGTH, f"{len(longest) + 1} characters: {refused.status}", refused
    )
    findings.expect(
        _is_error(refused) and any(field in name for name in refused.causes),
        rules.ERROR_NAMES_ITS_FIELD,
        f"cause names {sorted(refused.causes)}",
        refused,
    )


def test_payment_id_is_taken_once_on_a_site_and_free_on_another(target: Target, findings: Findings) -> None:
    shop = Shop(target, target.site)
    first = shop.create_payment("200.00")
    payment_id = first.path_parameters["paymentId"]
    again = shop.create_payment("300.00", payment_id=payment_id)
    seen = shop.payment(payment_id)
    same = at(seen.answer_json, "amount") == at(first.answer_json, "amount")
    findings.expect(
        again.status >= 400 and same,
        rules.ID_IS_TAKEN_ONCE,
        f"another payment with the id was answered {again.status}",
        first,
        again,
        seen,
    )
    other = Shop(target, need_sites(target, 2)[1]).create_payment("300.00", payment_id=payment_id)
    findings.expect(
        other.status == 200 and money(at(other.answer_json, "amount")) == Decimal("300.00"),
        rules.ID_PER_SITE,
        f"answered {other.status}",
        first,
        other,
    )


def test_payment_repeats_customer_and_custom_fields_and_takes_any_key(shop: Shop, findings: Findings) -> None:
    sent = {"customer": {"account": "token234"}, "customFields": {"cf1": "Some data", "contractdId": "7", "another": "x"}}
    paid = shop.create_payment(**sent)
    answer = paid.answer_json if isinstance(paid.answer_json, Mapping) else {}
    same = all(answer.get(name, value) == value for name, value in sent.items())
    findings.expect(
        paid.status == 200 and same, rules.FREE_CUSTOM_FIELDS, "they are not those of the request", paid
    )


def test_token_is_issued_pays_in_one_step_and_in_two_and_is_deleted(target: Target, findings: Findings) -> None:
    shop = Shop(target, target.site)
    account = target.fresh_id("account")
    token, issued = shop.issue_token(account)
    _token_is_issued(findings, token, issued)
    method = {"type": "TOKEN", "paymentToken": token}
    customer = {"account": account}
    one = shop.create_payment("10.00", method=method, customer=customer, flags=["SALE"])
    two = shop.create_payment("10.00", method=method, customer=customer)
    for paid, captured in ((one, Decimal("10.00")), (two, Decimal(0))):
        findings.expect(
            _status(paid) == "COMPLETED" and _captured(paid) == captured,
            rules.TOKEN_IN_BOTH_WAYS,
            f"status {_status(paid)}, captured {_captured(paid)}",
            issued,
            paid,
        )
        _is_well_formed_payment(findings, paid)
    anonymous = shop.create_payment("10.00", method=method)
    findings.expect(_did_not_pay(anonymous), rules.TOKEN_NEEDS_ACCOUNT, "it was paid", issued, anonymous)
    if len(target.sites) > 1:
        foreign = Shop(target, target.sites[1]).create_payment("10.00", method=method, customer=customer)
        findings.expect(_did_not_pay(foreign), rules.TOKEN_ON_ITS_SITE, "it was paid", issued, foreign)
    deleted = shop.delete_token(account, str(token))
    gone = deleted.status == 204 and not deleted.answer_body
    findings.expect(gone, rules.TOKEN_DELETED, f"answered {deleted.status}", issued, deleted)
    late = shop.create_payment("10.00", method=method, customer=customer)
    findings.expect(_did_not_pay(late), rules.TOKEN_DELETED, "the deleted token was charged", issued, deleted, late)


def test_unknown_objects_are_answered_404_without_cause(shop: Shop, findings: Findings) -> None:
    unknown = shop.target.fresh_id("unknown")
    calls = (shop.bill(unknown), shop.bill_payments(unknown), shop.payment(unknown), shop.refunds(unknown))
    for answered in calls:
        findings.expect(answered.status == 404, rules.UNKNOWN_OBJECT, f"answered {answered.status}", answered)
        findings.expect(
            _is_error(answered) and not answered.causes, rules.ERROR_WITHOUT_FIELD, "no error body without cause", answered
        )


def _wait_until(shop: Shop, moment: datetime) -> None:
    seconds = (moment - shop.target.driver.now(shop.site)).total_seconds()
    shop.target.driver.advance(shop.site, max(0, math.ceil(seconds)))


def _is_new_bill(created: Exchange) -> bool:
    answer, request = created.answer_json, created.request_json
    return (
        created.status == 200
        and at(answer, "status", "value") == "CREATED"
        and bool(urlsplit(str(at(answer, "payUrl") or "")).netloc)
        and isinstance(at(answer, "invoiceUid"), str)
        and at(answer, "billId") == created.path_parameters["billId"]
        and money(at(answer, "amount")) == at(request, "amount", "value")
        and at(answer, "expirationDateTime") == at(request, "expirationDateTime")
    )


def _paid_bill(shop: Shop, findings: Findings, bill_id: str, payment_id: str, created: Exchange) -> Exchange:
    paid = shop.bill(bill_id)
    listed = shop.bill_payments(bill_id)
    status = at(paid.answer_json, "status", "value")
    ids = [at(payment, "paymentId") for payment in at(paid.answer_json, "payments") or []]
    in_list = [at(payment, "paymentId") for payment in listed.answer_json or []]
    findings.expect(
        status == "PAID" and payment_id in ids and payment_id in in_list,
        rules.PAID,
        f"status {status}, payments in the bill {len(ids)}, in the list {len(in_list)}",
        created,
        paid,
        listed,
    )
    return paid


def _is_held(findings: Findings, *story: Exchange) -> None:
    held = story[-1]
    captured = _captured(held)
    findings.expect(captured == 0 and _status(held) != "DECLINED", rules.HELD, f"captured {captured}", *story)
    text = at(held.answer_json, "capturedAmount", "value")
    completed = _status(held) == "COMPLETED" and text == "0.00"
    findings.expect(completed, rules.COMPLETED_AT_HOLD, f"status {_status(held)}, captured {text!r}", *story)


def _is_captured(findings: Findings, captured: Exchange, amount: Decimal, held: Exchange) -> None:
    answer = captured.answer_json
    fits = (
        captured.status == 200
        and all(at(answer, name) == captured.path_parameters[name] for name in ("siteId", "paymentId", "captureId"))
        and money(at(answer, "amount")) == amount
        and at(answer, "status", "value") == "COMPLETED"
    )
    findings.expect(fits, rules.CAPTURED, "the answer is not that of a completed capture", held, captured)


def _second_capture_is_refused(shop: Shop, findings: Findings, payment_id: str, captured: Exchange) -> None:
    second = shop.capture(payment_id)
    refused = second.error_code == "payin.incorrect-method-invocation"
    findings.expect(
        refused, rules.SECOND_CAPTURE, f"answered {second.status} {second.error_code}", captured, second
    )


def _waiting_payment(shop: Shop, findings: Findings) -> Exchange:
    waiting = shop.create_payment("200.00", method=THREE_DS_CARD, flags=["SALE"])
    asked = at(waiting.answer_json, "requirements", "threeDS")
    waits = (
        _status(waiting) == "WAITING"
        and isinstance(at(asked, "pareq"), str)
        and isinstance(at(asked, "acsUrl"), str)
        and _captured(waiting) == 0
        and _refunded(waiting) == 0
    )
    findings.expect(waits, rules.WAITS_FOR_THREE_DS, f"status {_status(waiting)}", waiting)
    return waiting


def _token_is_issued(findings: Findings, token: str | None, issued: Exchange) -> None:
    findings.expect(token, rules.TOKEN_ISSUED, "there is no createdToken.token", issued)


def _did_not_pay(paid: Exchange) -> bool:
    return paid.status >= 400 or _status(paid) == "DECLINED"


def _is_well_formed_payment(findings: Findings, paid: Exchange) -> None:
    answer, request = paid.answer_json, paid.request_json or {}
    shown = at(answer, "paymentMethod", "maskedPan")
    pan = at(request, "paymentMethod", "pan") or CARD["pan"]
    findings.expect(shown == f"{pan[:6]}******{pan[-4:]}", rules.MASKED_PAN, f"maskedPan is {shown!r}", paid)
    created, changed = _time(paid, "createdDateTime"), _time(paid, "status", "changedDateTime")
    ordered = created is not None and changed is not None and created <= changed
    findings.expect(ordered, rules.TIMES_IN_ORDER, f"created {created}, changed {changed}", paid)
    currencies = {at(answer, name, "currency") for name in ("amount", "capturedAmount", "refundedAmount")}
    findings.expect(len(currencies) == 1, rules.ONE_CURRENCY, f"currencies {currencies}", paid)
    findings.expect(not {"SALE", "BIND_PAYMENT_TOKEN"} & _flags(paid), rules.NO_COMMANDS_IN_FLAGS, "flags repeat", paid)
    method = at(request, "paymentMethod") or {}
    stored = method.get("type") == "TOKEN" or "cardTokenPaymentType" in method
    credential = at(answer, "credentialOnFile")
    findings.expect(
        credential is None or (stored and isinstance(credential, Mapping)),
        rules.CREDENTIAL_ONLY_WHEN_STORED,
        "credentialOnFile without a stored card",
        paid,
    )
    settled = at(answer, "settlementAmount")
    findings.expect(
        settled is None or at(settled, "currency") not in currencies,
        rules.SETTLEMENT_ONLY_WHEN_FOREIGN,
        "settlementAmount in the payment's own currency",
        paid,
    )


def _is_error(answered: Exchange) -> bool:
    schema = description().at("#/components/schemas/Error")
    return answered.answer_json is not None and not list(description().errors(schema, answered.answer_json))


def _shows_no_card_data(findings: Findings, *story: Exchange) -> None:
    for exchange in story:
        found = sorted(CARD_FIELDS & set(_names(exchange.answer_json)))
        findings.expect(
            not found and CARD["pan"].encode() not in exchange.answer_body,
            rules.NO_CARD_DATA,
            f"the answer has {', '.join(found) or 'the card number'}",
            exchange,
        )


def _names(value: Any) -> set[str]:
    if isinstance(value, Mapping):
        return set(value) | {name for item in value.values() for name in _names(item)}
    if isinstance(value, list):
        return {name for item in value for name in _names(item)}
    return set()


def _status(payment: Exchange) -> Any:
    return at(payment.answer_json, "status", "value")


def _captured(payment: Exchange) -> Decimal | None:
    return money(at(payment.answer_json, "capturedAmount"))


def _refunded(payment: Exchange) -> Decimal | None:
    return money(at(payment.answer_json, "refundedAmount"))


def _flags(exchange: Exchange) -> set[str]:
    flags = at(exchange.answer_json, "flags")
    return set(flags) if isinstance(flags, list) else set()


def _time(exchange: Exchange, *names: str) -> datetime | None:
    text = at(exchange.answer_json, *names)
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
