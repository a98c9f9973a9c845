"""What the books know of the objects of a server."""

from datetime import datetime
from typing import Any

import attrs

from qiwi_payin_contract.exchange import Exchange

__all__ = ["Bill", "Capture", "Ledger", "Payment", "Record", "Refund", "Token", "moment", "status_of"]

TRAIL = 8
"""Exchanges that a record remembers; the first is always kept."""


def moment(value: Any) -> datetime | None:
    """Read a time with an offset; None for anything else."""
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return read if read is not None and read.tzinfo is not None else None


def status_of(answer: dict[str, Any]) -> tuple[str | None, str | None]:
    """Read ``status.value`` and ``status.changedDateTime``."""
    status = answer.get("status")
    if not isinstance(status, dict):
        return None, None
    value, changed = status.get("value"), status.get("changedDateTime")
    return value if isinstance(value, str) else None, changed if isinstance(changed, str) else None


@attrs.define(eq=False)
class Record:
    """What is common to all objects.

    Attributes:
        own: made in this run, so that nobody else changes it.
        asked: body of the request that made it; None where it was made elsewhere (an absent body is ``{}``).
        made_by: the exchange that made it, where that was this run's; a repeat of it, where the books were wrong since.
        fields: what every answer has to repeat.
        status: newest status.
        changed: its time.
        constant: what was shown of it that nothing changes, by place in the object.
        trail: exchanges that made it what it is.
        doubtful: one of them that should have changed nothing, until the object is seen unchanged.
    """

    own: bool = True
    asked: Any = None
    made_by: Exchange | None = None
    fields: dict[str, Any] = attrs.field(factory=dict)
    status: str | None = None
    changed: str | None = None
    constant: dict[str, Any] = attrs.field(factory=dict)
    trail: list[Exchange] = attrs.field(factory=list)
    doubtful: Exchange | None = None

    def remember(self, exchange: Exchange) -> None:
        """Add an exchange to the trail."""
        if exchange not in self.trail:
            self.trail.append(exchange)
        if len(self.trail) > TRAIL:
            del self.trail[1]

    @property
    def roots(self) -> list[Exchange]:
        """What made the object, and what happened to it last: enough to see again what should never change."""
        return [*self.trail[:1], *self.trail[1:][-2:]]

    def doubt(self, exchange: Exchange) -> None:
        """Add an exchange to the trail that should have changed nothing."""
        self._forget_doubt()
        self.remember(exchange)
        self.doubtful = exchange

    def unchanged(self, seen: Exchange) -> None:
        """Take what should have changed nothing off the trail, now that a later exchange shows that it did not."""
        if self.doubtful is not seen:
            self._forget_doubt()

    def _forget_doubt(self) -> None:
        if self.doubtful in self.trail[1:]:
            self.trail.remove(self.doubtful)
        self.doubtful = None

    def start_again(self) -> None:
        """Forget what was known of an object in whose place the server has another one now."""
        self.status = self.changed = None
        self.constant.clear()

    def flagged(self, flag: str) -> bool:
        """Whether the request that made the object had a flag."""
        flags = self.asked.get("flags") if isinstance(self.asked, dict) else None
        return isinstance(flags, list) and flag in flags


@attrs.define(eq=False)
class Bill(Record):
    """A bill.

    Attributes:
        payments: ids of all attempts to pay it that are known.
        paid_by_whom: became PAID by a payment that the books have not met yet.
        said_paid_by: a payment that was declined because the bill was PAID.
    """

    payments: list[str] = attrs.field(factory=list)
    paid_by_whom: bool = False
    said_paid_by: Exchange | None = None


@attrs.define(eq=False)
class Capture(Record):
    """A capture; ``amount`` in minor units."""

    amount: int = 0


@attrs.define(eq=False)
class Refund(Record):
    """A refund or reversal; ``amount`` in minor units."""

    amount: int = 0
    reversal: bool = False


