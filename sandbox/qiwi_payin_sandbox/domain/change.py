"""What one command changes: all of it is stored in one transaction, or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qiwi_payin_sandbox.domain.bills import Bill
    from qiwi_payin_sandbox.domain.captures import Capture
    from qiwi_payin_sandbox.domain.events import Event
    from qiwi_payin_sandbox.domain.ledger import Posting
    from qiwi_payin_sandbox.domain.payments import Payment
    from qiwi_payin_sandbox.domain.refunds import Refund
    from qiwi_payin_sandbox.domain.repeats import Strike
    from qiwi_payin_sandbox.domain.tokens import Token


@dataclass(frozen=True, slots=True)
class Change:
    """New states of a bill, a payment and what belongs to it, the postings and the events that explain them."""

    bill: Bill | None = None
    payment: Payment | None = None
    captures: tuple[Capture, ...] = ()
    refunds: tuple[Refund, ...] = ()
    tokens: tuple[Token, ...] = ()
    postings: tuple[Posting, ...] = ()
    strikes: tuple[Strike, ...] = ()
    events: tuple[Event, ...] = ()

    def then(self, later: Change) -> Change:
        """Join with what happened after it."""
        return Change(
            bill=later.bill or self.bill,
            payment=later.payment or self.payment,
            captures=self.captures + later.captures,
            refunds=self.refunds + later.refunds,
            tokens=self.tokens + later.tokens,
            postings=self.postings + later.postings,
            strikes=self.strikes + later.strikes,
            events=self.events + later.events,
        )

    def __bool__(self) -> bool:
        return bool(self.events)
