"""Held money is captured once and whole, reversed before and refunded after."""

from datetime import timedelta

import pytest
from qiwi_payin_sandbox import Clock, Sandbox, Site

from tests.sandbox.partner import Partner, rubles

THREE_DAYS = 72 * 3600


def state_error(partner: Partner, payment_id: str = "p-1", capture_id: str = "c-2") -> str:
    error = partner.error(400, "PUT", f"/payments/{payment_id}/captures/{capture_id}")
    assert error["errorCode"] == "payin.incorrect-method-invocation"
    assert error["userMessage"] == "Cannot perform this operation"
    description: str = error["description"]
    return description


def test_a_capture_debits_all_that_is_held(partner: Partner) -> None:
    partner.payment()
    capture = partner.capture()
    assert capture["amount"] == rubles("150.00")
    assert (capture["siteId"], capture["paymentId"], capture["captureId"]) == ("test-00", "p-1", "c-1")
    assert capture["status"]["value"] == "COMPLETED"
    assert partner.ok("GET", "/payments/p-1")["capturedAmount"] == rubles("150.00")
    assert partner.ok("GET", "/payments/p-1/captures/c-1") == capture


def test_no_body_equals_an_empty_one(partner: Partner) -> None:
    partner.payment()
    assert partner.ok("PUT", "/payments/p-1/captures/c-1") == partner.ok("PUT", "/payments/p-1/captures/c-1", text="{}")


def test_a_second_capture_is_refused_in_the_known_words(partner: Partner) -> None:
    partner.payment()
    partner.capture()
    assert state_error(partner) == "Successful capture already done for this payment"


def test_what_holds_nothing_cannot_be_captured(partner: Partner) -> None:
    partner.payment("one-step", flags=["SALE"])
    partner.payment("declined", card={"expiryDate": "02/30"})
    partner.payment("waiting", card={"cvv2": "849"})
    partner.payment("reversed")
    partner.refund("reversed")
    words = {state_error(partner, payment_id) for payment_id in ("one-step", "declined", "waiting", "reversed")}
    assert "Successful capture already done for this payment" not in words
    assert len(words) == 3


def test_before_the_capture_a_refund_is_a_reversal(partner: Partner) -> None:
    partner.payment()
    refund = partner.refund(value="50.00")
    assert refund["flags"] == ["REVERSAL"]
    assert refund["status"]["value"] == "COMPLETED"
    assert partner.ok("GET", "/payments/p-1")["refundedAmount"] == rubles("50.00")


def test_what_a_reversal_left_can_still_be_captured(partner: Partner) -> None:
    partner.payment()
    partner.refund(value="50.00")
    assert partner.capture()["amount"] == rubles("100.00")


def test_after_the_capture_it_is_a_refund(partner: Partner) -> None:
    partner.payment()
    partner.capture()
    assert "flags" not in partner.refund(value="50.00")
    partner.payment("one-step", flags=["SALE"])
    assert "flags" not in partner.refund("one-step")


def test_refunds_count_both_kinds_and_never_exceed_what_was_captured(partner: Partner) -> None:
    partner.payment()
    partner.refund(refund_id="r-1", value="50.00")
    partner.capture()
    partner.refund(refund_id="r-2", value="60.00")
    status = partner.refund(refund_id="r-3", value="40.01")["status"]
    assert (status["value"], status["reason"]) == ("DECLINE", "INVALID_AMOUNT")
    assert partner.refund(refund_id="r-4", value="40.00")["status"]["value"] == "COMPLETED"
    assert partner.ok("GET", "/payments/p-1")["refundedAmount"] == rubles("150.00")


def test_a_payment_in_the_wrong_state_gives_nothing_back(partner: Partner) -> None:
    partner.payment("declined", card={"expiryDate": "02/30"})
    partner.payment("waiting", card={"cvv2": "849"})
    for payment_id in ("declined", "waiting"):
        status = partner.refund(payment_id)["status"]
        assert (status["value"], status["reason"]) == ("DECLINE", "INVALID_STATE")


def test_the_same_refund_again_gives_back_once(partner: Partner) -> None:
    partner.payment()
    assert (
        partner.refund(value="1.00") == partner.refund(value="1.00") == partner.ok("GET", "/payments/p-1/refunds/r-1")
    )
    assert partner.ok("GET", "/payments/p-1")["refundedAmount"] == rubles("1.00")


