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


def dumps(value: Any, *, comma: str = ", ", colon: str = ": ", only_ascii: bool = False) -> str:
    """Write a value as JSON; ``Decimal`` is written as a number with exactly the digits that it has.

    Args:
        value: what to write.
        comma: what stands between items.
        colon: what stands between a name and its value.
        only_ascii: escape all other characters.

    Raises:
        TypeError: the value, or one inside it, has no JSON form.
    """

    def written(item: Any) -> str:
        match item:
            case None | bool() | int() | str() | float():
                return json.dumps(item, ensure_ascii=only_ascii)
            case Decimal():
                return format(item, "f")
            case Mapping():
                return "{" + comma.join(f"{written(str(k))}{colon}{written(v)}" for k, v in item.items()) + "}"
            case Sequence():
                return "[" + comma.join(map(written, item)) + "]"
            case _:
                raise TypeError(f"{type(item).__name__} has no JSON form")

    return written(value)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")
