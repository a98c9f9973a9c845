"""Payments: waiting, then held or debited, or declined; what was captured and returned of them."""

from collections.abc import Mapping
from typing import Any

from qiwi_payin_contract.books import rules, tokens
from qiwi_payin_contract.books import transitions as moves
from qiwi_payin_contract.books.echo import alike, compare, expected_of, in_currency, sum_of
from qiwi_payin_contract.books.money import minor, shown
from qiwi_payin_contract.books.records import Bill, Payment, moment, status_of
from qiwi_payin_contract.books.scene import Scene

__all__ = ["complete", "create", "get", "of_bill", "payment_of"]

_SENT = ("amount", "paymentMethod", "customer", "customFields", "callbackUrl", "paymentBillId", "paymentComment")
_FIELDS = (
    "paymentId",
    "createdDateTime",
    "amount",
    "methodType",
    "maskedPan",
    "customer",
    "customFields",
    "callbackUrl",
    "paymentBillId",
    "paymentComment",
)
_CONSTANT = (
    "paymentMethod",
    "paymentCardInfo",
    "credentialOnFile",
    "createdToken",
    "flags",
    "settlementAmount",
    "status",
)
_SLOW_MONTHS = ("03", "04")
_OF_BILL = {"PAID": moves.BILL_PAID_REFUSES, "EXPIRED": moves.BILL_EXPIRED_REFUSES}


def create(scene: Scene) -> None:
    """Study the answer 200 to a request to create a payment."""
    payment_id = scene.id("paymentId")
    payment = scene.ledger.payments.get(payment_id)
    new = payment is None
    if payment is None:
        payment = _opened(scene, payment_id, scene.asked)
        payment.remember(scene.exchange)
        scene.ledger.uncertain.pop(("payment", payment_id), None)
        bill = scene.ledger.bills.get(payment.bill_id or "")
        tokens.used(scene, payment, scene.answer)
        if bill is not None:
            _charges(scene, bill, payment)
        scene.made(payment, scene.answer.get("createdDateTime"), *([bill] if bill is not None else []))
    else:
        payment.doubt(scene.exchange)
        scene.took(moves.PAYMENT_REPEATED)
    _study(scene, payment, scene.answer, first=new)
    if new:
        _decided(scene, payment)
    bill = scene.ledger.bills.get(payment.bill_id or "")
    if new and bill is not None and payment_id not in bill.payments:
        bill.payments.append(payment_id)


def _decided(scene: Scene, payment: Payment) -> None:
    """Note what became of a new payment, and look whether it waits for a reason."""
    bill = scene.ledger.bills.get(payment.bill_id or "")
    match payment.status:
        case "COMPLETED":
            scene.took(moves.PAYMENT_DEBITED if payment.one_step else moves.PAYMENT_HELD)
        case "DECLINED" if bill is not None:
            scene.took(_OF_BILL.get(bill.status or "", _by_sum(bill, payment)))
        case "DECLINED":
            scene.took(moves.PAYMENT_DECLINED)
        case "WAITING" if payment.asks_3ds:
            scene.took(moves.PAYMENT_WAITS_3DS)
        case "WAITING":
            scene.took(moves.PAYMENT_WAITS_BANK)
            scene.notes.holds(
                not payment.own or _slow(payment.asked),
                rules.DECIDED_AT_ONCE,
                "status is WAITING, and the answer asks for nothing",
            )


def _by_sum(bill: Bill, payment: Payment) -> moves.Transition:
    alike = bill.fields.get("amount") == payment.fields.get("amount")
    return moves.PAYMENT_DECLINED if alike else moves.BILL_OTHER_SUM_REFUSED


def _slow(asked: Any) -> bool:
    """Whether the bank may take its time: a card that does so in test mode, or one that a comment tells to."""
    method = asked.get("paymentMethod") if isinstance(asked, Mapping) else None
    card = method if isinstance(method, Mapping) else {}
    told = f"{card.get('holderName')} {asked.get('comment')}" if isinstance(asked, Mapping) else ""
    return str(card.get("expiryDate")).startswith(_SLOW_MONTHS) or "sandbox" in told.lower()


def get(scene: Scene) -> None:
    """Study the answer 200 to a request for a payment."""
    _study(scene, payment_of(scene), scene.answer)


