"""The report as text: what broke, where it is written, how to see it again, and what was looked at."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence

from qiwi_payin_contract.description import Operation, description
from qiwi_payin_contract.findings import Finding
from qiwi_payin_contract.rules import Rule, catalogue
from qiwi_payin_contract.run import Run, State
from qiwi_payin_contract.statements import statements
from qiwi_payin_contract.stories import Deed

__all__ = ["render", "render_finding", "statement_counts", "untied"]

_SUCCESS = range(200, 300)
_SITE_AND_ITSELF = 2
"""Ids in the path of a PUT that needs no other object to be there."""


def render(run: Run) -> str:
    """Write the whole report; it holds no key, token or card data."""
    parts = [_heading(run), *_broken(run.findings.failing)]
    if run.findings.waived:
        parts.append(_waived(run.findings.waived))
    parts += [_groups(run), _operations(run), _statements(run), _verdict(run)]
    return "\n\n".join(part for part in parts if part)


def statement_counts(run: Run) -> dict[str, tuple[int, int, int, int]]:
    """Count statements by source prefix: kept, broken, not tested, untestable.

    A statement is tested when a rule that names it was looked at in this run, and broken when such a rule was broken.
    """
    tested = {name for rule in run.findings.checked for name in rule.statements}
    broken = {name for finding in run.findings for name in finding.rule.statements}
    counts: dict[str, list[int]] = {}
    for name, statement in statements().items():
        row = counts.setdefault(name.partition("-")[0], [0, 0, 0, 0])
        if name in broken:
            row[1] += 1
        elif name in tested:
            row[0] += 1
        elif statement.untestable is None:
            row[2] += 1
        else:
            row[3] += 1
    return {prefix: (row[0], row[1], row[2], row[3]) for prefix, row in counts.items()}


def _heading(run: Run) -> str:
    sites = ", ".join(site.site_id for site in run.target.sites)
    return f"{run.target.base_url}  sites {sites}  driver {run.driver_name}  seed {run.settings.seed}"


def _broken(findings: Sequence[Finding]) -> list[str]:
    """Tell of each broken rule once, with the first of its findings; how often it broke besides is a line."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule.code, []).append(finding)
    parts = []
    for first, *others in by_rule.values():
        places = [f", such as at {last.method} {last.path}" for other in others for last in other.exchanges[-1:]]
        more = [f"  and {len(others)} more of the same rule{''.join(places[:1])}"] if others else []
        parts.append("\n".join([render_finding(first), *more]))
    if parts:
        parts.append("To repeat: export QIWI_PAYIN_KEY; put back what is masked as *** first.")
    return parts


def render_finding(finding: Finding) -> str:
    """Write a finding for a terminal: rule, what it rests on, and the steps that show it."""
    lines = [
        f"BROKEN {finding.rule.code} ({finding.rule.name})",
        f"  {finding.rule.sentence}",
        f"  {_rests_on(finding.rule)}",
    ]
    known = statements()
    lines += [
        f"    {name} ({', '.join(known[name].sources)}): {known[name].text}"
        for name in finding.rule.statements[:5]
        if name in known
    ]
    if len(finding.rule.statements) > 5:  # noqa: PLR2004 - more would bury the message
        lines.append(f"    and {', '.join(finding.rule.statements[5:])}")
    lines += [f"  {line}" for line in finding.message.splitlines()]
    for number, exchange in enumerate(finding.steps, 1):
        if isinstance(exchange, Deed):
            lines.append(f"  {number}. {exchange}")
            continue
        lines.append(f"  {number}. {exchange.method} {exchange.path}")
        lines += [f"     -> {line}" for line in exchange.shown_answer().splitlines()]
        lines.append(f"     {exchange.curl()}")
    return "\n".join(lines)


def _rests_on(rule: Rule) -> str:
    if rule.decision is not None:
        return f"{rule.basis}: {rule.decision}"
    return f"{rule.basis}: {', '.join(rule.statements[:12])}{' ...' if len(rule.statements) > 12 else ''}"  # noqa: PLR2004


def _waived(findings: Iterable[Finding]) -> str:
    lines = ["Broken, but waived or on a basis that does not count here:"]
    lines += [f"  {finding.rule.code} {finding.rule.waiver}: {finding.rule.sentence}" for finding in findings]
    return "\n".join(lines)


