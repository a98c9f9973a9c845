"""Operations on captures."""

from qiwi_payin_sandbox.domain import captures
from qiwi_payin_sandbox.domain.errors import NotFoundError
from qiwi_payin_sandbox.engine import wanted
from qiwi_payin_sandbox.engine.work import Work, demand_same
from qiwi_payin_sandbox.operations import views
from qiwi_payin_sandbox.operations.call import Answer, Call


def create(call: Call) -> Answer:
    """Capture all that a payment still holds, or answer with the capture that the same request made before."""
    payment_id, capture_id = call.parameters["paymentId"], call.parameters["captureId"]
    fingerprint = call.fingerprint()

    def command(work: Work) -> views.Json:
        payment = work.payment(payment_id)
        found = work.unit.capture(payment_id, capture_id)
        if found is not None:
            demand_same(found[1], fingerprint, "captureId")
            return views.of_capture(found[0], payment)
        verdict = wanted.by_capture_or_refund(work.site, call.body.get("comment"))
        change = captures.capture(
            payment, capture_id, work.now, callback_url=call.body.get("callbackUrl"), verdict=verdict
        )
        work.store(change, "capture", fingerprint)
        return views.of_capture(change.captures[0], payment)

    return Answer(call.change(command))


def get(call: Call) -> Answer:
    """Answer with a capture."""
    payment_id, capture_id = call.parameters["paymentId"], call.parameters["captureId"]

    def query(work: Work) -> views.Json:
        payment = work.payment(payment_id)
        found = work.unit.capture(payment_id, capture_id)
        if found is None:
            raise NotFoundError("capture")
        return views.of_capture(found[0], payment, asked_for=True)

    return Answer(call.look(query))
