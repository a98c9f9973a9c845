"""Refunds: reversals of what is held, refunds of what was debited."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from qiwi_payin_contract.books import payments, rules
from qiwi_payin_contract.books import transitions as moves
from qiwi_payin_contract.books.echo import alike, compare, expected_of, in_currency
from qiwi_payin_contract.books.money import minor, shown
from qiwi_payin_contract.books.records import Payment, Refund, moment, status_of
from qiwi_payin_contract.books.scene import Scene

__all__ = ["create", "get", "listed"]

_FIELDS = ("refundId", "createdDateTime", "amount")
_CONSTANT = ("settlementAmount", "status")


def create(scene: Scene) -> None:
    """Study the answer 200 to a request to refund."""
    payment = payments.payment_of(scene)
    refund_id = scene.id("refundId")
    refund = payment.refunds.get(refund_id)
    if refund is not None:
        refund.doubt(scene.exchange)
        payment.doubt(scene.exchange)
        scene.took(moves.REFUND_REPEATED)
        _study(scene, payment, refund, scene.answer)
        return
    refund = Refund(own=payment.own, asked=scene.asked, fields={"refundId": refund_id}, trail=[*payment.trail])
    refund.fields |= expected_of(scene.asked, ("amount",))
    refund.remember(scene.exchange)
    rest, taken, status = payment.rest, payment.taken, payment.status
    scene.made(refund, scene.answer.get("createdDateTime"), payment)
    _study(scene, payment, refund, scene.answer)
    if payment.own and status is not None:
        _judge(scene, payment, refund, rest, taken=taken, status=status)
    payment.refunds[refund_id] = refund
    payment.remember(scene.exchange)


def get(scene: Scene) -> None:
    """Study the answer 200 to a request for a refund."""
    payment = payments.payment_of(scene)
    _met(scene, payment, scene.id("refundId"), scene.answer, "")


def listed(scene: Scene) -> None:
    """Study the answer 200 to a request for all refunds of a payment."""
    payment = payments.payment_of(scene)
    answer = scene.exchange.answer_json
    items = [item for item in answer if isinstance(item, dict)] if isinstance(answer, list) else []
    ids = [str(item.get("refundId")) for item in items]
    known = list(payment.refunds)
    strangers = [key for key in ids if key not in payment.refunds and scene.owns(key)]
    whole = set(known) <= set(ids) and not strangers and len(ids) == len(set(ids))
    if not scene.notes.holds(
        not payment.own or whole,
        rules.LIST_WHOLE,
        f"the refunds should be {known} and are {ids}",
        payment.trail,
    ):
        payment.refunds = {key: payment.refunds[key] for key in ids if key in payment.refunds}
    times = [moment(item.get("createdDateTime")) for item in items]
    ordered = all(one is None or two is None or one <= two for one, two in pairwise(times)) and [
        key for key in ids if key in known
    ] == [key for key in known if key in ids]
    scene.notes.holds(
        not payment.own or not whole or ordered,
        rules.LIST_ORDER,
        f"the refunds were made in the order {known} and are listed as {ids}",
        payment.trail,
    )
    for place, (key, item) in enumerate(zip(ids, items, strict=True)):
        _met(scene, payment, key, item, f"[{place}].")


def _met(scene: Scene, payment: Payment, refund_id: str, answer: Mapping[str, Any], at: str) -> None:
    refund = payment.refunds.get(refund_id)
    if refund is None:
        refund = Refund(own=False, fields={"refundId": refund_id}, trail=[*payment.trail])
        _study(scene, payment, refund, answer, at)
        payment.refunds[refund_id] = refund
        if refund.status == "COMPLETED" and payment.elsewhere >= refund.amount:
            payment.elsewhere -= refund.amount
        return
    _study(scene, payment, refund, answer, at)


def _study(scene: Scene, payment: Payment, refund: Refund, answer: Mapping[str, Any], at: str = "") -> None:
    seen = refund.status is not None
    compare(refund, answer, _FIELDS, scene.notes, at)
    alike(refund, answer, _CONSTANT, scene.notes, at)
    if "amount" not in refund.fields or payment.currency == refund.fields["amount"][1]:
        in_currency(payment.currency, answer, ("amount",), scene.notes, at)
    amount = answer.get("amount")
    cents = minor(amount.get("value")) if isinstance(amount, Mapping) else None
    if cents is not None:
        refund.amount = cents
    elif not refund.amount and "amount" in refund.fields:
        refund.amount = refund.fields["amount"][0]
    flags = answer.get("flags")
    reversal = isinstance(flags, list) and "REVERSAL" in flags
    if seen:
        rule = rules.REVERSAL_FLAG if refund.reversal else rules.REFUND_FLAG
        scene.notes.holds(
            reversal == refund.reversal,
            rule,
            f"{at}flags are {flags}, which differs from what was answered before",
            refund.trail,
        )
    refund.reversal = reversal
    scene.move(refund, answer, at=at)
    scene.settled(refund)


def _judge(scene: Scene, payment: Payment, refund: Refund, rest: int, *, taken: bool, status: str) -> None:
    value, _ = status_of(scene.answer)
    told = scene.answer.get("status")
    reason = told.get("reason") if isinstance(told, Mapping) else None
    asked = refund.fields.get("amount")
    sum_asked = asked[0] if asked else refund.amount
    done = value == "COMPLETED"
    payment.unsettled = done and (status != "COMPLETED" or sum_asked > rest)
    holds, trail = scene.notes.holds, payment.trail
    if status == "WAITING" and not payment.asks_3ds:
        # The bank may have answered since; the payment has to be read before anything can be said of it.
        payment.unsettled = True
        return
    if status != "COMPLETED":
        scene.took(moves.REFUND_STATE_REFUSED)
        holds(not done, rules.REFUND_STATE, f"the payment is {status}, and {shown(sum_asked)} was returned", trail)
        if not done:
            holds(
                reason in {None, "INVALID_STATE"},
                rules.REFUND_STATE_REASON,
                f"the payment is {status}; reason should be INVALID_STATE and is {reason}",
                trail,
            )
        return
    if sum_asked > rest:
        scene.took(moves.REFUND_OVER_REFUSED if taken else moves.REVERSAL_OVER_REFUSED)
        holds(not done, rules.REFUND_OVER, f"{shown(sum_asked)} was returned, and only {shown(rest)} was left", trail)
        if not done:
            holds(
                reason in {None, "INVALID_AMOUNT"},
                rules.REFUND_OVER_REASON,
                f"{shown(sum_asked)} of {shown(rest)} was asked; reason should be INVALID_AMOUNT and is {reason}",
                trail,
            )
        return
    over = scene.later_than(moment(payment.fields.get("createdDateTime")), scene.hold_term)
    if not done:
        holds(
            reason not in {"INVALID_AMOUNT", "INVALID_STATE"} or over,
            rules.REFUND_WITHIN,
            f"{shown(sum_asked)} of {shown(rest)} was asked, and declined with {reason}",
            trail,
        )
        return
    whole = sum_asked == rest
    if taken:
        scene.took(moves.REFUNDED_WHOLE if whole else moves.REFUNDED_PART)
        holds(not refund.reversal, rules.REFUND_FLAG, "flags have REVERSAL, and the money was debited", trail)
    elif payment.one_step is False and not over:
        scene.took(moves.REVERSED_WHOLE if whole else moves.REVERSED_PART)
        holds(refund.reversal, rules.REVERSAL_FLAG, "flags have no REVERSAL, and the money was only held", trail)
