"""A fault that was asked for, as it is stored, and how it is decided whether it strikes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Self

from qiwi_payin_sandbox.ids import Ids, secret_of_seed

EVERYTHING = "*"
"""In place of an operation or a type of notifications: all of them."""

_WHOLE = 1 << 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault on a site.

    Attributes:
        number: Its place in the order in which the site's faults were asked for; never used twice.
        kind: What goes wrong; a name in the catalogue.
        operation: Which operation (by its operationId) or which type of notifications it concerns; `*` for all.
        rate: Which share of them it strikes, from 0 to 1.
        times: How often it strikes before it is used up; None: until it is removed.
        seed: What decides which ones it strikes and how; None: the sandbox's own seed.
        settings: What else its kind lets choose, by the names of the control operation.
        considered: How many of those that it concerns have come so far.
        fired: How many of them it has struck.
    """

    number: int
    kind: str
    operation: str = EVERYTHING
    rate: Decimal = Decimal(1)
    times: int | None = None
    seed: int | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    considered: int = 0
    fired: int = 0

    @property
    def fault_id(self) -> str:
        """Its id, unique on the site."""
        return f"fault-{self.number}"

    @property
    def is_active(self) -> bool:
        """Whether it may strike again."""
        return self.times is None or self.fired < self.times

    def concerns(self, operation: str) -> bool:
        """Whether it may strike such an operation or notification."""
        return self.is_active and self.operation in {EVERYTHING, operation}

    def considering(self, ids: Ids, site_id: str) -> tuple[Self, "Chance | None"]:
        """Consider the next one that it concerns: the fault as it is then, and its chance if it strikes.

        The same seed gives the same decisions in the same order, on every store and after a restart.
        """
        if self.seed is None:
            digest = ids.digest("fault", site_id, self.fault_id, str(self.considered))
        else:
            seeded = Ids(secret_of_seed(self.seed))
            digest = seeded.digest("fault", self.kind, self.operation, str(self.considered))
        strikes = int.from_bytes(digest[:8]) < self.rate * _WHOLE
        considered = replace(self, considered=self.considered + 1, fired=self.fired + strikes)
        return considered, Chance(int.from_bytes(digest[8:16])) if strikes else None


@dataclass(frozen=True, slots=True)
class Chance:
    """A number drawn for one strike, from which its kind draws what it needs.

    Attributes:
        drawn: From 0 to 2**64 - 1.
    """

    drawn: int

    def between(self, smallest: int, largest: int) -> int:
        """Return an integer from `smallest` to `largest`, both of them possible."""
        return smallest + self.drawn * (largest - smallest + 1) // _WHOLE
