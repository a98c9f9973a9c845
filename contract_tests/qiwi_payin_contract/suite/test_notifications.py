"""What notifications say: one of each outcome, signed, and in agreement with the API."""

from collections.abc import Mapping
from typing import Any

import pytest

from qiwi_payin_contract import notifications as rules
from qiwi_payin_contract.drivers import Ability
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.looks import looks_at
from qiwi_payin_contract.run import Run
from qiwi_payin_contract.shop import CARD, at
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.suite.needs import need_driver, need_notification_key, need_three_ds
from qiwi_payin_contract.suite.notified import CVV, RIGHT, expect_one, expect_right
from qiwi_payin_contract.target import Target
from qiwi_payin_contract.witnesses import Post, Watch

GROUP = "notifications"

GOOD_CARD: Mapping[str, str] = {**CARD, "cvv2": CVV}
DECLINED_CARD = {**GOOD_CARD, "expiryDate": "02/34"}
THREE_DS_CARD = {**GOOD_CARD, "holderName": "3DS HOLDER", "cvv2": "849"}
PAYER: Mapping[str, Any] = {
    "customer": {"account": "token234", "email": "payer@example.com", "phone": "+79161112233"},
    "customFields": {"cf1": "Some data"},
    "comment": "Text comment",
}


@pytest.fixture
def site(target: Target) -> Site:
    """The first site whose notification key is known, or else the first."""
    return next((site for site in target.sites if site.notification_key), target.site)


@pytest.fixture
def watch(post: Post, site: Site) -> Watch:
    """Somebody sees the notifications of that site."""
    if post.why_not:
        pytest.skip(post.why_not)
    return post.watch(site)


@looks_at(rules.SIGNED)
def test_the_notification_key_is_known_that_signatures_are_checked_with(target: Target, watch: Watch) -> None:
    assert need_notification_key(target) == watch.shop.site


@looks_at(*RIGHT)
def test_every_site_signs_with_its_own_notification_key(post: Post, target: Target, findings: Findings) -> None:
    if post.why_not:
        pytest.skip(post.why_not)
    keyed = {site.notification_key: site for site in target.sites if site.notification_key}
    if len(keyed) < 2:
        pytest.skip("two sites with notification keys of their own are needed")
    for site in list(keyed.values())[:2]:
        watch = post.watch(site)
        paid = watch.shop.create_payment("1.00", method=GOOD_CARD, **watch.callback)
        payment_id = paid.path_parameters["paymentId"]
        expect_right(findings, watch, [one for seen in watch.seen("PAYMENT", payment_id) for one in seen], paid)


@looks_at(rules.PAYMENT_IS_NOTIFIED, rules.CAPTURE_IS_NOTIFIED, *RIGHT)
def test_paid_bill_and_its_capture_are_notified_with_the_payment_id(watch: Watch, findings: Findings) -> None:
    shop = watch.shop
    need_driver(shop.target, Ability.PAY)
    created = shop.create_bill(customFields=watch.custom_fields(cf1="Some data"))
    bill_id = created.path_parameters["billId"]
    payment_id = str(shop.pay_bill(bill_id)["paymentId"])
    paid = shop.payment(payment_id)
    told = expect_one(findings, watch, "PAYMENT", payment_id, rules.PAYMENT_IS_NOTIFIED, created, paid)
    expect_right(findings, watch, told, paid)
    of_bill = {rules.read(each.sent).get("billId") for each in told}
    findings.expect(of_bill <= {bill_id}, rules.SAYS_WHAT_THE_API_SAYS, "its billId is not that of the bill", paid)
    _capture_is_notified(watch, findings, paid)


