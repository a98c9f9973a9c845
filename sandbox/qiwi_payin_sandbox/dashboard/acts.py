"""What the dashboard does: each act is an operation of the API, or a control operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_hex
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from qiwi_payin_sandbox import times

if TYPE_CHECKING:
    from qiwi_payin_sandbox.dashboard.control import Control, Json
    from qiwi_payin_sandbox.http.errors import ApiError

Fields = Mapping[str, str]

_UNITS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
_FAULT_NUMBERS = ("times", "milliseconds", "seconds")
_LONGEST_NUMBER = 12
_BILL_TERM = timedelta(days=1)


class UnusableFieldError(Exception):
    """A field of the form cannot be used; the message says which, and why."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act on a site.

    Attributes:
        control: The sandbox.
        site_id: The site.
        fields: What the form holds.
        public_url: What the addresses of the payer's pages begin with.
    """

    control: Control
    site_id: str
    fields: Fields
    public_url: str

    def text(self, name: str) -> str:
        """Return a field of the form."""
        value = self.fields.get(name, "").strip()
        if not value:
            raise UnusableFieldError(f"{name} is missing")
        return value

    def operate(self, operation_id: str, body: Json | None = None, **path: Any) -> Any:
        """Run an operation on the site."""
        return self.control.operate(operation_id, self.site_id, body, public_url=self.public_url, **path)

    def number(self, name: str) -> int:
        """Return a field that is a whole number."""
        text = self.text(name)
        if not text.isdecimal() or len(text) > _LONGEST_NUMBER:
            raise UnusableFieldError(f"{name} must be a whole number")
        return int(text)


def _freeze(act: Act) -> str:
    act.operate("sandboxSetClock", {"frozen": True})
    return "The clock stands still."


def _release(act: Act) -> str:
    act.operate("sandboxSetClock", {"frozen": False})
    return "The clock runs."


def _advance(act: Act) -> str:
    seconds = act.number("count") * _UNITS.get(act.fields.get("unit", ""), 1)
    moved = act.operate("sandboxAdvanceClock", {"seconds": seconds})
    return f"The clock shows {moved['now']}; {len(moved.get('fired', []))} things fell due on the way."


def _next(act: Act) -> str:
    moved = act.operate("sandboxAdvanceClockToNext")
    fired = moved.get("fired", [])
    return f"The clock shows {moved['now']}: {fired[0]['what']}." if fired else "Nothing is due."


def _create_bill(act: Act) -> str:
    outcome = act.fields.get("outcome", "")
    now = times.parse(act.operate("sandboxGetClock")["now"])
    bill_id = f"bill-{token_hex(4)}"
    act.operate(
        "billsCreate",
        {
            "amount": {"value": act.text("amount"), "currency": act.fields.get("currency", "RUB")},
            "expirationDateTime": times.in_seconds(now + _BILL_TERM),
            "comment": f"Made on the dashboard{f' [sandbox: {outcome}]' if outcome else ''}",
            **({"flags": ["SALE"]} if act.fields.get("one_step") else {}),
        },
        billId=bill_id,
    )
    return f"The bill {bill_id} waits to be paid."


def _pay(act: Act) -> str:
    body = {"threeDS": act.fields.get("three_ds", "confirm")}
    payment = act.operate("sandboxPayBill", body, billId=act.text("bill_id"))
    return f"The payment {payment['paymentId']} is {payment['status']['value']}."


def _answer_three_ds(act: Act) -> str:
    answered = act.operate("sandboxAnswerThreeDS", {"answer": act.text("answer")}, paymentId=act.text("payment_id"))
    return f"The payment is {answered['payment']['status']['value']}."


def _capture(act: Act) -> str:
    captured = act.operate("capturesCreate", {}, paymentId=act.text("payment_id"), captureId=f"capture-{token_hex(4)}")
    return f"The capture is {captured['status']['value']}."


def _refund(act: Act) -> str:
    body = {"amount": {"value": act.text("amount"), "currency": act.fields.get("currency", "RUB")}}
    refunded = act.operate("refundsCreate", body, paymentId=act.text("payment_id"), refundId=f"refund-{token_hex(4)}")
    reason = refunded["status"].get("reason")
    return f"The refund is {refunded['status']['value']}{f': {reason}' if reason else ''}."


def _resend(act: Act) -> str:
    act.operate("sandboxResendNotification", notificationId=act.text("notification_id"))
    return "The notification is on its way again."


def _add_fault(act: Act) -> str:
    body: Json = {"kind": act.text("kind"), "operation": act.fields.get("operation") or "*"}
    for name in _FAULT_NUMBERS:
        if act.fields.get(name):
            body[name] = act.number(name)
    act.operate("sandboxAddFault", body)
    return f"From now on: {body['kind']}."


def _remove_fault(act: Act) -> str:
    act.operate("sandboxRemoveFault", faultId=act.text("fault_id"))
    return "The fault is gone."


def _reset(act: Act) -> str:
    act.operate("sandboxResetSite")
    return "The site is as it was at first."


ACTS: Mapping[str, Callable[[Act], str]] = MappingProxyType(
    {
        "freeze": _freeze,
        "release": _release,
        "advance": _advance,
        "next": _next,
        "create-bill": _create_bill,
        "pay": _pay,
        "answer-3ds": _answer_three_ds,
        "capture": _capture,
        "refund": _refund,
        "resend": _resend,
        "add-fault": _add_fault,
        "remove-fault": _remove_fault,
        "reset": _reset,
    }
)
"""The acts by the last part of their address; each returns what to tell of it."""


def refused_text(error: ApiError) -> str:
    """Return a refusal as people read it: which fields broke which rule."""
    faults = "; ".join(f"{name}: {', '.join(texts)}" for name, texts in error.cause.items())
    return f"{error.description}{f' ({faults})' if faults else ''}"
