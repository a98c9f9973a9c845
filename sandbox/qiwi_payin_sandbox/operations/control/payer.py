"""What a payer does on the form and on the issuing bank's page."""

from qiwi_payin_sandbox.domain import payments
from qiwi_payin_sandbox.domain.errors import IncorrectMethodInvocationError
from qiwi_payin_sandbox.domain.payments import Awaited, Payment
from qiwi_payin_sandbox.engine import three_ds
from qiwi_payin_sandbox.engine.work import Work
from qiwi_payin_sandbox.operations import views
from qiwi_payin_sandbox.operations.call import Answer, Call
from qiwi_payin_sandbox.operations.means import chosen_means
from qiwi_payin_sandbox.payer import GOOD_CARD, pay


def pay_bill(call: Call) -> Answer:
    """Pay a bill as the payer would on the form."""
    bill_id, method = call.parameters["billId"], call.body.get("paymentMethod")
    answer = call.body.get("threeDS", "confirm")

    def command(work: Work) -> Payment:
        bill = work.bill(bill_id)
        means = chosen_means(work, method, bill.account) if method else GOOD_CARD.checked()
        payment = pay(work, bill, means, attempt=None)
        if payment.awaited is Awaited.THREE_DS and answer != "wait":
            payment = _finish(work, payment, answer)
        return payment

    payment = call.change(command)
    return Answer(views.of_payment(payment, call.site, call.links, call.ids))


def answer_three_ds(call: Call) -> Answer:
    """Answer the issuing bank's challenge as the payer would.

    A payment born on the form is finished by that, and whichever it is whose time runs out. The `pares` of the latter
    is the answer that comes too late.
    """
    payment_id, answer = call.parameters["paymentId"], call.body["answer"]

    def command(work: Work) -> Answer:
        payment = work.payment(payment_id)
        if payment.awaited is not Awaited.THREE_DS:
            raise IncorrectMethodInvocationError(payments.NOT_WAITING)
        pares = three_ds.pares(payment, work.ids, confirmed=answer != "refuse")
        if payment.born_on_form or answer == "expire":
            payment = _finish(work, payment, answer)
        return Answer({"pares": pares, "payment": views.of_payment(payment, work.site, call.links, work.ids)})

    return call.change(command)


def _finish(work: Work, payment: Payment, answer: str) -> Payment:
    if answer == "expire":
        return three_ds.expire(work, payment)
    return three_ds.finish(work, payment, passed=answer == "confirm")
