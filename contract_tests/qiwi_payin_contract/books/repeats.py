"""What the second request under one id is, compared with the first."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any

from qiwi_payin_contract.books.money import minor

__all__ = ["Likeness", "likeness"]


class Likeness(Enum):
    """How alike two requests are. OPEN is where no document says whether the difference counts."""

    SAME = "same"
    OPEN = "open"
    OTHER = "other"


_TELLING = (
    "amount",
    "expirationDateTime",
    "comment",
    "callbackUrl",
    "billId",
    "flags",
    "customer",
    "customFields",
    "paymentMethod",
)
_OF_METHOD = ("type", "pan", "expiryDate", "holderName", "paymentToken")
_OF_CUSTOMER = ("account", "email", "phone")


def likeness(first: Any, second: Any) -> Likeness:
    """Compare the bodies of two requests to create an object; an absent body is ``{}``.

    They are the same when equal as JSON values, and other when a field differs that tells what is paid, by whom and
    how. Everything else is open: order of flags, fields that nobody knows, an empty object in place of none, a number
    in place of an equal string, the card's code.
    """
    one, two = first or {}, second or {}
    if _equal(one, two):
        return Likeness.SAME
    if not isinstance(one, Mapping) or not isinstance(two, Mapping):
        return Likeness.OTHER
    if any(_differs(name, one.get(name), two.get(name)) for name in _TELLING):
        return Likeness.OTHER
    return Likeness.OPEN


def _equal(one: Any, two: Any) -> bool:
    if isinstance(one, Mapping) and isinstance(two, Mapping):
        return one.keys() == two.keys() and all(_equal(one[name], two[name]) for name in one)
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(map(_equal, one, two))
    if isinstance(one, bool) or isinstance(two, bool):
        return one is two
    if isinstance(one, int | Decimal) and isinstance(two, int | Decimal):
        return one == two and str(one) == str(two)
    return type(one) is type(two) and bool(one == two)


def _differs(name: str, one: Any, two: Any) -> bool:
    if name == "amount" and isinstance(one, Mapping) and isinstance(two, Mapping):
        return minor(one.get("value")) != minor(two.get("value")) or one.get("currency") != two.get("currency")
    match name:
        case "flags":
            return _set(one) != _set(two)
        case "customer":
            return _part(one, _OF_CUSTOMER) != _part(two, _OF_CUSTOMER)
        case "paymentMethod":
            return _part(one, _OF_METHOD) != _part(two, _OF_METHOD)
        case "customFields":
            return bool((one or {}) != (two or {}))
    return not _equal(one, two)


def _set(flags: Any) -> frozenset[str]:
    return frozenset(map(str, flags)) if isinstance(flags, list) else frozenset()


def _part(value: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: value[name] for name in names if name in value} if isinstance(value, Mapping) else {}
