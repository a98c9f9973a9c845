"""Sums of money in requests, right or wrong: what a server could take for a sum, and how large it is."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from qiwi_payin_contract.json_text import dumps, loads

__all__ = ["KOPECK", "largest_sum", "lowered"]

KOPECK = Decimal("0.01")

_MONEY = frozenset({"amount", "settlementAmount", "splitAmount", "value"})
_DIGITS = re.compile(r"\d+")
_LOOSE = re.compile(rb'"(?:amount|settlementAmount|splitAmount|value)"[^0-9]{0,40}([0-9]+)')


def largest_sum(content: bytes) -> Decimal | None:
    """The largest that a server could read as a sum in a body; None where there is none.

    Signs, texts around a number and the place of a field do not count: a broken server may read over them.
    """
    try:
        found = list(_sums(loads(content), inside=False)) if content else []
    except ValueError:
        found = [Decimal(match.group(1).decode()) for match in _LOOSE.finditer(content)]
    return max(found, default=None)


def lowered(content: bytes, limit: Decimal) -> bytes:
    """Write a body with nothing in it that could be read as a larger sum; everything else stays what it is."""
    largest = largest_sum(content)
    if largest is None or largest <= limit:
        return content
    try:
        return dumps(_lowered(loads(content), limit, inside=False)).encode()
    except ValueError:
        return _LOOSE.sub(lambda match: match.group().replace(match.group(1), b"1"), content)


def _sums(value: Any, *, inside: bool) -> Iterator[Decimal]:
    match value:
        case Mapping():
            for name, item in value.items():
                yield from _sums(item, inside=inside or name in _MONEY)
        case list():
            for item in value:
                yield from _sums(item, inside=inside)
        case bool():
            return
        case int() | Decimal() | float() if inside:
            number = abs(Decimal(str(value)))
            yield Decimal("Infinity") if number.is_nan() else number
        case str() if inside:
            number_in_text = _number(value)
            if number_in_text is not None:
                yield number_in_text
            else:
                yield from map(Decimal, _DIGITS.findall(value))


def _lowered(value: Any, limit: Decimal, *, inside: bool) -> Any:
    match value:
        case Mapping():
            return {name: _lowered(item, limit, inside=inside or name in _MONEY) for name, item in value.items()}
        case list():
            return [_lowered(item, limit, inside=inside) for item in value]
        case str() if inside:
            return _lowered_text(value, limit)
        case bool() | None:
            return value
        case int() | Decimal() | float() if inside and not abs(Decimal(str(value))) <= limit:
            return limit.copy_sign(Decimal(str(value)))
        case _:
            return value


def _lowered_text(text: str, limit: Decimal) -> str:
    number = _number(text)
    if number is None:
        return _DIGITS.sub(lambda match: match.group() if Decimal(match.group()) <= limit else "1", text)
    return text if number <= limit else f"{limit}"


def _number(text: str) -> Decimal | None:
    """The size of a text that is a number; None for any other, infinity for one without an end."""
    try:
        number = abs(Decimal(text.strip()))
    except InvalidOperation:
        return None
    return None if number.is_nan() else number
