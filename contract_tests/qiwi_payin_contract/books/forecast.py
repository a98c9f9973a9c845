"""Which refusals of a valid request earlier exchanges give a reason for."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import attrs

from qiwi_payin_contract.books.records import Payment, Record, moment
from qiwi_payin_contract.books.repeats import Likeness, likeness
from qiwi_payin_contract.books.scene import Scene
from qiwi_payin_contract.books.tokens import account_of, token_of
from qiwi_payin_contract.exchange import Exchange

__all__ = ["Refusal", "refusals", "taken_by", "trail_of"]

THREE_DS_TERM = timedelta(minutes=1)
"""3-D Secure that is older may have run out; no document says when."""

_VALIDATION, _STATE, _UNKNOWN = "validation.error", "payin.incorrect-method-invocation", "payin.resource.not.found"


@attrs.define(frozen=True)
class Refusal:
    """A refusal that is to be expected.

    Attributes:
        status: HTTP status.
        error_code: ``errorCode``, or None for any.
        cause: field that ``cause`` names, or its last part; None where no field is to blame.
    """

    status: int
    error_code: str | None = None
    cause: str | None = None

    def explains(self, status: int, error_code: str | None, causes: Mapping[str, Any]) -> bool:
        """Tell whether an answer is this refusal."""
        if status != self.status or (self.error_code is not None and error_code != self.error_code):
            return False
        return self.cause is None or any(
            name == self.cause or name.split(".")[0] == self.cause or name.split(".")[-1] == self.cause
            for name in causes
        )


def taken_by(scene: Scene) -> tuple[Record | None, str]:
    """The object that has the id which a request to create asks for, and the name of that id."""
    ledger, payment = scene.ledger, scene.ledger.payments.get(scene.id("paymentId"))
    match scene.exchange.operation_id:
        case "billsCreate":
            return ledger.bills.get(scene.id("billId")), "billId"
        case "paymentsCreate":
            return payment, "paymentId"
        case "capturesCreate":
            return payment.captures.get(scene.id("captureId")) if payment else None, "captureId"
        case "refundsCreate":
            return payment.refunds.get(scene.id("refundId")) if payment else None, "refundId"
    return None, ""


def trail_of(scene: Scene, known: Record) -> list[Exchange]:
    """What shows that an id is taken: how the object came about, and what was made after it.

    A server that remembers no more than its latest object forgets the id only by then.
    """
    latest = scene.ledger.latest.get(scene.exchange.operation_id or "")
    return [*known.trail, *([latest] if latest is not None and latest not in known.trail else [])]


def refusals(scene: Scene) -> Iterator[Refusal]:
    """List the refusals that a valid request may get, given what is known before it."""
    known, name = taken_by(scene)
    if known is not None and likeness(known.asked, scene.asked) is not Likeness.SAME:
        yield Refusal(400, _VALIDATION, name)
    if known is not None and known.asked is not None and likeness(known.asked, scene.asked) is Likeness.SAME:
        return
    payment = scene.ledger.payments.get(scene.id("paymentId"))
    if known is None and _under_another_payment(scene, name):
        yield Refusal(400, _VALIDATION, name)
    match scene.exchange.operation_id:
        case "billsCreate" | "paymentsCreate":
            yield from _currency(scene)
            if scene.exchange.operation_id == "paymentsCreate":
                yield from _method(scene)
        case "billsGet" | "billsListPayments":
            if (bill := scene.ledger.bills.get(scene.id("billId"))) is None or not bill.own:
                yield Refusal(404, _UNKNOWN)
        case "tokensDelete":
            yield from _deletion(scene)
        case _:
            yield from _of_payment(scene, payment)


def _under_another_payment(scene: Scene, name: str) -> bool:
    """Whether another payment has the captureId or refundId: only we say that it may."""
    if name not in {"captureId", "refundId"}:
        return False
    wanted = scene.id(name)
    parts = (
        payment.captures if name == "captureId" else payment.refunds
        for ledger in scene.ledgers.values()
        for payment in ledger.payments.values()
    )
    return any(wanted in part for part in parts)


def _currency(scene: Scene) -> Iterator[Refusal]:
    amount = scene.asked.get("amount") if isinstance(scene.asked, Mapping) else None
    currency = amount.get("currency") if isinstance(amount, Mapping) else None
    if currency != "RUB" and currency not in scene.ledger.currencies:
        yield from (Refusal(400, _VALIDATION, "amount"), Refusal(400, _VALIDATION, "currency"))


def _method(scene: Scene) -> Iterator[Refusal]:
    token = token_of(scene.asked)
    if token is None:
        return
    account = account_of(scene.asked)
    known = scene.ledger.tokens.get(token)
    if account is None:
        yield from (Refusal(400, _VALIDATION, "account"), Refusal(400, _VALIDATION, "customer"))
    if known is None or known.deleted_by is not None or known.account != account:
        yield Refusal(400, _VALIDATION, "paymentToken")
    if scene.asked["paymentMethod"].get("cardTokenPaymentType") == "FIRST_PAYMENT":
        yield Refusal(400, _VALIDATION, "cardTokenPaymentType")


def _deletion(scene: Scene) -> Iterator[Refusal]:
    asked = scene.asked if isinstance(scene.asked, Mapping) else {}
    known = scene.ledger.tokens.get(str(asked.get("token")))
    if known is None or known.deleted_by is not None or known.account != asked.get("customerAccountId"):
        yield from (Refusal(404, _UNKNOWN), Refusal(410))


def _of_payment(scene: Scene, payment: Payment | None) -> Iterator[Refusal]:
    if payment is None or not payment.own:
        yield Refusal(404, _UNKNOWN)
        if scene.exchange.operation_id == "refundsCreate":
            yield from _currency(scene)
    if payment is None:
        return
    match scene.exchange.operation_id:
        case "capturesGet" if scene.id("captureId") not in payment.captures:
            yield Refusal(404, _UNKNOWN)
        case "refundsGet" if scene.id("refundId") not in payment.refunds:
            yield Refusal(404, _UNKNOWN)
        case "capturesCreate" if not (payment.own and payment.holds) or _older(scene, payment, scene.hold_term):
            yield Refusal(400, _STATE)
        case "paymentsComplete" if not payment.asks_3ds or _older(scene, payment, THREE_DS_TERM):
            yield Refusal(400, _STATE)
        case "refundsCreate":
            wanted = payment.fields.get("amount")
            amount = scene.asked.get("amount") if isinstance(scene.asked, Mapping) else None
            currency = amount.get("currency") if isinstance(amount, Mapping) else None
            if wanted is None or wanted[1] != currency:
                yield from (Refusal(400, _VALIDATION, "amount"), Refusal(400, _VALIDATION, "currency"))


def _older(scene: Scene, payment: Payment, term: timedelta) -> bool:
    return scene.later_than(moment(payment.fields.get("createdDateTime")), term)
