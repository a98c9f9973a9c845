# ruff: noqa: N802, ARG002 - methods are called as the operations
"""Servers that are honest but for one thing, which shows only beside other exchanges."""

import copy
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from typing import Any

from qiwi_payin_contract.books import rules
from qiwi_payin_contract.rules import Rule
from qiwi_payin_contract.shop import CARD

from tests.contract.honest_server import SITES, Answer, HonestServer, Refused, Stored, cents, money

__all__ = ["BROKEN", "Told"]

Told = tuple[type[HonestServer], frozenset[Rule]]


# Ids and repeats --------------------------------------------------------------------------------------------------


class RemembersTheLastBill(HonestServer):
    """Knows a repeated bill only as long as no other came."""

    latest = ""

    def billsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        if ids["billId"] != self.latest:
            self.bills.pop((ids["siteId"], ids["billId"]), None)
        self.latest = ids["billId"]
        return super().billsCreate(ids, asked)


class RemembersTenPayments(HonestServer):
    """Knows the latest ten payments when a request is repeated."""

    def paymentsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        place = (ids["siteId"], ids["paymentId"])
        if place in list(self.payments)[:-10]:
            del self.payments[place]
        return super().paymentsCreate(ids, asked)


class MergesBills(HonestServer):
    """Lays another bill under a taken id over the first."""

    def billsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        known = self.bills.get((ids["siteId"], ids["billId"]))
        if known is not None and known.asked != asked:
            known.view |= {name: asked[name] for name in ("comment", "customFields") if name in asked}
            return 200, known.view
        return super().billsCreate(ids, asked)


class IgnoresOtherPayments(HonestServer):
    """Answers any request under a taken id with the payment that has it."""

    def paymentsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        known = self.payments.get((ids["siteId"], ids["paymentId"]))
        return super().paymentsCreate(ids, known.asked if known is not None else asked)


class ComparesSumsAlone(HonestServer):
    """Takes a payment for the same when its sum is."""

    def paymentsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        known = self.payments.get((ids["siteId"], ids["paymentId"]))
        alike = known is not None and known.asked["amount"] == asked["amount"]
        return super().paymentsCreate(ids, known.asked if known is not None and alike else asked)


class RefundsRepeats(HonestServer):
    """Gives the money back once more when a refund is asked for again."""

    def refundsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        payment = self._payment(ids)
        known = payment.refunds.get(ids["refundId"])
        if known is not None and known.asked == asked and payment.rest >= cents(asked["amount"]):
            if payment.captured:
                payment.refunded += cents(asked["amount"])
            else:
                payment.reversed += cents(asked["amount"])
        return super().refundsCreate(ids, asked)


class RefundsWhatItRefuses(HonestServer):
    """Refuses another refund under a taken id, and carries it out."""

    def refundsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        payment = self._payment(ids)
        known = payment.refunds.get(ids["refundId"])
        if known is not None and known.asked != asked:
            payment.refunded += 1
        return super().refundsCreate(ids, asked)


class RefusesRepeatsOfCaptured(HonestServer):
    """Refuses to repeat a payment once it was captured."""

    def paymentsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        known = self.payments.get((ids["siteId"], ids["paymentId"]))
        if known is not None and known.captures:
            raise Refused(400, "validation.error", {"paymentId": ["is taken"]})
        return super().paymentsCreate(ids, asked)


class AnswersAsAtFirst(HonestServer):
    """Answers a repeated payment as it was when it was made."""

    @cached_property
    def first(self) -> dict[tuple[str, str], Answer]:
        return {}

    def paymentsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        answer = super().paymentsCreate(ids, asked)
        return self.first.setdefault((ids["siteId"], ids["paymentId"]), copy.deepcopy(answer))


class FoldsCase(HonestServer):
    """Takes ids that differ in case for one."""

    def respond(self, method: str, path: str, key: str | None, body: bytes) -> tuple[int, dict[str, str], bytes]:
        return super().respond(method, path.lower().replace("/payin/v1/sites/", "/payin/v1/sites/"), key, body)


class CutsIds(HonestServer):
    """Keeps 128 characters of an id."""

    def billsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        status, view = super().billsCreate({**ids, "billId": ids["billId"][:128]}, asked)
        return status, {**view, "billId": ids["billId"]}

    def billsGet(self, ids: dict[str, str], asked: Any) -> Answer:
        status, view = super().billsGet({**ids, "billId": ids["billId"][:128]}, asked)
        return status, {**view, "billId": ids["billId"]}


