"""Bills: created, paid through a payment, or expired."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, urlsplit

from qiwi_payin_contract.books import payments, rules
from qiwi_payin_contract.books import transitions as moves
from qiwi_payin_contract.books.echo import alike, compare, expected_of
from qiwi_payin_contract.books.records import Bill, Payment, moment, status_of
from qiwi_payin_contract.books.scene import Scene

__all__ = ["create", "details", "list_payments"]

_SENT = ("amount", "expirationDateTime", "comment", "flags", "customer", "customFields")
_FIELDS = ("billId", "invoiceUid", *_SENT)
_CONSTANT = ("creationDateTime", "siteId", "flags")


def create(scene: Scene) -> None:
    """Study the answer 200 to a request to create a bill."""
    bill_id = scene.id("billId")
    bill = scene.ledger.bills.get(bill_id)
    if bill is None:
        bill = Bill(own=scene.owns(bill_id), asked=scene.asked, fields={"billId": bill_id})
        scene.ledger.bills[bill_id] = bill
        bill.fields |= expected_of(scene.asked, _SENT)
        bill.payments = [key for key, payment in scene.ledger.payments.items() if payment.bill_id == bill_id]
        uncertain = scene.ledger.uncertain.pop(("bill", bill_id), None) is not None
        bill.remember(scene.exchange)
        value, changed = status_of(scene.answer)
        _uid_of_its_own(scene, bill_id)
        if value == "CREATED":
            scene.took(moves.BILL_MADE)
            scene.made(bill, changed)
        elif value == "EXPIRED":
            scene.took(moves.BILL_MADE_EXPIRED)
        if bill.own and not uncertain:
            scene.notes.holds(value in {"CREATED", "EXPIRED"}, rules.FIRST_STATUS, f"status of the new bill is {value}")
    else:
        bill.doubt(scene.exchange)
        scene.took(moves.BILL_REPEATED)
    _study(scene, bill, scene.answer)


def _uid_of_its_own(scene: Scene, bill_id: str) -> None:
    """Look whether another bill, on any site, was shown with the same invoiceUid."""
    uid = scene.answer.get("invoiceUid")
    if not isinstance(uid, str):
        return
    other = scene.uids.setdefault(uid, (scene.ledger.site_id, bill_id, scene.exchange))
    scene.notes.holds(
        other[:2] == (scene.ledger.site_id, bill_id),
        rules.INVOICE_UID,
        f"invoiceUid is that of the bill {other[1]} of {other[0]}",
        (other[2],),
    )


def details(scene: Scene) -> None:
    """Study the answer 200 to a request for a bill with its payments."""
    bill = _found(scene, scene.answer)
    _study(scene, bill, scene.answer)
    listed = scene.answer.get("payments")
    _payments(scene, bill, listed if isinstance(listed, list) else [], "payments")


def list_payments(scene: Scene) -> None:
    """Study the answer 200 to a request for a bill's payments."""
    listed = scene.exchange.answer_json
    _payments(scene, _found(scene, None), listed if isinstance(listed, list) else [], "")


def _found(scene: Scene, answer: Mapping[str, Any] | None) -> Bill:
    bill_id = scene.id("billId")
    bill = scene.ledger.bills.get(bill_id)
    if bill is None:
        asked = scene.ledger.uncertain.pop(("bill", bill_id), None)
        bill = Bill(own=scene.owns(bill_id), asked=asked, fields={"billId": bill_id})
        if asked is not None:
            bill.fields |= expected_of(asked, _SENT)
        if answer is not None:
            bill.remember(scene.exchange)
        scene.ledger.bills[bill_id] = bill
    return bill


