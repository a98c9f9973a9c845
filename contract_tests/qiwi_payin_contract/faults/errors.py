"""Faults of refusals: what is refused, and with which words."""

from decimal import Decimal
from typing import Any

import attrs

from qiwi_payin_contract.description import description
from qiwi_payin_contract.faults.base import Fault
from qiwi_payin_contract.faults.messages import Answer, Call, Forward
from qiwi_payin_contract.json_text import dumps
from qiwi_payin_contract.shop import at

_CREATES = frozenset({"billsCreate", "paymentsCreate", "refundsCreate"})


def _refusal(answer: Answer) -> dict[str, Any] | None:
    """The error that an answer tells of, None where it tells of none."""
    body = answer.json
    return body if answer.status >= 400 and isinstance(body, dict) and "errorCode" in body else None


def _error(status: int, code: str) -> Answer:
    told = {
        "serviceName": "payin-core",
        "errorCode": code,
        "description": "Internal error",
        "userMessage": "Internal error",
        "dateTime": "2024-03-01T17:10:31.284+03:00",
        "traceId": "0123456789abcdef",
    }
    return Answer(status, {"content-type": "application/json"}, dumps(told).encode())


def _known_of_bills() -> set[str]:
    body = description().operations["billsCreate"].node["requestBody"]["content"]["application/json"]["schema"]
    return set(description().resolved(body)["properties"])


