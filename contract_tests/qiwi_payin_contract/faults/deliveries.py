"""Faults in how notifications are delivered."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from urllib.parse import urlsplit

import attrs
import httpx

from qiwi_payin_contract.faults.base import Fault
from qiwi_payin_contract.faults.messages import Answer, Call, Forward, Message, Send
from qiwi_payin_contract.json_text import dumps
from qiwi_payin_contract.shop import at
from qiwi_payin_contract.sites import Site


class CallbackForgotten(Fault):
    """Sends no notification to the address that an operation names."""

    group = "notifications"
    rules = frozenset({"QP-BOOKS-208", "QP-NOTE-014"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        body = call.json
        if call.operation_id in {"paymentsCreate", "billsCreate"} and isinstance(body, Mapping):
            kept = {name: value for name, value in body.items() if name not in {"callbackUrl", "customFields"}}
            return forward(attrs.evolve(call, body=dumps(kept).encode()))
        return forward(call)


class EndlessRepeats(Fault):
    """Goes on repeating notifications that were answered 200: it repeats the latest whenever the clock is moved."""

    group = "notifications"
    rules = frozenset({"QP-NOTE-016"})

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


class _DeliveryFault(Fault):
    """Delivers otherwise."""

    group = "notifications"

    def apply(self, call: Call, forward: Forward) -> Answer:
        return forward(call)


class DeliveredTwice(_DeliveryFault):
    """Posts every notification twice."""

    rules = frozenset({"QP-NOTE-012", "QP-NOTE-016", "QP-NOTE-019"})

    def deliver(self, message: Message, send: Send) -> int:
        send(message)
        return send(message)


class PathDropped(_DeliveryFault):
    """Posts notifications to the host of the address, whatever its path."""

    rules = frozenset({"QP-NOTE-001", "QP-NOTE-014"})

    def deliver(self, message: Message, send: Send) -> int:
        parts = urlsplit(message.url)
        return send(attrs.evolve(message, url=f"{parts.scheme}://{parts.netloc}/"))


class NeverRepeated(_DeliveryFault):
    """Takes any answer for 200, and never repeats."""

    rules = frozenset({"QP-NOTE-017"})

    def deliver(self, message: Message, send: Send) -> int:
        send(message)
        return 200


class RepeatedOnce(_DeliveryFault):
    """Gives up after one repeat."""

    rules = frozenset({"QP-NOTE-017"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._attempts: dict[str, int] = {}

    def deliver(self, message: Message, send: Send) -> int:
        told = f"{message.url} {message.type} {message.object_id}"
        self._attempts[told] = self._attempts.get(told, 0) + 1
        status = send(message)
        return status if self._attempts[told] == 1 else 200


class RepeatedThoughTaken(_DeliveryFault):
    """Repeats what was answered 200 by the schedule, as if it were not."""

    rules = frozenset({"QP-NOTE-016", "QP-NOTE-019"})

    def deliver(self, message: Message, send: Send) -> int:
        send(message)
        return 500


class RedirectTaken(_DeliveryFault):
    """Takes every answer under 500 for 200: what was answered 404 is not repeated."""

    rules = frozenset({"QP-NOTE-017"})

    def deliver(self, message: Message, send: Send) -> int:
        status = send(message)
        return 200 if status < 500 else status


class RepeatChanged(_DeliveryFault):
    """Counts its attempts in the body."""

    rules = frozenset({"QP-NOTE-017"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._attempts: dict[str, int] = {}

    def deliver(self, message: Message, send: Send) -> int:
        told = f"{message.url} {message.type} {message.object_id}"
        self._attempts[told] = attempt = self._attempts.get(told, 0) + 1
        return send(message.with_about({**message.about, "attempt": attempt}))


class RepeatsLate(_DeliveryFault):
    """Repeats after an hour what was not answered 200, and not before."""

    rules = frozenset({"QP-NOTE-017"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._waiting: list[tuple[int, Message, Send]] = []
        self._advanced = 0

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.control == "clock/advance" and answer.ok:
            self._advanced += int(call.json["seconds"])
            due = [each for each in self._waiting if each[0] <= self._advanced]
            self._waiting = [each for each in self._waiting if each[0] > self._advanced]
            for _, message, send in due:
                self.deliver(message, send)
        return answer

    def deliver(self, message: Message, send: Send) -> int:
        if send(message) != 200:
            self._waiting.append((self._advanced + 60 * 60, message, send))
        return 200


class _HeaderFault(_DeliveryFault):
    """Posts with other headers."""

    rules = frozenset({"QP-NOTE-015"})

    def deliver(self, message: Message, send: Send) -> int:
        return send(attrs.evolve(message, headers=self.headers(dict(message.headers))))

    def headers(self, headers: dict[str, str]) -> dict[str, str]:
        """Change the headers."""
        return headers


class SignatureHeaderRenamed(_HeaderFault):
    """Sends the signature under its name of older days, X-Api-Signature-SHA256."""

    def headers(self, headers: dict[str, str]) -> dict[str, str]:
        signature = headers.pop("signature", "")
        return {**headers, "x-api-signature-sha256": signature}


class NotificationAsForm(_HeaderFault):
    """Sends notifications as if they were a form."""

    def headers(self, headers: dict[str, str]) -> dict[str, str]:
        return {**headers, "content-type": "application/x-www-form-urlencoded"}


class KeyInHeaders(_HeaderFault):
    """Sends the API access key along with notifications."""

    rules = frozenset({"QP-NOTE-009"})

    def headers(self, headers: dict[str, str]) -> dict[str, str]:
        return {**headers, "authorization": f"Bearer {next(iter(self.sites.values())).key}"}


class ToldBeforeItHappened(_DeliveryFault):
    """Posts the notification of a payment before reads show it as more than WAITING."""

    rules = frozenset({"QP-NOTE-018"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._told: set[str] = set()

    def deliver(self, message: Message, send: Send) -> int:
        if message.type == "PAYMENT":
            self._told.add(message.object_id)
        try:
            return send(message)
        finally:
            self._told.discard(message.object_id)

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id == "paymentsGet" and answer.ok and call.ids["paymentId"] in self._told:
            status = {**answer.json["status"], "value": "WAITING"}
            return answer.with_json({**answer.json, "status": status})
        return answer


class WaitingNotified(_DeliveryFault):
    """Tells of a payment that waits for 3-D Secure as if it were declined."""

    rules = frozenset({"QP-NOTE-013"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        url = at(call.json, "callbackUrl")
        waits = call.operation_id == "paymentsCreate" and at(answer.json, "status", "value") == "WAITING"
        if waits and isinstance(url, str):
            body = answer.json
            told = {"type": "PAYMENT", **{name: body[name] for name in ("paymentId", "amount", "status")}}
            text = dumps({"payment": told, "type": "PAYMENT", "version": "1"})
            with suppress(httpx.HTTPError):
                httpx.post(url, content=text.encode(), timeout=2, trust_env=False)
        return answer
