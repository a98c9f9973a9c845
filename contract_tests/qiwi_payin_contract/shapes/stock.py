"""Objects that generated requests can be about: payments that hold money, that wait, tokens, captures, refunds."""

from random import Random
from typing import Any

import attrs

from qiwi_payin_contract.books import Books
from qiwi_payin_contract.books.records import Ledger, Payment
from qiwi_payin_contract.masking import TEST_CARDS
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.target import Target

__all__ = ["CARDS", "Stock"]

CARDS = tuple(sorted(TEST_CARDS))
ACCOUNT = "account-1"


@attrs.define(eq=False)
class Stock:
    """Finds objects in the books, and makes what is missing by valid requests.

    Choices are made by a random generator of its own, not by Hypothesis, because a server remembers what was tried.
    """

    target: Target
    site: Site
    books: Books
    random: Random
    seen_3ds: bool = False

    @property
    def ledger(self) -> Ledger:
        """What the books know of the site."""
        return self.books.ledger(self.site.site_id)

    def card(self, **more: str) -> dict[str, str]:
        """A good test card."""
        return {"type": "CARD", "pan": self.random.choice(CARDS), "expiryDate": "12/34", "cvv2": "123"} | more

    def pay(self, **more: Any) -> str:
        """Make a payment of 9.00; answer its id."""
        body = {"amount": {"value": "9.00", "currency": "RUB"}, "paymentMethod": self.card(), **more}
        payment_id = self.target.fresh_id("pay")
        self.target.send("paymentsCreate", body, site=self.site, payment_id=payment_id)
        return payment_id

    def hold(self) -> str:
        """A payment that holds money."""
        return self._some(lambda payment: payment.own and payment.holds) or self.pay()

    def waiting(self) -> str:
        """A payment that asks for 3-D Secure, where the server takes the test rule for it."""
        found = self._some(lambda payment: payment.own and payment.asks_3ds)
        payment_id = found or self.pay(paymentMethod=self.card(cvv2="849"))
        known = self.ledger.payments.get(payment_id)
        self.seen_3ds = self.seen_3ds or (known is not None and known.asks_3ds)
        return payment_id

    def payment(self) -> str:
        """Any payment."""
        return self._some(lambda payment: payment.own) or self.pay()

    def captured(self) -> tuple[str, str]:
        """A payment and a capture of it."""
        known = [(key, capture) for key, payment in self.ledger.payments.items() for capture in payment.captures]
        if known:
            return self.random.choice(known)
        payment_id, capture_id = self.hold(), self.target.fresh_id("cap")
        self.target.send("capturesCreate", site=self.site, payment_id=payment_id, capture_id=capture_id)
        return payment_id, capture_id

    def refunded(self) -> tuple[str, str]:
        """A payment and a refund of it."""
        known = [(key, refund) for key, payment in self.ledger.payments.items() for refund in payment.refunds]
        if known:
            return self.random.choice(known)
        payment_id, refund_id = self.hold(), self.target.fresh_id("ref")
        body = {"amount": {"value": "1.00", "currency": "RUB"}}
        self.target.send("refundsCreate", body, site=self.site, payment_id=payment_id, refund_id=refund_id)
        return payment_id, refund_id

    def bill(self) -> str:
        """Any bill."""
        known = [key for key, bill in self.ledger.bills.items() if bill.own]
        if known:
            return self.random.choice(known)
        bill_id = self.target.fresh_id("bill")
        body = {"amount": {"value": "9.00", "currency": "RUB"}, "expirationDateTime": "2035-01-01T00:00:00+03:00"}
        self.target.send("billsCreate", body, site=self.site, bill_id=bill_id)
        return bill_id

    def token(self) -> tuple[str, str] | None:
        """A live token and its account; None where the server issues none."""
        live = self._live()
        if live is None:
            self.pay(flags=["BIND_PAYMENT_TOKEN"], customer={"account": ACCOUNT})
        return live or self._live()

    def _live(self) -> tuple[str, str] | None:
        for token, known in self.ledger.tokens.items():
            if known.deleted_by is None and known.account is not None:
                return token, known.account
        return None

    def _some(self, wanted: Any) -> str | None:
        found = [key for key, payment in self.ledger.payments.items() if wanted(payment)]
        return self.random.choice(found[-20:]) if found else None

    def rest_of(self, payment_id: str) -> int:
        """What can be returned of a payment, in minor units."""
        payment: Payment | None = self.ledger.payments.get(payment_id)
        return payment.rest if payment is not None else 0
