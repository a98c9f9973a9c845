"""Faults in notifications."""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import attrs

from qiwi_payin_contract.faults.base import Fault
from qiwi_payin_contract.faults.messages import Answer, Call, Forward, Message, Send
from qiwi_payin_contract.json_text import dumps
from qiwi_payin_contract.shop import at
from qiwi_payin_contract.sites import Site


class _NotificationFault(Fault):
    """Tells something else, to partners and in the list of what was told."""

    group = "notifications"

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.control != "notifications" or not answer.ok:
            return answer
        return answer.with_json(
            [
                {**item, "body": message.text, "signature": message.signature}
                for item in answer.json
                for message in self.told(Message("", {"signature": item["signature"]}, item["body"]))
            ]
        )

    def deliver(self, message: Message, send: Send) -> int:
        status = 200
        for each in self.told(message):
            status = send(each)
        return status

    def told(self, message: Message) -> Iterable[Message]:
        """Change a notification, leave it out, or send others as well."""
        yield message

    def notification_key(self, message: Message) -> str:
        """The key that signs the notifications of a site."""
        return self.sites[message.about["merchantSiteUid"]].notification_key or ""


class WrongSignature(_NotificationFault):
    """Signs notifications with another key."""

    rules = frozenset({"QP-NOTE-005"})

    def told(self, message: Message) -> Iterable[Message]:
        yield message.with_signature(message.signature[::-1])


class UpperCaseSignature(_NotificationFault):
    """Writes the signature in upper-case digits."""

    rules = frozenset({"QP-NOTE-006"})

    def told(self, message: Message) -> Iterable[Message]:
        yield message.with_signature(message.signature.upper())


class SignedWithApiKey(_NotificationFault):
    """Signs notifications with the API access key."""

    rules = frozenset({"QP-NOTE-005"})

    def told(self, message: Message) -> Iterable[Message]:
        yield message.signed(self.sites[message.about["merchantSiteUid"]].key)


class SignedWithOneKey(_NotificationFault):
    """Signs the notifications of all sites with the key of the first."""

    rules = frozenset({"QP-NOTE-005"})

    def told(self, message: Message) -> Iterable[Message]:
        yield message.signed(next(iter(self.sites.values())).notification_key or "")


class StatusSigned(_NotificationFault):
    """Signs the status as well."""

    rules = frozenset({"QP-NOTE-005"})

    def told(self, message: Message) -> Iterable[Message]:
        about = message.about
        texts = (message.object_id, about["createdDateTime"], str(about["amount"]["value"]), about["status"]["value"])
        made = hmac.digest(self.notification_key(message).encode(), "|".join(texts).encode(), hashlib.sha256)
        yield message.with_signature(made.hex())


class BodySigned(_NotificationFault):
    """Signs the whole body."""

    rules = frozenset({"QP-NOTE-005"})

    def told(self, message: Message) -> Iterable[Message]:
        made = hmac.digest(self.notification_key(message).encode(), message.text.encode(), hashlib.sha256)
        yield message.with_signature(made.hex())


class Base64Signature(_NotificationFault):
    """Writes the signature in Base64."""

    rules = frozenset({"QP-NOTE-006"})

    def told(self, message: Message) -> Iterable[Message]:
        yield message.with_signature(base64.b64encode(bytes.fromhex(message.signature)).decode())


class ShortNumber(_NotificationFault):
    """Writes whole sums with one decimal, 150.0, and signs them so."""

    rules = frozenset({"QP-NOTE-007"})

    def told(self, message: Message) -> Iterable[Message]:
        about = message.about
        value = Decimal(str(float(about["amount"]["value"])))
        yield message.with_about({**about, "amount": {**about["amount"], "value": value}}).signed(
            self.notification_key(message)
        )


class AmountInText(_NotificationFault):
    """Writes sums as text."""

    rules = frozenset({"QP-NOTE-004"})

    def told(self, message: Message) -> Iterable[Message]:
        about = message.about
        yield message.with_about({**about, "amount": {**about["amount"], "value": str(about["amount"]["value"])}})


class NoCaptureNotification(_NotificationFault):
    """Never tells of captures."""

    rules = frozenset({"QP-NOTE-002"})

    def told(self, message: Message) -> Iterable[Message]:
        if message.type != "CAPTURE":
            yield message


class DeclineNotNotified(_NotificationFault):
    """Tells of successes alone."""

    rules = frozenset({"QP-NOTE-001", "QP-NOTE-003", "QP-NOTE-010"})

    def told(self, message: Message) -> Iterable[Message]:
        if message.about["status"]["value"] == "SUCCESS":
            yield message


class ReversalNotNotified(_NotificationFault):
    """Never tells of reversals."""

    rules = frozenset({"QP-NOTE-003"})

    def told(self, message: Message) -> Iterable[Message]:
        if message.type != "REFUND" or "REVERSAL" not in message.about.get("flags", ()):
            yield message


