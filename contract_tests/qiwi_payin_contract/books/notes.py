"""What is noticed while one exchange is compared with the books."""

from collections import Counter
from collections.abc import Iterable

import attrs

from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Finding
from qiwi_payin_contract.rules import Rule

__all__ = ["Notes"]


@attrs.define(eq=False)
class Notes:
    """Findings of one exchange, and a count of the looks at each rule.

    Attributes:
        exchange: the exchange that is studied.
        looks: counts on through the run.
        findings: what the exchange contradicts; a rule is told once.
    """

    exchange: Exchange
    looks: Counter[Rule]
    findings: list[Finding] = attrs.field(factory=list)

    def holds(self, kept: object, rule: Rule, message: str, trail: Iterable[Exchange] = ()) -> bool:
        """Count a look at ``rule`` and note it where it is broken.

        Args:
            kept: whether the rule is kept.
            rule: the rule.
            message: what was expected and what came; holds no secrets.
            trail: earlier exchanges without which the finding cannot be seen again.
        """
        self.looks[rule] += 1
        if not kept and all(finding.rule is not rule for finding in self.findings):
            earlier = tuple(exchange for exchange in trail if exchange is not self.exchange)
            self.findings.append(Finding(rule, message, (*earlier, self.exchange)))
        return bool(kept)

    def broken(self, rule: Rule, message: str, trail: Iterable[Exchange] = ()) -> None:
        """Note a rule that is broken for sure."""
        self.holds(kept=False, rule=rule, message=message, trail=trail)