class RefundIdsOfTheSite(HonestServer):
    """Takes a refundId once on a site."""

    def refundsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        others = (payment for payment in self.payments.values() if payment is not self._payment(ids))
        if any(ids["refundId"] in payment.refunds for payment in others):
            raise Refused(400, "validation.error", {"refundId": ["is taken"]})
        return super().refundsCreate(ids, asked)


# Sites ------------------------------------------------------------------------------------------------------------


def _of_any_site(operation_id: str) -> type[HonestServer]:
    """Make a server that finds the payments of all sites by one operation."""

    def found(self: HonestServer, ids: dict[str, str], asked: Any) -> Answer:
        site = next((site for site, name in self.payments if name == ids["paymentId"]), ids["siteId"])
        own = (ids["siteId"], ids["paymentId"]) in self.payments
        chosen = ids if own else {**ids, "siteId": site}
        answer: Answer = getattr(super(made, self), operation_id)(chosen, asked)
        return answer

    made = type(f"AnySite_{operation_id}", (HonestServer,), {operation_id: found})
    return made


class PaymentIdsOfAllSites(HonestServer):
    """Takes a paymentId once on all sites."""

    def paymentsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        if any(name == ids["paymentId"] and site != ids["siteId"] for site, name in self.payments):
            raise Refused(400, "validation.error", {"paymentId": ["is taken"]})
        return super().paymentsCreate(ids, asked)


class MixesSites(HonestServer):
    """Lists the payments of bills of all sites together."""

    def _payments_of(self, ids: dict[str, str]) -> list[dict[str, Any]]:
        sites = [{**ids, "siteId": site.site_id} for site in SITES]
        return [view for one in sites for view in super(MixesSites, self)._payments_of(one)]


# Money ------------------------------------------------------------------------------------------------------------


class RefundsACentMore(HonestServer):
    """Gives back one cent more than is left."""

    def refundsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        payment = self._payment(ids)
        if cents(asked["amount"]) == payment.rest + 1 and ids["refundId"] not in payment.refunds:
            payment.refunded -= 1
            answer = super().refundsCreate(ids, asked)
            payment.refunded += 1
            return answer
        return super().refundsCreate(ids, asked)


class ForgetsReversals(HonestServer):
    """Refunds the amount of a payment that was reversed in part before its capture."""

    def refundsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        payment = self._payment(ids)
        if payment.captured:
            payment.captured += payment.reversed
            answer = super().refundsCreate(ids, asked)
            payment.captured -= payment.reversed
            return answer
        return super().refundsCreate(ids, asked)


class CapturesWhatIsReversed(HonestServer):
    """Captures a payment whose hold is gone."""

    def capturesCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        payment = self._payment(ids)
        let_go = payment.reversed
        if let_go == payment.amount and not payment.captures:
            payment.reversed = 0
            answer = super().capturesCreate(ids, asked)
            payment.reversed, payment.captured = let_go, 0
            return answer
        return super().capturesCreate(ids, asked)


class CapturesOneStep(HonestServer):
    """Captures what was debited already."""

    def capturesCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        payment = self._payment(ids)
        if payment.one_step and not payment.captures:
            payment.captured = 0
        return super().capturesCreate(ids, asked)


class CapturesWaiting(HonestServer):
    """Captures a payment that waits for 3-D Secure."""

    def capturesCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        payment = self._payment(ids)
        if "requirements" in payment.view:
            view = {**ids, "createdDateTime": self._time(), "amount": money(payment.amount)}
            return 200, {**view, "status": self._status("COMPLETED")}
        return super().capturesCreate(ids, asked)


class RefundsWaiting(HonestServer):
    """Returns money of a payment that waits."""

    def refundsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        payment = self._payment(ids)
        status = payment.view["status"]
        if status["value"] == "WAITING":
            payment.view["status"] = {**status, "value": "COMPLETED"}
            answer = super().refundsCreate(ids, asked)
            payment.view["status"] = status
            return answer
        return super().refundsCreate(ids, asked)


class CountsDeclinedRefunds(HonestServer):
    """Adds refunds that were declined to refundedAmount."""

    def _payment_view(self, payment: Stored) -> dict[str, Any]:
        declined = sum(
            cents(refund.asked["amount"])
            for refund in payment.refunds.values()
            if refund.view["status"]["value"] == "DECLINE"
        )
        view = super()._payment_view(payment)
        return {**view, "refundedAmount": money(payment.reversed + payment.refunded + declined)}


