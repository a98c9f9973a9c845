"""Statements and decisions that rules rest on, as the description package brings them."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import attrs
from qiwi_payin_description import load

__all__ = ["Statement", "decision_ids", "statements", "under"]


@attrs.define(frozen=True)
class Statement:
    """One checkable sentence of a source, in this project's own words.

    Attributes:
        id: such as ``EN-024``.
        text: the sentence.
        sources: documents or pages that say so.
        kind: rule, field, enum, flow, error or example; an example binds this project's sandbox alone.
        untestable: why no program can test it, where none can.
    """

    id: str
    text: str
    sources: tuple[str, ...]
    kind: str
    untestable: str | None = None


@cache
def statements() -> Mapping[str, Statement]:
    """All statements by id."""
    return {
        item["id"]: Statement(
            item["id"], item["text"], tuple(item.get("sources", ())), item["kind"], item.get("untestable")
        )
        for item in load("statements")["statements"]
    }


@cache
def decision_ids() -> frozenset[str]:
    """Ids of all decisions."""
    return frozenset(item["id"] for item in load("decisions")["decisions"])


def under(node: Any, resolve: Any) -> Iterable[str]:
    """List the statement ids that a node of the description refers to, through ``$ref``, each once.

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
            found |= dict.fromkeys(current.get("x-statements", ()))
            reference = current.get("$ref")
            if isinstance(reference, str) and reference not in seen:
                seen.add(reference)
                waiting.append(resolve(reference))
            waiting += [value for name, value in current.items() if name not in {"x-statements", "links", "examples"}]
        elif isinstance(current, list):
            waiting += current
    return tuple(found)
