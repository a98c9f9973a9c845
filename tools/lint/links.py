"""Rules on links: stateful tests walk along them, so each must lead somewhere."""

import re
from collections.abc import Iterator
from typing import Any

from tools.lint.document import Document, Finding, Operation
from tools.objects import Node, pointer, tokens_of

_EXPRESSION = re.compile(
    r"\$(?:(?P<whole>url|method|statusCode)"
    r"|(?P<side>request|response)\."
    r"(?:header\.(?P<header>[!#$%&'*+.^_`|~0-9A-Za-z-]+)|query\.(?P<query>.+)|path\.(?P<path>.+)"
    r"|(?P<body>body)(?:\#(?P<pointer>(?:/.*)?))?))"
)
_EMBEDDED = re.compile(r"\{(\$[^{}]*)\}")


def links_lead_somewhere(document: Document) -> Iterator[Finding]:
    """A link names an operation that exists, and only parameters that this operation has."""
    for node in document.of_kind("link"):
        name = node.value.get("operationId")
        target = document.operation_by_id.get(name) if isinstance(name, str) else _by_reference(document, node)
        if target is None:
            wanted = name or node.value.get("operationRef")
            yield Finding(node.pointer, "link-operation", f"there is no operation {wanted}")
            continue
        known = {str(parameter.get("name")) for parameter in document.parameters(target)}
        known |= {f"{parameter.get('in')}.{parameter.get('name')}" for parameter in document.parameters(target)}
        for parameter in node.value.get("parameters", {}):
            if parameter not in known:
                yield Finding(node.pointer, "link-parameter", f"{target.id} has no parameter {parameter}")
        if "requestBody" in node.value and "requestBody" not in target.node.value:
            yield Finding(node.pointer, "link-body", f"{target.id} has no request body")


def link_expressions_point_to_something(document: Document) -> Iterator[Finding]:
    """A runtime expression is well formed, and what it points to is in the request or response it speaks of."""
    for operation in document.operations:
        for code, response in operation.node.value.get("responses", {}).items():
            answer = document.resolved(response)
            for name, value in answer.get("links", {}).items():
                link = document.resolved(value)
                place = f"{operation.node.pointer}/responses/{code}/links/{pointer((name,))[1:]}"
                for expression in _expressions([*link.get("parameters", {}).values(), link.get("requestBody")]):
                    problem = problem_of(document, operation, answer, expression)
                    if problem:
                        yield Finding(place, "link-expression", f"{expression}: {problem}")


def _by_reference(document: Document, node: Node) -> Operation | None:
    reference = node.value.get("operationRef")
    target = document.target(reference) if isinstance(reference, str) and reference.startswith("#") else None
    places = {operation.node.tokens: operation for operation in document.operations}
    return places.get(target.tokens) if target else None


def _expressions(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if value.startswith("$"):
            yield value
        else:
            yield from _EMBEDDED.findall(value)
    elif isinstance(value, dict):
        yield from _expressions(list(value.values()))
    elif isinstance(value, list):
        for item in value:
            yield from _expressions(item)


def problem_of(document: Document, operation: Operation, answer: dict[str, Any], expression: str) -> str:
    """What is wrong with a runtime expression on a request and this answer to it; nothing where it fits."""
    found = _EXPRESSION.fullmatch(expression)
    if found is None:
        return "this is no runtime expression"
    if found["whole"]:
        return ""
    if found["body"]:
        body = document.resolved(operation.node.value.get("requestBody")) if found["side"] == "request" else answer
        schemas = [media["schema"] for media in body.get("content", {}).values() if "schema" in media]
        tokens = tokens_of(found["pointer"] or "")
        fits = any(_has(document, schema, tokens) for schema in schemas)
        return "" if fits else f"no schema of the {found['side']}'s body has such a place"
    said = expression.lower() if found["header"] else expression
    return "" if said in _names(document, operation, answer) else f"the {found['side']} has nothing of this name"


def _names(document: Document, operation: Operation, answer: dict[str, Any]) -> set[str]:
    """Expressions for everything that has a name in the request and the response, header names in lower case."""
    names = {f"$response.header.{header.lower()}" for header in answer.get("headers", {})}
    for parameter in document.parameters(operation):
        place, name = str(parameter.get("in")), str(parameter.get("name"))
        names.add(f"$request.{place}.{name.lower() if place == 'header' else name}")
    return names


def _has(document: Document, schema: Any, tokens: tuple[str, ...]) -> bool:
    if not tokens:
        return True
    first, *rest = tokens
    for part in document.conjuncts(schema):
        nested: list[Any] = [part["properties"][first]] if first in part.get("properties", {}) else []
        nested += [part["additionalProperties"]] if isinstance(part.get("additionalProperties"), dict) else []
        nested += [part["items"]] if first.isdecimal() and isinstance(part.get("items"), dict) else []
        if any(_has(document, inner, tuple(rest)) for inner in nested):
            return True
        branches = [branch for keyword in ("oneOf", "anyOf") for branch in part.get(keyword, [])]
        if any(_has(document, branch, tokens) for branch in branches):
            return True
    return False


RULES = (links_lead_somewhere, link_expressions_point_to_something)
