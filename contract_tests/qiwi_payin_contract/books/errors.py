"""Error answers: whether they name a reason, and whether what came before gives one."""

from collections.abc import Collection, Mapping

from qiwi_payin_contract.books import rules, tokens
from qiwi_payin_contract.books import transitions as moves
from qiwi_payin_contract.books.forecast import Refusal, refusals, taken_by, trail_of
from qiwi_payin_contract.books.records import Payment, Record
from qiwi_payin_contract.books.repeats import Likeness, likeness
from qiwi_payin_contract.books.scene import Scene
from qiwi_payin_contract.exchange import Exchange

__all__ = ["study"]

_STATE = "payin.incorrect-method-invocation"
_NOT_FOUND = (404, 410)
_TAKEN = {
    "billId": moves.BILL_ID_REFUSED,
    "paymentId": moves.PAYMENT_ID_REFUSED,
    "refundId": moves.REFUND_ID_REFUSED,
}


def study(scene: Scene, fields: Mapping[str, Collection[str]], *, valid: bool) -> None:
    """Study a 4xx answer to a request with the site's own key.

    Args:
        scene: the exchange in front of the books.
        fields: names of the fields of each operation's request; nothing is said of operations that are missing.
        valid: the request keeps the description, so that only earlier exchanges can give the reason.
    """
    _reason(scene, fields)
    if not _known_object(scene):
        return
    _took(scene)
    if not _repeat(scene, valid=valid):
        return
    if scene.exchange.operation_id == "capturesCreate" and scene.exchange.status != 406:  # noqa: PLR2004 - content type
        _capture(scene, valid=valid)
    if valid:
        exchange = scene.exchange
        expected = list(refusals(scene))
        scene.notes.holds(
            any(refusal.explains(exchange.status, exchange.error_code, exchange.causes) for refusal in expected),
            rules.UNEXPECTED_REFUSAL,
            f"the request is valid and was refused with {exchange.status} {exchange.error_code}"
            f"{_listed(exchange.causes)}; "
            + (f"expected at most {_told(expected)}" if expected else "nothing before explains it"),
            _trail(scene),
        )


def _reason(scene: Scene, fields: Mapping[str, Collection[str]]) -> None:
    exchange = scene.exchange
    code, causes = exchange.error_code, exchange.causes
    if code is None or exchange.operation_id is None:
        return
    if exchange.status == 404:  # noqa: PLR2004
        scene.notes.holds(
            code == "payin.resource.not.found",
            rules.ERROR_CODE_OF_STATUS,
            f"404 with errorCode {code}",
        )
    if code != "validation.error":
        scene.notes.holds(
            not causes,
            rules.CAUSE_ELSEWHERE,
            f"{code} has a cause{_listed(causes)}",
        )
        return
    names = fields.get(exchange.operation_id)
    if names is not None:
        known = {*names, *exchange.path_parameters}
        scene.notes.holds(
            bool(causes) and all(set(_parts(name)) & known for name in causes),
            rules.CAUSE_FIELD,
            f"cause should name fields of the request; it names {sorted(causes) or 'nothing'}",
        )


def _took(scene: Scene) -> None:
    """Note what was refused because of the state that an object is in."""
    exchange, payment = scene.exchange, scene.ledger.payments.get(scene.id("paymentId"))
    known, name = taken_by(scene)
    if known is not None and name in _TAKEN and name in exchange.causes:
        scene.took(_TAKEN[name])
    elif exchange.operation_id == "paymentsCreate":
        tokens.refused(scene)
    elif exchange.error_code == _STATE and payment is not None:
        if exchange.operation_id == "paymentsComplete":
            scene.took(moves.COMPLETE_REFUSED)
        elif exchange.operation_id == "capturesCreate":
            captured = any(capture.status == "COMPLETED" for capture in payment.captures.values())
            scene.took(moves.SECOND_CAPTURE_REFUSED if captured else moves.CAPTURE_REFUSED)


def _parts(name: str) -> list[str]:
    return [part.partition("[")[0] for part in name.split(".")]


