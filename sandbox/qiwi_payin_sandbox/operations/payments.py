"""Operations on payments."""

import hmac
from typing import Any

from qiwi_payin_sandbox.domain.payments import Payment
from qiwi_payin_sandbox.domain.receivers import receiver
from qiwi_payin_sandbox.engine import three_ds
from qiwi_payin_sandbox.engine.acceptance import accept
from qiwi_payin_sandbox.engine.issuance import demand_tokens_for
from qiwi_payin_sandbox.engine.work import Work, demand_same
from qiwi_payin_sandbox.operations import views
from qiwi_payin_sandbox.operations.call import Answer, Call
from qiwi_payin_sandbox.operations.means import chosen_means


def create(call: Call) -> Answer:
    """Create a payment from the partner's own form, or answer with the one that the same request made before."""
    payment_id, body, amount = call.parameters["paymentId"], call.body, call.amount()
    fingerprint = call.fingerprint()
    customer, order_number = body.get("customer"), body.get("billId")
    flags, method = body.get("flags", ()), body["paymentMethod"]

    def command(work: Work) -> Payment:
        found = work.find_payment(payment_id)
        if found is not None:
            demand_same(found[1], fingerprint, "paymentId")
            return found[0]
        demand_tokens_for(work, flags)
        means = chosen_means(work, method, (customer or {}).get("account"))
        bill = _bill(work, order_number)
        return accept(
            work,
            payment_id=payment_id,
            fingerprint=fingerprint,
            means=means,
            amount=amount,
            bill=bill,
            one_step="SALE" in flags,
            binds_token="BIND_PAYMENT_TOKEN" in flags,
            order_number=order_number,
            comment=body.get("comment"),
            callback_url=body.get("callbackUrl"),
            customer=customer,
            custom_fields=body.get("customFields"),
            device_data_sent="deviceData" in body,
            receiver=receiver(body.get("receiverData")),
            stored_card_use=method.get("cardTokenPaymentType"),
        )

    return _answer(call, call.change(command))


def get(call: Call) -> Answer:
    """Answer with a payment."""
    payment_id = call.parameters["paymentId"]
    return _answer(call, call.look(lambda work: work.payment(payment_id)))


def complete(call: Call) -> Answer:
    """Finish 3-D Secure with what the payer's browser brought back."""
    payment_id, sent = call.parameters["paymentId"], call.body["threeDS"]["pares"]

    def command(work: Work) -> Payment:
        payment = work.payment(payment_id)
        passed = _equal(sent, three_ds.pares(payment, work.ids, confirmed=True))
        return three_ds.finish(work, payment, passed=passed)

    return _answer(call, call.change(command))


def _answer(call: Call, payment: Payment) -> Answer:
    return Answer(views.of_payment(payment, call.site, call.links, call.ids))


def _bill(work: Work, bill_id: str | None) -> Any:
    found = work.find_bill(bill_id) if bill_id is not None and "\0" not in bill_id else None
    return found[0] if found else None


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
