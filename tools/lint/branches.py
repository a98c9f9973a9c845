"""Rules on alternatives: exactly one branch of a `oneOf` may fit, and anyone must be able to tell which."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from tools.documents import json_text
from tools.lint.document import Document, Finding

_TYPES = frozenset({"null", "boolean", "number", "string", "array", "object"})
_ANY = None
_Schema = dict[str, Any]


def branches_exclude_each_other(document: Document) -> Iterator[Finding]:
    """Two branches of a `oneOf` differ in type, or in the values or the presence of a common property."""
    for node in document.of_kind("schema"):
        for (one, first), (two, second) in combinations(enumerate(node.value.get("oneOf", [])), 2):
            if not _exclusive(document, document.conjuncts(first), document.conjuncts(second)):
                yield Finding(
                    f"{node.pointer}/oneOf/{two}",
                    "one-of-overlap",
                    f"nothing tells this branch from branch {one}: no type, constant or required property",
                )


def discriminators_are_constants(document: Document) -> Iterator[Finding]:
    """Each branch under a discriminator requires it with a constant, and the mapping says the same.

    The last branch may stay open, for values that are not known yet.
    """
    for node in document.of_kind("schema"):
        discriminator = node.value.get("discriminator")
        if not isinstance(discriminator, dict):
            continue
        name = str(discriminator.get("propertyName"))
        branches = [*node.value.get("oneOf", []), *node.value.get("anyOf", [])]
        for index, branch in enumerate(branches):
            parts = document.conjuncts(branch)
            place = f"{node.pointer}/{'oneOf' if 'oneOf' in node.value else 'anyOf'}/{index}"
            if not _required(parts, name):
                yield Finding(place, "discriminator-required", f"{name} is not required")
            if _values(document, parts, name) is _ANY and index < len(branches) - 1:
                yield Finding(place, "discriminator-const", f"{name} has no constant")
        for value, target in discriminator.get("mapping", {}).items():
            reference = target if "/" in target else f"#/components/schemas/{target}"
            values = _values(document, document.conjuncts({"$ref": reference}), name)
            if document.target(reference) is None:
                yield Finding(node.pointer, "discriminator-mapping", f"{value} is mapped to {target}: nothing is there")
            elif values is _ANY or json_text(value) not in values:
                yield Finding(node.pointer, "discriminator-mapping", f"{target} is not for {name} {value}")


def _exclusive(document: Document, one: list[_Schema], two: list[_Schema], opened: tuple[int, ...] = ()) -> bool:
    """Whether no value fits all schemas of both lists; `opened` are those whose alternatives are being tried."""
    return (
        not _types(one) & _types(two)
        or _apart(_own_values(one), _own_values(two))
        or _told_by_property(document, one, two)
        or _forbids_required(one, two)
        or _forbids_required(two, one)
        or _each_alternative_apart(document, one, two, opened)
        or _each_alternative_apart(document, two, one, opened)
    )


def _each_alternative_apart(
    document: Document, parts: list[_Schema], other: list[_Schema], opened: tuple[int, ...]
) -> bool:
    for part in parts:
        for keyword in ("oneOf", "anyOf"):
            if keyword in part and id(part) not in opened:
                rest = [known for known in parts if known is not part]
                return all(
                    _exclusive(document, [*document.conjuncts(branch), *rest], other, (*opened, id(part)))
                    for branch in part[keyword]
                )
    return False


def _types(parts: list[_Schema]) -> frozenset[str]:
    allowed = _TYPES
    for part in parts:
        if "type" in part:
            named = part["type"] if isinstance(part["type"], list) else [part["type"]]
            allowed &= {"number" if name == "integer" else name for name in named}
    return allowed


def _own_values(parts: list[_Schema]) -> set[str] | None:
    """The values that `const` and `enum` leave, as JSON; None where they leave any."""
    allowed: set[str] | None = _ANY
    for part in parts:
        listed = [part["const"]] if "const" in part else part.get("enum")
        if listed is not None:
            texts = {json_text(value) for value in listed}
            allowed = texts if allowed is _ANY else allowed & texts
    return allowed


def _refused_values(parts: list[_Schema]) -> set[str]:
    refused = [
        part["not"] for part in parts if isinstance(part.get("not"), dict) and set(part["not"]) <= {"const", "enum"}
    ]
    return {text for schema in refused for text in _own_values([schema]) or ()}


def _values(document: Document, parts: list[_Schema], name: str) -> set[str] | None:
    return _own_values(_property(document, parts, name))


def _property(document: Document, parts: list[_Schema], name: str) -> list[_Schema]:
    schemas = [part["properties"][name] for part in parts if name in part.get("properties", {})]
    return [inner for schema in schemas for inner in document.conjuncts(schema)]


def _apart(one: set[str] | None, two: set[str] | None) -> bool:
    return one is not _ANY and two is not _ANY and not one & two


def _told_by_property(document: Document, one: list[_Schema], two: list[_Schema]) -> bool:
    if _types(one) != {"object"} or _types(two) != {"object"}:
        return False
    names = {name for part in one for name in part.get("properties", {})}
    for name in names:
        if not (_required(one, name) or _required(two, name)):
            continue
        here, there = _property(document, one, name), _property(document, two, name)
        if not there:
            continue
        values, others = _own_values(here), _own_values(there)
        if (
            _apart(values, others)
            or not _types(here) & _types(there)
            or (values is not _ANY and values <= _refused_values(there))
            or (others is not _ANY and others <= _refused_values(here))
        ):
            return True
    return False


def _required(parts: list[_Schema], name: str) -> bool:
    return any(name in part.get("required", []) for part in parts)


def _forbids_required(one: list[_Schema], two: list[_Schema]) -> bool:
    """Whether the first schemas forbid a property that the second ones require."""
    if _types(one) != {"object"} or _types(two) != {"object"}:
        return False
    forbidden = {name for part in one for name, schema in part.get("properties", {}).items() if schema is False}
    for part in one:
        refused = part.get("not")
        if isinstance(refused, dict):
            for schema in [refused, *refused.get("anyOf", [])]:
                if isinstance(schema, dict) and set(schema) == {"required"} and len(schema["required"]) == 1:
                    forbidden.update(schema["required"])
    return any(_required(two, name) for name in forbidden)


RULES = (branches_exclude_each_other, discriminators_are_constants)
