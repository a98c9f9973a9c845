"""What a run gives a workflow: its site, ids that are new, sums that the site takes, moments by the server's clock."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

from qiwi_payin_contract.shop import Shop
from qiwi_payin_contract.workflows.documents import Workflow

__all__ = ["given", "sums"]

_MARGIN = timedelta(minutes=1)
_KOPECK = Decimal("0.01")
_LATER = timedelta(days=30)
_SOON = timedelta(hours=1)


def given(workflow: Workflow, shop: Shop, hold_term: timedelta, largest: Decimal | None = None) -> dict[str, Any]:
    """Values for all inputs; one that cannot be had is missing.

    Args:
        workflow: whose inputs they are; what it has a default for is that, sums as numbers with their two decimals.
        shop: site and clock.
        hold_term: how long the site waits for a capture.
        largest: what a payment may be at most, in major units; None leaves the sums as they are.
    """
    now = shop.now.replace(microsecond=0)
    values = {name: _default(schema) for name, schema in workflow.inputs["properties"].items() if "default" in schema}
    if largest is not None and largest < values["amount"]:
        values |= sums(largest)
    values |= {
        "siteId": shop.site.site_id,
        "accessKey": shop.site.key,
        "run": shop.target.fresh_id("story"),
        "expiresLater": (now + _LATER).isoformat(),
        "expiresSoon": (now + _SOON).isoformat(),
        "secondsIntoTerm": int((hold_term * 2 / 3).total_seconds()),
        "secondsOverEndOfTerm": int((2 * _MARGIN).total_seconds()),
    }
    if hold_term > 2 * _MARGIN:
        values["secondsToEndOfTerm"] = int((hold_term - _MARGIN).total_seconds())
    else:
        del values["secondsToEndOfTerm"]
    return values


def sums(amount: Decimal) -> dict[str, Decimal]:
    """The sums for an amount of at least two kopecks: three fifths of it, the rest, and a kopeck more than the rest."""
    part = max(_KOPECK, (amount * 3 / 5).quantize(_KOPECK, ROUND_DOWN))
    rest = amount - part
    return {"amount": amount.quantize(_KOPECK), "part": part, "rest": rest, "overRest": rest + _KOPECK}


def _default(schema: Mapping[str, Any]) -> Any:
    return Decimal(schema["default"]) if schema["type"] == ["string", "number"] else schema["default"]