def complete(scene: Scene) -> None:
    """Study the answer 200 to a request to finish 3-D Secure."""
    payment = payment_of(scene)
    if (
        payment.own
        and payment.trail
        and not scene.notes.holds(
            payment.status == "WAITING",
            rules.COMPLETE_STATE,
            f"complete was accepted, and the payment is {payment.status}",
            payment.trail,
        )
    ):
        payment.start_again()
    waited = payment.status == "WAITING"
    payment.asks_3ds = False
    payment.remember(scene.exchange)
    _study(scene, payment, scene.answer, first=True, completed=True)
    if waited and payment.own and payment.asked is not None:
        scene.notes.holds(
            payment.status != "WAITING" or _slow(payment.asked),
            rules.COMPLETE_DECIDES,
            "the payment is WAITING after complete",
            payment.trail,
        )


def of_bill(scene: Scene, bill: Bill, payment_id: str, answer: Mapping[str, Any], *, at: str) -> None:
    """Study a payment as a bill lists it; one that is unknown was made on the form, and is adopted."""
    payment = scene.ledger.payments.get(payment_id)
    if payment is None:
        payment = Payment(
            own=bill.own, bill_id=scene.id("billId"), fields={"paymentId": payment_id}, trail=[*bill.trail]
        )
        payment.remember(scene.exchange)
        if bill.asked is not None:
            payment.one_step = bill.flagged("SALE")
            payment.fields |= expected_of(bill.asked, ("amount",))
        scene.ledger.payments[payment_id] = payment
        _study(scene, payment, answer, at=at, adopted=True)
    else:
        _study(scene, payment, answer, at=at)


def payment_of(scene: Scene) -> Payment:
    """The payment in the path; one that is unknown is adopted."""
    payment_id = scene.id("paymentId")
    payment = scene.ledger.payments.get(payment_id)
    if payment is None:
        payment = _opened(scene, payment_id, scene.ledger.uncertain.pop(("payment", payment_id), None))
    return payment


def _opened(scene: Scene, payment_id: str, asked: Any) -> Payment:
    payment = Payment(own=scene.owns(payment_id), asked=asked, fields={"paymentId": payment_id})
    if isinstance(asked, Mapping):
        payment.fields |= expected_of(asked, _SENT)
        payment.one_step = payment.flagged("SALE")
        bill_id = asked.get("billId")
        payment.bill_id = bill_id if isinstance(bill_id, str) else None
    scene.ledger.payments[payment_id] = payment
    return payment


def _charges(scene: Scene, bill: Bill, payment: Payment) -> None:
    """A bill that was paid, has expired or is of another sum is not charged."""
    value, _ = status_of(scene.answer)
    wanted, sent = bill.fields.get("amount"), payment.fields.get("amount")
    why = f"the bill is {bill.status}" if bill.status in {"PAID", "EXPIRED"} else None
    if why is None and wanted is not None and sent is not None and wanted != sent:
        why = f"the bill is of {shown(wanted[0])} and the payment of {shown(sent[0])}"
    scene.notes.holds(
        why is None or value == "DECLINED",
        rules.BILL_PAID_TWICE,
        f"{why}, and a payment of it is {value}",
        bill.trail,
    )
    reason = scene.answer["status"].get("reason") if value is not None else None
    if reason == "BILL_ALREADY_PAID":
        bill.said_paid_by = scene.exchange


def _study(
    scene: Scene,
    payment: Payment,
    answer: Mapping[str, Any],
    *,
    first: bool = False,
    adopted: bool = False,
    completed: bool = False,
    at: str = "",
) -> None:
    made = payment.fields.get("createdDateTime")
    compare(payment, answer, _FIELDS, scene.notes, at)
    if made is not None and payment.fields["createdDateTime"] != made:
        payment.start_again()
    before, asked_3ds = payment.status, payment.asks_3ds
    known = before is not None
    alike(payment, answer, _CONSTANT, scene.notes, at)
    amount = answer.get("amount")
    cents = minor(amount.get("value")) if isinstance(amount, Mapping) else None
    payment.amount = cents if cents is not None else payment.amount
    if isinstance(amount, Mapping) and isinstance(amount.get("currency"), str):
        scene.ledger.currencies.add(str(amount["currency"]))
        in_currency(amount["currency"], answer, ("capturedAmount", "refundedAmount"), scene.notes, at)
    captured = sum_of(answer.get("capturedAmount"), scene.notes, f"{at}capturedAmount", payment.trail)
    refunded = sum_of(answer.get("refundedAmount"), scene.notes, f"{at}refundedAmount", payment.trail)
    value, changed = status_of(dict(answer))
    _three_ds(scene, payment, answer, value, at)
    sums = (captured, refunded)
    scene.move(payment, answer, also_changed=sums != (payment.captured, payment.refunded), at=at)
    if captured is not None and refunded is not None:
        if payment.own and not payment.unsettled:
            _sums(scene, payment, captured, refunded, since=changed, known=known, adopted=adopted, at=at)
        _in_step(payment, captured, refunded)
    if before == "WAITING" and payment.own:
        _waited(scene, payment, asked_3ds=asked_3ds, completed=completed)
    tokens.issued(scene, payment, answer, first=first)
    scene.settled(payment)


