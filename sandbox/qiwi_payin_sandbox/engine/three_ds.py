"""3-D Secure: the messages that it passes through browsers, sealed so that nobody can make them up, and its end."""

from qiwi_payin_sandbox.domain import payments
from qiwi_payin_sandbox.domain.payments import Payment
from qiwi_payin_sandbox.engine.work import Work
from qiwi_payin_sandbox.ids import Ids


def pareq(payment: Payment, ids: Ids) -> str:
    """Return the message to the issuing bank that starts 3-D Secure of a payment."""
    return ids.seal("pareq", payment.site_id, payment.payment_id)


def pares(payment: Payment, ids: Ids, *, confirmed: bool) -> str:
    """Return the issuing bank's answer, which tells whether the payer has confirmed the payment."""
    return ids.seal("pares", payment.site_id, payment.payment_id, "Y" if confirmed else "N")


def finish(work: Work, payment: Payment, *, passed: bool) -> Payment:
    """Go on with a payment that waits for 3-D Secure, and return it as it is then.

    Raises:
        IncorrectMethodInvocationError: It does not wait for that.
    """
    bill = work.bill_awaited_by(payment)
    change = payments.finish_three_ds(payment, bill, work.now, work.site.hold_policy, passed=passed)
    work.store(change)
    return change.payment or payment


def expire(work: Work, payment: Payment) -> Payment:
    """Let the time that a waiting payment has for 3-D Secure run out now: it is declined as at the end of that time."""
    change = payments.expire_three_ds(payment, work.now)
    work.store(change)
    return change.payment or payment
