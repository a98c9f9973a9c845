"""Checks an answer against the description, without schemathesis."""

from qiwi_payin_contract.description import Operation, description
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.shapes.failures import RULES

__all__ = ["check_answer"]


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
    kind = exchange.answer_headers.get("content-type", "")
    findings.note(kind.startswith("application/json"), RULES["ST105"], f"content type is {kind or 'missing'}", exchange)
    if findings.note(exchange.answer_json is not None, RULES["ST109"], "the body is not JSON", exchange):
        wrong = list(read.errors(schema, exchange.answer_json))
        findings.note(not wrong, RULES["ST108"], "; ".join(wrong[:3]), exchange)
