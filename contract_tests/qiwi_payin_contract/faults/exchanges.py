"""Faults against what the documents print."""

from decimal import Decimal

import attrs

from qiwi_payin_contract.faults.base import Fault
from qiwi_payin_contract.faults.messages import Answer, Call, Forward
from qiwi_payin_contract.json_text import dumps
from qiwi_payin_contract.shop import at


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
    rules = frozenset({"QP-BOOKS-204", "QP-EXCH-012"})

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
