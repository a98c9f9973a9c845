"""Refunds: before the capture a reversal that lets held money go, after it a return of debited money."""

from dataclasses import dataclass, replace
from datetime import datetime

from qiwi_payin_sandbox.domain.bank import Verdict
from qiwi_payin_sandbox.domain.change import Change
from qiwi_payin_sandbox.domain.events import Event, EventType
from qiwi_payin_sandbox.domain.ledger import Move, Posting
from qiwi_payin_sandbox.domain.money import Money
from qiwi_payin_sandbox.domain.payments import Payment, PaymentStatus
from qiwi_payin_sandbox.domain.reasons import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """A refund or reversal of `amount`, COMPLETED or, where there is a `reason`, declined."""

    site_id: str
    payment_id: str
    refund_id: str
    amount: Money
    created_at: datetime
    reversal: bool
    reason: Reason | None = None
    ps_error_code: str | None = None
    callback_url: str | None = None


def refund(
    payment: Payment,
    refund_id: str,
    amount: Money,
    now: datetime,
    callback_url: str | None = None,
    *,
    verdict: Verdict | None = None,
) -> Change:
    """Give `amount` back to the payer; declined, not raised, where the payment's state or what is left forbids it.

    Where both allow it, the bank is asked, whose `verdict` may be to decline.
    """
    reversal = payment.status is PaymentStatus.COMPLETED and not payment.balance.captured
    refused = _refusal(payment, amount)
    verdict = Verdict(refused) if refused else verdict
    reason = verdict.reason if verdict else None
    done = Refund(
        site_id=payment.site_id,
        payment_id=payment.payment_id,
        refund_id=refund_id,
        amount=amount,
        created_at=now,
        reversal=reversal,
        reason=reason,
        ps_error_code=verdict.ps_error_code if verdict else None,
        callback_url=callback_url,
    )
    event = Event(
        type=EventType.REFUND_DECLINED if reason else EventType.REFUND_COMPLETED,
        at=now,
        bill_id=payment.bill_id,
        payment_id=payment.payment_id,
        refund_id=refund_id,
        reason=reason,
    )
    if reason:
        return Change(payment=payment, refunds=(done,), events=(event,))
    posting = Posting(payment.payment_id, Move.REVERSE if reversal else Move.REFUND, amount)
    balance = payment.balance.after(posting)
    returned = replace(payment, balance=balance, due_at=payment.due_at if balance.held else None)
    return Change(payment=returned, refunds=(done,), postings=(posting,), events=(event,))


def _refusal(payment: Payment, amount: Money) -> Reason | None:
    if payment.status is not PaymentStatus.COMPLETED:
        return Reason.INVALID_STATE
    left = payment.balance.refundable if payment.balance.captured else payment.balance.held
    return Reason.INVALID_AMOUNT if amount.minor > left else None
