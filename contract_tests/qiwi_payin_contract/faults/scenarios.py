"""Faults against what the documents' stories promise."""

from collections.abc import Iterable

import attrs

from qiwi_payin_contract.faults.base import Fault
from qiwi_payin_contract.faults.messages import Answer, Call, Forward
from qiwi_payin_contract.json_text import dumps
from qiwi_payin_contract.shop import at
from qiwi_payin_contract.sites import Site

_PAYMENT_OPERATIONS = frozenset({"paymentsCreate", "paymentsGet", "paymentsComplete"})


class HoldDebits(Fault):
    """Debits held money at once: capturedAmount is the amount before any capture."""

    group = "scenarios"
    rules = frozenset({"QP-FORM-006"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id in _PAYMENT_OPERATIONS and at(answer.json, "status", "value") == "COMPLETED":
            return answer.with_json({**answer.json, "capturedAmount": answer.json["amount"]})
        return answer


class NoAutomaticCapture(Fault):
    """Never captures by itself: what nobody confirmed stays held for ever."""

    group = "scenarios"
    rules = frozenset({"QP-FORM-011"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._confirmed: set[str] = set()

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        payment = call.path.partition("/captures")[0]
        one_step = "SALE" in (at(call.json, "flags") or ())
        if answer.ok and (call.operation_id == "capturesCreate" or one_step):
            self._confirmed.add(payment)
        if call.operation_id == "paymentsGet" and answer.ok and payment not in self._confirmed:
            nothing = {**answer.json["capturedAmount"], "value": "0.00"}
            return answer.with_json({**answer.json, "capturedAmount": nothing})
        return answer


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
    rules = frozenset({"QP-PAY-016", "QP-PAY-017"})

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
    rules = frozenset({"QP-FORM-014"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id == "refundsCreate" and answer.ok:
            return answer.with_json({**answer.json, "flags": ["REVERSAL"]})
        return answer


class PaidBillChargedAgain(Fault):
    """Charges another card for a bill that is paid."""

    group = "scenarios"
    rules = frozenset({"QP-PAY-026"})

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
