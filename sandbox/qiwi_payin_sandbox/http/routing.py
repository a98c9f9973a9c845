"""Routes, read from the description: which operation a method and a path name, and what its request must look like."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote_to_bytes

from qiwi_payin_sandbox.description import base_path, resolved
from qiwi_payin_sandbox.http.errors import FieldsError, MissingError
from qiwi_payin_sandbox.http.validation import BodyValidator, Schema
from qiwi_payin_sandbox.operations.call import Operation

_METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
_CONTROL_TAG = "sandbox"
_SITE_KEY = "accessKey"
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_BAD_ID = "Must be 1 to 200 letters, digits and ._:~-, and not start with a dot"


class DescriptionError(Exception):
    """The description and the handlers do not fit each other."""


@dataclass(frozen=True, slots=True)
class Route:
    """One operation: its handler and the rules of its request."""

    operation_id: str
    handler: Operation
    is_control: bool
    parameters: Mapping[str, Schema] = field(repr=False)
    body: BodyValidator | None = field(repr=False)
    body_required: bool = False
    query: Mapping[str, Schema] = field(default_factory=dict, repr=False)
    takes_site_keys: bool = True
    largest_body: int | None = None

    def read_query(self, text: str) -> dict[str, Any]:
        """Return the parameters of a query that the operation knows; what it does not know is ignored.

        Raises:
            FieldsError: One breaks its rule, or is given twice.
        """
        if not self.query or not text:
            return {}
        values: dict[str, Any] = {}
        wrong: dict[str, list[str]] = {}
        for name, given in parse_qs(text, keep_blank_values=True).items():
            validator = self.query.get(name)
            if validator is None:
                continue
            value: Any = int(given[0]) if _WHOLE_NUMBER.fullmatch(given[0]) else given[0]
            if len(given) > 1:
                wrong[name] = ["Given more than once"]
            elif validator.is_valid(given[0]):
                values[name] = given[0]
            elif validator.is_valid(value):
                values[name] = value
            else:
                wrong[name] = validator.broken_rules(value)
        if wrong:
            raise FieldsError(wrong)
        return values

    def check_parameters(self, values: Mapping[str, str]) -> None:
        """Check path parameters, all or some.

        Raises:
            FieldsError: One breaks its rule.
        """
        wrong = {name: [_BAD_ID] for name, value in values.items() if not self.parameters[name].is_valid(value)}
        if wrong:
            raise FieldsError(wrong)


@dataclass(slots=True)
class _Node:
    fixed: dict[str, "_Node"] = field(default_factory=dict)
    variable: tuple[str, "_Node"] | None = None
    routes: dict[str, Route] = field(default_factory=dict)


class Router:
    """Finds routes.

    Args:
        description: The OpenAPI document, bundled.
        handlers: The handlers by operationId.

    Raises:
        DescriptionError: An operation has no handler, a handler no operation, or paths call one parameter differently.
    """

    def __init__(self, description: Mapping[str, Any], handlers: Mapping[str, Operation]) -> None:
        self._description = description
        self._root = _Node()
        self._parameter_validators: dict[str, Schema] = {}
        self.routes: dict[str, Route] = {}
        api_prefixes = set()
        for base, path, item in self._paths():
            for method in _METHODS:
                if method in item:
                    route = self._route(item, item[method], handlers)
                    self.routes[route.operation_id] = route
                    self._insert(base + path, method.upper(), route)
                    if not route.is_control:
                        api_prefixes.add((base + path).partition("{")[0])
        self.api_prefixes = tuple(sorted(api_prefixes))
        """What the paths of the API's operations begin with, those of control operations left out."""
        if unused := set(handlers) - set(self.routes):
            raise DescriptionError(f"handlers without an operation: {', '.join(sorted(unused))}")

    def find(self, path: str) -> tuple[Mapping[str, Route], dict[str, str]]:
        """Return the routes of a path by method, at least one, and the values of the path's parameters.

        Raises:
            MissingError: No operation has this path.
        """
        node, values = self._root, {}
        for segment in path.split("/")[1:]:
            text = _decoded(segment)
            fixed = node.fixed.get(text)
            if fixed is not None:
                node = fixed
            elif node.variable is not None:
                name, node = node.variable
                values[name] = text
            else:
                raise self._missing(path)
        if not node.routes:
            raise self._missing(path)
        return node.routes, values

    def _missing(self, path: str) -> MissingError:
        base = base_path(self._description)
        is_without_base = (base + path).startswith(self.api_prefixes)  # the base URL has lost its path
        return MissingError(f"Paths of the API begin with {base}" if is_without_base else None)

    def _paths(self) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        for path, item in self._description["paths"].items():
            item = self._resolved(item)  # noqa: PLW2901 - the item behind the reference is meant throughout
            yield base_path(item if item.get("servers") else self._description), path, item

    def _route(self, item: Mapping[str, Any], operation: Mapping[str, Any], handlers: Mapping[str, Operation]) -> Route:
        operation_id = operation["operationId"]
        if operation_id not in handlers:
            raise DescriptionError(f"operation without a handler: {operation_id}")
        listed = [self._resolved(each) for each in (*item.get("parameters", ()), *operation.get("parameters", ()))]
        body = self._resolved(operation.get("requestBody") or {})
        return Route(
            operation_id=operation_id,
            handler=handlers[operation_id],
            is_control=_CONTROL_TAG in operation.get("tags", ()),
            parameters={
                each["name"]: self._parameter_validator(each["schema"]) for each in listed if each["in"] == "path"
            },
            body=BodyValidator(self._standing_alone(body["content"]["application/json"]["schema"])) if body else None,
            body_required=body.get("required", False),
            query={each["name"]: self._parameter_validator(each["schema"]) for each in listed if each["in"] == "query"},
            largest_body=body.get("x-largest-body"),
            takes_site_keys=any(
                _SITE_KEY in each for each in operation.get("security", self._description.get("security", ()))
            ),
        )

    def _parameter_validator(self, schema: Mapping[str, Any]) -> Schema:
        name = json.dumps(schema, sort_keys=True)
        if name not in self._parameter_validators:
            self._parameter_validators[name] = self._standing_alone(schema)
        return self._parameter_validators[name]

    def _standing_alone(self, schema: Mapping[str, Any]) -> Schema:
        """Return a schema together with all that its references may lead to."""
        return Schema({**schema, "components": {"schemas": self._description["components"]["schemas"]}})

    def _insert(self, path: str, method: str, route: Route) -> None:
        node = self._root
        for segment in path.split("/")[1:]:
            if segment.startswith("{"):
                name = segment[1:-1]
                if node.variable is None:
                    node.variable = (name, _Node())
                if node.variable[0] != name:
                    raise DescriptionError(f"{path}: the parameter {name} is called {node.variable[0]} elsewhere")
                node = node.variable[1]
            else:
                node = node.fixed.setdefault(segment, _Node())
        node.routes[method] = route

    def _resolved(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        found: Mapping[str, Any] = resolved(self._description, node)
        return found


def _decoded(segment: str) -> str:
    return unquote_to_bytes(segment).decode(errors="replace") if "%" in segment else segment
