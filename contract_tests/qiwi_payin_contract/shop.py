"""A partner's shop: the calls that scenarios are made of."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

import attrs
import pytest

from qiwi_payin_contract.drivers import Ability
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.sums import KOPECK
from qiwi_payin_contract.target import Target

__all__ = ["CARD", "THREE_DS_CARD", "Shop", "at", "money"]

CARD: Mapping[str, str] = {
    "type": "CARD",
    "pan": "4444443616621049",
    "expiryDate": "12/34",
    "cvv2": "123",
    "holderName": "CARD HOLDER",
}
"""The documents' printed card with an expiry that the published test rules let succeed."""

THREE_DS_CARD: Mapping[str, str] = {**CARD, "cvv2": "849"}
"""The same card with the CVV that asks for 3-D Secure in test mode."""

_LIFETIME = timedelta(days=30)


def at(value: Any, *names: str | int) -> Any:
    """Follow names and indexes into a JSON value; None where one leads nowhere."""
    for name in names:
        if isinstance(value, Mapping) and isinstance(name, str):
            value = value.get(name)
        elif isinstance(value, list) and isinstance(name, int) and -len(value) <= name < len(value):
            value = value[name]
        else:
            return None
    return value


def money(value: Any) -> Decimal | None:
    """Read ``amount`` objects of answers; None where there is no sum in it."""
    text = at(value, "value")
    try:
        return Decimal(text) if isinstance(text, str) else None
    except ArithmeticError:
        return None


@attrs.define(eq=False)
class Shop:
    """Calls of a shop with one site; ids are new with each object."""

    target: Target
    site: Site

    @property
    def now(self) -> datetime:
        """Time of the server, or of this machine where the server's cannot be read."""
        return self.target.driver.now(self.site) if self.target.able(Ability.CLOCK) else datetime.now(UTC)

    def advance(self, seconds: int) -> None:
        """Move the server's clock, and let an answer tell the time, so that whoever keeps books knows it."""
        self.target.driver.advance(self.site, seconds)
        self.bill(self.target.fresh_id("time"))

    def set_clock(self, moment: datetime) -> None:
        """Set the server's clock forward to a moment, unless it is past it, and let an answer tell the time."""
        if moment > self.now:
            self.target.driver.set_clock(self.site, now=moment)
        self.bill(self.target.fresh_id("time"))

    def sums(self, *texts: str) -> tuple[Decimal, ...]:
        """Sums of one story, such as a payment's and those of its refunds, within the run's largest sum.

        Where that is too small for one of them, all are divided by one number, so that they keep their proportions and
        stay whole kopecks. What a story expects is reckoned from what this answers.
        """
        sums = tuple(map(Decimal, texts))
        limit = self.target.wire.limits.amount
        if limit is None or max(sums) <= limit:
            return sums
        kopecks = [int(each / KOPECK) for each in sums]
        least, whole = -(-max(kopecks) // int(limit / KOPECK)), math.gcd(*kopecks)
        divisor = next((number for number in range(least, whole + 1) if whole % number == 0), None)
        if divisor is None:
            pytest.skip(f"the story's sums do not fit within the largest sum that is allowed, {limit}")
        return tuple(KOPECK * (each // divisor) for each in kopecks)

    def sum(self, text: str) -> Decimal:
        """A sum that stands for itself, within the run's largest sum."""
        (only,) = self.sums(text)
        return only

    def create_bill(
        self,
        amount: Decimal | str | None = None,
        *,
        flags: Sequence[str] = (),
        expires_in: timedelta = _LIFETIME,
        bill_id: str | None = None,
        **fields: Any,
    ) -> Exchange:
        """Create a bill, of 150.00 unless told otherwise.

        The amount goes as a JSON number with its two decimals, as the documents print it.
        """
        value = self.sum("150.00") if amount is None else Decimal(amount)
        ends = (self.now + expires_in).replace(microsecond=0).isoformat()
        body = {"amount": {"currency": "RUB", "value": value}, "expirationDateTime": ends, **fields}
        if flags:
            body["flags"] = list(flags)
        return self.target.send("billsCreate", body, site=self.site, bill_id=bill_id or self.target.fresh_id("bill"))

    def bill(self, bill_id: str) -> Exchange:
        """Read a bill with its payments."""
        return self.target.send("billsGet", site=self.site, bill_id=bill_id)

    def bill_payments(self, bill_id: str) -> Exchange:
        """List the payments of a bill."""
        return self.target.send("billsListPayments", site=self.site, bill_id=bill_id)

    def pay_bill(
        self, bill_id: str, *, token: str | None = None, three_ds: Literal["confirm", "refuse", "wait"] = "confirm"
    ) -> Mapping[str, Any]:
        """Pay as the payer would on the form: a typed card, or a saved one by its token."""
        method = None if token is None else {"type": "TOKEN", "paymentToken": token}
        return self.target.pay_bill(self.site, bill_id, payment_method=method, three_ds=three_ds)

    def create_payment(
        self,
        amount: Decimal | str | None = None,
        *,
        method: Mapping[str, Any] = CARD,
        payment_id: str | None = None,
        **fields: Any,
    ) -> Exchange:
        """Create a payment from the shop's own form, of 200.00 unless told otherwise."""
        value = self.sum("200.00") if amount is None else Decimal(amount)
        body = {"paymentMethod": dict(method), "amount": {"currency": "RUB", "value": value}, **fields}
        payment_id = payment_id or self.target.fresh_id("payment")
        return self.target.send("paymentsCreate", body, site=self.site, payment_id=payment_id)

    def payment(self, payment_id: str) -> Exchange:
        """Read a payment."""
        return self.target.send("paymentsGet", site=self.site, payment_id=payment_id)

    def complete(self, payment_id: str, pares: str) -> Exchange:
        """Finish 3-D Secure."""
        body = {"threeDS": {"pares": pares}}
        return self.target.send("paymentsComplete", body, site=self.site, payment_id=payment_id)

    def capture(self, payment_id: str, capture_id: str | None = None, **fields: Any) -> Exchange:
        """Confirm a held payment; no amount is named."""
        capture_id = capture_id or self.target.fresh_id("capture")
        return self.target.send("capturesCreate", fields, site=self.site, payment_id=payment_id, capture_id=capture_id)

    def refund(self, payment_id: str, amount: Decimal | str, refund_id: str | None = None, **fields: Any) -> Exchange:
        """Reverse held money, or refund debited money."""
        body = {"amount": {"currency": "RUB", "value": Decimal(amount)}, **fields}
        refund_id = refund_id or self.target.fresh_id("refund")
        return self.target.send("refundsCreate", body, site=self.site, payment_id=payment_id, refund_id=refund_id)

    def refunds(self, payment_id: str) -> Exchange:
        """List the refunds of a payment."""
        return self.target.send("refundsList", site=self.site, payment_id=payment_id)

    def issue_token(self, account: str, **fields: Any) -> tuple[str | None, Exchange]:
        """Pay with a card and ask for a payment token; answer the token too, where one was issued."""
        paid = self.create_payment(flags=["SALE", "BIND_PAYMENT_TOKEN"], customer={"account": account}, **fields)
        token = at(paid.answer_json, "createdToken", "token")
        return (token if isinstance(token, str) else None), paid

    def delete_token(self, account: str, token: str) -> Exchange:
        """Delete a payment token."""
        return self.target.send("tokensDelete", {"customerAccountId": account, "token": token}, site=self.site)
