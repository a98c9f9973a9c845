"""Operations on bills."""

from qiwi_payin_sandbox import times
from qiwi_payin_sandbox.domain import bills
from qiwi_payin_sandbox.domain.bills import Bill
from qiwi_payin_sandbox.domain.errors import ValidationError
from qiwi_payin_sandbox.engine.issuance import described
from qiwi_payin_sandbox.engine.work import Work, demand_same
from qiwi_payin_sandbox.operations import views
from qiwi_payin_sandbox.operations.call import Answer, Call


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
