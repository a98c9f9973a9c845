"""Faults that one answer shows by itself."""

from decimal import Decimal

import attrs

from qiwi_payin_contract.faults.base import Fault
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
        if answer.status != 404:
            return answer
        return Answer(404, {"content-type": "text/html"}, b"<html><body>Not found</body></html>")


class CrashOnLongComment(Fault):
    """Answers 500 with plain text when a comment has more than 200 characters."""

    group = "shapes"
    rules = frozenset({"QP-SHAPE-101", "QP-SHAPE-105", "QP-SHAPE-103"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        comment = at(call.json, "comment")
        if isinstance(comment, str) and len(comment) > 200:
            return Answer(500, {"content-type": "text/plain"}, b"value too long for type character varying(200)")
        return forward(call)


class IgnoresKeyOnRefunds(Fault):
    """Makes refunds for everybody, with no key or any."""

    group = "shapes"
    rules = frozenset({"QP-SHAPE-401", "QP-ACC-005"})

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