def _study(scene: Scene, bill: Bill, answer: Mapping[str, Any]) -> None:
    uid = bill.fields.get("invoiceUid")
    compare(bill, answer, _FIELDS, scene.notes)
    if uid is not None and bill.fields["invoiceUid"] != uid:
        bill.start_again()
    alike(bill, answer, _CONSTANT, scene.notes)
    value, changed = status_of(dict(answer))
    uid, pay_url = answer.get("invoiceUid"), answer.get("payUrl")
    if isinstance(pay_url, str) and isinstance(uid, str):
        query = parse_qs(urlsplit(pay_url).query)
        scene.notes.holds(
            query.get("invoiceUid") == [uid],
            rules.PAY_URL,
            f"payUrl should have invoiceUid={uid} in its query",
            bill.trail,
        )
    term, at = moment(bill.fields.get("expirationDateTime")), moment(changed)
    if value == "EXPIRED" and term is not None and at is not None:
        scene.notes.holds(
            at >= term.replace(microsecond=0),
            rules.EXPIRED_EARLY,
            f"EXPIRED since {changed}, while expirationDateTime is {bill.fields['expirationDateTime']}",
            bill.trail,
        )
    before = bill.status
    scene.move(bill, answer)
    if before == "CREATED" and bill.own:
        bill.paid_by_whom = bill.status == "PAID"
        if bill.status == "EXPIRED":
            scene.took(moves.BILL_EXPIRED)
    if bill.said_paid_by is not None and bill.own:
        scene.notes.holds(
            bill.status == "PAID",
            rules.ALREADY_PAID,
            f"a payment of the bill was declined with BILL_ALREADY_PAID, and the bill is {bill.status}",
            (*bill.trail[:1], bill.said_paid_by),
        )
        bill.said_paid_by = None
    _paid(scene, bill)
    if bill.status == "CREATED" and any(_declined(scene.ledger.payments.get(key)) for key in bill.payments):
        scene.took(moves.BILL_ATTEMPT_DECLINED)
    _paid_by(scene, bill)
    scene.settled(bill)


def _paid_by(scene: Scene, bill: Bill) -> None:
    """Note by what a bill was paid, as soon as the books have met the payment."""
    known = [payment for key in bill.payments if (payment := scene.ledger.payments.get(key)) is not None]
    done = next((payment for payment in known if payment.status == "COMPLETED"), None)
    if not bill.paid_by_whom or done is None:
        return
    bill.paid_by_whom = False
    scene.took(moves.BILL_PAID_ON_FORM if done.asked is None else moves.BILL_PAID_BY_PARTNER)
    if done.one_step is False:
        scene.took(moves.BILL_PAID_AT_HOLD)
    if any(map(_declined, known)):
        scene.took(moves.BILL_PAID_AFTER_DECLINE)


def _paid(scene: Scene, bill: Bill) -> None:
    """Compare the bill's status with those of its payments that the books know of."""
    done = [key for key in bill.payments if _completed(scene.ledger.payments.get(key))]
    if done and bill.status is not None:
        trail = (*bill.trail, *scene.ledger.payments[done[0]].trail)
        if not scene.notes.holds(
            bill.status == "PAID", rules.BILL_PAID, f"the bill is {bill.status}, and its payment is COMPLETED", trail
        ):
            bill.payments.clear()


def _completed(payment: Payment | None) -> bool:
    return payment is not None and payment.status == "COMPLETED"


def _declined(payment: Payment | None) -> bool:
    return payment is not None and payment.status == "DECLINED"


def _payments(scene: Scene, bill: Bill, listed: list[Any], at: str) -> None:
    bill_id = scene.id("billId")
    shown = [item for item in listed if isinstance(item, dict)]
    ids = [str(item.get("paymentId")) for item in shown]
    missing = [key for key in bill.payments if key not in ids]
    strangers = [
        key
        for key in ids
        if (known := scene.ledger.payments.get(key)) is not None and known.own and known.bill_id != bill_id
    ]
    trail = [*bill.trail]
    for key in missing[:1]:
        trail += [exchange for exchange in scene.ledger.payments[key].trail[:1] if exchange not in trail]
    whole = not missing and not strangers and len(set(ids)) == len(ids)
    if not scene.notes.holds(
        whole and all(item.get("billId") == bill_id for item in shown),
        rules.PAYMENTS_WHOLE,
        f"the bill should have the payments {bill.payments} and no others of ours, each with its billId; it has {ids}",
        trail,
    ):
        bill.payments = [key for key in dict.fromkeys(ids) if key not in strangers]
    times = [moment(item.get("createdDateTime")) for item in shown]
    pairs = pairwise(times)
    scene.notes.holds(
        all(newer is None or older is None or newer >= older for newer, older in pairs),
        rules.PAYMENTS_ORDER,
        f"payments should be listed newest first; created at {[item.get('createdDateTime') for item in shown]}",
        bill.trail,
    )
    for place, (key, item) in enumerate(zip(ids, shown, strict=True)):
        if key in strangers or ids.count(key) > 1:
            continue
        payments.of_bill(scene, bill, key, item, at=f"{at}[{place}].")
        if key not in bill.payments:
            bill.payments.append(key)
    _paid_by(scene, bill)
    if bill.status == "PAID" and bill.own:
        scene.notes.holds(
            any(_completed(scene.ledger.payments.get(key)) for key in ids),
            rules.BILL_PAID,
            "the bill is PAID, and none of its payments is COMPLETED",
            bill.trail,
        )
    elif at:
        _paid(scene, bill)
