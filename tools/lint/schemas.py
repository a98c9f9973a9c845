"""Rules on schemas: what validators judge differently, and what generated code cannot name."""

import re
from collections.abc import Iterator
from decimal import Decimal

from tools.lint.document import Document, Finding

_RESERVED = frozenset({"from_dict", "to_dict", "additional_properties"})


def money_has_no_step(document: Document) -> Iterator[Finding]:
    """No fractional `multipleOf`: most validators compute it in floats and refuse sums such as 4.35."""
    for node in document.of_kind("schema"):
        step = node.value.get("multipleOf")
        if isinstance(step, Decimal) and step != step.to_integral_value():
            yield Finding(node.pointer, "money-step", f"multipleOf {step} is judged in floats by most validators")


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


RULES = (money_has_no_step, properties_can_be_named, enum_values_can_be_named)
