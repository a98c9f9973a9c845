"""The report as text: what broke, where it is written, how to see it again, and what was looked at."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["render", "render_finding"]

_STATEMENTS = 3
"""Statements shown of a finding; more would bury the message."""
_WIDTH = 98
_REASONS = 6
_TOLD = 6
"""Moves that are named where they were not taken."""
_SHOWN_BODY = 2000


def render(results: Mapping[str, Any]) -> str:
    """Write the whole report.

    Args:
        results: the document that ``results_of`` makes.
    """
    parts = [_heading(results["run"]), *_broken(results["findings"])]
    if results["waived"]:
        parts.append(_waived(results["waived"]))
    parts += [_groups(results["groups"]), _operations(results), _statements(results["statementCounts"])]
    parts += [_reach(results), results["verdict"]["sentence"]]
    # A half of a character in an answer must not keep the report from being printed.
    return "\n\n".join(part for part in parts if part).encode(errors="backslashreplace").decode()


def _heading(run: Mapping[str, Any]) -> str:
    return f"{run['server']}  sites {', '.join(run['sites'])}  driver {run['driver']}  seed {run['seed']}"


def _broken(findings: Sequence[Mapping[str, Any]]) -> list[str]:
    """Tell of each broken rule once, with the first of its findings; how often it broke besides is a line."""
    by_rule: dict[str, list[Mapping[str, Any]]] = {}
    for finding in findings:
        by_rule.setdefault(finding["rule"], []).append(finding)
    parts = []
    for first, *others in by_rule.values():
        places = [f", such as at {last['method']} {last['path']}" for one in others for last in _exchanges(one)[-1:]]
        more = [f"  and {len(others)} more of the same rule{''.join(places[:1])}"] if others else []
        parts.append("\n".join([render_finding(first), *more]))
    if parts:
        parts.append("To repeat: export QIWI_PAYIN_KEY; put back what is masked as *** first.")
    return parts


def render_finding(finding: Mapping[str, Any]) -> str:
    """Write a finding: rule, what it rests on, and the steps that show it.

    Args:
        finding: the document that ``finding_document`` makes.
    """
    basis = f"decision: {finding['decision']}" if finding["decision"] else finding["basis"]
    lines = [f"BROKEN {finding['rule']} ({finding['name']})", f"  {finding['sentence']}", f"  {basis}"]
    shown, left = finding["statements"][:_STATEMENTS], finding["statements"][_STATEMENTS:]
    for one in shown:
        told = f"{one['id']} ({one['origin']}): {one['text']}"
        lines += textwrap.wrap(told, 118, initial_indent="    ", subsequent_indent="      ", break_on_hyphens=False)
    if left:
        lines.append(f"    and {_cut([one['id'] for one in left], 8)}")
    lines += [f"  {line}" for line in finding["message"].splitlines()]
    for number, exchange in enumerate(finding["steps"], 1):
        if "deed" in exchange:
            lines.append(f"  {number}. {exchange['deed']}")
            continue
        lines.append(f"  {number}. {exchange['method']} {exchange['path']}")
        kind = exchange["answerHeaders"].get("content-type", "no content type")
        body = exchange["answerBody"]
        if len(body) > _SHOWN_BODY:
            body = f"{body[:_SHOWN_BODY]}... ({len(body)} characters)"
        lines += [f"     -> {line}" for line in (f"{exchange['status']} {kind}", *body.splitlines())]
        lines.append(f"     {exchange['curl']}")
    return "\n".join(lines)


def _exchanges(finding: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [step for step in finding["steps"] if "deed" not in step]


def _cut(items: Sequence[str], most: int) -> str:
    return ", ".join(items[:most]) + (f" and {len(items) - most} more" if len(items) > most else "")


def _waived(findings: Sequence[Mapping[str, Any]]) -> str:
    lines = ["Broken, but waived or on a basis that does not count here:"]
    told = dict.fromkeys(f"  {finding['rule']} {finding['waiver']}: {finding['sentence']}" for finding in findings)
    return "\n".join([*lines, *told])


def _groups(groups: Sequence[Mapping[str, Any]]) -> str:
    rows = [("group", "checks", "tests", "kept", "broken", "not run", "result")]
    notes: list[str] = []
    for group in groups:
        numbers = (group["checks"], group["tests"], group["kept"], group["broken"] + group["failed"], group["notRun"])
        result = f"{group['state']} in part" if group["inPart"] else group["state"]
        rows.append((group["name"], *map(str, numbers), result))
        notes += [f"  {group['name']}: {reason}" for reason in group["reasons"][:_REASONS]]
        if len(group["reasons"]) > _REASONS:
            notes.append(f"  {group['name']}: and {len(group['reasons']) - _REASONS} more reasons")
    return "\n".join([_table(rows, 0), *notes])


def _operations(results: Mapping[str, Any]) -> str:
    rows = [("operation", "answers", "2xx", "statuses reached", "not reached")]
    beyond: dict[str, list[str]] = {}
    for operation in results["operations"]:
        total = operation["answers"]
        if not total:
            continue
        good = sum(code["times"] for code in operation["codes"] if code["code"].startswith("2"))
        reached = [code["code"] for code in operation["codes"] if code["times"]]
        missing = [code["code"] for code in operation["codes"] if code["state"] == "not reached"]
        for code in operation["codes"]:
            if code["state"] == "out of reach":
                beyond.setdefault(code["code"], []).append(operation["id"])
        share = f"{100 * good // total} %" if good == 0 or good * 100 >= total else "<1 %"
        rows.append((operation["id"], str(total), share, " ".join(reached), " ".join(missing)))
    return "\n".join([_table(rows, 0, 3, 4), *_beyond(beyond, len(rows) - 1)]) if len(rows) > 1 else ""


def _beyond(codes: Mapping[str, Sequence[str]], operations: int) -> list[str]:
    if not codes:
        return []
    everywhere = [code for code, names in codes.items() if len(names) == operations]
    somewhere = [f"{code} of {', '.join(names)}" for code, names in codes.items() if len(names) < operations]
    text = "; ".join(filter(None, [" ".join(everywhere), *somewhere]))
    told = textwrap.wrap(f"No request can call forth: {text}.", _WIDTH, break_on_hyphens=False)
    return [f"  {line}" for line in told]


def _statements(counts: Sequence[Mapping[str, Any]]) -> str:
    rows = [("statements", "kept", "broken", "not tested", "tested", "untestable", "total")]
    for row in counts:
        looked = row["kept"] + row["broken"]
        testable = looked + row["notTested"]
        share = f"{100 * looked // testable} %" if testable else "-"
        numbers = (row["kept"], row["broken"], row["notTested"], share, row["untestable"], row["total"])
        rows.append((row["prefix"], *map(str, numbers)))
    return _table(rows, 0)


def _reach(results: Mapping[str, Any]) -> str:
    """Tell in two lines how much of the description was seen; the other reports have it in full."""
    requests, answers = results["coverage"]["requests"], results["coverage"]["answers"]
    of_requests = f"{requests['kept']} kept, {requests['broken']} broken, of {requests['total']}"
    lines = [f"keywords of requests: {of_requests}; of answers: {answers['kept']} kept of {answers['total']}"]
    moves = results["transitions"]
    missed = [move["name"] for move in moves if not move["times"]]
    taken = f"model transitions: {len(moves) - len(missed)} of {len(moves)} taken{_listed(missed)}"
    lines += textwrap.wrap(taken, _WIDTH, subsequent_indent="  ", break_on_hyphens=False)
    run = results["run"]
    lines.append(f"{run['requests']} requests in {run['seconds']:.1f} s")
    return "\n".join(lines)


def _listed(missed: Sequence[str]) -> str:
    if not missed:
        return ""
    more = f" and {len(missed) - _TOLD} more" if len(missed) > _TOLD else ""
    return f"; not {', '.join(missed[:_TOLD])}{more}"


def _table(rows: Sequence[Sequence[str]], *left: int) -> str:
    """Lay out rows; figures stand right but in the columns named ``left``."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    text = [False] * len(widths)
    for column in range(len(widths)):
        text[column] = column in left or not all(row[column].rstrip(" %<-").isdigit() for row in rows[1:])
    return "\n".join(
        "  ".join(
            cell.ljust(width) if is_text else cell.rjust(width)
            for cell, width, is_text in zip(row, widths, text, strict=True)
        ).rstrip()
        for row in rows
    )
