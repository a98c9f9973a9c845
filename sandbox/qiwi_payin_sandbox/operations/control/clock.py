"""The clock of a site."""

from datetime import datetime
from typing import Any

from qiwi_payin_sandbox import times
from qiwi_payin_sandbox.clocks.clock import ClockBeyondReachError
from qiwi_payin_sandbox.domain.errors import ValidationError
from qiwi_payin_sandbox.operations.call import Answer, Call


def get(call: Call) -> Answer:
    """Read the site's clock."""
    site_id = call.site.site_id
    due_at = call.services.timekeeper.next_due(site_id)
    now, frozen = call.engine.clock(site_id)
    shown = _view(now, frozen=frozen)
    return Answer(shown if due_at is None else shown | {"nextDueAt": times.in_milliseconds(due_at)})


def set_(call: Call) -> Answer:
    """Set, freeze or release the site's clock."""
    try:
        target = times.parse(call.body["now"]) if "now" in call.body else None
    except ValueError as error:
        raise ValidationError({"now": [str(error)]}) from None
    try:
        now, frozen = call.services.timekeeper.set_clock(call.site.site_id, target, frozen=call.body.get("frozen"))
    except ClockBeyondReachError as error:
        raise ValidationError({"now": [str(error)]}) from None
    return Answer(_view(now, frozen=frozen))


def advance(call: Call) -> Answer:
    """Move the site's clock forward; what becomes due happens first."""
    try:
        now, frozen, fired = call.services.timekeeper.advance(call.site.site_id, int(call.body["seconds"]))
    except ClockBeyondReachError as error:
        raise ValidationError({"seconds": [str(error)]}) from None
    return Answer(_view(now, frozen=frozen) | {"fired": fired})


def advance_to_next(call: Call) -> Answer:
    """Move the site's clock to the next moment at which something is due; that happens first."""
    now, frozen, fired = call.services.timekeeper.advance_to_next(call.site.site_id)
    return Answer(_view(now, frozen=frozen) | {"fired": fired})


def _view(now: datetime, *, frozen: bool) -> dict[str, Any]:
    return {"now": times.in_milliseconds(now), "frozen": frozen}