@pytest.mark.parametrize("kind", ["captures", "refunds"])
def test_another_request_under_the_same_id_is_refused(partner: Partner, kind: str) -> None:
    partner.payment()
    body = {} if kind == "captures" else {"amount": rubles("1.00")}
    partner.ok("PUT", f"/payments/p-1/{kind}/x", body)
    error = partner.error(400, "PUT", f"/payments/p-1/{kind}/x", {**body, "comment": "another"})
    assert list(error["cause"]) == [{"captures": "captureId", "refunds": "refundId"}[kind]]


def test_another_payment_may_use_the_same_ids(partner: Partner) -> None:
    partner.payment("p-1")
    partner.payment("p-2")
    assert partner.refund("p-1", value="1.00")["amount"] == rubles("1.00")
    assert partner.refund("p-2", value="2.00")["amount"] == rubles("2.00")
    assert partner.capture("p-1")["paymentId"] == "p-1"
    assert partner.capture("p-2")["paymentId"] == "p-2"


def test_refunds_are_listed_oldest_first(partner: Partner) -> None:
    partner.payment()
    assert partner.ok("GET", "/payments/p-1/refunds") == []
    made = [partner.refund(refund_id=f"r-{number}", value="1.00") for number in (3, 1, 2)]
    assert partner.ok("GET", "/payments/p-1/refunds") == made


def test_after_72_hours_held_money_is_captured_by_itself(partner: Partner) -> None:
    partner.payment()
    partner.refund(value="50.00")
    partner.sandbox.advance(THREE_DAYS - 1)
    assert partner.ok("GET", "/payments/p-1")["capturedAmount"] == rubles("0.00")
    fired = partner.sandbox.advance(1)["fired"]
    assert [each["what"] for each in fired] == ["capture.completed"]
    assert partner.ok("GET", "/payments/p-1")["capturedAmount"] == rubles("100.00")
    capture = partner.ok("GET", f"/payments/p-1/captures/{fired[0]['captureId']}")
    assert capture["amount"] == rubles("100.00")
    assert state_error(partner) == "Successful capture already done for this payment"


def test_nothing_is_captured_by_itself_where_nothing_is_held(partner: Partner) -> None:
    partner.payment("captured")
    partner.capture("captured")
    partner.payment("reversed")
    partner.refund("reversed")
    partner.payment("declined", card={"expiryDate": "02/30"})
    assert partner.sandbox.advance(THREE_DAYS)["fired"] == []


def test_a_site_may_wait_shorter_and_cancel() -> None:
    site = Site(hold_term=timedelta(seconds=1), cancels_holds=True)
    with Sandbox(clock=Clock.frozen("2024-03-01T12:00:00+03:00"), sites=[site]) as sandbox, Partner(sandbox) as partner:
        partner.bill()
        payment_id = sandbox.pay_bill("b-1")["paymentId"]
        fired = sandbox.advance(1)["fired"]
        assert [each["what"] for each in fired] == ["refund.completed"]
        assert partner.ok("GET", f"/payments/{payment_id}/refunds")[0]["flags"] == ["REVERSAL"]
        assert partner.bill()["status"]["value"] == "PAID"


@pytest.mark.parametrize("term", [timedelta(0), timedelta(days=5, seconds=1)])
def test_a_hold_waits_one_second_to_five_days(term: timedelta) -> None:
    with pytest.raises(ValueError, match="1 second to 5 days"):
        Site(hold_term=term)


def test_what_does_not_exist_is_not_found(partner: Partner) -> None:
    partner.payment()
    for path in (
        "/payments/none",
        "/payments/none/refunds",
        "/payments/none/refunds/r-1",
        "/payments/p-1/refunds/none",
        "/payments/none/captures/c-1",
        "/payments/p-1/captures/none",
    ):
        partner.error(404, "GET", path)
    partner.error(404, "PUT", "/payments/none/captures/c-1")
    partner.error(404, "PUT", "/payments/none/refunds/r-1", {"amount": rubles("1.00")})
    partner.error(404, "POST", "/payments/none/complete", {"threeDS": {"pares": "x"}})
