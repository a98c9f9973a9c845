"""Names of the fields that the description gives each request."""

from collections.abc import Iterator, Mapping
from typing import Any

from qiwi_payin_contract.description import Description, description

__all__ = ["request_fields"]


def request_fields() -> dict[str, frozenset[str]]:
    """Collect the names of all fields, at any depth, of each operation's request."""
    read = description()
    return {
        name: frozenset(_names(read, operation.node.get("requestBody", {}), set()))
        for name, operation in read.operations.items()
    }


def _names(read: Description, node: Any, seen: set[str]) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _names(read, item, seen)
    elif isinstance(node, Mapping):
        reference = node.get("$ref")
        if isinstance(reference, str) and reference not in seen:
            seen.add(reference)
            yield from _names(read, read.at(reference), seen)
        for name, value in node.items():
            if name == "properties" and isinstance(value, Mapping):
                yield from value
            if name not in {"example", "examples"}:
                yield from _names(read, value, seen)
