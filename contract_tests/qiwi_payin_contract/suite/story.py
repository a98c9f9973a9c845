"""What the scenarios look at in answers."""

import math
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from qiwi_payin_contract import scenarios as rules
from qiwi_payin_contract.description import description
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.shop import CARD, THREE_DS_CARD, Shop, at, money

CARD_FIELDS = frozenset({"pan", "expiryDate", "cvv2", "holderName"})


def wait_until(shop: Shop, moment: datetime) -> None:
    """Move the server's clock to a moment, unless it is past it."""
    seconds = (moment - shop.target.driver.now(shop.site)).total_seconds()
    shop.advance(max(0, math.ceil(seconds)))


def is_new_bill(created: Exchange) -> bool:
    """Whether an answer is that of a bill just created as it was asked for."""
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


def paid_bill(shop: Shop, findings: Findings, bill_id: str, payment_id: str, created: Exchange) -> Exchange:
    """See that a bill is PAID by a payment, in its details and in the list of its payments."""
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


def is_held(findings: Findings, *story: Exchange) -> None:
    """See that the last payment of a story is held and not debited."""
    held = story[-1]
    captured = captured_of(held)
    findings.expect(captured == 0 and status_of(held) != "DECLINED", rules.HELD, f"captured {captured}", *story)
    text = at(held.answer_json, "capturedAmount", "value")
    completed = status_of(held) == "COMPLETED" and text == "0.00"
    findings.expect(completed, rules.COMPLETED_AT_HOLD, f"status {status_of(held)}, captured {text!r}", *story)


def is_captured(findings: Findings, captured: Exchange, amount: Decimal, held: Exchange) -> None:
    """See that an answer is that of a completed capture of the whole amount."""
    answer = captured.answer_json
    fits = (
        captured.status == 200
        and all(at(answer, name) == captured.path_parameters[name] for name in ("siteId", "paymentId", "captureId"))
        and money(at(answer, "amount")) == amount
        and at(answer, "status", "value") == "COMPLETED"
    )
    findings.expect(fits, rules.CAPTURED, "the answer is not that of a completed capture", held, captured)


def second_capture_is_refused(shop: Shop, findings: Findings, payment_id: str, captured: Exchange) -> None:
    """See that another capture is refused."""
    second = shop.capture(payment_id)
    refused = second.error_code == "payin.incorrect-method-invocation"
    findings.expect(refused, rules.SECOND_CAPTURE, f"answered {second.status} {second.error_code}", captured, second)


def waiting_payment(shop: Shop, findings: Findings) -> Exchange:
    """Create a payment that waits for 3-D Secure, and see that it does."""
    waiting = shop.create_payment(method=THREE_DS_CARD, flags=["SALE"])
    asked = at(waiting.answer_json, "requirements", "threeDS")
    waits = (
        status_of(waiting) == "WAITING"
        and isinstance(at(asked, "pareq"), str)
        and isinstance(at(asked, "acsUrl"), str)
        and captured_of(waiting) == 0
        and refunded_of(waiting) == 0
    )
    findings.expect(waits, rules.WAITS_FOR_THREE_DS, f"status {status_of(waiting)}", waiting)
    return waiting


def token_is_issued(findings: Findings, token: str | None, issued: Exchange) -> None:
    """See that a payment issued a token."""
    findings.expect(token, rules.TOKEN_ISSUED, "there is no createdToken.token", issued)


def did_not_pay(paid: Exchange) -> bool:
    """Whether a payment was refused or declined."""
    return paid.status >= 400 or status_of(paid) == "DECLINED"


def is_well_formed_payment(findings: Findings, paid: Exchange) -> None:
    """See what holds of every payment's answer."""
    answer, request = paid.answer_json, paid.request_json or {}
    shown = at(answer, "paymentMethod", "maskedPan")
    pan = at(request, "paymentMethod", "pan") or CARD["pan"]
    findings.expect(shown == f"{pan[:6]}******{pan[-4:]}", rules.MASKED_PAN, f"maskedPan is {shown!r}", paid)
    created, changed = time_of(paid, "createdDateTime"), time_of(paid, "status", "changedDateTime")
    ordered = created is not None and changed is not None and created <= changed
    findings.expect(ordered, rules.TIMES_IN_ORDER, f"created {created}, changed {changed}", paid)
    currencies = {at(answer, name, "currency") for name in ("amount", "capturedAmount", "refundedAmount")}
    findings.expect(len(currencies) == 1, rules.ONE_CURRENCY, f"currencies {currencies}", paid)
    findings.expect(
        not {"SALE", "BIND_PAYMENT_TOKEN"} & flags_of(paid), rules.NO_COMMANDS_IN_FLAGS, "flags repeat", paid
    )
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


def is_error(answered: Exchange) -> bool:
    """Whether an answer has the error body."""
    schema = description().at("#/components/schemas/Error")
    return answered.answer_json is not None and not list(description().errors(schema, answered.answer_json))


def shows_no_card_data(findings: Findings, *story: Exchange) -> None:
    """See that no answer of a story holds card data."""
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


def status_of(payment: Exchange) -> Any:
    """``status.value`` of an answer."""
    return at(payment.answer_json, "status", "value")


def captured_of(payment: Exchange) -> Decimal | None:
    """``capturedAmount`` of a payment."""
    return money(at(payment.answer_json, "capturedAmount"))


def refunded_of(payment: Exchange) -> Decimal | None:
    """``refundedAmount`` of a payment."""
    return money(at(payment.answer_json, "refundedAmount"))


def flags_of(exchange: Exchange) -> set[str]:
    """``flags`` of an answer, none where they are missing."""
    flags = at(exchange.answer_json, "flags")
    return set(flags) if isinstance(flags, list) else set()


def time_of(exchange: Exchange, *names: str) -> datetime | None:
    """A time of an answer by its place; None where it is missing or none."""
    text = at(exchange.answer_json, *names)
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
