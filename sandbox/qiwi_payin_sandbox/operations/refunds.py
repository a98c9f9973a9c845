"""Operations on refunds and reversals."""

from qiwi_payin_sandbox.domain import refunds
from qiwi_payin_sandbox.domain.errors import NotFoundError, ValidationError
from qiwi_payin_sandbox.engine import wanted
from qiwi_payin_sandbox.engine.work import Work, demand_same
from qiwi_payin_sandbox.operations import views
from qiwi_payin_sandbox.operations.call import Answer, Call


def create(call: Call) -> Answer:
    """Reverse or refund a part or all, or answer with the refund that the same request made before."""
    payment_id, refund_id = call.parameters["paymentId"], call.parameters["refundId"]
    amount, fingerprint = call.amount(), call.fingerprint()

    def command(work: Work) -> views.Json:
        payment = work.payment(payment_id)
        found = work.unit.refund(payment_id, refund_id)
        if found is not None:
            demand_same(found[1], fingerprint, "refundId")
            return views.of_refund(found[0], payment)
        if amount.currency != payment.amount.currency:
            raise ValidationError({"amount": ["The currency is not that of the payment"]})
        verdict = wanted.by_capture_or_refund(work.site, call.body.get("comment"))
        change = refunds.refund(
            payment, refund_id, amount, work.now, callback_url=call.body.get("callbackUrl"), verdict=verdict
        )
        work.store(change, "refund", fingerprint)
        return views.of_refund(change.refunds[0], payment)

    return Answer(call.change(command))


def get(call: Call) -> Answer:
    """Answer with a refund."""
    payment_id, refund_id = call.parameters["paymentId"], call.parameters["refundId"]

    def query(work: Work) -> views.Json:
        payment = work.payment(payment_id)
        found = work.unit.refund(payment_id, refund_id)
        if found is None:
            raise NotFoundError("refund")
        return views.of_refund(found[0], payment)

    return Answer(call.look(query))


def list_(call: Call) -> Answer:
    """Answer with all refunds of a payment."""
    payment_id = call.parameters["paymentId"]

    def query(work: Work) -> list[views.Json]:
        payment = work.payment(payment_id)
        return [views.of_refund(refund, payment) for refund in work.unit.refunds_of_payment(payment_id)]

    return Answer(call.look(query))
