"""JSON text to data and back without ever making a float.

Numbers with a fraction or an exponent are `decimal.Decimal`; their text comes out as it went in.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, NoReturn, TypeGuard

_MOST_DIGITS: Final = 20


class NumberText(str):
    """The characters that a number is written with."""

    __slots__ = ()


def is_object(data: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether data are a JSON object. Asks for dict first: asking for an abstract class is slow."""
    return isinstance(data, dict) or isinstance(data, Mapping)  # noqa: SIM101 - as said


def is_list(data: object) -> TypeGuard[list[Any] | tuple[Any, ...]]:
    """Whether data are a JSON list."""
    return isinstance(data, list | tuple)


def parse_json(text: bytes | str, *, numbers_as_text: bool = False) -> Any:
    """Turn JSON text into data.

    Args:
        text: the JSON text; bytes are UTF-8 (UTF-16 and UTF-32 are recognised too).
        numbers_as_text: give each number as `NumberText`, instead of `int` and `Decimal`.

    Raises:
        ValueError: the text is not JSON, is nested too deeply, repeats a key, or has NaN or an infinity. The message
            never quotes the text.
    """
    number = NumberText if numbers_as_text else None
    try:
        return json.loads(
            text,
            parse_float=number or Decimal,
            parse_int=number,
            parse_constant=_no_constant,
            object_pairs_hook=_unique,
        )
    except json.JSONDecodeError as error:
        # Raised anew: the original carries the whole text, which may hold secrets, into reports and pickles.
        problem = f"not JSON: {error.msg} at character {error.pos}"
    except UnicodeDecodeError:
        problem = "not JSON: the bytes are not valid UTF-8"
    except ArithmeticError:
        problem = "a number is beyond all bounds"
    except RecursionError:
        problem = "nested too deeply"
    raise ValueError(problem)


def json_text(value: Any) -> str:
    """Write data as compact JSON text in ASCII characters.

    Raises:
        TypeError: the data hold a float, or anything else that is not JSON.
        ValueError: the data hold a Decimal that is not finite.
    """
    match value:
        case None | bool() | str():
            return json.dumps(value)
        case int():
            return int.__repr__(value)
        case Decimal():
            if not value.is_finite():
                raise ValueError("JSON has no NaN and no infinity")
            return str(value)
        case _ if is_object(value):
            return "{" + ",".join(f"{json_text(_key(key))}:{json_text(item)}" for key, item in value.items()) + "}"
        case _ if is_list(value):
            return "[" + ",".join(map(json_text, value)) + "]"
        case float():
            raise TypeError("a float cannot hold decimals exactly: use str, int or decimal.Decimal")
        case _:
            raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def plain(value: Any) -> Any:
    """Copy data for any JSON encoder: a Decimal becomes an int where it is one, else its text."""
    match value:
        case Decimal():
            exponent = value.as_tuple().exponent
            return int(value) if isinstance(exponent, int) and 0 <= exponent <= _MOST_DIGITS else str(value)
        case _ if is_object(value):
            return {key: plain(item) for key, item in value.items()}
        case _ if is_list(value):
            return [plain(item) for item in value]
        case _:
            return value


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a JSON key must be str, not {type(key).__name__}")
    return key


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("an object has the same key twice")
    return result


def _no_constant(_: str) -> NoReturn:
    raise ValueError("NaN and infinities are not JSON")
