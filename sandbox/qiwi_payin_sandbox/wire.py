"""JSON with exact numbers: `150.00` is read as Decimal("150.00") and written as `150.00`; no float is ever made."""

import json
import re
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any, NoReturn

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_DECIMAL_MARK = "\ud800"
"""Marks texts that stand for numbers while the encoder is at work; no text that was read has half a character."""
_DECIMAL = re.compile(f'"{_DECIMAL_MARK}([0-9.eE+-]+)"')
_DEEPEST = 100
_LONGEST_NUMBER = 400
_TWO_FRACTION_DIGITS = -2


class MalformedError(ValueError):
    """The text is not a JSON text in UTF-8."""


def loads(body: bytes) -> Any:
    """Read a JSON text.

    Raises:
        MalformedError: It is none, names a field twice, or is nested, or has a number, beyond all reason.
    """
    try:
        value = _decoder.decode(body.decode())
        has_escapes = b"\\u" in body
        if has_escapes or body.count(b"{") + body.count(b"[") > _DEEPEST:
            _check(value, 0, surrogates=has_escapes)
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise MalformedError("not a JSON text") from error
    return value


def restored(text: str) -> Any:
    """Read a JSON text that `dumps` has written, without the checks that strangers' texts need."""
    return _own_decoder.decode(text)


def dumps(value: Any) -> str:
    """Write a JSON text; decimals keep the digits that they have."""
    text = _encoder.encode(value)
    return _DECIMAL.sub(_unmarked, text) if _DECIMAL_MARK in text else text


def camel_case(name: str) -> str:
    """Return the name in JSON of what Python calls `snake_case`: `snakeCase`."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def canonical(value: Any) -> bytes:
    """Return bytes that are equal where two JSON values are equal."""
    return _canonical(value).encode()


def _number(text: str) -> Decimal:
    if len(text) > _LONGEST_NUMBER:
        raise MalformedError("a number is too long")
    number = Decimal(text)
    if not number.is_finite():
        raise MalformedError("a number is too large")
    if number.as_tuple().exponent == _TWO_FRACTION_DIGITS and "e" in text.lower():
        # 15000e-2 is 150.00 but was not written so: one more digit keeps the two apart
        return Decimal(f"{number}0")
    return number


def _integer(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise MalformedError("a number is too long")
    return int(text)


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedError(f"{name} is no JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise MalformedError("a name stands twice in an object")
    return value


def _marked(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{_DECIMAL_MARK}{value}"
    raise TypeError(f"{type(value).__name__} is no JSON value")


def _unmarked(match: re.Match[str]) -> str:
    return match[1]


_decoder = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_number, parse_int=_integer, parse_constant=_refuse_constant
)
_own_decoder = json.JSONDecoder(parse_float=_number, parse_int=_integer)
_encoder = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":"), default=_marked
)


def _check(value: Any, depth: int, *, surrogates: bool) -> None:
    if depth > _DEEPEST:
        raise MalformedError("nested too deeply")
    if isinstance(value, dict):
        for key, item in value.items():
            _check(key, depth + 1, surrogates=surrogates)
            _check(item, depth + 1, surrogates=surrogates)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth + 1, surrogates=surrogates)
    elif surrogates and isinstance(value, str) and _LONE_SURROGATE.search(value):
        raise MalformedError("half a character")


def _canonical(value: Any) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, dict):
        return "{" + ",".join([f"{encode_basestring(key)}:{_canonical(value[key])}" for key in sorted(value)]) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_canonical, value)) + "]"
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return _canonical_number(Decimal(value))
    return _encoder.encode(value)


def _canonical_number(number: Decimal) -> str:
    sign, digits, exponent = number.as_tuple()
    text = "".join(map(str, digits)).lstrip("0")
    stripped = text.rstrip("0")
    if not stripped:
        return "0"
    return f"{'-' if sign else ''}{stripped}e{int(exponent) + len(text) - len(stripped)}"
