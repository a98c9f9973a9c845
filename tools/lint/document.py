"""A joined description as the rules see it, and the findings that they make."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tools.objects import METHODS, Node, at, tokens_of, walk


@dataclass(frozen=True, order=True)
class Finding:
    """Something wrong at a place of the document, which is named by a JSON pointer."""

    pointer: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.pointer}: {self.code}: {self.message}"


@dataclass(frozen=True)
class Operation:
    """An operation with the path item that it belongs to. A webhook's path is its name."""

    path: str
    method: str
    node: Node
    webhook: bool

    @property
    def id(self) -> str:
        """The operationId, or nothing."""
        return str(self.node.value.get("operationId", ""))


class Document:
    """An OpenAPI document whose references are all local."""

    def __init__(self, root: dict[str, Any]) -> None:
        self.root = root

    @cached_property
    def nodes(self) -> list[Node]:
        """Every OpenAPI object, references included, in document order."""
        return list(walk(Node("openapi", self.root)))

    def of_kind(self, *kinds: str) -> Iterator[Node]:
        """The objects of these kinds. Of references only those to schemas count: keywords may stand beside them."""
        for node in self.nodes:
            if node.kind in kinds and ("$ref" not in node.value or node.kind == "schema"):
                yield node

    def target(self, reference: str) -> Node | None:
        """What a local reference points to, of unknown kind; None where there is nothing."""
        try:
            tokens = tokens_of(reference.removeprefix("#"))
            value = at(self.root, tokens)
        except LookupError:
            return None
        return Node("", value, tokens) if isinstance(value, dict) else None

    def resolved(self, value: Any) -> dict[str, Any]:
        """The object itself, or the one that it refers to at last; an empty one where a reference leads nowhere."""
        passed = []
        while isinstance(value, dict) and isinstance(value.get("$ref"), str) and value["$ref"] not in passed:
            passed.append(value["$ref"])
            target = self.target(value["$ref"])
            value = target.value if target else {}
        return value if isinstance(value, dict) else {}

    def conjuncts(self, schema: Any) -> list[dict[str, Any]]:
        """The schemas that all apply where this one does: itself, what it refers to, and members of `allOf`."""
        found: list[dict[str, Any]] = []
        todo = [schema]
        while todo:
            value = todo.pop(0)
            if isinstance(value, dict) and not any(value is known for known in found):
                found.append(value)
                if isinstance(value.get("$ref"), str) and (target := self.target(value["$ref"])):
                    todo.append(target.value)
                todo.extend(value.get("allOf", []))
        return found

    @cached_property
    def operations(self) -> list[Operation]:
        """The operations of paths and webhooks."""
        return [
            Operation(str(node.tokens[1]), node.tokens[2], node, node.tokens[0] == "webhooks")
            for node in self.nodes
            if node.kind == "operation" and node.tokens[0] in {"paths", "webhooks"} and node.tokens[2] in METHODS
            if len(node.tokens) == 3  # noqa: PLR2004 - paths, path, method
        ]

    @cached_property
    def operation_by_id(self) -> dict[str, Operation]:
        """The operations of paths by operationId."""
        return {operation.id: operation for operation in self.operations if not operation.webhook}

    def parameters(self, operation: Operation) -> list[dict[str, Any]]:
        """The parameters of an operation, those of its path item included."""
        around = operation.node.parent.value if operation.node.parent else {}
        both = [*operation.node.value.get("parameters", []), *around.get("parameters", [])]
        return [self.resolved(parameter) for parameter in both]


Rule = Callable[[Document], Iterator[Finding]]
