"""Rules on schemas: what validators judge differently, and what generated code cannot name."""

import re
from collections.abc import Iterator
from decimal import Decimal

from tools.lint.document import Document, Finding
from tools.objects import Node

_RESERVED = frozenset({"from_dict", "to_dict", "additional_properties", "outcome"})
_OUTCOMES = ("success", "failure")
_SAME_VALUE = frozenset({"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas"})


def money_has_no_step(document: Document) -> Iterator[Finding]:
    """No fractional `multipleOf`: most validators compute it in floats and refuse sums such as 4.35."""
    for node in document.of_kind("schema"):
        step = node.value.get("multipleOf")
        if isinstance(step, Decimal) and step != step.to_integral_value():
            yield Finding(node.pointer, "money-step", f"multipleOf {step} is judged in floats by most validators")


def inline_objects_are_titled(document: Document) -> Iterator[Finding]:
    """An object that is no component of its own has a title, which names the class generated for it."""
    for node in document.of_kind("schema"):
        inline = node.parent is not None and node.parent.kind != "components"
        unnamed = node.value.get("properties") and not node.value.get("title")
        if inline and unnamed and not _only_adds(node):
            yield Finding(node.pointer, "object-title", "an object within another schema has no title")


def properties_can_be_named(document: Document) -> Iterator[Finding]:
    """No property takes the name of a method that every generated model has."""
    for node in document.of_kind("schema"):
        for name in node.value.get("properties", {}):
            if re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower() in _RESERVED:
                yield Finding(node.pointer, "property-name", f"{name} hides a method of the generated model")


def enum_values_can_be_named(document: Document) -> Iterator[Finding]:
    """Values of an enum stay different as constants, in upper case and without punctuation."""
    for node in document.of_kind("schema"):
        names: dict[str, object] = {}
        for value in [*node.value.get("enum", []), *node.value.get("x-extensible-enum", [])]:
            name = re.sub(r"[^A-Z0-9]+", "_", str(value).upper()).strip("_")
            if name in names:
                yield Finding(node.pointer, "enum-name", f"{value!r} and {names[name]!r} are one constant, {name}")
            names[name] = value


def outcomes_are_values(document: Document) -> Iterator[Finding]:
    """`x-outcomes` says of values of the enum beside it, and of no others, that they are final: good or bad."""
    for node in document.of_kind("schema"):
        for value, outcome in node.value.get("x-outcomes", {}).items():
            if value not in node.value.get("enum", []):
                yield Finding(node.pointer, "outcome-value", f"{value} is no value of the enum")
            if outcome not in _OUTCOMES:
                yield Finding(node.pointer, "outcome-name", f"{outcome!r} is none of {', '.join(_OUTCOMES)}")


def sums_are_required(document: Document) -> Iterator[Finding]:
    """Each place of `x-sums` is a required property, or one of each item of a list that is required."""
    for node in document.of_kind("schema"):
        for place in node.value.get("x-sums", {}).values():
            schemas = [node.value]
            for name in place.split("."):
                parts = [part for schema in schemas for part in document.conjuncts(schema)]
                if not any(name in part.get("required", []) for part in parts):
                    yield Finding(node.pointer, "sum-place", f"{place}: {name} is not required")
                properties = [part["properties"][name] for part in parts if name in part.get("properties", {})]
                inner = [part for schema in properties for part in document.conjuncts(schema)]
                schemas = [part.get("items", part) for part in inner]


def required_properties_are_declared(document: Document) -> Iterator[Finding]:
    """What a schema requires, it or a schema around it declares, unless it stands inside `not`."""
    for node in document.of_kind("schema"):
        around = list(_applied_with(node))
        if "not" in {keyword for keyword, _ in around}:
            continue
        parts = [part for _, schema in [("", node), *around] for part in document.conjuncts(schema.value)]
        declared = {name for part in parts for name in part.get("properties", {})}
        for name in node.value.get("required", []):
            if name not in declared:
                yield Finding(node.pointer, "required-property", f"{name} is required, and declared nowhere")


def _only_adds(node: Node) -> bool:
    """Whether the schema says more about a value that is declared elsewhere, and so gets no class."""
    steps = [(around, inner) for inner, around in zip([node, *node.ancestors()], node.ancestors(), strict=False)]
    keywords = [inner.tokens[len(outer.tokens)] for outer, inner in steps if outer.kind == "schema"]
    return keywords[:1] == ["allOf"] or bool({"not", "if", "then", "else", "dependentSchemas"} & set(keywords))


def _applied_with(node: Node) -> Iterator[tuple[str, Node]]:
    """The schemas around this one that apply to the same value, each with the keyword that leads on from it."""
    inner = node
    for outer in node.ancestors():
        keyword = inner.tokens[len(outer.tokens)]
        if outer.kind != "schema" or keyword not in _SAME_VALUE:
            return
        yield keyword, outer
        inner = outer


RULES = (
    required_properties_are_declared,
    inline_objects_are_titled,
    money_has_no_step,
    properties_can_be_named,
    enum_values_can_be_named,
    outcomes_are_values,
    sums_are_required,
)
