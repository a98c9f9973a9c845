"""Faults against single sentences of the documents' stories: each breaks one of them and leaves the rest as it is."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from qiwi_payin_contract.faults.base import Fault, ShownOtherwise
from qiwi_payin_contract.faults.messages import Answer, Call, Forward
from qiwi_payin_contract.json_text import dumps
from qiwi_payin_contract.shop import at
from qiwi_payin_contract.sites import Site

__all__ = [
    "AccountOfBillRefused",
    "BillWithoutFlagsRefused",
    "CaptureWithoutItsPayment",
    "CapturedEarly",
    "CardDataOfFormPayments",
    "CardInfoMissing",
    "CommandsAmongFlags",
    "CredentialOfEveryCard",
    "DebitedOnFormLater",
    "FormGone",
    "FormWithoutThreeDs",
    "FurtherCustomFieldsRefused",
    "HalfCaptured",
    "MinimalPaymentRefused",
    "OneStepBillRefused",
    "OtherMethodShown",
    "PaidBillShowsNoPayment",
    "PaymentWithoutBillId",
    "SettlementInTheSameCurrency",
    "TokenInOneStepOnly",
    "TokenOnEverySite",
    "WaitingPaymentCompletesItself",
]


class _Refusing(Fault):
    """Refuses some requests as it refuses wrong ones."""

    group = "scenarios"

    def apply(self, call: Call, forward: Forward) -> Answer:
        asked = call.json
        if isinstance(asked, Mapping) and self.refuses(call, asked):
            # What the server behind refuses by itself has the form of every refusal.
            return forward(attrs.evolve(call, body=dumps({**asked, "amount": {"currency": "RUB"}}).encode()))
        return forward(call)

    def refuses(self, call: Call, asked: Mapping[str, Any]) -> bool:
        """Whether a request is refused."""
        raise NotImplementedError


class OneStepBillRefused(_Refusing):
    """Refuses bills that are to be paid in one step."""

    rules = frozenset({"QP-FORM-001"})

    def refuses(self, call: Call, asked: Mapping[str, Any]) -> bool:
        return call.operation_id == "billsCreate" and "SALE" in asked.get("flags", ())


class BillWithoutFlagsRefused(_Refusing):
    """Refuses bills that have no flags."""

    rules = frozenset({"QP-FORM-002"})
    shown_last = True

    def refuses(self, call: Call, asked: Mapping[str, Any]) -> bool:
        return call.operation_id == "billsCreate" and "flags" not in asked


class AccountOfBillRefused(_Refusing):
    """Refuses bills that name the payer's account."""

    rules = frozenset({"QP-FLOW-001"})

    def refuses(self, call: Call, asked: Mapping[str, Any]) -> bool:
        return call.operation_id == "billsCreate" and at(asked, "customer", "account") is not None


class MinimalPaymentRefused(_Refusing):
    """Refuses payments that have nothing but what is required."""

    rules = frozenset({"QP-PAY-004"})
    shown_last = True

    def refuses(self, call: Call, asked: Mapping[str, Any]) -> bool:
        return call.operation_id == "paymentsCreate" and asked.keys() == {"paymentMethod", "amount"}


class TokenInOneStepOnly(_Refusing):
    """Takes payment tokens in one step only."""

    rules = frozenset({"QP-PAY-015"})
    shown_last = True

    def refuses(self, call: Call, asked: Mapping[str, Any]) -> bool:
        by_token = at(asked, "paymentMethod", "type") == "TOKEN"
        return call.operation_id == "paymentsCreate" and by_token and "SALE" not in asked.get("flags", ())


class TokenOnEverySite(Fault):
    """Charges a token on sites that it was not issued for."""

    group = "scenarios"
    rules = frozenset({"QP-PAY-016"})
    shown_last = True

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._issued: dict[str, tuple[str, Answer]] = {}

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id != "paymentsCreate":
            return answer
        if answer.ok and "createdToken" in answer.json:
            self._issued[answer.json["createdToken"]["token"]] = (call.ids["siteId"], answer)
        site_id, paid = self._issued.get(str(at(call.json, "paymentMethod", "paymentToken")), ("", answer))
        if answer.ok or site_id in {"", call.ids["siteId"]}:
            return answer
        body = {name: value for name, value in paid.json.items() if name != "createdToken"}
        method = {**body["paymentMethod"], "type": "TOKEN"}
        return paid.with_json({**body, "paymentId": call.ids["paymentId"], "paymentMethod": method})


class FurtherCustomFieldsRefused(_Refusing):
    """Refuses customFields of other names than cf1 to cf5."""

    rules = frozenset({"QP-PAY-019"})

    def refuses(self, call: Call, asked: Mapping[str, Any]) -> bool:
        names = at(asked, "customFields") or {}
        return call.operation_id == "paymentsCreate" and not all(re.fullmatch("cf[1-5]", name) for name in names)


