"""The books bear what time and others do, and are brought into step after a finding."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from qiwi_payin_contract.books import rules
from qiwi_payin_contract.books.forecast import Refusal
from qiwi_payin_contract.books.repeats import Likeness, likeness

from tests.contract.honest_server import CARD, CARD_3DS, SITES, HonestServer, money
from tests.contract.test_books import BILL, PAYMENT, Lie, Shop, put, rub


@pytest.fixture
def shop() -> Shop:
    return Shop(HonestServer())


def found(shop: Shop) -> list[str]:
    return [str(finding) for finding in shop.findings]


# Time ---------------------------------------------------------------------------------------------------------------


def test_a_hold_may_be_captured_by_itself_after_72_hours(shop: Shop) -> None:
    payment_id = shop.payment()
    shop("refundsCreate", rub("1.00"), payment_id=payment_id, refund_id=shop.id())
    shop.server.now += timedelta(hours=72, seconds=1)
    stored = shop.server.payments["site-a", payment_id]
    stored.captured = 900
    stored.view["status"]["changedDateTime"] = shop.server.now.isoformat(timespec="milliseconds")
    shop("paymentsGet", payment_id=payment_id)
    shop("capturesCreate", payment_id=payment_id, capture_id=shop.id())
    shop("refundsCreate", rub("9.00"), payment_id=payment_id, refund_id=shop.id())
    shop("paymentsGet", payment_id=payment_id)
    assert found(shop) == []


def test_a_hold_is_not_captured_by_itself_before_72_hours(shop: Shop) -> None:
    payment_id = shop.payment()
    shop.server.now += timedelta(hours=71)
    shop.server.payments["site-a", payment_id].captured = 1000
    shop("paymentsGet", payment_id=payment_id)
    assert shop.broken == {rules.UNASKED_CAPTURE}


def test_a_hold_may_be_cancelled_by_itself_after_72_hours(shop: Shop) -> None:
    payment_id = shop.payment()
    shop.server.now += timedelta(hours=72, seconds=1)
    stored = shop.server.payments["site-a", payment_id]
    stored.reversed = 1000
    stored.view["status"]["changedDateTime"] = shop.server.now.isoformat(timespec="milliseconds")
    shop("paymentsGet", payment_id=payment_id)
    shop("capturesCreate", payment_id=payment_id, capture_id=shop.id())
    shop("paymentsGet", payment_id=payment_id)
    assert found(shop) == []


def test_3ds_may_run_out(shop: Shop) -> None:
    payment_id = shop.payment(paymentMethod=CARD_3DS)
    shop.server.now += timedelta(minutes=15)
    view = shop.server.payments["site-a", payment_id].view
    del view["requirements"]
    changed = shop.server.now.isoformat(timespec="milliseconds")
    view["status"] = {"value": "DECLINED", "changedDateTime": changed, "reason": "PAYMENT_EXPIRED_3DS"}
    shop("paymentsComplete", {"threeDS": {"pares": "late"}}, payment_id=payment_id)
    shop("paymentsGet", payment_id=payment_id)
    assert found(shop) == []


def test_a_bill_may_expire(shop: Shop) -> None:
    bill_id = shop.bill(expirationDateTime=(shop.server.now + timedelta(hours=1)).isoformat())
    shop.server.now += timedelta(hours=2)
    shop.server.bills["site-a", bill_id].view["status"] = {
        "value": "EXPIRED",
        "changedDateTime": shop.server.now.isoformat(timespec="seconds"),
    }
    shop("billsGet", bill_id=bill_id)
    assert found(shop) == []


# Others -------------------------------------------------------------------------------------------------------------


def test_what_others_made_is_adopted(shop: Shop) -> None:
    for operation_id, body in (("billsCreate", BILL), ("paymentsCreate", PAYMENT)):
        shop.server.send(operation_id, body, bill_id="theirs", payment_id="theirs")
    shop.server.send("refundsCreate", rub("1.00"), payment_id="theirs", refund_id="theirs")
    shop("billsGet", bill_id="theirs")
    shop("refundsList", payment_id="theirs")
    shop("paymentsGet", payment_id="theirs")
    shop.server.send("capturesCreate", payment_id="theirs", capture_id="theirs")
    shop("paymentsGet", payment_id="theirs")
    shop("capturesGet", payment_id="theirs", capture_id="theirs")
    shop.server.pay("theirs")
    shop("billsGet", bill_id="theirs")
    assert found(shop) == []


def test_a_payment_of_the_form_is_held_against_its_bill(shop: Shop) -> None:
    bill_id = shop.bill(flags=["SALE"])
    shop.server.pay(bill_id)
    shop.server.payments["site-a", next(key for _, key in shop.server.payments)].captured = 0
    shop("billsGet", bill_id=bill_id)
    assert shop.broken == {rules.ONE_STEP_SUM}


def test_an_answer_500_leaves_open_whether_the_object_was_made() -> None:
    shop = Shop(HonestServer(Lie(rules.READ_BACK, "paymentsCreate", lambda _: None, status=500).twist()))
    payment_id = shop.payment()
    shop("paymentsGet", payment_id=payment_id)
    shop("capturesCreate", payment_id=payment_id, capture_id=shop.id())
    shop("paymentsGet", payment_id=payment_id)
    assert found(shop) == []


# Findings -----------------------------------------------------------------------------------------------------------


def test_a_request_under_an_id_that_is_taken_may_not_replace_the_object(shop: Shop) -> None:
    bill_id = shop.bill()
    del shop.server.bills["site-a", bill_id]
    shop("billsCreate", {**BILL, **rub("11.00")}, bill_id=bill_id)
    shop("billsGet", bill_id=bill_id)
    assert shop.broken == {rules.OVERWRITTEN}


def test_a_request_under_an_id_that_is_taken_may_not_be_ignored_either() -> None:
    lie = Lie(rules.ID_TAKEN, "billsCreate", lambda _: made[0], honest=400, status=200)
    shop = Shop(HonestServer(lie.twist()))
    bill_id = shop.id()
    made = [shop("billsCreate", BILL, bill_id=bill_id).answer_json]
    shop("billsCreate", {**BILL, **rub("11.00")}, bill_id=bill_id)
    assert shop.broken == {rules.ID_TAKEN}


def test_one_fault_is_told_once() -> None:
    lie = Lie(rules.REFUNDED_SUM, "paymentsGet", put("refundedAmount", money(5)))
    shop = Shop(HonestServer(lie.twist()))
    payment_id = shop.payment()
    shop("paymentsGet", payment_id=payment_id)
    shop("refundsCreate", rub("1.00"), payment_id=payment_id, refund_id=shop.id())
    assert [finding.rule for finding in shop.findings] == [rules.REFUNDED_SUM]


def test_a_finding_shows_the_exchanges_that_led_to_it() -> None:
    lie = Lie(rules.REFUNDED_SUM, "paymentsGet", put("refundedAmount", money(0)))
    shop = Shop(HonestServer(lie.twist()))
    shop.payment()
    payment_id = shop.payment()
    shop("refundsCreate", rub("1.00"), payment_id=payment_id, refund_id=shop.id())
    shop("paymentsGet", payment_id=payment_id)
    (finding,) = shop.findings
    assert [exchange.operation_id for exchange in finding.exchanges] == [
        "paymentsCreate",
        "refundsCreate",
        "paymentsGet",
    ]
    assert finding.message == "refundedAmount should be 1.00 and is 0.00 (COMPLETED)"


def test_findings_hold_no_card_data() -> None:
    lie = Lie(rules.CARD_DATA, "paymentsGet", put("description", "4111111111111111"))
    shop = Shop(HonestServer(lie.twist()))
    payment_id = shop.payment(paymentMethod={**CARD, "pan": "4111111111111111", "cvv2": "987"})
    shop("paymentsGet", payment_id=payment_id)
    (finding,) = shop.findings
    assert finding.rule is rules.CARD_DATA
    for secret in ("4111111111111111", "987", SITES[0].key):
        assert secret not in str(finding)


# Forecast -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation_id", "body", "expected"),
    [
        ("paymentsGet", None, {Refusal(404, "payin.resource.not.found")}),
        ("capturesCreate", None, {Refusal(404, "payin.resource.not.found")}),
        ("billsCreate", BILL, set()),
        ("paymentsCreate", PAYMENT, set()),
    ],
)
def test_a_refusal_is_expected_of_what_was_not_made(
    shop: Shop, operation_id: str, body: object, expected: set[Refusal]
) -> None:
    request = shop.server.send(operation_id, body, bill_id="own-0", payment_id="own-0", capture_id="own-0")
    assert set(shop.books.predict(request)) == expected


def test_a_refusal_is_expected_of_a_second_capture_only(shop: Shop) -> None:
    payment_id = shop.payment()
    first = shop.server.send("capturesCreate", payment_id=payment_id, capture_id="own-c")
    assert shop.books.predict(first) == ()
    shop.books.observe(first)
    second = shop.server.send("capturesCreate", payment_id=payment_id, capture_id="own-d")
    assert shop.books.predict(second) == (Refusal(400, "payin.incorrect-method-invocation"),)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (BILL, {**BILL}, Likeness.SAME),
        (None, {}, Likeness.SAME),
        (BILL, {**BILL, **rub("10.00")}, Likeness.OPEN),
        (BILL, {**BILL, **rub("10.01")}, Likeness.OTHER),
        (BILL, {**BILL, "unknown": 1}, Likeness.OPEN),
        ({"flags": ["A", "B"]}, {"flags": ["B", "A"]}, Likeness.OPEN),
        (PAYMENT, {**PAYMENT, "paymentMethod": CARD_3DS}, Likeness.OPEN),
        (BILL, {**BILL, "comment": "more"}, Likeness.OTHER),
        (BILL, ["no object"], Likeness.OTHER),
    ],
)
def test_requests_are_compared_as_far_as_the_documents_go(first: object, second: object, expected: Likeness) -> None:
    assert likeness(first, second) is expected


# Any walk -----------------------------------------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(
        st.sampled_from(("pay", "sell", "secure", "complete", "capture", "refund", "read", "list", "repeat")),
        st.integers(0, 5),
        st.sampled_from((1, 250, 500, 999, 1000, 1001)),
    ),
    max_size=25,
)


def walk(shop: Shop, steps: list[tuple[str, int, int]]) -> None:
    made: list[tuple[str, dict[str, object]]] = []
    for step, place, cents in steps:
        if step in {"pay", "sell", "secure"} or not made:
            kinds: dict[str, dict[str, Any]] = {"sell": {"flags": ["SALE"]}, "secure": {"paymentMethod": CARD_3DS}}
            more = kinds.get(step, {})
            made.append((shop.payment(**more), {**PAYMENT, **more}))
            continue
        payment_id, body = made[place % len(made)]
        match step:
            case "complete":
                pares = "confirmed" if cents > 500 else "forged"
                shop("paymentsComplete", {"threeDS": {"pares": pares}}, payment_id=payment_id)
            case "capture":
                shop("capturesCreate", payment_id=payment_id, capture_id=shop.id())
            case "refund":
                shop(
                    "refundsCreate", rub(f"{cents // 100}.{cents % 100:02}"), payment_id=payment_id, refund_id=shop.id()
                )
            case "read":
                shop("paymentsGet", payment_id=payment_id)
            case "list":
                shop("refundsList", payment_id=payment_id)
            case _:
                shop("paymentsCreate", body, payment_id=payment_id)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_no_walk_over_an_honest_server_finds_anything(steps: list[tuple[str, int, int]]) -> None:
    shop = Shop(HonestServer())
    walk(shop, steps)
    assert found(shop) == []


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS, st.sampled_from(["paymentsCreate", "paymentsGet"]), st.integers(0, 30), st.integers(0, 2000))
@example([("pay", 0, 1), ("repeat", 0, 1), ("repeat", 0, 1)], "paymentsCreate", 1, 1)
@example([("pay", 0, 1), ("read", 0, 1), ("repeat", 0, 1)], "paymentsGet", 0, 1)
def test_a_wrong_sum_is_told_as_a_matter_of_money(
    steps: list[tuple[str, int, int]], operation: str, at: int, cents: int
) -> None:
    lie = Lie(rules.REFUNDED_SUM, operation, put("refundedAmount", money(cents)), nth=at)
    shop = Shop(HonestServer(lie.twist()))
    walk(shop, steps)
    assert all(rule.code.startswith("QP-BOOKS-5") for rule in shop.broken), shop.broken


NAMES = [
    "amount",
    "value",
    "currency",
    "status",
    "payments",
    "paymentId",
    "refundId",
    "flags",
    "customer",
    "cause",
    "errorCode",
    "capturedAmount",
    "refundedAmount",
    "createdToken",
    "token",
    "paymentMethod",
    "payUrl",
    "changedDateTime",
]
SCALARS = st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False) | st.text()
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)
LIES = st.dictionaries(st.integers(0, 25), st.tuples(st.sampled_from((200, 204, 400, 404, 500)), JSON), max_size=6)


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(STEPS, LIES)
def test_no_answer_whatever_it_is_stops_the_books(
    steps: list[tuple[str, int, int]], lies: dict[int, tuple[int, object]]
) -> None:
    counter = itertools.count()
    shop = Shop(HonestServer(lambda *_: lies.get(next(counter))))
    bill_id = shop.bill()
    walk(shop, steps)
    shop("billsGet", bill_id=bill_id)
    shop("billsListPayments", bill_id=bill_id)
    assert all(finding.exchanges for finding in shop.findings)
