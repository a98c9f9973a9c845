"""Rules on the workflows: what they name exists, and what they say can be carried out and is said once."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from qiwi_payin_contract.workflows.control import CONTROLS
from qiwi_payin_contract.workflows.documents import Step, Workflow, WorkflowError
from qiwi_payin_contract.workflows.expressions import Expression, expressions_in

from tools.lint.basis import basis_has_its_ground, references_exist
from tools.lint.document import Document, Finding, Operation
from tools.lint.links import problem_of
from tools.statements import Foundation

_RULES_ELSEWHERE = "QP-BOOKS-"
"""Rules that the contract suite's books bring: a step may check one, and none may bring it."""


@dataclass(frozen=True)
class _Told:
    """A workflow as it is written and as it is read."""

    place: str
    node: dict[str, Any]
    workflow: Workflow

    def steps(self) -> Iterator[tuple[str, Step]]:
        for index, step in enumerate(self.workflow.steps):
            yield f"{self.place}/steps/{index}", step


def lint(root: dict[str, Any], documents: Mapping[str, Document], foundation: Foundation) -> list[Finding]:
    """The findings in the joined workflows, in order of place.

    Args:
        root: the Arazzo document.
        documents: the descriptions that it refers to, by the names of their files.
        foundation: statements and decisions.
    """
    findings: set[Finding] = set()
    told: list[_Told] = []
    for index, node in enumerate(root["workflows"]):
        place = f"#/workflows/{index}"
        try:
            told.append(_Told(place, node, Workflow.read(node, root["components"])))
        except WorkflowError as error:
            findings.add(Finding(place, "workflow", str(error)))
    sources = {
        source["name"]: documents.get(source["url"].removesuffix(".json")) for source in root["sourceDescriptions"]
    }
    for each in told:
        findings |= {*_calls_fit(each, sources), *_values_are_there(each), *_steps_are_judged(each)}
    findings |= {*_ids_are_unique(told), *_rules_are_told_once(told)}
    stated = Document(root)
    findings |= {*basis_has_its_ground(stated), *references_exist(foundation)(stated)}
    return sorted(findings)


def _calls_fit(told: _Told, sources: Mapping[str, Document | None]) -> Iterator[Finding]:
    """A step calls an operation that exists, with all parameters of its path, and speaks of what its answers have."""
    for place, step in told.steps():
        source = told.node["steps"][int(place.rpartition("/")[2])]["operationId"].split(".")[1]
        document = sources.get(source)
        operation = document.operation_by_id.get(step.operation) if document else None
        if document is None or operation is None:
            yield Finding(place, "workflow-operation", f"{source} has no operation {step.operation}")
            continue
        if step.control and step.operation not in CONTROLS:
            yield Finding(place, "workflow-control", f"no driver can do {step.operation}")
        known = {str(parameter["name"]) for parameter in document.parameters(operation) if parameter["in"] == "path"}
        given = set(step.parameters) - {"Authorization"}
        for name in sorted(known ^ given):
            problem = "is not given" if name in known else "is no parameter of the path"
            yield Finding(place, "workflow-parameter", f"{step.operation}: {name} {problem}")
        if step.payload is not None and "requestBody" not in operation.node.value:
            yield Finding(place, "workflow-body", f"{step.operation} has no request body")
        said = [expression for criterion in step.criteria for expression in criterion.expressions]
        for expression in [*said, *step.outputs.values()]:
            problem = _unfit(document, operation, expression)
            if problem:
                yield Finding(place, "workflow-expression", f"{expression.text}: {problem}")


def _unfit(document: Document, operation: Operation, expression: Expression) -> str:
    if expression.input is not None or expression.step is not None:
        return ""
    answers = [document.resolved(answer) for answer in operation.node.value["responses"].values()]
    problems = [problem_of(document, operation, answer, expression.text) for answer in answers]
    return min(problems, key=len)


def _values_are_there(told: _Told) -> Iterator[Finding]:
    """An input is in the schema of inputs, and an output is one of a step before."""
    inputs = set(told.workflow.inputs["properties"])
    outputs: set[tuple[str, str]] = set()
    for place, step in told.steps():
        said = [expression for criterion in step.criteria for expression in criterion.expressions]
        for expression in (*expressions_in([dict(step.parameters), step.payload]), *said, *step.outputs.values()):
            if expression.input is not None and expression.input not in inputs:
                yield Finding(place, "workflow-input", f"there is no input {expression.input}")
            if expression.step is not None and expression.step not in outputs:
                yield Finding(place, "workflow-output", f"{expression.text}: no step before has this output")
        outputs |= {(step.id, name) for name in step.outputs}


def _steps_are_judged(told: _Told) -> Iterator[Finding]:
    """Every step has criteria; a call checks a rule, and a control operation none."""
    for place, step in told.steps():
        if not step.criteria:
            yield Finding(place, "workflow-criteria", "there is no criterion")
        if step.control == (step.rule is not None):
            yield Finding(place, "workflow-rule", "a call has an x-rule-code, a control operation has none")


def _ids_are_unique(told: list[_Told]) -> Iterator[Finding]:
    """Workflows have different ids, and so have the steps of one."""
    for place, names in [
        ("#/workflows", [each.workflow.id for each in told]),
        *((each.place, [step.id for step in each.workflow.steps]) for each in told),
    ]:
        for name, count in Counter(names).items():
            if count > 1:
                yield Finding(place, "workflow-id", f"{name} is there {count} times")


def _rules_are_told_once(told: list[_Told]) -> Iterator[Finding]:
    """A rule is told by the first step that checks it and by no other; one of the books is told by none."""
    names: set[str] = set()
    codes: set[str] = set()
    for each in told:
        for index, node in enumerate(each.node["steps"]):
            place = f"{each.place}/steps/{index}"
            code, name = node.get("x-rule-code"), node.get("x-rule-name")
            tells = {"x-rule-name", "x-basis"} & set(node)
            if len(tells) == 1:
                yield Finding(place, "workflow-rule", "x-rule-name and x-basis go together")
            if not tells and code is not None and code not in codes and not code.startswith(_RULES_ELSEWHERE):
                yield Finding(place, "workflow-rule", f"no step before tells what {code} is")
            if tells and (code is None or code in codes or name in names or code.startswith(_RULES_ELSEWHERE)):
                yield Finding(place, "workflow-rule", f"{code} {name} is told elsewhere")
            if tells:
                codes.add(code)
                names.add(name)
