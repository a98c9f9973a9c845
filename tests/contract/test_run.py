"""What a run's results mean."""

import json

import httpx
import pytest
from qiwi_payin_contract.findings import Finding
from qiwi_payin_contract.rules import Basis, Rule, catalogue
from qiwi_payin_contract.run import Outcome, Run, State
from qiwi_payin_contract.settings import Settings
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.target import Target

RULE = Rule("QP-TEST-001", "rule", "It holds.", Basis.DOCUMENTED, "behaviour", ("EN-001",))


@pytest.fixture
def run() -> object:
    with Target("http://127.0.0.1:9/partner", [Site("test-00", "key")]) as target:
        yield Run.of(Settings(groups=("behaviour", "client"), seed=1), target)


@pytest.mark.parametrize(
    ("states", "code"),
    [
        ([], 2),
        ([State.NOT_RUN], 2),
        ([State.KEPT], 0),
        ([State.KEPT, State.NOT_RUN], 0),
        ([State.KEPT, State.FAILED], 2),
        ([State.KEPT, State.FAILED, State.BROKEN], 1),
    ],
)
def test_the_exit_code_never_calls_kept_what_was_not_run(run: Run, states: list[State], code: int) -> None:
    for number, state in enumerate(states):
        run.tell(Outcome("behaviour", f"test {number}", state))
    assert run.exit_code == code


def test_a_finding_that_counts_is_a_broken_contract_whatever_the_tests_say(run: Run) -> None:
    run.tell(Outcome("behaviour", "test", State.KEPT))
    run.findings.record(Finding(RULE, "no"))
    assert run.exit_code == 1


def test_a_later_phase_of_a_test_can_only_make_it_worse(run: Run) -> None:
    for state in (State.KEPT, State.BROKEN, State.KEPT):
        run.tell(Outcome("behaviour", "test", state))
    assert [outcome.state for outcome in run.outcomes] == [State.BROKEN]


def test_a_group_without_a_test_is_not_run(run: Run) -> None:
    run.tell(Outcome("behaviour", "test", State.NOT_RUN, "no driver"))
    behaviour, client = run.groups
    assert (behaviour.state, behaviour.reasons) == (State.NOT_RUN, ("no driver",))
    assert client.state is State.NOT_RUN


def test_what_another_process_saw_is_taken_over_without_secrets(run: Run) -> None:
    url = "http://127.0.0.1:9/partner/payin/v1/sites/test-00/payments/p-1"
    headers = {"Authorization": "Bearer a-key-of-a-site"}
    body = b'{"paymentMethod": {"pan": "5555555555554444", "cvv2": "987"}}'
    request = httpx.Request("PUT", url, headers=headers, content=body)
    exchange = run.target.exchange_of(httpx.Response(200, json={"paymentId": "p-1"}, request=request))
    rule = catalogue()["QP-BOOKS-505"]
    run.findings.note(False, rule, "debited too early", exchange)  # noqa: FBT003 - the condition
    run.tell(Outcome("behaviour", "test", State.BROKEN))
    run.target.observe(exchange)

    told = json.loads(json.dumps(run.snapshot()))

    assert not [secret for secret in ("a-key-of-a-site", "5555555555554444", "987") if secret in str(told)]
    with Target("http://127.0.0.1:9/partner", [Site("test-00", "key")]) as target:
        whole = Run.of(run.settings, target)
        for _ in range(2):
            whole.merge(told)
        (finding,) = whole.findings
        assert (finding.rule, finding.message) == (rule, "debited too early")
        assert finding.exchanges[0].curl() == exchange.curl()
        assert finding.exchanges[0].shown_answer() == exchange.shown_answer()
        assert whole.findings.checked[rule] == 2
        assert whole.target.statuses["paymentsCreate", 200] == 2
        assert whole.outcomes == run.outcomes
        assert whole.exit_code == 1