class DebitsTheHold(HonestServer):
    """Debits a hold when a part of it is reversed."""

    def refundsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        answer = super().refundsCreate(ids, asked)
        payment = self._payment(ids)
        if payment.reversed and payment.reversed < payment.amount and not payment.captured:
            payment.captured = payment.amount - payment.reversed
        return answer


class OtherCurrency(HonestServer):
    """Shows what was captured in dollars."""

    def _payment_view(self, payment: Stored) -> dict[str, Any]:
        view = super()._payment_view(payment)
        return {**view, "capturedAmount": {**view["capturedAmount"], "currency": "USD"}}


class CompletesAgain(HonestServer):
    """Takes complete of a payment that waits for nothing."""

    def paymentsComplete(self, ids: dict[str, str], asked: Any) -> Answer:
        payment = self._payment(ids)
        payment.view.setdefault("requirements", {})
        return super().paymentsComplete(ids, asked)


class StillAsks(HonestServer):
    """Shows what 3-D Secure needs after it has ended."""

    def _payment_view(self, payment: Stored) -> dict[str, Any]:
        needs = {"threeDS": {"pareq": "pareq", "acsUrl": "http://127.0.0.1:1/acs"}}
        view = super()._payment_view(payment)
        return view | ({"requirements": needs} if payment.asked["paymentMethod"].get("cvv2") == "849" else {})


class WaitsForNothing(HonestServer):
    """Lets a payment wait that needs no 3-D Secure."""

    def _authorise(self, place: tuple[str, str], payment: Stored) -> None:
        super()._authorise(place, payment)
        if payment.one_step:
            payment.captured = 0
            payment.view["status"] = self._status("WAITING")


# Bills ------------------------------------------------------------------------------------------------------------


class AnyBill(HonestServer):
    """Charges a bill whatever its state and sum; `wrong` says which."""

    wrong = ""

    def _pay(self, place: tuple[str, str], asked: Any) -> None:
        bill = self.bills.get((place[0], asked.get("billId", "")))
        if bill is None:
            super()._pay(place, asked)
            return
        stood, amount = bill.view["status"], bill.amount
        if self.wrong == "SUM":
            bill.amount = cents(asked["amount"])
        elif stood["value"] == self.wrong:
            bill.view["status"] = {**stood, "value": "CREATED"}
        super()._pay(place, asked)
        bill.amount = amount
        if bill.view["status"]["value"] == "CREATED":
            bill.view["status"] = stood


class ChargesPaidBills(AnyBill):
    """Charges a bill once more that is PAID."""

    wrong = "PAID"


class ChargesExpiredBills(AnyBill):
    """Charges a bill that is EXPIRED."""

    wrong = "EXPIRED"


class ChargesOtherSums(AnyBill):
    """Charges a bill with any sum."""

    wrong = "SUM"


class DeclinedBillIsPaid(HonestServer):
    """Takes a bill for paid when an attempt was declined."""

    def _pay(self, place: tuple[str, str], asked: Any) -> None:
        super()._pay(place, asked)
        bill = self.bills.get((place[0], asked.get("billId", "")))
        if bill is not None and bill.view["status"]["value"] == "CREATED":
            bill.view["status"] = self._status("PAID")


class DeclinedBillSaysPaid(HonestServer):
    """Declines every attempt after one that was declined, as if the bill were paid."""

    def _pay(self, place: tuple[str, str], asked: Any) -> None:
        tried = asked.get("billId") in {one.bill_id for one in self.payments.values() if one.bill_id in self._bill_ids}
        super()._pay(place, asked)
        bill = self.bills.get((place[0], asked.get("billId", "")))
        if tried and bill is not None and bill.view["status"]["value"] == "PAID" and self._attempts(asked) == 2:
            bill.view["status"] = self._status("CREATED")
            self.payments[place].view["status"] = self._status("DECLINED", "BILL_ALREADY_PAID")
            self.payments[place].captured = 0

    @property
    def _bill_ids(self) -> set[str]:
        return {name for _, name in self.bills}

    def _attempts(self, asked: Any) -> int:
        return sum(one.bill_id == asked.get("billId") for one in self.payments.values())


