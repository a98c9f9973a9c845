"""What a run remembers of its exchanges for the report: how many, how long, what of the description they reached."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import attrs

from qiwi_payin_contract.books.transitions import TRANSITIONS, Transition
from qiwi_payin_contract.coverage import Coverage
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.timings import Timings

__all__ = ["Record"]


def _now() -> datetime:
    return datetime.now(UTC)


@attrs.define(eq=False)
class Record:
    """Figures of a run; it is called with every exchange.

    Attributes:
        started: when the run began.
        requests: how many requests were answered.
        timings: how long answers took, by operation; ``none`` for requests that fit none.
        coverage: keywords of the description that bodies kept and broke.
        transitions: how often each move of the documents' model was seen.
    """

    started: datetime = attrs.field(factory=_now)
    requests: int = 0
    timings: defaultdict[str, Timings] = attrs.field(factory=lambda: defaultdict(Timings), repr=False)
    coverage: Coverage = attrs.field(factory=Coverage, repr=False)
    transitions: Counter[Transition] = attrs.field(factory=Counter, repr=False)

    def __call__(self, exchange: Exchange) -> None:
        """Take an exchange."""
        self.requests += 1
        self.timings[exchange.operation_id or "none"].add(exchange.elapsed)
        self.coverage(exchange)

    @property
    def seconds(self) -> float:
        """How long the run has taken so far."""
        return (_now() - self.started).total_seconds()

    def snapshot(self) -> dict[str, Any]:
        """JSON value of what was seen so far, for ``merge`` in another process."""
        return {
            "started": self.started.isoformat(),
            "requests": self.requests,
            "timings": {name: timings.snapshot() for name, timings in self.timings.items()},
            "coverage": self.coverage.snapshot(),
            "transitions": {move.name: times for move, times in self.transitions.items()},
        }

    def merge(self, snapshot: Mapping[str, Any]) -> None:
        """Take what another process saw."""
        self.started = min(self.started, datetime.fromisoformat(snapshot["started"]))
        self.requests += snapshot["requests"]
        for name, timings in snapshot["timings"].items():
            self.timings[name].merge(timings)
        self.coverage.merge(snapshot["coverage"])
        for move in TRANSITIONS:
            self.transitions[move] += snapshot["transitions"].get(move.name, 0)
