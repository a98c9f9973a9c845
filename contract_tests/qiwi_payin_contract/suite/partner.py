"""A partner whose every request keeps the description, so that the books ask a reason for each refusal."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from qiwi_payin_contract.books import bookkeeper_of
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.shop import CARD, Shop, at
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.target import Target

__all__ = ["DECLINED_CARD", "FAR", "NO_PARES", "OTHER_CARD", "Partner", "partner_of", "reason_of", "rub"]

OTHER_CARD: Mapping[str, str] = {**CARD, "pan": "5236000000000005"}
"""Another published test card, of another payment system."""
DECLINED_CARD: Mapping[str, str] = {**CARD, "expiryDate": "02/34"}
"""A card that test mode declines."""
FAR = "2035-01-01T00:00:00+03:00"
NO_PARES = "no-issuer-made-this"


def rub(value: str) -> dict[str, Any]:
    """An amount in rubles, as a number with two decimals."""
    return {"amount": {"currency": "RUB", "value": Decimal(value)}}


def reason_of(payment: Exchange) -> Any:
    """``status.reason`` of an answer."""
    return at(payment.answer_json, "status", "reason")


class Partner(Shop):
    """A shop that sends what it is told to, and reads what has become of it."""

    def id(self, kind: str = "x") -> str:
        """An id that nobody used."""
        return self.target.fresh_id(kind)

    def put_bill(self, bill_id: str, body: Mapping[str, Any]) -> Exchange:
        """Create a bill with just this body."""
        return self.target.send("billsCreate", body, site=self.site, bill_id=bill_id)

    def put_wrong_bill(self, bill_id: str, body: Mapping[str, Any]) -> Exchange:
        """Send a bill that does not keep the description."""
        keeper = bookkeeper_of(self.target)
        keeper.valid = False
        try:
            return self.put_bill(bill_id, body)
        finally:
            keeper.valid = True

    def put_payment(self, payment_id: str, body: Mapping[str, Any]) -> Exchange:
        """Create a payment with just this body."""
        return self.target.send("paymentsCreate", body, site=self.site, payment_id=payment_id)

    def put_refund(self, payment_id: str, refund_id: str, value: str) -> Exchange:
        """Refund, and read the payment."""
        answer = self.refund(payment_id, value, refund_id)
        self.payment(payment_id)
        return answer

    def get_refund(self, payment_id: str, refund_id: str) -> Exchange:
        """Read a refund."""
        return self.target.send("refundsGet", site=self.site, payment_id=payment_id, refund_id=refund_id)

    def get_capture(self, payment_id: str, capture_id: str) -> Exchange:
        """Read a capture."""
        return self.target.send("capturesGet", site=self.site, payment_id=payment_id, capture_id=capture_id)

    def pay(self, value: str, **more: Any) -> str:
        """Pay by card, in two steps unless told otherwise, and read the payment; answers its id."""
        payment_id = self.id("payment")
        self.put_payment(payment_id, {**rub(value), "paymentMethod": dict(CARD), **more})
        self.payment(payment_id)
        return payment_id

    def bill_of(self, value: str, **more: Any) -> str:
        """Make a bill; answers its id."""
        bill_id = self.id("bill")
        self.put_bill(bill_id, {**rub(value), "expirationDateTime": FAR, **more})
        return bill_id


@contextmanager
def partner_of(target: Target, site: Site | None = None) -> Iterator[Partner]:
    """A partner, as long as all requests are valid."""
    keeper = bookkeeper_of(target)
    keeper.valid = True
    try:
        yield Partner(target, site or target.site)
    finally:
        keeper.valid = False
