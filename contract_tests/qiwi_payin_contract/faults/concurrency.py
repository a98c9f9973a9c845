"""Faults that show only where requests run at the same time.

The real server lets one of two requests win. A broken one lets both: here, when a request is refused because of another
that ran meanwhile, it is answered as if there had been no other.
"""

import itertools
import threading
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import attrs

from qiwi_payin_contract.faults.base import Fault
from qiwi_payin_contract.faults.messages import Answer, Call, Forward
from qiwi_payin_contract.shop import at
from qiwi_payin_contract.sites import Site


@attrs.define(frozen=True)
class _Past:
    """A request that was answered."""

    ended: int
    call: Call
    answer: Answer


class _Race(Fault):
    """Tells requests that ran meanwhile from those that came before."""

    group = "concurrency"
    one_at_a_time = False
    operation: str

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._moments = itertools.count()
        self._turn = threading.Lock()
        self._past: defaultdict[str, list[_Past]] = defaultdict(list)

    def apply(self, call: Call, forward: Forward) -> Answer:
        if call.operation_id != self.operation:
            with self._turn:
                return self.otherwise(call, forward(call))
        begun = next(self._moments)
        with self._turn:
            past = self._past[self.about(call)]
            meanwhile = [each for each in past if each.ended > begun]
            answer = self.raced(call, forward, meanwhile) if meanwhile else forward(call)
            past.append(_Past(next(self._moments), call, answer))
            return answer

    def about(self, call: Call) -> str:
        """What requests must share to meet."""
        return call.path

    def raced(self, call: Call, forward: Forward, _meanwhile: list[_Past]) -> Answer:
        """Answer a request while which others were answered."""
        return forward(call)

    def otherwise(self, _call: Call, answer: Answer) -> Answer:
        """Answer another operation."""
        return answer


class BothCaptured(_Race):
    """Takes two captures at once, and answers both with the money."""

    rules = frozenset({"QP-BOOKS-508", "QP-RACE-001"})
    operation = "capturesCreate"

    def about(self, call: Call) -> str:
        return call.path.partition("/captures/")[0]

    def raced(self, call: Call, forward: Forward, meanwhile: list[_Past]) -> Answer:
        answer = forward(call)
        won = next((each.answer for each in meanwhile if each.answer.ok), None)
        if answer.status != 400 or won is None:
            return answer
        return won.with_json({**won.json, "captureId": call.ids["captureId"]})


