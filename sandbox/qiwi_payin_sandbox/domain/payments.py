"""Payments: WAITING for 3-D Secure or for the bank, then COMPLETED (held or debited) or DECLINED."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from qiwi_payin_sandbox.domain import bills, repeats
from qiwi_payin_sandbox.domain.bank import CardInfo, Verdict
from qiwi_payin_sandbox.domain.bills import Bill
from qiwi_payin_sandbox.domain.change import Change
from qiwi_payin_sandbox.domain.credentials import CredentialOnFile
from qiwi_payin_sandbox.domain.errors import IncorrectMethodInvocationError
from qiwi_payin_sandbox.domain.events import Event, EventType
from qiwi_payin_sandbox.domain.ledger import Balance, Move, Posting
from qiwi_payin_sandbox.domain.money import Money
from qiwi_payin_sandbox.domain.reasons import Reason
from qiwi_payin_sandbox.domain.settlement import settled
from qiwi_payin_sandbox.domain.tokens import Token

THREE_DS_TERM = timedelta(minutes=15)
"""How long the payer may take for 3-D Secure."""

NOT_WAITING = "Payment does not wait for 3-D Secure"

_NOTHING_MOVED = Balance()


class PaymentStatus(StrEnum):
    """Where a payment stands. COMPLETED (authorised, captured or not) and DECLINED are final."""

    WAITING = "WAITING"
    COMPLETED = "COMPLETED"
    DECLINED = "DECLINED"


class Awaited(StrEnum):
    """What a WAITING payment waits for."""

    THREE_DS = "THREE_DS"
    BANK = "BANK"


@dataclass(frozen=True, slots=True)
class HoldPolicy:
    """What becomes of held money that the partner neither captures nor reverses within `term`."""

    term: timedelta = timedelta(hours=72)
    cancels: bool = False
    """Reversed rather than captured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """What was paid with, as far as it is kept: `masked_pan` and `card_info` are those of a card, typed or saved."""

    type: str
    masked_pan: str | None = None
    card_info: CardInfo | None = None
    payment_token: str | None = field(default=None, repr=False)
    rrn: str
    auth_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment of a site, made by the partner or born on the form."""

    site_id: str
    payment_id: str
    bill_id: str | None
    """The bill that it pays."""
    order_number: str | None = None
    """A number of the partner's that is no bill, or one made up for want of it."""
    order_number_made_up: bool = False
    born_on_form: bool = False
    amount: Money
    balance: Balance = _NOTHING_MOVED
    instrument: Instrument
    verdict: Verdict
    one_step: bool
    status: PaymentStatus = PaymentStatus.WAITING
    awaited: Awaited | None = None
    reason: Reason | None = None
    ps_error_code: str | None = None
    created_at: datetime
    changed_at: datetime
    due_at: datetime | None = None
    """When it changes by itself: 3-D Secure runs out, the bank answers, the hold ends."""
    card_mark: str | None = None
    """What a card is known by whose repeats the scheme limits, while the payment waits for the bank."""
    token_to_issue: Token | None = None
    created_token: str | None = field(default=None, repr=False)
    customer: dict[str, Any] | None = None
    custom_fields: dict[str, Any] | None = None
    comment: str | None = None
    callback_url: str | None = None
    device_data_sent: bool = False
    flags: tuple[str, ...] = ()
    credential_on_file: CredentialOnFile | None = None
    settlement_currency: str | None = None
    """What the partner is paid in, where that is not the currency of the payment."""

    def settled(self, part: Money) -> Money | None:
        """Return a part of the payment in the currency of settlement, None where it has that currency already."""
        return settled(part, self.settlement_currency) if self.settlement_currency else None


def create(
    payment: Payment,
    bill: Bill | None,
    now: datetime,
    policy: HoldPolicy,
    *,
    three_ds: bool,
    refused: Reason | None = None,
    strikes: int = 0,
) -> Change:
    """Begin a payment: declined at once, off to 3-D Secure, or off to the bank.

    Args:
        payment: The payment as asked for, WAITING.
        bill: The bill that it pays.
        now: The site's time.
        policy: What the site does with holds.
        three_ds: The payer must authenticate.
        refused: A reason why the site takes no such payment.
        strikes: Those of its `card_mark`.
    """
    created = Change(payment=payment, events=(_event(payment, EventType.PAYMENT_CREATED, now),))
    refused = refused or (bills.refusal(bill, payment.amount, now) if bill else None)
    if payment.verdict.at_once:
        refused = refused or payment.verdict.reason
    if repeats.are_over(strikes):
        refused = refused or Reason.REATTEMPT_NOT_PERMITTED
    if refused:
        return created.then(_decline(payment, refused, now))
    if three_ds:
        return created.then(_wait(payment, Awaited.THREE_DS, now, now + THREE_DS_TERM))
    if payment.card_mark and (begun := repeats.begun(payment.card_mark, strikes)):
        created = replace(created, strikes=(begun,))
    return created.then(_ask_bank(payment, bill, now, policy))


