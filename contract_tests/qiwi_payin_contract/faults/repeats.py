"""Faults of ids, and of requests that come again."""

from collections.abc import Iterable
from typing import Any

import attrs

from qiwi_payin_contract.faults.base import Fault, ShownOtherwise
from qiwi_payin_contract.faults.messages import Answer, Call, Forward
from qiwi_payin_contract.shop import at
from qiwi_payin_contract.sites import Site

_PUTS = frozenset({"billsCreate", "paymentsCreate", "capturesCreate", "refundsCreate"})


def _read(call: Call, forward: Forward) -> Answer:
    """Ask for what is stored under the path of a request."""
    headers = {name: value for name, value in call.headers.items() if name not in {"content-type", "content-length"}}
    return forward(attrs.evolve(call, method="GET", headers=headers, body=b""))


def _taken(answer: Answer, name: str) -> bool:
    return answer.status == 400 and name in (at(answer.json, "cause") or {})


class OtherRefundOldAnswer(Fault):
    """Answers another refund under an id that is taken with 200 and the old refund."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-106"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id == "refundsCreate" and _taken(answer, "refundId"):
            return _read(call, forward)
        return answer


class OtherBillOldAnswer(Fault):
    """Answers another bill under an id that is taken with 200 and the old bill."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-106"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._first: dict[str, bytes] = {}

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id == "billsCreate":
            if answer.ok:
                self._first.setdefault(call.path, call.body)
            elif _taken(answer, "billId") and call.path in self._first:
                return forward(attrs.evolve(call, body=self._first[call.path]))
        return answer


class PutMerges(ShownOtherwise):
    """Takes the comment of another bill under an id that is taken, and keeps the rest of the old one."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-106", "QP-BOOKS-107"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._first: dict[str, bytes] = {}
        self._comments: dict[str, str] = {}

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id == "billsCreate":
            if answer.ok:
                self._first.setdefault(call.path, call.body)
            elif _taken(answer, "billId") and call.path in self._first:
                comment = at(call.json, "comment")
                if isinstance(comment, str):
                    self._comments[call.path] = comment
                answer = forward(attrs.evolve(call, body=self._first[call.path]))
        return self.shown(call, answer)

    def bill(self, call: Call, bill: dict[str, Any]) -> dict[str, Any]:
        comment = self._comments.get(call.path.removesuffix("/details"))
        return bill if comment is None else {**bill, "comment": comment}


class RepeatRefused(Fault):
    """Refuses the same payment when it comes again, as taken."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-105"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._made: set[str] = set()

    def apply(self, call: Call, forward: Forward) -> Answer:
        if call.operation_id == "paymentsCreate" and call.path in self._made:
            return forward(call.with_json({**(call.json or {}), "comment": "it comes again"}))
        answer = forward(call)
        if call.operation_id == "paymentsCreate" and answer.ok:
            self._made.add(call.path)
        return answer


class LatestRepeatsOnly(Fault):
    """Knows only the latest bill when its request comes again, and refuses those before."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-105"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._made: list[str] = []

    def apply(self, call: Call, forward: Forward) -> Answer:
        if call.operation_id == "billsCreate" and call.path in self._made[:-1]:
            return forward(call.with_json({**(call.json or {}), "comment": "it comes again"}))
        answer = forward(call)
        if call.operation_id == "billsCreate" and answer.ok and call.path not in self._made:
            self._made.append(call.path)
        return answer


class RefundRepeats(Fault):
    """Refunds once more when the same refund comes again."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-105", "QP-BOOKS-212"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._times: dict[str, int] = {}

    def apply(self, call: Call, forward: Forward) -> Answer:
        if call.operation_id != "refundsCreate":
            return forward(call)
        self._times[call.path] = times = self._times.get(call.path, 0) + 1
        if times == 1:
            return forward(call)
        answer = forward(attrs.evolve(call, path=f"{call.path}-{times}"))
        return answer.with_json({**answer.json, "refundId": call.ids["refundId"]}) if answer.ok else answer


class SecondCaptureAnswered(Fault):
    """Answers a second capture with 200 and the first, and does nothing."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-106", "QP-BOOKS-508"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._first: dict[str, Answer] = {}

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id == "capturesCreate":
            payment = call.path.partition("/captures/")[0]
            if answer.ok:
                self._first.setdefault(payment, answer)
            elif answer.status == 400 and payment in self._first:
                return self._first[payment]
        return answer


class CaseBlindIds(Fault):
    """Takes ids that differ only in case for one."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-102", "QP-BOOKS-803"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        named = call.ids.get("billId") or call.ids.get("paymentId")
        if named is None:
            return forward(call)
        answer = forward(attrs.evolve(call, path=call.path.replace(f"/{named}", f"/{named.lower()}")))
        return attrs.evolve(answer, body=answer.body.replace(f'"{named.lower()}"'.encode(), f'"{named}"'.encode()))


class IdsCut(Fault):
    """Keeps 50 characters of the ids of payments."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-102", "QP-BOOKS-201"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        named = call.ids.get("paymentId")
        if named is None:
            return forward(call)
        return forward(attrs.evolve(call, path=call.path.replace(named, named[:50])))


class OneIdForAllSites(Fault):
    """Takes a bill's id for taken when another site has used it."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-103", "QP-BOOKS-803"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._owners: dict[str, str] = {}

    def apply(self, call: Call, forward: Forward) -> Answer:
        if call.operation_id == "billsCreate":
            site_id, bill_id = call.ids["siteId"], call.ids["billId"]
            owner = self._owners.get(bill_id)
            if owner is not None and owner != site_id:
                path = call.path.replace(f"/sites/{site_id}/", f"/sites/{owner}/")
                return forward(attrs.evolve(call, path=path).with_key(self.sites[owner].key))
            answer = forward(call)
            if answer.ok:
                self._owners[bill_id] = site_id
            return answer
        return forward(call)


class RefundIdsOfTheSite(Fault):
    """Takes a refund's id for taken when another payment has used it: it answers that refund."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-108", "QP-BOOKS-202", "QP-BOOKS-212"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._first: dict[tuple[str, str], tuple[str, Answer]] = {}

    def apply(self, call: Call, forward: Forward) -> Answer:
        if call.operation_id != "refundsCreate":
            return forward(call)
        payment, _, refund = call.path.partition("/refunds/")
        known = self._first.get((call.ids["siteId"], refund))
        if known is not None and known[0] != payment:
            return known[1]
        answer = forward(call)
        if answer.ok:
            self._first.setdefault((call.ids["siteId"], refund), (payment, answer))
        return answer


class OneInvoiceForAll(ShownOtherwise):
    """Gives every bill the invoiceUid and payUrl of the first."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-216"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._first: dict[str, Any] = {}

    def bill(self, _call: Call, bill: dict[str, Any]) -> dict[str, Any]:
        for name in ("invoiceUid", "payUrl"):
            self._first.setdefault(name, bill[name])
        return {**bill, **self._first}


class InvoiceChanges(ShownOtherwise):
    """Gives a bill another invoiceUid and payUrl each time that it is read."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-212"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._reads = 0

    def bill(self, call: Call, bill: dict[str, Any]) -> dict[str, Any]:
        if call.operation_id != "billsGet":
            return bill
        self._reads += 1
        uid = f"{self._reads:08x}{bill['invoiceUid'][8:]}"
        return {**bill, "invoiceUid": uid, "payUrl": bill["payUrl"].replace(bill["invoiceUid"], uid)}