class ErrorWithoutTraceId(Fault):
    """Leaves traceId out of errors."""

    group = "shapes"
    rules = frozenset({"QP-SHAPE-108"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        told = _refusal(answer)
        return answer if told is None else answer.with_json({k: v for k, v in told.items() if k != "traceId"})


class ErrorWithoutCause(Fault):
    """Does not say which field is wrong."""

    group = "shapes"
    rules = frozenset({"QP-BOOKS-801"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        told = _refusal(answer)
        return answer if told is None else answer.with_json({k: v for k, v in told.items() if k != "cause"})


class CauseAsText(Fault):
    """Writes the cause of a validation error as one text by field, not as a list."""

    group = "shapes"
    rules = frozenset({"QP-SHAPE-108"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        told = _refusal(answer)
        if told is None or "cause" not in told:
            return answer
        return answer.with_json({**told, "cause": {name: texts[0] for name, texts in told["cause"].items()}})


class NotFoundIsInternal(Fault):
    """Names what is not found internal.error."""

    group = "shapes"
    rules = frozenset({"QP-BOOKS-804"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        told = _refusal(answer)
        return answer.with_json({**told, "errorCode": "internal.error"}) if told and answer.status == 404 else answer


class NotFoundIsNull(Fault):
    """Answers what is not found with 200 and null."""

    group = "shapes"
    rules = frozenset({"QP-BOOKS-102", "QP-SHAPE-108"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        return attrs.evolve(answer, status=200, body=b"null") if answer.status == 404 else answer


class NotFoundIsEmptyList(Fault):
    """Lists no refunds for a payment that does not exist, with 200."""

    group = "shapes"
    rules = frozenset({"QP-BOOKS-102"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id == "refundsList" and answer.status == 404:
            return attrs.evolve(answer, status=200, body=b"[]")
        return answer


class RefusalIsUnprocessable(Fault):
    """Refuses bad data with 422, as its framework does."""

    group = "shapes"
    rules = frozenset({"QP-SHAPE-103"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        return attrs.evolve(answer, status=422) if answer.status == 400 else answer


class RefusalIsSuccess(Fault):
    """Answers errors with HTTP 200 and the error in the body."""

    group = "shapes"
    rules = frozenset({"QP-SHAPE-108", "QP-SHAPE-201"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        return attrs.evolve(answer, status=200) if _refusal(answer) and answer.status == 400 else answer


class WrongKeyForbidden(Fault):
    """Refuses a wrong key with 403."""

    group = "shapes"
    rules = frozenset({"QP-ACC-001"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        return attrs.evolve(answer, status=403) if answer.status == 401 else answer


class NoChallenge(Fault):
    """Refuses a key without WWW-Authenticate."""

    group = "shapes"
    rules = frozenset({"QP-ACC-001"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        shown = {name: value for name, value in answer.headers.items() if name != "www-authenticate"}
        return attrs.evolve(answer, headers=shown)


class WrongMethodNotFound(Fault):
    """Answers a wrong method on a known path with 404."""

    group = "shapes"
    rules = frozenset({"QP-SHAPE-204"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        return attrs.evolve(answer, status=404) if answer.status == 405 else answer


class ErrorEchoesCard(Fault):
    """Repeats the body in its words about what is wrong with it, card number and all."""

    group = "scenarios"
    rules = frozenset({"QP-BOOKS-301"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        told = _refusal(answer)
        if told is None or answer.status != 400 or call.operation_id != "paymentsCreate":
            return answer
        return answer.with_json({**told, "description": f"Validation error: {call.body.decode(errors='replace')}"})


class ErrorEchoesKey(Fault):
    """Repeats a key that it does not take."""

    group = "shapes"
    rules = frozenset({"QP-BOOKS-302"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        told = _refusal(answer)
        if told is None or answer.status not in {401, 403}:
            return answer
        return answer.with_json({**told, "description": f"Bad credentials: {call.headers.get('authorization')}"})


class ErrorEchoesToken(Fault):
    """Repeats a payment token that it does not take."""

    group = "scenarios"
    rules = frozenset({"QP-BOOKS-302"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        told = _refusal(answer)
        token = at(call.json, "paymentMethod", "paymentToken")
        if told is None or not isinstance(token, str):
            return answer
        return answer.with_json({**told, "description": f"No such token: {token}"})


class ZeroTaken(Fault):
    """Makes bills for nothing: it takes 0.00 for a kopeck."""

    group = "scenarios"
    rules = frozenset({"QP-REF-002"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        if call.operation_id == "billsCreate" and str(at(call.json, "amount", "value")) == "0.00":
            return forward(call.with_json({**call.json, "amount": {**call.json["amount"], "value": "0.01"}}))
        return forward(call)


class NegativeTaken(Fault):
    """Takes a negative amount of a refund for its absolute value."""

    group = "scenarios"
    rules = frozenset({"QP-REF-016"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        value = str(at(call.json, "amount", "value"))
        if call.operation_id == "refundsCreate" and value.startswith("-"):
            return forward(call.with_json({**call.json, "amount": {**call.json["amount"], "value": value[1:]}}))
        return forward(call)


class ThirdDecimalDropped(Fault):
    """Takes amounts with three decimals, and drops the third."""

    group = "scenarios"
    rules = frozenset({"QP-REF-016"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        value = str(at(call.json, "amount", "value"))
        if call.operation_id in _CREATES and len(value.partition(".")[2]) == 3:
            return forward(call.with_json({**call.json, "amount": {**call.json["amount"], "value": value[:-1]}}))
        return forward(call)


class CurrencyIgnored(Fault):
    """Takes any currency for rubles."""

    group = "scenarios"
    rules = frozenset({"QP-TEST-008"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        if call.operation_id in _CREATES and isinstance(at(call.json, "amount", "currency"), str):
            return forward(call.with_json({**call.json, "amount": {**call.json["amount"], "currency": "RUB"}}))
        return forward(call)


class RefundWithoutAmount(Fault):
    """Refunds a ruble where a refund names no amount."""

    group = "shapes"
    rules = frozenset({"QP-SHAPE-201"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        sent = call.json
        if call.operation_id == "refundsCreate" and isinstance(sent, dict) and "amount" not in sent:
            return forward(call.with_json({**sent, "amount": {"currency": "RUB", "value": "1.00"}}))
        return forward(call)


class BillWithoutEnd(Fault):
    """Makes bills that name no expirationDateTime."""

    group = "shapes"
    rules = frozenset({"QP-SHAPE-201"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        sent = call.json
        if call.operation_id == "billsCreate" and isinstance(sent, dict) and "expirationDateTime" not in sent:
            return forward(call.with_json({**sent, "expirationDateTime": "2040-01-01T00:00:00+03:00"}))
        return forward(call)


class DateWithoutOffset(Fault):
    """Takes an expirationDateTime that names no offset, as its own time."""

    group = "scenarios"
    rules = frozenset({"QP-REF-017"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        ends = at(call.json, "expirationDateTime")
        if call.operation_id == "billsCreate" and isinstance(ends, str) and len(ends) == len("2040-01-01T00:00:00"):
            return forward(call.with_json({**call.json, "expirationDateTime": f"{ends}+03:00"}))
        return forward(call)


class CrashOnEmoji(Fault):
    """Fails on letters beyond the first plane of Unicode, as a table with three bytes a letter does."""

    group = "behaviour"
    rules = frozenset({"QP-SHAPE-101"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        comment = at(call.json, "comment")
        if (
            call.operation_id in _CREATES
            and isinstance(comment, str)
            and any(ord(letter) > 0xFFFF for letter in comment)
        ):
            return _error(500, "internal.error")
        return forward(call)


class CrashOnLargeAmount(Fault):
    """Fails on amounts of ten million and more, as a column of too few digits does."""

    group = "shapes"
    rules = frozenset({"QP-SHAPE-101"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        value = at(call.json, "amount", "value")
        if call.operation_id in {"billsCreate", "paymentsCreate"} and answer.ok and Decimal(str(value)) >= 10_000_000:
            return _error(500, "internal.error")
        return answer


class CrashOnEmptyFields(Fault):
    """Fails on customFields that are there and empty."""

    group = "shapes"
    rules = frozenset({"QP-SHAPE-101"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        return _error(500, "internal.error") if at(call.json, "customFields") == {} else forward(call)


class CrashOnEmptyBody(Fault):
    """Fails on a capture without a body."""

    group = "scenarios"
    rules = frozenset({"QP-REF-014", "QP-SHAPE-101"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        if call.operation_id == "capturesCreate" and not call.body:
            return _error(500, "internal.error")
        return forward(call)


class CharsetRefused(Fault):
    """Refuses a Content-Type that names a charset."""

    group = "scenarios"
    rules = frozenset({"QP-REF-011"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        if "charset" in call.headers.get("content-type", ""):
            return forward(attrs.evolve(call, headers={**call.headers, "content-type": "text/plain"}))
        return forward(call)


class AcceptDemanded(Fault):
    """Refuses requests without Accept."""

    group = "scenarios"
    rules = frozenset({"QP-REF-012"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        if call.operation_id and "json" not in call.headers.get("accept", ""):
            return _error(406, "http.message.conversion.failed")
        return forward(call)


class LongIdRefused(Fault):
    """Refuses ids of more than 64 characters."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-803"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        if call.method == "PUT" and any(len(value) > 64 for value in call.ids.values()):
            return _error(400, "validation.error")
        return forward(call)


class UnknownFieldRefused(Fault):
    """Refuses bills with fields that it does not know."""

    group = "shapes"
    rules = frozenset({"QP-BOOKS-803"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        sent = call.json
        if call.operation_id == "billsCreate" and isinstance(sent, dict) and not sent.keys() <= _known_of_bills():
            return forward(call.with_json({**sent, "amount": None}))
        return forward(call)
