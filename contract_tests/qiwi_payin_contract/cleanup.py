"""Gives back what a run opened: reverses holds, refunds debits, deletes tokens."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import attrs
import pytest

from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.limits import Sent
from qiwi_payin_contract.run import Run
from qiwi_payin_contract.shop import at, money
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.target import NoAnswer, Target

__all__ = ["Belongings", "told_of"]

_CREATED_OR_READ = frozenset({"paymentsCreate", "paymentsGet", "paymentsComplete"})
_LISTS = frozenset({"billsGet", "billsListPayments"})
_CLIENT_ERRORS = range(400, 500)
_NOT_FOUND = 404


@attrs.define(eq=False)
class _Payment:
    """What is known of a payment.

    Attributes:
        rest: what is held or debited and was not returned; None where it has to be asked for.
        waits: whether it waited for something when it was last seen.
        unclear: requests for it that got no clear answer.
        refunds: refunds that were counted.
    """

    rest: Decimal | None = None
    waits: bool = False
    unclear: int = 0
    refunds: set[str] = attrs.field(factory=set)

    @property
    def cost(self) -> int:
        """Requests that giving its money back takes."""
        return 2 if self.rest is None or self.waits else 1 if self.rest > 0 else 0


@attrs.define(eq=False)
class Belongings:
    """Knows what a run opened at a server, from the requests and answers themselves."""

    target: Target
    _payments: dict[tuple[str, str], _Payment] = attrs.field(factory=dict)
    _tokens: dict[tuple[str, str], str] = attrs.field(factory=dict, repr=False)
    _deleted: set[tuple[str, str]] = attrs.field(factory=set, repr=False)

    @classmethod
    def of(cls, target: Target) -> "Belongings":
        """Begin to watch a target, and keep requests for giving back within its limits."""
        belongings = cls(target)
        target.observers.append(belongings.answered)
        target.wire.limits.watchers.append(belongings.sent)
        target.wire.limits.payers.append(belongings.paid)
        target.wire.limits.reserve = belongings.cost
        return belongings

    def cost(self) -> int:
        """Requests that giving everything back takes."""
        return sum(payment.cost for payment in self._payments.values()) + len(self._tokens)

    def sent(self, request: Sent) -> None:
        """Expect a payment, which may be there even if its answer is lost."""
        if request.operation_id == "paymentsCreate" and request.ids["siteId"] in self._sites:
            self._known(request.ids["siteId"], request.ids["paymentId"]).unclear += 1

    def paid(self, site_id: str, payment_id: str) -> None:
        """Expect a payment of the payer's, which nobody has read yet."""
        self._known(site_id, payment_id)

    def answered(self, exchange: Exchange) -> None:
        """Learn from an answer."""
        site_id, answer = exchange.site_id or "", exchange.answer_json
        if site_id not in self._sites:
            return
        if exchange.operation_id == "paymentsCreate" and (exchange.ok or exchange.status in _CLIENT_ERRORS):
            self._clear(site_id, exchange.path_parameters["paymentId"])
        match exchange.operation_id:
            case name if name in _CREATED_OR_READ:
                payment_id = exchange.path_parameters["paymentId"]
                if exchange.ok and isinstance(answer, dict):
                    self._see(site_id, payment_id, answer)
                    self._token(exchange)
            case name if name in _LISTS and exchange.ok:
                listed = at(answer, "payments") if name == "billsGet" else answer
                for payment in listed if isinstance(listed, list) else ():
                    if isinstance(payment_id := at(payment, "paymentId"), str):
                        self._see(site_id, payment_id, payment)
            case "refundsCreate" if exchange.ok:
                self._returned(exchange)
            case "tokensDelete" if exchange.ok:
                self._forget(site_id, str(at(exchange.request_json, "token")))

    def give_back(self) -> tuple[str, ...]:
        """Reverse, refund and delete; a line for each kind of what was given back, and for each that could not be."""
        limits, observers = self.target.wire.limits, list(self.target.observers)
        limits.cleaning = True
        # What broke before must not break here once more.
        self.target.observers[:] = [self.answered]
        try:
            return tuple(self._given_back())
        finally:
            self.target.observers[:] = observers
            limits.cleaning = False

    def _given_back(self) -> Iterator[str]:
        sums: dict[str, list[Decimal]] = {"reversed": [], "refunded": []}
        left, waiting = [], 0
        for (site_id, payment_id), payment in list(self._payments.items()):
            if payment.cost == 0:
                continue
            told = self._return(self._sites[site_id], payment_id, payment, sums)
            waiting += payment.waits
            if told is not None:
                left.append(f"could not be given back: payment {payment_id} of {site_id}, {told}")
        tokens = list(self._tokens.items())
        kept = [(site_id, account) for (site_id, token), account in tokens if not self._delete(site_id, token, account)]
        for word, found in sums.items():
            if found:
                yield f"{word}: {len(found)} payments, {sum(found):.2f} in all"
        if len(tokens) > len(kept):
            yield f"deleted: {len(tokens) - len(kept)} tokens"
        if waiting:
            yield f"left to run out by themselves: {waiting} payments that wait for 3-D Secure"
        yield from left
        yield from (f"could not be deleted: a token of {account} at {site_id}" for site_id, account in kept)

    @property
    def _sites(self) -> Mapping[str, Site]:
        return {site.site_id: site for site in self.target.sites}

    def _delete(self, site_id: str, token: str, account: str) -> bool:
        body = {"customerAccountId": account, "token": token}
        try:
            answered = self.target.send("tokensDelete", body, site=self._sites[site_id])
        except (NoAnswer, pytest.skip.Exception):
            return False
        return answered.ok or answered.status == _NOT_FOUND

    def _return(self, site: Site, payment_id: str, payment: _Payment, sums: dict[str, list[Decimal]]) -> str | None:
        """Give a payment's rest back; answer why that did not succeed."""
        try:
            return self._returned_rest(site, payment_id, payment, sums)
        except NoAnswer:
            return "no answer"
        except pytest.skip.Exception as spent:
            return str(spent)

    def _returned_rest(
        self, site: Site, payment_id: str, payment: _Payment, sums: dict[str, list[Decimal]]
    ) -> str | None:
        if payment.rest is None or payment.waits:
            read = self.target.send("paymentsGet", site=site, payment_id=payment_id)
            if not read.ok:
                return None if read.status == _NOT_FOUND else f"it is answered {read.status}"
        rest = payment.rest
        if rest is None or rest <= 0:
            return None
        body = {"amount": {"currency": "RUB", "value": rest}}
        refund_id = self.target.fresh_id("cleanup")
        refund = self.target.send("refundsCreate", body, site=site, payment_id=payment_id, refund_id=refund_id)
        status = at(refund.answer_json, "status", "value")
        if not refund.ok or status != "COMPLETED":
            return f"{rest} are refused with {refund.status} {status or refund.error_code or ''}".rstrip()
        flags = at(refund.answer_json, "flags")
        sums["reversed" if isinstance(flags, list) and "REVERSAL" in flags else "refunded"].append(rest)
        return None

    def _known(self, site_id: str, payment_id: str) -> _Payment:
        return self._payments.setdefault((site_id, payment_id), _Payment())

    def _clear(self, site_id: str, payment_id: str) -> None:
        """Where all requests for a payment got a clear answer, and none showed it, it is not there."""
        payment = self._known(site_id, payment_id)
        payment.unclear = max(payment.unclear - 1, 0)
        if payment.unclear == 0 and payment.rest is None:
            payment.rest = Decimal(0)

    def _forget(self, site_id: str, token: str) -> None:
        self._deleted.add((site_id, token))
        self._tokens.pop((site_id, token), None)

    def _see(self, site_id: str, payment_id: str, answer: Mapping[str, Any]) -> None:
        payment = self._known(site_id, payment_id)
        status = at(answer, "status", "value")
        amount, refunded = money(at(answer, "amount")), money(at(answer, "refundedAmount"))
        payment.waits = status == "WAITING"
        if status != "COMPLETED":
            payment.rest = Decimal(0)
        elif amount is not None:
            payment.rest = max(amount - (refunded or Decimal(0)), Decimal(0))

    def _returned(self, exchange: Exchange) -> None:
        ids = exchange.path_parameters
        payment = self._known(exchange.site_id or "", ids["paymentId"])
        amount = money(at(exchange.answer_json, "amount"))
        done = at(exchange.answer_json, "status", "value") == "COMPLETED" and ids["refundId"] not in payment.refunds
        if done and amount is not None and payment.rest is not None:
            payment.refunds.add(ids["refundId"])
            payment.rest = max(payment.rest - amount, Decimal(0))

    def _token(self, exchange: Exchange) -> None:
        token = at(exchange.answer_json, "createdToken", "token")
        account = at(exchange.request_json, "customer", "account")
        place = (exchange.site_id or "", token)
        if isinstance(token, str) and isinstance(account, str) and place not in self._deleted:
            self._tokens[exchange.site_id or "", token] = account


def told_of(run: Run) -> tuple[str, ...]:
    """Lines on what a run gave back; none where it was not to."""
    if not run.settings.gives_back:
        return ()
    return ("", "Given back at the end:", *(f"  {line}" for line in run.given_back or ["nothing was open"]))
