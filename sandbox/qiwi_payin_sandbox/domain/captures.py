"""Captures: the held money of a payment is debited, whole and once, or the bank declines to."""

from dataclasses import dataclass, replace
from datetime import datetime

from qiwi_payin_sandbox.domain.bank import Verdict
from qiwi_payin_sandbox.domain.change import Change
from qiwi_payin_sandbox.domain.errors import IncorrectMethodInvocationError
from qiwi_payin_sandbox.domain.events import Event, EventType
from qiwi_payin_sandbox.domain.ledger import Move, Posting
from qiwi_payin_sandbox.domain.money import Money
from qiwi_payin_sandbox.domain.payments import Payment, PaymentStatus
from qiwi_payin_sandbox.domain.reasons import Reason

ALREADY_CAPTURED = "Successful capture already done for this payment"
ONE_STEP = "Payment was captured at authorization, it needs no capture"
NOT_AUTHORISED = "Payment is not authorized, there is nothing to capture"
NOTHING_HELD = "Payment was fully reversed, there is nothing to capture"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """A capture of `amount`, COMPLETED or, where there is a `reason`, declined."""

    site_id: str
    payment_id: str
    capture_id: str
    amount: Money
    created_at: datetime
    reason: Reason | None = None
    ps_error_code: str | None = None
    callback_url: str | None = None


def capture(
    payment: Payment,
    capture_id: str,
    now: datetime,
    callback_url: str | None = None,
    *,
    verdict: Verdict | None = None,
) -> Change:
    """Debit all that is still held; where the bank's `verdict` is to decline, the money stays held.

    Raises:
        IncorrectMethodInvocationError: The payment holds nothing: it was captured, reversed, or never authorised.
    """
    if payment.status is not PaymentStatus.COMPLETED:
        raise IncorrectMethodInvocationError(NOT_AUTHORISED)
    if payment.one_step:
        raise IncorrectMethodInvocationError(ONE_STEP)
    if payment.balance.captured:
        raise IncorrectMethodInvocationError(ALREADY_CAPTURED)
    if not payment.balance.held:
        raise IncorrectMethodInvocationError(NOTHING_HELD)
    reason = verdict.reason if verdict else None
    held = payment.amount.of(payment.balance.held)
    done = Capture(
        site_id=payment.site_id,
        payment_id=payment.payment_id,
        capture_id=capture_id,
        amount=held,
        created_at=now,
        reason=reason,
        ps_error_code=verdict.ps_error_code if verdict else None,
        callback_url=callback_url,
    )
    event = Event(
        type=EventType.CAPTURE_DECLINED if reason else EventType.CAPTURE_COMPLETED,
        at=now,
        bill_id=payment.bill_id,
        payment_id=payment.payment_id,
        capture_id=capture_id,
        reason=reason,
    )
    if reason:
        return Change(payment=payment, captures=(done,), events=(event,))
    posting = Posting(payment.payment_id, Move.CAPTURE, held)
    captured = replace(payment, balance=payment.balance.after(posting), due_at=None)
    return Change(payment=captured, captures=(done,), postings=(posting,), events=(event,))
