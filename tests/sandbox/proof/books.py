"""Books kept over a server: what must hold whatever partners, payers and time did to a site.

The numbers are those of the rules below; each is one method.

 1. All accounts sum to zero, each posting moves a positive sum between two accounts.
 2. authorised = captured + reversed + held, held >= 0; answers say what the postings say.
 3. captured + reversed <= amount; refunds of debited money <= captured; both only grow; no status goes back.
 4. At most one capture of a payment; no reversal after it, no refund before it.
 5. What an id was answered with it is answered with again (`repeats` of the machine).
 6. One notification for each outcome, at most six attempts, signed, its body the object as it was told.
 7. A hold ends by itself no earlier than its term, and only once.
 8. The clock never goes back.
"""

import hmac
import json
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from qiwi_payin_sandbox import times
from qiwi_payin_sandbox.domain.ledger import Move, Posting, account_sums, held

from tests.sandbox.partner import balance_of
from tests.sandbox.proof.servers import NOTIFICATION_KEY, Server
from tests.sandbox.proof.steps import get, get_bill, get_payment

FINAL = {"PAID", "EXPIRED", "COMPLETED", "DECLINED"}
MOST_ATTEMPTS = 6
OUTCOMES = {
    "payment.completed": ("PAYMENT", "paymentId", "SUCCESS"),
    "payment.declined": ("PAYMENT", "paymentId", "DECLINE"),
    "capture.completed": ("CAPTURE", "captureId", "SUCCESS"),
    "capture.declined": ("CAPTURE", "captureId", "DECLINE"),
    "refund.completed": ("REFUND", "refundId", "SUCCESS"),
    "refund.declined": ("REFUND", "refundId", "DECLINE"),
}


def minor(amount: dict[str, Any]) -> int:
    """Return the minor units of a sum as it was answered."""
    return int(str(amount["value"]).replace(".", ""))


