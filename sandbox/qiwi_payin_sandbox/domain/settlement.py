"""Settlement: what the partner is paid where a payment has another currency than its site settles in.

A site settles in the first of its currencies. The rates are fixed, so that tests can reckon with them: they are no
market's.
"""

from types import MappingProxyType

from qiwi_payin_sandbox.domain.money import Money

KOPECKS = MappingProxyType({"RUB": 100, "USD": 90_00, "EUR": 100_00, "CNY": 12_50, "KZT": 20})
"""The worth of one unit of a currency in kopecks. A currency that is not listed is worth as much as the ruble."""

_LIKE_THE_RUBLE = 100


def settled(amount: Money, currency: str) -> Money | None:
    """Return a sum in the currency of settlement, rounded down, 0.01 at least; None where it has that already."""
    if amount.currency == currency:
        return None
    worth = amount.minor * KOPECKS.get(amount.currency, _LIKE_THE_RUBLE)
    return Money(max(worth // KOPECKS.get(currency, _LIKE_THE_RUBLE), 1), currency)
