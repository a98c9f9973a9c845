"""What the description says of schemas and operations, for the code that the client's templates write.

openapi-python-client drops what it has no use for (extensions, texts beside a reference, webhooks), so texts and
extensions are looked up here, by the title that each object schema has.
"""

from collections.abc import Iterator
from typing import Any

from tools.objects import at, tokens_of


class Source:
    """The description, joined and under the client overlay."""

    def __init__(self, description: dict[str, Any]) -> None:
        self.description = description
        self._schemas = {
            schema["title"]: schema
            for schema in _objects(description["components"]["schemas"])
            if isinstance(schema.get("title"), str)
        }

    def schema(self, title: str) -> dict[str, Any]:
        """The object schema with this title."""
        return self._schemas[title]

    def resolved(self, value: dict[str, Any]) -> dict[str, Any]:
        """What a reference leads to, with what stands beside it laid over; anything else is itself."""
        if "$ref" not in value:
            return value
        beside = {key: item for key, item in value.items() if key != "$ref"}
        target: dict[str, Any] = at(self.description, tokens_of(value["$ref"].removeprefix("#")))
        return self.resolved(target) | beside

    def properties(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The properties of an object schema, those of its `allOf` included, each with its references resolved."""
        found: dict[str, Any] = {}
        for part in schema.get("allOf", []):
            found |= self.properties(self.resolved(part))
        return found | {name: self.resolved(value) for name, value in schema.get("properties", {}).items()}


def is_secret(schema: dict[str, Any]) -> bool:
    """Whether the description wants a property's value never to be shown."""
    return bool(schema.get("writeOnly") or schema.get("x-secret"))


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from _objects(item)
    elif isinstance(value, list):
        for item in value:
            yield from _objects(item)