@looks_at(rules.PAYMENT_IS_NOTIFIED, rules.CAPTURE_IS_NOTIFIED, rules.ONCE, *RIGHT)
def test_payment_and_capture_are_notified_once_with_what_was_captured(watch: Watch, findings: Findings) -> None:
    shop = watch.shop
    whole, part = shop.sums("200.00", "50.00")
    held = shop.create_payment(whole, method=GOOD_CARD, billId="order-1815", **PAYER, **watch.callback)
    payment_id = held.path_parameters["paymentId"]
    told = expect_one(findings, watch, "PAYMENT", payment_id, rules.PAYMENT_IS_NOTIFIED, held)
    expect_right(findings, watch, told, held)
    shop.refund(payment_id, part)
    captured = _capture_is_notified(watch, findings, held)
    shop.capture(payment_id, captured.path_parameters["captureId"], **watch.callback)
    shop.create_payment(whole, method=GOOD_CARD, billId="order-1815", payment_id=payment_id, **PAYER, **watch.callback)
    watch.settle()
    for kind, object_id in (("CAPTURE", captured.path_parameters["captureId"]), ("PAYMENT", payment_id)):
        for seen in watch.seen(kind, object_id):
            message = f"{len(seen)} {kind} notifications, the request was sent twice"
            findings.expect(len(seen) == 1, rules.ONCE, message, captured)


@looks_at(rules.REFUND_IS_NOTIFIED, rules.ONCE, *RIGHT)
@pytest.mark.parametrize("flags", [[], ["SALE"]], ids=["reversal", "refund"])
def test_refund_is_notified_once_and_a_reversal_with_its_flag(
    watch: Watch, findings: Findings, flags: list[str]
) -> None:
    shop = watch.shop
    whole, part = shop.sums("200.00", "50.00")
    paid = shop.create_payment(whole, method=GOOD_CARD, flags=flags, **PAYER)
    payment_id = paid.path_parameters["paymentId"]
    refund = shop.refund(payment_id, part, **watch.callback)
    refund_id = refund.path_parameters["refundId"]
    told = expect_one(findings, watch, "REFUND", refund_id, rules.REFUND_IS_NOTIFIED, paid, refund)
    for each in told:
        reversal = "REVERSAL" in (rules.read(each.sent).get("flags") or ())
        findings.expect(
            reversal is not bool(flags),
            rules.REFUND_IS_NOTIFIED,
            f"REVERSAL is {'in' if reversal else 'not in'} flags",
            paid,
            refund,
        )
    expect_right(findings, watch, told, refund, paid)
    shop.refund(payment_id, part, refund_id, **watch.callback)
    watch.settle()
    for seen in watch.seen("REFUND", refund_id):
        findings.expect(len(seen) == 1, rules.ONCE, "a second one was sent for the same request", refund)


@looks_at(rules.REFUND_IS_NOTIFIED, rules.DECLINE_HAS_REASON, *RIGHT)
def test_refused_refund_is_notified_with_its_reason(watch: Watch, findings: Findings) -> None:
    more, whole = watch.shop.sums("210.00", "200.00")
    paid = watch.shop.create_payment(whole, method=GOOD_CARD, flags=["SALE"])
    refused = watch.shop.refund(paid.path_parameters["paymentId"], more, **watch.callback)
    if at(refused.answer_json, "status", "value") != "DECLINE":
        pytest.skip("a refund over the rest is not answered with DECLINE here")
    refund_id = refused.path_parameters["refundId"]
    told = expect_one(findings, watch, "REFUND", refund_id, rules.REFUND_IS_NOTIFIED, paid, refused)
    for each in told:
        _has_reason(findings, rules.read(each.sent).get("status"), refused)
    expect_right(findings, watch, told, refused, paid)


@looks_at(rules.PAYMENT_IS_NOTIFIED, rules.DECLINE_HAS_REASON, *RIGHT)
def test_refused_payment_is_notified_with_its_reason(watch: Watch, findings: Findings) -> None:
    refused = watch.shop.create_payment(method=DECLINED_CARD, **PAYER, **watch.callback)
    if at(refused.answer_json, "status", "value") != "DECLINED":
        pytest.skip("a card that expires in month 02 is not declined here")
    payment_id = refused.path_parameters["paymentId"]
    told = expect_one(findings, watch, "PAYMENT", payment_id, rules.PAYMENT_IS_NOTIFIED, refused)
    for each in told:
        _has_reason(findings, rules.read(each.sent).get("status"), refused)
    expect_right(findings, watch, told, refused)


