"""Faults that show only beside earlier answers."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

import attrs

from qiwi_payin_contract.faults.base import Fault
from qiwi_payin_contract.faults.messages import Answer, Call, Forward
from qiwi_payin_contract.shop import at
from qiwi_payin_contract.sites import Site


class RoundedAmount(Fault):
    """Rounds the amount of a bill to whole rubles."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-202"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id in {"billsCreate", "billsGet"} and answer.ok:
            body = answer.json
            whole = Decimal(body["amount"]["value"]).quantize(Decimal(1), ROUND_HALF_UP)
            return answer.with_json({**body, "amount": {**body["amount"], "value": f"{whole}.00"}})
        return answer


class OverwritingPut(Fault):
    """Takes another payment under an id that is taken, and answers with the new sum."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-106", "QP-BOOKS-107", "QP-BOOKS-202"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._overwritten: dict[str, str] = {}

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if (
            call.operation_id == "paymentsCreate"
            and answer.status == 400
            and "paymentId" in (at(answer.json, "cause") or {})
        ):
            stored = forward(attrs.evolve(call, method="GET", body=b""))
            value = at(call.json, "amount", "value")
            if stored.ok and isinstance(value, Decimal | str):
                self._overwritten[call.path] = str(value)
                answer = stored
        value = self._overwritten.get(call.path)
        if value is not None and answer.ok and call.operation_id in {"paymentsCreate", "paymentsGet"}:
            body = answer.json
            return answer.with_json({**body, "amount": {**body["amount"], "value": value}})
        return answer


class SecondCaptureDoubles(Fault):
    """Takes a second capture and debits the sum once more."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-508", "QP-BOOKS-507", "QP-BOOKS-509", "QP-BOOKS-510", "QP-BOOKS-512"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._first: dict[str, Answer] = {}
        self._doubled: set[str] = set()

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        payment = call.path.partition("/captures")[0]
        if call.operation_id == "capturesCreate":
            if answer.ok:
                self._first.setdefault(payment, answer)
            elif answer.status == 400 and payment in self._first:
                self._doubled.add(payment)
                return self._first[payment].with_json({**self._first[payment].json, "captureId": call.ids["captureId"]})
        if call.operation_id == "paymentsGet" and answer.ok and payment in self._doubled:
            body = answer.json
            twice = 2 * Decimal(body["capturedAmount"]["value"])
            return answer.with_json({**body, "capturedAmount": {**body["capturedAmount"], "value": f"{twice:.2f}"}})
        return answer


class StatusFallsBack(Fault):
    """Shows a COMPLETED payment as WAITING when it is asked for a second time."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-401"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._asked: dict[str, int] = {}

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id != "paymentsGet" or at(answer.json, "status", "value") != "COMPLETED":
            return answer
        self._asked[call.path] = self._asked.get(call.path, 0) + 1
        if self._asked[call.path] % 2:
            return answer
        return answer.with_json({**answer.json, "status": {**answer.json["status"], "value": "WAITING"}})


class ForeignSiteReadable(Fault):
    """Lets the key of one site read and change another's objects."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-104", "QP-BOOKS-103"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        keys = {f"Bearer {site.key}" for site in self.sites.values()}
        site = self.sites.get(call.ids.get("siteId", ""))
        if site is not None and call.headers.get("authorization") in keys:
            return forward(call.with_key(site.key))
        return forward(call)


class PanShown(Fault):
    """Shows the whole card number where it should be masked, in payments read later."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-301", "QP-BOOKS-211", "QP-SHAPE-108"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._pans: dict[str, str] = {}

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        pan = at(call.json, "paymentMethod", "pan")
        if call.operation_id == "paymentsCreate" and isinstance(pan, str) and answer.ok:
            self._pans.setdefault(call.path, pan)
        if call.operation_id == "paymentsGet" and answer.ok and call.path in self._pans:
            method = {**answer.json["paymentMethod"], "maskedPan": self._pans[call.path]}
            return answer.with_json({**answer.json, "paymentMethod": method})
        return answer


class WriteLost(Fault):
    """Answers 200 to every third new bill and forgets it."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-101"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._bills: dict[str, int] = {}

    def apply(self, call: Call, forward: Forward) -> Answer:
        bill = call.path.removesuffix("/details")
        if call.operation_id == "billsCreate":
            self._bills.setdefault(bill, len(self._bills))
        if call.operation_id in {"billsGet", "billsListPayments"} and self._bills.get(bill, 1) % 3 == 0:
            return forward(attrs.evolve(call, path=call.path.replace(bill, f"{bill}-lost")))
        return forward(call)


class UnknownIdAnswered(Fault):
    """Answers a payment that does not exist with one that does."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-102"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._last: Answer | None = None

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id == "paymentsGet":
            if answer.ok:
                self._last = answer
            elif answer.status == 404 and self._last is not None:
                return self._last.with_json({**self._last.json, "paymentId": call.ids["paymentId"]})
        return answer


class RepeatPaysAgain(Fault):
    """Makes another payment when the same request comes again."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-105", "QP-BOOKS-107", "QP-BOOKS-212"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._times: dict[str, int] = {}

    def apply(self, call: Call, forward: Forward) -> Answer:
        if call.operation_id != "paymentsCreate":
            return forward(call)
        self._times[call.path] = times = self._times.get(call.path, 0) + 1
        if times == 1:
            return forward(call)
        answer = forward(attrs.evolve(call, path=f"{call.path}-{times}"))
        return answer.with_json({**answer.json, "paymentId": call.ids["paymentId"]}) if answer.ok else answer
