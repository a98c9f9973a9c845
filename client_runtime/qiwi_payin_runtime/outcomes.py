"""What a status and its sums come to, for whoever has to decide."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Self

from attr import frozen

from qiwi_payin_runtime.money import Money, MoneyLike, as_money


class Verdict(StrEnum):
    """What has become of an operation."""

    PENDING = "PENDING"
    """Nothing is certain yet. Wait for it, or ask again."""
    FAILED = "FAILED"
    """Refused or expired. No money moved, and none will."""
    HELD = "HELD"
    """The bank authorized it and money is held; not all of it was debited. It is to be captured or reversed."""
    SUCCEEDED = "SUCCEEDED"
    """All of the money has moved."""
    RETURNED = "RETURNED"
    """It succeeded, and then a part of the money or all of it was let go or given back."""


@frozen
class Outcome:
    """A verdict and the sum that it is about."""

    verdict: Verdict
    amount: Money

    @classmethod
    def of(
        cls,
        amount: Money,
        *,
        is_final: bool,
        is_success: bool,
        captured: Sequence[Money] | None = None,
        returned: Sequence[Money] = (),
    ) -> Self:
        """The outcome of an operation.

        Args:
            amount: the sum that it is about.
            is_final: whether its status will stay as it is.
            is_success: whether its status is a good one.
            captured: the sums that were debited; None where the status alone says whether money has moved.
            returned: the sums that were let go or given back.
        """
        if not is_final:
            verdict = Verdict.PENDING
        elif not is_success:
            verdict = Verdict.FAILED
        elif any(returned):
            verdict = Verdict.RETURNED
        elif captured is None or amount == _total(captured, amount.currency):
            verdict = Verdict.SUCCEEDED
        elif _total(captured, amount.currency) < amount:
            verdict = Verdict.HELD
        else:  # more was debited than it is about: that is for a person to look at
            verdict = Verdict.PENDING
        return cls(verdict, amount)

    def succeeded(self, expected: MoneyLike) -> bool:
        """Whether all of the money has moved, and the sum is exactly the one that was expected, to the currency."""
        return self.verdict is Verdict.SUCCEEDED and self.amount == as_money(expected)

    def is_held(self, expected: MoneyLike) -> bool:
        """Whether the money is held and can be captured, and the sum is exactly the one that was expected."""
        return self.verdict is Verdict.HELD and self.amount == as_money(expected)


def _total(sums: Sequence[Money], currency: str) -> Money:
    """The sum of those in one currency: those in another do not count towards it."""
    return sum((each for each in sums if each.currency == currency), Money(0, currency))
