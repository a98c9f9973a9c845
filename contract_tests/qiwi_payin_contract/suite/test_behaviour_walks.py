"""Sequences of calls: money, states and tokens are what earlier answers say."""

from contextlib import suppress

from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis.errors import Flaky
from hypothesis.stateful import run_state_machine_as_test

from qiwi_payin_contract.books import bookkeeper_of
from qiwi_payin_contract.books.rules import RULES as BOOKS
from qiwi_payin_contract.findings import Broken, Findings
from qiwi_payin_contract.looks import looks_at
from qiwi_payin_contract.settings import Effort
from qiwi_payin_contract.target import Target
from qiwi_payin_contract.walks import Walk, walk_of

GROUP = "behaviour"

# What few requests show is steered to by the stories; walks are for what nobody thought of.
WALKS, STEPS = 1, 2
FEW = 4
"""Requests that a finding may have without being looked at for a shorter way to it."""
PATIENCE = 5.0
"""Seconds for which a shorter way is looked for."""


@looks_at(*BOOKS)
def test_walks_keep_the_books(target: Target, findings: Findings, effort: Effort, seed: int) -> None:
    """Nothing that a partner and a payer can do one after the other brings an answer against an earlier one."""

    def go(machine: type[Walk], *phases: Phase) -> None:
        run_state_machine_as_test(
            seeded(seed)(machine),
            settings=settings(
                max_examples=WALKS * effort.walks,
                stateful_step_count=STEPS * effort.steps,
                phases=phases,
                database=None,
                deadline=None,
                report_multiple_bugs=False,
                print_blob=False,
                suppress_health_check=list(HealthCheck),
            ),
        )

    keeper = bookkeeper_of(target)
    # A server that breaks a rule one time and keeps it the next has been recorded by the books already.
    with suppress(Flaky):
        try:
            go(walk_of(target, keeper, findings), Phase.generate)
        except Broken as broken:
            if _is_told(findings, broken):
                raise
            go(walk_of(target, keeper, findings, patience=PATIENCE), Phase.generate, Phase.shrink)


def _is_told(findings: Findings, broken: Broken) -> bool:
    """Whether the rule was seen broken in few requests, now or before."""
    told = (one for one in (*findings, broken.finding) if one.rule is broken.finding.rule)
    return any(len(one.exchanges) <= FEW for one in told)
