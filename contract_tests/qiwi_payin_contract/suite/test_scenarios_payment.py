"""Stories of the Russian document: payment from the partner's own form, and by token."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from qiwi_payin_contract import scenarios as rules
from qiwi_payin_contract.drivers import Ability
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.shop import CARD, Shop, at, money
from qiwi_payin_contract.suite.needs import need_driver, need_sites
from qiwi_payin_contract.suite.story import (
    captured_of,
    did_not_pay,
    is_error,
    is_well_formed_payment,
    shows_no_card_data,
    status_of,
    token_is_issued,
    waiting_payment,
)
from qiwi_payin_contract.target import Target

GROUP = "scenarios"


@pytest.fixture
def shop(target: Target) -> Shop:
    """A shop on the first site."""
    return Shop(target, target.site)


def test_payment_waits_for_three_ds_and_is_completed_after_confirmation(shop: Shop, findings: Findings) -> None:
    waiting = waiting_payment(shop, findings)
    need_driver(shop.target, Ability.THREE_DS)
    payment_id = waiting.path_parameters["paymentId"]
    pares = shop.target.driver.answer_three_ds(shop.site, payment_id, "confirm").pares
    completed = shop.complete(payment_id, pares)
    done = (
        completed.status == 200 and status_of(completed) == "COMPLETED" and "requirements" not in completed.answer_json
    )
    findings.expect(done, rules.PAYMENT_WITHOUT_THREE_DS, f"status {status_of(completed)}", waiting, completed)
    shows_no_card_data(findings, waiting, completed)
    is_well_formed_payment(findings, completed)


def test_payment_is_declined_after_refused_three_ds(shop: Shop, findings: Findings) -> None:
    waiting = waiting_payment(shop, findings)
    need_driver(shop.target, Ability.THREE_DS)
    payment_id = waiting.path_parameters["paymentId"]
    pares = shop.target.driver.answer_three_ds(shop.site, payment_id, "refuse").pares
    completed = shop.complete(payment_id, pares)
    reason = at(completed.answer_json, "status", "reason")
    declined = completed.status == 200 and status_of(completed) == "DECLINED" and isinstance(reason, str)
    findings.expect(
        declined, rules.DECLINED_AFTER_REFUSAL, f"status {status_of(completed)}, reason {reason}", waiting, completed
    )


def test_payment_with_method_and_amount_alone_is_accepted(shop: Shop, findings: Findings) -> None:
    paid = shop.create_payment()
    accepted = paid.status == 200 and status_of(paid) in {"COMPLETED", "WAITING", "DECLINED"}
    findings.expect(accepted, rules.MINIMAL_PAYMENT, f"answered {paid.status}, status {status_of(paid)}", paid)
    made = at(paid.answer_json, "billId")
    findings.expect(isinstance(made, str) and made, rules.MADE_BILL_ID, f"billId is {made!r}", paid)
    is_well_formed_payment(findings, paid)


@pytest.mark.parametrize("field", ["paymentMethod", "amount"])
def test_payment_without_a_required_field_is_refused(shop: Shop, findings: Findings, field: str) -> None:
    body = {"paymentMethod": dict(CARD), "amount": {"currency": "RUB", "value": Decimal("200.00")}}
    del body[field]
    payment_id = shop.target.fresh_id("payment")
    refused = shop.target.send("paymentsCreate", body, site=shop.site, payment_id=payment_id)
    findings.expect(400 <= refused.status < 500, rules.REQUIRED_FIELDS, f"answered {refused.status}", refused)
    named = is_error(refused) and any(field in name for name in refused.causes)
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
    fits: dict[str, Any] = {field: longest}
    taken = shop.create_payment(**fits)
    findings.expect(taken.status == 200, rules.COMMENT_LENGTH, f"{len(longest)} characters: {taken.status}", taken)
    exceeds: dict[str, Any] = {field: longest + "x"}
    refused = shop.create_payment(**exceeds)
    findings.expect(
        400 <= refused.status < 500, rules.COMMENT_LENGTH, f"{len(longest) + 1} characters: {refused.status}", refused
    )
    findings.expect(
        is_error(refused) and any(field in name for name in refused.causes),
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
    sent: dict[str, Any] = {
        "customer": {"account": "token234"},
        "customFields": {"cf1": "Some data", "contractdId": "7", "another": "x"},
    }
    paid = shop.create_payment(**sent)
    answer = paid.answer_json if isinstance(paid.answer_json, Mapping) else {}
    same = all(answer.get(name, value) == value for name, value in sent.items())
    findings.expect(paid.status == 200 and same, rules.FREE_CUSTOM_FIELDS, "they are not those of the request", paid)


def test_token_is_issued_pays_in_one_step_and_in_two_and_is_deleted(target: Target, findings: Findings) -> None:
    shop = Shop(target, target.site)
    account = target.fresh_id("account")
    token, issued = shop.issue_token(account)
    token_is_issued(findings, token, issued)
    method = {"type": "TOKEN", "paymentToken": token}
    customer = {"account": account}
    one = shop.create_payment("10.00", method=method, customer=customer, flags=["SALE"])
    two = shop.create_payment("10.00", method=method, customer=customer)
    for paid, captured in ((one, Decimal("10.00")), (two, Decimal(0))):
        findings.expect(
            status_of(paid) == "COMPLETED" and captured_of(paid) == captured,
            rules.TOKEN_IN_BOTH_WAYS,
            f"status {status_of(paid)}, captured {captured_of(paid)}",
            issued,
            paid,
        )
        is_well_formed_payment(findings, paid)
    anonymous = shop.create_payment("10.00", method=method)
    findings.expect(did_not_pay(anonymous), rules.TOKEN_NEEDS_ACCOUNT, "it was paid", issued, anonymous)
    if len(target.sites) > 1:
        foreign = Shop(target, target.sites[1]).create_payment("10.00", method=method, customer=customer)
        findings.expect(did_not_pay(foreign), rules.TOKEN_ON_ITS_SITE, "it was paid", issued, foreign)
    deleted = shop.delete_token(account, str(token))
    gone = deleted.status == 204 and not deleted.answer_body
    findings.expect(gone, rules.TOKEN_DELETED, f"answered {deleted.status}", issued, deleted)
    late = shop.create_payment("10.00", method=method, customer=customer)
    findings.expect(did_not_pay(late), rules.TOKEN_DELETED, "the deleted token was charged", issued, deleted, late)


def test_unknown_objects_are_answered_404_without_cause(shop: Shop, findings: Findings) -> None:
    unknown = shop.target.fresh_id("unknown")
    calls = (shop.bill(unknown), shop.bill_payments(unknown), shop.payment(unknown), shop.refunds(unknown))
    for answered in calls:
        findings.expect(answered.status == 404, rules.UNKNOWN_OBJECT, f"answered {answered.status}", answered)
        findings.expect(
            is_error(answered) and not answered.causes,
            rules.ERROR_WITHOUT_FIELD,
            "no error body without cause",
            answered,
        )
