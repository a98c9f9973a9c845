"""The document of results; ``docs/contract/reports.md`` describes its fields."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC
from pathlib import Path
from typing import Any

from qiwi_payin_runtime.version import VERSION

from qiwi_payin_contract.results.coverage import coverage_of, transitions_of
from qiwi_payin_contract.results.findings import finding_document, repeating
from qiwi_payin_contract.results.operations import operations_of, out_of_reach
from qiwi_payin_contract.results.statements import statement_counts, statements_of
from qiwi_payin_contract.run import Run, State

__all__ = ["SCHEMA", "results_of"]

SCHEMA = "qiwi-payin-contract/1"
"""Name and version of the document's form; the version changes when a field goes or means something else."""

_WORDS = {0: "kept", 1: "broken"}


def results_of(
    run: Run, exit_code: int | None = None, files: Mapping[tuple[str, str | None], Path] | None = None
) -> dict[str, Any]:
    """Put together what a run came to; the document holds no key, token or card data.

    Args:
        run: the run.
        exit_code: what the command ends with, where that is not what the tests came to.
        files: files of the findings by rule and operation, where they were written.
    """
    code = run.exit_code if exit_code is None else exit_code
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "verdict": {"exitCode": code, "word": _WORDS.get(code, "unknown"), "sentence": _sentence(run, code)},
        "run": _circumstances(run),
        "groups": _groups(run),
        "tests": [
            {
                "group": outcome.group,
                "name": outcome.name,
                "state": str(outcome.state),
                "reason": outcome.reason,
                "seconds": round(outcome.seconds, 3),
                "rules": list(outcome.rules),
            }
            for outcome in run.outcomes
        ],
        "findings": [
            {
                **finding_document(finding),
                "repeat": repeating(finding, run, (files or {}).get((finding.rule.code, finding.operation_id))),
            }
            for finding in run.findings.failing
        ],
        "waived": [finding_document(finding) for finding in run.findings.waived],
        "operations": operations_of(run),
        "outOfReach": out_of_reach(),
        "coverage": coverage_of(run),
        "transitions": transitions_of(run),
        "statementCounts": _counts(statement_counts(run)),
        "statements": statements_of(run),
    }


def _circumstances(run: Run) -> dict[str, Any]:
    settings = run.settings
    return {
        "server": run.target.base_url,
        "sites": [site.site_id for site in run.target.sites],
        "driver": run.driver_name,
        "ownSandbox": run.target.driver.own_sandbox,
        "seed": settings.seed,
        "effort": settings.effort.name,
        "groups": list(settings.groups),
        "waivers": sorted(settings.waived),
        "bases": sorted(map(str, settings.bases)) if settings.bases is not None else None,
        "decisions": run.findings.policy.decisions,
        "started": run.record.started.astimezone(UTC).isoformat(timespec="seconds"),
        "seconds": round(run.record.seconds, 3),
        "requests": run.record.requests,
    }


def _groups(run: Run) -> list[dict[str, Any]]:
    looks: Counter[str] = Counter()
    for rule, times in run.findings.checked.items():
        looks[rule.group] += times
    seconds: Counter[str] = Counter()
    for outcome in run.outcomes:
        seconds[outcome.group] += outcome.seconds  # type: ignore[assignment] # a Counter adds any numbers
    return [
        {
            "name": result.name,
            "state": str(result.state),
            "inPart": result.in_part,
            "checks": looks[result.name],
            "tests": result.counts.total(),
            "kept": result.counts[State.KEPT],
            "broken": result.counts[State.BROKEN],
            "failed": result.counts[State.FAILED],
            "notRun": result.counts[State.NOT_RUN],
            "seconds": round(seconds[result.name], 3),
            "reasons": list(result.reasons),
        }
        for result in run.groups
    ]


def _counts(counts: Mapping[str, tuple[int, int, int, int]]) -> list[dict[str, Any]]:
    return [
        {
            "prefix": prefix,
            "kept": kept,
            "broken": broken,
            "notTested": untested,
            "untestable": untestable,
            "total": kept + broken + untested + untestable,
        }
        for prefix, (kept, broken, untested, untestable) in counts.items()
    ]


def _sentence(run: Run, code: int) -> str:
    match code:
        case 0:
            left = [f"{'parts of ' if result.in_part else ''}{result.name}" for result in run.groups if result.left_out]
            left += [f"{name} (not asked for)" for name in run.settings.offered if name not in run.settings.groups]
            return "The contract is kept" + (f" in what was run; not run: {', '.join(left)}." if left else ".")
        case 1:
            rules = len({finding.rule.code for finding in run.findings.failing})
            return f"The contract is broken: {rules} {'rule' if rules == 1 else 'rules'}."
        case _:
            return "It cannot be told whether the contract is kept: a test failed by itself, or none was run."
