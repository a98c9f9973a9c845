"""Faults that get money wrong."""

from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal
from typing import Any

from qiwi_payin_contract.faults.base import Fault, ShownOtherwise
from qiwi_payin_contract.faults.messages import Answer, Call, Forward
from qiwi_payin_contract.shop import at
from qiwi_payin_contract.sites import Site


def _with(sums: dict[str, Any], value: Decimal) -> dict[str, Any]:
    return {**sums, "value": f"{value:.2f}"}


class LostKopeck(ShownOtherwise):
    """Keeps the amounts of payments in kopecks that it gets by a float: 4.35 becomes 4.34."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-202"})

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        kopecks = int(float(payment["amount"]["value"]) * 100)
        return {**payment, "amount": _with(payment["amount"], Decimal(kopecks) / 100)}


class ShortRefunds(ShownOtherwise):
    """Keeps refunds with one decimal: 10.05 becomes 10.00."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-202"})

    def refund(self, _call: Call, refund: dict[str, Any]) -> dict[str, Any]:
        short = Decimal(refund["amount"]["value"]).quantize(Decimal("0.1"), ROUND_DOWN)
        return {**refund, "amount": _with(refund["amount"], short)}


class ReversalNotCounted(Fault):
    """Leaves refundedAmount as it was when held money is reversed."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-511"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._reversed: dict[str, dict[str, Decimal]] = {}

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        payment, _, refund = call.path.partition("/refunds/")
        if call.operation_id == "refundsCreate" and "REVERSAL" in (at(answer.json, "flags") or ()):
            if answer.json["status"]["value"] == "COMPLETED":
                self._reversed.setdefault(payment, {})[refund] = Decimal(answer.json["amount"]["value"])
        elif call.operation_id == "paymentsGet" and answer.ok and payment in self._reversed:
            told = answer.json["refundedAmount"]
            left = Decimal(told["value"]) - sum(self._reversed[payment].values())
            return answer.with_json({**answer.json, "refundedAmount": _with(told, left)})
        return answer


class LatestRefundNotCounted(Fault):
    """Shows refundedAmount as it was before the latest refund."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-511"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._latest: dict[str, tuple[str, Decimal]] = {}

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        payment, _, refund = call.path.partition("/refunds/")
        if call.operation_id == "refundsCreate" and at(answer.json, "status", "value") == "COMPLETED":
            self._latest[payment] = (refund, Decimal(answer.json["amount"]["value"]))
        elif call.operation_id == "paymentsGet" and answer.ok and payment in self._latest:
            told = answer.json["refundedAmount"]
            shown = Decimal(told["value"]) - self._latest[payment][1]
            return answer.with_json({**answer.json, "refundedAmount": _with(told, shown)})
        return answer


class RefusedRefundCounted(Fault):
    """Counts a refund that it declined in refundedAmount."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-511"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._refused: dict[str, dict[str, Decimal]] = {}

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        payment, _, refund = call.path.partition("/refunds/")
        if call.operation_id == "refundsCreate" and at(answer.json, "status", "value") == "DECLINE":
            self._refused.setdefault(payment, {})[refund] = Decimal(answer.json["amount"]["value"])
        elif call.operation_id == "paymentsGet" and answer.ok and payment in self._refused:
            told = answer.json["refundedAmount"]
            shown = Decimal(told["value"]) + sum(self._refused[payment].values())
            return answer.with_json({**answer.json, "refundedAmount": _with(told, shown)})
        return answer


class CaptureTakesTheAmount(Fault):
    """Captures the whole amount of a payment, though part of the hold was reversed before."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-506", "QP-BOOKS-507", "QP-BOOKS-512"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._captured: set[str] = set()

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        payment = call.path.partition("/captures/")[0]
        if call.operation_id == "capturesCreate" and at(answer.json, "status", "value") == "COMPLETED":
            self._captured.add(payment)
        if payment in self._captured and answer.ok:
            body = answer.json
            if call.operation_id in {"capturesCreate", "capturesGet"}:
                path = payment
                headers = {name: value for name, value in call.headers.items() if name != "content-type"}
                amount = forward(Call("GET", path, "", headers, b"")).json["amount"]
                return answer.with_json({**body, "amount": amount})
            if call.operation_id == "paymentsGet":
                return answer.with_json({**body, "capturedAmount": body["amount"]})
        return answer


class RefundOfTheAmount(ShownOtherwise):
    """Answers a refund with the amount of its payment."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-202"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._amounts: dict[str, dict[str, Any]] = {}

    def payment(self, call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        if call.operation_id in {"paymentsCreate", "paymentsGet"}:
            self._amounts[call.path] = payment["amount"]
        return payment

    def refund(self, call: Call, refund: dict[str, Any]) -> dict[str, Any]:
        return {**refund, "amount": self._amounts.get(call.path.partition("/refunds")[0], refund["amount"])}


class StaleRead(Fault):
    """Answers the first read after a capture or refund from a copy that is not up to date."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-507", "QP-BOOKS-511"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._copies: dict[str, Answer] = {}
        self._changed: set[str] = set()

    def apply(self, call: Call, forward: Forward) -> Answer:
        payment = call.path.partition("/captures/")[0].partition("/refunds/")[0]
        if call.operation_id in {"capturesCreate", "refundsCreate"}:
            self._changed.add(payment)
        if call.operation_id not in {"paymentsCreate", "paymentsGet"}:
            return forward(call)
        answer = forward(call)
        stale = self._copies.get(payment)
        if call.operation_id == "paymentsGet" and answer.ok and payment in self._changed and stale is not None:
            self._changed.discard(payment)
            return stale
        if answer.ok:
            self._copies[payment] = answer
        return answer


class ListDisagrees(ShownOtherwise):
    """Shows nothing as captured in the payments of a bill."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-503", "QP-BOOKS-507"})

    def payment(self, call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        if call.operation_id in {"billsGet", "billsListPayments"}:
            return {**payment, "capturedAmount": {**payment["capturedAmount"], "value": "0.00"}}
        return payment


class SaleIsHeld(Fault):
    """Only holds the money of a one-step payment."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-503"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        if call.operation_id == "paymentsCreate" and "SALE" in (at(call.json, "flags") or ()):
            others = [flag for flag in call.json["flags"] if flag != "SALE"]
            return forward(call.with_json({**call.json, "flags": others}))
        return forward(call)


class RefundOfDeclined(ShownOtherwise):
    """Completes refunds of payments that were declined."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-516"})

    def refund(self, _call: Call, refund: dict[str, Any]) -> dict[str, Any]:
        if at(refund, "status", "reason") != "INVALID_STATE":
            return refund
        changed = refund["status"]["changedDateTime"]
        return {**refund, "status": {"value": "COMPLETED", "changedDateTime": changed}}


class RefundListReversed(Fault):
    """Lists refunds newest first."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-602"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        return answer.with_json(answer.json[::-1]) if call.operation_id == "refundsList" and answer.ok else answer


class ShortRefundList(Fault):
    """Lists no more than two refunds."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-601"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        return answer.with_json(answer.json[:2]) if call.operation_id == "refundsList" and answer.ok else answer


class LatestRefundNotListed(Fault):
    """Lists refunds without the latest."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-601"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        return answer.with_json(answer.json[:-1]) if call.operation_id == "refundsList" and answer.ok else answer
