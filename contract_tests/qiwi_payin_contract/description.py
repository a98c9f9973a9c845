"""The OpenAPI description as the suite reads it: operations, schemas, statements."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import Any, Self
from urllib.parse import quote, unquote

import attrs
import jsonschema_rs
from qiwi_payin_description import load

__all__ = ["Description", "Operation", "description"]

_METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")


@attrs.define(frozen=True, slots=False)
class Operation:
    """One operation of the description.

    Attributes:
        id: operationId.
        method: upper case.
        template: path with names in braces.
        node: the operation's object in the description.
    """

    id: str
    method: str
    template: str
    node: Mapping[str, Any] = attrs.field(repr=False, eq=False)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the ids in the path."""
        return tuple(re.findall(r"{(\w+)}", self.template))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(self.template)))

    def path(self, ids: Mapping[str, str]) -> str:
        """Fill ids into the path, percent-encoded.

        Raises:
            KeyError: an id is missing.
        """
        return re.sub(r"{(\w+)}", lambda match: quote(ids[match.group(1)], safe=""), self.template)

    def ids_in(self, path: str) -> dict[str, str] | None:
        """Read the ids, decoded, out of a path; None where it is another path."""
        match = self._pattern.fullmatch(path)
        return None if match is None else {name: unquote(value) for name, value in match.groupdict().items()}


@attrs.define(frozen=True, slots=False, eq=False)
class Description:
    """A bundled OpenAPI 3.1 document with what the suite asks of it."""

    document: Mapping[str, Any] = attrs.field(repr=False)

    @classmethod
    def loaded(cls) -> Self:
        """Read the description that is installed with this package."""
        return cls(load("openapi"))

    @cached_property
    def operations(self) -> dict[str, Operation]:
        """Operations by id, in the order of the document."""
        return {
            node["operationId"]: Operation(node["operationId"], method.upper(), path, node)
            for path, item in self.document["paths"].items()
            for method, node in item.items()
            if method in _METHODS
        }

    @cached_property
    def templates(self) -> frozenset[str]:
        """Path templates."""
        return frozenset(self.document["paths"])

    def match(self, method: str, path: str) -> tuple[Operation | None, dict[str, str]]:
        """Find the operation of a request, and the ids in its path; ids are found for wrong methods too."""
        ids: dict[str, str] = {}
        for operation in self.operations.values():
            found = operation.ids_in(path)
            if found is None:
                continue
            if operation.method == method.upper():
                return operation, found
            ids = found
        return None, ids

    def on_path(self, path: str) -> tuple[str, ...]:
        """Ids of the operations that a path has."""
        return tuple(operation.id for operation in self.operations.values() if operation.ids_in(path) is not None)

    def at(self, pointer: str) -> Any:
        """Follow a local reference such as ``#/components/schemas/Bill``."""
        node: Any = self.document
        for part in pointer.removeprefix("#/").split("/"):
            node = node[part.replace("~1", "/").replace("~0", "~")]
        return node

    def resolved(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """Follow ``$ref`` until a node has none."""
        while "$ref" in node:
            node = self.at(node["$ref"])
        return node

    def answer(self, operation_id: str, status: int) -> Mapping[str, Any] | None:
        """Response object of an operation for a status; None where the status is not documented."""
        responses = self.operations[operation_id].node["responses"]
        node = responses.get(str(status)) or responses.get(f"{status // 100}XX") or responses.get("default")
        return None if node is None else self.resolved(node)

    def validator(self, schema: Mapping[str, Any]) -> Any:
        """A jsonschema_rs validator of a schema of this document, whose messages do not show values."""
        return _validator(self, _Held(schema))

    def errors(self, schema: Mapping[str, Any], value: Any) -> Iterator[str]:
        """List what is wrong with a value under a schema of this document: place, rule, and statements on that field.

        The value itself is not shown, for it may be a secret.
        """
        for error in self.validator(schema).iter_errors(value):
            path = list(error.instance_path)
            missing = getattr(error.kind, "property", None)
            rests_on = self.statements_at(schema, [*path, missing] if isinstance(missing, str) else path)
            place = "/".join(map(str, path)) or "the body"
            yield f"{place}: {error.message}" + (f" ({', '.join(rests_on)})" if rests_on else "")

    def statements_at(self, schema: Mapping[str, Any], path: Sequence[str | int]) -> tuple[str, ...]:
        """List the statements on the field at a place of a value, or else on the schema of what stands there."""
        nodes = [schema]
        for part in path:
            nodes = [inner for node in nodes for inner in self._inside(node, part)]
        own = [name for node in nodes for name in node.get("x-statements", ())]
        named = own or [name for node in nodes for name in self.resolved(node).get("x-statements", ())]
        return tuple(dict.fromkeys(named)) if path else ()

    def _inside(self, node: Mapping[str, Any], part: str | int) -> Iterator[Mapping[str, Any]]:
        if "$ref" in node:
            yield from self._inside(self.at(node["$ref"]), part)
        for combined in ("allOf", "oneOf", "anyOf"):
            for branch in node.get(combined, ()):
                yield from self._inside(branch, part)
        inner = node.get("items") if isinstance(part, int) else node.get("properties", {}).get(part)
        if isinstance(inner, Mapping):
            yield inner

    def webhook_schema(self, name: str) -> Mapping[str, Any]:
        """Schema of a notification's body."""
        node = self.document["webhooks"][name]["post"]["requestBody"]
        schema: Mapping[str, Any] = self.resolved(node)["content"]["application/json"]["schema"]
        return schema

    def answer_schema(self, operation_id: str, status: int) -> Mapping[str, Any] | None:
        """Schema of an answer's JSON body; None where there is none."""
        answer = self.answer(operation_id, status)
        media = {} if answer is None else answer.get("content", {}).get("application/json", {})
        return media.get("schema")


class _Held:
    """Makes a schema hashable by what it says, so that its validator is built once."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.schema = schema
        self._key = repr(schema)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other._key == self._key


@cache
def _validator(described: Description, held: _Held) -> Any:
    document = described.document
    schema = {"components": document.get("components", {}), "allOf": [held.schema]}
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True, mask="the value")


@cache
def description() -> Description:
    """The installed description, read once."""
    return Description.loaded()
