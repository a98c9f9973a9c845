"""The document of results: everything a report tells, and no secret."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qiwi_payin_contract.results import results_of
from qiwi_payin_contract.statements import statements

from tests.contract.told_run import SECRETS, operations, told_run

PAGE = Path(__file__).parents[2] / "docs" / "contract" / "reports.md"


@pytest.fixture(scope="module")
def results() -> Iterator[dict[str, Any]]:
    with told_run() as run:
        yield results_of(run)


def states_of(results: dict[str, Any], operation_id: str) -> dict[str, str]:
    (operation,) = (one for one in results["operations"] if one["id"] == operation_id)
    return {code["code"]: code["state"] for code in operation["codes"]}


def statement(results: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in results["statements"] if one["id"] == name)


def test_the_document_is_json_and_holds_no_secret(results: dict[str, Any]) -> None:
    told = json.dumps(results)
    assert json.loads(told) == results
    assert not [secret for secret in SECRETS if secret in told]


def test_the_page_on_reports_names_every_field(results: dict[str, Any]) -> None:
    page = PAGE.read_text()
    fields = {
        *results,
        *results["run"],
        *results["verdict"],
        *results["findings"][0],
        *results["findings"][0]["steps"][0],
    }
    for rows in ("groups", "tests", "operations", "statementCounts", "statements"):
        fields |= set(results[rows][0])
    fields |= set(results["coverage"]) | set(results["coverage"]["parts"][0]) | set(results["findings"][0]["repeat"])
    fields |= set(next(one["timing"] for one in results["operations"] if one["timing"]))
    assert not [field for field in fields if f"`{field}`" not in page]


def test_the_verdict_is_that_of_the_run_or_of_the_command() -> None:
    with told_run() as run:
        assert results_of(run)["verdict"]["word"] == "broken"
        told = results_of(run, 2)["verdict"]
    assert (told["exitCode"], told["word"]) == (2, "unknown")


def test_codes_are_broken_reached_missed_or_out_of_reach(results: dict[str, Any]) -> None:
    assert {one["id"] for one in results["operations"]} == operations()
    assert states_of(results, "paymentsCreate")["200"] == "broken"
    assert states_of(results, "refundsGet")["418"] == "undocumented"
    assert states_of(results, "billsGet")["200"] == "not reached"
    assert states_of(results, "billsGet")["503"] == "out of reach"
    beyond = {code for one in results["operations"] for code, state in states_of(results, one["id"]).items()} - {"418"}
    assert set(results["outOfReach"]) <= beyond


def test_a_finding_tells_rule_statements_steps_and_how_to_see_it_again(results: dict[str, Any]) -> None:
    (finding,) = results["findings"]
    assert finding["statements"][0]["origin"] == "QIWI Form Payment using the API, Two-step Scenario, step 13"
    assert finding["named"] == ["EN-112"]
    assert finding["matters"]
    assert finding["steps"][0]["curl"].startswith("curl -sS -i -X PUT http://127.0.0.1:9/partner/payin/v1/")
    assert finding["repeat"]["command"].startswith("qiwi-payin contract")
    assert [one["rule"] for one in results["waived"]] == ["QP-FORM-001"]


def test_every_statement_has_a_state_and_what_was_not_tested_says_why(results: dict[str, Any]) -> None:
    assert {one["id"] for one in results["statements"]} == set(statements())
    assert statement(results, "EN-112")["state"] == "broken"
    assert statement(results, "PUB-017")["state"] == "kept"
    assert "test_workflow[oneStepBill] was not run: no driver" in statement(results, "EN-003")["why"]
    assert "the group notifications was not asked for" in statement(results, "PRA-001")["why"]
    assert not [one["id"] for one in results["statements"] if one["state"] not in {"kept", "broken"} and not one["why"]]
    assert not [one["id"] for one in results["statements"] if re.match("EN|RU", one["id"]) and not one["place"]]


def test_counts_add_up(results: dict[str, Any]) -> None:
    for row in results["statementCounts"]:
        assert row["kept"] + row["broken"] + row["notTested"] + row["untestable"] == row["total"]
    assert [row["prefix"] for row in results["statementCounts"]] == ["EN", "RU", "PUB", "PRA"]
    assert results["run"]["requests"] == 1
    groups = {group["name"]: group for group in results["groups"]}
    assert (groups["behaviour"]["broken"], groups["scenarios"]["notRun"], groups["scenarios"]["failed"]) == (1, 1, 1)