class RefundedBillWaits(HonestServer):
    """Takes a bill back to CREATED when its payment is given back."""

    def refundsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        answer = super().refundsCreate(ids, asked)
        payment = self._payment(ids)
        bill = self.bills.get((ids["siteId"], payment.bill_id or ""))
        if bill is not None:
            bill.view["status"] = self._status("CREATED")
        return answer


class OneInvoice(HonestServer):
    """Gives the second bill of a site the invoiceUid of the first."""

    def billsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        status, view = super().billsCreate(ids, asked)
        first = next(iter(self.bills.values())).view
        view |= {name: first[name] for name in ("invoiceUid", "payUrl")}
        return status, view


# Tokens -----------------------------------------------------------------------------------------------------------


class LooseTokens(HonestServer):
    """Takes tokens that it should refuse; `taken` says which."""

    def paymentsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        token = asked["paymentMethod"].get("paymentToken")
        place, account = (ids["siteId"], token), asked.get("customer", {}).get("account")
        known = self.tokens.get(place)
        chosen = self.taken(ids, token, account) if token is not None else None
        if chosen is None:
            return super().paymentsCreate(ids, asked)
        self.tokens[place] = chosen
        answer = super().paymentsCreate(ids, asked)
        if known is None:
            del self.tokens[place]
        else:
            self.tokens[place] = known
        return answer

    def taken(self, ids: dict[str, str], token: str, account: str | None) -> str | None:
        raise NotImplementedError


class TokensOfAnySite(LooseTokens):
    """Takes a token on every site."""

    def taken(self, ids: dict[str, str], token: str, account: str | None) -> str | None:
        return account if any(token == other and self.tokens[_, other] == account for _, other in self.tokens) else None


class TokensFoldCase(LooseTokens):
    """Takes accounts that differ in case for one."""

    def taken(self, ids: dict[str, str], token: str, account: str | None) -> str | None:
        known = self.tokens.get((ids["siteId"], token))
        return account if known is not None and account is not None and known.lower() == account.lower() else None


class TokensOutliveDeletion(LooseTokens):
    """Takes a token that was deleted."""

    def taken(self, ids: dict[str, str], token: str, account: str | None) -> str | None:
        gone = token in self.cards and not any(token == other for _, other in self.tokens)
        return account if gone else None


class AnybodyDeletes(HonestServer):
    """Deletes a token for any account."""

    def tokensDelete(self, ids: dict[str, str], asked: Any) -> Answer:
        account = self.tokens.get((ids["siteId"], asked["token"]), asked["customerAccountId"])
        return super().tokensDelete(ids, {**asked, "customerAccountId": account})


class DeletesAllTokens(HonestServer):
    """Deletes all tokens of an account with one."""

    def tokensDelete(self, ids: dict[str, str], asked: Any) -> Answer:
        answer = super().tokensDelete(ids, asked)
        for place in [place for place, account in self.tokens.items() if account == asked["customerAccountId"]]:
            del self.tokens[place]
        return answer


class TokenOfTheCard(HonestServer):
    """Issues one token for a card, whoever pays with it."""

    def _authorise(self, place: tuple[str, str], payment: Stored) -> None:
        super()._authorise(place, payment)
        created = payment.view.get("createdToken")
        if created is not None:
            pan = payment.asked["paymentMethod"]["pan"]
            created["token"] = next(token for token, card in self.cards.items() if card == pan)


class TokenChargesAnother(HonestServer):
    """Charges the card of the newest token, whatever the token."""

    def paymentsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        if self.cards:
            newest = list(self.cards.values())[-1]
            self.cards = dict.fromkeys(self.cards, newest)
        return super().paymentsCreate(ids, asked)


# What is shown ----------------------------------------------------------------------------------------------------


def _text(change: Callable[[str], str]) -> type[HonestServer]:
    """Make a server that changes the texts that it is sent."""

    def changed(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: changed(item, key) for key, item in value.items()}
        return change(value) if isinstance(value, str) and name in {"comment", "cf1", "details"} else value

    class Changing(HonestServer):
        def billsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
            status, view = super().billsCreate(ids, asked)
            return status, changed(view)

    return Changing


