"""Faults of 3-D Secure and of test mode."""

from collections.abc import Iterable
from typing import Any

import attrs

from qiwi_payin_contract.faults.base import Fault, ShownOtherwise
from qiwi_payin_contract.faults.messages import Answer, Call, Forward
from qiwi_payin_contract.shop import at
from qiwi_payin_contract.sites import Site


def _completed(payment: dict[str, Any]) -> dict[str, Any]:
    changed = payment["status"]["changedDateTime"]
    kept = {name: value for name, value in payment.items() if name != "requirements"}
    return {**kept, "status": {"value": "COMPLETED", "changedDateTime": changed}}


def _other_card(call: Call, **fields: str) -> Call:
    return call.with_json({**call.json, "paymentMethod": {**call.json["paymentMethod"], **fields}})


class WrongParesAccepted(ShownOtherwise):
    """Completes a payment whatever pares it is given."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-409"})

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        return _completed(payment) if at(payment, "status", "reason") == "DECLINED_BY_MPI" else payment


class RefusedByBankAccepted(Fault):
    """Completes a payment whose payer gave up on the issuing bank's page."""

    group = "scenarios"
    rules = frozenset({"QP-PAY-003"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        if call.answers_three_ds:
            return forward(call.with_json({**call.json, "answer": "confirm"}))
        return forward(call)


class CompleteTwice(Fault):
    """Answers 3-D Secure that is finished a second time with 200 and the payment."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-410"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id != "paymentsComplete" or answer.status != 400 or "cause" in answer.json:
            return answer
        headers = {name: value for name, value in call.headers.items() if name != "content-type"}
        return forward(
            attrs.evolve(call, method="GET", path=call.path.removesuffix("/complete"), headers=headers, body=b"")
        )


class NoThreeDs(Fault):
    """Asks for no 3-D Secure, whatever the card."""

    group = "scenarios"
    rules = frozenset({"QP-PAY-001"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        if call.operation_id == "paymentsCreate" and at(call.json, "paymentMethod", "cvv2") == "849":
            return forward(_other_card(call, cvv2="123"))
        return forward(call)


class ThreeDsForSavedCards(ShownOtherwise):
    """Asks for 3-D Secure of saved cards too."""

    group = "scenarios"
    rules = frozenset({"QP-BOOKS-706", "QP-FORM-017"})

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        if payment["paymentMethod"]["type"] != "TOKEN" or payment["status"]["value"] != "COMPLETED":
            return payment
        wanted = {"threeDS": {"pareq": "eJyrrgUAAXUA+Q==", "acsUrl": "https://acs.example/start"}}
        nothing = {**payment["capturedAmount"], "value": "0.00"}
        status = {**payment["status"], "value": "WAITING"}
        return {**payment, "status": status, "requirements": wanted, "capturedAmount": nothing}


class ThreeDsNeverEnds(ShownOtherwise):
    """Lets a payment wait for 3-D Secure for ever."""

    group = "scenarios"
    rules = frozenset({"QP-REF-015"})

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        if at(payment, "status", "reason") != "PAYMENT_EXPIRED_3DS":
            return payment
        wanted = {"threeDS": {"pareq": "eJyrrgUAAXUA+Q==", "acsUrl": "https://acs.example/start"}}
        changed = payment["status"]["changedDateTime"]
        return {**payment, "status": {"value": "WAITING", "changedDateTime": changed}, "requirements": wanted}


class RequirementsStay(ShownOtherwise):
    """Goes on showing requirements after 3-D Secure is done."""

    group = "scenarios"
    rules = frozenset({"QP-BOOKS-415", "QP-SHAPE-108"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._asked: dict[str, Any] = {}

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        if "requirements" in payment:
            self._asked[payment["paymentId"]] = payment["requirements"]
        asked = self._asked.get(payment["paymentId"])
        return payment if asked is None else {**payment, "requirements": asked}


class MonthIgnored(Fault):
    """Knows nothing of the cards that test mode declines: a payment with expiry month 02 succeeds."""

    group = "scenarios"
    rules = frozenset({"QP-TEST-001"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        expiry = at(call.json, "paymentMethod", "expiryDate")
        if call.operation_id == "paymentsCreate" and isinstance(expiry, str) and expiry.startswith("02/"):
            return forward(_other_card(call, expiryDate=f"12/{expiry[3:]}"))
        return forward(call)


class SlowCardAtOnce(Fault):
    """Completes a payment with expiry month 03 at once, not after three seconds."""

    group = "scenarios"
    rules = frozenset({"QP-TEST-002"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        expiry = at(call.json, "paymentMethod", "expiryDate")
        if call.operation_id == "paymentsCreate" and isinstance(expiry, str) and expiry.startswith("03/"):
            return forward(_other_card(call, expiryDate=f"12/{expiry[3:]}"))
        return forward(call)


class ModeForgotten(ShownOtherwise):
    """Says that a site is in test mode where something is made, and no more where it is read."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-215"})

    def bill(self, call: Call, bill: dict[str, Any]) -> dict[str, Any]:
        return bill if call.method == "PUT" else _without_test(bill)

    def payment(self, call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        return payment if call.method == "PUT" else _without_test(payment)


def _without_test(shown: dict[str, Any]) -> dict[str, Any]:
    return {**shown, "flags": [flag for flag in shown.get("flags", ()) if flag != "TEST"]}
