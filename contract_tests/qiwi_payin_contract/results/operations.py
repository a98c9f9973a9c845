"""Operations and the statuses that were reached of each."""

from typing import Any

from qiwi_payin_contract.description import Operation, description
from qiwi_payin_contract.run import Run
from qiwi_payin_contract.statements import statements
from qiwi_payin_contract.timings import Timings

__all__ = ["can_be_called_forth", "operations_of", "out_of_reach"]

_SITE_AND_ITSELF = 2
"""Ids in the path of a PUT that needs no other object to be there."""


def can_be_called_forth(operation: Operation, code: str) -> bool:
    """Whether some request deserves an answer: the description names the statements of each, and why one has none."""
    answer = description().resolved(operation.node["responses"][code])
    known = [statements()[name] for name in answer.get("x-statements", ()) if name in statements()]
    match code:
        case "404" if operation.method == "PUT":
            return len(operation.names) > _SITE_AND_ITSELF
        case "406":
            return "requestBody" in operation.node
        case _:
            return not code.startswith("5") and (not known or any(one.untestable is None for one in known))


def operations_of(run: Run) -> list[dict[str, Any]]:
    """List the operations, what came of the codes of each, and how long its answers took."""
    broken = {
        (last.operation_id, str(last.status))
        for finding in run.findings.failing
        for last in finding.exchanges[-1:]
        if last.operation_id is not None
    }
    found = []
    for name, operation in description().operations.items():
        reached = {str(status): times for (one, status), times in run.target.statuses.items() if one == name}
        documented = [code for code in operation.node["responses"] if code.isdigit()]
        codes = []
        for code in sorted({*documented, *reached}):
            if (name, code) in broken:
                state = "broken"
            elif code in reached:
                state = "reached" if code in documented else "undocumented"
            else:
                state = "not reached" if can_be_called_forth(operation, code) else "out of reach"
            codes.append({"code": code, "state": state, "times": reached.get(code, 0)})
        found.append(
            {
                "id": name,
                "method": operation.method,
                "path": operation.template,
                "answers": sum(reached.values()),
                "codes": codes,
                "timing": _timing(run.record.timings[name]) if name in run.record.timings else None,
            }
        )
    return found


def out_of_reach() -> dict[str, str]:
    """Say of each code that no request can call forth from some operation why that is so."""
    return {
        code: reason
        for code, reason in {
            "404": "A PUT that needs no other object creates what is not there.",
            "406": "Only a request with a body can have a content type that is refused.",
            "410": _why("410"),
            "429": _why("429"),
            "500": "An error of the server's own: no request deserves it.",
            "502": "A state of the server's own: no request brings it about.",
            "503": "A state of the server's own: no request brings it about.",
        }.items()
        if any(
            code in operation.node["responses"] and not can_be_called_forth(operation, code)
            for operation in description().operations.values()
        )
    }


def _why(code: str) -> str:
    for operation in description().operations.values():
        answer = description().resolved(operation.node["responses"].get(code, {}))
        for name in answer.get("x-statements", ()):
            reason = statements()[name].untestable if name in statements() else None
            if reason is not None:
                return reason
    return "The documents name no request that brings it about."


def _timing(timings: Timings) -> dict[str, Any]:
    return {
        "count": timings.count,
        "mean": round(timings.mean, 6),
        "p50": round(timings.percentile(0.5), 6),
        "p95": round(timings.percentile(0.95), 6),
        "max": round(timings.longest, 6),
    }
