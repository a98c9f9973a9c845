"""The workflows: joined, linted, drawn, and put before Redocly Respect."""

import copy
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tools.diagrams import MARK, PAGE, made, main
from tools.documents import write_json
from tools.lint.document import Document
from tools.lint.workflows import lint
from tools.objects import Node, walk
from tools.project import Description
from tools.respect import failures, opened
from tools.statements import read_foundation
from tools.workflows import WorkflowsError, joined

Steps = list[dict[str, Any]]

DESCRIPTION = Description()


@cache
def workflows() -> dict[str, Any]:
    return joined(DESCRIPTION.folder / "workflows")


@cache
def lint_of() -> Callable[[dict[str, Any]], list[Any]]:
    """Read what workflows are held against; it takes seconds, which collecting tests need not."""
    documents = {name: Document(root) for name, root in DESCRIPTION.documents().items()}
    foundation = read_foundation(DESCRIPTION.folder)
    return lambda root: lint(root, documents, foundation)


def told_of(change: Callable[[Steps], object], workflow: str = "oneStepBill") -> list[str]:
    root = copy.deepcopy(workflows())
    (steps,) = (node["steps"] for node in root["workflows"] if node["workflowId"] == workflow)
    change(steps)
    return [f"{finding.code}: {finding.message}" for finding in lint_of()(root)]


def judged_by(condition: str) -> Callable[[Steps], object]:
    return lambda steps: steps[0]["successCriteria"].append({"condition": condition})


def test_the_workflows_as_they_are_have_no_findings() -> None:
    assert lint_of()(workflows()) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param(
            lambda steps: steps[0].update(operationId="$sourceDescriptions.payin.billsMake"),
            "workflow-operation: payin has no operation billsMake",
            id="unknown operation",
        ),
        pytest.param(
            lambda steps: steps[1].update(operationId="$sourceDescriptions.sandbox.sandboxGetClock", parameters=[]),
            "workflow-control: no driver can do sandboxGetClock",
            id="control operation of no driver",
        ),
        pytest.param(
            lambda steps: steps[0].update(parameters=[]),
            "workflow-parameter: billsCreate: billId is not given",
            id="missing parameter",
        ),
        pytest.param(
            lambda steps: steps[0]["parameters"].append({"name": "id", "in": "path", "value": "1"}),
            "workflow-parameter: billsCreate: id is no parameter of the path",
            id="unknown parameter",
        ),
        pytest.param(
            lambda steps: steps[2].update(requestBody={"payload": {}}),
            "workflow-body: billsGet has no request body",
            id="body of a read",
        ),
        pytest.param(
            judged_by("$response.body#/stauts/value == 'CREATED'"),
            "workflow-expression: $response.body#/stauts/value: no schema of the response's body has such a place",
            id="place that no answer has",
        ),
        pytest.param(
            judged_by("$statusCode = 200"),
            "workflow: step create: the criterion '$statusCode = 200': '= 200' is not understood",
            id="criterion that does not parse",
        ),
        pytest.param(
            judged_by("$response.text == 'x'"),
            "workflow: step create: the criterion \"$response.text == 'x'\": '$response.text' is no runtime expression "
            "that is known here",
            id="expression that does not parse",
        ),
        pytest.param(
            lambda steps: steps[0]["outputs"].update(other="billId"),
            "workflow: step create: 'billId' is no runtime expression that is known here",
            id="output that is no expression",
        ),
        pytest.param(
            judged_by("$response.body#/amount/value == $inputs.sum"),
            "workflow-input: there is no input sum",
            id="unknown input",
        ),
        pytest.param(
            lambda steps: steps[0].update(outputs={}),
            "workflow-output: $steps.create.outputs.billId: no step before has this output",
            id="output that is not there",
        ),
        pytest.param(
            lambda steps: steps[3].pop("successCriteria"), "workflow-criteria: there is no criterion", id="no criterion"
        ),
        pytest.param(
            lambda steps: steps[3].pop("x-rule-code"),
            "workflow-rule: a call has an x-rule-code, a control operation has none",
            id="call without a rule",
        ),
        pytest.param(
            lambda steps: steps[0].update({"x-rule-code": "QP-FORM-004"}),
            "workflow-rule: QP-FORM-004 paid-bill is told elsewhere",
            id="code given twice",
        ),
        pytest.param(
            lambda steps: steps[3].update({"x-rule-code": "QP-FLOW-999"}),
            "workflow-rule: no step before tells what QP-FLOW-999 is",
            id="code of no rule",
        ),
        pytest.param(
            lambda steps: steps[0].pop("x-basis"), "workflow-rule: x-rule-name and x-basis go together", id="no basis"
        ),
        pytest.param(
            lambda steps: steps[0].update({"x-statements": ["EN-999"]}),
            "basis-statement: there is no statement EN-999",
            id="unknown statement",
        ),
        pytest.param(
            lambda steps: steps[0].update({"x-statements": []}),
            "basis-ground: documented needs x-statements",
            id="no ground",
        ),
        pytest.param(
            lambda steps: steps.append(copy.deepcopy(steps[3])), "workflow-id: listed is there 2 times", id="id twice"
        ),
        pytest.param(
            lambda steps: steps[3].update(onFailure=[]),
            "workflow: step listed: onFailure is not known here",
            id="field that is not carried out",
        ),
        pytest.param(
            lambda steps: steps[3]["successCriteria"].append({"condition": "$[0]", "type": "jsonpath"}),
            "workflow: step listed: only simple criteria, with a condition and nothing else, are known here",
            id="criterion that is not simple",
        ),
    ],
)
def test_a_fault_in_a_workflow_is_found(change: Callable[[Steps], object], told: str) -> None:
    assert told in told_of(change)


