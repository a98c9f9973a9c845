"""The workflows of the description package as data: steps, criteria, and the rules that they check.

WorkflowError (ValueError)    a document says something that cannot be carried out here
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Self

import attrs
from qiwi_payin_description import load

from qiwi_payin_contract.books.rules import RULES as BOOKS
from qiwi_payin_contract.rules import Basis, Rule
from qiwi_payin_contract.workflows.criteria import Criterion, CriterionError
from qiwi_payin_contract.workflows.expressions import Expression, ExpressionError, expressions_in

__all__ = ["Step", "Workflow", "WorkflowError", "rules", "workflows"]

CONTROL = "sandbox"
"""Name of the source description whose operations are parts that the payer, the bank or time plays."""


class WorkflowError(ValueError):
    """A document says something that cannot be carried out here."""


@attrs.define(frozen=True)
class Step:
    """One call, or one part that somebody else plays.

    Attributes:
        id: name in its workflow.
        operation: operationId.
        control: whether it is a control operation, which a driver carries out.
        description: what it is about; the rule's sentence, where it is the first that checks a rule.
        rule: code of the rule that it checks.
        parameters: path parameters and headers, by name, with expressions.
        payload: body with expressions, or None.
        criteria: what must hold of the answer.
        outputs: what later steps may speak of.
        bank: what the issuing bank does meanwhile.
    """

    id: str
    operation: str
    control: bool
    description: str
    rule: str | None
    parameters: Mapping[str, Any]
    payload: Any
    criteria: tuple[Criterion, ...]
    outputs: Mapping[str, Expression]
    bank: str | None

    @classmethod
    def read(cls, node: Mapping[str, Any], shared: Mapping[str, Any]) -> Self:
        """Read a Step Object; ``shared`` are the parameters of its workflow.

        Raises:
            WorkflowError: it is of a kind that is not known here.
        """
        unknown = sorted(set(node) - _STEP_FIELDS)
        if unknown:
            raise WorkflowError(f"step {node.get('stepId')}: {unknown[0]} is not known here")
        try:
            source, operation = str(node["operationId"]).removeprefix("$sourceDescriptions.").split(".")
            return cls(
                id=node["stepId"],
                operation=operation,
                control=source == CONTROL,
                description=node["description"],
                rule=node.get("x-rule-code"),
                parameters={**shared, **{item["name"]: item["value"] for item in node.get("parameters", ())}},
                payload=node.get("requestBody", {}).get("payload"),
                criteria=tuple(
                    _criterion(item) for key in ("successCriteria", "x-criteria") for item in node.get(key, ())
                ),
                outputs={name: Expression.read(text) for name, text in node.get("outputs", {}).items()},
                bank=node.get("x-bank"),
            )
        except (CriterionError, ExpressionError, ValueError, KeyError) as error:
            raise WorkflowError(f"step {node.get('stepId')}: {error}") from error

    @property
    def sources(self) -> frozenset[str]:
        """Steps whose outputs its request needs."""
        found = (expression.step for expression in expressions_in([*self.parameters.values(), self.payload]))
        return frozenset(step for step, _ in filter(None, found))


@attrs.define(frozen=True)
class Workflow:
    """A story.

    Attributes:
        id: workflowId.
        summary: its title.
        description: what it is about.
        inputs: schema of what it is given.
        steps: in order.
    """

    id: str
    summary: str
    description: str
    inputs: Mapping[str, Any] = attrs.field(repr=False)
    steps: tuple[Step, ...] = attrs.field(repr=False)

    @classmethod
    def read(cls, node: Mapping[str, Any], components: Mapping[str, Any]) -> Self:
        """Read a Workflow Object.

        Raises:
            WorkflowError: it says something that cannot be carried out here.
        """
        try:
            shared = [
                components["parameters"][item["reference"].removeprefix("$components.parameters.")]
                for item in node.get("parameters", ())
            ]
            parameters = {item["name"]: item["value"] for item in shared}
            schema = components["inputs"][node["inputs"]["$ref"].removeprefix("#/components/inputs/")]
        except KeyError as error:
            raise WorkflowError(f"workflow {node.get('workflowId')}: there is no {error}") from error
        steps = tuple(Step.read(step, parameters) for step in node["steps"])
        return cls(node["workflowId"], node["summary"], node["description"], schema, steps)


_STEP_FIELDS = frozenset(
    {
        *("stepId", "operationId", "description", "parameters", "requestBody", "successCriteria", "outputs"),
        *("x-rule-code", "x-rule-name", "x-basis", "x-statements", "x-decision", "x-criteria", "x-bank"),
    }
)


@cache
def workflows() -> tuple[Workflow, ...]:
    """All workflows, in the order of the document.

    Raises:
        WorkflowError: one of them cannot be carried out here.
    """
    document = load("workflows")
    return tuple(Workflow.read(node, document["components"]) for node in document["workflows"])


def rules() -> Iterator[Rule]:
    """The rules that the steps bring, in the order of the document."""
    for workflow in load("workflows")["workflows"]:
        for step in workflow["steps"]:
            if "x-rule-name" in step:
                yield Rule(
                    step["x-rule-code"],
                    step["x-rule-name"],
                    step["description"],
                    Basis(step["x-basis"]),
                    "scenarios",
                    tuple(step.get("x-statements", ())),
                    step.get("x-decision"),
                )


@cache
def rule(code: str) -> Rule:
    """The rule of a code: one that a step brings, or one of the books.

    Raises:
        WorkflowError: there is none.
    """
    for known in (*rules(), *BOOKS):
        if known.code == code:
            return known
    raise WorkflowError(f"there is no rule {code}")


def _criterion(node: Mapping[str, Any]) -> Criterion:
    if set(node) != {"condition"}:
        raise WorkflowError("only simple criteria, with a condition and nothing else, are known here")
    return Criterion.read(node["condition"])
