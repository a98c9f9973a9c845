"""What the scenarios look at in answers."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from qiwi_payin_contract import scenarios as rules
from qiwi_payin_contract.description import description
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.shop import CARD, at, money

CARD_FIELDS = frozenset({"pan", "expiryDate", "cvv2", "holderName"})

WELL_FORMED = (
    rules.MASKED_PAN,
    rules.TIMES_IN_ORDER,
    rules.ONE_CURRENCY,
    rules.NO_COMMANDS_IN_FLAGS,
    rules.CREDENTIAL_ONLY_WHEN_STORED,
    rules.SETTLEMENT_ONLY_WHEN_FOREIGN,
)
"""What ``is_well_formed_payment`` looks at."""


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
