"""What may be shown of a body: fields that the description knows and does not mark as secret.

The description marks secrets itself: card data by `writeOnly`, tokens, keys and what 3-D Secure passes by `x-secret`.
What it does not know is named but never shown, and a card number is masked wherever it stands.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any, NoReturn

from qiwi_payin_sandbox.description import resolved
from qiwi_payin_sandbox.domain.bank import passes_luhn

Json = Any

HIDDEN = "***"
"""What stands in place of a secret."""

_LONGEST_TEXT = 2000
_LONGEST_NAME = 64
_DEEPEST = 24
_MOST_ITEMS = 500
_SHORTEST_PAN = 13
_SHORTEST_SEARCHED = 10
_SHORTEST_WITH_A_TAIL = 16
_TAIL = 4
_PAN = re.compile(r"(?<![0-9])[2-6](?:[ -]?[0-9]){12,18}(?![0-9])", re.ASCII)
_DIGITS = re.compile(r"[0-9]{13,19}", re.ASCII)
_SIMPLE_TYPES = frozenset({"string", "number", "integer", "boolean", "null"})


class _Secret(Enum):
    CARD = "card data"
    PAN = "card number"
    NAMED = "told apart by its last characters"


@dataclass(slots=True)
class Mask:
    """What the description says of a value, all alternatives of its schema taken together."""

    fields: dict[str, "Mask"] = field(default_factory=dict)
    others: "Mask | None" = None
    items: "Mask | None" = None
    simple: bool = False
    secret: _Secret | None = None

    def masked(self, value: Json, depth: int = 0) -> Json:
        """Return the value without what is secret or unknown to the description."""
        if self.secret is not None:
            return _hidden(value, self.secret)
        if isinstance(value, dict):
            return self._masked_object(value, depth + 1)
        if isinstance(value, list):
            if self.items is None or depth > _DEEPEST:
                return _undescribed(value)
            return [self.items.masked(item, depth + 1) for item in value[:_MOST_ITEMS]]
        if not self.simple:
            return _undescribed(value)
        return shown(value)

    def _masked_object(self, value: dict[str, Json], depth: int) -> Json:
        if depth > _DEEPEST or not (self.fields or self.others):
            return _undescribed(value)
        masked = {}
        for name, item in value.items():
            mask = self.fields.get(name)
            if mask is None:
                safe_name = shown_text(name[:_LONGEST_NAME])
                masked[safe_name] = _undescribed(item) if self.others is None else self.others.masked(item, depth)
            elif mask.simple and mask.secret is None and type(item) is str:  # most fields, so without another call
                masked[name] = item if len(item) < _SHORTEST_SEARCHED and item.isascii() else shown(item)
            else:
                masked[name] = mask.masked(item, depth)
        return masked


class Masks:
    """The masks of a description's bodies, each made when it is first asked for.

    Args:
        description: The OpenAPI document, bundled.
    """

    def __init__(self, description: Mapping[str, Any]) -> None:
        self._description = description
        self._of_reference: dict[str, Mask] = {}
        self._operations = {
            operation["operationId"]: operation
            for path in description["paths"].values()
            for operation in self._resolved(path).values()
            if isinstance(operation, dict) and "operationId" in operation
        }
        self._requests: dict[str, Mask] = {}
        self._responses: dict[tuple[str, int], Mask] = {}

    def of_request(self, operation_id: str) -> Mask:
        """Return the mask of an operation's request body."""
        mask = self._requests.get(operation_id)
        if mask is None:
            body = self._resolved(self._operations.get(operation_id, {}).get("requestBody", {}))
            mask = self._requests[operation_id] = self._of_content(body)
        return mask

    def of_response(self, operation_id: str | None, status: int) -> Mask:
        """Return the mask of what is answered with a status; without an operation, that of errors."""
        key = (operation_id or "", status)
        mask = self._responses.get(key)
        if mask is None:
            answers = self._operations.get(operation_id or "", {}).get("responses", {})
            answer = answers.get(str(status)) or {"$ref": "#/components/responses/InternalError"}
            mask = self._responses[key] = self._of_content(self._resolved(answer))
        return mask

    def of_notification(self, type_: str) -> Mask:
        """Return the mask of a type of notification; of one that the description does not know nothing is shown."""
        item = self._description["webhooks"].get(type_)
        return Mask() if item is None else self._of_content(self._resolved(item["post"]["requestBody"]))

    def of_schema(self, name: str) -> Mask:
        """Return the mask of a named schema."""
        return self._of({"$ref": f"#/components/schemas/{name}"})

    def _of_content(self, described: Mapping[str, Any]) -> Mask:
        media = described.get("content", {}).get("application/json")
        return Mask() if media is None else self._of(media["schema"])

    def _of(self, schema: Any, name: str = "") -> Mask:
        mask = Mask()
        self._merge(mask, schema, name)
        return mask

    def _merge(self, mask: Mask, schema: Any, name: str) -> None:
        if schema is True:
            mask.simple = True
        if not isinstance(schema, dict):
            return
        if schema.get("writeOnly") or schema.get("x-secret"):
            mask.secret = _Secret.NAMED
            if schema.get("writeOnly"):
                mask.secret = _Secret.PAN if name == "pan" else _Secret.CARD
            return
        if "$ref" in schema:
            self._take(mask, self._of_named(schema["$ref"], name))
        for part in ("allOf", "anyOf", "oneOf"):
            for branch in schema.get(part, ()):
                self._merge(mask, branch, name)
        self._merge_own(mask, schema)

    def _merge_own(self, mask: Mask, schema: Mapping[str, Any]) -> None:
        types = schema.get("type", ())
        if _SIMPLE_TYPES.intersection([types] if isinstance(types, str) else types) or "enum" in schema:
            mask.simple = True
        mask.simple = mask.simple or "const" in schema
        for name, described in schema.get("properties", {}).items():
            found = self._of(described, name)
            if name in mask.fields:
                joined = Mask()
                self._take(joined, mask.fields[name])
                self._take(joined, found)
                found = joined
            mask.fields[name] = found
        if isinstance(schema.get("additionalProperties"), dict):
            mask.others = self._of(schema["additionalProperties"])
        if "items" in schema:
            mask.items = self._of(schema["items"])

    def _of_named(self, reference: str, name: str) -> Mask:
        known = self._of_reference.get(reference)
        if known is None:
            known = self._of_reference[reference] = Mask()  # before it is filled, so that a circle of references ends
            self._merge(known, self._resolved({"$ref": reference}), name)
        return known

    @staticmethod
    def _take(mask: Mask, other: Mask) -> None:
        for name, found in other.fields.items():
            known = mask.fields.get(name)
            mask.fields[name] = found if known is None or found.secret else known
        mask.others = mask.others or other.others
        mask.items = mask.items or other.items
        mask.simple = mask.simple or other.simple
        mask.secret = mask.secret or other.secret

    def _resolved(self, node: Any) -> Any:
        return resolved(self._description, node)


