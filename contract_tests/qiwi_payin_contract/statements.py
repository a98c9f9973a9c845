"""Statements and decisions that rules rest on, as the description package brings them."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import attrs
from qiwi_payin_description import load

from qiwi_payin_contract.description import description

__all__ = ["Decision", "Statement", "decision_ids", "decisions", "of_answers", "of_requests", "statements", "under"]

_ON_FORM = frozenset({"field", "enum", "error"})


@attrs.define(frozen=True)
class Statement:
    """One checkable sentence of a source, in this project's own words.

    Attributes:
        id: such as ``EN-024``.
        text: the sentence.
        sources: documents or pages that say so.
        kind: rule, field, enum, flow, error or example; an example binds this project's sandbox alone.
        untestable: why no program can test it, where none can.
        place: heading, and step, row or message below it, where the source is one of the two documents.
    """

    id: str
    text: str
    sources: tuple[str, ...]
    kind: str
    untestable: str | None = None
    place: str | None = None

    @property
    def origin(self) -> str:
        """Where it is written, such as ``QIWI Form Payment using the API, Two-step Scenario, step 13``."""
        return ", ".join((*self.sources, *filter(None, (self.place,))))


@cache
def statements() -> Mapping[str, Statement]:
    """All statements by id."""
    return {
        item["id"]: Statement(
            item["id"],
            item["text"],
            tuple(item.get("sources", ())),
            item["kind"],
            item.get("untestable"),
            item.get("place"),
        )
        for item in load("statements")["statements"]
    }


@attrs.define(frozen=True)
class Decision:
    """What this project chose where the sources are silent or contradict themselves.

    Attributes:
        id: kebab-case.
        title: what it is about.
        text: what was chosen.
        reason: why.
    """

    id: str
    title: str
    text: str
    reason: str


@cache
def decisions() -> Mapping[str, Decision]:
    """All decisions by id."""
    return {
        item["id"]: Decision(item["id"], item["title"], item["text"], item["reason"])
        for item in load("decisions")["decisions"]
    }


@cache
def decision_ids() -> frozenset[str]:
    """Ids of all decisions."""
    return frozenset(decisions())


def under(node: Any, resolve: Callable[[str], Any]) -> tuple[str, ...]:
    """List the statement ids that a node of the description refers to, through ``$ref``, each once.

    What stands on a list of values that may grow is left out: no value can break it.

    Args:
        node: a schema, response or operation.
        resolve: follows a reference's text to its node.
    """
    seen: set[str] = set()
    found: dict[str, None] = {}
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, Mapping):
            if "x-extensible-enum" not in current:
                found |= dict.fromkeys(current.get("x-statements", ()))
            reference = current.get("$ref")
            if isinstance(reference, str) and reference not in seen:
                seen.add(reference)
                waiting.append(resolve(reference))
            waiting += [value for name, value in current.items() if name not in {"x-statements", "links", "examples"}]
        elif isinstance(current, list):
            waiting += current
    return tuple(found)


@cache
def of_answers() -> tuple[str, ...]:
    """Statements on the form of answers: those on fields and values in the schemas of all responses."""
    return _on_form(operation.node["responses"] for operation in description().operations.values())


@cache
def of_requests() -> tuple[str, ...]:
    """Statements on the form of requests: those on fields and values in the schemas of all bodies and parameters."""
    described = description()
    parameters = [item.get("parameters", []) for item in described.document["paths"].values()]
    bodies = [operation.node.get("requestBody", {}) for operation in described.operations.values()]
    return _on_form((*parameters, *bodies))


def _on_form(nodes: Iterable[Any]) -> tuple[str, ...]:
    known = statements()
    found = under(list(nodes), description().at)
    return tuple(sorted(name for name in found if known[name].kind in _ON_FORM and known[name].untestable is None))
