"""Faults that one answer shows by itself."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import attrs

from qiwi_payin_contract.faults.base import Fault, ShownOtherwise
from qiwi_payin_contract.faults.messages import Answer, Call, Forward
from qiwi_payin_contract.shop import at

_REFUSED_KEY = frozenset({401, 403})
_PAYMENT_OPERATIONS = frozenset({"paymentsCreate", "paymentsGet", "paymentsComplete"})


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
    rules = frozenset({"QP-BOOKS-203", "QP-SHAPE-108"})

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
        if answer.status != 404:
            return answer
        return Answer(404, {"content-type": "text/html"}, b"<html><body>Not found</body></html>")


class CrashOnLongComment(Fault):
    """Answers 500 with plain text when a comment has more than 200 characters."""

    group = "scenarios"
    rules = frozenset({"QP-SHAPE-101", "QP-SHAPE-103", "QP-SHAPE-105"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        comment = at(call.json, "comment")
        if isinstance(comment, str) and len(comment) > 200:
            return Answer(500, {"content-type": "text/plain"}, b"value too long for type character varying(200)")
        return forward(call)


class IgnoresKeyOnRefunds(Fault):
    """Makes refunds for everybody, with no key or any."""

    group = "shapes"
    rules = frozenset({"QP-ACC-005", "QP-BOOKS-104", "QP-SHAPE-401"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        site = self.sites.get(call.ids.get("siteId", ""))
        return forward(call.with_key(site.key)) if site and call.operation_id == "refundsCreate" else forward(call)


class ForeignSiteWrites(Fault):
    """Refuses the key of another site with 403, after it has carried the request out."""

    group = "shapes"
    rules = frozenset({"QP-ACC-005"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        site = self.sites.get(call.ids.get("siteId", ""))
        if site is not None and answer.status == 403:
            forward(call.with_key(site.key))
        return answer


class AmountWithoutDecimals(ShownOtherwise):
    """Writes the amounts of bills without needless zeros: 150 for 150.00."""

    group = "shapes"
    rules = frozenset({"QP-BOOKS-203", "QP-SHAPE-108"})

    def bill(self, _call: Call, bill: dict[str, Any]) -> dict[str, Any]:
        value = bill["amount"]["value"].rstrip("0").rstrip(".")
        return {**bill, "amount": {**bill["amount"], "value": value}}


class AmountWithComma(ShownOtherwise):
    """Writes the amounts of refunds with a comma, as its locale does."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-203", "QP-SHAPE-108"})

    def refund(self, _call: Call, refund: dict[str, Any]) -> dict[str, Any]:
        return {**refund, "amount": {**refund["amount"], "value": refund["amount"]["value"].replace(".", ",")}}


class CurrencyByNumber(ShownOtherwise):
    """Names the currency of captures by its number, 643."""

    group = "shapes"
    rules = frozenset({"QP-BOOKS-217", "QP-SHAPE-108"})

    def capture(self, _call: Call, capture: dict[str, Any]) -> dict[str, Any]:
        return {**capture, "amount": {**capture["amount"], "currency": "643"}}


class CurrencyDropped(ShownOtherwise):
    """Leaves the currency out of refundedAmount."""

    group = "shapes"
    rules = frozenset({"QP-SHAPE-108"})

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        return {**payment, "refundedAmount": {"value": payment["refundedAmount"]["value"]}}


class NullForAbsent(ShownOtherwise):
    """Writes null for what a payment does not have."""

    group = "shapes"
    rules = frozenset({"QP-SHAPE-108"})

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        return {"customer": None, "callbackUrl": None, "requirements": None, "createdToken": None, **payment}


class StatusInLowerCase(ShownOtherwise):
    """Writes the status of refunds in lower case."""

    group = "shapes"
    rules = frozenset({"QP-SHAPE-108"})

    def refund(self, _call: Call, refund: dict[str, Any]) -> dict[str, Any]:
        return {**refund, "status": {**refund["status"], "value": refund["status"]["value"].lower()}}


class StatusAsText(ShownOtherwise):
    """Writes the status of captures as a bare text."""

    group = "shapes"
    rules = frozenset({"QP-SHAPE-108"})

    def capture(self, _call: Call, capture: dict[str, Any]) -> dict[str, Any]:
        return {**capture, "status": capture["status"]["value"]}


class TimeWithoutOffset(ShownOtherwise):
    """Writes createdDateTime of captures without its offset."""

    group = "shapes"
    rules = frozenset({"QP-SHAPE-108"})

    def capture(self, _call: Call, capture: dict[str, Any]) -> dict[str, Any]:
        return {**capture, "createdDateTime": capture["createdDateTime"][:19]}


class TimeAsNumber(ShownOtherwise):
    """Writes changedDateTime of bills in milliseconds since 1970."""

    group = "shapes"
    rules = frozenset({"QP-SHAPE-108"})

    def bill(self, _call: Call, bill: dict[str, Any]) -> dict[str, Any]:
        changed = datetime.fromisoformat(bill["status"]["changedDateTime"])
        return {**bill, "status": {**bill["status"], "changedDateTime": int(changed.timestamp()) * 1000}}


class CaptureLikePayment(ShownOtherwise):
    """Answers a capture with its payment's fields: capturedAmount in place of amount."""

    group = "shapes"
    rules = frozenset({"QP-BOOKS-201", "QP-SHAPE-108"})

    def capture(self, _call: Call, capture: dict[str, Any]) -> dict[str, Any]:
        others = {name: value for name, value in capture.items() if name not in {"captureId", "amount"}}
        return {**others, "capturedAmount": capture["amount"]}


class FlatRequirements(ShownOtherwise):
    """Puts pareq and acsUrl into requirements themselves, as card checks have them."""

    group = "scenarios"
    rules = frozenset({"QP-SHAPE-108"})

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        wanted = payment.get("requirements")
        return {**payment, "requirements": wanted["threeDS"]} if isinstance(wanted, dict) else payment


class JsonAsText(Fault):
    """Sends JSON as text/plain."""

    group = "shapes"
    rules = frozenset({"QP-SHAPE-105"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id == "billsListPayments":
            return attrs.evolve(answer, headers={**answer.headers, "content-type": "text/plain"})
        return answer


class TruncatedAnswer(Fault):
    """Cuts answers off after 700 bytes."""

    group = "shapes"
    rules = frozenset({"QP-SHAPE-109"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        return attrs.evolve(answer, body=answer.body[:700]) if call.operation_id else answer


class ByteOrderMark(Fault):
    """Sends a byte order mark before the JSON of refunds."""

    group = "shapes"
    rules = frozenset({"QP-SHAPE-109"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id in {"refundsCreate", "refundsGet"}:
            return attrs.evolve(answer, body=b"\xef\xbb\xbf" + answer.body)
        return answer


class DeletionWithBody(Fault):
    """Answers the deletion of a token with 200 and a body."""

    group = "shapes"
    rules = frozenset({"QP-SHAPE-103"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id == "tokensDelete" and answer.ok:
            return Answer(200, {"content-type": "application/json"}, b'{"deleted":true}')
        return answer


class WrappedList(Fault):
    """Wraps the list of refunds in an object."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-601", "QP-SHAPE-108"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id == "refundsList" and answer.ok:
            return answer.with_json({"refunds": answer.json})
        return answer
