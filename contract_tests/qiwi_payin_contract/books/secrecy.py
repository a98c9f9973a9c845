"""What must not stand in any answer: card data, keys, and in errors payment tokens."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from qiwi_payin_contract.books import rules
from qiwi_payin_contract.books.notes import Notes
from qiwi_payin_contract.exchange import Exchange

__all__ = ["card_numbers", "study"]

_PAN = re.compile(r"[0-9]{13,19}")
_DIGITS = re.compile(r"[0-9](?:[ -]?[0-9]){12,}")
"""Enough digits for a card number, in groups or not."""
_LONGEST_PAN = 19
_FREE = frozenset({"customFields", "cause"})
"""Objects whose names are not the API's own."""
_FEW_DIGITS = 2
_SHORTEST_SECRET = 16
_CARD_FIELDS = ("pan", "cvv2", "cvv", "expiryDate", "holderName")
_SHORT_CODE = re.compile(r"[0-9]{3,4}")


def card_numbers(asked: Any) -> Iterator[str]:
    """Card numbers in a request, wherever they stand."""
    if isinstance(asked, Mapping):
        for name, value in asked.items():
            if name == "pan" and isinstance(value, str) and _PAN.fullmatch(value):
                yield value
            else:
                yield from card_numbers(value)


def study(exchange: Exchange, notes: Notes, pans: Collection[str], keys: Collection[str]) -> None:
    """Look for secrets in an answer.

    Args:
        exchange: the exchange.
        notes: where findings go.
        pans: card numbers that were sent so far.
        keys: API access keys.
    """
    text = exchange.answer_body.decode(errors="replace")
    told = "\n".join((*exchange.answer_headers.values(), text))
    shown = sorted({name for name in _names(exchange.answer_json) if name in _CARD_FIELDS})
    notes.holds(
        not shown and not _pan_told(told, pans) and not _code_told(exchange),
        rules.CARD_DATA,
        f"the answer has {' and '.join(shown) if shown else 'card data that were sent'}",
    )
    notes.holds(
        not any(key in told for key in keys) and not _sent_told(exchange, told),
        rules.KEY_SHOWN,
        "the answer has the key, or the error the payment token, that was sent",
    )


def _method_of(answer: Any) -> Mapping[str, Any]:
    method = answer.get("paymentMethod") if isinstance(answer, Mapping) else None
    return method if isinstance(method, Mapping) else {}


def _code_told(exchange: Exchange) -> bool:
    """Whether an error repeats the card's code; codes of three or four digits count where nothing else is a number."""
    sent = _method_of(exchange.request_json).get("cvv2")
    answer = exchange.answer_json
    if exchange.ok or not isinstance(sent, str) or not isinstance(answer, Mapping) or len(sent) < 3:  # noqa: PLR2004
        return False
    texts = [str(answer.get("description", "")), str(answer.get("userMessage", "")), *_strings(answer.get("cause"))]
    if _SHORT_CODE.fullmatch(sent):
        return any(re.fullmatch(rf"\D*{sent}\D*", text) and "cvv" in f"{answer.get('cause')}" for text in texts)
    return any(sent in text for text in texts)


def _pan_told(text: str, pans: Collection[str]) -> bool:
    """Whether a card number that was sent is told, whole, in groups, or inside of more digits."""
    for found in _DIGITS.findall(text):
        digits = found.replace(" ", "").replace("-", "")
        if digits in pans or (len(digits) > _LONGEST_PAN and any(pan in digits for pan in pans if _is_telling(pan))):
            return True
    return False


def _is_telling(pan: str) -> bool:
    """Whether a card number inside of a longer number is no chance: a large number that was echoed is full of zeros."""
    return len(set(pan)) > _FEW_DIGITS


def _names(value: Any) -> Iterator[str]:
    """Names of all fields of an answer that the API itself gives."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield name
            if name not in _FREE and isinstance(item, Mapping | list):
                yield from _names(item)
    elif isinstance(value, list):
        for item in value:
            yield from _names(item)


def _sent_told(exchange: Exchange, text: str) -> bool:
    """Whether an error repeats the token or the key, a wrong one too, that the request had."""
    asked = exchange.request_json
    method, deleted = _method_of(asked), asked if isinstance(asked, Mapping) else {}
    sent = (method.get("paymentToken"), deleted.get("token"), exchange.key)
    return not exchange.ok and any(
        isinstance(secret, str) and len(secret) >= _SHORTEST_SECRET and secret in text for secret in sent
    )


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
