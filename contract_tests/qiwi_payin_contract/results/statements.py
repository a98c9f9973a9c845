"""Statements: kept, broken, not tested and why, or untestable."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from qiwi_payin_contract.looks import tests_of_rules
from qiwi_payin_contract.rules import Rule, catalogue
from qiwi_payin_contract.run import Outcome, Run, State
from qiwi_payin_contract.statements import Statement, statements

__all__ = ["statement_counts", "statement_document", "statements_of", "untied"]

_STATES = ("kept", "broken", "not tested", "untestable")
_REASONS = 3
_DOCUMENTS_FIRST = ("EN", "RU", "PUB", "PRA")
"""Prefixes of statements in the order of reports."""


def statement_document(name: str) -> dict[str, Any]:
    """A statement as reports name it: id, text, where it is written."""
    statement = statements()[name]
    return {
        "id": name,
        "text": statement.text,
        "sources": list(statement.sources),
        "place": statement.place,
        "origin": statement.origin,
    }


def statements_of(run: Run) -> list[dict[str, Any]]:
    """List all statements with their state, the rules that test them, and why one was not tested."""
    found = []
    ended = _by_test(run.outcomes)
    for name, state in _states(run).items():
        tested_by = _rules_by_statement().get(name, ())
        if state == "untestable":
            why = statements()[name].untestable or ""
        elif state == "not tested":
            why = _why_not(run, tested_by, ended)
        else:
            why = ""
        codes = [rule.code for rule in tested_by]
        found.append({**statement_document(name), "state": state, "why": why, "rules": codes})
    return found


def statement_counts(run: Run) -> dict[str, tuple[int, int, int, int]]:
    """Count statements by source prefix: kept, broken, not tested, untestable.

    A statement is tested when a rule that names it was looked at in this run, and broken when such a rule was broken.
    """
    counts: dict[str, list[int]] = {}
    for name, state in _states(run).items():
        counts.setdefault(name.partition("-")[0], [0, 0, 0, 0])[_STATES.index(state)] += 1
    return {prefix: (row[0], row[1], row[2], row[3]) for prefix, row in counts.items()}


def untied(rules: Iterable[Rule] | None = None) -> list[str]:
    """List testable statements that no rule names."""
    named = {name for rule in (catalogue().values() if rules is None else rules) for name in rule.statements}
    return [name for name, statement in statements().items() if statement.untestable is None and name not in named]


def _states(run: Run) -> dict[str, str]:
    tested = {name for rule in run.findings.checked for name in rule.statements}
    broken = {name for finding in run.findings for name in finding.rule.statements}

    def state(name: str, statement: Statement) -> str:
        if name in broken:
            return "broken"
        if name in tested:
            return "kept"
        return "not tested" if statement.untestable is None else "untestable"

    return {name: state(name, statement) for name, statement in sorted(statements().items(), key=_place_of)}


def _place_of(item: tuple[str, Statement]) -> tuple[int, str]:
    prefix = item[0].partition("-")[0]
    return _DOCUMENTS_FIRST.index(prefix) if prefix in _DOCUMENTS_FIRST else len(_DOCUMENTS_FIRST), item[0]


@cache
def _rules_by_statement() -> Mapping[str, tuple[Rule, ...]]:
    found: dict[str, list[Rule]] = {}
    for rule in catalogue().values():
        for name in rule.statements:
            found.setdefault(name, []).append(rule)
    return {name: tuple(rules) for name, rules in found.items()}


def _by_test(outcomes: Iterable[Outcome]) -> Mapping[str, list[Outcome]]:
    """Outcomes by the name of their test, with and without the value that it was run for."""
    found: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        for name in dict.fromkeys((outcome.name, outcome.name.partition("[")[0])):
            found.setdefault(name, []).append(outcome)
    return found


def _why_not(run: Run, rules: Iterable[Rule], ended: Mapping[str, list[Outcome]]) -> str:
    reasons: dict[str, None] = {}
    for rule in rules:
        if rule.group not in run.settings.groups:
            reasons[f"the group {rule.group} was not asked for"] = None
            continue
        tests = [test.rpartition("::")[2] for test in tests_of_rules().get(rule.code, ())]
        outcomes = [outcome for test in tests for outcome in ended.get(test, ())]
        told = [f"{one.name} was not run: {one.reason}" for one in outcomes if one.state is State.NOT_RUN]
        told += [f"{one.name} failed before it" for one in outcomes if one.state is State.FAILED]
        told += [f"{one.name} stopped at a broken rule" for one in outcomes if one.state is State.BROKEN]
        reasons |= dict.fromkeys(told or [f"nothing in this run called for {rule.code}"])
    kept = list(reasons)[:_REASONS]
    more = len(reasons) - len(kept)
    return "; ".join([*kept, *([f"and {more} more"] if more else [])]) or "no rule names it"