def _waited(scene: Scene, payment: Payment, *, asked_3ds: bool, completed: bool) -> None:
    """Note how a payment stopped waiting."""
    done = payment.status == "COMPLETED"
    if payment.status == "WAITING":
        return
    if completed:
        scene.took(moves.THREE_DS_CONFIRMED if done else moves.THREE_DS_REFUSED)
    elif not asked_3ds:
        scene.took(moves.BANK_AGREED_LATE if done else moves.BANK_DECLINED_LATE)
    elif not done:
        scene.took(moves.THREE_DS_RAN_OUT)


def _three_ds(scene: Scene, payment: Payment, answer: Mapping[str, Any], value: str | None, at: str) -> None:
    if payment.own and payment.asked is not None:
        scene.notes.holds(
            not (payment.asks_3ds and value == "COMPLETED"),
            rules.THREE_DS_NEEDED,
            f"{at}status is COMPLETED, and complete was not called",
            payment.trail,
        )
    if value in {"COMPLETED", "DECLINED"}:
        scene.notes.holds(
            "requirements" not in answer,
            rules.REQUIREMENTS_GONE,
            f"{at}requirements ask for something, and status is {value}",
            payment.trail,
        )
    if payment.status is None or value != "WAITING":
        payment.asks_3ds = value == "WAITING" and "requirements" in answer


def _sums(
    scene: Scene,
    payment: Payment,
    captured: int,
    refunded: int,
    *,
    since: str | None,
    known: bool,
    adopted: bool,
    at: str,
) -> None:
    def holds(kept: bool, rule: Any, expected: int, name: str, came: int) -> None:  # noqa: FBT001 - local
        scene.notes.holds(
            kept, rule, f"{at}{name} should be {shown(expected)} and is {shown(came)} ({payment.status})", payment.trail
        )

    if payment.status in {"WAITING", "DECLINED"}:
        rule = rules.WAITING_SUMS if payment.status == "WAITING" else rules.DECLINED_SUMS
        holds(captured == 0, rule, 0, "capturedAmount", captured)
        holds(refunded == 0, rule, 0, "refundedAmount", refunded)
        return
    if payment.status != "COMPLETED":
        return
    if payment.one_step:
        holds(captured == payment.amount, rules.ONE_STEP_SUM, payment.amount, "capturedAmount", captured)
    elif payment.one_step is False and not payment.taken:
        _on_hold(scene, payment, captured, refunded, since=since, known=known, at=at)
    elif payment.taken:
        holds(captured == payment.captured, rules.CAPTURED_SUM, payment.captured, "capturedAmount", captured)
    if not adopted and not payment.by_itself:
        holds(refunded == payment.returned, rules.REFUNDED_SUM, payment.returned, "refundedAmount", refunded)
    scene.notes.holds(
        refunded <= payment.amount and captured + payment.reversed <= payment.amount,
        rules.BOUNDS,
        f"{at}of {shown(payment.amount)}, {shown(captured)} is captured and {shown(refunded)} returned",
        payment.trail,
    )


def _on_hold(
    scene: Scene, payment: Payment, captured: int, refunded: int, *, since: str | None, known: bool, at: str
) -> None:
    """Look at sums of a two-step payment that nobody captured; the end of the waiting period explains a change."""
    over = scene.later_than(moment(payment.fields.get("createdDateTime")), scene.hold_term)
    rest = payment.amount - payment.returned
    if over and (captured, refunded) in {(rest, payment.returned), (0, payment.amount)} and rest:
        payment.by_itself = True
        payment.captured = captured
        scene.took(moves.CAPTURED_BY_ITSELF if captured else moves.CANCELLED_BY_ITSELF)
        return
    rule = rules.UNASKED_CAPTURE if known and captured != payment.captured else rules.HOLD_SUM
    scene.notes.holds(
        captured == 0,
        rule,
        f"{at}capturedAmount should be 0.00 while the money is held and is {shown(captured)} (COMPLETED since {since})",
        payment.trail,
    )


def _in_step(payment: Payment, captured: int, refunded: int) -> None:
    payment.unsettled = False
    payment.captured = captured
    payment.elsewhere += refunded - payment.returned if payment.status == "COMPLETED" else 0
    payment.refunded = refunded
