"""Notifications, as the driver shows them."""

import hmac
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import pytest

from qiwi_payin_contract import notifications as rules
from qiwi_payin_contract.description import description
from qiwi_payin_contract.drivers import Ability, SentNotification
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.json_text import loads
from qiwi_payin_contract.looks import looks_at
from qiwi_payin_contract.masking import mask_text
from qiwi_payin_contract.shop import CARD, THREE_DS_CARD, Shop, at, money
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.suite.needs import need_driver, need_notification_key
from qiwi_payin_contract.target import Target

GROUP = "notifications"

OUTCOMES = {"COMPLETED": "SUCCESS", "DECLINED": "DECLINE", "DECLINE": "DECLINE"}
DECLINED_CARD = {**CARD, "expiryDate": "02/34"}
RIGHT = (
    rules.ENVELOPE,
    rules.SIGNED,
    rules.SIGNED_IN_HEX,
    rules.TWO_DECIMALS,
    rules.SAYS_WHAT_THE_API_SAYS,
    rules.NO_SECRET,
)
"""What is looked at in every notification."""


@pytest.fixture
def shop(target: Target) -> Shop:
    """A shop on a site whose notification key is known."""
    need_driver(target, Ability.NOTIFICATIONS)
    return Shop(target, need_notification_key(target))


@looks_at(rules.PAYMENT_IS_NOTIFIED, rules.CAPTURE_IS_NOTIFIED, *RIGHT)
def test_paid_bill_and_its_capture_are_notified_with_the_payment_id(shop: Shop, findings: Findings) -> None:
    need_driver(shop.target, Ability.PAY)
    created = shop.create_bill(customFields={"cf1": "Some data"})
    bill_id = created.path_parameters["billId"]
    payment_id = str(shop.pay_bill(bill_id)["paymentId"])
    paid = shop.payment(payment_id)
    told = _about(shop, "PAYMENT", payment_id)
    findings.expect(len(told) == 1, rules.PAYMENT_IS_NOTIFIED, f"{len(told)} PAYMENT notifications", created, paid)
    for sent in told[:1]:
        _is_right(findings, shop.site, sent, paid, bill_id)
    captured = shop.capture(payment_id)
    capture_id = captured.path_parameters["captureId"]
    told = _about(shop, "CAPTURE", capture_id)
    findings.expect(
        [rules.read(sent).get("paymentId") for sent in told] == [payment_id],
        rules.CAPTURE_IS_NOTIFIED,
        f"{len(told)} CAPTURE notifications with the captureId",
        captured,
    )
    for sent in told[:1]:
        _is_right(findings, shop.site, sent, captured, bill_id)


@looks_at(rules.REFUND_IS_NOTIFIED, rules.ONCE, *RIGHT)
@pytest.mark.parametrize("flags", [[], ["SALE"]], ids=["reversal", "refund"])
def test_refund_is_notified_once_and_a_reversal_with_its_flag(shop: Shop, findings: Findings, flags: list[str]) -> None:
    whole, part = shop.sums("200.00", "50.00")
    paid = shop.create_payment(whole, flags=flags)
    payment_id = paid.path_parameters["paymentId"]
    refund = shop.refund(payment_id, part)
    refund_id = refund.path_parameters["refundId"]
    told = _about(shop, "REFUND", refund_id)
    reversal = bool(told) and "REVERSAL" in (rules.read(told[0]).get("flags") or ())
    findings.expect(
        len(told) == 1 and reversal is not bool(flags),
        rules.REFUND_IS_NOTIFIED,
        f"{len(told)} REFUND notifications with the refundId, REVERSAL is {'in' if reversal else 'not in'} flags",
        paid,
        refund,
    )
    for sent in told[:1]:
        _is_right(findings, shop.site, sent, refund, None)
    shop.refund(payment_id, part, refund_id)
    findings.expect(len(_about(shop, "REFUND", refund_id)) == 1, rules.ONCE, "a second one was sent", refund)


@looks_at(rules.ONCE, *RIGHT)
def test_capture_after_a_reversal_is_notified_once_with_what_was_captured(shop: Shop, findings: Findings) -> None:
    whole, part = shop.sums("200.00", "50.00")
    held = shop.create_payment(whole)
    payment_id = held.path_parameters["paymentId"]
    shop.refund(payment_id, part)
    captured = shop.capture(payment_id)
    capture_id = captured.path_parameters["captureId"]
    for sent in _about(shop, "CAPTURE", capture_id)[:1]:
        _is_right(findings, shop.site, sent, captured, None)
    shop.capture(payment_id, capture_id)
    shop.create_payment(whole, payment_id=payment_id)
    for kind, object_id in (("CAPTURE", capture_id), ("PAYMENT", payment_id)):
        times = len(_about(shop, kind, object_id))
        findings.expect(times == 1, rules.ONCE, f"{times} {kind} notifications, the request was sent twice", captured)


@looks_at(rules.DECLINE_HAS_REASON, *RIGHT)
def test_refused_payment_is_notified_with_its_reason(shop: Shop, findings: Findings) -> None:
    refused = shop.create_payment(method=DECLINED_CARD)
    if at(refused.answer_json, "status", "value") != "DECLINED":
        pytest.skip("a card that expires in month 02 is not declined here")
    told = _about(shop, "PAYMENT", refused.path_parameters["paymentId"])
    status = rules.read(told[0]).get("status") if told else None
    declined = at(status, "value") == "DECLINE" and isinstance(at(status, "reasonCode"), str)
    findings.expect(declined, rules.DECLINE_HAS_REASON, f"its status is {status}", refused)
    for sent in told[:1]:
        _is_right(findings, shop.site, sent, refused, None)


