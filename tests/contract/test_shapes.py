"""Generated requests are sent as the API wants them, and failures of schemathesis become rules."""

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from qiwi_payin_contract.books import attach
from qiwi_payin_contract.description import description
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Findings, Policy
from qiwi_payin_contract.json_text import dumps
from qiwi_payin_contract.settings import EFFORTS
from qiwi_payin_contract.shapes import Prober, opened_schema, rule_of
from qiwi_payin_contract.shapes.answers import check_answer, misfit_of
from qiwi_payin_contract.shapes.conformity import (
    answer_breaks_decisions_only,
    breaks_decisions_only,
    is_id,
    keeps_description,
)
from qiwi_payin_contract.shapes.failures import RULES
from qiwi_payin_contract.shapes.prober import AnyCase, two_decimals
from qiwi_payin_contract.target import Target
from schemathesis import GenerationMode
from schemathesis.failure_codes import FAILURE_CLASSES

from tests.contract.honest_server import CARD, SITES, Answer, HonestServer, served
from tests.contract.test_books import BILL, PAYMENT

SAYS_NOTHING_HERE = {"ST112", "ST113", "ST114", "ST115", "ST202", "ST206", "ST301", "ST302", "ST402", "ST901"}


def test_every_failure_of_schemathesis_is_a_rule_or_says_nothing_here() -> None:
    known = {failure.code for failure in FAILURE_CLASSES}
    assert known - set(RULES) == SAYS_NOTHING_HERE
    assert set(RULES) <= known


def test_a_rule_has_the_number_of_the_failure() -> None:
    assert all(rule.code == code.replace("ST", "QP-SHAPE-") for code, rule in RULES.items())
    assert rule_of("ST999") is RULES["ST108"]


@pytest.mark.parametrize("text", ["a", "1811", "A.b_c:d~e-f", "x" * 200])
def test_ids_of_the_documented_form_are_ids(text: str) -> None:
    assert is_id(text)


@pytest.mark.parametrize("text", ["", ".", ".a", "a/b", "a b", "x" * 201, "Ñ", "a\n", None, 7])
def test_anything_else_is_no_id(text: object) -> None:
    assert not is_id(text)


@given(st.floats(0.01, 99999999.99))
def test_a_number_of_money_is_written_with_two_decimals_and_never_more(value: float) -> None:
    written = dumps(two_decimals(value))
    assert written.partition(".")[2].isdigit()
    assert len(written.partition(".")[2]) == 2
    assert 0 <= Decimal(repr(value)) - Decimal(written) < Decimal("0.01")


@pytest.mark.parametrize(
    ("operation_id", "body", "kept"),
    [
        ("billsCreate", BILL, True),
        ("paymentsCreate", PAYMENT, True),
        ("capturesCreate", None, True),
        ("billsGet", None, True),
        ("billsCreate", None, False),
        ("billsCreate", {**BILL, "amount": {"value": Decimal("10.0"), "currency": "RUB"}}, False),
        ("billsCreate", {**BILL, "amount": {"value": 10, "currency": "RUB"}}, False),
        ("billsCreate", {**BILL, "comment": "x" * 257}, False),
        ("billsCreate", {**BILL, "unknown": True}, True),
        ("paymentsCreate", {**PAYMENT, "flags": ["SALES"]}, False),
        ("paymentsCreate", {**PAYMENT, "paymentMethod": {**CARD, "type": "TOKEN"}}, False),
    ],
)
def test_what_was_sent_decides_whether_a_request_keeps_the_description(
    operation_id: str, body: object, *, kept: bool
) -> None:
    exchange = HonestServer().send(operation_id, body, bill_id="b", payment_id="p", capture_id="c")
    assert keeps_description(exchange) is kept


@pytest.mark.parametrize(
    ("change", "decided"),
    [
        ({"amount": {"value": "0.00", "currency": "RUB"}}, True),
        ({"amount": {"value": "10", "currency": "RUB"}}, True),
        ({"comment": "x" * 256}, False),
        ({"amount": {"value": "10", "currency": "RUB"}, "comment": "x" * 256}, False),
        ({"flags": "SALE"}, False),
        ({}, False),
    ],
)
def test_what_no_document_says_is_told_apart_from_what_one_says(change: dict[str, object], *, decided: bool) -> None:
    exchange = HonestServer().send("paymentsCreate", {**PAYMENT, **change}, payment_id="p")
    assert breaks_decisions_only(exchange) is decided


@pytest.mark.parametrize("value", [{"refunds": []}, [], [{}], [5], 5, "text", None, True])
@pytest.mark.parametrize("operation_id", description().operations)
def test_whatever_is_answered_it_is_told_by_what_it_breaks(operation_id: str, value: object) -> None:
    answers = description().operations[operation_id].node["responses"]
    schemas = [answer["content"]["application/json"]["schema"] for answer in answers.values() if "content" in answer]
    for schema in filter(None, schemas):
        told = list(description().errors(schema, value))
        assert answer_breaks_decisions_only(schema, value) in ({False} if not told else {True, False})


