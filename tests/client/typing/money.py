"""Never run: type checkers see what sums are made from and what comes of them."""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from collections.abc import Sequence
from decimal import Decimal
from typing import assert_type

from qiwi_payin import Money


def sums(money: Money, other: Money, several: Sequence[Money]) -> None:
    assert_type(Money("150.00"), Money)
    assert_type(Money(150, "EUR"), Money)
    assert_type(Money(Decimal("150.00"), currency="USD"), Money)
    assert_type(Money.of_minor(15000), Money)
    assert_type(money.value, Decimal)
    assert_type(money.minor, int)
    assert_type(money.currency, str)
    assert_type(money + money, Money)
    assert_type(money - money, Money)
    assert_type(money * 2, Money)
    assert_type(2 * money, Money)
    assert_type(-money, Money)
    assert_type(money < other, bool)
    assert_type(money <= other, bool)
    assert_type(money > other, bool)
    assert_type(money >= other, bool)
    assert_type(money == other, bool)
    assert_type(sum(several, Money(0)), Money)
    assert_type(max(several), Money)


def no_sums(money: Money) -> None:
    Money(1.5)  # type: ignore[arg-type]
    Money(None)  # type: ignore[arg-type]
    money + 1  # type: ignore[operator]
    money - Decimal(1)  # type: ignore[operator]
    money * 0.5  # type: ignore[operator]
    money * money  # type: ignore[operator]
    money < 1  # type: ignore[operator]  # noqa: B015
    money.minor = 1  # type: ignore[misc]
