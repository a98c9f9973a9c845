"""Hypothesis strategies for what the description says: data as they are parsed, with Decimal and never float.

What the description leaves open is drawn too: fields that nobody described, new names in lists that may grow and, as
the client is to bear them, in lists that may not.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st
from qiwi_payin_description import load
from qiwi_payin_runtime.jsontext import json_text, parse_json

DOCUMENT = load("client")
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
OBJECTS = sorted(name for name, schema in SCHEMAS.items() if "properties" in schema or "allOf" in schema)
"""The schemas that are models; sums of money are a value of their own."""
MODELS = [name for name in OBJECTS if "x-python-type" not in SCHEMAS[name]]
CARD_FIELDS = {"pan", "cvv2", "expiryDate", "holderName"}


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema that a reference leads to, or the schema itself; allOf is merged."""
    if "$ref" in schema:
        return resolved(SCHEMAS[schema["$ref"].rpartition("/")[2]])
    merged: dict[str, Any] = {key: value for key, value in schema.items() if key != "allOf"}
    for part in map(resolved, schema.get("allOf", [])):
        merged["type"] = part["type"]
        merged["properties"] = part.get("properties", {}) | merged.get("properties", {})
        merged["required"] = [*part.get("required", []), *merged.get("required", [])]
    return merged


def values(schema: dict[str, Any], *, extra: bool = True) -> st.SearchStrategy[Any]:
    """Values that a schema allows; `extra` adds fields and names that it does not list."""
    return _values(json_text(schema), extra)


@cache
def _values(text: str, extra: bool) -> st.SearchStrategy[Any]:  # noqa: FBT001 - a key of the cache
    """One strategy a schema: to make and check one takes longer than to draw from it."""
    schema = resolved(parse_json(text))
    if "oneOf" in schema:
        return st.one_of([values(kind, extra=extra) for kind in schema["oneOf"]])
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"]) | (st.text(max_size=5) if extra else st.nothing())
    types = schema["type"] if isinstance(schema.get("type"), list) else [schema.get("type")]
    return st.one_of([_of_type(kind, schema, extra=extra) for kind in types])


@cache
def wire_json() -> st.SearchStrategy[Any]:
    """Any JSON value, its numbers with any number of digits."""
    numbers = st.integers() | st.decimals(allow_nan=False, allow_infinity=False)
    return st.recursive(
        st.none() | st.booleans() | st.text(max_size=5) | numbers,
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
        max_leaves=4,
    )


def moments() -> st.SearchStrategy[str]:
    """RFC 3339 date-times with up to nine digits of a second's fraction."""

    def text(moment: datetime, fraction: str, offset: int, zulu: str) -> str:
        zone = zulu or moment.replace(tzinfo=timezone(timedelta(minutes=offset))).isoformat()[-6:]
        return moment.isoformat()[:19] + (f".{fraction}" if fraction else "") + zone

    seconds = st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0))
    return st.builds(
        text, seconds, st.from_regex(r"[0-9]{0,9}", fullmatch=True), st.integers(-720, 840), st.sampled_from(["", "Z"])
    )


def _of_type(kind: str | None, schema: dict[str, Any], *, extra: bool) -> st.SearchStrategy[Any]:
    match kind:
        case "object":
            return _objects(schema, extra=extra)
        case "array":
            return st.lists(values(schema["items"], extra=extra), max_size=2)
        case "number":
            low, high = schema.get("minimum", Decimal(-9999)), schema.get("maximum", Decimal(99999999))
            return st.decimals(low, high, places=2, allow_nan=False, allow_infinity=False)
        case "null":
            return st.none()
        case "string":
            return _texts(schema)
        case _:
            raise AssertionError(f"no strategy for {kind}")


def _texts(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    if schema.get("format") == "date-time":
        return moments()
    if schema.get("format") == "uri":
        return st.sampled_from(["https://example.com/a?b=c", "https://example.org/"])
    longest = min(schema.get("maxLength", 12), 12)
    if "pattern" in schema:
        pattern = re.compile(schema["pattern"].removeprefix("^").removesuffix("$"), re.ASCII)
        drawn = st.from_regex(pattern, fullmatch=True)
        if "maxLength" in schema:
            drawn = drawn.filter(lambda text: len(text) <= schema["maxLength"])
    else:
        drawn = st.text(min_size=schema.get("minLength", 0), max_size=longest)
    if "x-extensible-enum" in schema:
        return st.sampled_from(schema["x-extensible-enum"]) | drawn
    return drawn


def _objects(schema: dict[str, Any], *, extra: bool) -> st.SearchStrategy[dict[str, Any]]:
    fields = schema.get("properties", {})
    required = {name: values(fields[name], extra=extra) for name in set(schema.get("required", []))}
    optional = {name: values(inner, extra=extra) for name, inner in fields.items() if name not in required}
    described = st.fixed_dictionaries(required, optional=optional)
    rest = schema.get("additionalProperties")
    unknown = values(rest, extra=extra) if isinstance(rest, dict) else wire_json()
    if not extra:
        return described
    names = st.text(min_size=1, max_size=5).filter(lambda name: name not in fields and name not in CARD_FIELDS)
    return st.builds(lambda more, known: {**more, **known}, st.dictionaries(names, unknown, max_size=1), described)
