"""Walks: sequences of valid calls, steered by the books to where sums and states can go wrong.

A walk is a Hypothesis state machine over HTTP. What it refunds is reckoned from what the books say is left, one cent
to one cent too much. Its ids begin with a prefix that is drawn outside Hypothesis, because a server remembers the ids
of earlier walks, so a walk that is shortened meets no trace of the longer one.
"""

import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar, Literal

from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, precondition, rule

from qiwi_payin_contract.books import Bookkeeper, rules
from qiwi_payin_contract.books.records import Ledger, Payment
from qiwi_payin_contract.drivers import Ability
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Broken, Finding, Findings
from qiwi_payin_contract.masking import TEST_CARDS
from qiwi_payin_contract.rules import Rule
from qiwi_payin_contract.shop import at
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.target import Target

__all__ = ["Walk", "walk_of"]

_SUMS = st.sampled_from(("0.01", "0.03", "1.00", "4.35", "9.99", "10.00"))
_SHARES = st.sampled_from(("cent", "half", "rest", "rest and a cent"))
_ANSWERS: st.SearchStrategy[Literal["confirm", "refuse", "forge"]] = st.sampled_from(("confirm", "refuse", "forge"))
_PLACES = st.integers(0, 7)
_CARDS = st.sampled_from(sorted(TEST_CARDS))
_MONTHS = st.sampled_from(("12", "12", "12", "02"))
_TOKEN_USES = st.sampled_from(("own account", "other account", "no account", "other site"))
_ACCOUNT = "payer-1"
_FAR = "2035-01-01T00:00:00+03:00"


@cache
def _broken(rule_: Rule) -> type[Broken]:
    """An error of its own for each rule, so that a walk that is being shortened keeps breaking the same one."""
    return type(f"Broken_{rule_.code}", (Broken,), {})


def _money(text: str, *, as_number: bool) -> dict[str, Any]:
    return {"value": Decimal(text) if as_number else text, "currency": "RUB"}


