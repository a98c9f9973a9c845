"""The description as a page shows it: operations by tag, notifications, objects with their fields, errors."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from qiwi_payin_sandbox.description import resolved

Json = Mapping[str, Any]

_METHODS = ("get", "put", "post", "patch", "delete")
_LONGEST_LIST = 40
_LIMITS = (
    ("minLength", "{} or more characters"),
    ("maxLength", "at most {} characters"),
    ("minimum", "at least {}"),
    ("exclusiveMinimum", "more than {}"),
    ("maximum", "at most {}"),
    ("exclusiveMaximum", "less than {}"),
    ("minItems", "{} or more items"),
    ("maxItems", "at most {} items"),
    ("minProperties", "{} or more fields"),
    ("maxProperties", "at most {} fields"),
)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a rule rests on."""

    kind: str | None
    statements: tuple[str, ...]
    decisions: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.kind or self.statements or self.decisions)


@dataclass(frozen=True, slots=True)
class Type:
    """A type: words, and the objects that they link to."""

    text: str
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of an object, or a parameter; `depth` is how many objects it is nested in."""

    name: str
    type: Type
    description: str
    rules: tuple[str, ...]
    basis: Basis
    required: bool = False
    depth: int = 0
    place: str = ""
    is_secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A body as it may be."""

    title: str
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an operation may answer."""

    status: str
    description: str
    type: Type | None
    examples: tuple[Example, ...]
    basis: Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """An operation, or a notification."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Field, ...]
    body: Type | None
    fields: tuple[Field, ...]
    examples: tuple[Example, ...]
    answers: tuple[Answer, ...]
    basis: Basis
    is_control: bool = False
    signature: Json | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """An object."""

    name: str
    description: str
    type: Type
    fields: tuple[Field, ...]
    rules: tuple[str, ...]
    examples: tuple[Any, ...]
    basis: Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """Operations about one thing."""

    name: str
    description: str
    operations: list[Operation] = field(default_factory=list)


