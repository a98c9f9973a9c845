"""What the races have in common: how often they are run, what is raced for, and what was answered."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.races import Call, Race
from qiwi_payin_contract.settings import Effort
from qiwi_payin_contract.shop import CARD, Shop
from qiwi_payin_contract.suite.partner import rub
from qiwi_payin_contract.suite.story import status_of

__all__ = ["RUNNERS", "WHOLE", "capture_of", "completed", "id_of", "paid", "refund_of", "rounds_of", "told"]

RUNNERS = 4
"""Requests that are under way at once, at most."""
WHOLE = Decimal("9.00")
"""Amount of the payments that are raced for."""
_ROUNDS = 3
"""Rounds of each race for every ten walks; never fewer."""


def rounds_of(effort: Effort) -> range:
    """How often each race is run."""
    return range(_ROUNDS * max(1, effort.walks // 10))


def paid(race: Race, shop: Shop, *, card: Mapping[str, str] = CARD, **more: Any) -> Exchange:
    """A payment that will be raced for; the test is left where there is none to be had."""
    made = shop.create_payment(str(WHOLE), method=card, payment_id=race.shared_id("payment"), **more)
    if not made.ok or status_of(made) == "DECLINED":
        pytest.skip("no payment can be made")
    return made


def id_of(made: Exchange) -> str:
    """Its paymentId."""
    return made.path_parameters["paymentId"]


def completed(answers: tuple[Exchange, ...]) -> list[Exchange]:
    """Those of some answers that are COMPLETED."""
    return [answer for answer in answers if answer.ok and status_of(answer) == "COMPLETED"]


def told(answers: tuple[Exchange, ...]) -> str:
    """What was answered, for messages."""
    return ", ".join(f"{answer.status} {status_of(answer) or answer.error_code}" for answer in answers)


def capture_of(payment_id: str, capture_id: str) -> Call:
    """A capture to be raced."""
    return Call("capturesCreate", None, {"payment_id": payment_id, "capture_id": capture_id})


def refund_of(payment_id: str, refund_id: str, value: str) -> Call:
    """A refund to be raced."""
    return Call("refundsCreate", rub(value), {"payment_id": payment_id, "refund_id": refund_id})
