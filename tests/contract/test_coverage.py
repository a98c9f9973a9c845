"""Coverage: which keywords of the description bodies kept and broke."""

import json
from decimal import Decimal
from typing import Any

import httpx
import pytest
from qiwi_payin_contract.coverage import Coverage, Form, Part, forms
from qiwi_payin_contract.description import description
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.target import Target

CARD = {"type": "CARD", "pan": "4444443616621049", "expiryDate": "12/34"}
PAYMENT = {"amount": {"value": "10.00", "currency": "RUB"}, "paymentMethod": CARD}
BILL = {"amount": {"value": "10.00", "currency": "RUB"}, "expirationDateTime": "2030-01-01T00:00:00+03:00"}


def form_of(operation_id: str, part: str = "request") -> Form:
    return forms()[operation_id, part]


def test_every_body_of_the_description_has_a_form() -> None:
    assert {operation_id for operation_id, _ in forms()} == set(description().operations)
    assert form_of("billsCreate", "400") is form_of("refundsGet", "404")
    assert ("tokensDelete", "204") not in forms()


def test_the_keywords_of_a_form_are_those_that_a_value_can_break() -> None:
    places = form_of("billsCreate").places
    assert {"BillRequest/required", "BillRequest/properties/comment/maxLength", "Currency/pattern"} <= set(places)
    assert not [place for place in places if place.endswith(("/$ref", "/properties", "/title", "/x-basis"))]
    assert not [place for place in places if place == "AmountInput/properties/value/oneOf/0/format"]


@pytest.mark.parametrize("operation_id", [name for name, part in forms() if part == "request"])
def test_whatever_is_kept_or_broken_is_a_keyword_of_the_form(operation_id: str) -> None:
    form = form_of(operation_id)
    bodies: list[Any] = [PAYMENT, BILL, {}, [], 1, {"amount": {"value": 1}, "flags": 7, "paymentMethod": {}}]
    for body in bodies:
        found = form.kept(body) if form.fits(body) else form.broken(body)
        assert set(found) <= set(form.places)
        assert found


def test_a_body_keeps_the_keywords_of_the_branch_that_it_takes() -> None:
    kept = form_of("paymentsCreate").kept(PAYMENT)
    assert {"PaymentRequest/required", "CardPaymentMethod/properties/pan/pattern", "PaymentMethod/oneOf"} <= set(kept)
    assert not [place for place in kept if place.startswith("TokenPaymentMethod")]
    assert "PaymentRequest/properties/comment/maxLength" not in kept


def test_a_body_breaks_the_keywords_of_the_branch_that_it_comes_nearest_to() -> None:
    broken = form_of("paymentsCreate").broken({**PAYMENT, "paymentMethod": {**CARD, "pan": "x"}})
    assert broken == ("PaymentMethod/oneOf", "CardPaymentMethod/properties/pan/pattern")


def exchanged(coverage: Coverage, method: str, path: str, body: Any, *answered: Any) -> None:
    status, answer = answered
    with Target("http://127.0.0.1:9/partner", [Site("test-00", "key")], observers=[coverage]) as target:
        request = httpx.Request(method, f"{target.base_url}/payin/v1/sites/test-00/{path}", json=body)
        target.observe(target.exchange_of(httpx.Response(status, json=answer, request=request)))


def test_bodies_are_counted_by_operation_and_status() -> None:
    coverage = Coverage()
    error = {
        "serviceName": "payin-core",
        "errorCode": "validation.error",
        "description": "Validation error",
        "userMessage": "Validation error",
        "dateTime": "2026-01-01T00:00:00.123+03:00",
        "traceId": "0123456789abcdef",
    }
    request = Part("billsCreate", "request")
    for comment in ("Spasibo", "Grazie"):
        exchanged(coverage, "PUT", "bills/b-1", {**BILL, "comment": comment}, 400, error)
    exchanged(coverage, "PUT", "bills/b-2", {**BILL, "comment": 7}, 400, error)
    exchanged(coverage, "PATCH", "bills/b-2", None, 405, error)
    assert coverage.kept[request, "BillRequest/properties/comment/type"] == 2
    assert coverage.broken[request, "BillRequest/properties/comment/type"] == 1
    assert coverage.kept[Part("billsCreate", "400"), "Error/required"] == 3
    assert coverage.kept[Part("billsListPayments", "405"), "Error/required"] == 1
    assert not [part for part, _ in coverage.broken if part.part != "request"]


def test_an_answer_that_does_not_fit_is_left_to_the_rules() -> None:
    coverage = Coverage()
    exchanged(coverage, "PUT", "bills/b-1", BILL, 200, {"billId": 7})
    assert not [part for part, _ in coverage.kept if part.part == "200"]


def test_bodies_of_one_shape_are_told_apart_by_what_chooses_a_branch() -> None:
    coverage = Coverage()
    token = {"type": "TOKEN", "paymentToken": "66aebf5f-098e-4e36-922a-a4107b349a96"}
    for method in (CARD, token):
        exchanged(coverage, "PUT", "payments/p-1", {**PAYMENT, "paymentMethod": method}, 500, {})
    places = {place for part, place in coverage.kept if part == Part("paymentsCreate", "request")}
    assert {"CardPaymentMethod/required", "TokenPaymentMethod/required"} <= places


def test_a_sum_counts_as_the_text_or_the_number_that_it_was() -> None:
    form = form_of("paymentsCreate")
    written = {**PAYMENT, "amount": {"value": Decimal("10.00"), "currency": "RUB"}}
    assert "AmountInput/properties/value/oneOf/1/type" in form.kept(written)
    assert "AmountInput/properties/value/oneOf/0/type" in form.kept(PAYMENT)


def test_what_several_processes_saw_adds_up() -> None:
    one, both = Coverage(), Coverage()
    exchanged(one, "PUT", "bills/b-1", BILL, 500, {})
    exchanged(one, "PUT", "bills/b-1", {}, 500, {})
    for _ in range(2):
        both.merge(json.loads(json.dumps(one.snapshot())))
    assert {key: 2 * times for key, times in one.kept.items()} == dict(both.kept)
    assert {key: 2 * times for key, times in one.broken.items()} == dict(both.broken)
