# ruff: noqa: ARG005, PLR0915 - the story is one long list of calls
"""The books notice every way in which answers can contradict each other, and nothing else."""

import copy
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from qiwi_payin_contract.books import rules
from qiwi_payin_contract.books.fields import request_fields
from qiwi_payin_contract.books.keeper import Books
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Finding  # noqa: TC002 - a plain import reads best here
from qiwi_payin_contract.rules import Rule

from tests.contract.broken_servers import BROKEN
from tests.contract.honest_server import CARD, CARD_3DS, SITES, HonestServer, Twist, money

FIELDS = request_fields()
BILL = {"amount": {"value": Decimal("10.00"), "currency": "RUB"}, "expirationDateTime": "2030-01-01T00:00:00+03:00"}
PAYMENT = {"amount": {"value": "10.00", "currency": "RUB"}, "paymentMethod": CARD}
FULL_BILL = {
    **BILL,
    "comment": "Spasibo",
    "flags": ["SALE"],
    "customer": {"account": "a-1", "address": {"city": "Moscow"}},
    "customFields": {"cf1": "Some data"},
}


def rub(value: str) -> dict[str, Any]:
    return {"amount": {"value": value, "currency": "RUB"}}


class Shop:
    """A partner who sends valid requests to a server while the books look on."""

    def __init__(self, server: HonestServer) -> None:
        self.server = server
        self.books = Books({site.site_id: {site.key} for site in SITES}, lambda text: text.startswith("own"), FIELDS)
        self.findings: list[Finding] = []
        self._numbers = itertools.count(1)

    def id(self) -> str:
        return f"own-{next(self._numbers)}"

    def __call__(self, operation_id: str, body: Any = None, *, valid: bool = True, **options: Any) -> Exchange:
        exchange = self.server.send(operation_id, body, **options)
        self.findings += self.books.observe(exchange, valid=valid)
        return exchange

    @property
    def broken(self) -> set[Rule]:
        return {finding.rule for finding in self.findings}

    def payment(self, **more: Any) -> str:
        payment_id = self.id()
        self("paymentsCreate", {**PAYMENT, **more}, payment_id=payment_id)
        return payment_id

    def bill(self, **more: Any) -> str:
        bill_id = self.id()
        self("billsCreate", {**BILL, **more}, bill_id=bill_id)
        return bill_id