@attrs.define(eq=False)
class Payment(Record):
    """A payment, sums in minor units.

    Attributes:
        bill_id: the bill that it pays, where that is a bill.
        one_step: whether it is debited at once; None where nobody knows.
        amount: authorized sum.
        captured: newest capturedAmount.
        refunded: newest refundedAmount.
        elsewhere: what was returned by refunds that are not in the books.
        asks_3ds: shows requirements, and complete was not called since.
        captures: by id.
        refunds: by id, in the order in which they were made.
        by_itself: captured or cancelled because the waiting period ended.
        unsettled: contradicted itself, so that its next sums are taken as they come.
    """

    bill_id: str | None = None
    one_step: bool | None = None
    amount: int = 0
    captured: int = 0
    refunded: int = 0
    elsewhere: int = 0
    asks_3ds: bool = False
    captures: dict[str, Capture] = attrs.field(factory=dict)
    refunds: dict[str, Refund] = attrs.field(factory=dict)
    by_itself: bool = False
    unsettled: bool = False

    def start_again(self) -> None:
        """Forget what was known, captures and refunds too."""
        super().start_again()
        self.captures.clear()
        self.refunds.clear()
        self.elsewhere, self.unsettled = 0, True

    @property
    def currency(self) -> str | None:
        """Currency of the payment, where it is known."""
        amount = self.fields.get("amount")
        return amount[1] if amount is not None and isinstance(amount[1], str) else None

    @property
    def taken(self) -> bool:
        """Whether the money was debited."""
        return bool(
            self.one_step or self.by_itself or any(capture.status == "COMPLETED" for capture in self.captures.values())
        )

    @property
    def returned(self) -> int:
        """Sum of all completed refunds and reversals."""
        return self.elsewhere + sum(refund.amount for refund in self.refunds.values() if refund.status == "COMPLETED")

    @property
    def reversed(self) -> int:
        """Sum of what was returned before the capture."""
        done = (refund for refund in self.refunds.values() if refund.status == "COMPLETED" and refund.reversal)
        return sum(refund.amount for refund in done) + (0 if self.taken else self.elsewhere)

    @property
    def rest(self) -> int:
        """What can still be returned, and is held where nothing was captured."""
        return max(self.amount - self.returned, 0) if self.status == "COMPLETED" else 0

    @property
    def holds(self) -> bool:
        """Whether a capture would find something."""
        return self.status == "COMPLETED" and self.one_step is not True and not self.taken and self.rest > 0


@attrs.define(eq=False)
class Token:
    """A payment token: its account, where it was issued, the masked number of its card, and whether it was deleted."""

    account: str | None
    site_id: str
    made_by: Exchange
    card: str | None = None
    deleted_by: Exchange | None = None


@attrs.define(eq=False)
class Ledger:
    """All that is known of one site.

    Attributes:
        bills: by billId.
        payments: by paymentId.
        tokens: by token.
        refused: last refused create by kind and id, for the trail.
        uncertain: bodies of creates that got no clear answer, by kind and id.
        clock: newest server time seen.
        newest: newest time of an object of this run, and the exchange that showed it.
        latest: the newest exchange that made an object, by operation.
        currencies: taken by the site, as seen.
    """

    site_id: str
    bills: dict[str, Bill] = attrs.field(factory=dict)
    payments: dict[str, Payment] = attrs.field(factory=dict)
    tokens: dict[str, Token] = attrs.field(factory=dict)
    refused: dict[tuple[str, ...], Exchange] = attrs.field(factory=dict)
    uncertain: dict[tuple[str, ...], Any] = attrs.field(factory=dict)
    clock: datetime | None = None
    newest: tuple[datetime, Exchange] | None = None
    latest: dict[str, Exchange] = attrs.field(factory=dict)
    currencies: set[str] = attrs.field(factory=set)

    def adrift(self, object_id: str) -> None:
        """Take a bill or payment from now on as it is shown, as if others changed it too."""
        for record in (self.bills.get(object_id), self.payments.get(object_id)):
            if record is not None:
                record.own = False
