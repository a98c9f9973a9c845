"""Amounts, moments and cards as a payer reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qiwi_payin_sandbox.pages.texts import Language, texts_of
from qiwi_payin_sandbox.times import MOSCOW

if TYPE_CHECKING:
    from datetime import datetime

_NO_BREAK = "\u00a0"
_SIGNS = {"RUB": "\u20bd", "USD": "$", "EUR": "\u20ac", "KZT": "\u20b8", "CNY": "\u00a5"}
_GROUP = 3
_SHOWN_DIGITS = 4


def amount_text(value: str, currency: str, language: Language) -> str:
    """Return `"1234.50", "RUB"` as `1 234,50 ₽` (Russian) or `1,234.50 ₽` (English), with no-break spaces."""
    whole, _, fraction = value.partition(".")
    separator, point = (_NO_BREAK, ",") if language is Language.RU else (",", ".")
    head = len(whole) % _GROUP or _GROUP
    groups = [whole[:head], *(whole[start : start + _GROUP] for start in range(head, len(whole), _GROUP))]
    return f"{separator.join(groups)}{point}{fraction}{_NO_BREAK}{_SIGNS.get(currency, currency)}"


def moment_text(moment: datetime, language: Language) -> str:
    """Return a moment in Moscow time, as the API gives its moments: `7 July 2023, 14:30 MSK`."""
    t = texts_of(language)
    local = moment.astimezone(MOSCOW)
    return f"{local.day}{_NO_BREAK}{t.months[local.month - 1]} {local.year}, {local:%H:%M}{_NO_BREAK}{t.moscow_time}"


def card_text(masked_pan: str) -> str:
    """Return a masked PAN as its last digits: `•••• 1049`."""
    return f"\u2022\u2022\u2022\u2022{_NO_BREAK}{masked_pan[-_SHOWN_DIGITS:]}"