def read(body: bytes) -> Json:
    """Read a JSON text more leniently than the API does.

    Raises:
        ValueError: It is none.
    """
    try:
        return _decoder.decode(body.decode())
    except RecursionError:
        raise ValueError("nested too deeply") from None


def shown(value: Json) -> Json:
    """Return a value that is no secret, card numbers in it masked."""
    if isinstance(value, str):
        if value[:1] == "{" and len(value) >= _SHORTEST_SEARCHED:
            return f"(text of a JSON object, {len(value)} characters)"  # its fields may be secrets
        return shown_text(value)
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and _DIGITS.search(str(value)):
        return shown_text(str(value))
    return value


def shown_text(text: str) -> str:
    """Return a text, card numbers in it masked, and cut where it is very long."""
    if not text.isascii():
        text = text.encode(errors="replace").decode()  # half a character cannot be answered
    if len(text) >= _SHORTEST_PAN and _PAN.search(text):
        text = _PAN.sub(_without_middle, text)
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}... ({len(text)} characters)"


def tail(secret: str) -> str:
    """Return what tells a token or key apart from others of its owner: its last characters, if it is long enough."""
    return HIDDEN + (secret[-_TAIL:] if len(secret) >= _SHORTEST_WITH_A_TAIL else "")


def _hidden(value: Json, secret: _Secret) -> str:
    text = str(value) if isinstance(value, str | int | Decimal) else ""
    if secret is _Secret.PAN and _DIGITS.fullmatch(text):
        return _masked_pan(text)
    if secret is _Secret.NAMED:
        return shown_text(tail(text))
    return HIDDEN


def _undescribed(value: Json) -> str:
    kinds: Iterable[tuple[type, str]] = (
        (bool, "true or false"),
        (str, "text"),
        (dict, "object"),
        (list, "list"),
        (type(None), "null"),
    )
    kind = next((name for type_, name in kinds if isinstance(value, type_)), "number")
    return f"({kind}, not described)"


def _without_middle(found: re.Match[str]) -> str:
    groups = re.split("[ -]", found[0])
    for first in range(len(groups)):
        for last in range(first, len(groups)):
            digits = "".join(groups[first : last + 1])
            if _DIGITS.fullmatch(digits) and passes_luhn(digits):
                return _masked_pan("".join(groups))
    return found[0]


def _masked_pan(digits: str) -> str:
    return f"{digits[:6]}{'*' * (len(digits) - 6 - _TAIL)}{digits[-_TAIL:]}"


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


_decoder = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse_constant)
