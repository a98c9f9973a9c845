"""The faults: each is one way in which a server can break the contract, and names the rules that must show it.

A fault's ``apply`` gets a request and the real server, and answers as the broken server would. It may keep what it has
seen. None of them knows how the suite tests.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, ClassVar

import attrs

from qiwi_payin_contract.faults.messages import Answer, Call, Forward
from qiwi_payin_contract.json_text import dumps
from qiwi_payin_contract.shop import at
from qiwi_payin_contract.sites import Site

__all__ = ["FAULTS", "Fault"]

_REFUSED_KEY = frozenset({401, 403})
_PAYMENT_OPERATIONS = frozenset({"paymentsCreate", "paymentsGet", "paymentsComplete"})


class Fault(ABC):
    """A broken server.

    Attributes:
        group: group of the suite that must find it.
        rules: codes of rules one of which must be reported.
    """

    group: ClassVar[str]
    rules: ClassVar[frozenset[str]]

    def __init__(self, sites: Iterable[Site]) -> None:
        self.sites = {site.site_id: site for site in sites}

    @classmethod
    def name(cls) -> str:
        """Name of the fault: its class in words."""
        return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in cls.__name__).lstrip("-")

    @classmethod
    def sentence(cls) -> str:
        """What the broken server does."""
        return (cls.__doc__ or "").strip()

    @abstractmethod
    def apply(self, call: Call, forward: Forward) -> Answer:
        """Answer a request as the broken server does."""


# Shapes: what one answer shows by itself.


class MissingAuthentication(Fault):
    """Serves requests whose key is missing or wrong."""

    group = "shapes"
    rules = frozenset({"QP-SHAPE-401", "QP-BOOKS-104"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        site = self.sites.get(call.ids.get("siteId", ""))
        return forward(call.with_key(site.key)) if site and answer.status in _REFUSED_KEY else answer


class NumberForText(Fault):
    """Answers the amounts of payments as JSON numbers."""

    group = "shapes"
    rules = frozenset({"QP-SHAPE-108"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id in _PAYMENT_OPERATIONS and answer.ok:
            body = answer.json
            return answer.with_json({**body, "amount": {**body["amount"], "value": Decimal(body["amount"]["value"])}})
        return answer


class MissingField(Fault):
    """Leaves payUrl out of bills."""

    group = "shapes"
    rules = frozenset({"QP-SHAPE-108"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id in {"billsCreate", "billsGet"} and answer.ok:
            return answer.with_json({name: value for name, value in answer.json.items() if name != "payUrl"})
        return answer


class CreatedStatus(Fault):
    """Answers 201 where a refund was made, which no document lists."""

    group = "shapes"
    rules = frozenset({"QP-SHAPE-103"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        made = call.operation_id == "refundsCreate" and answer.ok
        return attrs.evolve(answer, status=201) if made else answer


class PageForError(Fault):
    """Answers what is not found with a page in HTML."""

    group = "shapes"
    rules = frozenset({"QP-SHAPE-105"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if answer.status != 404:  # noqa: PLR2004 - not found
            return answer
        return Answer(404, {"content-type": "text/html"}, b"<html><body>Not found</body></html>")


class CrashOnLongComment(Fault):
    """Answers 500 with plain text when a comment has more than 200 characters."""

    group = "shapes"
    rules = frozenset({"QP-SHAPE-101", "QP-SHAPE-105", "QP-SHAPE-103"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        comment = at(call.json, "comment")
        if isinstance(comment, str) and len(comment) > 200:  # noqa: PLR2004 - a column of that width
            return Answer(500, {"content-type": "text/plain"}, b"value too long for type character varying(200)")
        return forward(call)


# Behaviour: what shows only beside earlier answers.


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
        if call.operation_id == "paymentsCreate" and answer.status == 400 and "paymentId" in (at(answer.json, "cause") or {}):  # noqa: PLR2004
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
            elif answer.status == 400 and payment in self._first:  # noqa: PLR2004 - a refused capture
                self._doubled.add(payment)
                return self._first[payment].with_json({**self._first[payment].json, "captureId": call.ids["captureId"]})
        if call.operation_id == "paymentsGet" and answer.ok and payment in self._doubled:
            body = answer.json
            twice = 2 * Decimal(body["capturedAmount"]["value"])
            return answer.with_json({**body, "capturedAmount": {**body["capturedAmount"], "value": f"{twice:.2f}"}})
        return answer


class RefundOverRest(Fault):
    """Completes a refund of more than is left."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-511", "QP-BOOKS-512", "QP-BOOKS-513", "QP-BOOKS-514", "QP-BOOKS-515", "QP-BOOKS-516"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id in {"refundsCreate", "refundsGet"} and at(answer.json, "status", "reason") == "INVALID_AMOUNT":
            status = {name: value for name, value in answer.json["status"].items() if not name.startswith("reason")}
            return answer.with_json({**answer.json, "status": {**status, "value": "COMPLETED"}})
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
            elif answer.status == 404 and self._last is not None:  # noqa: PLR2004 - not found
                return self._last.with_json({**self._last.json, "paymentId": call.ids["paymentId"]})
        return answer