def story(shop: Shop) -> None:
    """Everything that a partner can do, once."""
    bill = shop.id()
    shop("billsCreate", FULL_BILL, bill_id=bill)
    shop("billsCreate", FULL_BILL, bill_id=bill)
    shop("billsCreate", {**FULL_BILL, **rub("11.00")}, bill_id=bill)
    shop("billsGet", bill_id=bill)
    shop("billsListPayments", bill_id=bill)
    shop.server.pay(bill)
    shop("billsGet", bill_id=bill)
    born = shop("billsListPayments", bill_id=bill).answer_json[0]["paymentId"]
    shop("paymentsGet", payment_id=born)
    shop("refundsCreate", rub("4.00"), payment_id=born, refund_id=shop.id())
    shop("paymentsGet", payment_id=born)
    shop.payment(billId=bill)
    shop("billsGet", bill_id=bill)

    other = shop.bill()
    shop.payment(billId=other, paymentMethod={**CARD, "expiryDate": "02/34"})
    paid = shop.payment(billId=other)
    shop("billsGet", bill_id=other)
    shop("paymentsGet", payment_id=paid)
    shop("billsGet", bill_id=shop.bill(expirationDateTime="2020-01-01T00:00:00+03:00"))

    held = shop.payment(callbackUrl="https://example.com/c", customFields={"cf1": "x"})
    shop("paymentsGet", payment_id=held)
    first = shop.id()
    shop("refundsCreate", rub("2.50"), payment_id=held, refund_id=first)
    shop("refundsCreate", rub("2.50"), payment_id=held, refund_id=first)
    shop("paymentsGet", payment_id=held)
    shop("refundsCreate", rub("7.51"), payment_id=held, refund_id=shop.id())
    capture = shop.id()
    shop("capturesCreate", payment_id=held, capture_id=capture)
    shop("paymentsGet", payment_id=held)
    shop("capturesCreate", {}, payment_id=held, capture_id=capture)
    shop("capturesCreate", payment_id=held, capture_id=shop.id())
    shop("capturesGet", payment_id=held, capture_id=capture)
    shop("refundsCreate", rub("7.50"), payment_id=held, refund_id=shop.id())
    shop("refundsCreate", rub("0.01"), payment_id=held, refund_id=shop.id())
    shop("refundsList", payment_id=held)
    shop("refundsGet", payment_id=held, refund_id=first)
    shop("paymentsGet", payment_id=held)

    sold = shop.payment(flags=["SALE"], customer={"account": "a-2"})
    shop("paymentsGet", payment_id=sold)
    shop("capturesCreate", payment_id=sold, capture_id=shop.id())
    shop("refundsCreate", rub("10.00"), payment_id=sold, refund_id=shop.id())
    shop("paymentsGet", payment_id=sold)

    waiting = shop.payment(paymentMethod=CARD_3DS)
    shop("refundsCreate", rub("1.00"), payment_id=waiting, refund_id=shop.id())
    shop("paymentsGet", payment_id=waiting)
    shop("paymentsComplete", {"threeDS": {"pares": "confirmed"}}, payment_id=waiting)
    shop("paymentsComplete", {"threeDS": {"pares": "confirmed"}}, payment_id=waiting)
    refused = shop.payment(paymentMethod=CARD_3DS)
    shop("paymentsComplete", {"threeDS": {"pares": "forged"}}, payment_id=refused)
    shop("paymentsGet", payment_id=refused)

    binding = {"flags": ["BIND_PAYMENT_TOKEN"], "customer": {"account": "a-3"}}
    bound = shop.id()
    token = shop("paymentsCreate", {**PAYMENT, **binding}, payment_id=bound).answer_json["createdToken"]["token"]
    by_token = {**PAYMENT, "paymentMethod": {"type": "TOKEN", "paymentToken": token}, "customer": {"account": "a-3"}}
    shop("paymentsCreate", by_token, payment_id=shop.id())
    shop("paymentsCreate", {**by_token, "customer": {"account": "a-4"}}, payment_id=shop.id())
    shop("paymentsCreate", {name: by_token[name] for name in PAYMENT}, payment_id=shop.id())
    shop("paymentsCreate", by_token, payment_id=shop.id(), site=SITES[1])
    shop("tokensDelete", {"customerAccountId": "a-3", "token": token})
    shop("tokensDelete", {"customerAccountId": "a-3", "token": token})
    shop("paymentsCreate", by_token, payment_id=shop.id())

    shop("billsGet", bill_id=shop.id())
    shop("billsGet", bill_id=bill, site=SITES[1])
    shop("billsGet", bill_id=bill, key="wrong")
    shop("billsCreate", {**BILL, **rub("0.001")}, bill_id=shop.id(), valid=False)
    shop("capturesCreate", payment_id=shop.id(), capture_id=shop.id())


def put(path: str, value: Any) -> Callable[[Any], Any]:
    """Make a lie that puts a value at a dotted path of an answer, or takes it out where the value is `...`."""

    def lie(answer: Any) -> Any:
        *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        node = answer
        for step in steps:
            node = node[step]
        if value is ...:
            del node[last]
        else:
            node[last] = value
        return answer

    return lie


@dataclass
class Lie:
    """Which answer is not told as it is: the `nth` of an operation with this honest status for which `when` holds."""

    rule: Rule
    operation_id: str
    tell: Callable[[Any], Any]
    nth: int = 0
    honest: int = 200
    status: int | None = None
    when: Callable[[dict[str, str], Any, Any], bool] = lambda ids, asked, answer: True

    def twist(self) -> Twist:
        counter = itertools.count()

        def twisted(operation_id: str, ids: dict[str, str], asked: Any, status: int, answer: Any) -> Any:
            if operation_id != self.operation_id or status != self.honest or not self.when(ids, asked, answer):
                return None
            if next(counter) != self.nth:
                return None
            return self.status or status, self.tell(copy.deepcopy(answer))

        return twisted


def stands(value: str) -> Callable[[Any, Any, Any], bool]:
    return lambda ids, asked, answer: answer["status"]["value"] == value


def told(**fields: Any) -> Callable[[Any, Any, Any], bool]:
    return lambda ids, asked, answer: all(answer.get(name) == value for name, value in fields.items())


CAPTURED = money(1000)
NOT_FOUND = {"errorCode": "payin.resource.not.found"}
REFUND = {
    "refundId": "own-x",
    "createdDateTime": "2026-03-01T12:00:00.000+00:00",
    "amount": money(100),
    "status": {"value": "COMPLETED", "changedDateTime": "2026-03-01T12:00:00.000+00:00"},
}


