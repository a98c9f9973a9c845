"""Addresses with parameters, for the browsers of payers."""

import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Final
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

from qiwi_payin_runtime.money import Money, MoneyLike, as_money
from qiwi_payin_runtime.settings import is_loopback

_READ_BY_BROWSERS_IN_THEIR_OWN_WAYS: Final = re.compile(r"[\x00-\x20\x7f\\]")


def link(address: str, parameters: Mapping[str, str | None]) -> str:
    """An address with parameters in UTF-8, percent-encoded; those that it has under other names stay.

    Raises:
        ValueError: a text has halves of surrogate pairs.
    """
    given = {name: text for name, text in parameters.items() if text is not None}
    parts = urlsplit(address)
    kept = [(name, text) for name, text in parse_qsl(parts.query, keep_blank_values=True) if name not in given]
    try:
        query = urlencode([*kept, *given.items()], quote_via=quote, safe="")
    except UnicodeEncodeError:
        raise ValueError("a text of whole characters is wanted, not halves of surrogate pairs") from None
    return parts._replace(query=query).geturl()


def checked_address(name: str, text: object) -> str:
    """An address that a payer may be sent to: absolute, https (or http on this machine), without a user name.

    Raises:
        ValueError: it is not; the message has the argument's name.
    """
    problem = f"{name}: an https address is wanted, or http for this machine"
    if not isinstance(text, str) or _READ_BY_BROWSERS_IN_THEIR_OWN_WAYS.search(text):
        raise ValueError(problem)
    try:
        parts = urlsplit(text)
        is_right = _is_right(parts)
    except ValueError:
        is_right = False
    if not is_right:
        raise ValueError(problem)
    return text


def checked_text(name: str, text: object, most: int | None = None) -> str:
    """A text that is not empty and has so many characters at the most.

    Raises:
        ValueError: it is not; the message has the argument's name.
    """
    if not isinstance(text, str) or not text or len(text) > (most or len(text)):
        limit = f" of at most {most} characters" if most else ""
        raise ValueError(f"{name}: a text{limit} is wanted that is not empty")
    return text


def checked_names(name: str, names: Collection[str]) -> Collection[str]:
    """Several texts, and not one, whose letters would be taken for them.

    Raises:
        TypeError: it is one text; the message has the argument's name.
    """
    if isinstance(names, str):
        raise TypeError(f"{name}: a list of names is wanted")
    return names


def checked_sum(name: str, value: MoneyLike, largest: Decimal, currencies: Collection[str]) -> Money:
    """A sum that is above zero, not too large, and in one of the currencies.

    Raises:
        TypeError: it is a float.
        ValueError: it breaks a rule; the message has the argument's name.
    """
    try:
        money = as_money(value)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    if not 0 < money.value <= largest:
        raise ValueError(f"{name}: a sum above zero and up to {largest} is wanted")
    if money.currency not in currencies:
        raise ValueError(f"{name}: a sum in {', '.join(currencies)} is wanted")
    return money


def _is_right(parts: SplitResult) -> bool:
    """Whether scheme, host and port are those of an address. Raises `ValueError` where the port is no number."""
    host = parts.hostname or ""
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    return is_safe and bool(host) and "@" not in parts.netloc and parts.port != 0
