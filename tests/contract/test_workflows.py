"""Workflows are gone through step by step: what is sent, what is judged, and where a story ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st
from qiwi_payin_contract.drivers import Ability
from qiwi_payin_contract.findings import Broken, Findings, Policy
from qiwi_payin_contract.shop import Shop
from qiwi_payin_contract.target import Target
from qiwi_payin_contract.workflows.documents import Workflow, WorkflowError, rule, workflows
from qiwi_payin_contract.workflows.inputs import given, sums
from qiwi_payin_contract.workflows.story import Story
from qiwi_payin_description import load

from tests.contract.honest_server import SITES, Answer, HonestServer, Twist, served

HOLD_TERM = timedelta(hours=72)
BY_ID = {workflow.id: workflow for workflow in workflows()}
NOBODY_NEEDED = ("savedCardWithoutPayer", "reversal", "reversalOfAll", "refund")


@contextmanager
def story_of(workflow: Workflow, twist: Twist | None = None, *waived: str) -> Iterator[Story]:
    with served(HonestServer(twist)) as base_url, Target(base_url, SITES) as target:
        shop = Shop(target, target.site)
        findings = Findings(Policy(waived=frozenset(waived)))
        yield Story(shop, findings, workflow, given(workflow, shop, HOLD_TERM))


def one_step(operation: str, condition: str, **fields: Any) -> Workflow:
    """A workflow of one step that checks one of the books' rules."""
    document = load("workflows")
    (node,) = (node for node in document["workflows"] if node["workflowId"] == "savedCardWithoutPayer")
    step = {**node["steps"][0], "operationId": f"$sourceDescriptions.payin.{operation}", **fields}
    return Workflow.read(
        {**node, "steps": [{**step, "successCriteria": [{"condition": condition}]}]}, document["components"]
    )


@pytest.mark.parametrize("name", NOBODY_NEEDED)
def test_a_story_that_needs_nobody_else_is_gone_through_to_its_end(name: str) -> None:
    with story_of(BY_ID[name]) as story:
        assert story.run() is None
        assert [exchange.operation_id for exchange in story.exchanges] == [step.operation for step in BY_ID[name].steps]
        assert {checked.code for checked in story.findings.checked} == {step.rule for step in BY_ID[name].steps}


@pytest.mark.parametrize(
    ("name", "step", "ability"),
    [
        ("oneStepBill", "payOnForm", Ability.PAY),
        ("ownFormConfirmed", "answer", Ability.THREE_DS),
        ("billExpiry", "termEnds", Ability.CLOCK),
    ],
)
def test_a_story_ends_before_the_first_step_that_no_driver_can_play(name: str, step: str, ability: Ability) -> None:
    with story_of(BY_ID[name]) as story:
        ended = story.run()
        assert ended is not None
        assert (ended.step.id, ended.ability) == (step, ability)
        assert len(story.exchanges) == [each.id for each in BY_ID[name].steps].index(step)


def test_every_step_is_seen_by_whoever_observes_the_target() -> None:
    seen: list[str | None] = []
    with story_of(BY_ID["refund"]) as story:
        story.shop.target.observers.append(lambda exchange: seen.append(exchange.operation_id))
        story.run()
    assert seen == [step.operation for step in BY_ID["refund"].steps]


def captures_too_much(operation: str, _: Any, __: Any, status: int, answer: Any) -> Answer | None:
    return (
        (status, {**answer, "amount": {"currency": "RUB", "value": "10.00"}}) if operation == "capturesCreate" else None
    )


def test_a_finding_has_the_exchanges_that_show_it_and_no_others() -> None:
    with story_of(BY_ID["reversal"], captures_too_much) as story, pytest.raises(Broken) as broken:
        story.run()
    finding = broken.value.finding
    assert finding.rule.code == "QP-BOOKS-506"
    assert [exchange.operation_id for exchange in finding.exchanges] == [
        *("paymentsCreate", "refundsCreate", "capturesCreate")
    ]
    assert finding.message == (
        "reversal, capture: $response.body#/amount/value == $inputs.rest does not hold, "
        '$response.body#/amount/value is "10.00", $inputs.rest is 4.00'
    )


