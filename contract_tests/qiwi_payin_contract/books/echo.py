"""Comparing an answer with what was sent, and with what was answered before."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from qiwi_payin_contract.books import rules
from qiwi_payin_contract.books.money import is_two_decimal_text, minor, shown
from qiwi_payin_contract.books.notes import Notes
from qiwi_payin_contract.books.records import Record
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.rules import Rule

__all__ = ["alike", "compare", "expected_of", "in_currency", "sum_of"]

_ECHOED: Mapping[str, Rule] = {
    "billId": rules.ECHO_ID,
    "paymentId": rules.ECHO_ID,
    "captureId": rules.ECHO_ID,
    "refundId": rules.ECHO_ID,
    "siteId": rules.ECHO_ID,
    "amount": rules.ECHO_AMOUNT,
    "expirationDateTime": rules.ECHO_EXPIRATION,
    "comment": rules.ECHO_COMMENT,
    "customer": rules.ECHO_CUSTOMER,
    "customFields": rules.ECHO_CUSTOM_FIELDS,
    "callbackUrl": rules.ECHO_CALLBACK,
    "flags": rules.ECHO_FLAGS,
    "maskedPan": rules.MASKED_PAN,
    "methodType": rules.METHOD_TYPE,
    "paymentBillId": rules.ECHO_BILL_ID,
    "paymentComment": rules.ECHO_PAYMENT_COMMENT,
    "createdDateTime": rules.IDENTITY,
    "invoiceUid": rules.IDENTITY,
}
_OF_PAYMENT = {"paymentBillId": "billId", "paymentComment": "comment"}
"""Fields of a payment that other rules hold for than for the same field of a bill."""
_MAY_BE_LEFT_OUT = frozenset({"siteId", "maskedPan", "billId", *_OF_PAYMENT})
_MARKS = ("TEST", "AFT")
_OF_FAILURE = ("reason", "psErrorCode")
_COPIES = ("customer", "customFields", "callbackUrl")
_CUSTOMER = ("account", "email", "phone", "address")
_ADDRESS = ("country", "city", "region", "details")
_ABSENT = object()
_PAN = re.compile(r"[0-9]{13,19}")


def expected_of(asked: Any, names: Iterable[str]) -> dict[str, Any]:
    """Read out of a request what its answers have to repeat, as far as the request is well formed."""
    if not isinstance(asked, Mapping):
        return {}
    expected: dict[str, Any] = {}
    for name in names:
        value = asked.get(_OF_PAYMENT.get(name, name), [] if name == "flags" else None)
        match name, value:
            case "amount", {"value": figure, "currency": str(currency)} if (cents := minor(figure)) is not None:
                expected[name] = (cents, currency)
            case "flags", list() if all(isinstance(flag, str) for flag in value):
                expected[name] = frozenset(value)
            case (
                ("comment" | "callbackUrl" | "expirationDateTime" | "paymentBillId" | "paymentComment"),
                str(),
            ):
                expected[name] = value
            case "customer", dict():
                expected[name] = _known(value)
            case "customFields", dict():
                expected[name] = {key: text for key, text in value.items() if isinstance(text, str)}
            case "paymentMethod", {"type": str()}:
                expected |= _method_of(value)
    return expected


def _method_of(method: Mapping[str, Any]) -> dict[str, Any]:
    kind, pan = method["type"], method.get("pan")
    if kind == "CARD" and isinstance(pan, str) and _PAN.fullmatch(pan):
        return {"methodType": kind, "maskedPan": f"{pan[:6]}******{pan[-4:]}"}
    return {"methodType": kind}


def compare(record: Record, answer: Mapping[str, Any], names: Iterable[str], notes: Notes, at: str = "") -> None:
    """Hold an answer against what the record expects, field by field, and bring the record into step with it.

    Args:
        record: what is known; its ``fields`` are what is expected.
        answer: the object as it was answered.
        names: fields that this kind of answer has.
        notes: where contradictions go.
        at: where in the answer the object stands, for messages.
    """
    for name in names:
        came = _read(name, answer)
        wanted = record.fields.get(name, _ABSENT)
        if (
            name == "amount"
            and isinstance(amount := answer.get("amount"), Mapping)
            and sum_of(amount, notes, f"{at}amount", record.roots) is None
        ):
            continue
        if wanted is _ABSENT:
            if came is not _ABSENT:
                record.fields[name] = came
            continue
        if came is _ABSENT:
            _left_out(name, wanted, record.roots, notes, at)
            continue
        if not notes.holds(
            _fits(name, wanted, came),
            _ECHOED[name],
            f"{at}{name} should be {_told(name, wanted)} and is {_told(name, came)}",
            record.roots,
        ):
            record.fields[name] = came


def alike(record: Record, answer: Mapping[str, Any], names: Iterable[str], notes: Notes, at: str = "") -> None:
    """Hold what nothing changes of an object, and what an answer may leave out, against how it was shown before.

    Args:
        record: what is known; brought into step with the answer.
        answer: the object as it was answered.
        names: fields of the object.
        notes: where contradictions go.
        at: where in the answer the object stands, for messages.
    """
    for name in names:
        value = answer.get(name)
        if name == "flags":
            value = _marks(value, listed=bool(at))
        elif name == "status":
            value = {key: value[key] for key in _OF_FAILURE if key in value} if isinstance(value, Mapping) else None
        for place, leaf in _leaves(name, value):
            known = record.constant.get(place, _ABSENT)
            if known is _ABSENT or known == leaf:
                notes.looks[rules.SHOWN_ALIKE] += 1
            else:
                notes.broken(rules.SHOWN_ALIKE, f"{at}{place} is another than where it was shown before", record.roots)
            record.constant[place] = leaf


def _marks(flags: Any, *, listed: bool) -> dict[str, bool] | None:
    """Which of the server's own marks an object has; elements of a list may come without flags."""
    if isinstance(flags, list):
        return {mark: mark in flags for mark in _MARKS}
    return None if listed else dict.fromkeys(_MARKS, False)


