"""Faults against what the documents' stories promise."""

from collections.abc import Iterable
from typing import Any

import attrs

from qiwi_payin_contract.faults.base import Fault, ShownOtherwise
from qiwi_payin_contract.faults.messages import Answer, Call, Forward
from qiwi_payin_contract.json_text import dumps
from qiwi_payin_contract.shop import at
from qiwi_payin_contract.sites import Site

_PAYMENT_OPERATIONS = frozenset({"paymentsCreate", "paymentsGet", "paymentsComplete"})


class HoldDebits(Fault):
    """Debits held money at once: capturedAmount is the amount before any capture."""

    group = "scenarios"
    rules = frozenset({"QP-BOOKS-504", "QP-FORM-006"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id in _PAYMENT_OPERATIONS and at(answer.json, "status", "value") == "COMPLETED":
            return answer.with_json({**answer.json, "capturedAmount": answer.json["amount"]})
        return answer


class _KnowsConfirmed(ShownOtherwise):
    """Knows which payments were confirmed: by a capture, or by SALE of the payment or of its bill."""

    group = "scenarios"

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self.confirmed: set[str] = set()
        self._sales: set[str] = set()

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if answer.ok and call.operation_id == "capturesCreate":
            self.confirmed.add(call.ids["paymentId"])
        if answer.ok and "SALE" in (at(call.json, "flags") or ()):
            self.confirmed.add(call.ids.get("paymentId", ""))
            self._sales.add(call.ids.get("billId", ""))
        if answer.ok and call.pays_a_bill and str(call.control).split("/")[1] in self._sales:
            self.confirmed.add(answer.json["paymentId"])
        return self.shown(call, answer)


class NoAutomaticCapture(_KnowsConfirmed):
    """Never captures by itself: what nobody confirmed stays held for ever."""

    rules = frozenset({"QP-FORM-011"})

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        if payment["paymentId"] in self.confirmed:
            return payment
        return {**payment, "capturedAmount": {**payment["capturedAmount"], "value": "0.00"}}


class NeverExpires(Fault):
    """Shows bills whose term has passed as CREATED."""

    group = "scenarios"
    rules = frozenset({"QP-FORM-015"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id == "billsGet" and at(answer.json, "status", "value") == "EXPIRED":
            return answer.with_json({**answer.json, "status": {**answer.json["status"], "value": "CREATED"}})
        return answer


class TokenForEverybody(Fault):
    """Charges a token on sites that it was not issued for, and without an account."""

    group = "scenarios"
    rules = frozenset({"QP-BOOKS-703", "QP-BOOKS-704", "QP-PAY-016", "QP-PAY-017"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._paid: Answer | None = None

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id == "paymentsCreate" and at(call.json, "paymentMethod", "type") == "TOKEN":
            if answer.ok:
                self._paid = answer
            elif self._paid is not None:
                return self._paid.with_json({**self._paid.json, "paymentId": call.ids["paymentId"]})
        return answer


class UnboundedComment(Fault):
    """Takes a payment's comment of any length, and cuts it."""

    group = "scenarios"
    rules = frozenset({"QP-PAY-007"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        comment = at(call.json, "comment")
        if call.operation_id == "paymentsCreate" and isinstance(comment, str):
            return forward(attrs.evolve(call, body=dumps({**call.json, "comment": comment[:255]}).encode()))
        return forward(call)


class ReversalOfDebited(Fault):
    """Flags every refund as a reversal."""

    group = "scenarios"
    rules = frozenset({"QP-BOOKS-519", "QP-FORM-014"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id == "refundsCreate" and answer.ok:
            return answer.with_json({**answer.json, "flags": ["REVERSAL"]})
        return answer


class PaidBillChargedAgain(Fault):
    """Charges another card for a bill that is paid."""

    group = "scenarios"
    rules = frozenset({"QP-BOOKS-407", "QP-PAY-026"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id != "paymentsCreate" or at(answer.json, "status", "reason") != "BILL_ALREADY_PAID":
            return answer
        alone = {name: value for name, value in call.json.items() if name != "billId"}
        return forward(attrs.evolve(call, path=f"{call.path}-again", body=dumps(alone).encode()))


class RefundOverRest(Fault):
    """Completes a refund of more than is left."""

    group = "scenarios"
    rules = frozenset({"QP-BOOKS-513"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if (
            call.operation_id in {"refundsCreate", "refundsGet"}
            and at(answer.json, "status", "reason") == "INVALID_AMOUNT"
        ):
            status = {name: value for name, value in answer.json["status"].items() if not name.startswith("reason")}
            return answer.with_json({**answer.json, "status": {**status, "value": "COMPLETED"}})
        return answer


class PartialReversalEndsHold(ShownOtherwise):
    """Gives up the whole hold when part of it is reversed: nothing can be captured after that."""

    group = "scenarios"
    rules = frozenset({"QP-BOOKS-101"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._reversed: set[str] = set()

    def apply(self, call: Call, forward: Forward) -> Answer:
        payment = call.path.partition("/captures/")[0].partition("/refunds/")[0]
        if call.operation_id == "capturesCreate" and payment in self._reversed:
            # What does not exist cannot be captured: a server that keeps no hold says so.
            return forward(attrs.evolve(call, path=call.path.replace(payment, f"{payment}-reversed")))
        answer = forward(call)
        if call.operation_id == "refundsCreate" and "REVERSAL" in (at(answer.json, "flags") or ()):
            self._reversed.add(payment)
        return answer


class ReversalUnflagged(ShownOtherwise):
    """Does not flag reversals."""

    group = "scenarios"
    rules = frozenset({"QP-BOOKS-518", "QP-FORM-013"})

    def refund(self, _call: Call, refund: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in refund.items() if name != "flags"}


class AutomaticCaptureEarly(Fault):
    """Captures by itself after a day."""

    group = "scenarios"
    rules = frozenset({"QP-BOOKS-505", "QP-FORM-011"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._waiting: dict[str, tuple[str, int]] = {}
        self._advanced: dict[str, int] = {}

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id == "paymentsCreate" and at(answer.json, "status", "value") == "COMPLETED":
            site_id = call.ids["siteId"]
            self._waiting.setdefault(call.path, (site_id, self._advanced.get(site_id, 0)))
        if call.control == "clock/advance" and answer.ok:
            site_id = call.path.split("/")[3]
            now = self._advanced[site_id] = self._advanced.get(site_id, 0) + int(call.json["seconds"])
            for path, (owner, since) in list(self._waiting.items()):
                if owner == site_id and now - since >= 24 * 60 * 60:
                    del self._waiting[path]
                    headers = {"accept": "application/json"}
                    forward(Call("PUT", f"{path}/captures/auto", "", headers, b"").with_key(self.sites[owner].key))
        return answer


class AutomaticCancel(_KnowsConfirmed):
    """Releases a hold that nobody confirmed, instead of capturing it."""

    rules = frozenset({"QP-FORM-011", "QP-BOOKS-511"})

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        captured = payment["capturedAmount"]
        if payment["paymentId"] in self.confirmed or captured["value"] == "0.00":
            return payment
        return {**payment, "capturedAmount": {**captured, "value": "0.00"}, "refundedAmount": payment["amount"]}


class ExpiredBillPaid(Fault):
    """Charges cards for bills whose term has passed."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-407"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._expired: set[str] = set()

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id in {"billsGet", "billsCreate"} and at(answer.json, "status", "value") == "EXPIRED":
            self._expired.add(call.ids["billId"])
        bill_id = at(call.json, "billId")
        declined = at(answer.json, "status", "value") == "DECLINED"
        if call.operation_id == "paymentsCreate" and bill_id in self._expired and declined:
            alone = {name: value for name, value in call.json.items() if name != "billId"}
            return forward(attrs.evolve(call, path=f"{call.path}-late", body=dumps(alone).encode()))
        return answer


class CommentOfBillEndless(Fault):
    """Takes a bill's comment of any length, and cuts it."""

    group = "shapes"
    rules = frozenset({"QP-BOOKS-205", "QP-SHAPE-201"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        comment = at(call.json, "comment")
        if call.operation_id == "billsCreate" and isinstance(comment, str):
            return forward(call.with_json({**call.json, "comment": comment[:255]}))
        return forward(call)
