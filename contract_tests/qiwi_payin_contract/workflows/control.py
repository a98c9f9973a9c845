"""Control operations as steps name them, carried out by whatever driver there is."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import attrs

from qiwi_payin_contract.drivers import Ability
from qiwi_payin_contract.shop import Shop

__all__ = ["CONTROLS", "Control"]

Ids = Mapping[str, str]
Body = Mapping[str, Any]


@attrs.define(frozen=True)
class Control:
    """A control operation.

    Attributes:
        abilities: what a driver must be able to do.
        act: does it, with the ids in the path and the body; answers what the operation would.
    """

    abilities: tuple[Ability, ...]
    act: Callable[[Shop, Ids, Body], Mapping[str, Any]]

    def missing(self, shop: Shop) -> Ability | None:
        """An ability that the driver lacks."""
        return next((ability for ability in self.abilities if not shop.target.able(ability)), None)


def _pay_bill(shop: Shop, ids: Ids, body: Body) -> Mapping[str, Any]:
    return shop.target.pay_bill(
        shop.site, ids["billId"], payment_method=body.get("paymentMethod"), three_ds=body.get("threeDS", "confirm")
    )


def _answer_three_ds(shop: Shop, ids: Ids, body: Body) -> Mapping[str, Any]:
    result = shop.target.driver.answer_three_ds(shop.site, ids["paymentId"], body["answer"])
    return {"pares": result.pares, "payment": result.payment}


def _set_clock(shop: Shop, _: Ids, body: Body) -> Mapping[str, Any]:
    shop.set_clock(datetime.fromisoformat(body["now"]))
    return {}


def _advance_clock(shop: Shop, _: Ids, body: Body) -> Mapping[str, Any]:
    shop.advance(body["seconds"])
    return {}


CONTROLS: Mapping[str, Control] = {
    "sandboxPayBill": Control((Ability.PAY,), _pay_bill),
    "sandboxAnswerThreeDS": Control((Ability.THREE_DS,), _answer_three_ds),
    "sandboxSetClock": Control((Ability.CLOCK,), _set_clock),
    "sandboxAdvanceClock": Control((Ability.CLOCK,), _advance_clock),
}
"""The control operations that workflows may use, by operationId."""
