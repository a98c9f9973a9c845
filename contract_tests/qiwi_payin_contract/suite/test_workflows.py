"""The documents' stories, as the workflows of the description tell them."""

from datetime import timedelta

import pytest

from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.looks import looks_at
from qiwi_payin_contract.rules import Rule
from qiwi_payin_contract.scenarios import NO_CARD_DATA
from qiwi_payin_contract.shop import Shop
from qiwi_payin_contract.suite.needs import WHY_NOT_RUN
from qiwi_payin_contract.suite.story import WELL_FORMED, is_well_formed_payment, shows_no_card_data
from qiwi_payin_contract.target import Target
from qiwi_payin_contract.workflows.documents import Workflow, rule, workflows
from qiwi_payin_contract.workflows.inputs import given
from qiwi_payin_contract.workflows.story import Story

GROUP = "scenarios"


def _rules(workflow: Workflow) -> tuple[Rule, ...]:
    """What a workflow's steps look at, and what is looked at in all of them."""
    return (*(rule(step.rule) for step in workflow.steps if step.rule), *WELL_FORMED, NO_CARD_DATA)


@looks_at(*(each for workflow in workflows() for each in _rules(workflow)), of=_rules)
@pytest.mark.parametrize("workflow", workflows(), ids=lambda workflow: workflow.id)
def test_workflow(workflow: Workflow, target: Target, findings: Findings, hold_term: timedelta) -> None:
    shop = Shop(target, target.site)
    story = Story(shop, findings, workflow, given(workflow, shop, hold_term, target.wire.limits.amount))
    ended = story.run()
    shows_no_card_data(findings, *story.exchanges)
    for exchange in story.exchanges:
        if exchange.ok and exchange.operation_id in {"paymentsCreate", "paymentsComplete"}:
            is_well_formed_payment(findings, exchange)
    if ended is not None:
        reason = ended.reason if ended.ability is None else WHY_NOT_RUN[ended.ability]
        pytest.skip(f"{reason}: {workflow.id} ends before its step {ended.step.id}")
