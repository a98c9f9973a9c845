"""Checks an answer against the description, without schemathesis."""

from collections.abc import Mapping
from typing import Any

from qiwi_payin_contract.description import Operation, description
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.rules import Rule
from qiwi_payin_contract.shapes.conformity import (
    answer_breaks_decisions_only,
    breaks_decisions_only,
    is_id,
    keeps_description,
)
from qiwi_payin_contract.shapes.failures import DECIDED_BOUNDS, DECIDED_FORM, EMPTY_ERROR, RULES, WRONG_ID

__all__ = ["check_answer", "lacks_body", "misfit_of", "taken_wrongly"]

_OF_GATEWAYS = (401, 403, 429)
_TOLD = 3


def check_answer(exchange: Exchange, findings: Findings, operation: Operation | None = None) -> None:
    """Note what is wrong with the status, content type and fields of an answer.

    Args:
        exchange: the exchange.
        findings: where findings go.
        operation: whose answers are looked up where the request, by its method, is of none.
    """
    operation_id = exchange.operation_id if operation is None else operation.id
    if operation_id is None:
        return
    read = description()
    documented = read.answer(operation_id, exchange.status)
    findings.note(exchange.status < 500, RULES["ST101"], f"answered {exchange.status}", exchange)  # noqa: PLR2004
    if not findings.note(documented is not None, RULES["ST103"], f"{exchange.status} is not documented", exchange):
        return
    schema = read.answer_schema(operation_id, exchange.status)
    if schema is None:
        return
    if not findings.note(not lacks_body(exchange), EMPTY_ERROR, f"{exchange.status} has no body", exchange):
        return
    kind = exchange.answer_headers.get("content-type", "")
    findings.note(kind.startswith("application/json"), RULES["ST105"], f"content type is {kind or 'missing'}", exchange)
    if findings.note(exchange.answer_json is not None, RULES["ST109"], "the body is not JSON", exchange):
        misfit = misfit_of(exchange, schema)
        rule, message = misfit or (RULES["ST108"], "")
        findings.note(misfit is None, rule, message, exchange)


def misfit_of(exchange: Exchange, schema: Mapping[str, Any]) -> tuple[Rule, str] | None:
    """The rule that an answer breaks by not fitting its schema, and what does not fit, with the statements on it."""
    wrong = list(description().errors(schema, exchange.answer_json))
    if not wrong:
        return None
    decided = answer_breaks_decisions_only(schema, exchange.answer_json)
    return DECIDED_FORM if decided else RULES["ST108"], "; ".join(wrong[:_TOLD])


def lacks_body(exchange: Exchange) -> bool:
    """Whether an error of a kind that gateways make too has no body, which only our decisions demand."""
    return not exchange.answer_body and (exchange.status in _OF_GATEWAYS or exchange.status >= 500)  # noqa: PLR2004


def taken_wrongly(exchange: Exchange) -> Rule | None:
    """The rule that a server breaks by accepting a request that the description forbids; None where it did not."""
    if exchange.operation_id is None or not exchange.ok or keeps_description(exchange):
        return None
    if not all(map(is_id, exchange.path_parameters.values())):
        return WRONG_ID
    return DECIDED_BOUNDS if breaks_decisions_only(exchange) else RULES["ST201"]
