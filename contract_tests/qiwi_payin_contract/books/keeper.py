"""The books: every exchange goes in, and what contradicts an earlier one comes out."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from functools import cached_property
from typing import Any

import attrs

from qiwi_payin_contract.books import bills, captures, errors, forecast, payments, refunds, rules, secrecy, tokens
from qiwi_payin_contract.books.echo import compare
from qiwi_payin_contract.books.forecast import Refusal
from qiwi_payin_contract.books.money import minor
from qiwi_payin_contract.books.notes import Notes
from qiwi_payin_contract.books.records import Ledger, Payment, Record, moment, status_of
from qiwi_payin_contract.books.repeats import Likeness, likeness
from qiwi_payin_contract.books.scene import Scene
from qiwi_payin_contract.books.transitions import Transition
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Finding
from qiwi_payin_contract.rules import Rule
from qiwi_payin_contract.settings import HOLD_TERM

__all__ = ["Books"]

_STUDIES: Mapping[str, Callable[[Scene], None]] = {
    "billsCreate": bills.create,
    "billsGet": bills.details,
    "billsListPayments": bills.list_payments,
    "paymentsCreate": payments.create,
    "paymentsGet": payments.get,
    "paymentsComplete": payments.complete,
    "capturesCreate": captures.create,
    "capturesGet": captures.get,
    "refundsCreate": refunds.create,
    "refundsGet": refunds.get,
    "refundsList": refunds.listed,
    "tokensDelete": tokens.delete,
}
_CREATES = {"billsCreate": "bill", "paymentsCreate": "payment", "capturesCreate": "capture", "refundsCreate": "refund"}
_SHORTEST_KEY = 8
_OF_STATE = frozenset(
    {
        rules.STATUS_BACK,
        rules.BILL_PAID,
        rules.BILL_PAID_TWICE,
        rules.ALREADY_PAID,
        rules.UNASKED_CAPTURE,
        rules.CAPTURE_REST,
        rules.CAPTURED_SUM,
        rules.SECOND_CAPTURE,
        rules.CAPTURE_STATE,
        rules.REFUNDED_SUM,
        rules.BOUNDS,
        rules.REFUND_OVER,
        rules.REFUND_STATE,
    }
)
"""Rules on states and sums: once one is broken, nobody knows what the object's further ones should be."""