class FormGone(Fault):
    """Answers 404 where payUrl leads."""

    group = "scenarios"
    rules = frozenset({"QP-FORM-003"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        return attrs.evolve(answer, status=404) if call.path.startswith("/form") else answer


class PaidBillShowsNoPayment(Fault):
    """Shows a paid bill without the payment that paid it."""

    group = "scenarios"
    rules = frozenset({"QP-FORM-004"})
    shown_last = True

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id == "billsGet" and at(answer.json, "status", "value") == "PAID":
            return answer.with_json({**answer.json, "payments": []})
        return answer


class _OfForm(ShownOtherwise):
    """Knows the payments that were made on the form."""

    group = "scenarios"

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self.made: set[str] = set()

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.pays_a_bill and answer.ok:
            self.made.add(answer.json["paymentId"])
        return self.shown(call, answer)


class DebitedOnFormLater(_OfForm):
    """Holds the money of one-step payments on the form, as if it were to be debited later."""

    rules = frozenset({"QP-FORM-005"})

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        if payment["paymentId"] not in self.made:
            return payment
        return {**payment, "capturedAmount": {**payment["capturedAmount"], "value": "0.00"}}


class FormWithoutThreeDs(_OfForm):
    """Takes a card on the form without waiting for 3-D Secure."""

    rules = frozenset({"QP-FORM-018"})

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        if payment["paymentId"] not in self.made or payment["status"]["value"] != "WAITING":
            return payment
        kept = {name: value for name, value in payment.items() if name != "requirements"}
        return {**kept, "status": {**payment["status"], "value": "COMPLETED"}}


class CardDataOfFormPayments(_OfForm):
    """Shows the expiry and the holder of cards that were typed on the form."""

    rules = frozenset({"QP-FORM-016"})

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        if payment["paymentId"] not in self.made:
            return payment
        method = {**payment["paymentMethod"], "expiryDate": "12/34", "holderName": "CARD HOLDER"}
        return {**payment, "paymentMethod": method}


class CaptureWithoutItsPayment(ShownOtherwise):
    """Answers a capture without saying of which payment and site it is."""

    group = "scenarios"
    rules = frozenset({"QP-FORM-008"})
    shown_last = True

    def capture(self, _call: Call, capture: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in capture.items() if name not in {"siteId", "paymentId"}}


class HalfCaptured(ShownOtherwise):
    """Debits half of what was held when the partner confirms."""

    group = "scenarios"
    rules = frozenset({"QP-FORM-009"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._captured: set[str] = set()

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id == "capturesCreate" and answer.ok:
            self._captured.add(call.ids["paymentId"])
        return self.shown(call, answer)

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        if payment["paymentId"] not in self._captured:
            return payment
        kopecks = int(payment["capturedAmount"]["value"].replace(".", "")) // 2
        half = f"{kopecks // 100}.{kopecks % 100:02}"
        return {**payment, "capturedAmount": {**payment["capturedAmount"], "value": half}}


class CapturedEarly(ShownOtherwise):
    """Debits a hold as soon as any time has passed."""

    group = "scenarios"
    rules = frozenset({"QP-FORM-010"})
    shown_last = True

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._made: set[str] = set()
        self._of_before: set[str] = set()

    def apply(self, call: Call, forward: Forward) -> Answer:
        if call.operation_id == "paymentsCreate":
            self._made.add(call.ids["paymentId"])
        if str(call.control).startswith("clock/advance"):
            self._of_before |= self._made
        return super().apply(call, forward)

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        if payment["paymentId"] not in self._of_before or payment["status"]["value"] != "COMPLETED":
            return payment
        return {**payment, "capturedAmount": payment["amount"]}


class PaymentWithoutBillId(ShownOtherwise):
    """Gives payments without an order number none."""

    group = "scenarios"
    rules = frozenset({"QP-PAY-005"})

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in payment.items() if name != "billId"}


class CommandsAmongFlags(ShownOtherwise):
    """Repeats SALE among the flags of a payment's answer."""

    group = "scenarios"
    rules = frozenset({"QP-PAY-008"})
    shown_last = True

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        return {**payment, "flags": [*payment.get("flags", ()), "SALE"]}


class CredentialOfEveryCard(ShownOtherwise):
    """Shows credentialOnFile for cards that are typed for the first time."""

    group = "scenarios"
    rules = frozenset({"QP-PAY-020"})

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        return {"credentialOnFile": {"type": "CREDENTIAL_ON_FILE"}, **payment}


class SettlementInTheSameCurrency(ShownOtherwise):
    """Shows settlementAmount although the settlement is in the payment's own currency."""

    group = "scenarios"
    rules = frozenset({"QP-PAY-021"})

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        return {**payment, "settlementAmount": payment["amount"]}


class OtherMethodShown(ShownOtherwise):
    """Shows payments by token as payments by card."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-214"})

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        method = payment["paymentMethod"]
        return {**payment, "paymentMethod": {**method, "type": "CARD" if method["type"] == "TOKEN" else method["type"]}}


class WaitingPaymentCompletesItself(ShownOtherwise):
    """Completes payments that wait for 3-D Secure when they are looked at."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-408"})

    def payment(self, call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        if call.operation_id != "paymentsGet" or payment["status"]["value"] != "WAITING":
            return payment
        kept = {name: value for name, value in payment.items() if name != "requirements"}
        return {**kept, "status": {**payment["status"], "value": "COMPLETED"}}


class CardInfoMissing(ShownOtherwise):
    """Leaves paymentCardInfo out of payments that wait for 3-D Secure, which the printed answer has."""

    group = "exchanges"
    rules = frozenset({"QP-EXCH-042"})

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        if payment["status"]["value"] != "WAITING":
            return payment
        return {name: value for name, value in payment.items() if name != "paymentCardInfo"}
