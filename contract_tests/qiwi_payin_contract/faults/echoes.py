"""Faults that show something else than was sent."""

import html
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import Any

from qiwi_payin_contract.faults.base import ShownOtherwise
from qiwi_payin_contract.faults.messages import Call
from qiwi_payin_contract.sites import Site


def _commented(shown: dict[str, Any], comment: str | None) -> dict[str, Any]:
    return shown if comment is None or "comment" not in shown else {**shown, "comment": comment}


class CommentCut(ShownOtherwise):
    """Keeps 50 characters of a bill's comment."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-205"})

    def bill(self, _call: Call, bill: dict[str, Any]) -> dict[str, Any]:
        return _commented(bill, bill.get("comment", "")[:50])


class CommentEscaped(ShownOtherwise):
    """Shows a bill's comment escaped for HTML."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-205"})

    def bill(self, _call: Call, bill: dict[str, Any]) -> dict[str, Any]:
        return _commented(bill, html.escape(bill.get("comment", "")))


class CommentInLatin(ShownOtherwise):
    """Shows question marks in place of Cyrillic letters in a bill's comment."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-205"})

    def bill(self, _call: Call, bill: dict[str, Any]) -> dict[str, Any]:
        return _commented(bill, bill.get("comment", "").encode("latin-1", "replace").decode("latin-1"))


class CommentTrimmed(ShownOtherwise):
    """Shows a bill's comment without the white space around it."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-205"})

    def bill(self, _call: Call, bill: dict[str, Any]) -> dict[str, Any]:
        return _commented(bill, bill.get("comment", "").strip())


class CustomFieldsForgotten(ShownOtherwise):
    """Shows a payment's customFields when it is made, and no more when it is read."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-207", "QP-BOOKS-208"})

    def payment(self, call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        if call.operation_id == "paymentsCreate":
            return payment
        return {name: value for name, value in payment.items() if name != "customFields"}


class CustomFieldsFiltered(ShownOtherwise):
    """Keeps only cf1 to cf5 of a bill's customFields."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-207"})

    def bill(self, _call: Call, bill: dict[str, Any]) -> dict[str, Any]:
        if "customFields" not in bill:
            return bill
        kept = {name: value for name, value in bill["customFields"].items() if name[:2] == "cf"}
        return {**bill, "customFields": kept}


class FlagsForgotten(ShownOtherwise):
    """Shows no flags of a bill but TEST."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-210"})

    def bill(self, _call: Call, bill: dict[str, Any]) -> dict[str, Any]:
        return {**bill, "flags": [flag for flag in bill.get("flags", ()) if flag == "TEST"]}


class CustomerOfAnother(ShownOtherwise):
    """Shows the customer of the latest payment in every payment that is read."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-206"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._latest: dict[str, Any] | None = None

    def payment(self, call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        if call.operation_id == "paymentsCreate":
            self._latest = payment.get("customer", self._latest)
        elif "customer" in payment and self._latest is not None:
            return {**payment, "customer": self._latest}
        return payment


class PhoneWithoutPlus(ShownOtherwise):
    """Shows a payer's phone without its plus sign."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-206"})

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        customer = payment.get("customer")
        if not isinstance(customer, dict) or not isinstance(customer.get("phone"), str):
            return payment
        return {**payment, "customer": {**customer, "phone": customer["phone"].removeprefix("+")}}


class CallbackUrlNotShown(ShownOtherwise):
    """Shows no callbackUrl in payments."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-208"})

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in payment.items() if name != "callbackUrl"}


class EightDigitsShown(ShownOtherwise):
    """Shows eight digits of a card number before the stars."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-211", "QP-SHAPE-108"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._pans: dict[str, str] = {}

    def payment(self, call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        sent = call.json
        if call.operation_id == "paymentsCreate" and isinstance(sent, dict):
            self._pans.setdefault(payment["paymentId"], str(sent.get("paymentMethod", {}).get("pan", "")))
        pan = self._pans.get(payment["paymentId"], "")
        if not pan:
            return payment
        return {**payment, "paymentMethod": {**payment["paymentMethod"], "maskedPan": f"{pan[:8]}****{pan[-4:]}"}}


class ExpirationMoved(ShownOtherwise):
    """Shows the end of a bill with another offset, its hours left as they were."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-204"})

    def bill(self, _call: Call, bill: dict[str, Any]) -> dict[str, Any]:
        ends = datetime.fromisoformat(bill["expirationDateTime"]).replace(tzinfo=timezone(timedelta(hours=5)))
        return {**bill, "expirationDateTime": ends.isoformat()}
