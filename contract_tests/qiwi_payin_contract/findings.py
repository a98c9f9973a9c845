"""What was found broken, and what was looked at."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Self

import attrs

from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.rules import Basis, Rule
from qiwi_payin_contract.stories import Deed, Story

__all__ = ["Broken", "Finding", "Findings", "Policy"]


@attrs.define(frozen=True)
class Policy:
    """Which broken rules make a server fail.

    Attributes:
        decisions: whether rules that rest on our decisions alone count.
        waived: codes, or ``<basis>:<name>`` words, of rules that do not count.
        bases: bases that count, or None for all (``decisions`` is asked as well).
    """

    decisions: bool = False
    waived: frozenset[str] = frozenset()
    bases: frozenset[Basis] | None = None

    def counts(self, rule: Rule) -> bool:
        """Tell whether breaking ``rule`` makes the server fail."""
        if rule.code in self.waived or rule.waiver in self.waived:
            return False
        if self.bases is not None and rule.basis not in self.bases:
            return False
        return rule.basis is not Basis.DECISION or self.decisions


@attrs.define(frozen=True)
class Finding:
    """A rule that a server broke.

    Attributes:
        rule: the rule.
        message: what was expected and what came instead; holds no secrets.
        exchanges: the exchanges that show it, in order, the telling one last.
        test: name of the test that found it.
        story: what plays it again, where few requests can show it.
    """

    rule: Rule
    message: str
    exchanges: tuple[Exchange, ...] = ()
    test: str = ""
    story: Story | None = attrs.field(default=None, repr=False)

    @property
    def operation_id(self) -> str | None:
        """Operation of the telling exchange."""
        return self.exchanges[-1].operation_id if self.exchanges else None

    @property
    def steps(self) -> tuple[Exchange | Deed, ...]:
        """Exchanges in order, with what the payer and the clock did between them, where its story tells that."""
        if self.story is None or self.story.requests != len(self.exchanges):
            return self.exchanges
        exchanges = iter(self.exchanges)
        return tuple(step if isinstance(step, Deed) else next(exchanges) for step in self.story.steps)

    def to_json(self) -> dict[str, Any]:
        """JSON value of the finding, secrets masked."""
        return {
            "rule": self.rule.code,
            "message": self.message,
            "exchanges": [exchange.to_json() for exchange in self.exchanges],
            "test": self.test,
            "story": None if self.story is None else self.story.to_json(),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any], rules: Mapping[str, Rule]) -> Self:
        """Read what ``to_json`` wrote; ``rules`` are those of ``catalogue()``.

        Raises:
            KeyError: there is no such rule.
        """
        return cls(
            rules[value["rule"]],
            value["message"],
            tuple(map(Exchange.from_json, value["exchanges"])),
            value["test"],
            None if value["story"] is None else Story.from_json(value["story"]),
        )

    def __str__(self) -> str:
        lines = [f"{self.rule.code} {self.rule.sentence}", self.message]
        for exchange in self.exchanges:
            lines += ["", exchange.shown_request(), f"-> {exchange.shown_answer()}", exchange.curl()]
        return "\n".join(lines)


class Broken(AssertionError):  # noqa: N818 - what a test raises when the server breaks the contract; reads as a verdict
    """The server broke a rule that counts. ``finding`` says which."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding

    def __reduce__(self) -> tuple[type["Broken"], tuple[Finding]]:
        return (Broken, (self.finding,))


@attrs.define(eq=False)
class Findings:
    """Collects findings of a run; one fault of one operation stays one finding, with the shortest way to it.

    Attributes:
        policy: which rules make a server fail.
        checked: how often each rule was looked at.
        test: name of the test that runs.
    """

    policy: Policy = attrs.field(factory=Policy)
    checked: Counter[Rule] = attrs.field(factory=Counter)
    test: str = ""
    _found: dict[tuple[str, str | None], Finding] = attrs.field(factory=dict)

    def expect(self, holds: object, rule: Rule, message: str, *exchanges: Exchange) -> None:
        """Count a look at ``rule``, and stop the test where it is broken and counts.

        Raises:
            Broken: ``holds`` is false and the rule counts. What does not count is only recorded.
        """
        self.checked[rule] += 1
        if holds:
            return
        finding = Finding(rule, message, exchanges)
        if self.policy.counts(rule):
            raise Broken(finding)
        self.record(finding)

    def note(self, holds: object, rule: Rule, message: str, *exchanges: Exchange) -> bool:
        """Count a look at ``rule`` and record it where it is broken, and let the test go on; it fails at its end.

        Returns:
            Whether the rule was kept.
        """
        self.checked[rule] += 1
        if not holds:
            self.record(Finding(rule, message, exchanges))
        return bool(holds)

    def record(self, finding: Finding) -> None:
        """Keep a finding, or the shorter of two that tell the same."""
        known = self._found.get(place := (finding.rule.code, finding.operation_id))
        if known is None or len(finding.exchanges) < len(known.exchanges):
            self._found[place] = attrs.evolve(finding, test=finding.test or self.test)

    def replace(self, finding: Finding, retold: Finding) -> None:
        """Put a finding that was seen again in the place of the first one."""
        self._found[finding.rule.code, finding.operation_id] = retold

    def __iter__(self) -> Iterator[Finding]:
        return iter(sorted(self._found.values(), key=lambda finding: finding.rule.code))

    def __len__(self) -> int:
        return len(self._found)

    @property
    def failing(self) -> tuple[Finding, ...]:
        """Findings that make the server fail."""
        return tuple(finding for finding in self if self.policy.counts(finding.rule))

    @property
    def waived(self) -> tuple[Finding, ...]:
        """Findings that were waived or whose basis does not count."""
        return tuple(finding for finding in self if not self.policy.counts(finding.rule))
