"""What a fault is."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from qiwi_payin_contract.clients import Transport
from qiwi_payin_contract.faults.messages import Answer, Call, Forward, Message, Send
from qiwi_payin_contract.sites import Site

__all__ = ["Fault", "ShownOtherwise"]

_SHOWING = {
    "billsCreate": "bill",
    "billsGet": "bill",
    "billsListPayments": "payment",
    "paymentsCreate": "payment",
    "paymentsGet": "payment",
    "paymentsComplete": "payment",
    "capturesCreate": "capture",
    "capturesGet": "capture",
    "refundsCreate": "refund",
    "refundsGet": "refund",
    "refundsList": "refund",
}
"""What an operation's answer shows, one or a list of them."""


class Fault(ABC):
    """A broken server.

    Attributes:
        group: group of the suite that must find it.
        rules: codes of rules one of which must be reported.
        effort: how much the group must try to find it.
        shown_last: whether other rules may be reported first, so that the group has to go on until one of these is.
        one_at_a_time: whether requests wait for each other; a fault that shows only in requests that run at the same
            time keeps what it remembers by a lock of its own.
    """

    group: ClassVar[str]
    rules: ClassVar[frozenset[str]]
    effort: ClassVar[str] = "quick"
    shown_last: ClassVar[bool] = False
    one_at_a_time: ClassVar[bool] = True

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

    def deliver(self, message: Message, send: Send) -> int:
        """Deliver a notification as the broken server does; the status that the sender takes for the answer."""
        return send(message)

    def client(self, transport: Transport) -> Transport:
        """Lie between the client under test and its transport, where it is the client that is broken."""
        return transport


class ShownOtherwise(Fault):
    """A server that shows objects otherwise than they are, wherever it shows them.

    Each method gets an object as it is shown and gives it as it is to be shown; what it does not override stays.
    """

    def apply(self, call: Call, forward: Forward) -> Answer:
        return self.shown(call, forward(call))

    def shown(self, call: Call, answer: Answer) -> Answer:
        """Change every object in a good answer."""
        body = answer.json
        if not answer.ok or not isinstance(body, dict | list):
            return answer
        changed = self._changed(call, body)
        return answer if changed is body else answer.with_json(changed)

    def bill(self, _call: Call, bill: dict[str, Any]) -> dict[str, Any]:
        """Show a bill."""
        return bill

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        """Show a payment."""
        return payment

    def capture(self, _call: Call, capture: dict[str, Any]) -> dict[str, Any]:
        """Show a capture."""
        return capture

    def refund(self, _call: Call, refund: dict[str, Any]) -> dict[str, Any]:
        """Show a refund or reversal."""
        return refund

    def _changed(self, call: Call, body: Any) -> Any:
        showing = _SHOWING.get(call.operation_id or "")
        if showing is not None:
            show = getattr(self, showing)
            return (
                [show(call, each) for each in body] if isinstance(body, list) else self._with_payments(call, show, body)
            )
        if call.pays_a_bill:
            return self.payment(call, body)
        return {**body, "payment": self.payment(call, body["payment"])} if call.answers_three_ds else body

    def _with_payments(self, call: Call, show: Callable[[Call, dict[str, Any]], dict[str, Any]], body: Any) -> Any:
        shown = show(call, body)
        if "payments" not in shown:
            return shown
        return {**shown, "payments": [self.payment(call, each) for each in shown["payments"]]}
