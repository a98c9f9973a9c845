"""Sequences of calls: money, states and tokens are what earlier answers say."""

from contextlib import suppress

from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis.errors import Flaky
from hypothesis.stateful import run_state_machine_as_test

from qiwi_payin_contract.books import bookkeeper_of
from qiwi_payin_contract.books import rules as books
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.looks import looks_at
from qiwi_payin_contract.settings import Effort
from qiwi_payin_contract.target import Target
from qiwi_payin_contract.walks import walk_of

GROUP = "behaviour"

# A walk costs a few milliseconds a call, a tenth of what a generated request does.
WALKS, STEPS = 4, 2


@looks_at(*books.RULES)
def test_walks_keep_the_books(target: Target, findings: Findings, effort: Effort, seed: int) -> None:
    """Nothing that a partner and a payer can do one after the other brings an answer against an earlier one."""
    # A server that breaks a rule one time and keeps it the next has been recorded by the books already.
    with suppress(Flaky):
        run_state_machine_as_test(
            seeded(seed)(walk_of(target, bookkeeper_of(target), findings)),
            settings=settings(
                max_examples=WALKS * effort.walks,
                stateful_step_count=STEPS * effort.steps,
                phases=[Phase.generate, Phase.shrink],
                database=None,
                deadline=None,
                report_multiple_bugs=False,
                print_blob=False,
                suppress_health_check=list(HealthCheck),
            ),
        )
