"""Sums in minor units, read from requests and answers without ever making a float."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

__all__ = ["is_two_decimal_text", "minor", "shown"]

_TEXT = re.compile(r"(0|[1-9][0-9]*)\.[0-9]{2}")
_CENTS = Decimal(100)


def is_two_decimal_text(value: Any) -> bool:
    """Tell whether a value is a string with exactly two decimals."""
    return isinstance(value, str) and _TEXT.fullmatch(value) is not None


def minor(value: Any) -> int | None:
    """Read ``amount.value`` as minor units; None where it is no sum of whole minor units."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    try:
        exact = Decimal(value)
    except InvalidOperation:
        return None
    if not exact.is_finite() or exact.adjusted() > 15:  # noqa: PLR2004 - beyond any sum of money
        return None
    cents = exact * _CENTS
    return int(cents) if cents == cents.to_integral_value() else None


def shown(cents: int) -> str:
    """Write minor units with two decimals."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"