def test_a_story_goes_on_where_a_broken_rule_does_not_count() -> None:
    with story_of(BY_ID["reversal"], captures_too_much, "QP-BOOKS-506") as story:
        assert story.run() is None
        assert [finding.rule.code for finding in story.findings] == ["QP-BOOKS-506"]


def issues_no_token(operation: str, _: Any, __: Any, status: int, answer: Any) -> Answer | None:
    if operation != "paymentsCreate" or "createdToken" not in answer:
        return None
    return status, {name: value for name, value in answer.items() if name != "createdToken"}


def test_a_story_ends_where_a_step_needs_what_no_answer_gave() -> None:
    with story_of(BY_ID["savedCardWithoutPayer"], issues_no_token, "QP-PAY-014") as story:
        ended = story.run()
        assert ended is not None
        assert (ended.step.id, ended.reason) == ("chargeAtOnce", "$steps.saveCard.outputs.token leads to nothing")


@pytest.mark.parametrize(
    "condition",
    ["$response.body#/createdToken/token == 'x'", "$request.header.authorization == 'x'", "$inputs.accessKey == 'x'"],
)
def test_a_finding_shows_no_key_and_no_token(condition: str) -> None:
    with story_of(one_step("paymentsCreate", condition)) as story, pytest.raises(Broken) as broken:
        story.run()
    token = story.exchanges[0].answer_json["createdToken"]["token"]
    assert "***" in broken.value.finding.message
    assert token not in str(broken.value)
    assert SITES[0].key not in str(broken.value)


def test_every_step_checks_a_rule_that_exists() -> None:
    codes = {step.rule for workflow in workflows() for step in workflow.steps if step.rule is not None}
    assert {rule(code).code for code in codes} == codes
    with pytest.raises(WorkflowError, match="there is no rule QP-FLOW-999"):
        rule("QP-FLOW-999")


@generated(kopecks=st.integers(min_value=2, max_value=9_999_999_999))
def test_the_sums_of_a_story_fit_together_however_small_the_amount(kopecks: int) -> None:
    made = sums(Decimal(kopecks) / 100)
    assert made["part"] + made["rest"] == made["amount"] == Decimal(kopecks) / 100
    assert Decimal(0) < made["part"]
    assert Decimal(0) < made["rest"] < made["overRest"] <= made["amount"]
    assert made["overRest"] - made["rest"] == Decimal("0.01")
    assert {len(str(value).partition(".")[2]) for value in made.values()} == {2}


def test_a_largest_sum_makes_the_sums_smaller_and_a_larger_one_leaves_them() -> None:
    with Target("http://127.0.0.1:1/partner", SITES) as target:
        shop = Shop(target, target.site)
        usual = given(BY_ID["refund"], shop, HOLD_TERM)
        assert [str(usual[name]) for name in ("amount", "part", "rest", "overRest")] == [
            "10.00",
            "6.00",
            "4.00",
            "4.01",
        ]
        same = given(BY_ID["refund"], shop, HOLD_TERM, Decimal(500))
        assert same["amount"] == usual["amount"]
        small = given(BY_ID["refund"], shop, HOLD_TERM, Decimal("1.00"))
        assert [str(small[name]) for name in ("amount", "part", "rest", "overRest")] == ["1.00", "0.60", "0.40", "0.41"]


def test_a_term_that_is_too_short_to_look_before_its_end_gives_no_time_for_it() -> None:
    with Target("http://127.0.0.1:1/partner", SITES) as target:
        shop = Shop(target, target.site)
        assert "secondsToEndOfTerm" not in given(BY_ID["automaticCapture"], shop, timedelta(seconds=90))
        assert given(BY_ID["automaticCapture"], shop, HOLD_TERM)["secondsToEndOfTerm"] == 72 * 3600 - 60
