"""JSON texts with exact numbers: a sum such as ``150.00`` keeps its two decimals in both directions."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

__all__ = ["dumps", "loads"]


def loads(text: str | bytes) -> Any:
    """Read a JSON text; numbers with a fraction become ``Decimal`` with all their digits.

    Raises:
        ValueError: the text is not JSON (``NaN`` and ``Infinity`` are not either), or not plain UTF-8.
    """
    decoded = text.decode() if isinstance(text, bytes) else text
    return json.loads(decoded, parse_float=Decimal, parse_constant=_refuse)


def dumps(value: Any) -> str:
    """Write a value as JSON; ``Decimal`` is written as a number with exactly the digits that it has.

    Raises:
        TypeError: the value, or one inside it, has no JSON form.
    """
    match value:
        case None | bool() | int() | str() | float():
            return json.dumps(value, ensure_ascii=False)
        case Decimal():
            return format(value, "f")
        case Mapping():
            return (
                "{" + ", ".join(f"{json.dumps(str(k), ensure_ascii=False)}: {dumps(v)}" for k, v in value.items()) + "}"
            )
        case Sequence():
            return "[" + ", ".join(dumps(item) for item in value) + "]"
        case _:
            raise TypeError(f"{type(value).__name__} has no JSON form")


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")
