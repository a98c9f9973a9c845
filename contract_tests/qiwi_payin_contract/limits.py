"""What a run may ask of a server: how many requests, how many payments, how large a sum."""

import threading
from collections.abc import Callable
from decimal import Decimal

import attrs
import pytest

from qiwi_payin_contract.description import description
from qiwi_payin_contract.sums import largest_sum

__all__ = ["Limits", "Sent", "Watcher"]

Watcher = Callable[["Sent"], None]


@attrs.define(frozen=True)
class Sent:
    """A request that goes to the server.

    Attributes:
        method: upper case.
        path: from ``/payin/v1`` on.
        operation_id: its operation, or None where it fits none.
        ids: ids in the path by their names in the description.
        largest: largest sum that it names, or None.
        new_payment: whether it asks for a payment that was not asked for before.
    """

    method: str
    path: str
    operation_id: str | None
    ids: dict[str, str]
    largest: Decimal | None
    new_payment: bool


@attrs.define(eq=False)
class Limits:
    """Counts what is sent, and leaves the test, as a skip with its reason, before a limit would be passed.

    Nothing is sent that would leave too few requests to give back what is open.

    Attributes:
        requests: most requests, or None.
        payments: most payments, or None.
        amount: largest sum of a request in major units, or None.
        reserve: requests that giving back takes as things stand.
        cleaning: whether what is open is being given back, which the reserve is for.
        watchers: told of every request before it is sent.
        payers: told of every payment that the payer made.
        sent: requests so far.
        largest: largest sum so far.
    """

    requests: int | None = None
    payments: int | None = None
    amount: Decimal | None = None
    reserve: Callable[[], int] = lambda: 0
    cleaning: bool = False
    watchers: list[Watcher] = attrs.field(factory=list, repr=False)
    payers: list[Callable[[str, str], None]] = attrs.field(factory=list, repr=False)
    sent: int = 0
    largest: Decimal = Decimal(0)
    _made: set[tuple[str, str]] = attrs.field(factory=set, repr=False)
    _turn: threading.Lock = attrs.field(factory=threading.Lock, init=False, repr=False)

    @property
    def payments_made(self) -> int:
        """Payments that were asked for so far, the payer's as well; the same one again counts once."""
        return len(self._made)

    def admit_payer(self) -> None:
        """Make sure that the payer may make a payment.

        Raises:
            pytest.skip.Exception: it does not fit any more.
        """
        self._fits(None, new_payment=True)

    def paid(self, site_id: str, payment_id: str) -> None:
        """Count a payment that the payer made."""
        self._made.add((site_id, payment_id))
        for watcher in tuple(self.payers):
            watcher(site_id, payment_id)

    def admit(self, method: str, path: str, content: bytes) -> None:
        """Count a request that is about to be sent.

        Raises:
            pytest.skip.Exception: it does not fit any more, and must not be sent.
        """
        operation, ids = description().match(method, path.partition("?")[0])
        payment = (ids.get("siteId", ""), ids.get("paymentId", ""))
        new = operation is not None and operation.id == "paymentsCreate" and payment not in self._made
        largest = largest_sum(content)
        # Races send from several threads, and together they must not pass a limit either.
        with self._turn:
            self._fits(largest, new_payment=new)
            self.sent += 1
            if new:
                self._made.add(payment)
        if largest is not None and largest.is_finite():
            self.largest = max(self.largest, largest)
        told = Sent(method.upper(), path, operation.id if operation else None, dict(ids), largest, new)
        for watcher in tuple(self.watchers):
            watcher(told)

    def _fits(self, largest: Decimal | None, *, new_payment: bool) -> None:
        if self.requests is not None:
            # A new payment may have to be read and returned, and a token that it issues deleted.
            needed = 1 if self.cleaning else 1 + self.reserve() + 3 * new_payment
            if self.sent + needed > self.requests:
                pytest.skip(f"the request budget of {self.requests} is spent")
        if self.payments is not None and new_payment and self.payments_made >= self.payments:
            pytest.skip(f"the {self.payments} payments that are allowed are made")
        if self.amount is not None and largest is not None and largest > self.amount:
            pytest.skip(f"it asks for more than the largest sum that is allowed, {self.amount}")