@pytest.fixture
def prober() -> Iterator[Prober]:
    findings = Findings(Policy(decisions=True))
    with served(HonestServer()) as base_url, Target(base_url, SITES) as target:
        yield Prober.of(target, attach(target, findings), findings, seed=1)


def probe(prober: Prober, mode: GenerationMode, examples: int = 12) -> None:
    schema = opened_schema(
        description().document,
        base_url=prober.target.base_url,
        site=SITES[0],
        effort=attrs.evolve(EFFORTS["normal"], examples=5, steps=5),
        seed=1,
    )
    for operation in description().operations.values():
        cases = schema[operation.template][operation.method].as_strategy(generation_mode=mode)

        @settings(
            max_examples=examples,
            phases=[Phase.generate],
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(cases)
        def each(case: AnyCase) -> None:
            prober.probe(case)

        each()


def test_valid_requests_reach_every_operation_and_find_nothing(prober: Prober) -> None:
    seen: Counter[str] = Counter()
    prober.target.observers.append(lambda exchange: seen.update([str(exchange.operation_id)]))
    probe(prober, GenerationMode.POSITIVE)
    assert [str(finding) for finding in prober.findings] == []
    assert set(prober.accepted) == set(description().operations)
    assert all(prober.accepted.values()), prober.accepted
    assert set(seen) == set(description().operations)


def test_wrong_requests_stay_wrong(prober: Prober) -> None:
    probe(prober, GenerationMode.NEGATIVE)
    assert [str(finding) for finding in prober.findings] == []
    statuses = Counter(status for (_, status), count in prober.target.statuses.items() for _ in range(count))
    assert statuses[400] + statuses[403] > sum(statuses.values()) / 2
    assert statuses[400] > sum(statuses.values()) / 4


def test_no_body_that_is_sent_has_a_sum_without_two_decimals(prober: Prober) -> None:
    sums = []

    def look(exchange: Exchange) -> None:
        body = exchange.request_json
        if isinstance(body, dict) and keeps_description(exchange) and isinstance(body.get("amount"), dict):
            sums.append(body["amount"]["value"])

    prober.target.observers.append(look)
    probe(prober, GenerationMode.POSITIVE)
    numbers = [value for value in sums if isinstance(value, Decimal)]
    assert numbers
    assert all(value.as_tuple().exponent == -2 for value in numbers)
    assert not [value for value in sums if isinstance(value, int | float)]


def misfit(change: dict[str, object]) -> tuple[str, str] | None:
    exchange = HonestServer().send("paymentsCreate", PAYMENT, payment_id="p")
    schema = description().answer_schema("paymentsCreate", 200)
    assert schema is not None
    changed = attrs.evolve(exchange, answer_body=dumps({**exchange.answer_json, **change}).encode())
    found = misfit_of(changed, schema)
    return None if found is None else (found[0].code, found[1])


def test_a_field_that_does_not_fit_is_told_with_its_statements() -> None:
    code, told = misfit({"status": {"value": "PAID", "changedDateTime": "yesterday"}}) or ("", "")
    assert code == "QP-SHAPE-108"
    assert "status/changedDateTime" in told
    assert re.search(r"\((RU|PUB)-[0-9]{3}", told)
    assert misfit({}) is None


def test_a_field_that_breaks_our_decision_alone_is_told_by_a_rule_of_that_basis() -> None:
    long = "x" * 257
    assert (misfit({"billId": long}) or ("",))[0] == "QP-SHAPE-213"
    assert (misfit({"billId": long, "createdDateTime": "yesterday"}) or ("",))[0] == "QP-SHAPE-108"


def answered(status: int, headers: dict[str, str], body: bytes) -> set[str]:
    exchange = HonestServer().send("billsGet", bill_id="b")
    findings = Findings(Policy(decisions=True))
    check_answer(attrs.evolve(exchange, status=status, answer_headers=headers, answer_body=body), findings)
    return {finding.rule.code for finding in findings}


def test_an_error_without_a_body_breaks_a_decision_where_a_gateway_may_have_made_it() -> None:
    assert answered(401, {}, b"") == answered(403, {}, b"") == {"QP-SHAPE-214"}
    assert answered(404, {}, b"") == {"QP-SHAPE-105", "QP-SHAPE-109"}


def test_the_prober_tells_the_statements_of_a_field_that_does_not_fit() -> None:
    def without_pay_url(operation_id: str, ids: dict[str, str], asked: Any, status: int, answer: Any) -> Answer | None:
        if operation_id != "billsCreate" or status != 200:
            return None
        return status, {name: value for name, value in answer.items() if name != "payUrl"}

    findings = Findings(Policy(decisions=True))
    with served(HonestServer(twist=without_pay_url)) as base_url, Target(base_url, SITES) as target:
        probe(Prober.of(target, attach(target, findings), findings, seed=1), GenerationMode.POSITIVE, examples=2)
    told = [finding.message for finding in findings if finding.rule.code == "QP-SHAPE-108"]
    assert len(told) == 1
    assert '"payUrl" is a required property (EN-' in told[0]
