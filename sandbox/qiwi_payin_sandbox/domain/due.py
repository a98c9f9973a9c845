"""What happens to a payment by itself, when its time has come."""

from collections.abc import Callable, Iterator
from datetime import datetime

from qiwi_payin_sandbox.domain import captures, payments, refunds
from qiwi_payin_sandbox.domain.bills import Bill
from qiwi_payin_sandbox.domain.change import Change
from qiwi_payin_sandbox.domain.payments import Awaited, HoldPolicy, Payment


def steps(
    payment: Payment, bill: Bill | None, now: datetime, policy: HoldPolicy, new_id: Callable[[str], str]
) -> Iterator[Change]:
    """Let the time pass for a payment, one due moment after another.

    Args:
        payment: The payment as stored.
        bill: The bill that it pays.
        now: The site's time.
        policy: What the site does with holds.
        new_id: Makes the id of the capture or refund (`"capture"`, `"refund"`) that ends a hold.
    """
    while payment.due_at is not None and payment.due_at <= now:
        step = _fire(payment, bill, payment.due_at, policy, new_id)
        yield step
        payment = step.payment or payment
        bill = step.bill or bill


def _fire(
    payment: Payment, bill: Bill | None, at: datetime, policy: HoldPolicy, new_id: Callable[[str], str]
) -> Change:
    if payment.awaited is Awaited.THREE_DS:
        return payments.expire_three_ds(payment, at)
    if payment.awaited is Awaited.BANK:
        return payments.answer(payment, bill, at, policy)
    if policy.cancels:
        return refunds.refund(payment, new_id("refund"), payment.amount.of(payment.balance.held), at)
    return captures.capture(payment, new_id("capture"), at)
