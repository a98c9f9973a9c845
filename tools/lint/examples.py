"""Rules on examples and defaults: each must be valid against the schema that it illustrates, to the last digit."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import jsonschema_rs

from tools.lint.document import Document, Finding
from tools.objects import Node, pointer

_BASE = "urn:description"


def patterns_compile(document: Document) -> Iterator[Finding]:
    """Every pattern is a regular expression of the JSON Schema dialect."""
    for node in document.of_kind("schema"):
        for pattern in [node.value.get("pattern", ""), *node.value.get("patternProperties", {})]:
            try:
                jsonschema_rs.Draft202012Validator({"pattern": pattern})
            except jsonschema_rs.ValidationError:
                yield Finding(node.pointer, "pattern", f"{pattern!r} is not a regular expression")


def examples_are_valid(document: Document) -> Iterator[Finding]:
    """Every example and default fits its schema, in media types, parameters, headers and schemas alike."""
    registry = jsonschema_rs.Registry([(_BASE, document.root)], draft=jsonschema_rs.Draft202012)
    for node in document.of_kind("mediaType", "parameter", "header", "schema"):
        samples = list(_samples(document, node))
        if not samples:
            continue
        schema = node.tokens if node.kind == "schema" else (*node.tokens, "schema")
        if node.kind != "schema" and "schema" not in node.value:
            yield Finding(node.pointer, "example-schema", "there is an example, and no schema that it could fit")
            continue
        try:
            validator = jsonschema_rs.Draft202012Validator(
                {"$ref": f"{_BASE}#{quote(pointer(schema))}"}, registry=registry, validate_formats=True
            )
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
            yield Finding(node.pointer, "schema", str(error).splitlines()[0])
            continue
        for code, place, sample in samples:
            for broken in validator.iter_errors(sample):
                where = pointer(tuple(str(part) for part in broken.instance_path))
                yield Finding(f"{node.pointer}/{place}{where}", code, broken.message)


def _samples(document: Document, node: Node) -> Iterator[tuple[str, str, Any]]:
    value = node.value
    if "example" in value:
        yield "example", "example", value["example"]
    if node.kind == "schema" and "default" in value:
        yield "default", "default", value["default"]
    match value.get("examples"):
        case list() as samples if node.kind == "schema":
            for index, sample in enumerate(samples):
                yield "example", f"examples/{index}", sample
        case dict() as named if node.kind != "schema":
            for name, example in named.items():
                content = document.resolved(example)
                if "value" in content:
                    yield "example", f"examples{pointer((name,))}/value", content["value"]


RULES = (patterns_compile, examples_are_valid)
