"""Bills: created, listed with their payments, paid, expired."""

import pytest
from qiwi_payin_sandbox import Clock, Sandbox, Site

from tests.sandbox.partner import CARD, EXPIRES, Partner, rubles


def test_a_new_bill_is_created_with_a_form_to_pay_it(partner: Partner) -> None:
    bill = partner.bill(comment="Spasibo", flags=["SALE"])
    assert bill["billId"] == "b-1"
    assert bill["amount"] == rubles("150.00")
    assert bill["expirationDateTime"] == EXPIRES
    assert bill["status"] == {"value": "CREATED", "changedDateTime": "2024-03-01T12:00:00+03:00"}
    assert bill["comment"] == "Spasibo"
    assert bill["payUrl"] == f"http://127.0.0.1/form?invoiceUid={bill['invoiceUid']}"
    assert "siteId" not in bill


def test_a_bill_repeats_its_flags_and_tells_of_the_test_mode(partner: Partner) -> None:
    assert set(partner.bill(flags=["SALE", "SALE", "BIND_PAYMENT_TOKEN"])["flags"]) == {
        "SALE",
        "BIND_PAYMENT_TOKEN",
        "TEST",
    }


def test_a_site_that_is_not_in_test_mode_adds_no_flag() -> None:
    with Sandbox(sites=[Site(test=False)]) as sandbox, Partner(sandbox) as partner:
        assert "flags" not in partner.bill()
        assert partner.payment()["flags"] == []


def test_the_payer_and_free_fields_come_back_as_they_were_sent(partner: Partner) -> None:
    customer = {"account": "token234", "email": "payer@example.com", "address": {"city": "Москва"}}
    bill = partner.bill(customer=customer, customFields={"cf1": "Some data", "own": "x"})
    assert bill["customer"] == customer
    assert bill["customFields"] == {"cf1": "Some data", "own": "x"}


def test_the_same_request_again_changes_nothing_and_answers_with_the_bill_as_it_stands(partner: Partner) -> None:
    first = partner.bill()
    partner.sandbox.pay_bill("b-1")
    again = partner.bill()
    assert again["invoiceUid"] == first["invoiceUid"]
    assert again["status"]["value"] == "PAID"


def test_fields_may_come_in_any_order(partner: Partner) -> None:
    partner.ok(
        "PUT", "/bills/b-1", text=f'{{"expirationDateTime":"{EXPIRES}","amount":{{"currency":"RUB","value":1.00}}}}'
    )
    partner.ok(
        "PUT", "/bills/b-1", text=f'{{"amount":{{"value":1.00,"currency":"RUB"}},"expirationDateTime":"{EXPIRES}"}}'
    )


@pytest.mark.parametrize("flags", [["BIND_PAYMENT_TOKEN", "SALE"], ["SALE", "SALE", "BIND_PAYMENT_TOKEN"]])
def test_flags_are_a_set_in_a_repeated_request_too(partner: Partner, flags: list[str]) -> None:
    first = partner.bill(flags=["SALE", "BIND_PAYMENT_TOKEN"])
    assert partner.bill(flags=flags) == first


def test_another_request_under_the_same_id_is_refused(partner: Partner) -> None:
    partner.bill()
    body = {"amount": rubles("150.01"), "expirationDateTime": EXPIRES}
    error = partner.error(400, "PUT", "/bills/b-1", body)
    assert error["errorCode"] == "validation.error"
    assert list(error["cause"]) == ["billId"]


def test_another_site_may_use_the_same_id() -> None:
    with (
        Sandbox(sites=[Site("one"), Site("two")]) as sandbox,
        Partner(sandbox, "one") as one,
        Partner(sandbox, "two") as two,
    ):
        assert one.bill()["invoiceUid"] != two.bill(value="1.00")["invoiceUid"]


def test_a_bill_that_nobody_paid_by_its_term_is_expired(partner: Partner) -> None:
    partner.bill()
    partner.sandbox.advance(24 * 3600 - 1)
    assert partner.bill()["status"]["value"] == "CREATED"
    partner.sandbox.advance(1)
    expected = {"value": "EXPIRED", "changedDateTime": EXPIRES}
    assert partner.bill()["status"] == expected
    assert partner.ok("GET", "/bills/b-1/details")["status"] == expected


def test_a_bill_whose_term_has_passed_at_its_creation_is_expired_at_once(partner: Partner) -> None:
    body = {"amount": rubles("1.00"), "expirationDateTime": "2018-04-13T14:30:00+03:00"}
    assert partner.ok("PUT", "/bills/b-1", body)["status"]["value"] == "EXPIRED"


def test_an_expired_bill_cannot_be_paid(partner: Partner) -> None:
    partner.bill()
    partner.sandbox.advance(24 * 3600)
    status = partner.sandbox.pay_bill("b-1")["status"]
    assert (status["value"], status["reason"]) == ("DECLINED", "INVALID_STATE")