def finish_three_ds(payment: Payment, bill: Bill | None, now: datetime, policy: HoldPolicy, *, passed: bool) -> Change:
    """Take the result of 3-D Secure.

    Raises:
        IncorrectMethodInvocationError: The payment does not wait for it.
    """
    if payment.awaited is not Awaited.THREE_DS:
        raise IncorrectMethodInvocationError(NOT_WAITING)
    if not passed:
        return _decline(payment, Reason.DECLINED_BY_MPI, now)
    return _ask_bank(payment, bill, now, policy)


def answer(payment: Payment, bill: Bill | None, at: datetime, policy: HoldPolicy) -> Change:
    """Take the bank's answer: the money is held, in one step also debited, the bill is paid, the token issued."""
    verdict = payment.verdict
    if verdict.reason:
        return _struck(payment, _decline(payment, verdict.reason, at, verdict.ps_error_code))
    refused = bills.refusal(bill, payment.amount, at) if bill else None
    if refused:
        return _decline(payment, refused, at)
    moves = (Move.AUTHORISE, Move.CAPTURE) if payment.one_step else (Move.AUTHORISE,)
    postings = tuple(Posting(payment.payment_id, move, payment.amount) for move in moves)
    balance = payment.balance
    for posting in postings:
        balance = balance.after(posting)
    token = replace(payment.token_to_issue, created_at=at) if payment.token_to_issue else None
    completed = replace(
        payment,
        status=PaymentStatus.COMPLETED,
        awaited=None,
        changed_at=at,
        balance=balance,
        due_at=None if payment.one_step else at + policy.term,
        card_mark=None,
        token_to_issue=None,
        created_token=token.token if token else None,
    )
    change = Change(
        payment=completed,
        postings=postings,
        tokens=(token,) if token else (),
        events=(
            *((_event(completed, EventType.TOKEN_ISSUED, at),) if token else ()),
            _event(completed, EventType.PAYMENT_COMPLETED, at),
        ),
    )
    change = _struck(payment, change)
    return change.then(bills.pay(bill, payment.payment_id, at)) if bill else change


def _struck(payment: Payment, change: Change) -> Change:
    strike = repeats.answered(payment.card_mark, payment.verdict) if payment.card_mark else None
    return replace(change, strikes=(strike,)) if strike else change


def expire_three_ds(payment: Payment, at: datetime) -> Change:
    """Decline a payment whose payer took too long."""
    return _decline(payment, Reason.PAYMENT_EXPIRED_3DS, at)


def _ask_bank(payment: Payment, bill: Bill | None, now: datetime, policy: HoldPolicy) -> Change:
    if payment.verdict.delay:
        return _wait(payment, Awaited.BANK, now, now + payment.verdict.delay)
    return answer(payment, bill, now, policy)


def _wait(payment: Payment, awaited: Awaited, now: datetime, until: datetime) -> Change:
    waiting = replace(payment, awaited=awaited, due_at=until, changed_at=now)
    return Change(payment=waiting, events=(_event(waiting, EventType.PAYMENT_WAITING, now),))


def _decline(payment: Payment, reason: Reason, at: datetime, ps_error_code: str | None = None) -> Change:
    declined = replace(
        payment,
        status=PaymentStatus.DECLINED,
        awaited=None,
        reason=reason,
        ps_error_code=ps_error_code,
        changed_at=at,
        due_at=None,
        card_mark=None,
        token_to_issue=None,
    )
    return Change(payment=declined, events=(_event(declined, EventType.PAYMENT_DECLINED, at, reason),))


def _event(payment: Payment, type_: EventType, at: datetime, reason: str | None = None) -> Event:
    return Event(type=type_, at=at, bill_id=payment.bill_id, payment_id=payment.payment_id, reason=reason)
