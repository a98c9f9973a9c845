"""Operations on bills."""

from datetime import datetime

from qiwi_payin_sandbox import times
from qiwi_payin_sandbox.domain import bills
from qiwi_payin_sandbox.domain.bills import Bill
from qiwi_payin_sandbox.domain.errors import ValidationError
from qiwi_payin_sandbox.domain.money import Money
from qiwi_payin_sandbox.domain.receivers import receiver
from qiwi_payin_sandbox.engine import wanted
from qiwi_payin_sandbox.engine.work import Work, demand_same
from qiwi_payin_sandbox.operations import views
from qiwi_payin_sandbox.operations.call import Answer, Call
from qiwi_payin_sandbox.operations.means import demand_tokens_for


def create(call: Call) -> Answer:
    """Create a bill, or answer with the one that the same request made before."""
    bill_id, body, amount = call.parameters["billId"], call.body, call.amount()
    fingerprint = call.fingerprint()
    try:
        expires_at = times.parse(body["expirationDateTime"])
    except ValueError as error:
        raise ValidationError({"expirationDateTime": [str(error)]}) from None

    def command(work: Work) -> Bill:
        found = work.find_bill(bill_id)
        if found is not None:
            demand_same(found[1], fingerprint, "billId")
            return found[0]
        bill = described(work, bill_id, body, amount, expires_at)
        change = bills.create(bill, work.now)
        work.store(change, "bill", fingerprint)
        return change.bill or bill

    return Answer(views.of_bill(call.change(command), call.site, call.links))


def described(work: Work, bill_id: str, body: views.Json, amount: Money, expires_at: datetime) -> Bill:
    """Return the new bill that a request body, which has been validated, describes.

    Raises:
        ValidationError: It asks for a token on a site without, or the bank for an answer that there is not.
    """
    methods, flags = body.get("billPaymentMethodsType"), tuple(dict.fromkeys(body.get("flags", ())))
    demand_tokens_for(work, flags)
    wanted.by_bill(work.site, body.get("comment"))
    return Bill(
        site_id=work.site.site_id,
        bill_id=bill_id,
        invoice_uid=work.ids.uuid("invoice", work.site.site_id, bill_id),
        amount=amount,
        created_at=work.now,
        changed_at=work.now,
        expires_at=expires_at,
        expires_text=body["expirationDateTime"],
        comment=body.get("comment"),
        flags=flags,
        methods=None if methods is None else tuple(dict.fromkeys(methods)),
        customer=body.get("customer"),
        custom_fields=body.get("customFields"),
        receiver=receiver(body.get("receiverData")),
    )


def get(call: Call) -> Answer:
    """Answer with a bill and its payments."""

    def query(work: Work) -> Answer:
        bill, payments = _with_payments(call, work)
        return Answer({**views.of_bill(bill, work.site, call.links), "payments": payments})

    return call.look(query)


def list_payments(call: Call) -> Answer:
    """Answer with the payments of a bill."""
    return call.look(lambda work: Answer(_with_payments(call, work)[1]))


def _with_payments(call: Call, work: Work) -> tuple[Bill, list[views.Json]]:
    bill = work.bill(call.parameters["billId"])
    payments = work.payments_of_bill(bill.bill_id)
    if work.happened:  # one of them may have paid it
        bill = work.bill(bill.bill_id)
    return bill, [views.of_bill_payment(payment, bill, work.site, call.links, work.ids) for payment in payments]
