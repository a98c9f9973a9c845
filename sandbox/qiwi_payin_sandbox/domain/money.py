"""Sums of money in whole minor units (kopecks, cents): never a float."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

MAXIMUM_MINOR = 99_999_999_99
"""The largest sum of one operation, in minor units."""

WRONG_SCALE = "Invalid money format. Should have 2 fraction digits"
NOT_POSITIVE = "Invalid format. Amount value must be greater then zero"
TOO_LARGE = "Amount value must not be greater than 99999999.99"

_TWO_FRACTION_DIGITS = re.compile(r"(0|[1-9][0-9]*)\.([0-9]{2})", re.ASCII)
_LONGEST_TEXT = 64


class MoneyFormatError(ValueError):
    """The text is not a sum of money that an operation may have; the message is fit for the partner."""


@dataclass(frozen=True, slots=True)
class Money:
    """A sum: `minor` whole minor units of the ISO 4217 `currency`."""

    minor: int
    currency: str

    @property
    def text(self) -> str:
        """The sum with exactly two fraction digits, such as `150.00`."""
        return f"{self.minor // 100}.{self.minor % 100:02d}"

    def of(self, minor: int) -> "Money":
        """Return another sum in the same currency."""
        return Money(minor, self.currency)


def minor_units(text: str) -> int:
    """Read a sum from its text.

    Args:
        text: The number as it was written, such as `150.00`.

    Raises:
        MoneyFormatError: There are not exactly two fraction digits, or the sum is not positive or too large.
    """
    match = _TWO_FRACTION_DIGITS.fullmatch(text) if len(text) <= _LONGEST_TEXT else None
    if match is None:
        raise MoneyFormatError(NOT_POSITIVE if _is_zero_or_less(text) else WRONG_SCALE)
    minor = int(match[1]) * 100 + int(match[2])
    if minor == 0:
        raise MoneyFormatError(NOT_POSITIVE)
    if minor > MAXIMUM_MINOR:
        raise MoneyFormatError(TOO_LARGE)
    return minor


def _is_zero_or_less(text: str) -> bool:
    if len(text) > _LONGEST_TEXT:
        return False
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    return number.is_finite() and number <= 0