def completed(answer: Any) -> Any:
    answer["status"]["value"] = "COMPLETED"
    answer["status"].pop("reason", None)
    return answer


def sale(ids: Any, asked: Any, answer: Any) -> bool:
    return bool(answer["capturedAmount"]["value"] == "10.00")


def bound(ids: Any, asked: Any, answer: Any) -> bool:
    return "createdToken" in answer


def accepted_payment(answer: Any) -> Any:
    return {
        "paymentId": "x",
        "createdDateTime": "2026-03-01T12:00:00.000+00:00",
        "amount": money(1000),
        "capturedAmount": money(0),
        "refundedAmount": money(0),
        "paymentMethod": {"type": "TOKEN"},
        "customer": {"account": "a-3"},
        "paymentCardInfo": {},
        "status": {"value": "COMPLETED", "changedDateTime": "2026-03-01T12:00:00.000+00:00"},
    }


def accepted_capture(answer: Any) -> Any:
    return {
        "createdDateTime": "2026-03-01T12:00:00.000+00:00",
        "siteId": "site-a",
        "amount": money(1000),
        "status": {"value": "COMPLETED"},
    }


def cause_of(name: str) -> Callable[[Any, Any, Any], bool]:
    return lambda ids, asked, answer: name in answer.get("cause", {})


