"""Values that a schema of the description allows, as a Hypothesis strategy."""

from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis import GenerationMode

from qiwi_payin_contract.description import description
from qiwi_payin_contract.json_text import dumps, loads

__all__ = ["values"]

_KOPECK = Decimal("0.01")


def values(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Draw JSON values, with exact numbers; sums that are numbers have two decimals, as on the wire.

    The schema may refer to components of the description. Schemathesis draws bodies of requests only, so the schema
    stands as one in a document made for it.
    """
    document = {
        "openapi": "3.1.0",
        "info": {"title": "values", "version": "1"},
        "components": {"schemas": description().document["components"]["schemas"]},
        "paths": {
            "/values": {
                "post": {
                    "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
                    "responses": {"200": {"description": "Taken."}},
                }
            }
        },
    }
    operation = schemathesis.openapi.from_dict(document)["/values"]["POST"]
    cases = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    return cases.map(lambda case: _with_two_decimals(loads(dumps(case.body)))).filter(
        lambda value: next(description().errors(schema, value), None) is None
    )


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
