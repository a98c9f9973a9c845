"""Findings as reports tell them: the rule, what it rests on, what was seen, how to see it again."""

import re
import shlex
from pathlib import Path
from typing import Any

from qiwi_payin_contract.explanations import explanations
from qiwi_payin_contract.findings import Finding
from qiwi_payin_contract.replay.snippet import snippet
from qiwi_payin_contract.results.statements import statement_document
from qiwi_payin_contract.rules import Rule
from qiwi_payin_contract.run import Run
from qiwi_payin_contract.statements import decisions, statements
from qiwi_payin_contract.stories import Deed

__all__ = ["finding_document", "repeating", "rule_document"]

_ID = re.compile(r"\b[A-Z]{2,3}-[0-9]{3}\b")


def rule_document(rule: Rule) -> dict[str, Any]:
    """A rule as reports name it."""
    return {
        "rule": rule.code,
        "name": rule.name,
        "sentence": rule.sentence,
        "matters": explanations().get(rule.code, ""),
        "group": rule.group,
        "basis": str(rule.basis),
        "waiver": rule.waiver,
        "decision": rule.decision,
        "decisionTitle": decisions()[rule.decision].title if rule.decision else None,
    }


def finding_document(finding: Finding) -> dict[str, Any]:
    """A finding.

    Statements that its message names come first: of a rule that rests on many, they are the ones that were broken.
    """
    named = [name for name in dict.fromkeys(_ID.findall(finding.message)) if name in statements()]
    listed = dict.fromkeys([*named, *(name for name in finding.rule.statements if name in statements())])
    return {
        **rule_document(finding.rule),
        "message": finding.message,
        "operationId": finding.operation_id,
        "test": finding.test,
        "statements": [statement_document(name) for name in listed],
        "named": named,
        "steps": [
            {"deed": str(step)} if isinstance(step, Deed) else {**step.to_json(), "curl": step.curl()}
            for step in finding.steps
        ],
    }


def repeating(finding: Finding, run: Run, file: Path | None) -> dict[str, Any]:
    """How to see a finding of a run again: a command, its file, and a pytest file where it has a story."""
    settings = run.settings
    words = ["qiwi-payin", "contract"]
    if settings.base_url is not None:
        words += ["--base-url", settings.base_url]
        words += [word for site in settings.sites for word in ("--site", site.site_id)]
    if file is not None:
        words += ["--replay", str(file)]
    else:
        words += ["--only", finding.rule.group, "--seed", str(settings.seed)]
    whole = finding.story is not None and finding.story.masked().whole
    return {
        "command": shlex.join(words),
        "file": None if file is None else file.name,
        "pytest": snippet(finding) if whole else None,
    }
