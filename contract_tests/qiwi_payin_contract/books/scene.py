"""One exchange in front of the books."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import attrs

from qiwi_payin_contract.books import rules
from qiwi_payin_contract.books.notes import Notes
from qiwi_payin_contract.books.records import Ledger, Record, moment, status_of
from qiwi_payin_contract.books.transitions import Transition
from qiwi_payin_contract.exchange import Exchange

__all__ = ["Scene"]

_NEXT: Mapping[str, frozenset[str]] = {
    "CREATED": frozenset({"PAID", "EXPIRED"}),
    "WAITING": frozenset({"COMPLETED", "DECLINED"}),
}
_SETTLED = frozenset({"DECLINE", "DECLINED"})
_SKEW = timedelta(seconds=2)
"""Times that are written to the second, or by several machines, may be so much apart."""


@attrs.define(eq=False)
class Scene:
    """What the study of one exchange needs.

    Attributes:
        exchange: the exchange.
        notes: where contradictions go.
        ledger: the site in its path.
        ledgers: all sites.
        owns: tells ids that were made in this run.
        hold_term: how long the site waits for a capture.
        transitions: moves of objects, as they are seen.
        uids: site, id and first exchange of the bill that has an invoiceUid.
    """

    exchange: Exchange
    notes: Notes
    ledger: Ledger
    ledgers: Mapping[str, Ledger]
    owns: Callable[[str], bool]
    hold_term: timedelta
    transitions: Counter[Transition] = attrs.field(factory=Counter)
    uids: dict[str, tuple[str, str, Exchange]] = attrs.field(factory=dict)

    def took(self, transition: Transition) -> None:
        """Note a move."""
        self.transitions[transition] += 1

    def id(self, name: str) -> str:
        """Id in the path."""
        return self.exchange.path_parameters.get(name, "")

    @property
    def asked(self) -> Any:
        """Body of the request; an absent one is ``{}``."""
        return {} if not self.exchange.request_body else self.exchange.request_json

    @property
    def answer(self) -> dict[str, Any]:
        """Body of the answer; ``{}`` where it is no object."""
        answer = self.exchange.answer_json
        return answer if isinstance(answer, dict) else {}

    def saw(self, *times: Any) -> None:
        """Take note of the server's time."""
        for read in map(moment, times):
            if read is not None and (self.ledger.clock is None or read > self.ledger.clock):
                self.ledger.clock = read

    def move(self, record: Record, answer: Mapping[str, Any], *, also_changed: bool = False, at: str = "") -> None:
        """Compare status and its time with what they were, and bring the record into step.

        Args:
            record: what is known.
            answer: the object as it was answered.
            also_changed: something else in the object changed, so its time may move.
            at: where in the answer the object stands, for messages.
        """
        value, changed = status_of(dict(answer))
        created = moment(record.fields.get("createdDateTime"))
        self.saw(record.fields.get("createdDateTime"), changed)
        now = moment(changed)
        if created is not None and now is not None:
            self.notes.holds(
                now >= created,
                rules.CHANGED_AFTER_CREATED,
                f"{at}status.changedDateTime {changed} is before createdDateTime {record.fields['createdDateTime']}",
                record.trail,
            )
        self._reason(record, answer, value, at)
        if record.status is not None and value is not None:
            same = value == record.status or {value, record.status} <= _SETTLED
            self.notes.holds(
                same or value in _NEXT.get(record.status, ()),
                rules.STATUS_BACK,
                f"{at}status was {record.status} and is {value}",
                record.trail,
            )
            before = moment(record.changed)
            if before is not None and now is not None:
                may_move = not same or also_changed or value == "WAITING"
                self.notes.holds(
                    now == before or (may_move and now > before),
                    rules.CHANGED_WITH_STATUS,
                    f"{at}status is {value} as before, or changed later, and its changedDateTime went from "
                    f"{record.changed} to {changed}",
                    record.trail,
                )
            if not same:
                record.remember(self.exchange)
        if value is not None:
            record.status = value
        if changed is not None:
            record.changed = changed
        self._newest(record, created, now)

    def settled(self, record: Record) -> None:
        """Let an exchange go that should have changed nothing, where the object is seen to be as before.

        What was told wrongly is in the books now, so that what was told at first would look stale beside it: it is
        compared no more.
        """
        if self.notes.findings:
            record.made_by = None
        else:
            record.unchanged(self.exchange)

    def _reason(self, record: Record, answer: Mapping[str, Any], value: str | None, at: str) -> None:
        """Look whether a refusal of the bank's or of a rule of payment says why."""
        if value in _SETTLED:
            reason = answer["status"].get("reason")
            self.notes.holds(
                isinstance(reason, str) and reason,
                rules.REASON_TOLD,
                f"{at}status is {value}, and its reason is {reason!r}",
                record.trail,
            )

    def _newest(self, record: Record, *times: datetime | None) -> None:
        """Remember the newest time of what is this run's own, unless something was wrong with it."""
        if not record.own or self.notes.findings:
            return
        for read in times:
            if read is not None and (self.ledger.newest is None or read > self.ledger.newest[0]):
                self.ledger.newest = (read, self.exchange)

    def made(self, record: Record, at: Any, *parents: Record) -> None:
        """Hold the time at which an object was made against those of its parents and of what was made before.

        Args:
            record: the object that was just made.
            at: the time that it is shown with.
            *parents: what it was made of.
        """
        moment_made = moment(at)
        if moment_made is None or not record.own:
            return
        for parent in parents:
            born = moment(parent.fields.get("createdDateTime"))
            if born is not None:
                self.notes.holds(
                    moment_made >= born,
                    rules.CHILD_AFTER_PARENT,
                    f"made at {at}, before what it belongs to, which was made at {parent.fields['createdDateTime']}",
                    parent.trail,
                )
        self.happened(moment_made)

    def happened(self, at: datetime | None) -> None:
        """Hold the time of something new against the newest that was shown before."""
        if at is None or self.ledger.newest is None:
            return
        newest, shown_by = self.ledger.newest
        if not self.notes.holds(
            at >= newest - _SKEW,
            rules.TIME_MOVES_ON,
            f"it happened at {at.isoformat()}; before it was asked for, {newest.isoformat()} was shown",
            (shown_by,),
        ):
            self.ledger.newest = None

    def later_than(self, since: datetime | None, term: timedelta) -> bool:
        """Whether the server's clock is known to be ``term`` after a time."""
        return since is not None and self.ledger.clock is not None and self.ledger.clock - since >= term
