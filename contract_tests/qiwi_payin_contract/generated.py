"""Values that a schema of the description allows, or does not allow, as Hypothesis strategies."""

import json
from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal
from functools import cache
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis import GenerationMode

from qiwi_payin_contract.description import description
from qiwi_payin_contract.json_text import dumps, loads

__all__ = ["values", "wrong_values"]

_KOPECK = Decimal("0.01")


def values(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Draw JSON values, with exact numbers; sums that are numbers have two decimals, as on the wire.

    The schema may refer to components of the description.
    """
    return (
        _bodies(schema, GenerationMode.POSITIVE)
        .map(_with_two_decimals)
        .filter(lambda value: next(description().errors(schema, value), None) is None)
    )


def wrong_values(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Draw JSON values that a schema of the description does not allow, most of them near to what it does."""
    return _bodies(schema, GenerationMode.NEGATIVE).filter(
        lambda value: next(description().errors(schema, value), None) is not None
    )


def _bodies(schema: Mapping[str, Any], mode: GenerationMode) -> st.SearchStrategy[Any]:
    drawn = _strategy(dumps(schema), mode)
    return drawn.filter(lambda case: _is_json(case.body)).map(lambda case: loads(dumps(case.body)))


@cache
def _strategy(schema: str, mode: GenerationMode) -> st.SearchStrategy[Any]:
    """Draw bodies. Schemathesis draws those of requests only, so the schema stands as one in a document made for it."""
    document = {
        "openapi": "3.1.0",
        "info": {"title": "values", "version": "1"},
        "components": {"schemas": description().document["components"]["schemas"]},
        "paths": {
            "/values": {
                "post": {
                    "requestBody": {"required": True, "content": {"application/json": {"schema": json.loads(schema)}}},
                    "responses": {"200": {"description": "Taken."}},
                }
            }
        },
    }
    operation = schemathesis.openapi.from_dict(document)["/values"]["POST"]
    return operation.as_strategy(generation_mode=mode)


def _is_json(body: Any) -> bool:
    """Whether a body is one: what stands for a missing one, or for one that is sent otherwise, is not."""
    try:
        dumps(body)
    except TypeError:
        return False
    return True


def _with_two_decimals(value: Any) -> Any:
    if isinstance(value, Mapping):
        sum_of_money = "currency" in value and isinstance(value.get("value"), Decimal | int)
        return {
            name: Decimal(item).quantize(_KOPECK, ROUND_DOWN)
            if sum_of_money and name == "value" and abs(item) < Decimal(10) ** 15
            else _with_two_decimals(item)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [_with_two_decimals(item) for item in value]
    return value