@pytest.mark.parametrize(
    ("reference", "message"),
    [("other.yaml#/components/inputs/shop", "is not a place in workflows.yaml"), ("none.yaml", "no such file")],
)
def test_a_reference_that_leads_elsewhere_is_refused(tmp_path: Path, reference: str, message: str) -> None:
    named = reference if "#" not in reference else "one.yaml"
    write_json(
        tmp_path / "workflows.yaml",
        {"sourceDescriptions": [], "workflows": [{"$ref": named}], "components": {}},
    )
    write_json(tmp_path / "one.yaml", {"inputs": {"$ref": reference}})
    with pytest.raises(WorkflowsError, match=message):
        joined(tmp_path)


def test_the_page_is_what_the_workflows_make() -> None:
    assert main(["--check"]) == 0


def test_a_page_that_is_not_what_the_workflows_make_is_found_and_made_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "workflows.md"
    page.write_text("# Stories\n\n" + MARK + "old\n")
    assert main(["--check"], page) == 1
    assert "run nox -s generate" in capsys.readouterr().out
    assert main([], page) == 0
    assert page.read_text().startswith("# Stories\n\n" + MARK)
    assert page.read_text().partition(MARK)[2] == PAGE.read_text().partition(MARK)[2]


def test_a_page_without_the_mark_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "workflows.md"
    page.write_text("# Stories\n")
    assert main([], page) == 1
    assert page.read_text() == "# Stories\n"


def test_every_workflow_is_drawn() -> None:
    page = made(MARK, DESCRIPTION)
    assert page.count("```mermaid") == len(workflows()["workflows"])
    for node in workflows()["workflows"]:
        assert f"Workflow `{node['workflowId']}`:" in page


def test_respect_reads_schemas_that_say_that_they_are_open() -> None:
    root = DESCRIPTION.documents()["sandbox"]
    schemas = [node.value for node in walk(Node("openapi", opened(root))) if node.kind == "schema"]
    assert all(schema.get("unevaluatedProperties") is not None for schema in schemas if "properties" in schema)
    assert not any("discriminator" in schema for schema in schemas)
    assert root == DESCRIPTION.documents()["sandbox"]


def test_a_check_that_failed_is_told_by_workflow_and_step() -> None:
    check = {"name": "schema check", "status": "failure", "message": "wrong"}
    ran = {"workflowId": "refund", "executedSteps": [{"stepId": "pay", "checks": [{"status": "success"}, check]}]}
    assert list(failures({"files": {"w": {"executedWorkflows": [ran]}}})) == ["refund, pay: schema check: wrong"]
    assert list(failures({"files": {}})) == ["no workflow was run"]
