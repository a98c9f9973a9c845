"""The report: readable in a terminal, and fair to what no request can reach."""

from collections.abc import Iterator

import httpx
import pytest
from qiwi_payin_contract.description import description
from qiwi_payin_contract.findings import Finding
from qiwi_payin_contract.report.terminal import render
from qiwi_payin_contract.results import results_of
from qiwi_payin_contract.rules import catalogue
from qiwi_payin_contract.run import Outcome, Run, State
from qiwi_payin_contract.settings import Settings
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.target import Target
from qiwi_payin_contract.verdict import exit_code

NEVER = {"410", "429", "500", "502", "503"}


@pytest.fixture
def run() -> Iterator[Run]:
    with Target("http://127.0.0.1:9/partner", [Site("test-00", "key")]) as target:
        for operation_id in description().operations:
            target.statuses[operation_id, 200] = 7
        yield Run.of(Settings(groups=("behaviour",), seed=1), target)


def row_of(report: str, operation_id: str) -> list[str]:
    return next(line.split() for line in report.splitlines() if line.startswith(f"{operation_id} "))


def test_statuses_that_a_request_can_call_forth_are_told_from_those_that_none_can(run: Run) -> None:
    told = render(results_of(run))
    assert row_of(told, "refundsCreate")[4:] == ["200", "400", "401", "403", "404", "405", "406"]
    assert row_of(told, "refundsGet")[4:] == ["200", "400", "401", "403", "404", "405"]
    assert row_of(told, "billsCreate")[4:] == ["200", "400", "401", "403", "405", "406"]
    beyond = told.partition("No request can call forth:")[2].partition("statements")[0].split()
    assert {word.strip(";.,") for word in beyond} >= NEVER | {"406", "refundsGet", "404", "billsCreate"}
    assert "refundsCreate" not in beyond


def test_a_status_that_was_reached_is_not_said_to_be_out_of_reach(run: Run) -> None:
    for operation_id in description().operations:
        run.target.statuses[operation_id, 429] = 1
    beyond = render(results_of(run)).partition("No request can call forth:")[2].partition("statements")[0]
    assert "429" not in beyond
    assert "410" in beyond


def test_the_tables_fit_a_terminal(run: Run) -> None:
    for operation_id in description().operations:
        run.target.statuses.update({(operation_id, status): 100 for status in (200, 204, 400, 401, 403, 404, 405)})
    assert max(map(len, render(results_of(run)).splitlines())) <= 100


def test_a_rule_that_broke_several_times_is_told_once(run: Run) -> None:
    rule = catalogue()["QP-BOOKS-505"]
    for path in ("payments/p-1", "payments/p-1/refunds", "bills/b-1/details"):
        url = f"http://127.0.0.1:9/partner/payin/v1/sites/test-00/{path}"
        exchange = run.target.exchange_of(httpx.Response(200, json={}, request=httpx.Request("GET", url)))
        run.findings.record(Finding(rule, f"wrong at {path}", (exchange,)))
    told = render(results_of(run))
    assert told.count("BROKEN QP-BOOKS-505") == 1
    assert "wrong at payments/p-1\n" in told
    assert "and 2 more of the same rule, such as at GET /payin/v1/sites/test-00/payments/p-1/refunds" in told
    assert "The contract is broken: 1 rule." in told


@pytest.mark.parametrize(
    ("states", "result", "verdict"),
    [
        ((State.KEPT, State.KEPT), "kept", "not run: shapes (not asked for)"),
        ((State.KEPT, State.NOT_RUN), "kept in part", "not run: parts of behaviour, shapes (not asked for)"),
    ],
)
def test_a_group_of_which_a_part_was_not_run_is_not_said_to_be_kept(
    run: Run, states: tuple[State, State], result: str, verdict: str
) -> None:
    for number, state in enumerate(states):
        run.tell(Outcome("behaviour", f"test_{number}", state))
    told = render(results_of(run))
    assert next(line for line in told.splitlines() if line.startswith("behaviour ")).endswith(f"  {result}")
    assert verdict in told


def test_what_was_found_broken_stays_so_where_the_run_broke_off(run: Run) -> None:
    run.tell(Outcome("behaviour", "test_before", State.KEPT))
    assert exit_code(run, pytest.ExitCode.OK) == 0
    assert exit_code(run, pytest.ExitCode.INTERNAL_ERROR) == 2
    run.findings.record(Finding(catalogue()["QP-BOOKS-505"], "debited too early", ()))
    assert exit_code(run, pytest.ExitCode.INTERNAL_ERROR) == 1