def _leaves(place: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _leaves(f"{place}.{name}", item)
    elif value is not None and not isinstance(value, list):
        yield place, value


def in_currency(currency: str | None, answer: Mapping[str, Any], names: Iterable[str], notes: Notes, at: str) -> None:
    """Look whether sums of an answer are in one currency."""
    for name in names:
        amount = answer.get(name)
        came = amount.get("currency") if isinstance(amount, Mapping) else None
        if came is not None and currency is not None:
            notes.holds(came == currency, rules.CURRENCY, f"{at}{name} should be in {currency} and is in {came}")


def sum_of(amount: Any, notes: Notes, name: str, trail: Iterable[Exchange] = ()) -> int | None:
    """Read a sum of an answer in minor units, and look at its form."""
    value = amount.get("value") if isinstance(amount, Mapping) else None
    notes.holds(
        is_two_decimal_text(value),
        rules.AMOUNT_FORM,
        f"{name}.value should be a string with two decimals and is {_kind(value)}",
        trail,
    )
    return minor(value)


def _kind(value: Any) -> str:
    return f"the string {value!r}" if isinstance(value, str) else f"{type(value).__name__} {value}"


def _left_out(name: str, wanted: Any, trail: Iterable[Exchange], notes: Notes, at: str) -> None:
    if name in _COPIES:
        empty = isinstance(wanted, Mapping) and not wanted
        notes.holds(empty, rules.COPIES_KEPT, f"{at}{name} was sent and is not in the answer", trail)
    elif name == "flags":
        notes.holds(not wanted, rules.ECHO_FLAGS, f"{at}flags should be {_told(name, wanted)} and are missing", trail)
    elif name in _MAY_BE_LEFT_OUT:
        return
    else:
        notes.broken(_ECHOED[name], f"{at}{name} should be {_told(name, wanted)} and is missing", trail)


def _read(name: str, answer: Mapping[str, Any]) -> Any:
    match name:
        case "amount":
            amount = answer.get("amount")
            if not isinstance(amount, Mapping):
                return _ABSENT
            return (minor(amount.get("value")), amount.get("currency"))
        case "flags":
            flags = answer.get("flags", _ABSENT)
            return frozenset(str(flag) for flag in flags) if isinstance(flags, list) else _ABSENT
        case "methodType" | "maskedPan":
            method = answer.get("paymentMethod")
            key = "type" if name == "methodType" else name
            return method.get(key, _ABSENT) if isinstance(method, Mapping) else _ABSENT
        case "customer":
            customer = answer.get("customer", _ABSENT)
            return _known(customer) if isinstance(customer, dict) else customer
        case _:
            return answer.get(_OF_PAYMENT.get(name, name), _ABSENT)


def _known(customer: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what the API does not know, since such fields may be ignored."""
    kept = {name: customer[name] for name in _CUSTOMER if name in customer}
    if isinstance(address := kept.get("address"), Mapping):
        kept["address"] = {name: address[name] for name in _ADDRESS if name in address}
    return kept


def _fits(name: str, wanted: Any, came: Any) -> bool:
    match name:
        case "flags":
            return bool(came - {"TEST"} == wanted - {"TEST"})
        case "customFields":
            return isinstance(came, Mapping) and all(came.get(key, _ABSENT) == text for key, text in wanted.items())
        case _:
            return bool(wanted == came)


def _told(name: str, value: Any) -> str:
    match name, value:
        case "amount", (int(cents), currency):
            return f"{shown(cents)} {currency}"
        case "amount", _:
            return "no sum"
        case "flags", _:
            return "[" + ", ".join(sorted(value)) + "]"
        case (("customer" | "customFields"), Mapping()):
            return "an object with " + (", ".join(sorted(map(str, value))) or "nothing")
        case _:
            return repr(value)[:120]
