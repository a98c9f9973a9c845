"""Faults in notifications."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from qiwi_payin_contract.faults.base import Fault
from qiwi_payin_contract.faults.messages import Answer, Call, Forward
from qiwi_payin_contract.json_text import dumps


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