def test_a_term_may_have_any_offset_and_is_answered_as_it_was_sent(partner: Partner) -> None:
    for number, text in enumerate(["2024-03-02T09:00:00Z", "2024-03-02T09:00:00.5+00:00", "2024-12-31T23:59:60Z"]):
        body = {"amount": rubles("1.00"), "expirationDateTime": text}
        assert partner.ok("PUT", f"/bills/{number}", body)["expirationDateTime"] == text


@pytest.mark.parametrize("text", ["2024-03-02T12:00:00", "2024-03-02", "tomorrow", "0000-01-01T00:00:00Z", ""])
def test_a_term_without_an_offset_is_refused(partner: Partner, text: str) -> None:
    body = {"amount": rubles("1.00"), "expirationDateTime": text}
    assert list(partner.error(400, "PUT", "/bills/b-1", body)["cause"]) == ["expirationDateTime"]


def test_a_two_step_bill_is_paid_when_the_money_is_held(partner: Partner) -> None:
    partner.bill()
    payment = partner.sandbox.pay_bill("b-1")
    assert payment["status"]["value"] == "COMPLETED"
    assert payment["capturedAmount"] == rubles("0.00")
    assert partner.bill()["status"]["value"] == "PAID"


def test_a_one_step_bill_is_debited_at_once(partner: Partner) -> None:
    partner.bill(flags=["SALE"])
    assert partner.sandbox.pay_bill("b-1")["capturedAmount"] == rubles("150.00")


def test_a_bill_with_a_declined_attempt_can_be_paid_again(partner: Partner) -> None:
    partner.bill()
    assert partner.sandbox.pay_bill("b-1", three_ds="refuse")["status"]["reason"] == "DECLINED_BY_MPI"
    assert partner.bill()["status"]["value"] == "CREATED"
    assert partner.sandbox.pay_bill("b-1")["status"]["value"] == "COMPLETED"


def test_a_paid_bill_is_not_paid_twice(partner: Partner) -> None:
    partner.bill()
    waiting = partner.sandbox.pay_bill("b-1", three_ds="wait")
    partner.sandbox.pay_bill("b-1")
    assert partner.sandbox.pay_bill("b-1")["status"]["reason"] == "BILL_ALREADY_PAID"
    late = partner.sandbox.answer_three_ds(waiting["paymentId"])["payment"]
    assert late["status"]["reason"] == "BILL_ALREADY_PAID"


def test_refunds_leave_a_bill_paid(partner: Partner) -> None:
    partner.bill()
    payment = partner.sandbox.pay_bill("b-1")
    partner.refund(payment["paymentId"])
    assert partner.bill()["status"]["value"] == "PAID"


def test_payments_of_a_bill_are_listed_newest_first(partner: Partner) -> None:
    partner.bill(comment="Spasibo")
    assert partner.ok("GET", "/bills/b-1") == []
    first = partner.sandbox.pay_bill("b-1", three_ds="refuse")
    second = partner.sandbox.pay_bill("b-1")
    listed = partner.ok("GET", "/bills/b-1")
    assert [each["paymentId"] for each in listed] == [second["paymentId"], first["paymentId"]]
    assert {(each["billId"], each["comment"]) for each in listed} == {("b-1", "Spasibo")}
    assert partner.ok("GET", "/bills/b-1/details")["payments"] == listed


def test_a_payment_of_the_partners_own_form_may_pay_a_bill(partner: Partner) -> None:
    partner.bill()
    partner.payment("p-1", billId="b-1")
    assert partner.bill()["status"]["value"] == "PAID"
    assert [each["paymentId"] for each in partner.ok("GET", "/bills/b-1")] == ["p-1"]
    assert partner.payment("p-2", billId="b-1")["status"]["reason"] == "BILL_ALREADY_PAID"


def test_a_payment_of_another_sum_does_not_pay_a_bill(partner: Partner) -> None:
    partner.bill()
    assert partner.payment("p-1", "1.00", billId="b-1")["status"]["reason"] == "INVALID_AMOUNT"


def test_the_clock_at_creation_is_the_sites_own() -> None:
    with Sandbox(clock=Clock.frozen("2023-02-17T14:50:44+03:00")) as sandbox, Partner(sandbox) as partner:
        assert partner.bill()["status"]["changedDateTime"] == "2023-02-17T14:50:44+03:00"


def test_a_bill_that_does_not_exist_is_not_found(partner: Partner) -> None:
    for path in ("/bills/none", "/bills/none/details"):
        assert partner.error(404, "GET", path)["errorCode"] == "payin.resource.not.found"


def test_a_saved_card_pays_without_three_ds(partner: Partner) -> None:
    customer = {"account": "token234"}
    partner.bill("b-1", flags=["BIND_PAYMENT_TOKEN"], customer=customer)
    token = partner.sandbox.pay_bill("b-1", payment_method=CARD)["createdToken"]["token"]
    partner.bill("b-2", customer=customer)
    payment = partner.sandbox.pay_bill("b-2", payment_method={"type": "TOKEN", "paymentToken": token}, three_ds="wait")
    assert payment["status"]["value"] == "COMPLETED"
