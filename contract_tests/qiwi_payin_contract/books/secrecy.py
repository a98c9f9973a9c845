"""What must not stand in any answer: card data, keys, and in errors payment tokens."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from qiwi_payin_contract.books import rules
from qiwi_payin_contract.books.notes import Notes
from qiwi_payin_contract.exchange import Exchange

__all__ = ["card_numbers", "study"]

_PAN = re.compile(r"[0-9]{13,19}")
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
    method = _method_of(exchange.answer_json)
    shown = [name for name in _CARD_FIELDS if name in method]
    notes.holds(
        not shown and not any(match in pans for match in _PAN.findall(text)) and not _code_told(exchange),
        rules.CARD_DATA,
        f"the answer has {' and '.join(shown) if shown else 'card data that were sent'}",
    )
    told = [*exchange.answer_headers.values(), text]
    notes.holds(
        not any(key in part for key in keys for part in told) and not _token_told(exchange, text),
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


def _token_told(exchange: Exchange, text: str) -> bool:
    sent = _method_of(exchange.request_json).get("paymentToken")
    return not exchange.ok and isinstance(sent, str) and len(sent) > 15 and sent in text  # noqa: PLR2004 - no word


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
