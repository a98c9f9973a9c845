"""Operations on refunds and reversals."""

from qiwi_payin_sandbox.domain import refunds
from qiwi_payin_sandbox.domain.errors import NotFoundError, ValidationError
from qiwi_payin_sandbox.domain.refunds import Refund
from qiwi_payin_sandbox.operations import views
from qiwi_payin_sandbox.operations.call import Answer, Call
from qiwi_payin_sandbox.work import Work, demand_same


def create(call: Call) -> Answer:
    """Reverse or refund a part or all, or answer with the refund that the same request made before."""
    payment_id, refund_id = call.parameters["paymentId"], call.parameters["refundId"]
    amount, fingerprint = call.amount(), call.fingerprint()

    def command(work: Work) -> Refund:
        payment = work.payment(payment_id)
        found = work.unit.refund(payment_id, refund_id)
        if found is not None:
            demand_same(found[1], fingerprint, "refundId")
            return found[0]
        if amount.currency != payment.amount.currency:
            raise ValidationError({"amount": ["The currency is not that of the payment"]})
        change = refunds.refund(payment, refund_id, amount, work.now, call.body.get("callbackUrl"))
        work.store(change, "refund", fingerprint)
        return change.refunds[0]

    return Answer(views.of_refund(call.engine.change(call.site.site_id, command)))


def get(call: Call) -> Answer:
    """Answer with a refund."""
    payment_id, refund_id = call.parameters["paymentId"], call.parameters["refundId"]

    def query(work: Work) -> Refund:
        work.payment(payment_id)
        found = work.unit.refund(payment_id, refund_id)
        if found is None:
            raise NotFoundError("refund")
        return found[0]

    return Answer(views.of_refund(call.engine.look(call.site.site_id, query)))


def list_(call: Call) -> Answer:
    """Answer with all refunds of a payment."""
    payment_id = call.parameters["paymentId"]

    def query(work: Work) -> list[Refund]:
        work.payment(payment_id)
        return work.unit.refunds_of_payment(payment_id)

    return Answer([views.of_refund(refund) for refund in call.engine.look(call.site.site_id, query)])