class Walk(RuleBasedStateMachine):
    """One walk; ``walk_of`` says where."""

    target: ClassVar[Target]
    keeper: ClassVar[Bookkeeper]
    findings: ClassVar[Findings]
    patience: ClassVar[float]
    first_broken: ClassVar[float | None] = None

    bills = Bundle("bills")
    payments = Bundle("payments")
    tokens = Bundle("tokens")

    def __init__(self) -> None:
        super().__init__()
        if self.first_broken is not None and not self._in_time():
            reject()
        self._prefix = self.target.fresh_id("walk")
        self._count = 0
        self._bodies: dict[str, Any] = {}
        self._paid: list[str] = []

    # Helpers ----------------------------------------------------------------------------------------------------

    @property
    def _site(self) -> Site:
        return self.target.site

    @property
    def _ledger(self) -> Ledger:
        return self.keeper.books.ledger(self._site.site_id)

    def _new(self, kind: str) -> str:
        self._count += 1
        return f"{self._prefix}-{kind}{self._count}"

    def _send(self, operation_id: str, body: Any = None, **options: Any) -> Exchange:
        self.keeper.valid = True
        try:
            exchange = self.target.send(operation_id, body, **options)
        finally:
            self.keeper.valid = False
        for finding in self.keeper.latest:
            self._break_off(finding)
        return exchange

    def _break_off(self, finding: Finding) -> None:
        if self.findings.policy.counts(finding.rule) and self._in_time():
            raise _broken(finding.rule)(finding)

    def _in_time(self) -> bool:
        """Whether a shorter way to what is broken is still looked for."""
        now = time.monotonic()
        if self.first_broken is None:
            type(self).first_broken = now
        return now - (self.first_broken or now) <= self.patience

    def _read(self, payment_id: str) -> Payment | None:
        self._send("paymentsGet", payment_id=payment_id)
        return self._ledger.payments.get(payment_id)

    def _pay(self, body: Mapping[str, Any], payment_id: str | None = None) -> str:
        chosen = payment_id or self._new("p")
        self._bodies[chosen] = body
        self._paid.append(chosen)
        self._send("paymentsCreate", body, payment_id=chosen)
        return chosen

    # Bills ------------------------------------------------------------------------------------------------------

    @rule(target=bills, text=_SUMS, number=st.booleans(), sale=st.booleans(), comment=st.booleans())
    def create_bill(self, *, text: str, number: bool, sale: bool, comment: bool) -> str:
        """Create a bill."""
        body: dict[str, Any] = {"amount": _money(text, as_number=number), "expirationDateTime": _FAR}
        body |= {"flags": ["SALE"]} if sale else {}
        if comment:
            body |= {"comment": "Two pairs", "customer": {"account": _ACCOUNT}, "customFields": {"cf1": "walk"}}
        bill_id = self._new("b")
        self._bodies[bill_id] = body
        self._send("billsCreate", body, bill_id=bill_id)
        return bill_id

    @rule(bill_id=bills, other=st.none() | _SUMS)
    def send_bill_again(self, bill_id: str, other: str | None) -> None:
        """Send the same bill again, or another under its id."""
        body = self._bodies[bill_id]
        changed = {"amount": _money(other, as_number=False)} if other else {}
        self._send("billsCreate", {**body, **changed}, bill_id=bill_id)
        self._send("billsGet", bill_id=bill_id)

    @rule(bill_id=bills)
    def read_bill(self, bill_id: str) -> None:
        """Read a bill and its payments."""
        self._send("billsGet", bill_id=bill_id)
        self._send("billsListPayments", bill_id=bill_id)

    @precondition(lambda self: self.target.able(Ability.PAY))
    @rule(bill_id=bills)
    def pay_bill_on_the_form(self, bill_id: str) -> None:
        """Let the payer pay a bill on the form."""
        known = self._ledger.bills.get(bill_id)
        if known is not None and known.status == "CREATED":
            self.target.pay_bill(self._site, bill_id)
        self._send("billsGet", bill_id=bill_id)

    @rule(target=payments, bill_id=bills, pan=_CARDS, month=_MONTHS, other=st.none() | _SUMS)
    def pay_bill_by_card(self, bill_id: str, pan: str, month: str, other: str | None) -> str:
        """Pay a bill from the partner's own form: by a card that is good or not, with its sum or another."""
        amount = self._bodies[bill_id]["amount"] if other is None else _money(other, as_number=False)
        payment_id = self._pay({"amount": amount, "billId": bill_id, "paymentMethod": _card(pan, month=month)})
        self._send("billsGet", bill_id=bill_id)
        return payment_id

    # Payments ---------------------------------------------------------------------------------------------------

    @rule(target=payments, text=_SUMS, number=st.booleans(), pan=_CARDS, sale=st.booleans(), month=_MONTHS)
    def create_payment(self, *, text: str, number: bool, pan: str, sale: bool, month: str) -> str:
        """Pay by card, in one step or two; a card that ends in February is declined in test mode."""
        body: dict[str, Any] = {"amount": _money(text, as_number=number), "paymentMethod": _card(pan, month=month)}
        body |= {"flags": ["SALE"]} if sale else {"customFields": {"cf1": "x"}, "callbackUrl": "https://example.com/c"}
        return self._pay(body)

    @rule(target=payments, text=_SUMS, pan=_CARDS, sale=st.booleans())
    def create_payment_with_3ds(self, text: str, pan: str, *, sale: bool) -> str:
        """Pay by card with the code that asks for 3-D Secure in test mode."""
        body: dict[str, Any] = {"amount": _money(text, as_number=False), "paymentMethod": _card(pan, cvv2="849")}
        return self._pay(body | ({"flags": ["SALE"]} if sale else {}))

    @rule(payment_id=payments, other=st.none() | _SUMS)
    def send_payment_again(self, payment_id: str, other: str | None) -> None:
        """Send the same payment again, or another under its id."""
        changed = {"amount": _money(other, as_number=False)} if other else {}
        self._send("paymentsCreate", {**self._bodies[payment_id], **changed}, payment_id=payment_id)
        self._read(payment_id)

    @rule(payment_id=payments)
    def read_payment(self, payment_id: str) -> None:
        """Read a payment, its refunds and its captures."""
        payment = self._read(payment_id)
        self._send("refundsList", payment_id=payment_id)
        for capture_id in payment.captures if payment is not None else ():
            self._send("capturesGet", payment_id=payment_id, capture_id=capture_id)

    @rule(payment_id=payments, answer=_ANSWERS)
    def complete(self, payment_id: str, answer: Literal["confirm", "refuse", "forge"]) -> None:
        """Finish 3-D Secure, also where nothing waits for it."""
        payment = self._ledger.payments.get(payment_id)
        waits = payment is not None and payment.own and payment.asks_3ds
        pares = "no-issuer-made-this"
        if answer != "forge" and payment is not None and payment.asks_3ds and self.target.able(Ability.THREE_DS):
            pares = self.target.driver.answer_three_ds(self._site, payment_id, answer).pares
        exchange = self._send("paymentsComplete", {"threeDS": {"pares": pares}}, payment_id=payment_id)
        if waits and answer == "forge" and exchange.ok:
            status = at(exchange.answer_json, "status", "value")
            told = f"the payment is {status} by a pares that no issuer made"
            if not self.findings.note(status != "COMPLETED", rules.THREE_DS_PASSED, told, exchange):
                self._break_off(Finding(rules.THREE_DS_PASSED, told, (exchange,)))
        self._read(payment_id)

    @rule(payment_id=payments, body=st.sampled_from((None, {}, {"comment": "sent"})), twice=st.booleans())
    def capture(self, payment_id: str, body: Any, *, twice: bool) -> None:
        """Capture a payment, whatever its state; send the same request again."""
        capture_id = self._new("c")
        for _ in range(1 + twice):
            self._send("capturesCreate", body, payment_id=payment_id, capture_id=capture_id)
        self._send("capturesGet", payment_id=payment_id, capture_id=capture_id)
        self._read(payment_id)

    @precondition(lambda self: self._of_walk(lambda payment: payment.asks_3ds))
    @rule(answer=_ANSWERS)
    def complete_what_waits(self, answer: Literal["confirm", "refuse", "forge"]) -> None:
        """Finish 3-D Secure where a payment waits for it."""
        self.complete(payment_id=self._of_walk(lambda payment: payment.asks_3ds)[-1], answer=answer)

    def _of_walk(self, wanted: Callable[[Payment], bool]) -> list[str]:
        mine = ((key, self._ledger.payments.get(key)) for key in self._paid)
        return [key for key, one in mine if one is not None and wanted(one)]

    @precondition(lambda self: self._of_walk(lambda payment: payment.holds))
    @rule(place=_PLACES, reverse=st.sampled_from((None, "cent", "half")), again=st.booleans())
    def capture_a_hold(self, place: int, reverse: str | None, *, again: bool) -> None:
        """Capture a payment that holds money, newest first: all or a part of it, once or twice under two ids."""
        held = self._of_walk(lambda payment: payment.holds)[::-1]
        if reverse is not None:
            self.refund(payment_id=held[place % len(held)], share=reverse, number=False, twice=False)
        for _ in range(1 + again):
            self.capture(payment_id=held[place % len(held)], body=None, twice=False)

    @precondition(lambda self: self._of_walk(lambda payment: payment.rest > 0))
    @rule(place=_PLACES, share=_SHARES, number=st.booleans())
    def refund_what_is_left(self, place: int, share: str, *, number: bool) -> None:
        """Return something of a payment of which something is left, newest first."""
        left = self._of_walk(lambda payment: payment.rest > 0)[::-1]
        self.refund(payment_id=left[place % len(left)], share=share, number=number, twice=False)

    @rule(payment_id=payments, share=_SHARES, number=st.booleans(), twice=st.booleans())
    def refund(self, payment_id: str, share: str, *, number: bool, twice: bool) -> None:
        """Return a part of what is left, all of it, or a cent more."""
        payment = self._ledger.payments.get(payment_id)
        rest = payment.rest if payment is not None else 0
        cents = {"cent": 1, "half": max(rest // 2, 1), "rest": rest or 1, "rest and a cent": rest + 1}[share]
        body = {"amount": _money(f"{cents // 100}.{cents % 100:02}", as_number=number)}
        refund_id = self._new("r")
        for _ in range(1 + twice):
            self._send("refundsCreate", body, payment_id=payment_id, refund_id=refund_id)
        self._send("refundsGet", payment_id=payment_id, refund_id=refund_id)
        self._read(payment_id)

    # Tokens -----------------------------------------------------------------------------------------------------

    @rule(target=tokens, pan=_CARDS, then=st.none() | _TOKEN_USES)
    def issue_token(self, pan: str, then: str | None) -> str:
        """Pay and ask for a token, and use it; answers the payment's id, which stands for the token."""
        body = {
            "amount": _money("1.00", as_number=False),
            "paymentMethod": _card(pan),
            "flags": ["BIND_PAYMENT_TOKEN"],
            "customer": {"account": _ACCOUNT},
        }
        issued = self._pay(body)
        if then is not None:
            self.pay_by_token(issued=issued, how=then)
        return issued

    def _token(self, payment_id: str) -> str | None:
        answer = self._send("paymentsCreate", self._bodies[payment_id], payment_id=payment_id).answer_json
        created = answer.get("createdToken") if isinstance(answer, dict) else None
        return created.get("token") if isinstance(created, dict) else None

    @rule(target=payments, issued=tokens, how=_TOKEN_USES)
    def pay_by_token(self, issued: str, how: str) -> str:
        """Pay by token: with its account or not, on its site or on another."""
        token = self._token(issued)
        if token is None:
            return issued
        body: dict[str, Any] = {
            "amount": _money("2.00", as_number=False),
            "paymentMethod": {"type": "TOKEN", "paymentToken": token},
        }
        account = {"other account": "payer-2", "no account": None}.get(how, _ACCOUNT)
        body |= {"customer": {"account": account}} if account else {}
        payment_id = self._new("p")
        site = self.target.sites[-1] if how == "other site" else self._site
        exchange = self._send("paymentsCreate", body, payment_id=payment_id, site=site)
        if site is self._site and exchange.ok:
            self._bodies[payment_id] = body
            self._paid.append(payment_id)
            return payment_id
        return issued

    @rule(issued=consumes(tokens))
    def delete_token(self, issued: str) -> None:
        """Delete a token, twice, and try to pay by it."""
        token = self._token(issued)
        if token is None:
            return
        for _ in range(2):
            self._send("tokensDelete", {"customerAccountId": _ACCOUNT, "token": token})
        method = {"type": "TOKEN", "paymentToken": token}
        body = {"amount": _money("2.00", as_number=False), "paymentMethod": method, "customer": {"account": _ACCOUNT}}
        self._send("paymentsCreate", body, payment_id=self._new("p"))

    # Other sites ------------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.target.sites) > 1)
    @rule(payment_id=payments, text=_SUMS, sale=st.booleans())
    def pay_elsewhere_under_the_same_id(self, payment_id: str, text: str, *, sale: bool) -> None:
        """Make a payment with the same id on another site, and return a cent of it."""
        other = self.target.sites[-1]
        body: dict[str, Any] = {"amount": _money(text, as_number=False), "paymentMethod": _card(min(TEST_CARDS))}
        if payment_id not in self.keeper.books.ledger(other.site_id).payments:
            self._send(
                "paymentsCreate", body | ({"flags": ["SALE"]} if sale else {}), payment_id=payment_id, site=other
            )
        cent = {"amount": _money("0.01", as_number=False)}
        self._send("refundsCreate", cent, payment_id=payment_id, refund_id=self._new("r"), site=other)
        self._send("paymentsGet", payment_id=payment_id, site=other)
        self._read(payment_id)

    # Strangers --------------------------------------------------------------------------------------------------

    @rule(payment_id=payments, what=st.sampled_from(("unknown", "other site", "other key", "no key")))
    def ask_as_a_stranger(self, payment_id: str, what: str) -> None:
        """Ask for what is not there, or for what is another's."""
        other = self.target.sites[-1]
        match what:
            case "unknown":
                self._send("paymentsGet", payment_id=self._new("p"))
                self._send("capturesCreate", payment_id=self._new("p"), capture_id=self._new("c"))
            case "other site" if other is not self._site:
                self._send("paymentsGet", payment_id=payment_id, site=other)
            case "other key" if other.key != self._site.key:
                self._send("paymentsGet", payment_id=payment_id, key=other.key)
            case "no key":
                self._send("paymentsGet", payment_id=payment_id, key=None)


def _card(pan: str, *, month: str = "12", cvv2: str = "123") -> dict[str, str]:
    return {"type": "CARD", "pan": pan, "expiryDate": f"{month}/34", "cvv2": cvv2}


def walk_of(target: Target, keeper: Bookkeeper, findings: Findings, *, patience: float = float("inf")) -> type[Walk]:
    """Make the machine that walks on a target.

    Args:
        target: the server.
        keeper: keeps its books.
        findings: where broken rules are told.
        patience: seconds from the first broken rule on for which walks break by it; Hypothesis, which would shorten
            them for minutes on a slow server, gives up when they no longer do.
    """
    given = {"target": target, "keeper": keeper, "findings": findings, "patience": patience}
    return type("Walk", (Walk,), given)