def _known_object(scene: Scene) -> bool:
    """Look whether an object that is there is said not to be there; then nothing else needs to be said."""
    exchange, ledger = scene.exchange, scene.ledger
    if exchange.status not in _NOT_FOUND or exchange.operation_id == "tokensDelete":
        return True
    payment = ledger.payments.get(scene.id("paymentId"))
    record: Record | None = payment
    match exchange.operation_id:
        case "billsGet" | "billsListPayments":
            record = ledger.bills.get(scene.id("billId"))
            kept = record is not None
        case "capturesGet":
            kept = payment is not None and scene.id("captureId") in payment.captures
        case "refundsGet":
            kept = payment is not None and scene.id("refundId") in payment.refunds
        case _:
            kept = payment is not None
    trail = record.trail if record is not None else ()
    gone = kept and record is not None and record.own
    if not scene.notes.holds(
        not gone, rules.READ_BACK, f"not found ({exchange.status}), though it was answered before", trail
    ):
        _forget(scene)
        return False
    return True


def _forget(scene: Scene) -> None:
    """Bring the books into step with a server that lost an object."""
    payment = scene.ledger.payments.get(scene.id("paymentId"))
    match scene.exchange.operation_id:
        case "billsGet" | "billsListPayments":
            scene.ledger.bills.pop(scene.id("billId"), None)
        case "capturesGet" if payment is not None:
            payment.captures.pop(scene.id("captureId"), None)
            payment.unsettled = True
        case "refundsGet" if payment is not None:
            payment.refunds.pop(scene.id("refundId"), None)
            payment.unsettled = True
        case _:
            scene.ledger.payments.pop(scene.id("paymentId"), None)


def _repeat(scene: Scene, *, valid: bool) -> bool:
    """The same request again is never refused; another one under the same id is, in the way that was decided.

    Returns:
        Whether more can be said of the refusal.
    """
    known, name = taken_by(scene)
    if known is None or known.asked is None or scene.exchange.status != 400:  # noqa: PLR2004 - what a clash is answered with
        return True
    like = likeness(known.asked, scene.asked)
    exchange = scene.exchange
    if like is Likeness.OTHER:
        # What is refused and carried out all the same shows in what is read next.
        known.doubt(exchange)
        payment = scene.ledger.payments.get(scene.id("paymentId"))
        if payment is not None:
            payment.doubt(exchange)
    if like is Likeness.SAME:
        scene.notes.broken(
            rules.SAME_REQUEST,
            f"the same request was accepted before and is refused with {exchange.status} {exchange.error_code} now",
            trail_of(scene, known),
        )
        return False
    if like is Likeness.OTHER and valid and not _explained(scene):
        scene.notes.holds(
            name in exchange.causes,
            rules.ID_TAKEN,
            f"cause should name {name}, which is taken, and names {sorted(exchange.causes) or 'nothing'}",
            known.trail,
        )
    return True


def _explained(scene: Scene) -> bool:
    """Whether something else than the id that is taken explains the refusal: either may be looked at first."""
    exchange, (_, name) = scene.exchange, taken_by(scene)
    others = (refusal for refusal in refusals(scene) if refusal.cause != name)
    return any(refusal.explains(exchange.status, exchange.error_code, exchange.causes) for refusal in others)


def _capture(scene: Scene, *, valid: bool) -> None:
    payment = scene.ledger.payments.get(scene.id("paymentId"))
    if payment is None or not valid or scene.id("captureId") in payment.captures:
        return
    if _holds_nothing(payment):
        exchange = scene.exchange
        scene.notes.holds(
            exchange.status == 400 and exchange.error_code == _STATE,  # noqa: PLR2004
            rules.CAPTURE_REFUSED,
            f"should be refused with 400 {_STATE} and is with {exchange.status} {exchange.error_code}",
            payment.trail,
        )


def _holds_nothing(payment: Payment) -> bool:
    return payment.own and payment.status is not None and payment.status != "WAITING" and not payment.holds


def _trail(scene: Scene) -> list[Exchange]:
    known, _ = taken_by(scene)
    payment = scene.ledger.payments.get(scene.id("paymentId"))
    bill = scene.ledger.bills.get(scene.id("billId"))
    record = known or payment or bill
    return list(record.trail) if record is not None else []


def _told(expected: list[Refusal]) -> str:
    return ", ".join(map(str, expected))


def _listed(causes: Mapping[str, object]) -> str:
    return f" (cause: {', '.join(sorted(causes))})" if causes else ""
