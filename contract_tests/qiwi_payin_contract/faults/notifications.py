"""Faults in notifications."""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any

import attrs
import httpx

from qiwi_payin_contract.drivers import SentNotification
from qiwi_payin_contract.faults.base import Fault
from qiwi_payin_contract.faults.messages import Answer, Call, Forward
from qiwi_payin_contract.json_text import dumps
from qiwi_payin_contract.notifications import digest
from qiwi_payin_contract.shop import at
from qiwi_payin_contract.sites import Site


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
        return bool(item["type"] != "CAPTURE")


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


class RepeatNotified(_NotificationFault):
    """Notifies a capture once more whenever its request comes again."""

    rules = frozenset({"QP-NOTE-012"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._requests: dict[str, int] = {}

    def apply(self, call: Call, forward: Forward) -> Answer:
        if call.operation_id == "capturesCreate":
            capture_id = call.ids["captureId"]
            self._requests[capture_id] = self._requests.get(capture_id, 0) + 1
        answer = super().apply(call, forward)
        if call.control != "notifications" or not answer.ok:
            return answer
        return answer.with_json([item for item in answer.json for _ in range(self._requests.get(item["objectId"], 1))])


class WholeCaptureNotified(_NotificationFault):
    """Notifies a capture with the amount of the payment, without what was reversed before."""

    rules = frozenset({"QP-NOTE-008"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._amounts: dict[str, Decimal] = {}

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = super().apply(call, forward)
        value = at(answer.json, "amount", "value")
        if call.operation_id == "paymentsCreate" and isinstance(value, str):
            self._amounts[call.ids["paymentId"]] = Decimal(value)
        return answer

    def changed(self, item: Mapping[str, Any]) -> Mapping[str, Any]:
        body = json.loads(item["body"], parse_float=Decimal)
        capture = body.get("capture", {})
        if capture.get("paymentId") not in self._amounts:
            return item
        capture["amount"]["value"] = self._amounts[capture["paymentId"]]
        told = SentNotification(item["type"], item["objectId"], dumps(body), "")
        key = self.sites[capture["merchantSiteUid"]].notification_key or ""
        return {**item, "body": told.body, "signature": digest(told, key)[0]}


class CallbackForgotten(Fault):
    """Sends no notification to the address that an operation names."""

    group = "notifications"
    rules = frozenset({"QP-NOTE-014"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        body = call.json
        if call.operation_id in {"paymentsCreate", "billsCreate"} and isinstance(body, Mapping):
            kept = {name: value for name, value in body.items() if name not in {"callbackUrl", "customFields"}}
            return forward(attrs.evolve(call, body=dumps(kept).encode()))
        return forward(call)


class EndlessRepeats(Fault):
    """Goes on repeating notifications that were answered 200: it repeats the latest whenever the clock is moved."""

    group = "notifications"
    rules = frozenset({"QP-NOTE-016", "QP-NOTE-017"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._latest: tuple[str, bytes] | None = None

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        url = at(call.json, "callbackUrl")
        if call.operation_id == "paymentsCreate" and isinstance(url, str):
            self._latest = (url, dumps({"type": "PAYMENT"}).encode())
        if call.control == "clock/advance" and self._latest is not None:
            url, body = self._latest
            with suppress(httpx.HTTPError):
                httpx.post(url, content=body, timeout=2, trust_env=False)
        return answer
