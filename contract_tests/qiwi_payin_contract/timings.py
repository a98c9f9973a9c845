"""How long answers took, in a form that several processes can add up."""

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

import attrs

__all__ = ["Timings"]

_SHORTEST = 1e-5
_STEP = 1.05


@attrs.define
class Timings:
    """Durations of one operation, in seconds.

    They are counted in classes that are 5 % wide, so that a percentile is right within that. Mean and longest are
    exact.

    Attributes:
        total: all durations together.
        longest: the longest.
    """

    total: float = 0.0
    longest: float = 0.0
    _classes: Counter[int] = attrs.field(factory=Counter)

    @property
    def count(self) -> int:
        """How many durations there are."""
        return self._classes.total()

    @property
    def mean(self) -> float:
        """Their mean; 0 where there are none."""
        return self.total / self.count if self.count else 0.0

    def add(self, seconds: float) -> None:
        """Take a duration."""
        self.total += seconds
        self.longest = max(self.longest, seconds)
        self._classes[max(0, math.ceil(math.log(max(seconds, _SHORTEST) / _SHORTEST, _STEP)))] += 1

    def percentile(self, share: float) -> float:
        """The duration that a share of all, such as 0.95, does not exceed; 0 where there are none."""
        wanted = share * self.count
        passed = 0
        for number in sorted(self._classes):
            passed += self._classes[number]
            if passed >= wanted:
                return min(_SHORTEST * _STEP**number, self.longest)
        return 0.0

    def snapshot(self) -> dict[str, Any]:
        """JSON value, for ``merge`` in another process."""
        classes = [[number, times] for number, times in self._classes.items()]
        return {"total": self.total, "longest": self.longest, "classes": classes}

    def merge(self, snapshot: Mapping[str, Any]) -> None:
        """Take the durations that another process saw."""
        self.total += snapshot["total"]
        self.longest = max(self.longest, snapshot["longest"])
        for number, times in snapshot["classes"]:
            self._classes[number] += times
