"""Whether a notification says what the API says of the same object."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from qiwi_payin_contract.shop import at

__all__ = ["disagreements"]

OUTCOMES = {"COMPLETED": "SUCCESS", "DECLINED": "DECLINE", "DECLINE": "DECLINE"}
"""What notifications call the outcomes that the API names (PUB-167)."""

_MOST_APART = timedelta(seconds=1)
"""How far two writings of one moment may lie apart: fractions of a second are cut in one place and not in another."""
_OWN_RULES = frozenset({"type", "status", "flags"})
_SHOWN_IN_PAYMENT = frozenset({"billId", "paymentId", "paymentMethod", "paymentCardInfo", "customer", "customFields"})
"""What the notification of a capture or refund repeats of the payment."""
_UNKNOWN_PHONE = "0"
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")


def disagreements(kind: str, told: Mapping[str, Any], shown: Any, payment: Any, site_id: str) -> Iterator[str]:
    """List where a notification and the API's answers differ, in every field that both have.

    What only one of them has is no disagreement: either may leave out what it need not have.

    Args:
        kind: type of the notification.
        told: what stands under ``payment``, ``capture`` or ``refund``.
        shown: the same object as the API answers it.
        payment: the payment that it belongs to, as the API answers it; ``shown`` again for a payment.
        site_id: site that it belongs to.
    """
    if told.get("merchantSiteUid") != site_id:
        yield f"merchantSiteUid is not {site_id}"
    yield from _status(told, shown)
    yield from _flags(kind, told, shown)
    for name, value in told.items():
        if name in _OWN_RULES:
            continue
        if name in _fields_of(shown):
            yield from _different(value, shown[name], name)
        elif name in _SHOWN_IN_PAYMENT and name in _fields_of(payment):
            yield from _different(value, payment[name], name)
    token, issued = at(told, "tokenData", "paymentToken"), at(shown, "createdToken", "token")
    if token is not None and issued is not None and token != issued:
        yield "tokenData.paymentToken is not createdToken.token"


def _fields_of(value: Any) -> Mapping[str, Any]:
    """An object as it is; anything else has no fields."""
    return value if isinstance(value, Mapping) else {}


def _status(told: Mapping[str, Any], shown: Any) -> Iterator[str]:
    said, answered = at(told, "status", "value"), at(shown, "status", "value")
    if said != OUTCOMES.get(str(answered)):
        yield f"status.value is {said} where the API answers {answered}"
    reason, answered = at(told, "status", "reasonCode"), at(shown, "status", "reason")
    if reason is not None and answered is not None and reason != answered:
        yield f"status.reasonCode is {reason} where the API answers {answered}"
    for name in ("changedDateTime", "reasonMessage", "psErrorCode"):
        yield from _different(at(told, "status", name), at(shown, "status", name), f"status.{name}")


def _flags(kind: str, told: Mapping[str, Any], shown: Any) -> Iterator[str]:
    said, answered = at(told, "flags"), at(shown, "flags")
    if not isinstance(said, list) or not isinstance(answered, list):
        return
    if kind == "REFUND" and ("REVERSAL" in said) is not ("REVERSAL" in answered):
        yield "REVERSAL is a flag in one of both only"
    # SALE and AUTH are marks of the notification alone.
    for flag in ("AFT", "TEST") if kind == "PAYMENT" else ():
        if flag in said and flag not in answered:
            yield f"{flag} is a flag here, and not in the API's answer"


def _different(told: Any, shown: Any, place: str) -> Iterator[str]:
    if told is None or shown is None:
        return
    if isinstance(told, Mapping) and isinstance(shown, Mapping):
        for name in told.keys() & shown.keys():
            yield from _different(told[name], shown[name], f"{place}.{name}")
    elif isinstance(told, Mapping | list) or isinstance(shown, Mapping | list):
        if told != shown:
            yield f"{place} is another"
    elif not _same(told, shown, place):
        yield f"{place} is another"


def _same(told: Any, shown: Any, place: str) -> bool:
    if told == shown or (place.endswith(".phone") and told == _UNKNOWN_PHONE):
        return True
    texts = str(told), str(shown)
    if all(map(_MOMENT.match, texts)):
        return _same_moment(*texts)
    if place == "paymentCardInfo.issuingCountry":
        return texts[0].isdigit() is not texts[1].isdigit()
    # The same number is text here and a number there, and has other decimals.
    if all(map(_NUMBER.fullmatch, texts)) and not (isinstance(told, str) and isinstance(shown, str)):
        return _number(texts[0]) == _number(texts[1])
    return texts[0] == texts[1]


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _same_moment(told: str, shown: str) -> bool:
    try:
        return abs(datetime.fromisoformat(told) - datetime.fromisoformat(shown)) <= _MOST_APART
    except (TypeError, ValueError):
        return told == shown
