"""The bank of the test mode: every published refusal can be asked for, wherever a request can ask for it."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from qiwi_payin_description import load
from qiwi_payin_sandbox import Clock, Sandbox, Site
from qiwi_payin_sandbox.domain.bank import Card, TestModeBank, Verdict, outcomes, passes_luhn
from qiwi_payin_sandbox.domain.bank.cards import PUBLISHED_CARDS
from qiwi_payin_sandbox.domain.bank.codes import SCHEME_CODES
from qiwi_payin_sandbox.domain.bank.outcomes import OutcomeError
from qiwi_payin_sandbox.domain.reasons import Reason
from qiwi_payin_sandbox.payer import CardRejected, TypedCard

from tests.sandbox.conftest import NOW
from tests.sandbox.partner import CARD, Partner, rubles

VISA = PUBLISHED_CARDS["VISA"][0]
SECRET_PAN = "2200731958264172"
"""A number whose middle digits occur nowhere by chance."""
ACCOUNT = {"account": "token234"}


@cache
def published_reasons() -> tuple[str, ...]:
    return tuple(load("sandbox")["components"]["schemas"]["Reason"]["x-extensible-enum"])


@cache
def published_codes() -> dict[str, str]:
    return dict(load("sandbox")["components"]["schemas"]["SchemeErrorCode"]["x-reasons"])


def wanted_status(code: str) -> dict[str, str]:
    """Return reason and, where there is one, psErrorCode of a refusal that was asked for by this code."""
    if code in published_codes():
        return {"reason": published_codes()[code], "psErrorCode": code}
    return {"reason": code}


CODES = st.deferred(lambda: st.sampled_from([*published_reasons(), *published_codes()]))
HOLDER_LENGTH = 26
QUICK = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def refusal(status: dict[str, str]) -> dict[str, str]:
    assert status["reasonMessage"] == Reason(status["reason"]).message
    return {name: status[name] for name in ("reason", "psErrorCode") if name in status}


def told_refusal(partner: Partner, object_id: str) -> dict[str, str]:
    """Return what the notification of an object tells of its refusal."""
    (body,) = (json.loads(each["body"]) for each in partner.sandbox.notifications() if each["objectId"] == object_id)
    status = body[body["type"].lower()]["status"]
    assert status["value"] == "DECLINE"
    assert status["reasonMessage"] == Reason(status["reasonCode"]).message
    return {"reason": status["reasonCode"], **({"psErrorCode": code} if (code := status.get("psErrorCode")) else {})}


def contents(folder: Path) -> bytes:
    """Return every byte that a store has in its folder, write-ahead log included."""
    return b"".join(path.read_bytes() for path in folder.iterdir())


@pytest.fixture
def numbers() -> Callable[[str], str]:
    """Make ids that were not used yet."""
    made: list[str] = []

    def new(kind: str) -> str:
        made.append(kind)
        return f"{kind}-{len(made)}"

    return new


# the table


def test_every_published_reason_is_known_and_no_other() -> None:
    assert {*Reason} == set(published_reasons())


def test_every_published_scheme_code_is_known_with_its_reason_and_no_other() -> None:
    assert {code: known.reason for code, known in SCHEME_CODES.items()} == published_codes()


def test_the_published_cards_are_twelve_of_each_scheme_and_the_bin_tells_which() -> None:
    for system, pans in PUBLISHED_CARDS.items():
        assert len(set(pans)) == 12
        for pan in pans:
            assert passes_luhn(pan)
            assert TestModeBank().card_info(pan).payment_system == system


@pytest.mark.parametrize(
    "pan",
    [
        pytest.param(pan, id=f"{system}{number}")
        for system, pans in PUBLISHED_CARDS.items()
        for number, pan in enumerate(pans)
    ],
)
def test_a_published_card_pays(partner: Partner, pan: str) -> None:
    assert partner.payment(card={"pan": pan})["status"]["value"] == "COMPLETED"


# what can be asked for


@given(CODES, st.sampled_from(["", "Order 7 ", "[gift] "]), st.sampled_from(["", ", thank you", " [1]"]))
def test_a_code_between_other_words_of_a_comment_is_the_verdict(code: str, before: str, after: str) -> None:
    verdict = outcomes.in_comment(f"{before}[sandbox: {code}]{after}")
    assert verdict is not None
    assert wanted_status(code) == {
        "reason": verdict.reason,
        **({"psErrorCode": verdict.ps_error_code} if verdict.ps_error_code else {}),
    }


@given(CODES | st.just("approved"), st.integers(1, 432_000))
def test_each_may_come_later(code: str, seconds: int) -> None:
    verdict = outcomes.in_comment(f"[sandbox: {code} after {seconds} s]")
    at_once = outcomes.in_comment(f"[sandbox: {code}]")
    assert verdict is not None
    assert at_once is not None
    assert (verdict.reason, verdict.ps_error_code) == (at_once.reason, at_once.ps_error_code)
    assert verdict.delay == timedelta(seconds=seconds)
    assert at_once.delay == timedelta()


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        ("after 30 s", timedelta(seconds=30)),
        ("AFTER 5MIN", timedelta(minutes=5)),
        ("approved after 2 h", timedelta(hours=2)),
        ("Approved", timedelta()),
    ],
)
def test_approval_can_be_asked_for_at_once_and_late(text: str, delay: timedelta) -> None:
    assert outcomes.in_comment(f"[sandbox: {text}]") == Verdict(delay=delay)


@given(st.text().filter(lambda text: not re.search(r"\[\s*sandbox\s*:", text, re.IGNORECASE)))
def test_any_other_comment_asks_for_nothing(comment: str) -> None:
    assert outcomes.in_comment_of_bill(comment) == ()


@pytest.mark.parametrize(
    "comment",
    [
        "[sandbox: ]",
        "[sandbox: 99]",
        "[sandbox: INSUFFICIENT_FUNDS]",
        "[sandbox: 51",
        "[sandbox: 51 after]",
        "[sandbox: 51 after 0 s]",
        "[sandbox: 51 after 30]",
        "[sandbox: 51 after 121 h]",
        "[sandbox: 51 after 30 s later]",
        "[sandbox: 51] and [sandbox: 05]",
        "[sandbox: 51 [sandbox: 05]",
        "[sandbox: 51,]",
    ],
)
def test_what_is_no_outcome_is_refused_with_the_field_and_where_to_look(partner: Partner, comment: str) -> None:
    body = {"paymentMethod": CARD, "amount": rubles("1.00"), "comment": comment}
    error = partner.error(400, "PUT", "/payments/p-1", body)
    assert list(error["cause"]) == ["comment"]
    assert partner.send("GET", "/payments/p-1").status_code == 404
    with pytest.raises(OutcomeError):
        outcomes.in_comment_of_bill(comment)


def test_an_unknown_outcome_names_where_to_look(partner: Partner) -> None:
    body = {"paymentMethod": CARD, "amount": rubles("1.00"), "comment": "[sandbox: 99]"}
    (text,) = partner.error(400, "PUT", "/payments/p-1", body)["cause"]["comment"]
    assert "docs/sandbox/test-cards.md" in text
    assert Path("docs/sandbox/test-cards.md").is_file()
    holder = {**CARD, "holderName": "SANDBOX 99"}
    error = partner.error(400, "PUT", "/payments/p-1", {"paymentMethod": holder, "amount": rubles("1.00")})
    assert error["cause"] == {"holderName": [text]}


# payments of the partner's own form


@QUICK
@given(code=CODES)
def test_a_payment_is_declined_as_its_comment_asks(partner: Partner, numbers: Callable[[str], str], code: str) -> None:
    payment_id = numbers("p")
    payment = partner.payment(payment_id, card={"pan": VISA}, comment=f"[sandbox: {code}]")
    assert payment["status"]["value"] == "DECLINED"
    assert refusal(payment["status"]) == wanted_status(code)
    assert partner.ok("GET", f"/payments/{payment_id}") == payment
    assert told_refusal(partner, payment_id) == wanted_status(code)


@QUICK
@given(code=CODES, words=st.sampled_from(["SANDBOX", "Sandbox", "sandbox"]))
def test_a_payment_is_declined_as_the_holder_name_asks_where_it_fits(
    partner: Partner, numbers: Callable[[str], str], code: str, words: str
) -> None:
    name = f"{words} {code.replace('_', ' ')}"
    if len(name) > HOLDER_LENGTH:
        assert outcomes.in_holder_name(name) == outcomes.in_comment(f"[sandbox: {code}]")
        return
    payment = partner.payment(numbers("p"), card={"pan": VISA, "holderName": name})
    assert refusal(payment["status"]) == wanted_status(code)


def test_each_scheme_code_fits_into_a_holder_name_with_3_d_secure_and_a_delay(partner: Partner) -> None:
    card = {"holderName": "SANDBOX 51 AFTER 30 S 3DS"}
    assert partner.payment(card=card)["requirements"]
    pares = partner.sandbox.answer_three_ds("p-1")["pares"]
    waiting = partner.ok("POST", "/payments/p-1/complete", {"threeDS": {"pares": pares}})
    assert waiting["status"]["value"] == "WAITING"
    assert "requirements" not in waiting
    partner.sandbox.advance(30)
    assert refusal(partner.ok("GET", "/payments/p-1")["status"]) == wanted_status("51")


def test_a_late_answer_comes_by_the_clock_of_the_site_and_not_before(partner: Partner) -> None:
    assert partner.payment(comment="[sandbox: 51 after 2 min]")["status"]["value"] == "WAITING"
    partner.sandbox.advance(119)
    assert partner.ok("GET", "/payments/p-1")["status"]["value"] == "WAITING"
    partner.sandbox.advance(1)
    payment = partner.ok("GET", "/payments/p-1")
    assert refusal(payment["status"]) == wanted_status("51")
    assert payment["status"]["changedDateTime"].startswith("2024-03-01T12:02:00")
    assert told_refusal(partner, "p-1") == wanted_status("51")


def test_the_holder_name_goes_before_the_comment_and_the_comment_before_the_expiry_month(partner: Partner) -> None:
    both = partner.payment("one", card={"holderName": "SANDBOX 51"}, comment="[sandbox: 05]")
    assert both["status"]["psErrorCode"] == "51"
    month = partner.payment("two", card={"expiryDate": "02/30"}, comment="[sandbox: approved]")
    assert month["status"]["value"] == "COMPLETED"
    late = partner.payment("three", card={"expiryDate": "04/30"}, comment="[sandbox: 51]")
    assert refusal(late["status"]) == wanted_status("51")


def test_a_wrong_check_digit_goes_before_everything(partner: Partner) -> None:
    payment = partner.payment(card={"pan": "4444443616621040"}, comment="[sandbox: approved]")
    assert payment["status"]["reason"] == "ACQUIRING_INVALID_CARD"


def test_elsewhere_than_in_test_mode_a_comment_is_just_a_text() -> None:
    with Sandbox(sites=[Site("live", test=False)]) as sandbox, Partner(sandbox) as partner:
        payment = partner.payment(comment="[sandbox: 51]", card={"holderName": "SANDBOX 51"})
        assert payment["status"]["value"] == "COMPLETED"
        assert partner.payment("other", comment="[sandbox: 99]")["status"]["value"] == "COMPLETED"
        assert partner.bill(comment="[sandbox: 99]")["comment"] == "[sandbox: 99]"


def test_the_same_request_again_is_answered_by_the_refusal_that_it_got(partner: Partner) -> None:
    first = partner.payment(comment="[sandbox: 51]")
    assert partner.payment(comment="[sandbox: 51]") == first
    assert len(partner.sandbox.notifications()) == 1


# saved cards


@QUICK
@given(code=CODES)
def test_a_payment_by_token_is_declined_as_its_comment_asks(
    partner: Partner, numbers: Callable[[str], str], code: str
) -> None:
    first = partner.payment(numbers("p"), flags=["BIND_PAYMENT_TOKEN"], customer=ACCOUNT)
    method = {"type": "TOKEN", "paymentToken": first["createdToken"]["token"]}
    body = {"paymentMethod": method, "amount": rubles("1.00"), "customer": ACCOUNT, "comment": f"[sandbox: {code}]"}
    declined = partner.ok("PUT", f"/payments/{numbers('p')}", body)
    assert refusal(declined["status"]) == wanted_status(code)
    accepted = partner.ok("PUT", f"/payments/{numbers('p')}", {**body, "comment": "thanks"})
    assert accepted["status"]["value"] == "COMPLETED"


# the form


@QUICK
@given(code=CODES)
def test_a_payment_on_the_form_is_declined_as_the_comment_of_the_bill_asks(
    partner: Partner, numbers: Callable[[str], str], code: str
) -> None:
    bill_id = numbers("b")
    partner.bill(bill_id, comment=f"Shoes [sandbox: {code}]")
    payment = partner.sandbox.pay_bill(bill_id)
    assert refusal(payment["status"]) == wanted_status(code)
    assert told_refusal(partner, payment["paymentId"]) == wanted_status(code)
    bill = partner.ok("GET", f"/bills/{bill_id}/details")
    assert bill["status"]["value"] == "CREATED"
    assert [refusal(each["status"]) for each in bill["payments"]] == [wanted_status(code)]


@QUICK
@given(code=CODES)
def test_sandbox_pay_is_declined_as_the_comment_of_the_bill_asks(
    numbers: Callable[[str], str], sandbox_pay: Partner, code: str
) -> None:
    bill_id = numbers("b")
    sandbox_pay.bill(bill_id, flags=["SALE"], comment=f"[sandbox: {code}]")
    payment = sandbox_pay.sandbox.pay_bill(bill_id, payment_method={"type": "SANDBOX_PAY"})
    assert refusal(payment["status"]) == wanted_status(code)


@pytest.fixture
def sandbox_pay() -> Iterator[Partner]:
    site = Site("test-00", form_methods=("SANDBOX_PAY",))
    with Sandbox(clock=Clock.frozen(NOW), sites=[site]) as sandbox, Partner(sandbox) as partner:
        yield partner


def test_the_payments_of_a_bill_are_answered_one_after_the_other_and_the_last_answer_goes_on(partner: Partner) -> None:
    partner.bill(comment="[sandbox: 51, TRY_AGAIN_LATER, approved after 30 s]")
    assert refusal(partner.sandbox.pay_bill("b-1")["status"]) == wanted_status("51")
    assert refusal(partner.sandbox.pay_bill("b-1")["status"]) == wanted_status("TRY_AGAIN_LATER")
    assert partner.sandbox.pay_bill("b-1")["status"]["value"] == "WAITING"
    partner.sandbox.advance(30)
    assert partner.ok("GET", "/bills/b-1/details")["status"]["value"] == "PAID"


def test_the_comment_of_a_bill_says_nothing_to_a_payment_of_the_partners_own_form(partner: Partner) -> None:
    partner.bill(comment="[sandbox: 51]")
    assert partner.payment(billId="b-1")["status"]["value"] == "COMPLETED"


@pytest.mark.parametrize("comment", ["[sandbox: 99]", "[sandbox: 51, 99]", "[sandbox: 51"])
def test_a_bill_that_asks_for_no_outcome_that_there_is_is_refused(partner: Partner, comment: str) -> None:
    body = {"amount": rubles("1.00"), "expirationDateTime": "2024-03-02T12:00:00+03:00", "comment": comment}
    assert list(partner.error(400, "PUT", "/bills/b-1", body)["cause"]) == ["comment"]


def test_the_payer_asks_by_the_holder_name_on_the_form(partner: Partner) -> None:
    partner.bill(comment="[sandbox: 05]")
    payment = partner.sandbox.pay_bill("b-1", payment_method={**CARD, "holderName": "SANDBOX 51"})
    assert refusal(payment["status"]) == wanted_status("51")
    invoice_uid = partner.ok("GET", "/bills/b-1/details")["invoiceUid"]
    with pytest.raises(CardRejected) as rejected:
        partner.sandbox.payer.pay_with_card(invoice_uid, TypedCard(VISA, "12/34", "123", "SANDBOX 99"))
    assert list(rejected.value.fields) == ["holderName"]


def test_a_bill_of_the_time_before_test_mode_can_be_paid(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    sites = [[Site("one", key="k", test=test)] for test in (False, True)]
    with Sandbox(store=store, clock=Clock.frozen(NOW), sites=sites[0]) as sandbox, Partner(sandbox) as partner:
        partner.bill(comment="[sandbox: 99]")
    with Sandbox(store=store, clock=Clock.frozen(NOW), sites=sites[1]) as sandbox:
        assert sandbox.pay_bill("b-1")["status"]["value"] == "COMPLETED"


# captures and refunds


@QUICK
@given(code=CODES)
def test_a_capture_is_declined_as_its_comment_asks_and_the_money_stays_held(
    partner: Partner, numbers: Callable[[str], str], code: str
) -> None:
    payment_id, capture_id = numbers("p"), numbers("c")
    partner.payment(payment_id)
    path = f"/payments/{payment_id}/captures/{capture_id}"
    declined = partner.capture(payment_id, capture_id, comment=f"[sandbox: {code}]")
    assert declined["status"]["value"] == "DECLINE"
    assert refusal(declined["status"]) == wanted_status(code)
    assert partner.ok("GET", path)["status"] == {**declined["status"], "value": "DECLINED"}
    assert partner.capture(payment_id, capture_id, comment=f"[sandbox: {code}]") == declined
    assert told_refusal(partner, capture_id) == wanted_status(code)
    assert partner.ok("GET", f"/payments/{payment_id}")["capturedAmount"] == rubles("0.00")
    assert partner.capture(payment_id, f"{capture_id}-again")["status"]["value"] == "COMPLETED"
    assert partner.ok("GET", f"/payments/{payment_id}")["capturedAmount"] == rubles("150.00")


@QUICK
@given(code=CODES, flags=st.sampled_from([["SALE"], []]))
def test_a_refund_is_declined_as_its_comment_asks_and_no_money_moves(
    partner: Partner, numbers: Callable[[str], str], code: str, flags: list[str]
) -> None:
    payment_id, refund_id = numbers("p"), numbers("r")
    partner.payment(payment_id, flags=flags)
    declined = partner.refund(payment_id, refund_id, "50.00", comment=f"[sandbox: {code}]")
    assert declined["status"]["value"] == "DECLINE"
    assert refusal(declined["status"]) == wanted_status(code)
    assert partner.ok("GET", f"/payments/{payment_id}/refunds") == [declined]
    assert told_refusal(partner, refund_id) == wanted_status(code)
    assert partner.ok("GET", f"/payments/{payment_id}")["refundedAmount"] == rubles("0.00")
    assert partner.refund(payment_id, f"{refund_id}-again")["status"]["value"] == "COMPLETED"


def test_a_declined_capture_does_not_keep_the_hold_from_its_end(partner: Partner) -> None:
    partner.payment()
    partner.capture(comment="[sandbox: 91]")
    partner.sandbox.advance(72 * 3600)
    assert partner.ok("GET", "/payments/p-1")["capturedAmount"] == rubles("150.00")


def test_what_a_refund_may_not_do_goes_before_what_it_asks_for(partner: Partner) -> None:
    partner.payment()
    assert partner.refund(value="150.01", comment="[sandbox: approved]")["status"]["reason"] == "INVALID_AMOUNT"


@pytest.mark.parametrize("comment", ["[sandbox: 99]", "[sandbox: 51 after 30 s]", "[sandbox: 51, approved]"])
def test_captures_and_refunds_are_answered_once_and_at_once(partner: Partner, comment: str) -> None:
    partner.payment()
    refused: list[tuple[str, dict[str, Any]]] = [
        ("/payments/p-1/captures/c-1", {"comment": comment}),
        ("/payments/p-1/refunds/r-1", {"comment": comment, "amount": rubles("1.00")}),
    ]
    for path, body in refused:
        assert list(partner.error(400, "PUT", path, body)["cause"]) == ["comment"]
        assert partner.send("GET", path).status_code == 404


# the limits of the test mode


def test_on_a_site_with_limits_a_sum_above_ten_rubles_is_declined_and_does_not_count() -> None:
    site = Site("test-00", test_limits=True)
    with Sandbox(clock=Clock.frozen("2024-03-01T23:59:00+03:00"), sites=[site]) as sandbox, Partner(sandbox) as partner:
        for number in range(30):
            declined = partner.payment(f"large-{number}", "10.01")
            assert declined["status"]["reason"] == "ACQUIRING_LIMIT_EXCEEDED"
        for number in range(100):
            assert partner.payment(f"small-{number}", "10.00")["status"]["value"] == "COMPLETED"
        assert partner.payment("more", "0.01")["status"]["reason"] == "ACQUIRING_LIMIT_EXCEEDED"
        sandbox.advance(60)
        assert partner.payment("next-day", "0.01")["status"]["value"] == "COMPLETED"


def test_a_site_with_limits_takes_rubles_only() -> None:
    site = Site("test-00", test_limits=True, currencies=("USD", "RUB"))
    with Sandbox(clock=Clock.frozen(NOW), sites=[site]) as sandbox, Partner(sandbox) as partner:
        body = {"paymentMethod": CARD, "amount": {"value": "1.00", "currency": "USD"}}
        assert list(partner.error(400, "PUT", "/payments/p-1", body)["cause"]) == ["amount"]
        assert partner.payment(value="1.00")["status"]["value"] == "COMPLETED"


# what is never kept


def test_neither_card_number_nor_cvv_is_anywhere_in_the_store_or_in_what_is_shown(tmp_path: Path) -> None:
    store, card = f"sqlite:///{tmp_path / 'store.sqlite3'}", {**CARD, "pan": SECRET_PAN, "cvv2": "739"}
    late = {**card, "holderName": "SANDBOX 51 AFTER 30 S"}
    shown: list[Any] = []
    with Sandbox(store=store, clock=Clock.frozen(NOW)) as sandbox, Partner(sandbox) as partner:
        bound: dict[str, Any] = {"customer": ACCOUNT, "flags": ["BIND_PAYMENT_TOKEN"]}
        shown += [
            partner.bill(receiverData={"pan": SECRET_PAN}, **bound),
            sandbox.pay_bill("b-1", payment_method=card),
            partner.payment("approved", card=card, **bound),
            partner.payment("declined", card=card, comment="[sandbox: 51]"),
            partner.payment("received", card=card, receiverData={"pan": SECRET_PAN}),
            partner.payment("late", card=late, **bound),
        ]
        while_waiting = contents(tmp_path)
        sandbox.advance(30)
        shown += [sandbox.notifications(), sandbox.events(), sandbox.requests()]
    afterwards = contents(tmp_path)
    assert b"220073******4172" in while_waiting, "the search finds what is there"
    for secret in (SECRET_PAN, SECRET_PAN[6:12], '"739"', "'739'", late["holderName"]):
        assert secret.encode() not in while_waiting + afterwards
        assert secret not in repr(shown)


def test_a_card_is_in_no_repr() -> None:
    shown = repr(Card(VISA, "12/34", "739", "SANDBOX 51"))
    assert not any(secret in shown for secret in (VISA, "12/34", "739", "SANDBOX"))
