"""Operations on captures."""

from qiwi_payin_sandbox.domain import captures
from qiwi_payin_sandbox.domain.captures import Capture
from qiwi_payin_sandbox.domain.errors import NotFoundError
from qiwi_payin_sandbox.operations import views
from qiwi_payin_sandbox.operations.call import Answer, Call
from qiwi_payin_sandbox.work import Work, demand_same


def create(call: Call) -> Answer:
    """Capture all that a payment still holds, or answer with the capture that the same request made before."""
    payment_id, capture_id = call.parameters["paymentId"], call.parameters["captureId"]
    fingerprint = call.fingerprint()

    def command(work: Work) -> Capture:
        payment = work.payment(payment_id)
        found = work.unit.capture(payment_id, capture_id)
        if found is not None:
            demand_same(found[1], fingerprint, "captureId")
            return found[0]
        change = captures.capture(payment, capture_id, work.now, call.body.get("callbackUrl"))
        work.store(change, "capture", fingerprint)
        return change.captures[0]

    return Answer(views.of_capture(call.engine.change(call.site.site_id, command)))


def get(call: Call) -> Answer:
    """Answer with a capture."""
    payment_id, capture_id = call.parameters["paymentId"], call.parameters["captureId"]

    def query(work: Work) -> Capture:
        work.payment(payment_id)
        found = work.unit.capture(payment_id, capture_id)
        if found is None:
            raise NotFoundError("capture")
        return found[0]

    return Answer(views.of_capture(call.engine.look(call.site.site_id, query)))