@attrs.define(eq=False, slots=False)
class Books:
    """Keeps what a server answered, site by site, and holds every further answer against it.

    Objects that were not made in this run are adopted as they are shown. After a finding the books believe the server,
    so that one fault is told once.

    Attributes:
        keys: API access keys by site.
        owns: tells whether an id was made in this run, so that nobody else uses it.
        fields: names of the fields of each operation's request.
        hold_term: how long the site waits for a capture.
        steady: nobody moves the server's clock, so that its errors tell the same time as its objects.
        looks: how often each rule was looked at.
        transitions: how often each move of an object was seen.
    """

    keys: Mapping[str, Collection[str]] = attrs.field(repr=False)
    owns: Callable[[str], bool] = attrs.field(repr=False)
    fields: Mapping[str, Collection[str]] = attrs.field(factory=dict, repr=False)
    hold_term: timedelta = HOLD_TERM
    steady: bool = False
    looks: Counter[Rule] = attrs.field(factory=Counter, repr=False)
    transitions: Counter[Transition] = attrs.field(factory=Counter, repr=False)
    _uids: dict[str, tuple[str, str, Exchange]] = attrs.field(factory=dict, init=False, repr=False)
    _shared: set[tuple[str, str]] = attrs.field(factory=set, init=False, repr=False)
    _ledgers: dict[str, Ledger] = attrs.field(factory=dict, init=False, repr=False)
    _pans: set[str] = attrs.field(factory=set, init=False, repr=False)

    @cached_property
    def _secrets(self) -> frozenset[str]:
        return frozenset(key for keys in self.keys.values() for key in keys if len(key) >= _SHORTEST_KEY)

    def observe(self, exchange: Exchange, *, valid: bool = False, unordered: bool = False) -> list[Finding]:
        """Take an exchange into the books.

        Args:
            exchange: the exchange.
            valid: the request keeps the description, so that a refusal needs a reason in what came before.
            unordered: others were under way at the same time, so that only what the answer shows by itself is studied.

        Returns:
            What the answer contradicts; empty where all is well.
        """
        notes = Notes(exchange, self.looks)
        self._pans.update(secrecy.card_numbers(exchange.request_json))
        secrecy.study(exchange, notes, self._pans, self._secrets)
        if unordered:
            return notes.findings
        if exchange.operation_id is None or exchange.site_id is None:
            return notes.findings
        scene = self._scene(exchange, notes)
        scene.saw(scene.answer.get("dateTime"))
        if exchange.key not in self.keys.get(exchange.site_id, ()):
            if not notes.holds(
                not exchange.ok, rules.OTHER_KEY, f"{exchange.status} to a key that is not one of the site", ()
            ):
                self._believe(scene)
            return notes.findings
        if exchange.ok:
            self._accepted(scene)
        elif exchange.status >= 500:  # noqa: PLR2004 - the operation may have been carried out
            self._unclear(scene)
        elif exchange.status >= 400:  # noqa: PLR2004
            self._refused(scene, valid=valid)
        if any(finding.rule in _OF_STATE for finding in notes.findings):
            payment = scene.ledger.payments.get(scene.id("paymentId"))
            for name in (scene.id("paymentId"), scene.id("billId"), payment.bill_id if payment is not None else None):
                scene.ledger.adrift(name or "")
        return notes.findings

    def predict(self, exchange: Exchange) -> tuple[Refusal, ...]:
        """List the refusals that a valid request may get; only the request of ``exchange`` is read."""
        if exchange.operation_id is None or exchange.site_id is None:
            return ()
        return tuple(forecast.refusals(self._scene(exchange, Notes(exchange, Counter()))))

    def ledger(self, site_id: str) -> Ledger:
        """What is known of a site."""
        return self._ledgers.setdefault(site_id, Ledger(site_id))

    def _scene(self, exchange: Exchange, notes: Notes) -> Scene:
        ledger = self.ledger(exchange.site_id or "")
        return Scene(
            exchange,
            notes,
            ledger,
            self._ledgers,
            lambda name: self._own(ledger.site_id, name),
            self.hold_term,
            self.transitions,
            self._uids,
        )

    def share(self, site_id: str, object_id: str) -> None:
        """Take from now on what an object is shown to be: requests for it are under way at once, in no known order."""
        self._shared.add((site_id, object_id))
        self.ledger(site_id).adrift(object_id)

    def _own(self, site_id: str, object_id: str) -> bool:
        return (site_id, object_id) not in self._shared and self.owns(object_id)

    def _accepted(self, scene: Scene) -> None:
        if not self._id_is_ours_to_ask(scene):
            return
        if not self._other_request(scene):
            self._believe(scene)
            return
        kind = _CREATES.get(scene.exchange.operation_id or "")
        if kind is not None and not self._has(scene, kind):
            scene.ledger.latest[scene.exchange.operation_id or ""] = scene.exchange
        elif kind is not None and self._repeats_the_first_answer(scene):
            return
        _STUDIES[scene.exchange.operation_id or ""](scene)
        made, _ = forecast.taken_by(scene)
        if kind is not None and made is not None and made.made_by is None:
            made.made_by = scene.exchange

    @staticmethod
    def _repeats_the_first_answer(scene: Scene) -> bool:
        """Look whether an object that has changed since is answered as it was when it was made.

        No document forbids that: a repeated call may answer a newer state.
        """
        known, _ = forecast.taken_by(scene)
        if known is None or known.made_by is None:
            return False
        stands = (known.status, known.changed)
        sums = (known.captured, known.refunded) if isinstance(known, Payment) else ()
        as_it_was = known.made_by.answer_json == scene.answer
        as_it_is = status_of(scene.answer) == stands and sums == _sums(scene.answer, sums)
        return not scene.notes.holds(
            as_it_is or not as_it_was,
            rules.REPEAT_NOW,
            f"shown as it was when it was made; it is {known.status}",
            known.trail,
        )

    def _believe(self, scene: Scene) -> None:
        """Take an answer as it is, without looking for further contradictions."""
        silent = attrs.evolve(scene, notes=Notes(scene.exchange, Counter()), transitions=Counter())
        _STUDIES[scene.exchange.operation_id or ""](silent)

    def _id_is_ours_to_ask(self, scene: Scene) -> bool:
        """Look whether something is found that was never made."""
        exchange = scene.exchange
        path = exchange.path_parameters
        kinds = {"bill": "billId", "payment": "paymentId", "capture": "captureId", "refund": "refundId"}
        created = _CREATES.get(exchange.operation_id or "")
        for kind, name in kinds.items():
            if name not in path or kind == created or not scene.owns(path[name]):
                continue
            if self._has(scene, kind) or _place(scene, kind) in scene.ledger.uncertain:
                continue
            elsewhere = next(
                (one for one in self._ledgers.values() if one is not scene.ledger and _in(one, kind, path[name])), None
            )
            rule = rules.UNKNOWN_ID if elsewhere is None else rules.OTHER_SITE
            if elsewhere is not None and exchange.method != "GET":
                elsewhere.adrift(path[name])
            refused = scene.ledger.refused.get(_place(scene, kind))
            trail = [refused] if refused is not None else []
            where = f"only {elsewhere.site_id} has it" if elsewhere is not None else "it was never made, or was refused"
            scene.notes.broken(rule, f"{exchange.status} for the {kind}, and {where}", trail)
            return False
        self.looks[rules.UNKNOWN_ID] += 1
        return True

    @staticmethod
    def _has(scene: Scene, kind: str) -> bool:
        payment = scene.ledger.payments.get(scene.id("paymentId"))
        match kind:
            case "bill":
                return scene.id("billId") in scene.ledger.bills
            case "payment":
                return payment is not None
            case "capture":
                return payment is not None and scene.id("captureId") in payment.captures
            case _:
                return payment is not None and scene.id("refundId") in payment.refunds

    def _other_request(self, scene: Scene) -> bool:
        """Look whether another request under an id that is taken was accepted."""
        known, name = forecast.taken_by(scene)
        if known is None or known.asked is None:
            return True
        if likeness(known.asked, scene.asked) is not Likeness.OTHER:
            self.looks[rules.SAME_REQUEST] += 1
            return True
        replaced = _differs(known, scene)
        rule = rules.OVERWRITTEN if replaced else rules.ID_TAKEN
        message = f"{scene.exchange.status} to another request under {name}, which is taken"
        scene.notes.broken(
            rule,
            f"{message}; the object has changed" if replaced else f"{message}; 400 was expected",
            forecast.trail_of(scene, known),
        )
        return False

    def _unclear(self, scene: Scene) -> None:
        """An error of the server leaves open whether the request was carried out."""
        kind = _CREATES.get(scene.exchange.operation_id or "")
        payment = scene.ledger.payments.get(scene.id("paymentId"))
        if kind is not None and not self._has(scene, kind):
            scene.ledger.uncertain[_place(scene, kind)] = scene.asked
        if payment is not None and scene.exchange.method != "GET":
            payment.unsettled, payment.asks_3ds = True, False

    def _refused(self, scene: Scene, *, valid: bool) -> None:
        if scene.exchange.operation_id == "tokensDelete":
            tokens.delete(scene)
        kind = _CREATES.get(scene.exchange.operation_id or "")
        if kind is not None and not self._has(scene, kind):
            scene.ledger.refused[_place(scene, kind)] = scene.exchange
        if self.steady:
            scene.happened(moment(scene.answer.get("dateTime")))
        errors.study(scene, self.fields, valid=valid)


def _place(scene: Scene, kind: str) -> tuple[str, ...]:
    if kind in {"bill", "payment"}:
        return (kind, scene.id(f"{kind}Id"))
    return (kind, scene.id("paymentId"), scene.id(f"{kind}Id"))


def _sums(answer: Mapping[str, Any], known: tuple[int, ...]) -> tuple[int | None, ...]:
    """Sums of a payment's answer, where there are known ones."""
    read = (answer.get(name) for name in ("capturedAmount", "refundedAmount"))
    return (
        tuple(minor(amount.get("value")) if isinstance(amount, Mapping) else None for amount in read) if known else ()
    )


def _in(ledger: Ledger, kind: str, object_id: str) -> bool:
    return object_id in (ledger.bills if kind == "bill" else ledger.payments if kind == "payment" else ())


def _differs(known: Record, scene: Scene) -> bool:
    """Whether the answer shows the other request's object rather than the stored one."""
    fresh = Record(fields=dict(known.fields), trail=[])
    probe = Notes(scene.exchange, Counter())
    compare(fresh, scene.answer, tuple(known.fields), probe)
    return bool(probe.findings)