class Books:
    """Remembers what a server answered, and demands that what it answers now goes with that."""

    def __init__(self, server: Server, hold_term: timedelta = timedelta(hours=72)) -> None:
        self._server = server
        self._hold_term = hold_term
        self._before: dict[str, dict[str, Any]] = {}
        self._captured: Counter[str] = Counter()
        self._returned: Counter[str] = Counter()

    def check(self) -> None:
        """Demand that every rule holds now."""
        postings, events = self._server.postings(), self._server.events()
        self.accounts_sum_to_zero(postings)
        self.moves_come_in_their_order(postings)
        self.holds_end_no_earlier_than_their_term(events)
        for payment_id in dict.fromkeys(event["paymentId"] for event in events if "paymentId" in event):
            self.payment_says_what_the_postings_say(payment_id, postings)
        for bill_id in dict.fromkeys(event["billId"] for event in events if event["type"] == "bill.created"):
            self.bill_is_paid_by_one_payment(bill_id)
        self.every_outcome_is_told_once(events)

    def accounts_sum_to_zero(self, postings: list[Posting]) -> None:
        sums = account_sums(postings)
        for currency in {currency for _, currency in sums}:
            assert sum(left for (_, of), left in sums.items() if of == currency) == 0
        assert all(left >= 0 for (account, _), left in sums.items() if account != "payer")
        assert all(posting.amount.minor > 0 and posting.source != posting.destination for posting in postings)

    def moves_come_in_their_order(self, postings: list[Posting]) -> None:
        moves: dict[str, list[Move]] = {}
        for posting in postings:
            moves.setdefault(posting.payment_id, []).append(posting.move)
        for of_payment in moves.values():
            assert of_payment[0] is Move.AUTHORISE
            assert of_payment.count(Move.AUTHORISE) == 1
            assert of_payment.count(Move.CAPTURE) <= 1
            if Move.CAPTURE in of_payment:
                captured = of_payment.index(Move.CAPTURE)
                assert Move.REVERSE not in of_payment[captured:]
                assert Move.REFUND not in of_payment[:captured]
            else:
                assert Move.REFUND not in of_payment

    def payment_says_what_the_postings_say(self, payment_id: str, postings: list[Posting]) -> None:
        payment = self._server.answer(get_payment(payment_id)).json
        balance, amount = balance_of(payment_id, postings), minor(payment["amount"])
        left = account_sums(postings).get((held(payment_id), payment["amount"]["currency"]), 0)
        assert balance.authorised == (amount if payment["status"]["value"] == "COMPLETED" else 0)
        assert balance.held == left >= 0
        assert balance.authorised == balance.captured + balance.reversed + balance.held
        assert minor(payment["capturedAmount"]) == balance.captured
        assert minor(payment["refundedAmount"]) == balance.reversed + balance.refunded
        assert balance.captured + balance.reversed <= amount
        assert balance.refunded <= balance.captured
        assert balance.captured >= self._captured[payment_id]
        assert balance.reversed + balance.refunded >= self._returned[payment_id]
        self._captured[payment_id], self._returned[payment_id] = balance.captured, balance.reversed + balance.refunded
        self.status_never_goes_back(payment["paymentId"], payment)
        refunds = self._server.answer(get(f"/payments/{payment_id}/refunds")).json
        done = [minor(each["amount"]) for each in refunds if each["status"]["value"] == "COMPLETED"]
        assert sum(done) == balance.reversed + balance.refunded

    def bill_is_paid_by_one_payment(self, bill_id: str) -> None:
        bill = self._server.answer(get_bill(bill_id)).json
        self.status_never_goes_back(f"bill {bill_id}", bill)
        paying = [payment for payment in bill["payments"] if payment["status"]["value"] == "COMPLETED"]
        assert len(paying) == (bill["status"]["value"] == "PAID")
        assert all(minor(payment["amount"]) == minor(bill["amount"]) for payment in paying)
        for listed in bill["payments"]:
            alone = self._server.answer(get_payment(listed["paymentId"])).json
            assert {**listed, **alone} == listed

    def status_never_goes_back(self, name: str, now: dict[str, Any]) -> None:
        before = self._before.get(name)
        if before is not None and before["status"]["value"] in FINAL:
            assert now["status"] == before["status"]
        if before is not None:
            same = ("amount", "createdDateTime", "invoiceUid", "expirationDateTime")
            assert [now.get(field) for field in same] == [before.get(field) for field in same]
            assert times.parse(now["status"]["changedDateTime"]) >= times.parse(before["status"]["changedDateTime"])
        self._before[name] = now

    def holds_end_no_earlier_than_their_term(self, events: list[dict[str, Any]]) -> None:
        held_since: dict[str, datetime] = {}
        for event in events:
            at = times.parse(event["at"])
            if event["type"] == "payment.completed":
                held_since[event["paymentId"]] = at
            elif event["type"] == "capture.completed" and _is_made_up(event["captureId"]):
                assert at == held_since[event["paymentId"]] + self._hold_term

    def every_outcome_is_told_once(self, events: list[dict[str, Any]]) -> None:
        notifications = self._server.notifications()
        told = Counter(map(_told, notifications))
        happened = Counter(
            (type_, event["paymentId"], event[id_], outcome)
            for event in events
            if event["type"] in OUTCOMES
            for type_, id_, outcome in [OUTCOMES[event["type"]]]
        )
        assert told == happened
        for notification in notifications:
            self.notification_is_a_signed_snapshot(notification)

    def notification_is_a_signed_snapshot(self, notification: dict[str, Any]) -> None:
        body = json.loads(notification["body"], parse_float=str)
        content = body[body["type"].lower()]
        signed = f"{notification['objectId']}|{content['createdDateTime']}|{content['amount']['value']}"
        expected = hmac.digest(NOTIFICATION_KEY.encode(), signed.encode(), "sha256").hex()
        assert notification["signature"] == expected
        assert len(notification["attempts"]) <= MOST_ATTEMPTS
        before = self._before.setdefault(f"notification {_told(notification)}", notification)
        assert (before["body"], before["signature"]) == (notification["body"], notification["signature"])
        payment_id, type_ = content["paymentId"], body["type"]
        path = {
            "PAYMENT": f"/payments/{payment_id}",
            "CAPTURE": f"/payments/{payment_id}/captures/{notification['objectId']}",
            "REFUND": f"/payments/{payment_id}/refunds/{notification['objectId']}",
        }[type_]
        stored = self._server.answer(get(path)).json
        assert minor(stored["amount"]) == minor(content["amount"])
        assert stored["createdDateTime"] == content["createdDateTime"]
        assert stored["status"]["changedDateTime"] == content["status"]["changedDateTime"]
        assert stored["status"].get("reason") == content["status"].get("reasonCode")


def _is_made_up(capture_id: str) -> bool:
    """Whether the sandbox made the id: it ends holds under UUIDs, and no step of ours is called so."""
    return len(capture_id) == len(str(UUID(int=0)))


def _told(notification: dict[str, Any]) -> tuple[str, str, str, str]:
    body = json.loads(notification["body"])
    content = body[body["type"].lower()]
    return body["type"], content["paymentId"], notification["objectId"], content["status"]["value"]
