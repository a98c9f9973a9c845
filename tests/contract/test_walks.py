"""Walks find faults that only a sequence shows, and tell them in few requests."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.errors import Flaky
from hypothesis.stateful import run_state_machine_as_test
from qiwi_payin_contract.books import Bookkeeper, attach, bookkeeper_of, rules
from qiwi_payin_contract.findings import Broken, Findings, Policy
from qiwi_payin_contract.rules import Rule
from qiwi_payin_contract.target import Target
from qiwi_payin_contract.walks import walk_of

from tests.contract.honest_server import SITES, Answer, HonestServer, money, served


@contextmanager
def watched(server: HonestServer) -> Iterator[tuple[Target, Bookkeeper, Findings]]:
    findings = Findings(Policy(decisions=True))
    with served(server) as base_url, Target(base_url, SITES) as target:
        yield target, attach(target, findings), findings


def walk(server: HonestServer, *, walks: int = 75, steps: int = 16, number: int = 1) -> Findings:
    with watched(server) as (target, keeper, findings):
        machine = seed(number)(walk_of(target, keeper, findings, patience=5.0))
        budget = settings(
            max_examples=walks,
            stateful_step_count=steps,
            phases=[Phase.generate, Phase.shrink],
            database=None,
            report_multiple_bugs=False,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
        )
        try:
            run_state_machine_as_test(machine, settings=budget)
        except (Broken, Flaky) as error:
            if isinstance(error, Broken):
                findings.record(error.finding)
        return findings


@pytest.mark.parametrize("number", range(3))
def test_no_walk_over_an_honest_server_finds_anything(number: int) -> None:
    findings = walk(HonestServer(), walks=30, number=number)
    assert [str(finding) for finding in findings] == []
    assert findings.checked[rules.CAPTURE_REST]
    assert findings.checked[rules.REFUND_OVER]


class CapturesTwice(HonestServer):
    """Takes a second capture of the same payment."""

    def capturesCreate(self, ids: dict[str, str], asked: Any) -> Answer:  # noqa: N802
        payment = self.payments.get((ids["siteId"], ids["paymentId"]))
        if payment is not None and payment.captures and ids["captureId"] not in payment.captures:
            view = {**next(iter(payment.captures.values())).view, **ids}
            payment.captures[ids["captureId"]] = type(payment)(asked or {}, view, ids["siteId"])
            return 200, view
        return super().capturesCreate(ids, asked)


class RefundsEachButNotTheSum(HonestServer):
    """Holds each refund against the amount, and forgets what was returned before."""

    def refundsCreate(self, ids: dict[str, str], asked: Any) -> Answer:  # noqa: N802
        payment = self._payment(ids)
        taken, let_go = payment.refunded, payment.reversed
        payment.refunded = payment.reversed = 0
        answer = super().refundsCreate(ids, asked)
        payment.refunded += taken
        payment.reversed += let_go
        return answer


class ForgesPass(HonestServer):
    """Completes 3-D Secure whatever the pares."""

    def paymentsComplete(self, ids: dict[str, str], asked: Any) -> Answer:  # noqa: N802
        return super().paymentsComplete(ids, {**asked, "threeDS": {"pares": "confirmed"}})


class CapturesTheWholeAmount(HonestServer):
    """Captures the amount and not what is left of the hold."""

    def capturesCreate(self, ids: dict[str, str], asked: Any) -> Answer:  # noqa: N802
        status, view = super().capturesCreate(ids, asked)
        payment = self._payment(ids)
        payment.captured = payment.amount
        view["amount"] = money(payment.amount)
        return status, view


class TokensOfOtherAccounts(HonestServer):
    """Takes a token with any account."""

    def paymentsCreate(self, ids: dict[str, str], asked: Any) -> Answer:  # noqa: N802
        token = asked["paymentMethod"].get("paymentToken")
        owner = self.tokens.get((ids["siteId"], token))
        if owner is not None and "account" in asked.get("customer", {}):
            self.tokens[ids["siteId"], token] = asked["customer"]["account"]
        answer = super().paymentsCreate(ids, asked)
        if owner is not None:
            self.tokens[ids["siteId"], token] = owner
        return answer


@pytest.mark.parametrize(
    ("server", "expected", "longest"),
    [
        (CapturesTwice, {rules.SECOND_CAPTURE}, 3),
        (RefundsEachButNotTheSum, {rules.REFUND_OVER}, 3),
        (ForgesPass, {rules.THREE_DS_PASSED}, 2),
        (CapturesTheWholeAmount, {rules.CAPTURE_REST}, 3),
        (TokensOfOtherAccounts, {rules.TOKEN_ACCOUNT}, 2),
    ],
)
def test_a_fault_is_told_by_its_rule_in_few_requests(
    server: type[HonestServer], expected: set[Rule], longest: int
) -> None:
    findings = walk(server())
    told = {finding.rule: finding for finding in findings}
    assert expected <= set(told), [str(finding) for finding in findings]
    for rule in expected:
        assert len(told[rule].exchanges) <= longest, str(told[rule])


def test_the_keeper_of_a_target_is_found() -> None:
    with watched(HonestServer()) as (target, keeper, _):
        assert bookkeeper_of(target) is keeper
        target.observers.clear()
        with pytest.raises(LookupError):
            bookkeeper_of(target)
