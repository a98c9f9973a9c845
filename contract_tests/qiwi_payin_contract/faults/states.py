"""Faults of statuses and times."""

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import Any

from qiwi_payin_contract.faults.base import Fault, ShownOtherwise
from qiwi_payin_contract.faults.messages import Answer, Call, Forward
from qiwi_payin_contract.sites import Site

_MOSCOW = timezone(timedelta(hours=3))


def _moved(text: str, **by: float) -> str:
    return (datetime.fromisoformat(text) + timedelta(**by)).isoformat(timespec="milliseconds")


def _in_status(shown: dict[str, Any], value: str) -> dict[str, Any]:
    return {**shown, "status": {**shown["status"], "value": value}}


class BillStaysCreated(ShownOtherwise):
    """Shows bills that were paid as CREATED."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-406"})

    def bill(self, _call: Call, bill: dict[str, Any]) -> dict[str, Any]:
        return _in_status(bill, "CREATED") if bill["status"]["value"] == "PAID" else bill


class BillPaidBeforePayment(ShownOtherwise):
    """Shows a bill as PAID while its payment waits for 3-D Secure, or was declined."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-406"})

    def bill(self, _call: Call, bill: dict[str, Any]) -> dict[str, Any]:
        return _in_status(bill, "PAID") if bill.get("payments") else bill


class ChangedNow(ShownOtherwise):
    """Shows the time of the request as changedDateTime of a payment."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-404"})

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        now = datetime.now(_MOSCOW) + timedelta(hours=1)
        return {**payment, "status": {**payment["status"], "changedDateTime": now.isoformat(timespec="milliseconds")}}


class ChangedBeforeCreated(ShownOtherwise):
    """Writes changedDateTime of payments by a clock that is an hour slow."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-403"})

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        changed = _moved(payment["status"]["changedDateTime"], hours=-1)
        return {**payment, "status": {**payment["status"], "changedDateTime": changed}}


class CreatedInTheFuture(ShownOtherwise):
    """Writes local times of Moscow as if they were times of Greenwich: three hours in the future."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-416", "QP-BOOKS-418"})

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        changed = _moved(payment["status"]["changedDateTime"], hours=3)
        return {
            **payment,
            "createdDateTime": _moved(payment["createdDateTime"], hours=3),
            "status": {**payment["status"], "changedDateTime": changed},
        }


class CreatedMoves(ShownOtherwise):
    """Writes the time of the latest read into createdDateTime of refunds."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-212"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._reads = 0

    def refund(self, call: Call, refund: dict[str, Any]) -> dict[str, Any]:
        if call.method == "PUT":
            return refund
        self._reads += 1
        return {**refund, "createdDateTime": _moved(refund["createdDateTime"], seconds=self._reads)}


class RefundOlderThanPayment(ShownOtherwise):
    """Gives refunds a createdDateTime of a day ago."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-416", "QP-BOOKS-418"})

    def refund(self, _call: Call, refund: dict[str, Any]) -> dict[str, Any]:
        status = {**refund["status"], "changedDateTime": _moved(refund["status"]["changedDateTime"], days=-1)}
        return {**refund, "createdDateTime": _moved(refund["createdDateTime"], days=-1), "status": status}


class DeclinedWithoutReason(ShownOtherwise):
    """Gives no reason where a payment is declined."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-411", "QP-SHAPE-108"})

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        kept = {name: value for name, value in payment["status"].items() if not name.startswith("reason")}
        return {**payment, "status": kept}


class DeclinedLater(ShownOtherwise):
    """Shows a completed payment as DECLINED once something of it was refunded."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-401"})

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        if payment["refundedAmount"]["value"] == "0.00" or payment["status"]["value"] != "COMPLETED":
            return payment
        return {**payment, "status": {**payment["status"], "value": "DECLINED", "reason": "INVALID_STATE"}}


class CaptureUnknown(Fault):
    """Knows no capture that is asked for."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-101"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        if call.operation_id == "capturesGet":
            return forward(Call(call.method, f"{call.path}-unknown", call.query, call.headers, call.body))
        return forward(call)


class CaptureOfDeclined(ShownOtherwise):
    """Captures payments that were declined."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-509"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._declined: dict[str, dict[str, Any]] = {}

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = self.shown(call, forward(call))
        declined = self._declined.get(call.ids.get("paymentId", ""))
        if call.operation_id != "capturesCreate" or answer.status != 400 or declined is None:
            return answer
        made = {
            **call.ids,
            "createdDateTime": declined["status"]["changedDateTime"],
            "amount": declined["amount"],
            "status": {"value": "COMPLETED", "changedDateTime": declined["status"]["changedDateTime"]},
        }
        return Answer(200, answer.headers, b"").with_json(made)

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        if payment["status"]["value"] == "DECLINED":
            self._declined[payment["paymentId"]] = payment
        return payment


class PaymentsOldestFirst(Fault):
    """Lists the payments of a bill oldest first."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-604"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        return answer.with_json(answer.json[::-1]) if call.operation_id == "billsListPayments" and answer.ok else answer


class FormPaymentNotListed(Fault):
    """Lists no payment that the payer made on the form."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-406", "QP-BOOKS-603"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._made: set[str] = set()

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id == "paymentsCreate":
            self._made.add(call.ids["paymentId"])
        if call.operation_id == "billsListPayments" and answer.ok:
            return answer.with_json([each for each in answer.json if each["paymentId"] in self._made])
        if call.operation_id == "billsGet" and answer.ok:
            kept = [each for each in answer.json.get("payments", ()) if each["paymentId"] in self._made]
            return answer.with_json({**answer.json, "payments": kept})
        return answer
