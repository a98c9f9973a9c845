"""Sums of money, exact to the kopeck."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TypeAlias

from attr import field, frozen

_VALUE: Final = re.compile(r"-?[0-9]+(\.[0-9]{1,2})?")
_CURRENCY: Final = re.compile(r"[A-Z0-9]{3}")
_FORMAT: Final = re.compile(r"(.?[<>=^])?[-+ ]?0?[0-9]*,?(\.2f)?", re.DOTALL)
_MOST_DIGITS: Final = 1000
_DECIMALS: Final = 2


@frozen(init=False, repr=False)
class Money:
    """A sum in a currency. It has two decimals, is never rounded, and never passes through a float.

    `Money("150.00")`, `Money(150)` and `Money(Decimal("150"), "RUB")` are equal. Sums of one currency are added,
    subtracted and compared, and multiplied by an int; `sum(sums, Money(0))` adds many. In an amount object of an answer
    there may be fields that nobody described: they are in `additional_properties`, take no part in comparisons, and are
    written back.

    A sum is not multiplied by a fraction, because somebody must say who gets the rest of a kopeck: `allocate` does.
    Formatted, it is its value with all decimals: `f"{sum:,} {sum.currency}"` is `1,234.50 RUB`.

    Raises:
        TypeError: the value is a float (`Money(0.1)`), or no number at all; sums are mixed with plain numbers.
        ValueError: the value has more than two decimals or is malformed, the currency is not a three-letter code, or
            two sums differ in currency.
    """

    minor: int
    """The sum in hundredths of the currency's unit (kopecks, cents)."""
    currency: str
    """ISO 4217 code, such as `RUB`."""
    additional_properties: Mapping[str, Any] = field(eq=False)

    def __init__(
        self,
        value: "Decimal | str | int",
        currency: str = "RUB",
        *,
        additional_properties: Mapping[str, Any] | None = None,
    ) -> None:
        for name, given in (
            ("minor", _minor(value)),
            ("currency", _checked_currency(currency)),
            ("additional_properties", dict(additional_properties or {})),
        ):
            object.__setattr__(self, name, given)  # as frozen classes are filled

    @classmethod
    def of_minor(cls, minor: int, currency: str = "RUB") -> "Money":
        """The sum of so many hundredths: `Money.of_minor(15000)` is `Money("150.00")`."""
        return cls(_decimal(minor), currency)

    @property
    def value(self) -> Decimal:
        """The sum in units of the currency, with two decimals."""
        return _decimal(self.minor)

    def __add__(self, other: "Money") -> "Money":
        if not _is_money(other):
            return NotImplemented
        return Money.of_minor(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        if not _is_money(other):
            return NotImplemented
        return Money.of_minor(self.minor - self._same(other), self.currency)

    def __mul__(self, times: int) -> "Money":
        if not _is_whole(times):
            return NotImplemented
        return Money.of_minor(self.minor * times, self.currency)

    __rmul__ = __mul__

    def __neg__(self) -> "Money":
        return Money.of_minor(-self.minor, self.currency)

    def __abs__(self) -> "Money":
        return Money.of_minor(abs(self.minor), self.currency)

    def split(self, parts: int) -> "list[Money]":
        """Divide into equal parts, of which the first ones get a hundredth more where it does not come out even.

        `Money("100.00").split(3)` is 33.34, 33.33 and 33.33. Raises `ValueError` where there are no parts.
        """
        return self.allocate([1] * parts)

    def allocate(self, weights: Sequence[int]) -> "list[Money]":
        """Divide in proportion to whole weights, so that the sum of the shares is the whole.

        `Money("0.99").allocate([13, 87])`, 13 percent and the rest, is 0.13 and 0.86. What is cut off a share is given,
        a hundredth each, to those that lost most by it; of equal ones the first comes first.

        Raises:
            ValueError: there are no weights, one is negative or no int, or all are zero.
        """
        if not any(weights) or not all(map(_is_weight, weights)):
            raise ValueError("whole weights are wanted, none below zero and not all of them zero")
        sign = -1 if self.minor < 0 else 1
        shares = [divmod(abs(self.minor) * weight, sum(weights)) for weight in weights]
        left = abs(self.minor) - sum(whole for whole, _ in shares)
        lucky = sorted(range(len(shares)), key=lambda number: -shares[number][1])[:left]
        minors = [whole + (number in lucky) for number, (whole, _) in enumerate(shares)]
        return [Money.of_minor(sign * minor, self.currency) for minor in minors]

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other) if _is_money(other) else NotImplemented

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other) if _is_money(other) else NotImplemented

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other) if _is_money(other) else NotImplemented

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other) if _is_money(other) else NotImplemented

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return f"{self.value} {self.currency}"

    def __format__(self, spec: str) -> str:
        if not _FORMAT.fullmatch(spec):
            raise ValueError("a sum is formatted with all decimals: fill, align, sign, width, a comma, .2f are allowed")
        return format(self.value, f"{spec.removesuffix('.2f')}f") if spec else str(self)

    def __repr__(self) -> str:
        if not hasattr(self, "minor"):  # refused while it was made, and shown in a report of that
            return "Money(...)"
        return f"Money('{self.value}', '{self.currency}')"

    def _same(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added, subtracted or compared")
        return other.minor


def _is_weight(weight: object) -> bool:
    return isinstance(weight, int) and weight >= 0


MoneyLike: TypeAlias = Money | Decimal | str | int
"""What a method takes as a sum; without a currency it is in rubles."""


def as_money(value: MoneyLike) -> Money:
    """The sum itself, or a sum in rubles. Raises as `Money` does."""
    return value if isinstance(value, Money) else Money(value)


def _is_money(value: object) -> bool:
    return isinstance(value, Money)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _checked_currency(code: object) -> str:
    if not isinstance(code, str) or not _CURRENCY.fullmatch(code):
        raise ValueError("currency: a three-letter code such as RUB is wanted")
    return code


def _decimal(minor: int) -> Decimal:
    return Decimal((int(minor < 0), tuple(map(int, str(abs(minor)))), -_DECIMALS))


def _minor(value: object) -> int:
    match value:
        case float():
            raise TypeError("a float cannot hold a sum exactly: pass '150.00' or Decimal('150.00')")
        case bool():
            raise TypeError("a sum is wanted, not a bool")
        case int():
            return value * 10**_DECIMALS
        case str():
            if not _VALUE.fullmatch(value):
                raise ValueError("a sum is digits with at most two decimals after a point, such as '150.00'")
            return _minor_of_decimal(Decimal(value))
        case Decimal():
            return _minor_of_decimal(value)
        case _:
            raise TypeError(f"a sum is str, int or Decimal, not {type(value).__name__}")


def _minor_of_decimal(value: Decimal) -> int:
    # Digit by digit, because the operations of Decimal round to the precision of the calling thread's context.
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise ValueError("a sum must be finite")  # noqa: TRY004 - NaN is a Decimal of the wrong value
    places = exponent + _DECIMALS
    if not any(digits):
        return 0
    if len(digits) + max(places, 0) > _MOST_DIGITS:
        raise ValueError("a sum has at most a thousand digits")
    if places < 0 and any(digits[places:]):
        raise ValueError("a sum has at most two decimals")
    kept = digits[:places] if places < 0 else digits + (0,) * places
    minor = int("".join(map(str, kept)) or "0")
    return -minor if sign else minor
