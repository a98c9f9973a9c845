"""The latest requests about a site, as this process answered them."""

from decimal import Decimal
from typing import Any

from qiwi_payin_sandbox import times
from qiwi_payin_sandbox.operations import views
from qiwi_payin_sandbox.operations.call import Answer, Call
from qiwi_payin_sandbox.request_log import Exchange, LoggedBody

_MICROSECONDS = 1000
_FEW = 100


def list_(call: Call) -> Answer:
    """List the latest requests, oldest first, secrets masked."""
    after, limit = call.query.get("after", 0), call.query.get("limit", _FEW)
    sees_all = call.caller.site_ids is None
    listed = call.services.request_log.after(call.parameters["siteId"], after, limit, with_those_of_none=sees_all)
    return Answer([of_exchange(each) for each in listed])


def of_exchange(exchange: Exchange) -> dict[str, Any]:
    """Write a request and its answer."""
    site_time = exchange.site_time
    return views.present(
        {
            "sequence": exchange.sequence,
            "at": times.in_milliseconds(site_time) if site_time is not None else None,
            "receivedAt": times.in_milliseconds(exchange.received_at),
            "method": exchange.method,
            "path": exchange.path,
            "operationId": exchange.operation_id,
            "status": exchange.status,
            "milliseconds": (Decimal(exchange.microseconds) / _MICROSECONDS).quantize(Decimal("0.001")),
            "request": _of_body(exchange.request),
            "response": _of_body(exchange.response),
            "traceId": exchange.trace_id,
            "cut": exchange.cut or None,
        }
    )


def _of_body(body: LoggedBody) -> dict[str, Any]:
    return {"size": body.size, **views.present({"body": body.shown})}
