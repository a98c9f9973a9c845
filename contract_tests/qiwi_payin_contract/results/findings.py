"""Findings as reports tell them: the rule, what it rests on, what was seen, how to see it again."""

import re
import shlex
from typing import Any

from qiwi_payin_contract.explanations import EXPLANATIONS
from qiwi_payin_contract.findings import Finding
from qiwi_payin_contract.results.statements import statement_document
from qiwi_payin_contract.rules import Rule
from qiwi_payin_contract.run import Run
from qiwi_payin_contract.statements import decisions, statements

__all__ = ["finding_document", "finding_file", "rule_document"]

_ID = re.compile(r"\b[A-Z]{2,3}-[0-9]{3}\b")


def rule_document(rule: Rule) -> dict[str, Any]:
    """A rule as reports name it."""
    return {
        "rule": rule.code,
        "name": rule.name,
        "sentence": rule.sentence,
        "matters": EXPLANATIONS.get(rule.code, ""),
        "group": rule.group,
        "basis": str(rule.basis),
        "waiver": rule.waiver,
        "decision": rule.decision,
        "decisionTitle": decisions()[rule.decision].title if rule.decision else None,
    }


def finding_document(finding: Finding, run: Run) -> dict[str, Any]:
    """A finding of a run.

    Statements that its message names come first: of a rule that rests on many, they are the ones that were broken.
    """
    named = [name for name in dict.fromkeys(_ID.findall(finding.message)) if name in statements()]
    listed = dict.fromkeys([*named, *(name for name in finding.rule.statements if name in statements())])
    return {
        **rule_document(finding.rule),
        "message": finding.message,
        "operationId": finding.operation_id,
        "statements": [statement_document(name) for name in listed],
        "named": named,
        "exchanges": [{**exchange.to_json(), "curl": exchange.curl()} for exchange in finding.exchanges],
        "tests": [outcome.name for outcome in run.outcomes if finding.rule.code in outcome.rules],
        "file": finding_file(finding),
        "repeat": _command(finding, run),
    }


def finding_file(finding: Finding) -> str:
    """Name of the file that ``--findings`` writes for a finding."""
    return f"{finding.rule.code}-{finding.operation_id or 'none'}.json"


def _command(finding: Finding, run: Run) -> str:
    """The command that runs the finding's group again, with the key where it was: in the environment."""
    settings = run.settings
    words = ["qiwi-payin", "contract"]
    if settings.base_url is not None:
        words += ["--base-url", settings.base_url]
        words += [word for site in settings.sites for word in ("--site", site.site_id)]
    words += ["--only", finding.rule.group, "--seed", str(settings.seed)]
    return shlex.join(words)
