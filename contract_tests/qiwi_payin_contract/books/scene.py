"""One exchange in front of the books."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import attrs

from qiwi_payin_contract.books import rules
from qiwi_payin_contract.books.notes import Notes
from qiwi_payin_contract.books.records import Ledger, Record, moment, status_of
from qiwi_payin_contract.exchange import Exchange

__all__ = ["Scene"]

_NEXT: Mapping[str, frozenset[str]] = {
    "CREATED": frozenset({"PAID", "EXPIRED"}),
    "WAITING": frozenset({"COMPLETED", "DECLINED"}),
}
_SETTLED = frozenset({"DECLINE", "DECLINED"})


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
    """

    exchange: Exchange
    notes: Notes
    ledger: Ledger
    ledgers: Mapping[str, Ledger]
    owns: Callable[[str], bool]
    hold_term: timedelta

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

    def later_than(self, since: datetime | None, term: timedelta) -> bool:
        """Whether the server's clock is known to be ``term`` after a time."""
        return since is not None and self.ledger.clock is not None and self.ledger.clock - since >= term