@looks_at(rules.PAYMENT_IS_NOTIFIED, rules.TOKEN_DATA, *RIGHT)
def test_issued_token_is_notified(watch: Watch, findings: Findings) -> None:
    account = watch.shop.target.fresh_id("account")
    token, issued = watch.shop.issue_token(account, **watch.callback)
    payment_id = issued.path_parameters["paymentId"]
    told = expect_one(findings, watch, "PAYMENT", payment_id, rules.PAYMENT_IS_NOTIFIED, issued)
    for each in told:
        data = rules.read(each.sent).get("tokenData")
        same = token is not None and at(data, "paymentToken") == token
        findings.expect(same, rules.TOKEN_DATA, "tokenData is not that of createdToken", issued)
    expect_right(findings, watch, told, issued)


@looks_at(rules.PAYMENT_IS_NOTIFIED, rules.NONE_WHILE_WAITING, *RIGHT)
def test_waiting_payment_is_notified_when_three_d_secure_is_passed_and_not_before(
    watch: Watch, findings: Findings
) -> None:
    shop = watch.shop
    waiting = shop.create_payment(method=THREE_DS_CARD, **watch.callback)
    payment_id = waiting.path_parameters["paymentId"]
    need_three_ds(waiting)
    watch.settle()
    early = list(watch.of_payment(payment_id, "PAYMENT"))
    findings.expect(not early, rules.NONE_WHILE_WAITING, f"{len(early)} were sent", waiting)
    need_driver(shop.target, Ability.THREE_DS)
    passed = shop.target.driver.answer_three_ds(shop.site, payment_id, "confirm")
    done = shop.complete(payment_id, passed.pares)
    told = expect_one(findings, watch, "PAYMENT", payment_id, rules.PAYMENT_IS_NOTIFIED, waiting, done)
    expect_right(findings, watch, told, done)


@looks_at(rules.AUTOMATIC_CAPTURE_IS_NOTIFIED, *RIGHT)
def test_automatic_capture_is_notified(watch: Watch, findings: Findings, run: Run) -> None:
    shop = watch.shop
    need_driver(shop.target, Ability.PAY, Ability.CLOCK)
    amount = shop.sum("150.00")
    created = shop.create_bill(amount, customFields=watch.custom_fields())
    payment_id = str(shop.pay_bill(created.path_parameters["billId"])["paymentId"])
    shop.advance(int(run.settings.hold_term.total_seconds()) + 60)
    paid = shop.payment(payment_id)
    if at(paid.answer_json, "capturedAmount", "value") != f"{amount:.2f}":
        pytest.skip("nothing is captured here when the waiting period ends")
    capture_ids = {rules.read(each.sent).get("captureId") for each in watch.of_payment(payment_id, "CAPTURE")}
    one = len(capture_ids) == 1 and isinstance(next(iter(capture_ids)), str)
    findings.expect(one, rules.AUTOMATIC_CAPTURE_IS_NOTIFIED, f"{len(capture_ids)} captures were notified", paid)
    (capture_id,) = map(str, capture_ids)
    capture = shop.target.send("capturesGet", site=shop.site, payment_id=payment_id, capture_id=capture_id)
    told = expect_one(findings, watch, "CAPTURE", capture_id, rules.AUTOMATIC_CAPTURE_IS_NOTIFIED, paid, capture)
    expect_right(findings, watch, told, capture, paid)


def _capture_is_notified(watch: Watch, findings: Findings, payment: Exchange) -> Exchange:
    payment_id = payment.path_parameters["paymentId"]
    captured = watch.shop.capture(payment_id, **watch.callback)
    told = expect_one(
        findings, watch, "CAPTURE", captured.path_parameters["captureId"], rules.CAPTURE_IS_NOTIFIED, payment, captured
    )
    of = {rules.read(each.sent).get("paymentId") for each in told}
    findings.expect(of == {payment_id}, rules.CAPTURE_IS_NOTIFIED, "its paymentId is another", payment, captured)
    expect_right(findings, watch, told, captured, payment)
    return captured


def _has_reason(findings: Findings, status: object, refused: Exchange) -> None:
    declined = at(status, "value") == "DECLINE" and isinstance(at(status, "reasonCode"), str)
    findings.expect(declined, rules.DECLINE_HAS_REASON, f"its status is {status}", refused)
