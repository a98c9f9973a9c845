"""Double entry: every move of money takes from one account what it gives to another, so all accounts sum to zero.

Accounts of a site, by currency: `payer` (the cards of all payers), `held:{payment}` (authorised and neither captured
nor reversed) and `site` (what the partner has got).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from qiwi_payin_sandbox.domain.money import Money


class Move(StrEnum):
    """Why money moved."""

    AUTHORISE = "AUTHORISE"
    CAPTURE = "CAPTURE"
    REVERSE = "REVERSE"
    REFUND = "REFUND"


PAYER = "payer"
SITE = "site"


def held(payment_id: str) -> str:
    """Return the account that holds a payment's authorised money."""
    return f"held:{payment_id}"


@dataclass(frozen=True, slots=True)
class Posting:
    """`amount` went from the account `source` to the account `destination` because of `payment_id`."""

    payment_id: str
    move: Move
    amount: Money

    def __post_init__(self) -> None:
        if self.amount.minor <= 0:
            raise ValueError("a posting moves a positive sum")

    @property
    def source(self) -> str:
        """The account that gives."""
        match self.move:
            case Move.AUTHORISE:
                return PAYER
            case Move.REFUND:
                return SITE
        return held(self.payment_id)

    @property
    def destination(self) -> str:
        """The account that gets."""
        match self.move:
            case Move.AUTHORISE:
                return held(self.payment_id)
            case Move.CAPTURE:
                return SITE
        return PAYER


@dataclass(frozen=True, slots=True)
class Balance:
    """Where a payment's money is, in minor units: authorised = captured + reversed + held; refunded <= captured."""

    authorised: int = 0
    captured: int = 0
    reversed: int = 0
    refunded: int = 0

    @property
    def held(self) -> int:
        """What is authorised and may still be captured or reversed."""
        return self.authorised - self.captured - self.reversed

    @property
    def refundable(self) -> int:
        """What is captured and may still be refunded."""
        return self.captured - self.refunded

    def after(self, posting: Posting) -> "Balance":
        """Return the balance after a posting.

        Raises:
            OverdrawnError: An account would give more than it has.
        """
        sum_ = posting.amount.minor
        match posting.move:
            case Move.AUTHORISE:
                return replace(self, authorised=self.authorised + sum_)
            case Move.CAPTURE if sum_ <= self.held:
                return replace(self, captured=self.captured + sum_)
            case Move.REVERSE if sum_ <= self.held:
                return replace(self, reversed=self.reversed + sum_)
            case Move.REFUND if sum_ <= self.refundable:
                return replace(self, refunded=self.refunded + sum_)
        raise OverdrawnError(posting)


class OverdrawnError(Exception):
    """A posting would take from an account what is not there: the rules before it are broken, nothing may be stored."""

    def __init__(self, posting: Posting) -> None:
        super().__init__(f"{posting.source} does not hold what {posting.move} would take")


def account_sums(postings: Iterable[Posting]) -> dict[tuple[str, str], int]:
    """Sum the postings into `{(account, currency): minor units}`."""
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for posting in postings:
        sums[posting.source, posting.amount.currency] -= posting.amount.minor
        sums[posting.destination, posting.amount.currency] += posting.amount.minor
    return dict(sums)
