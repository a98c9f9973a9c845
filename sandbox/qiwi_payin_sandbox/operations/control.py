"""Control operations: they stand for the payer, the issuing bank and time itself."""

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from qiwi_payin_sandbox import times
from qiwi_payin_sandbox.clock import ClockBeyondReachError
from qiwi_payin_sandbox.domain import payments
from qiwi_payin_sandbox.domain.errors import IncorrectMethodInvocationError, ValidationError
from qiwi_payin_sandbox.domain.payments import Awaited, Payment
from qiwi_payin_sandbox.operations import views
from qiwi_payin_sandbox.operations.call import Answer, Call
from qiwi_payin_sandbox.operations.means import chosen_means
from qiwi_payin_sandbox.payer import GOOD_CARD, pay
from qiwi_payin_sandbox.work import Work


def info(call: Call) -> Answer:
    """Tell what this server is."""
    sites = [{"siteId": site.site_id, "test": site.test} for site in call.engine.sites.values()]
    return Answer({"name": "qiwi-payin sandbox", "version": _version(), "sites": sites})


def pay_bill(call: Call) -> Answer:
    """Pay a bill as the payer would on the form."""
    bill_id, method = call.parameters["billId"], call.body.get("paymentMethod")
    answer = call.body.get("threeDS", "confirm")

    def command(work: Work) -> Payment:
        bill = work.bill(bill_id)
        means = chosen_means(work, method, bill.account) if method else GOOD_CARD.checked()
        payment = pay(work, bill, means, attempt=None)
        if payment.awaited is Awaited.THREE_DS and answer != "wait":
            payment = _finish(work, payment, confirmed=answer == "confirm")
        return payment

    payment = call.engine.change(call.site.site_id, command)
    return Answer(views.of_payment(payment, call.site, call.links, call.ids))


def answer_three_ds(call: Call) -> Answer:
    """Answer the issuing bank's challenge as the payer would; a payment born on the form is finished by that."""
    payment_id, confirmed = call.parameters["paymentId"], call.body["answer"] == "confirm"

    def command(work: Work) -> Answer:
        payment = work.payment(payment_id)
        if payment.awaited is not Awaited.THREE_DS:
            raise IncorrectMethodInvocationError(payments.NOT_WAITING)
        pares = views.pares(payment, work.ids, confirmed=confirmed)
        if payment.born_on_form:
            payment = _finish(work, payment, confirmed=confirmed)
        return Answer({"pares": pares, "payment": views.of_payment(payment, work.site, call.links, work.ids)})

    return call.engine.change(call.site.site_id, command)


def get_clock(call: Call) -> Answer:
    """Read the site's clock."""
    now, frozen = call.engine.clock(call.site.site_id)
    return Answer({"now": times.in_milliseconds(now), "frozen": frozen})


def set_clock(call: Call) -> Answer:
    """Set, freeze or release the site's clock."""
    try:
        target = times.parse(call.body["now"]) if "now" in call.body else None
    except ValueError as error:
        raise ValidationError({"now": [str(error)]}) from None
    try:
        now, frozen = call.engine.set_clock(call.site.site_id, target, frozen=call.body.get("frozen"))
    except ClockBeyondReachError as error:
        raise ValidationError({"now": [str(error)]}) from None
    return Answer({"now": times.in_milliseconds(now), "frozen": frozen})


def advance_clock(call: Call) -> Answer:
    """Move the site's clock forward; what becomes due happens first."""
    try:
        now, frozen, fired = call.engine.advance(call.site.site_id, int(call.body["seconds"]))
    except ClockBeyondReachError as error:
        raise ValidationError({"seconds": [str(error)]}) from None
    return Answer({"now": times.in_milliseconds(now), "frozen": frozen, "fired": fired})


def list_events(call: Call) -> Answer:
    """List what happened on the site."""

    def query(work: Work) -> list[dict[str, Any]]:
        return [
            views.present(
                {
                    "sequence": row.sequence,
                    "at": times.in_milliseconds(times.from_milliseconds(row.at)),
                    "type": row.type,
                    "billId": row.bill_id,
                    "paymentId": row.payment_id,
                    "captureId": row.capture_id,
                    "refundId": row.refund_id,
                    "reason": row.reason,
                }
            )
            for row in work.unit.events()
        ]

    return Answer(call.engine.look(call.site.site_id, query))


def list_notifications(call: Call) -> Answer:
    """List the site's notifications and the attempts to deliver them."""

    def query(work: Work) -> list[dict[str, Any]]:
        attempts: dict[str, list[dict[str, Any]]] = {}
        for row in work.unit.attempts():
            made = {
                "at": times.in_milliseconds(times.from_milliseconds(row.at)),
                "status": row.status,
                "error": row.error,
            }
            attempts.setdefault(row.notification_id, []).append(views.present(made))
        return [
            {
                "notificationId": notification.notification_id,
                "type": notification.type,
                "objectId": notification.object_id,
                "url": notification.url,
                "body": notification.body,
                "signature": notification.signature,
                "state": notification.state,
                "attempts": attempts.get(notification.notification_id, []),
                "nextAttemptAt": times.in_milliseconds(notification.due_at) if notification.due_at else None,
            }
            for notification in work.unit.notifications()
        ]

    return Answer(call.engine.look(call.site.site_id, query))


def _finish(work: Work, payment: Payment, *, confirmed: bool) -> Payment:
    change = payments.finish_three_ds(
        payment, work.bill_awaited_by(payment), work.now, work.site.hold_policy, passed=confirmed
    )
    work.store(change)
    return change.payment or payment


def _version() -> str:
    try:
        return version("qiwi-payin")
    except PackageNotFoundError:
        return "0"
