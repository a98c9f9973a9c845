"""The messages that 3-D Secure passes through browsers, sealed so that nobody can make them up."""

from qiwi_payin_sandbox.domain.payments import Payment
from qiwi_payin_sandbox.ids import Ids


def pareq(payment: Payment, ids: Ids) -> str:
    """Return the message to the issuing bank that starts 3-D Secure of a payment."""
    return ids.seal("pareq", payment.site_id, payment.payment_id)


def pares(payment: Payment, ids: Ids, *, confirmed: bool) -> str:
    """Return the issuing bank's answer, which tells whether the payer has confirmed the payment."""
    return ids.seal("pares", payment.site_id, payment.payment_id, "Y" if confirmed else "N")