class CapturedTwice(BothCaptured):
    """Takes two captures at once, and debits the money twice."""

    rules = frozenset({"QP-BOOKS-507", "QP-BOOKS-508", "QP-RACE-001", "QP-RACE-002"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._times: dict[str, int] = {}

    def raced(self, call: Call, forward: Forward, meanwhile: list[_Past]) -> Answer:
        answer = super().raced(call, forward, meanwhile)
        if answer.ok:
            self._times[self.about(call)] = self._times.get(self.about(call), 1) + 1
        return answer

    def otherwise(self, call: Call, answer: Answer) -> Answer:
        times = self._times.get(call.path, 1)
        if call.operation_id != "paymentsGet" or not answer.ok or times == 1:
            return answer
        captured = answer.json["capturedAmount"]
        value = f"{times * Decimal(captured['value']):.2f}"
        return answer.with_json({**answer.json, "capturedAmount": {**captured, "value": value}})


class BothRefunded(_Race):
    """Completes two refunds at once that are more than what is left together."""

    rules = frozenset({"QP-BOOKS-513", "QP-RACE-003"})
    operation = "refundsCreate"

    def about(self, call: Call) -> str:
        return call.path.partition("/refunds/")[0]

    def raced(self, call: Call, forward: Forward, meanwhile: list[_Past]) -> Answer:
        answer = forward(call)
        if at(answer.json, "status", "reason") != "INVALID_AMOUNT" or not any(each.answer.ok for each in meanwhile):
            return answer
        changed = answer.json["status"]["changedDateTime"]
        return answer.with_json({**answer.json, "status": {"value": "COMPLETED", "changedDateTime": changed}})


class RefundLost(_Race):
    """Counts only one of two refunds that are made at once."""

    rules = frozenset({"QP-BOOKS-511", "QP-RACE-004"})
    operation = "refundsCreate"

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._lost: defaultdict[str, dict[str, Decimal]] = defaultdict(dict)

    def about(self, call: Call) -> str:
        return call.path.partition("/refunds/")[0]

    def raced(self, call: Call, forward: Forward, meanwhile: list[_Past]) -> Answer:
        answer = forward(call)
        if any(each.call.path == call.path for each in meanwhile):
            return answer
        if at(answer.json, "status", "value") == "COMPLETED":
            self._lost[self.about(call)][call.path] = Decimal(answer.json["amount"]["value"])
        return answer

    def otherwise(self, call: Call, answer: Answer) -> Answer:
        lost = sum(self._lost.get(call.path, {}).values())
        if call.operation_id != "paymentsGet" or not answer.ok or not lost:
            return answer
        refunded = answer.json["refundedAmount"]
        value = f"{Decimal(refunded['value']) - lost:.2f}"
        return answer.with_json({**answer.json, "refundedAmount": {**refunded, "value": value}})


class EqualBillsDiffer(_Race):
    """Makes a bill for each of equal requests that come at once."""

    rules = frozenset({"QP-BOOKS-212", "QP-RACE-006"})
    operation = "billsCreate"

    def raced(self, call: Call, forward: Forward, meanwhile: list[_Past]) -> Answer:
        answer = forward(call)
        if not answer.ok:
            return answer
        body: dict[str, Any] = answer.json
        uid = f"{len(meanwhile):08x}{body['invoiceUid'][8:]}"
        return answer.with_json({**body, "invoiceUid": uid, "payUrl": body["payUrl"].replace(body["invoiceUid"], uid)})


class EqualPaymentsDiffer(_Race):
    """Makes a payment for each of equal requests that come at once, each at its own time."""

    rules = frozenset({"QP-BOOKS-212", "QP-RACE-006"})
    operation = "paymentsCreate"

    def raced(self, call: Call, forward: Forward, meanwhile: list[_Past]) -> Answer:
        return self._made(call, forward(attrs.evolve(call, path=f"{call.path}-{len(meanwhile)}")))

    def _made(self, call: Call, answer: Answer) -> Answer:
        return answer.with_json({**answer.json, "paymentId": call.ids["paymentId"]}) if answer.ok else answer


class EqualPaymentsRefused(_Race):
    """Answers 500 to all but one of equal requests that come at once: the id is in its table already."""

    rules = frozenset({"QP-RACE-006", "QP-RACE-013", "QP-SHAPE-101"})
    operation = "paymentsCreate"

    def raced(self, _call: Call, _forward: Forward, _meanwhile: list[_Past]) -> Answer:
        return Answer(500, {}, b"")


class EqualRefundsRefused(_Race):
    """Refuses all but one of equal refunds that come at once, as taken."""

    rules = frozenset({"QP-RACE-006", "QP-RACE-013"})
    operation = "refundsCreate"

    def raced(self, call: Call, forward: Forward, meanwhile: list[_Past]) -> Answer:
        if any(each.call.body == call.body for each in meanwhile):
            return forward(call.with_json({**(call.json or {}), "comment": "it comes meanwhile"}))
        return forward(call)


class UnequalBillsTaken(_Race):
    """Takes two bills with one id that come at once, and answers each with its own sum."""

    rules = frozenset({"QP-RACE-007", "QP-RACE-008"})
    operation = "billsCreate"

    def raced(self, call: Call, forward: Forward, meanwhile: list[_Past]) -> Answer:
        answer = forward(call)
        won = next((each for each in meanwhile if each.answer.ok), None)
        if answer.status != 400 or won is None or won.call.body == call.body:
            return answer
        value = at(call.json, "amount", "value")
        sums = {**won.answer.json["amount"], "value": f"{Decimal(str(value)):.2f}"}
        return won.answer.with_json({**won.answer.json, "amount": sums})


class CaptureAndReversal(_Race):
    """Captures the whole of a hold while it is reversed."""

    rules = frozenset({"QP-BOOKS-512", "QP-RACE-004", "QP-RACE-005"})
    operation = "capturesCreate"

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._reversing: dict[str, int] = {}
        self._doubled: set[str] = set()

    def apply(self, call: Call, forward: Forward) -> Answer:
        payment = call.path.partition("/captures/")[0].partition("/refunds/")[0]
        begun = next(self._moments)
        with self._turn:
            answer = forward(call)
            if call.operation_id == "refundsCreate" and "REVERSAL" in (at(answer.json, "flags") or ()):
                self._reversing[payment] = next(self._moments)
            if call.operation_id == "capturesCreate" and self._reversing.get(payment, -1) > begun:
                headers = {name: value for name, value in call.headers.items() if name != "content-type"}
                stored = forward(Call("GET", payment, "", headers, b"")).json
                self._doubled.add(payment)
                made = {
                    **call.ids,
                    "createdDateTime": stored["createdDateTime"],
                    "amount": stored["amount"],
                    "status": {"value": "COMPLETED", "changedDateTime": stored["createdDateTime"]},
                }
                return Answer(200, answer.headers, b"").with_json(made)
            if call.operation_id == "paymentsGet" and answer.ok and payment in self._doubled:
                return answer.with_json({**answer.json, "capturedAmount": answer.json["amount"]})
            return answer