class Model:
    """Reads a description.

    Args:
        description: The OpenAPI document, bundled.
    """

    def __init__(self, description: Json) -> None:
        self._description = description
        self.info: Json = description["info"]
        self.tags = list(self._tags())
        self.notifications = [
            self._operation("POST", "your address", item["post"], {})
            for item in map(self.resolved, description.get("webhooks", {}).values())
        ]
        self.schemas = [self._schema(name, schema) for name, schema in description["components"]["schemas"].items()]

    def resolved(self, node: Any) -> Any:
        """Return what a reference leads to."""
        return resolved(self._description, node)

    # operations

    def _tags(self) -> Iterator[Tag]:
        tags = {
            tag["name"]: Tag(name=tag["name"], description=tag.get("description", ""))
            for tag in self._description["tags"]
        }
        for path, item in self._description["paths"].items():
            described = self.resolved(item)
            for method in _METHODS:
                if method in described:
                    operation = described[method]
                    for name in operation.get("tags", ())[:1]:
                        tags[name].operations.append(self._operation(method.upper(), path, operation, described))
        yield from (tag for tag in tags.values() if tag.operations)

    def _operation(self, method: str, path: str, operation: Json, item: Json) -> Operation:
        body = self.resolved(operation.get("requestBody", {}))
        media = body.get("content", {}).get("application/json", {})
        listed = [self.resolved(each) for each in (*item.get("parameters", ()), *operation.get("parameters", ()))]
        return Operation(
            id=operation["operationId"],
            method=method,
            path=path,
            summary=operation.get("summary", ""),
            description=operation.get("description", ""),
            parameters=tuple(self._parameter(each) for each in listed),
            body=self._type(media["schema"]) if media else None,
            fields=tuple(self._fields_of(media["schema"])) if media else (),
            examples=_examples(media),
            answers=tuple(self._answer(status, answer) for status, answer in operation.get("responses", {}).items()),
            basis=_basis(operation),
            is_control="sandbox" in operation.get("tags", ()),
            signature=operation.get("x-signature"),
        )

    def _parameter(self, parameter: Json) -> Field:
        schema = parameter["schema"]
        return Field(
            name=parameter["name"],
            type=self._type(schema),
            description=parameter.get("description", ""),
            rules=_rules(self.resolved(schema)),
            basis=_basis(parameter),
            required=parameter.get("required", False),
            place=parameter["in"],
        )

    def _answer(self, status: str, answer: Json) -> Answer:
        described = self.resolved(answer)
        media = described.get("content", {}).get("application/json", {})
        return Answer(
            status=status,
            description=described.get("description", ""),
            type=self._type(media["schema"]) if media else None,
            examples=_examples(media),
            basis=_basis(described),
        )

    # objects

    def _schema(self, name: str, schema: Json) -> Schema:
        return Schema(
            name=name,
            description=schema.get("description", ""),
            type=self._type(schema),
            fields=tuple(self._fields_of(schema)),
            rules=_rules(schema),
            examples=tuple(schema.get("examples", ())),
            basis=_basis(schema),
        )

    def _fields_of(self, schema: Json, depth: int = 0) -> Iterator[Field]:
        """Yield the fields of an object, those of objects without a name of their own nested below theirs."""
        described = self.resolved(schema) if depth == 0 else schema
        for part in described.get("allOf", ()):
            yield from self._fields_of(part, depth)
        required = described.get("required", ())
        for name, given in described.get("properties", {}).items():
            target = self.resolved(given)
            yield Field(
                name=name,
                type=self._type(given),
                description=given.get("description") or target.get("description", ""),
                rules=_rules(given) or _rules(target),
                basis=_basis(given),
                required=name in required,
                depth=depth,
                is_secret=bool(target.get("writeOnly") or target.get("x-secret")),
            )
            if "$ref" not in given:
                yield from self._fields_of(given, depth + 1)
                if "$ref" not in given.get("items", {"$ref": ""}):
                    yield from self._fields_of(given["items"], depth + 1)

    def _type(self, schema: Json) -> Type:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return Type(name, (name,))
        for part, joint in (("oneOf", " or "), ("anyOf", " or "), ("allOf", " and ")):
            if part in schema:
                types = [self._type(branch) for branch in schema[part]]
                links = tuple(link for each in types for link in each.links)
                return Type(joint.join(each.text for each in types), links)
        kinds = schema.get("type", "any JSON")
        text = kinds if isinstance(kinds, str) else " or ".join(kinds)
        if text.startswith("array"):
            items = self._type(schema.get("items", {}))
            return Type(f"list of {items.text}", items.links)
        return Type(f"{text} ({schema['format']})" if "format" in schema else text)


def _examples(media: Json) -> tuple[Example, ...]:
    named = media.get("examples", {})
    if "example" in media:
        return (Example(title="Example", value=media["example"]),)
    return tuple(Example(title=each.get("summary", name), value=each.get("value")) for name, each in named.items())


def _rules(schema: Json) -> tuple[str, ...]:
    rules = []
    if "const" in schema:
        rules.append(f"always `{_plain(schema['const'])}`")
    for name, text in (("enum", "one of"), ("x-extensible-enum", "may grow:")):
        if name in schema:
            values = [f"`{_plain(value)}`" for value in schema[name][:_LONGEST_LIST]]
            rules.append(f"{text} {', '.join(values)}")
    if "pattern" in schema:
        rules.append(f"form `{schema['pattern']}`")
    rules += [text.format(_plain(schema[name])) for name, text in _LIMITS if name in schema]
    if "default" in schema:
        rules.append(f"by default `{_plain(schema['default'])}`")
    return tuple(rules)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _basis(node: Json) -> Basis:
    decisions = node.get("x-decision", ())
    return Basis(
        node.get("x-basis"),
        tuple(node.get("x-statements", ())),
        (decisions,) if isinstance(decisions, str) else tuple(decisions),
    )
