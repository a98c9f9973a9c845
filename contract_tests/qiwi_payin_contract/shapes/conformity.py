"""Whether a request, as it was sent, keeps the description."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from qiwi_payin_contract.description import Operation, description
from qiwi_payin_contract.exchange import Exchange

__all__ = ["answer_breaks_decisions_only", "breaks_decisions_only", "is_id", "keeps_description"]

_ID = re.compile(r"[A-Za-z0-9_:~-][A-Za-z0-9._:~-]{0,199}")
_SUMS = ("amount", "settlementAmount")
_JSON = re.compile(r"application/json\s*(;\s*charset=utf-8\s*)?", re.IGNORECASE)


def is_id(value: Any) -> bool:
    """Tell whether a value has the documented form of an id in a path."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def keeps_description(exchange: Exchange) -> bool:
    """Tell whether ids and body of a request are what its operation allows; the key is not looked at."""
    operation = description().operations.get(exchange.operation_id or "")
    if operation is None or not all(map(is_id, exchange.path_parameters.values())):
        return False
    return _body_fits(operation, exchange)


def breaks_decisions_only(exchange: Exchange) -> bool:
    """Tell whether all that is wrong with a request's body is so by our decisions, and no document says it.

    What is not found in the description's ``x-basis`` counts as documented.
    """
    operation = description().operations.get(exchange.operation_id or "")
    node = operation.node.get("requestBody") if operation is not None else None
    if node is None or exchange.request_json is None:
        return False
    schema = description().resolved(node)["content"]["application/json"]["schema"]
    return _decisions_only(schema, exchange.request_json)


def answer_breaks_decisions_only(schema: Mapping[str, Any], answer: Any) -> bool:
    """Tell whether all that is wrong with an answer under its schema is so by our decisions."""
    return _decisions_only(schema, answer)


def _decisions_only(schema: Mapping[str, Any], value: Any) -> bool:
    errors = list(description().validator(schema).iter_errors(value))
    return bool(errors) and all(_basis_at(error.schema_path, schema) == "decision" for error in errors)


def _basis_at(path: Iterable[str | int], schema: Mapping[str, Any]) -> str | None:
    """The basis that the description names nearest to a keyword, looking outwards.

    Args:
        path: where the keyword stands: in the description where the way led through a reference, else as the first of
            ``allOf`` in what the validator makes of the schema.
        schema: the schema.
    """
    steps = list(path)
    node: Any = description().document
    if steps[0] not in node:
        node, steps = schema, steps[2:]
    basis = None
    for step in steps:
        node = node[step] if isinstance(node, dict) or isinstance(step, int) else None
        if isinstance(node, dict):
            basis = node.get("x-basis", basis)
    return basis


def _body_fits(operation: Operation, exchange: Exchange) -> bool:
    node = operation.node.get("requestBody")
    if node is None:
        return not exchange.request_body
    wanted = description().resolved(node)
    if not exchange.request_body:
        return not wanted.get("required", False)
    body = exchange.request_json
    if body is None or _JSON.fullmatch(exchange.request_headers.get("content-type", "")) is None:
        return False
    schema = wanted["content"]["application/json"]["schema"]
    return not any(True for _ in description().errors(schema, body)) and _two_decimals(body)


def _two_decimals(body: Any) -> bool:
    """Whether numbers that are sums were written with two decimals, which no schema can say."""
    sums = [body.get(name) for name in _SUMS] if isinstance(body, dict) else []
    values = [amount.get("value") for amount in sums if isinstance(amount, dict)]
    return all(
        isinstance(value, str) or (isinstance(value, Decimal) and value.as_tuple().exponent == -2)  # noqa: PLR2004
        for value in values
    )
