"""A site's state as one JSON document: taken, put back, or cleared away."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from qiwi_payin_sandbox import times, wire
from qiwi_payin_sandbox.clocks.clock import LATEST, ClockState
from qiwi_payin_sandbox.domain.bills import Bill
from qiwi_payin_sandbox.domain.errors import ValidationError
from qiwi_payin_sandbox.domain.ledger import Balance, OverdrawnError
from qiwi_payin_sandbox.domain.money import Money
from qiwi_payin_sandbox.engine.work import Work
from qiwi_payin_sandbox.ids import Ids
from qiwi_payin_sandbox.sites.settings import name_of, settings_of, with_settings
from qiwi_payin_sandbox.sites.site import SettingError, Site
from qiwi_payin_sandbox.sites.stored import save_settings
from qiwi_payin_sandbox.store.part import maybe_milliseconds
from qiwi_payin_sandbox.store.state import Rows, UnfitRowsError
from qiwi_payin_sandbox.store.tables import SCHEMA_VERSION
from qiwi_payin_sandbox.store.unit import Unit
from qiwi_payin_sandbox.times import from_milliseconds

FORMAT = "qiwi-payin sandbox state"

_FIELDS = {"format", "version", "siteId", "secretMark", "settings", "clock", "objects"}

State = dict[str, Any]


def take(work: Work) -> State:
    """Return everything of the site but its keys."""
    state = work.unit.clock()
    return {
        "format": FORMAT,
        "version": SCHEMA_VERSION,
        "siteId": work.site.site_id,
        "secretMark": _secret_mark(work.ids),
        "settings": settings_of(work.site),
        "clock": {"now": times.in_milliseconds(work.now), "frozen": state is not None and state.frozen_at is not None},
        "objects": work.unit.rows(),
    }


def put_back(work: Work, state: State, world: datetime, check: Callable[[Site], None]) -> bool:
    """Make the site what it was when the state was taken; its keys stay.

    Args:
        work: The transaction.
        state: The state.
        world: The world's time.
        check: Raises what it will where the site must not be what it would become.

    Returns:
        Whether requests that are repeated can be compared with those that were sent before: not where the sandbox
        that the state was taken from has another secret. There a repeated request is refused as another one.

    Raises:
        ValidationError: It is no state, or one of another site or version, or does not fit together.
    """
    _check_envelope(work, state)
    try:
        site = with_settings(work.site, {**_unset(work), **state["settings"]})
        save_settings(work.unit, site, work.ids)
    except SettingError as error:
        raise ValidationError({f"settings.{name_of(error.name)}": [error.rule]}) from None
    check(site)
    clock = _clock(state["clock"], world)
    try:
        work.unit.replace_rows(state["objects"])
        _check_objects(work.unit, state["objects"])
    except UnfitRowsError as error:
        raise ValidationError({f"objects.{error.where}": [error.rule]}) from None
    work.unit.save_clock(clock)
    work.unit.touch_site()
    return bool(state["secretMark"] == _secret_mark(work.ids))


def clear(work: Work, clock: ClockState) -> None:
    """Make the site what a new one is, its settings and keys apart.

    Args:
        work: The transaction.
        clock: The clock of a new site.
    """
    work.unit.clear()
    work.unit.save_clock(clock)
    work.unit.touch_site()


def _secret_mark(ids: Ids) -> str:
    return ids.hex(16, "mark of the secret")


def _unset(work: Work) -> dict[str, None]:
    """Return None for what the site has and a state need not have."""
    return {name: None for name, value in settings_of(work.site).items() if isinstance(value, str)}


def _check_envelope(work: Work, state: State) -> None:
    if strangers := sorted(set(state) - _FIELDS):
        raise ValidationError({name: ["Is not known"] for name in strangers})
    if state["format"] != FORMAT:
        raise ValidationError({"format": ["Is no state of a sandbox's site"]})
    if state["version"] != SCHEMA_VERSION:
        raise ValidationError({"version": [f"Was taken by another version of the sandbox, this is {SCHEMA_VERSION}"]})
    if state["siteId"] != work.site.site_id:
        raise ValidationError({"siteId": ["Is the state of another site"]})


def _clock(clock: dict[str, Any], world: datetime) -> ClockState:
    try:
        now = times.parse(clock["now"])
    except ValueError as error:
        raise ValidationError({"clock.now": [str(error)]}) from None
    if now > LATEST:
        raise ValidationError({"clock.now": ["Is too late for a clock"]})
    now = times.to_milliseconds_precision(now)
    return ClockState(frozen_at=now if clock["frozen"] else None, shift=now - world, reached=now)


def _check_objects(unit: Unit, rows: Rows) -> None:
    """Read everything as it will be read, and count the money."""
    bills = {row["bill_id"] for row in rows["bills"]}
    payments = {row["payment_id"] for row in rows["payments"]}
    notifications = {row["notification_id"] for row in rows["notifications"]}
    _check_links(rows, "payments", "bill_id", bills | {None})
    for kind in ("captures", "refunds", "postings"):
        _check_links(rows, kind, "payment_id", payments)
    for kind in ("attempts", "held_notifications"):
        _check_links(rows, kind, "notification_id", notifications)
    for kind, read in _readers(unit):
        for number, row in enumerate(rows[kind]):
            try:
                read(row)
            except UnfitRowsError as error:
                raise UnfitRowsError(f"{kind}[{number}].{error.where}", error.rule) from None
            except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, wire.MalformedError):
                raise UnfitRowsError(f"{kind}[{number}]", "cannot be read") from None
    _check_ledger(unit, rows)


def _readers(unit: Unit) -> Iterator[tuple[str, Callable[[dict[str, Any]], Any]]]:
    yield "bills", lambda row: _check_term(unit.bill(row["bill_id"]), row)
    yield "payments", lambda row: unit.payment(row["payment_id"])
    yield "captures", lambda row: unit.capture(row["payment_id"], row["capture_id"])
    yield "refunds", lambda row: unit.refund(row["payment_id"], row["refund_id"])
    yield "tokens", lambda row: unit.token(row["token"])
    yield (
        "notifications",
        lambda row: (unit.notification(row["notification_id"]), unit.attempts(row["notification_id"])),
    )
    yield "events", lambda row: from_milliseconds(row["at"])
    yield "postings", lambda row: Money(row["amount"], row["currency"])


def _check_term(found: tuple[Bill, str] | None, row: dict[str, Any]) -> None:
    """Demand that a bill falls due when its term ends: at any other time there would be nothing to do about it."""
    if found is not None and row["due_at"] != maybe_milliseconds(found[0].due_at):
        raise UnfitRowsError("due_at", "is not the end of the bill's term")


def _check_links(rows: Rows, kind: str, column: str, known: set[Any]) -> None:
    for number, row in enumerate(rows[kind]):
        if row[column] not in known:
            raise UnfitRowsError(f"{kind}[{number}].{column}", "names nothing that is there")


def _check_ledger(unit: Unit, rows: Rows) -> None:
    """Demand that the postings are moves that could be made, and that they sum up to what payments say."""
    balances = {row["payment_id"]: Balance() for row in rows["payments"]}
    currencies = {row["payment_id"]: row["currency"] for row in rows["payments"]}
    try:
        postings = unit.postings()
    except ValueError:
        raise UnfitRowsError("postings", "cannot be read") from None
    for number, (posting, row) in enumerate(zip(postings, rows["postings"], strict=True)):
        where = f"postings[{number}]"
        if (row["source"], row["destination"]) != (posting.source, posting.destination):
            raise UnfitRowsError(f"{where}.source", "is no account of this move")
        if posting.amount.currency != currencies[posting.payment_id]:
            raise UnfitRowsError(f"{where}.currency", "is not that of the payment")
        try:
            balances[posting.payment_id] = balances[posting.payment_id].after(posting)
        except OverdrawnError:
            raise UnfitRowsError(f"{where}.amount", "is more than there is on the account") from None
    for number, row in enumerate(rows["payments"]):
        balance = balances[row["payment_id"]]
        for name in ("authorised", "captured", "reversed", "refunded"):
            if row[name] != getattr(balance, name):
                raise UnfitRowsError(f"payments[{number}].{name}", "is not what the postings sum up to")