class ReversalNotifiedAsRefund(_NotificationFault):
    """Tells of reversals without their flag."""

    rules = frozenset({"QP-NOTE-003"})

    def told(self, message: Message) -> Iterable[Message]:
        about = message.about
        others = [flag for flag in about.get("flags", ()) if flag != "REVERSAL"]
        yield message.with_about({**about, "flags": others}) if "flags" in about else message


class NotificationFieldRenamed(_NotificationFault):
    """Sends merchantSiteUid of notifications as siteId."""

    rules = frozenset({"QP-NOTE-004"})

    def told(self, message: Message) -> Iterable[Message]:
        yield attrs.evolve(message, text=message.text.replace('"merchantSiteUid"', '"siteId"'))


class NotificationWithoutVersion(_NotificationFault):
    """Sends notifications without their version."""

    rules = frozenset({"QP-NOTE-004"})

    def told(self, message: Message) -> Iterable[Message]:
        kept = {name: value for name, value in message.json.items() if name != "version"}
        yield attrs.evolve(message, text=dumps(kept))


class CardInNotification(_NotificationFault):
    """Sends the whole card number in notifications."""

    rules = frozenset({"QP-NOTE-009", "QP-NOTE-004", "QP-NOTE-008"})

    def told(self, message: Message) -> Iterable[Message]:
        yield message.with_about({**message.about, "cardNumber": "4444443616621049"})


class OtherOutcomeNotified(_NotificationFault):
    """Notifies every operation as a success."""

    rules = frozenset({"QP-NOTE-010", "QP-NOTE-008"})

    def told(self, message: Message) -> Iterable[Message]:
        yield attrs.evolve(message, text=message.text.replace('"DECLINE"', '"SUCCESS"'))


class DeclineWithoutReasonCode(_NotificationFault):
    """Tells of a decline without its reasonCode."""

    rules = frozenset({"QP-NOTE-010"})

    def told(self, message: Message) -> Iterable[Message]:
        about = message.about
        status = {name: value for name, value in about["status"].items() if name != "reasonCode"}
        yield message.with_about({**about, "status": status})


class ApiStatusNotified(_NotificationFault):
    """Notifies a success in the API's word, COMPLETED."""

    rules = frozenset({"QP-NOTE-004", "QP-NOTE-008"})

    def told(self, message: Message) -> Iterable[Message]:
        yield attrs.evolve(message, text=message.text.replace('"SUCCESS"', '"COMPLETED"'))


class TokenNotNotified(_NotificationFault):
    """Leaves tokenData out."""

    rules = frozenset({"QP-NOTE-011"})

    def told(self, message: Message) -> Iterable[Message]:
        yield message.with_about({name: value for name, value in message.about.items() if name != "tokenData"})


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
        return super().apply(call, forward)

    def told(self, message: Message) -> Iterable[Message]:
        for _ in range(self._requests.get(message.object_id, 1)):
            yield message


class _OtherSumNotified(_NotificationFault):
    """Knows the amounts of payments."""

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self.amounts: dict[str, Decimal] = {}

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = super().apply(call, forward)
        value = at(answer.json, "amount", "value")
        if call.operation_id == "paymentsCreate" and isinstance(value, str):
            self.amounts[call.ids["paymentId"]] = Decimal(value)
        return answer

    def with_the_amount(self, message: Message) -> Message:
        """Tell the amount of the payment."""
        about: dict[str, Any] = message.about
        amount = self.amounts.get(about["paymentId"])
        if amount is None:
            return message
        changed = {**about, "amount": {**about["amount"], "value": amount}}
        return message.with_about(changed).signed(self.notification_key(message))


class WholeCaptureNotified(_OtherSumNotified):
    """Notifies a capture with the amount of the payment, without what was reversed before."""

    rules = frozenset({"QP-NOTE-008"})

    def told(self, message: Message) -> Iterable[Message]:
        yield self.with_the_amount(message) if message.type == "CAPTURE" else message


class WholeRefundNotified(_OtherSumNotified):
    """Notifies a refund with the amount of the payment."""

    rules = frozenset({"QP-NOTE-008"})

    def told(self, message: Message) -> Iterable[Message]:
        yield self.with_the_amount(message) if message.type == "REFUND" else message


class OtherOrderNotified(_NotificationFault):
    """Tells the id of a payment as its billId."""

    rules = frozenset({"QP-NOTE-008"})

    def told(self, message: Message) -> Iterable[Message]:
        about = message.about
        yield message.with_about({**about, "billId": about["paymentId"]}) if "billId" in about else message


class SecondsDropped(_NotificationFault):
    """Tells a createdDateTime that is cut to the minute, and signs it so."""

    rules = frozenset({"QP-NOTE-008"})

    def told(self, message: Message) -> Iterable[Message]:
        about = message.about
        created = f"{about['createdDateTime'][:16]}:00+03:00"
        yield message.with_about({**about, "createdDateTime": created}).signed(self.notification_key(message))