@looks_at(rules.TOKEN_DATA, *RIGHT)
def test_issued_token_is_notified(shop: Shop, findings: Findings) -> None:
    token, issued = shop.issue_token(shop.target.fresh_id("account"))
    told = _about(shop, "PAYMENT", issued.path_parameters["paymentId"])
    data = rules.read(told[0]).get("tokenData") if told else None
    same = token is not None and at(data, "paymentToken") == token
    findings.expect(same, rules.TOKEN_DATA, "tokenData is not that of createdToken", issued)
    for sent in told[:1]:
        _is_right(findings, shop.site, sent, issued, None)


@looks_at(rules.NONE_WHILE_WAITING)
def test_waiting_payment_is_not_notified_yet(shop: Shop, findings: Findings) -> None:
    waiting = shop.create_payment(method=THREE_DS_CARD)
    told = _about(shop, "PAYMENT", waiting.path_parameters["paymentId"])
    findings.expect(not told, rules.NONE_WHILE_WAITING, f"{len(told)} were sent", waiting)


def _about(shop: Shop, kind: str, object_id: str) -> list[SentNotification]:
    name = f"{kind.lower()}Id"
    return [
        sent
        for sent in shop.target.driver.notifications(shop.site)
        if sent.type == kind and object_id in {sent.object_id, rules.read(sent).get(name)}
    ]


def _is_right(findings: Findings, site: Site, sent: SentNotification, shown: Exchange, bill_id: str | None) -> None:
    schema = description().webhook_schema(sent.type)
    wrong = list(description().errors(schema, _parsed(sent)))
    findings.expect(not wrong, rules.ENVELOPE, _with_body("; ".join(wrong), sent), shown)
    _is_signed(findings, site, sent, shown)
    text = rules.value_text(sent, f"{sent.type.lower()}.amount.value")
    number = re.search(r'"value"\s*:\s*' + re.escape(text) + r"\s*[,}]", sent.body) if text else None
    two = re.fullmatch(r"[0-9]+\.[0-9]{2}", text) is not None and number is not None
    findings.expect(two, rules.TWO_DECIMALS, _with_body(f"amount.value is written {text!r}", sent), shown)
    different = list(_disagreements(rules.read(sent), shown.answer_json, site, bill_id))
    findings.expect(not different, rules.SAYS_WHAT_THE_API_SAYS, _with_body("; ".join(different), sent), shown)
    secrets = [CARD["pan"], site.key, *([site.notification_key] if site.notification_key else [])]
    holds = any(secret in sent.body for secret in secrets) or '"cvv2"' in sent.body
    findings.expect(not holds, rules.NO_SECRET, "its body holds a card number, a CVV or a key", shown)


def _is_signed(findings: Findings, site: Site, sent: SentNotification, shown: Exchange) -> None:
    in_hex, in_base64 = rules.digest(sent, site.notification_key or "")
    lowered = sent.signature.lower()
    right = hmac.compare_digest(lowered, in_hex) or hmac.compare_digest(sent.signature, in_base64)
    findings.expect(right, rules.SIGNED, _with_body(f"signed text should be {rules.signed_text(sent)!r}", sent), shown)
    findings.expect(
        sent.signature == in_hex, rules.SIGNED_IN_HEX, "it is not the digest in lower-case hexadecimal digits", shown
    )


def _disagreements(data: Mapping[str, Any], answer: Any, site: Site, bill_id: str | None) -> Iterable[str]:
    if at(data, "amount", "value") != money(at(answer, "amount")):
        yield f"amount {at(data, 'amount', 'value')} for {at(answer, 'amount', 'value')}"
    if at(data, "amount", "currency") != at(answer, "amount", "currency"):
        yield "another currency"
    if not _same_second(at(data, "createdDateTime"), at(answer, "createdDateTime")):
        yield f"createdDateTime {at(data, 'createdDateTime')} for {at(answer, 'createdDateTime')}"
    if data.get("merchantSiteUid") != site.site_id:
        yield "another site"
    if at(data, "status", "value") != OUTCOMES.get(str(at(answer, "status", "value"))):
        yield f"status {at(data, 'status', 'value')} for {at(answer, 'status', 'value')}"
    if bill_id is not None and data.get("billId") != bill_id:
        yield "another billId"
    masked = at(answer, "paymentMethod", "maskedPan")
    if masked is not None and at(data, "paymentMethod", "maskedPan") != masked:
        yield "another maskedPan"


def _same_second(told: Any, shown: Any) -> bool:
    try:
        return datetime.fromisoformat(told).replace(microsecond=0) == datetime.fromisoformat(shown).replace(
            microsecond=0
        )
    except (TypeError, ValueError):
        return False


def _parsed(sent: SentNotification) -> Any:
    try:
        return loads(sent.body)
    except ValueError:
        return None


def _with_body(message: str, sent: SentNotification) -> str:
    return f"{message}\nbody: {mask_text(sent.body)}\nSignature: {sent.signature}"