class RepeatPaysAgain(Fault):
    """Makes another payment when the same request comes again."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-105", "QP-BOOKS-212"})

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


# Exchanges: what the documents print.


class FurtherField(Fault):
    """Adds a field of its own to bills."""

    group = "exchanges"
    rules = frozenset({"QP-EXCH-100"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id == "billsCreate" and answer.ok:
            return answer.with_json({**answer.json, "internalId": 7})
        return answer


class LocalTime(Fault):
    """Writes a bill's expirationDateTime in UTC instead of as it was sent."""

    group = "exchanges"
    rules = frozenset({"QP-EXCH-012"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id == "billsCreate" and answer.ok:
            text = answer.json["expirationDateTime"].replace("+03:00", "Z")
            return answer.with_json({**answer.json, "expirationDateTime": text})
        return answer


class NumbersRefused(Fault):
    """Refuses amounts that are written as JSON numbers, as the documents print them."""

    group = "exchanges"
    rules = frozenset({"QP-EXCH-011", "QP-EXCH-021", "QP-EXCH-031", "QP-EXCH-041"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        value = at(call.json, "amount", "value")
        if isinstance(value, Decimal):
            return forward(attrs.evolve(call, body=dumps({**call.json, "amount": {"currency": "RUB"}}).encode()))
        return forward(call)


# Scenarios: what the stories promise.


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


# Notifications.


class _NotificationFault(Fault):
    group = "notifications"

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.control != "notifications" or not answer.ok:
            return answer
        return answer.with_json([self.changed(item) for item in answer.json if self.kept(item)])

    def changed(self, item: Mapping[str, Any]) -> Mapping[str, Any]:
        """Change a notification that is sent."""
        return item

    def kept(self, item: Mapping[str, Any]) -> bool:
        """Whether a notification is sent at all."""
        return bool(item)


class WrongSignature(_NotificationFault):
    """Signs notifications with another key."""

    rules = frozenset({"QP-NOTE-005"})

    def changed(self, item: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**item, "signature": item["signature"][::-1]}


class UpperCaseSignature(_NotificationFault):
    """Writes the signature in upper-case digits."""

    rules = frozenset({"QP-NOTE-006"})

    def changed(self, item: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**item, "signature": item["signature"].upper()}


class NoCaptureNotification(_NotificationFault):
    """Never tells of captures."""

    rules = frozenset({"QP-NOTE-002"})

    def kept(self, item: Mapping[str, Any]) -> bool:
        return item["type"] != "CAPTURE"


class NotificationFieldRenamed(_NotificationFault):
    """Sends merchantSiteUid of notifications as siteId."""

    rules = frozenset({"QP-NOTE-004"})

    def changed(self, item: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**item, "body": item["body"].replace('"merchantSiteUid"', '"siteId"')}


class CardInNotification(_NotificationFault):
    """Sends the whole card number in notifications."""

    rules = frozenset({"QP-NOTE-009", "QP-NOTE-004", "QP-NOTE-008"})

    def changed(self, item: Mapping[str, Any]) -> Mapping[str, Any]:
        body = json.loads(item["body"], parse_float=Decimal)
        about = body[item["type"].lower()]
        about["cardNumber"] = "4444443616621049"
        return {**item, "body": dumps(body)}


class OtherOutcomeNotified(_NotificationFault):
    """Notifies every operation as a success."""

    rules = frozenset({"QP-NOTE-010", "QP-NOTE-008"})

    def changed(self, item: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**item, "body": item["body"].replace('"DECLINE"', '"SUCCESS"')}


FAULTS: tuple[type[Fault], ...] = (
    MissingAuthentication,
    NumberForText,
    MissingField,
    CreatedStatus,
    PageForError,
    CrashOnLongComment,
    RoundedAmount,
    OverwritingPut,
    SecondCaptureDoubles,
    RefundOverRest,
    StatusFallsBack,
    ForeignSiteReadable,
    PanShown,
    WriteLost,
    UnknownIdAnswered,
    RepeatPaysAgain,
    FurtherField,
    LocalTime,
    NumbersRefused,
    HoldDebits,
    NoAutomaticCapture,
    NeverExpires,
    TokenForEverybody,
    UnboundedComment,
    ReversalOfDebited,
    WrongSignature,
    UpperCaseSignature,
    NoCaptureNotification,
    NotificationFieldRenamed,
    CardInNotification,
    OtherOutcomeNotified,
)
"""All faults, by the group that must find them."""
