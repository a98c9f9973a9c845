"""A run: settings, server, findings, and how each test ended."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, Self

import attrs

from qiwi_payin_contract.acts import Journal
from qiwi_payin_contract.clients import Transport, unchanged
from qiwi_payin_contract.findings import Broken, Finding, Findings, Policy
from qiwi_payin_contract.record import Record
from qiwi_payin_contract.rules import catalogue
from qiwi_payin_contract.settings import Settings
from qiwi_payin_contract.target import Target

__all__ = ["GroupResult", "Outcome", "Run", "State", "broken_rules_in"]


class State(StrEnum):
    """How a test ended."""

    KEPT = "kept"
    BROKEN = "broken"
    NOT_RUN = "not run"
    FAILED = "failed"


def _codes(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(given)


@attrs.define(frozen=True)
class Outcome:
    """How one test ended.

    Attributes:
        group: group of the test.
        name: what the test is called.
        state: kept, broken, not run, or failed where the suite could not tell.
        reason: why it was not run, or what failed.
        seconds: how long it took.
        rules: codes of the rules that it found broken.
    """

    group: str
    name: str
    state: State = attrs.field(converter=State)
    reason: str = ""
    seconds: float = 0.0
    rules: tuple[str, ...] = attrs.field(default=(), converter=_codes)


@attrs.define(frozen=True)
class GroupResult:
    """A group of tests as a whole.

    Attributes:
        name: the group.
        counts: tests by state.
        reasons: why tests were not run or failed, each reason once.
    """

    name: str
    counts: Counter[State]
    reasons: tuple[str, ...]

    @property
    def state(self) -> State:
        """The worst that befell a test; not run where none was run."""
        for state in (State.BROKEN, State.FAILED, State.KEPT):
            if self.counts[state]:
                return state
        return State.NOT_RUN

    @property
    def left_out(self) -> bool:
        """Whether anything of the group was not run."""
        return self.state is State.NOT_RUN or bool(self.counts[State.NOT_RUN])

    @property
    def in_part(self) -> bool:
        """Whether some tests were run and others were not."""
        return self.left_out and self.state is not State.NOT_RUN


@attrs.define(eq=False)
class Run:
    """Everything that a report is made of.

    Attributes:
        settings: what was asked for.
        target: the server, with what was counted of it.
        findings: what was found broken, and what was looked at.
        given_back: lines that tell what was reversed, refunded and deleted at the end.
        record: figures of its exchanges.
        client: what lies between the client under test and its transport; changes nothing by default.
    """

    settings: Settings
    target: Target
    findings: Findings
    given_back: list[str] = attrs.field(factory=list)
    record: Record = attrs.field(factory=Record)
    client: Callable[[Transport], Transport] = unchanged
    _outcomes: dict[tuple[str, str], Outcome] = attrs.field(factory=dict)

    @classmethod
    def of(cls, settings: Settings, target: Target) -> Self:
        """Begin a run; decisions count on this project's sandbox always, and for a handler that is tested alone."""
        decisions = settings.decisions or target.driver.own_sandbox or settings.handler_alone
        target.driver = Journal(target.driver, target.order)
        made = cls(settings, target, Findings(Policy(decisions, settings.waived, settings.bases)))
        target.observers.append(made.record)
        return made

    @property
    def driver_name(self) -> str:
        """What the driver is called."""
        driver = self.target.driver
        return type(driver.driver if isinstance(driver, Journal) else driver).__name__

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """How each test ended, in the order in which they ran."""
        return tuple(self._outcomes.values())

    def tell(self, outcome: Outcome) -> None:
        """Take the outcome of a test, or of a later phase of it, which can only be worse."""
        place = (outcome.group, outcome.name)
        known = self._outcomes.get(place)
        if known is None:
            self._outcomes[place] = outcome
        elif known.state in {State.KEPT, State.NOT_RUN}:
            self._outcomes[place] = attrs.evolve(outcome, seconds=known.seconds + outcome.seconds)

    def snapshot(self) -> dict[str, Any]:
        """JSON value of what was seen so far, secrets masked, for ``merge`` in another process."""
        return {
            "outcomes": [attrs.asdict(outcome) for outcome in self.outcomes],
            "findings": [finding.to_json() for finding in self.findings],
            "checked": {rule.code: times for rule, times in self.findings.checked.items()},
            "statuses": [[name, status, times] for (name, status), times in self.target.statuses.items()],
            "givenBack": list(self.given_back),
            "record": self.record.snapshot(),
        }

    def merge(self, snapshot: Mapping[str, Any]) -> None:
        """Take what another process saw of the same server, as its ``snapshot`` tells."""
        rules = catalogue()
        for told in snapshot["outcomes"]:
            self.tell(Outcome(**told))
        for found in snapshot["findings"]:
            self.findings.record(Finding.from_json(found, rules))
        for code, times in snapshot["checked"].items():
            self.findings.checked[rules[code]] += times
        for name, status, times in snapshot["statuses"]:
            self.target.statuses[name, status] += times
        self.given_back += snapshot["givenBack"]
        self.record.merge(snapshot["record"])

    @property
    def groups(self) -> tuple[GroupResult, ...]:
        """Results by group, in order, with groups that have no test at all."""
        results = []
        for name in self.settings.groups:
            mine = [outcome for outcome in self.outcomes if outcome.group == name]
            reasons = dict.fromkeys(outcome.reason for outcome in mine if outcome.reason)
            results.append(GroupResult(name, Counter(outcome.state for outcome in mine), tuple(reasons)))
        return tuple(results)

    @property
    def exit_code(self) -> int:
        """0: what was run was kept. 1: broken. 2: the suite could not tell, or nothing was run."""
        states = {outcome.state for outcome in self.outcomes}
        if self.findings.failing or State.BROKEN in states:
            return 1
        return 0 if State.KEPT in states and State.FAILED not in states else 2


def broken_rules_in(error: BaseException) -> Iterable[Broken]:
    """Find what a test raised about the server inside exception groups, causes and contexts."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        current = waiting.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, Broken):
            yield current
        if isinstance(current, BaseExceptionGroup):
            waiting += current.exceptions
        waiting += [current.__cause__, current.__context__]