def _shown(operation_ids: str, change: Callable[[dict[str, Any]], None]) -> type[HonestServer]:
    """Make a server that shows an object otherwise by some operations; elements of lists by themselves."""

    class Showing(HonestServer):
        def respond(self, method: str, path: str, key: str | None, body: bytes) -> tuple[int, dict[str, str], bytes]:
            def twist(operation_id: str, ids: dict[str, str], asked: Any, status: int, answer: Any) -> Answer | None:
                if operation_id not in operation_ids.split() or status != 200:
                    return None
                answer = copy.deepcopy(answer)
                nested = answer["payments"] if operation_id == "billsGet" else answer
                for item in nested if isinstance(nested, list) else [nested]:
                    change(item)
                return status, answer

            self.twist = twist
            return super().respond(method, path, key, body)

    return Showing


def _put(*path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(view: dict[str, Any]) -> None:
        node = view
        for name in path[:-1]:
            node = node.get(name, {})
        if path[-1] in node:
            node[path[-1]] = value

    return change


class OtherBankInLists(HonestServer):
    """Shows another bank in lists than in a payment by itself."""

    def _payment_view(self, payment: Stored) -> dict[str, Any]:
        return {**super()._payment_view(payment), "paymentCardInfo": {"issuingBank": "QiwiBank"}}

    def _payments_of(self, ids: dict[str, str]) -> list[dict[str, Any]]:
        return [{**view, "paymentCardInfo": {"issuingBank": "Another"}} for view in super()._payments_of(ids)]


class NoReasons(HonestServer):
    """Declines without saying why."""

    def _status(self, value: str, reason: str | None = None) -> dict[str, str]:
        return super()._status(value)


class OtherReasons(HonestServer):
    """Declines for a reason that is not the one."""

    def _status(self, value: str, reason: str | None = None) -> dict[str, str]:
        return super()._status(value, reason and "ACQUIRING_UNKNOWN")


class WaitsOn(HonestServer):
    """Leaves a payment waiting when 3-D Secure is completed."""

    def paymentsComplete(self, ids: dict[str, str], asked: Any) -> Answer:
        status, view = super().paymentsComplete(ids, asked)
        return status, {**view, "status": {**view["status"], "value": "WAITING"}}


class OtherComments(HonestServer):
    """Shows the comment of a bill's payments in capitals."""

    def _payments_of(self, ids: dict[str, str]) -> list[dict[str, Any]]:
        comments = {name: payment.asked.get("comment", "") for (_, name), payment in self.payments.items()}
        found = super()._payments_of(ids)
        return [{**view, "comment": comments[view["paymentId"]].upper()} for view in found]


class RefundsBeforePayments(HonestServer):
    """Dates refunds back by a day."""

    def refundsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        now, self.now = self.now, self.now - timedelta(days=1)
        answer = super().refundsCreate(ids, asked)
        self.now = now
        return answer


class RunsBackwards(HonestServer):
    """Has a clock that goes back by a minute with each bill."""

    def billsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        self.now -= timedelta(minutes=1)
        return super().billsCreate(ids, asked)


class LivesTomorrow(HonestServer):
    """Dates captures a day ahead."""

    def capturesCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        now, self.now = self.now, self.now + timedelta(days=1)
        answer = super().capturesCreate(ids, asked)
        self.now = now
        return answer


class TouchesWhatIsRead(HonestServer):
    """Takes reading a payment for a change."""

    def paymentsGet(self, ids: dict[str, str], asked: Any) -> Answer:
        self._payment(ids).view["status"]["changedDateTime"] = self._time()
        return super().paymentsGet(ids, asked)


# Secrets ----------------------------------------------------------------------------------------------------------


class CardInList(HonestServer):
    """Shows the expiry of the card in lists of a bill's payments."""

    def _payments_of(self, ids: dict[str, str]) -> list[dict[str, Any]]:
        found = copy.deepcopy(super()._payments_of(ids))
        for payment in found:
            payment["paymentMethod"]["expiryDate"] = "12/34"
        return found


class CardInGroups(HonestServer):
    """Repeats the card number in groups of four, in the name of the bank."""

    def _pay(self, place: tuple[str, str], asked: Any) -> None:
        super()._pay(place, asked)
        pan = asked["paymentMethod"].get("pan", "")
        groups = " ".join(pan[at : at + 4] for at in range(0, len(pan), 4))
        self.payments[place].view["paymentCardInfo"] = {"issuingBank": f"bank of {groups}"}


class CardInHeader(HonestServer):
    """Answers with the card number in a header."""

    def respond(self, method: str, path: str, key: str | None, body: bytes) -> tuple[int, dict[str, str], bytes]:
        status, headers, answer = super().respond(method, path, key, body)
        return status, headers | ({"x-card": CARD["pan"]} if b'"pan"' in body else {}), answer


class TokenInError(HonestServer):
    """Repeats a token that it refuses."""

    def tokensDelete(self, ids: dict[str, str], asked: Any) -> Answer:
        try:
            return super().tokensDelete(ids, asked)
        except Refused:
            return 404, {"errorCode": "payin.resource.not.found", "description": f"no token {asked['token']}"}


class RefundsAnyFlag(HonestServer):
    """Calls every refund a reversal in lists."""

    def refundsList(self, ids: dict[str, str], asked: Any) -> Answer:
        status, views = super().refundsList(ids, asked)
        return status, [{**view, "flags": ["REVERSAL"]} for view in views]


class ListsSuccesses(HonestServer):
    """Leaves declined refunds out of the list."""

    def refundsList(self, ids: dict[str, str], asked: Any) -> Answer:
        status, views = super().refundsList(ids, asked)
        return status, [view for view in views if view["status"]["value"] == "COMPLETED"]


class StaleLists(HonestServer):
    """Shows payments in a bill's details as they were when they were made."""

    def _payments_of(self, ids: dict[str, str]) -> list[dict[str, Any]]:
        return [{**view, "refundedAmount": money(0)} for view in super()._payments_of(ids)]


class WritesCommas(HonestServer):
    """Writes sums of refunds and captures with a comma."""

    @staticmethod
    def _with_comma(view: dict[str, Any]) -> dict[str, Any]:
        amount = view["amount"]
        return {**view, "amount": {**amount, "value": amount["value"].replace(".", ",")}}

    def refundsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        status, view = super().refundsCreate(ids, asked)
        return status, self._with_comma(view)

    def refundsList(self, ids: dict[str, str], asked: Any) -> Answer:
        status, views = super().refundsList(ids, asked)
        return status, [self._with_comma(view) for view in views]

    def capturesCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        status, view = super().capturesCreate(ids, asked)
        return status, self._with_comma(view)


class WritesNoSums(HonestServer):
    """Writes null for the sums of a payment that is listed."""

    def _payments_of(self, ids: dict[str, str]) -> list[dict[str, Any]]:
        return [{**view, "amount": None, "capturedAmount": "0"} for view in super()._payments_of(ids)]


class LosesTheMark(HonestServer):
    """Shows TEST among the flags of a payment when it is made, and not later."""

    def paymentsGet(self, ids: dict[str, str], asked: Any) -> Answer:
        status, view = super().paymentsGet(ids, asked)
        return status, {name: value for name, value in view.items() if name != "flags"}


class ListsOtherSites(HonestServer):
    """Lists the payments of bills of all sites in the list alone."""

    def billsListPayments(self, ids: dict[str, str], asked: Any) -> Answer:
        status, views = super().billsListPayments(ids, asked)
        others = [site.site_id for site in SITES if site.site_id != ids["siteId"]]
        return status, [*views, *(view for site in others for view in self._payments_of({**ids, "siteId": site}))]


class CustomerOfTheLatest(HonestServer):
    """Shows the customer of the payment that was made last."""

    def paymentsGet(self, ids: dict[str, str], asked: Any) -> Answer:
        status, view = super().paymentsGet(ids, asked)
        latest = list(self.payments.values())[-1].asked.get("customer")
        return status, view | ({"customer": latest} if "customer" in view and latest else {})


class LivesAhead(HonestServer):
    """Dates what it makes three hours ahead of its errors."""

    def _pay(self, place: tuple[str, str], asked: Any) -> None:
        now, self.now = self.now, self.now + timedelta(hours=3)
        super()._pay(place, asked)
        self.now = now


class LeavesRefusedPayments(HonestServer):
    """Keeps a payment that it refused for its token."""

    def paymentsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        try:
            return super().paymentsCreate(ids, asked)
        except Refused:
            place = (ids["siteId"], ids["paymentId"])
            if asked["paymentMethod"]["type"] == "TOKEN" and place not in self.payments:
                self._pay(place, asked)
            raise


def _told(server: type[HonestServer], *broken: Rule) -> Told:
    return server, frozenset(broken)


_TAKEN = (rules.OVERWRITTEN, rules.ID_TAKEN, rules.SAME_REQUEST, rules.IDENTITY, rules.ECHO_AMOUNT)

BROKEN: dict[str, Told] = {
    "remembers-the-last-bill": _told(RemembersTheLastBill, *_TAKEN),
    "remembers-ten-payments": _told(RemembersTenPayments, *_TAKEN),
    "merges-bills": _told(MergesBills, rules.OVERWRITTEN),
    "ignores-other-payments": _told(IgnoresOtherPayments, rules.ID_TAKEN),
    "compares-sums-alone": _told(ComparesSumsAlone, rules.ID_TAKEN),
    "refunds-repeats": _told(RefundsRepeats, rules.REFUNDED_SUM),
    "refunds-what-it-refuses": _told(RefundsWhatItRefuses, rules.REFUNDED_SUM),
    "refuses-repeats-of-captured": _told(RefusesRepeatsOfCaptured, rules.SAME_REQUEST),
    "answers-as-at-first": _told(AnswersAsAtFirst, rules.REPEAT_NOW),
    "folds-case": _told(FoldsCase, rules.ECHO_ID, rules.OVERWRITTEN, rules.UNEXPECTED_REFUSAL),
    "cuts-ids": _told(CutsIds, rules.UNEXPECTED_REFUSAL),
    "refund-ids-of-the-site": _told(RefundIdsOfTheSite, rules.PART_OF_PAYMENT),
    "reads-payments-of-any-site": _told(_of_any_site("paymentsGet"), rules.OTHER_SITE),
    "captures-on-any-site": _told(_of_any_site("capturesCreate"), rules.OTHER_SITE),
    "refunds-on-any-site": _told(_of_any_site("refundsCreate"), rules.OTHER_SITE),
    "completes-on-any-site": _told(_of_any_site("paymentsComplete"), rules.OTHER_SITE),
    "reads-captures-of-any-site": _told(_of_any_site("capturesGet"), rules.OTHER_SITE),
    "reads-refunds-of-any-site": _told(_of_any_site("refundsGet"), rules.OTHER_SITE),
    "lists-refunds-of-any-site": _told(_of_any_site("refundsList"), rules.OTHER_SITE),
    "payment-ids-of-all-sites": _told(PaymentIdsOfAllSites, rules.UNEXPECTED_REFUSAL),
    "mixes-sites": _told(MixesSites, rules.PAYMENTS_WHOLE, rules.ECHO_AMOUNT),
    "refunds-a-cent-more": _told(RefundsACentMore, rules.REFUND_OVER),
    "forgets-reversals": _told(ForgetsReversals, rules.REFUND_OVER),
    "captures-what-is-reversed": _told(CapturesWhatIsReversed, rules.CAPTURE_STATE),
    "captures-one-step": _told(CapturesOneStep, rules.CAPTURE_STATE),
    "captures-waiting": _told(CapturesWaiting, rules.CAPTURE_STATE),
    "refunds-waiting": _told(RefundsWaiting, rules.REFUND_STATE),
    "counts-declined-refunds": _told(CountsDeclinedRefunds, rules.REFUNDED_SUM, rules.BOUNDS),
    "debits-the-hold": _told(DebitsTheHold, rules.UNASKED_CAPTURE),
    "other-currency": _told(OtherCurrency, rules.CURRENCY),
    "completes-again": _told(CompletesAgain, rules.COMPLETE_STATE),
    "still-asks": _told(StillAsks, rules.REQUIREMENTS_GONE),
    "waits-for-nothing": _told(WaitsForNothing, rules.DECIDED_AT_ONCE),
    "charges-paid-bills": _told(ChargesPaidBills, rules.BILL_PAID_TWICE),
    "charges-expired-bills": _told(ChargesExpiredBills, rules.BILL_PAID_TWICE),
    "charges-other-sums": _told(ChargesOtherSums, rules.BILL_PAID_TWICE),
    "declined-bill-is-paid": _told(DeclinedBillIsPaid, rules.BILL_PAID),
    "declined-bill-says-paid": _told(DeclinedBillSaysPaid, rules.ALREADY_PAID),
    "refunded-bill-waits": _told(RefundedBillWaits, rules.STATUS_BACK),
    "one-invoice": _told(OneInvoice, rules.INVOICE_UID),
    "tokens-of-any-site": _told(TokensOfAnySite, rules.TOKEN_OF_SITE),
    "tokens-fold-case": _told(TokensFoldCase, rules.TOKEN_ACCOUNT),
    "tokens-outlive-deletion": _told(TokensOutliveDeletion, rules.TOKEN_DELETED),
    "anybody-deletes": _told(AnybodyDeletes, rules.TOKEN_DELETE),
    "deletes-all-tokens": _told(DeletesAllTokens, rules.UNEXPECTED_REFUSAL),
    "token-of-the-card": _told(TokenOfTheCard, rules.TOKEN_SHARED),
    "token-charges-another": _told(TokenChargesAnother, rules.TOKEN_CARD),
    "trims-texts": _told(_text(str.strip), rules.ECHO_COMMENT),
    "normalizes-texts": _told(_text(lambda text: unicodedata.normalize("NFC", text)), rules.ECHO_COMMENT),
    "escapes-texts": _told(_text(lambda text: text.replace("&", "&amp;")), rules.ECHO_COMMENT),
    "cuts-texts-by-bytes": _told(_text(lambda text: text.encode()[:255].decode(errors="ignore")), rules.ECHO_COMMENT),
    "loses-emoji": _told(_text(lambda text: "".join(one for one in text if ord(one) < 0x10000)), rules.ECHO_COMMENT),
    "decodes-texts": _told(_text(lambda text: text.replace("+", " ")), rules.ECHO_COMMENT),
    "lowers-custom-fields": _told(
        _shown("paymentsGet", lambda view: view.update(customFields={"cf1": "x"}) if "customFields" in view else None),
        rules.ECHO_CUSTOM_FIELDS,
    ),
    "loses-a-region": _told(
        _shown("paymentsGet", lambda view: view.get("customer", {}).get("address", {}).pop("region", None)),
        rules.ECHO_CUSTOMER,
    ),
    "other-card-in-lists": _told(
        _shown("billsListPayments", _put("paymentMethod", "maskedPan", value="000000******0000")), rules.MASKED_PAN
    ),
    "other-bank-in-lists": _told(OtherBankInLists, rules.SHOWN_ALIKE),
    "other-reason-in-lists": _told(
        _shown("billsListPayments", _put("status", "reason", value="ACQUIRING_UNKNOWN")), rules.SHOWN_ALIKE
    ),
    "other-flags-in-get": _told(_shown("paymentsGet", _put("flags", value=["AFT"])), rules.SHOWN_ALIKE),
    "other-bill-in-get": _told(_shown("paymentsGet", lambda view: view.update(billId="another")), rules.ECHO_BILL_ID),
    "no-reasons": _told(NoReasons, rules.REASON_TOLD),
    "other-reasons": _told(OtherReasons, rules.EXPIRED_REASON, rules.OTHER_SUM_REASON, rules.PARES_REASON),
    "waits-on": _told(WaitsOn, rules.COMPLETE_DECIDES),
    "other-comments": _told(OtherComments, rules.ECHO_PAYMENT_COMMENT),
    "refunds-before-payments": _told(RefundsBeforePayments, rules.CHILD_AFTER_PARENT),
    "runs-backwards": _told(RunsBackwards, rules.TIME_MOVES_ON),
    "lives-tomorrow": _told(LivesTomorrow, rules.TIME_MOVES_ON),
    "touches-what-is-read": _told(TouchesWhatIsRead, rules.CHANGED_WITH_STATUS),
    "card-in-list": _told(CardInList, rules.CARD_DATA),
    "card-in-groups": _told(CardInGroups, rules.CARD_DATA),
    "card-in-header": _told(CardInHeader, rules.CARD_DATA),
    "token-in-error": _told(TokenInError, rules.KEY_SHOWN),
    "any-flag-in-lists": _told(RefundsAnyFlag, rules.REFUND_FLAG),
    "lists-successes": _told(ListsSuccesses, rules.LIST_WHOLE),
    "stale-lists": _told(StaleLists, rules.REFUNDED_SUM),
    "writes-commas": _told(WritesCommas, rules.AMOUNT_FORM),
    "writes-no-sums": _told(WritesNoSums, rules.AMOUNT_FORM, rules.ECHO_AMOUNT),
    "loses-the-mark": _told(LosesTheMark, rules.SHOWN_ALIKE),
    "lists-other-sites": _told(ListsOtherSites, rules.PAYMENTS_WHOLE),
    "customer-of-the-latest": _told(CustomerOfTheLatest, rules.ECHO_CUSTOMER),
    "lives-ahead": _told(LivesAhead, rules.TIME_MOVES_ON),
    "leaves-refused-payments": _told(LeavesRefusedPayments, rules.UNKNOWN_ID),
}
"""By a name: the server, and the rules of which one must tell it."""
