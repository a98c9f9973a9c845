"""Which OpenAPI 3.1 object stands where.

A tool that treats every mapping with a `$ref` key as a reference breaks examples, and one that looks for schemas by the
name of a key finds properties that happen to be called so. The table here says by position what a value is; `walk` goes
through a document by it. Data (examples, defaults, enums, extensions) is never entered.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

SECTIONS: Final[Mapping[str, str]] = {
    "schema": "schemas",
    "response": "responses",
    "parameter": "parameters",
    "example": "examples",
    "requestBody": "requestBodies",
    "header": "headers",
    "securityScheme": "securitySchemes",
    "link": "links",
    "callback": "callbacks",
    "pathItem": "pathItems",
}
"""The section of `components` for each kind of object that can be there, in the order of the specification."""

# A field holds one object (`schema`), a list of them (`list schema`), a mapping whose every key is a name chosen by the
# author (`map schema`), or one whose keys beginning with x- are extensions (`pattern pathItem`).
_FIELDS: Final[Mapping[str, Mapping[str, str]]] = {
    "openapi": {"paths": "pattern pathItem", "webhooks": "map pathItem", "components": "components"},
    "components": {section: f"map {kind}" for kind, section in SECTIONS.items()},
    "pathItem": {"parameters": "list parameter", **dict.fromkeys(METHODS, "operation")},
    "operation": {
        "parameters": "list parameter",
        "requestBody": "requestBody",
        "responses": "pattern response",
        "callbacks": "map callback",
    },
    "callback": {"": "pattern pathItem"},
    "parameter": {"schema": "schema", "content": "map mediaType", "examples": "map example"},
    "header": {"schema": "schema", "content": "map mediaType", "examples": "map example"},
    "requestBody": {"content": "map mediaType"},
    "response": {"headers": "map header", "content": "map mediaType", "links": "map link"},
    "mediaType": {"schema": "schema", "examples": "map example", "encoding": "map encoding"},
    "encoding": {"headers": "map header"},
    "schema": {
        **dict.fromkeys(("$defs", "properties", "patternProperties", "dependentSchemas"), "map schema"),
        **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), "list schema"),
        **dict.fromkeys(
            (
                "items",
                "contains",
                "additionalProperties",
                "unevaluatedItems",
                "unevaluatedProperties",
                "propertyNames",
                "not",
                "if",
                "then",
                "else",
                "contentSchema",
            ),
            "schema",
        ),
    },
}


@dataclass(frozen=True)
class Node:
    """An OpenAPI object, or a reference that stands for one, at its place in a document."""

    kind: str
    value: dict[str, Any]
    tokens: tuple[str, ...] = ()
    parent: "Node | None" = None

    @property
    def pointer(self) -> str:
        """The place as a JSON pointer, the root being `#`."""
        return "#" + pointer(self.tokens)

    def ancestors(self) -> "Iterator[Node]":
        """The objects around this one, nearest first."""
        around = self.parent
        while around is not None:
            yield around
            around = around.parent

    def children(self) -> "Iterator[Node]":
        """The objects directly inside this one, in document order; none in a reference but what stands beside it."""
        for field, content, tokens in self._fields():
            shape, _, kind = content.rpartition(" ")
            value = self.value if not field else self.value[field]
            for more, child in _members(shape, value):
                if isinstance(child, dict):
                    yield Node(kind, child, self.tokens + tokens + more, self)

    def _fields(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        known = _FIELDS.get(self.kind, {})
        if "" in known:
            yield "", known[""], ()
            return
        for field in self.value:
            if field in known:
                yield field, known[field], (field,)


def _members(shape: str, value: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not shape:
        yield (), value
    elif shape == "list" and isinstance(value, list):
        for index, item in enumerate(value):
            yield (str(index),), item
    elif shape in {"map", "pattern"} and isinstance(value, dict):
        for name, item in value.items():
            if shape == "map" or not name.startswith("x-"):
                yield (name,), item


def walk(node: Node) -> Iterator[Node]:
    """The object and all objects inside it, depth first, in document order. References are not followed."""
    yield node
    for child in node.children():
        yield from walk(child)


def pointer(tokens: tuple[str, ...]) -> str:
    """Join the tokens of a JSON pointer (RFC 6901)."""
    return "".join("/" + token.replace("~", "~0").replace("/", "~1") for token in tokens)


def tokens_of(text: str) -> tuple[str, ...]:
    """Split a JSON pointer into its tokens.

    Raises:
        LookupError: the text is not empty and does not begin with a slash.
    """
    if not text:
        return ()
    if not text.startswith("/"):
        raise LookupError(f"{text!r} is not a JSON pointer")
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in text[1:].split("/"))


def at(document: Any, tokens: tuple[str, ...]) -> Any:
    """The value at a place in a document.

    Raises:
        LookupError: there is nothing there.
    """
    value = document
    for position, token in enumerate(tokens):
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and token.isdecimal() and int(token) < len(value):
            value = value[int(token)]
        else:
            raise LookupError(f"nothing at {pointer(tokens[: position + 1])}")
    return value
