"""Where the keywords of a schema stand, and which of them a body keeps or breaks.

A keyword here is one that a value itself can break: ``maxLength``, ``enum``, ``required`` and the like, and the choices
``oneOf``, ``anyOf`` and ``not``. It is called by the schema that has it and the way inside that schema, such as
``PaymentRequest/properties/comment/maxLength``.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from typing import Any

import attrs
import jsonschema_rs

from qiwi_payin_contract.description import Description, description

__all__ = ["Form", "forms"]

_JUDGING = frozenset(
    {
        "additionalProperties",
        "anyOf",
        "const",
        "enum",
        "format",
        "maxItems",
        "maxLength",
        "maximum",
        "minItems",
        "minLength",
        "minProperties",
        "minimum",
        "multipleOf",
        "not",
        "oneOf",
        "pattern",
        "required",
        "type",
        "uniqueItems",
    }
)
_ONE = ("items", "then", "else", "contains", "additionalProperties", "unevaluatedProperties")
_LISTED = ("allOf", "oneOf", "anyOf", "prefixItems")
_NAMED = ("properties", "dependentSchemas", "patternProperties")
_LITERAL = ("enum", "const", "required")
_CHOICES = frozenset({"oneOf", "anyOf"})
_HELD = "/$defs/"
_REFERENCE = "#/components/schemas/"


@attrs.define(frozen=True, slots=False, eq=False)
class Form:
    """The schema of a body.

    Attributes:
        name: of the schema, or of the operation and part where the schema has no name of its own.
        places: all keywords, in the order of the schema.
    """

    name: str
    _schemas: Mapping[str, Any] = attrs.field(repr=False)

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Names of all keywords."""
        return tuple(dict.fromkeys(_keywords(self._schemas, self.name)))

    @cached_property
    def _validator(self) -> Any:
        schema = {"$defs": self._schemas, "$ref": f"#{_HELD}{self.name}"}
        return jsonschema_rs.Draft202012Validator(schema, validate_formats=True, mask="the value")

    def fits(self, value: Any) -> bool:
        """Tell whether a body fits the schema."""
        return bool(self._validator.is_valid(value))

    def kept(self, value: Any) -> tuple[str, ...]:
        """List the keywords that a body which fits the schema keeps; those of a branch not taken are none of them."""
        looked = self._validator.evaluate(value).list()["details"]
        left = tuple(f"{one['evaluationPath']}/" for one in looked if not one["valid"])
        known = frozenset(self.places)
        kept = [
            one["schemaLocation"].removeprefix(_HELD)
            for one in looked
            if one["valid"] and not (left and one["evaluationPath"].startswith(left))
        ]
        # jsonschema_rs 0.60 joins some ``required`` with ``properties`` and does not tell of it.
        kept += [f"{place.removesuffix('properties')}required" for place in kept if place.endswith("/properties")]
        return tuple(dict.fromkeys(place for place in kept if place in known))

    def broken(self, value: Any) -> tuple[str, ...]:
        """List the keywords that a body breaks; within a choice, those of the branches that it comes nearest to."""
        return tuple(dict.fromkeys(_broken(self._validator.iter_errors(value))))


@cache
def forms() -> Mapping[tuple[str, str], Form]:
    """The forms of all bodies of the installed description, by operation and ``request`` or status."""
    return dict(_forms(description()))


def _forms(described: Description) -> Iterator[tuple[tuple[str, str], Form]]:
    schemas = {name: _bare(schema) for name, schema in described.document["components"]["schemas"].items()}
    made: dict[str, Form] = {}
    for operation in described.operations.values():
        bodies = {"request": operation.node.get("requestBody", {}), **operation.node["responses"]}
        for part, node in bodies.items():
            schema = described.resolved(node).get("content", {}).get("application/json", {}).get("schema")
            if schema is None:
                continue
            name = schema.get("$ref", "").removeprefix(_REFERENCE)
            if not name:
                name = f"{operation.id}-{part}"
                schemas[name] = _bare(schema)
            yield (operation.id, part), made.setdefault(name, Form(name, schemas))


def _bare(schema: Any) -> Any:
    """Copy a schema without what says nothing about values, so that looking at one costs little."""
    if not isinstance(schema, dict):
        return schema
    bare: dict[str, Any] = {}
    for keyword, value in schema.items():
        match keyword:
            case "$ref":
                bare[keyword] = f"#{_HELD}{value.removeprefix(_REFERENCE)}"
            case "properties" | "dependentSchemas" | "patternProperties":
                bare[keyword] = {name: _bare(inner) for name, inner in value.items()}
            case "allOf" | "oneOf" | "anyOf" | "prefixItems":
                bare[keyword] = [_bare(inner) for inner in value]
            case "title" | "description" | "example" | "examples" | "default" | "discriminator":
                continue
            case _ if keyword.startswith("x-"):
                continue
            case _:
                bare[keyword] = value if keyword in _LITERAL else _bare(value)
    return bare


def _keywords(schemas: Mapping[str, Any], name: str) -> Iterator[str]:
    waiting: list[tuple[str, Any]] = [(name, schemas[name])]
    seen = {name}
    while waiting:
        place, schema = waiting.pop()
        if not isinstance(schema, dict):
            continue
        inner: list[tuple[str, Any]] = []
        for keyword, value in schema.items():
            if _judges(keyword, value):
                yield f"{place}/{keyword}"
            if keyword == "$ref" and (target := value.removeprefix(f"#{_HELD}")) not in seen:
                seen.add(target)
                inner.append((target, schemas[target]))
            if keyword in _ONE:
                inner.append((f"{place}/{keyword}", value))
            if keyword in _LISTED:
                inner += [(f"{place}/{keyword}/{index}", item) for index, item in enumerate(value)]
            if keyword in _NAMED:
                inner += [(f"{place}/{keyword}/{_escaped(key)}", item) for key, item in value.items()]
        waiting += reversed(inner)


def _judges(keyword: str, value: Any) -> bool:
    match keyword:
        case "additionalProperties":
            return value is False
        case "format":
            return _is_judged(value)
        case _:
            return keyword in _JUDGING


@cache
def _is_judged(name: str) -> bool:
    """Whether a format is one that the validator looks at; of others, such as ``decimal``, it takes every value."""
    checker = jsonschema_rs.Draft202012Validator({"format": name}, validate_formats=True)
    return not (checker.is_valid("\N{NULL} (") and checker.is_valid(""))


def _broken(errors: Iterable[Any]) -> Iterator[str]:
    for error in errors:
        steps = [_escaped(str(step)) for step in error.schema_path]
        yield "/".join(steps[1:])
        if steps[-1] in _CHOICES and error.kind.context:
            branches = [list(_broken(branch)) for branch in error.kind.context]
            fewest = min(map(len, branches))
            yield from (place for branch in branches if len(branch) == fewest for place in branch)


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")
