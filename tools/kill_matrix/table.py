"""The matrix as text."""

from collections.abc import Iterable, Sequence
from typing import Any

from qiwi_payin_contract.faults.catalogue import Fault
from qiwi_payin_contract.rules import SERVER_GROUPS

from tools.kill_matrix.trial import facing

__all__ = ["Row", "matrix", "plain_kills", "totals"]

Row = tuple[type[Fault] | None, dict[str, Any] | None, dict[str, Any] | None]
"""A fault (None: the clean sandbox), what ours came to, what plain schemathesis came to; None where it was not run."""


def matrix(rows: Iterable[Row], clean: dict[str, Any] | None) -> str:
    """Write a line for each fault: which rule each group reported first, after how many requests, and plain's codes."""
    lines: list[tuple[str, ...]] = [("fault", *SERVER_GROUPS, "plain schemathesis")]
    for fault, ours, plain in rows:
        groups = [_cell(fault, ours, group) for group in SERVER_GROUPS]
        lines.append((fault.name() if fault else "(clean sandbox)", *groups, _plain_cell(plain, clean)))
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def totals(rows: Sequence[Row], clean: dict[str, Any] | None) -> str:
    """Write how many faults each side killed, and which survived."""
    faults = [row for row in rows if row[0] is not None]
    ours = [row for row in faults if row[1] is not None]
    plain = [row for row in faults if row[2] is not None]
    by_any = [row for row in ours if row[1] and row[1]["kills"]]
    by_own = [row for row in by_any if _kill(row[1], row[0].group)]  # type: ignore[union-attr]
    by_plain = [row for row in plain if plain_kills(row[2], clean)]
    lines = [
        f"ours: {len(by_any)} of {len(ours)} killed, {len(by_own)} by their own group",
        f"plain schemathesis: {len(by_plain)} of {len(plain)} killed",
    ]
    survivors = [row[0].name() for row in ours if row not in by_any and row[0] is not None]
    if survivors:
        lines.append(f"survive ours: {', '.join(survivors)}")
    failed = {reason for row in rows for reason in (row[1] or {}).get("failed", ())}
    lines += [f"a test failed by itself: {reason}" for reason in sorted(failed)]
    return "\n".join(lines)


def plain_kills(plain: dict[str, Any] | None, clean: dict[str, Any] | None) -> list[str]:
    """Codes of plain schemathesis' failures, without those that it reports of the clean sandbox too."""
    if plain is None:
        return []
    false_alarms = {failure.partition(" ")[0] for failure in (clean or {}).get("failures", ())}
    return sorted({failure.partition(" ")[0] for failure in plain["failures"]} - false_alarms)


def _kill(ours: dict[str, Any] | None, group: str) -> dict[str, Any] | None:
    kills = [kill for kill in (ours or {}).get("kills", ()) if kill["group"] == group]
    return kills[0] if kills else None


def _cell(fault: type[Fault] | None, ours: dict[str, Any] | None, group: str) -> str:
    if group not in facing(fault):
        return "."
    if ours is None:
        return "?"
    own = fault is not None and fault.group == group
    kill = _kill(ours, group)
    if kill is None:
        return "SURVIVES" if own else "-"
    shown = f" in {kill['requests']}" if kill["requests"] else ""
    return f"{'*' if own else ''}{kill['rule'].removeprefix('QP-')} @{kill['after']}{shown}"


def _plain_cell(plain: dict[str, Any] | None, clean: dict[str, Any] | None) -> str:
    if plain is None:
        return "?"
    kills = plain_kills(plain, clean)
    false_alarms = sorted({failure.partition(" ")[0] for failure in plain["failures"]} - set(kills))
    return " ".join([*(kills or ["-"]), *(f"({code})" for code in false_alarms)])
