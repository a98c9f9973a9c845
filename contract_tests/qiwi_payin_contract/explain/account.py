"""Everything there is to say of a rule, for the terminal and for its page."""

from functools import cache

import attrs

from qiwi_payin_contract.books.rules import RULES as OF_THE_BOOKS
from qiwi_payin_contract.explanations import explanations
from qiwi_payin_contract.looks import tests_of_rules
from qiwi_payin_contract.rules import Basis, Rule
from qiwi_payin_contract.statements import Decision, Statement, decisions, statements

__all__ = ["Account", "account_of"]

_MEANING = {
    Basis.DOCUMENTED: "One of the two source documents says so. A server that breaks the rule fails.",
    Basis.PUBLISHED: "QIWI's other public documents say so. A server that breaks the rule fails.",
    Basis.PRACTICE: "Live answers and working clients show it; no document says it. A server that breaks it fails. "
    "Where it has a reason to differ, the rule can be waived by name.",
    Basis.DECISION: "No source says it; this project chose. A server fails only where that is asked for, with "
    "--decisions, or where it is a sandbox of this project.",
}


@attrs.define(frozen=True)
class Account:
    """A rule with what explains it.

    Attributes:
        rule: the rule.
        matters: what goes wrong, or what it costs, where a server breaks it.
        basis: what its basis means for failing and waiving.
        statements: what it rests on.
        decision: what this project chose, for rules on that basis.
        tests: tests that look at it, as ``module::function``.
        watched: who else looks at it, in a sentence; empty where the tests alone do.
    """

    rule: Rule
    matters: str
    basis: str
    statements: tuple[Statement, ...]
    decision: Decision | None
    tests: tuple[str, ...]
    watched: str

    @property
    def waivers(self) -> tuple[str, ...]:
        """Options that let a run pass although the rule is broken."""
        return f"--waive {self.rule.waiver}", f"--waive {self.rule.code}"


@cache
def account_of(rule: Rule) -> Account:
    """Put together what there is to say of a rule.

    Raises:
        KeyError: nobody has said why it matters.
    """
    tests = tests_of_rules().get(rule.code, ())
    return Account(
        rule,
        explanations()[rule.code],
        _MEANING[rule.basis],
        tuple(statements()[name] for name in rule.statements),
        decisions()[rule.decision] if rule.decision is not None else None,
        tests,
        _watched(rule, tests),
    )


def _watched(rule: Rule, tests: tuple[str, ...]) -> str:
    if rule in OF_THE_BOOKS:
        return "The books look at it behind every exchange of every group."
    if not tests:
        return f"The tests of the group {rule.group} look at it as they go."
    return ""
