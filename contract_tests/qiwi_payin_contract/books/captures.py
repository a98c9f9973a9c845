"""Captures: held money is debited, all of it and once."""

from qiwi_payin_contract.books import payments, rules
from qiwi_payin_contract.books import transitions as moves
from qiwi_payin_contract.books.echo import alike, compare, in_currency, sum_of
from qiwi_payin_contract.books.money import shown
from qiwi_payin_contract.books.records import Capture, Payment, status_of
from qiwi_payin_contract.books.scene import Scene

__all__ = ["create", "get"]

_FIELDS = ("siteId", "paymentId", "captureId", "createdDateTime")
_CONSTANT = ("settlementAmount", "status")


def create(scene: Scene) -> None:
    """Study the answer 200 to a request to capture."""
    payment = payments.payment_of(scene)
    capture_id = scene.id("captureId")
    capture = payment.captures.get(capture_id)
    if capture is None:
        capture = _opened(scene, payment, capture_id)
        scene.made(capture, scene.answer.get("createdDateTime"), payment)
        _debit(scene, payment, capture)
    else:
        capture.doubt(scene.exchange)
        payment.doubt(scene.exchange)
        scene.took(moves.CAPTURE_REPEATED)
        _study(scene, payment, capture)


def get(scene: Scene) -> None:
    """Study the answer 200 to a request for a capture."""
    payment = payments.payment_of(scene)
    capture = payment.captures.get(scene.id("captureId"))
    if capture is None:
        capture = _opened(scene, payment, scene.id("captureId"))
        capture.amount = _study(scene, payment, capture) or 0
        if capture.status == "COMPLETED" and not payment.one_step:
            payment.by_itself = payment.unsettled = True
        return
    _study(scene, payment, capture)


def _opened(scene: Scene, payment: Payment, capture_id: str) -> Capture:
    capture = Capture(own=payment.own, asked=scene.asked, trail=[*payment.trail[:1]])
    capture.fields = {
        "siteId": scene.ledger.site_id,
        "paymentId": scene.id("paymentId"),
        "captureId": capture_id,
    }
    capture.remember(scene.exchange)
    return capture


def _debit(scene: Scene, payment: Payment, capture: Capture) -> None:
    value, _ = status_of(scene.answer)
    known = payment.own and payment.status is not None
    if known and value == "COMPLETED":
        taken = any(other.status == "COMPLETED" for other in payment.captures.values())
        scene.notes.holds(
            not taken, rules.SECOND_CAPTURE, "the payment was captured before, and again now", payment.trail
        )
        waits = payment.status == "WAITING" and not payment.asks_3ds
        payment.unsettled = not payment.holds
        if not taken and not waits and not payment.by_itself:
            scene.notes.holds(
                payment.holds,
                rules.CAPTURE_STATE,
                f"captured, while the payment is {payment.status}, {'one-step' if payment.one_step else 'two-step'}, "
                f"and {shown(payment.rest)} of it can be returned",
                payment.trail,
            )
    rest, held = payment.amount - payment.reversed, payment.holds
    amount = _study(scene, payment, capture)
    if amount is None:
        amount = rest
    elif known and held and value == "COMPLETED":
        scene.notes.holds(
            amount == rest,
            rules.CAPTURE_REST,
            f"amount should be {shown(rest)}, all that is held, and is {shown(amount)}",
            payment.trail,
        )
    capture.amount = amount
    payment.captures[scene.id("captureId")] = capture
    payment.remember(scene.exchange)
    if value == "COMPLETED":
        payment.captured = rest if held else payment.captured
        scene.took(moves.CAPTURED_REST if payment.reversed else moves.CAPTURED_WHOLE)


def _study(scene: Scene, payment: Payment, capture: Capture) -> int | None:
    """Study a capture as it is shown; answers its sum, None where that cannot be read."""
    compare(capture, scene.answer, _FIELDS, scene.notes)
    alike(capture, scene.answer, _CONSTANT, scene.notes)
    in_currency(payment.currency, scene.answer, ("amount",), scene.notes, "")
    amount = sum_of(scene.answer.get("amount"), scene.notes, "amount", capture.trail)
    if capture.status is not None and amount is not None:
        scene.notes.holds(
            amount == capture.amount,
            rules.ECHO_AMOUNT,
            f"amount of the capture was {shown(capture.amount)} and is {shown(amount)}",
            capture.trail,
        )
    capture.amount = amount if amount is not None else capture.amount
    scene.move(capture, scene.answer)
    scene.settled(capture)
    return amount
