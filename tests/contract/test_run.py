"""What a run's results mean."""

import pytest
from qiwi_payin_contract.findings import Finding
from qiwi_payin_contract.rules import Basis, Rule
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
