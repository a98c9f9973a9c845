"""Going through the steps of a workflow: each is sent, judged and remembered."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import attrs

from qiwi_payin_contract.drivers import Ability
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.json_text import dumps
from qiwi_payin_contract.masking import mask_text
from qiwi_payin_contract.shop import Shop
from qiwi_payin_contract.workflows.control import CONTROLS
from qiwi_payin_contract.workflows.criteria import Criterion
from qiwi_payin_contract.workflows.documents import Step, Workflow, rule
from qiwi_payin_contract.workflows.expressions import Expression, Stage, filled

__all__ = ["Ended", "Story"]

_SHOWN = 60
_SENT_BY_TARGET = frozenset({"siteId", "Authorization"})


@attrs.define(frozen=True)
class Ended:
    """Why a story ended before its last step.

    Attributes:
        step: the first step that was not taken.
        ability: what the driver would have to do, where it cannot.
        reason: what is missing otherwise.
    """

    step: Step
    ability: Ability | None = None
    reason: str = ""


@attrs.define(frozen=True)
class _Taken:
    """A step that was taken; ``ids`` are those of its objects, the site's left out."""

    step: Step
    ids: frozenset[str]
    exchange: Exchange


@attrs.define(eq=False)
class Story:
    """A workflow on its way through a server.

    Attributes:
        shop: server and site.
        findings: where broken rules are told.
        workflow: what to go through.
        inputs: what it is given.
    """

    shop: Shop
    findings: Findings
    workflow: Workflow
    inputs: Mapping[str, Any] = attrs.field(repr=False)
    _outputs: dict[str, dict[str, Any]] = attrs.field(init=False, factory=dict, repr=False)
    _taken: list[_Taken] = attrs.field(init=False, factory=list, repr=False)

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Requests to the API and their answers so far."""
        return tuple(taken.exchange for taken in self._taken if not taken.step.control)

    def run(self) -> Ended | None:
        """Take the steps; None where the last one was taken.

        A step ends the story where it needs a driver that is not there, or a value that no step has given.

        Raises:
            Broken: a criterion does not hold, and the step's rule counts.
            DriverError: the driver cannot do what it says it can.
            NoAnswer: a request got no answer.
        """
        for step in self.workflow.steps:
            ended = self._take(step)
            if ended is not None:
                return ended
        return None

    def _take(self, step: Step) -> Ended | None:
        stage = Stage(self.inputs, self._outputs)
        try:
            parameters = {name: filled(value, stage) for name, value in step.parameters.items()}
            payload = filled(step.payload, stage)
        except LookupError as error:
            return Ended(step, reason=str(error.args[0]))
        ids = {name: value for name, value in parameters.items() if name not in _SENT_BY_TARGET}
        if step.control:
            control = CONTROLS[step.operation]
            ability = control.missing(self.shop)
            if ability is not None:
                return Ended(step, ability)
            exchange = _played(step, control.act(self.shop, ids, payload or {}))
        else:
            exchange = self.shop.target.send(step.operation, payload, site=self.shop.site, **_snake(ids))
        self._taken.append(_Taken(step, frozenset(ids.values()), exchange))
        stage = Stage(self.inputs, self._outputs, exchange)
        self._judge(step, stage)
        self._outputs[step.id] = {name: expression.value(stage) for name, expression in step.outputs.items()}
        return None

    def _judge(self, step: Step, stage: Stage) -> None:
        if step.rule is None:
            return
        failed = next((criterion for criterion in step.criteria if not criterion.holds(stage)), None)
        told = "" if failed is None else self._told(step, failed, stage)
        self.findings.expect(failed is None, rule(step.rule), told, *self._needed())

    def _needed(self) -> tuple[Exchange, ...]:
        """The exchanges that bring the last step about: what made or changed its objects, and what gave it values."""
        needed: list[_Taken] = []
        sources: set[str] = set()
        ids: set[str] = set()
        for taken in reversed(self._taken):
            changes = taken.exchange.method != "GET" and bool(taken.ids & ids)
            if not needed or changes or taken.step.id in sources:
                needed.append(taken)
                sources |= taken.step.sources
                ids |= taken.ids
        return tuple(taken.exchange for taken in reversed(needed) if not taken.step.control)

    def _told(self, step: Step, failed: Criterion, stage: Stage) -> str:
        got = ", ".join(f"{each.text} is {self._shown(each, stage)}" for each in failed.expressions)
        played = [taken.step.description for taken in self._taken if taken.step.control]
        before = f"; before: {' '.join(played)}" if played else ""
        return f"{self.workflow.id}, {step.id}: {failed.text} does not hold, {got}{before}"

    def _shown(self, expression: Expression, stage: Stage) -> str:
        name = re.split(r"[./]", expression.text)[-1]
        text = mask_text(dumps({name: expression.value(stage)})).replace(self.shop.site.key, "***")
        shown = text.partition(": ")[2][:-1]
        return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}..."


def _played(step: Step, answer: Mapping[str, Any]) -> Exchange:
    """What a driver did, as the exchange that the control operation would have been."""
    return Exchange(
        operation_id=step.operation,
        site_id=None,
        method="POST",
        path="",
        url="",
        request_headers={},
        request_body=b"",
        status=HTTPStatus.OK,
        answer_headers={},
        answer_body=dumps(answer).encode(),
    )


def _snake(ids: Mapping[str, str]) -> dict[str, Any]:
    return {re.sub(r"(?<=[a-z])([A-Z])", r"_\1", name).lower(): value for name, value in ids.items()}