def _groups(run: Run) -> str:
    looks: dict[str, int] = {}
    for rule, times in run.findings.checked.items():
        looks[rule.group] = looks.get(rule.group, 0) + times
    rows = [("group", "checks", "tests", "kept", "broken", "not run", "result")]
    notes: list[str] = []
    for result in run.groups:
        counts = result.counts
        rows.append(
            (
                result.name,
                str(looks.get(result.name, 0)),
                str(counts.total()),
                str(counts[State.KEPT]),
                str(counts[State.BROKEN] + counts[State.FAILED]),
                str(counts[State.NOT_RUN]),
                f"{result.state} in part" if result.in_part else str(result.state),
            )
        )
        notes += [f"  {result.name}: {reason}" for reason in result.reasons]
    return "\n".join([_table(rows, 0), *notes])


def _operations(run: Run) -> str:
    rows = [("operation", "answers", "2xx", "statuses reached", "not reached")]
    beyond: dict[str, list[str]] = {}
    for operation_id, operation in description().operations.items():
        statuses = {status: count for (name, status), count in run.target.statuses.items() if name == operation_id}
        total = sum(statuses.values())
        if not total:
            continue
        good = sum(count for status, count in statuses.items() if status in _SUCCESS)
        missing = [code for code in operation.node["responses"] if code.isdigit() and int(code) not in statuses]
        reachable = [code for code in missing if _can_be_called_forth(operation, code)]
        for code in missing:
            if code not in reachable:
                beyond.setdefault(code, []).append(operation_id)
        share = f"{100 * good // total} %" if good == 0 or good * 100 >= total else "<1 %"
        rows.append((operation_id, str(total), share, " ".join(map(str, sorted(statuses))), " ".join(reachable)))
    return "\n".join([_table(rows, 0, 3, 4), *_beyond(beyond, len(rows) - 1)]) if len(rows) > 1 else ""


def _can_be_called_forth(operation: Operation, code: str) -> bool:
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


def _beyond(codes: Mapping[str, Sequence[str]], operations: int) -> list[str]:
    if not codes:
        return []
    everywhere = [code for code, names in codes.items() if len(names) == operations]
    somewhere = [f"{code} of {', '.join(names)}" for code, names in codes.items() if len(names) < operations]
    text = "; ".join(filter(None, [" ".join(everywhere), *somewhere]))
    told = textwrap.wrap(f"No request can call forth: {text}.", 98, break_on_hyphens=False)
    return [f"  {line}" for line in told]


def _statements(run: Run) -> str:
    rows = [("statements", "kept", "broken", "not tested", "untestable", "total")]
    for prefix, (kept, broken, untested, untestable) in statement_counts(run).items():
        total = kept + broken + untested + untestable
        rows.append((prefix, str(kept), str(broken), str(untested), str(untestable), str(total)))
    return _table(rows, 0)


def _verdict(run: Run) -> str:
    match run.exit_code:
        case 0:
            left = [f"{'parts of ' if result.in_part else ''}{result.name}" for result in run.groups if result.left_out]
            left += [f"{name} (not asked for)" for name in run.settings.offered if name not in run.settings.groups]
            return "The contract is kept" + (f" in what was run; not run: {', '.join(left)}." if left else ".")
        case 1:
            rules = len({finding.rule.code for finding in run.findings.failing})
            return f"The contract is broken: {rules} {'rule' if rules == 1 else 'rules'}."
        case _:
            return "It cannot be told whether the contract is kept: a test failed by itself, or none was run."


def _table(rows: Sequence[Sequence[str]], *left: int) -> str:
    """Lay out rows; figures stand right but in the columns named ``left``."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    text = [False] * len(widths)
    for column in range(len(widths)):
        text[column] = column in left or not all(row[column].rstrip(" %<").isdigit() for row in rows[1:])
    return "\n".join(
        "  ".join(
            cell.ljust(width) if is_text else cell.rjust(width)
            for cell, width, is_text in zip(row, widths, text, strict=True)
        ).rstrip()
        for row in rows
    )


def untied(rules: Iterable[Rule] | None = None) -> list[str]:
    """List testable statements that no rule names."""
    named = {name for rule in (catalogue().values() if rules is None else rules) for name in rule.statements}
    return [name for name, statement in statements().items() if statement.untestable is None and name not in named]