LIES = (
    Lie(rules.READ_BACK, "billsGet", lambda _: NOT_FOUND, status=404),
    Lie(rules.READ_BACK, "paymentsGet", lambda _: NOT_FOUND, status=404, nth=1),
    Lie(rules.READ_BACK, "refundsGet", lambda _: NOT_FOUND, status=404),
    Lie(rules.READ_BACK, "capturesGet", lambda _: NOT_FOUND, status=404),
    Lie(rules.UNKNOWN_ID, "billsGet", lambda _: {"payments": []}, honest=404, status=200),
    Lie(rules.UNKNOWN_ID, "capturesCreate", accepted_capture, honest=404, status=200),
    Lie(rules.OTHER_SITE, "billsGet", lambda _: {"payments": []}, honest=404, status=200, nth=1),
    Lie(rules.OTHER_KEY, "billsGet", lambda _: {"payments": []}, honest=401, status=200),
    Lie(rules.SAME_REQUEST, "billsCreate", lambda _: {"errorCode": "validation.error"}, nth=1, status=400),
    Lie(rules.ID_TAKEN, "billsCreate", put("cause", {"amount": ["x"]}), honest=400),
    Lie(rules.ECHO_ID, "billsCreate", put("billId", "another")),
    Lie(rules.ECHO_ID, "capturesCreate", put("paymentId", "another")),
    Lie(rules.ECHO_AMOUNT, "billsGet", put("amount.value", "10.01")),
    Lie(rules.ECHO_AMOUNT, "refundsGet", put("amount.value", "2.49")),
    Lie(rules.ECHO_AMOUNT, "capturesGet", put("amount.value", "7.49")),
    Lie(rules.AMOUNT_FORM, "billsGet", put("amount.value", Decimal("10.00"))),
    Lie(rules.AMOUNT_FORM, "paymentsGet", put("capturedAmount.value", "0")),
    Lie(rules.ECHO_EXPIRATION, "billsGet", put("expirationDateTime", "2029-12-31T21:00:00+00:00")),
    Lie(rules.ECHO_COMMENT, "billsGet", put("comment", "SPASIBO")),
    Lie(rules.ECHO_COMMENT, "billsCreate", put("comment", ...)),
    Lie(rules.ECHO_CUSTOMER, "billsGet", put("customer.address.city", "Tver")),
    Lie(rules.ECHO_CUSTOM_FIELDS, "billsGet", put("customFields.cf1", "Some dat")),
    Lie(rules.COPIES_KEPT, "billsGet", put("customFields", ...)),
    Lie(
        rules.ECHO_CALLBACK,
        "paymentsCreate",
        put("callbackUrl", "https://example.com/d"),
        when=told(callbackUrl="https://example.com/c"),
    ),
    Lie(rules.ECHO_FLAGS, "billsGet", put("flags", ["TEST"])),
    Lie(rules.ECHO_FLAGS, "billsCreate", put("flags", ["SALE"]), nth=2),
    Lie(rules.MASKED_PAN, "paymentsCreate", put("paymentMethod.maskedPan", "425600******0004")),
    Lie(rules.METHOD_TYPE, "paymentsCreate", put("paymentMethod.type", "TOKEN")),
    Lie(
        rules.IDENTITY,
        "billsGet",
        lambda answer: put("payUrl", "http://x/?invoiceUid=2")(put("invoiceUid", "2")(answer)),
    ),
    Lie(rules.IDENTITY, "paymentsGet", put("createdDateTime", "2026-02-01T12:00:00.000+00:00")),
    Lie(rules.PAY_URL, "billsGet", put("payUrl", "http://127.0.0.1:1/form?invoiceUid=2")),
    Lie(rules.CARD_DATA, "paymentsGet", put("paymentMethod.expiryDate", "12/34"), nth=1),
    Lie(rules.CARD_DATA, "paymentsGet", put("description", CARD["pan"]), nth=3),
    Lie(rules.CARD_DATA, "paymentsCreate", put("description", f"card {CARD['pan']} is wrong"), honest=400),
    Lie(rules.KEY_SHOWN, "billsGet", put("description", f"key {SITES[0].key}"), honest=401),
    Lie(rules.STATUS_BACK, "billsGet", put("status.value", "CREATED"), when=stands("PAID"), nth=1),
    Lie(rules.STATUS_BACK, "paymentsGet", put("status.value", "WAITING"), when=stands("COMPLETED")),
    Lie(rules.FIRST_STATUS, "billsCreate", put("status.value", "PAID")),
    Lie(rules.CHANGED_AFTER_CREATED, "paymentsCreate", put("status.changedDateTime", "2026-01-01T12:00:00+00:00")),
    Lie(rules.CHANGED_WITH_STATUS, "billsGet", put("status.changedDateTime", "2026-05-01T12:00:00+00:00")),
    Lie(rules.EXPIRED_EARLY, "billsCreate", put("status.value", "EXPIRED")),
    Lie(rules.BILL_PAID, "billsGet", put("status.value", "CREATED"), when=stands("PAID")),
    Lie(rules.BILL_PAID, "billsGet", put("status.value", "PAID"), when=stands("CREATED")),
    Lie(rules.BILL_PAID_TWICE, "paymentsCreate", completed, when=stands("DECLINED")),
    Lie(rules.THREE_DS_NEEDED, "paymentsGet", completed, when=stands("WAITING")),
    Lie(rules.COMPLETE_STATE, "paymentsComplete", accepted_payment, honest=400, status=200),
    Lie(rules.WAITING_SUMS, "paymentsCreate", put("capturedAmount", CAPTURED), when=stands("WAITING")),
    Lie(rules.DECLINED_SUMS, "paymentsCreate", put("capturedAmount", CAPTURED), when=stands("DECLINED")),
    Lie(rules.ONE_STEP_SUM, "paymentsCreate", put("capturedAmount", money(0)), when=sale),
    Lie(rules.HOLD_SUM, "paymentsCreate", put("capturedAmount", CAPTURED), nth=3),
    Lie(rules.UNASKED_CAPTURE, "paymentsGet", put("capturedAmount", CAPTURED), nth=3),
    Lie(rules.CAPTURE_REST, "capturesCreate", put("amount", money(1000))),
    Lie(rules.CAPTURED_SUM, "paymentsGet", put("capturedAmount", money(1000)), nth=5),
    Lie(rules.SECOND_CAPTURE, "capturesCreate", accepted_capture, honest=400, status=200),
    Lie(rules.CAPTURE_STATE, "capturesCreate", accepted_capture, honest=400, status=200, nth=1),
    Lie(rules.CAPTURE_REFUSED, "capturesCreate", put("errorCode", "validation.error"), honest=400),
    Lie(rules.REFUNDED_SUM, "paymentsGet", put("refundedAmount", money(251)), nth=4),
    Lie(rules.BOUNDS, "paymentsGet", put("refundedAmount", money(1001)), nth=6),
    Lie(rules.REFUND_OVER, "refundsCreate", completed, when=stands("DECLINE")),
    Lie(rules.REFUND_OVER_REASON, "refundsCreate", put("status.reason", "TRY_AGAIN_LATER"), when=stands("DECLINE")),
    Lie(
        rules.REFUND_WITHIN,
        "refundsCreate",
        lambda answer: put("status.reason", "INVALID_AMOUNT")(put("status.value", "DECLINE")(answer)),
    ),
    Lie(rules.REFUND_STATE, "refundsCreate", completed, when=stands("DECLINE"), nth=2),
    Lie(
        rules.REFUND_STATE_REASON,
        "refundsCreate",
        put("status.reason", "INVALID_AMOUNT"),
        when=stands("DECLINE"),
        nth=2,
    ),
    Lie(rules.REVERSAL_FLAG, "refundsCreate", put("flags", ...), when=told(flags=["REVERSAL"])),
    Lie(rules.REFUND_FLAG, "refundsCreate", put("flags", ["REVERSAL"])),
    Lie(rules.LIST_WHOLE, "refundsList", lambda answer: answer[:-1]),
    Lie(rules.LIST_WHOLE, "refundsList", lambda answer: [*answer, REFUND]),
    Lie(rules.LIST_ORDER, "refundsList", lambda answer: answer[::-1]),
    Lie(rules.PAYMENTS_WHOLE, "billsGet", put("payments", []), when=stands("PAID"), nth=1),
    Lie(rules.PAYMENTS_WHOLE, "billsGet", put("payments.0.billId", "another"), when=stands("PAID")),
    Lie(
        rules.PAYMENTS_ORDER,
        "billsGet",
        lambda answer: {**answer, "payments": answer["payments"][::-1]},
        when=stands("PAID"),
        nth=1,
    ),
    Lie(rules.TOKEN_UNASKED, "paymentsGet", put("createdToken", {"token": "t"})),
    Lie(rules.TOKEN_ISSUED, "paymentsCreate", put("createdToken", ...), when=bound),
    Lie(
        rules.TOKEN_OF_SITE,
        "paymentsCreate",
        accepted_payment,
        honest=400,
        status=200,
        when=lambda ids, *_: ids["siteId"] == "site-b",
    ),
    Lie(rules.TOKEN_ACCOUNT, "paymentsCreate", accepted_payment, honest=400, status=200),
    Lie(rules.TOKEN_ACCOUNT, "paymentsCreate", accepted_payment, honest=400, status=200, nth=1),
    Lie(rules.TOKEN_DELETED, "paymentsCreate", accepted_payment, honest=400, status=200, nth=3),
    Lie(
        rules.TOKEN_WITHOUT_3DS,
        "paymentsCreate",
        put("requirements", {}),
        when=lambda *told: told[2]["paymentMethod"]["type"] == "TOKEN",
    ),
    Lie(rules.TOKEN_DELETE, "tokensDelete", lambda _: NOT_FOUND, honest=204, status=404),
    Lie(rules.TOKEN_DELETE, "tokensDelete", lambda _: None, honest=404, status=204),
    Lie(rules.CAUSE_FIELD, "billsCreate", put("cause", {"sum": ["is wrong"]}), honest=400, nth=1),
    Lie(rules.CAUSE_ELSEWHERE, "billsGet", put("cause", {"billId": ["unknown"]}), honest=404),
    Lie(
        rules.UNEXPECTED_REFUSAL,
        "billsCreate",
        lambda _: {"errorCode": "validation.error", "cause": {"comment": ["bad"]}},
        status=400,
    ),
    Lie(
        rules.UNEXPECTED_REFUSAL,
        "capturesCreate",
        lambda _: {"errorCode": "payin.incorrect-method-invocation"},
        status=400,
    ),
    Lie(rules.ERROR_CODE_OF_STATUS, "billsGet", put("errorCode", "not.found"), honest=404),
)


def test_nothing_is_found_on_an_honest_server() -> None:
    shop = Shop(HonestServer())
    story(shop)
    assert [str(finding) for finding in shop.findings] == []


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: f"{lie.rule.name}-{lie.operation_id}-{lie.nth}")
def test_every_lie_is_found_as_the_rule_that_it_breaks(lie: Lie) -> None:
    shop = Shop(HonestServer(lie.twist()))
    try:
        story(shop)
    except (KeyError, TypeError):
        assert shop.findings, "the story broke off before anything was found"
    assert lie.rule in shop.broken, f"found {sorted(rule.name for rule in shop.broken)}"


def test_every_rule_of_the_books_has_a_lie_or_a_broken_server() -> None:
    told = {lie.rule for lie in LIES} | {rule for _, wanted in BROKEN.values() for rule in wanted}
    elsewhere = {rules.THREE_DS_PASSED, rules.MADE_NOW}
    assert set(rules.RULES) - told == elsewhere
