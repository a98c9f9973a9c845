"""Rules on operations and what they answer."""

import re
from collections.abc import Iterator
from typing import Any

from tools.lint.document import Document, Finding
from tools.objects import Node


def operation_ids(document: Document) -> Iterator[Finding]:
    """An operation has one tag, and its operationId is that tag and a verb: `bills` + `Create`."""
    for operation in document.operations:
        if operation.webhook:
            continue
        tags = operation.node.value.get("tags", [])
        if len(tags) != 1:
            yield Finding(operation.node.pointer, "operation-tag", "an operation has exactly one tag")
        elif not re.fullmatch(re.escape(tags[0]) + "[A-Z][A-Za-z]*", operation.id):
            yield Finding(
                operation.node.pointer, "operation-id", f"{operation.id!r} is not the tag {tags[0]!r} and a verb"
            )


def operations_are_secured(document: Document) -> Iterator[Finding]:
    """Every operation of a path says, or inherits, who may call it."""
    for operation in document.operations:
        if not operation.webhook and not operation.node.value.get("security", document.root.get("security")):
            yield Finding(operation.node.pointer, "operation-security", "there is no security requirement")


def responses_are_described(document: Document) -> Iterator[Finding]:
    """Every response has a description, and an error has a schema for its body."""
    for node in document.of_kind("response"):
        if not str(node.value.get("description", "")).strip():
            yield Finding(node.pointer, "response-description", "there is no description")
    for operation in document.operations:
        for code, response in operation.node.value.get("responses", {}).items():
            content = document.resolved(response).get("content", {})
            if code[:1] in "45d" and not any("schema" in media for media in content.values()):
                yield Finding(f"{operation.node.pointer}/responses/{code}", "error-schema", "an error has no schema")


def headers_are_strings(document: Document) -> Iterator[Finding]:
    """Headers, sent or received, are declared as strings: generators disagree about anything else."""
    for node in document.of_kind("header", "parameter"):
        if node.kind == "header" or node.value.get("in") == "header":
            types = [part["type"] for part in document.conjuncts(node.value.get("schema")) if "type" in part]
            if types != ["string"] * max(1, len(types)):
                yield Finding(node.pointer, "header-string", "the schema of a header must be of type string")


def answers_stay_open(document: Document) -> Iterator[Finding]:
    """No schema that an answer or a notification uses forbids properties that it does not know."""
    answers = [node for node in document.nodes if node.kind == "response"]
    answers += [operation.node for operation in document.operations if operation.webhook]
    for node in _reached(document, answers):
        for keyword in ("additionalProperties", "unevaluatedProperties"):
            if node.value.get(keyword) is False:
                yield Finding(node.pointer, "answer-closed", f"{keyword}: false breaks clients when a field is added")


def _reached(document: Document, start: list[Node]) -> Iterator[Node]:
    by_place = {node.tokens: node for node in document.nodes}
    seen: set[tuple[str, ...]] = set()
    todo = list(start)
    while todo:
        node = todo.pop()
        if node.tokens in seen:
            continue
        seen.add(node.tokens)
        reference: Any = node.value.get("$ref")
        target = document.target(reference) if isinstance(reference, str) else None
        todo.extend([by_place[target.tokens]] if target and target.tokens in by_place else [])
        todo.extend(child for child in node.children() if child.kind not in {"link", "callback"})
        if node.kind == "schema":
            yield node


RULES = (operation_ids, operations_are_secured, responses_are_described, headers_are_strings, answers_stay_open)
