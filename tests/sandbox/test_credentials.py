"""Stored cards, settlement in another currency, receivers, and methods without a card: what is told of a payment."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qiwi_payin_description import load
from qiwi_payin_sandbox import Clock, Sandbox, Site
from qiwi_payin_sandbox.domain.credentials import KIND_OF_USE, kind_of_use
from qiwi_payin_sandbox.domain.money import Money
from qiwi_payin_sandbox.domain.receivers import Receiver, receiver
from qiwi_payin_sandbox.domain.settlement import KOPECKS, settled

from tests.sandbox.conftest import NOW
from tests.sandbox.partner import CARD, Partner, rubles
from tests.sandbox.test_notifications import valid

ACCOUNT = {"account": "token234"}
PAN = "2200000000000004"


def dollars(value: str) -> dict[str, str]:
    return {"value": value, "currency": "USD"}


def told(partner: Partner, object_id: str) -> dict[str, Any]:
    """Return what the notification about an object tells, its numbers as they are written."""
    (notification,) = (each for each in partner.sandbox.notifications() if each["objectId"] == object_id)
    valid(notification)
    body = json.loads(notification["body"], parse_float=Decimal)
    said: dict[str, Any] = body[notification["type"].lower()]
    return said


def token_of(partner: Partner, payment_id: str = "first") -> str:
    payment = partner.payment(payment_id, flags=["BIND_PAYMENT_TOKEN"], customer=ACCOUNT)
    token: str = payment["createdToken"]["token"]
    return token


def by_token(partner: Partner, token: str, payment_id: str = "p-1", **method: Any) -> Any:
    used = {"type": "TOKEN", "paymentToken": token, **method}
    body = {"paymentMethod": used, "amount": rubles("1.00"), "customer": ACCOUNT}
    return partner.ok("PUT", f"/payments/{payment_id}", body)


# stored cards


def test_the_uses_are_those_of_the_description_and_so_are_their_kinds() -> None:
    schemas = load("sandbox")["components"]["schemas"]
    assert set(KIND_OF_USE) == set(schemas["StoredCardUse"]["enum"])
    assert set(KIND_OF_USE.values()) == set(schemas["CredentialOnFile"]["properties"]["type"]["enum"])


@pytest.mark.parametrize(("use", "kind"), KIND_OF_USE.items())
def test_a_payment_by_card_tells_of_the_stored_card_that_it_names(partner: Partner, use: str, kind: str) -> None:
    payment = partner.payment(card={"cardTokenPaymentType": use})
    assert payment["credentialOnFile"]["type"] == kind
    assert payment["credentialOnFile"]["trn"]
    assert partner.ok("GET", "/payments/p-1") == payment
    assert told(partner, "p-1")["credentialOnFile"] == payment["credentialOnFile"]


@pytest.mark.parametrize("use", ["INITIATED_BY_CLIENT", "INITIATED_BY_MERCHANT", "RECURRING_PAYMENT", "INSTALLMENT"])
def test_a_payment_by_token_tells_of_its_use(partner: Partner, use: str) -> None:
    payment = by_token(partner, token_of(partner), cardTokenPaymentType=use)
    assert payment["credentialOnFile"]["type"] == KIND_OF_USE[use]
    assert told(partner, "p-1")["credentialOnFile"] == payment["credentialOnFile"]


def test_a_payment_by_token_that_says_nothing_was_initiated_by_the_client(partner: Partner) -> None:
    assert by_token(partner, token_of(partner))["credentialOnFile"]["type"] == "CREDENTIAL_ON_FILE"


def test_the_first_payment_of_a_series_needs_card_data(partner: Partner) -> None:
    method = {"type": "TOKEN", "paymentToken": token_of(partner), "cardTokenPaymentType": "FIRST_PAYMENT"}
    body = {"paymentMethod": method, "amount": rubles("1.00"), "customer": ACCOUNT}
    assert list(partner.error(400, "PUT", "/payments/p-1", body)["cause"]) == ["cardTokenPaymentType"]


def test_a_payment_by_card_that_says_nothing_concerns_no_stored_card(partner: Partner) -> None:
    assert "credentialOnFile" not in partner.payment()
    assert "credentialOnFile" not in told(partner, "p-1")


@pytest.mark.parametrize("card", [{"expiryDate": "02/34"}, {"cvv2": "849"}])
def test_nothing_is_told_of_a_payment_that_is_not_authorised(partner: Partner, card: dict[str, str]) -> None:
    assert "credentialOnFile" not in partner.payment(card={**card, "cardTokenPaymentType": "FIRST_PAYMENT"})


def test_each_transaction_has_a_number_of_its_own(partner: Partner) -> None:
    first = {"paymentId": "never-seen", "trnId": "1"}
    card: dict[str, Any] = {"cardTokenPaymentType": "RECURRING_PAYMENT", "firstTransaction": first}
    numbers = {partner.payment(f"p-{number}", card=card)["credentialOnFile"]["trn"] for number in range(3)}
    assert len(numbers) == 3


@given(st.none() | st.sampled_from(sorted(KIND_OF_USE)), st.sampled_from(["typed", "saved"]))
def test_nothing_is_told_exactly_where_a_typed_card_says_nothing(use: str | None, how: str) -> None:
    assert (kind_of_use(use, saved=how == "saved") is None) == (use is None and how == "typed")


def test_paying_with_a_saved_card_on_the_form_tells_of_it(partner: Partner) -> None:
    token = token_of(partner)
    partner.bill(customer=ACCOUNT)
    payment = partner.sandbox.pay_bill("b-1", payment_method={"type": "TOKEN", "paymentToken": token})
    assert payment["credentialOnFile"]["type"] == "CREDENTIAL_ON_FILE"


# tokens off and shared


def test_a_site_without_payment_tokens_issues_none_and_takes_none() -> None:
    with Sandbox(sites=[Site("off", payment_tokens=False)]) as sandbox, Partner(sandbox) as partner:
        asked = {"customer": ACCOUNT, "flags": ["BIND_PAYMENT_TOKEN"], "amount": rubles("1.00")}
        error = partner.error(400, "PUT", "/payments/p-1", {"paymentMethod": CARD, **asked})
        assert list(error["cause"]) == ["flags"]
        error = partner.error(400, "PUT", "/bills/b-1", {"expirationDateTime": "2034-01-01T00:00:00Z", **asked})
        assert list(error["cause"]) == ["flags"]
        body = {
            "paymentMethod": {"type": "TOKEN", "paymentToken": "any"},
            "amount": rubles("1.00"),
            "customer": ACCOUNT,
        }
        assert list(partner.error(400, "PUT", "/payments/p-1", body)["cause"]) == ["paymentToken"]


def test_a_site_takes_the_tokens_of_the_sites_that_it_shares_them_with_and_they_not_its() -> None:
    sites = [Site("issuer"), Site("other", shares_tokens_with=("issuer",))]
    with (
        Sandbox(clock=Clock.frozen(NOW), sites=sites) as sandbox,
        Partner(sandbox, "issuer") as issuer,
        Partner(sandbox, "other") as other,
    ):
        token = token_of(issuer)
        assert by_token(other, token)["status"]["value"] == "COMPLETED"
        other.bill(customer=ACCOUNT)
        form = sandbox.payer.bill(other.ok("GET", "/bills/b-1/details")["invoiceUid"])
        assert [card.masked_pan for card in form.saved_cards] == ["444444******1049"]
        deletion = json.dumps({"customerAccountId": "token234", "token": token})
        assert other.send("DELETE", "/tokens", text=deletion).status_code == 404
        own = token_of(other, "own")
        body = {"paymentMethod": {"type": "TOKEN", "paymentToken": own}, "amount": rubles("1.00"), "customer": ACCOUNT}
        assert list(issuer.error(400, "PUT", "/payments/p-1", body)["cause"]) == ["paymentToken"]
        assert issuer.send("DELETE", "/tokens", text=deletion).status_code == 204
        body["paymentMethod"] = {"type": "TOKEN", "paymentToken": token}
        assert list(other.error(400, "PUT", "/payments/p-2", body)["cause"]) == ["paymentToken"]


# settlement


@pytest.fixture
def abroad() -> Iterator[Partner]:
    site = Site("test-00", currencies=("RUB", "USD"))
    with Sandbox(clock=Clock.frozen(NOW), sites=[site]) as sandbox, Partner(sandbox) as partner:
        yield partner


def test_a_payment_in_another_currency_is_settled_in_the_sites_first(abroad: Partner) -> None:
    body = {"paymentMethod": CARD, "amount": dollars("10.00")}
    payment = abroad.ok("PUT", "/payments/p-1", body)
    assert payment["settlementAmount"] == rubles("900.00")
    reversal = abroad.ok("PUT", "/payments/p-1/refunds/r-1", {"amount": dollars("1.50")})
    assert reversal["settlementAmount"] == rubles("135.00")
    capture = abroad.capture()
    assert (capture["amount"], capture["settlementAmount"]) == (dollars("8.50"), rubles("765.00"))
    refund = abroad.ok(
        "PUT", "/payments/p-1/refunds/r-2", {"amount": dollars("0.01"), "settlementAmount": rubles("0.90")}
    )
    assert refund["settlementAmount"] == rubles("0.90")
    assert abroad.ok("GET", "/payments/p-1/refunds") == [reversal, refund]
    assert abroad.ok("GET", "/payments/p-1/captures/c-1") == capture
    for object_id, rubles_told in (("p-1", "900.00"), ("r-1", "135.00"), ("c-1", "765.00"), ("r-2", "0.90")):
        assert told(abroad, object_id)["settlementAmount"] == {"value": Decimal(rubles_told), "currency": "RUB"}


def test_a_payment_in_the_currency_of_settlement_says_nothing_of_it(abroad: Partner) -> None:
    assert "settlementAmount" not in abroad.payment()
    assert "settlementAmount" not in abroad.capture()
    assert "settlementAmount" not in abroad.refund()
    assert not any("settlementAmount" in told(abroad, object_id) for object_id in ("p-1", "c-1", "r-1"))


def test_the_sandbox_reckons_the_settlement_of_a_refund_itself(abroad: Partner) -> None:
    abroad.ok("PUT", "/payments/p-1", {"paymentMethod": CARD, "amount": dollars("10.00")})
    body = {"amount": dollars("1.00"), "settlementAmount": {"value": "1.00", "currency": "EUR"}}
    assert abroad.ok("PUT", "/payments/p-1/refunds/r-1", body)["settlementAmount"] == rubles("90.00")


CURRENCIES = st.sampled_from([*KOPECKS, "JPY"])


@given(st.integers(1, 10**10), CURRENCIES, CURRENCIES)
def test_settlement_is_rounded_down_and_at_least_a_hundredth(minor: int, paid: str, currency: str) -> None:
    sum_ = settled(Money(minor, paid), currency)
    if paid == currency:
        assert sum_ is None
        return
    assert sum_ is not None
    exact = minor * Decimal(KOPECKS.get(paid, 100)) / KOPECKS.get(currency, 100)
    assert sum_.currency == currency
    assert sum_.minor == max(int(exact), 1)


@given(st.lists(st.integers(1_000, 10**8), min_size=1, max_size=5))
def test_the_parts_of_a_payment_are_never_settled_for_more_than_the_whole(parts: list[int]) -> None:
    whole = settled(Money(sum(parts), "USD"), "EUR")
    each = [settled(Money(part, "USD"), "EUR") for part in parts]
    assert whole is not None
    assert sum(part.minor for part in each if part is not None) <= whole.minor


# receivers

USABLE: list[dict[str, str]] = [
    {"pan": PAN},
    {"wallet": "79991234567"},
    {"phone": "+79991234567"},
    {"bankAccount": "4" * 20, "bic": "0" * 9, "inn": "0" * 12},
]
UNUSABLE: list[dict[str, str]] = [
    {"pan": "2200000000000005"},
    {"pan": "22"},
    {"bankAccount": "4" * 20},
    {"bankAccount": "4", "bic": "0" * 9},
    {"inn": "0" * 10},
    {"pan": PAN, "bic": "1"},
    {"wallet": " "},
    {"unknown": "field"},
]


@pytest.mark.parametrize("data", USABLE)
def test_a_payment_to_a_receiver_funds_an_account(partner: Partner, data: dict[str, str]) -> None:
    payment = partner.payment(receiverData=data)
    assert payment["status"]["value"] == "COMPLETED"
    assert payment["flags"] == ["TEST", "AFT"]
    assert told(partner, "p-1")["flags"] == ["AUTH", "TEST", "AFT"]


@pytest.mark.parametrize("data", UNUSABLE)
def test_a_payment_to_a_receiver_whom_no_money_can_reach_is_declined(partner: Partner, data: dict[str, str]) -> None:
    payment = partner.payment(receiverData=data, card={"cvv2": "849"})
    assert payment["status"]["reason"] == "INVALID_RECEIVER_DATA"
    assert payment["flags"] == ["TEST", "AFT"]


def test_without_receiver_data_or_with_empty_ones_it_is_an_ordinary_payment(partner: Partner) -> None:
    assert partner.payment("one")["flags"] == ["TEST"]
    assert partner.payment("two", receiverData={})["flags"] == ["TEST"]


@pytest.mark.parametrize(("data", "value"), [(USABLE[0], "COMPLETED"), (UNUSABLE[0], "DECLINED")])
def test_the_receiver_of_a_bill_is_that_of_its_payments_on_the_form(
    partner: Partner, data: dict[str, str], value: str
) -> None:
    partner.bill(receiverData=data)
    payment = partner.sandbox.pay_bill("b-1")
    assert payment["flags"] == ["TEST", "AFT"]
    assert payment["status"]["value"] == value


@given(st.dictionaries(st.sampled_from(["pan", "wallet", "phone", "bankAccount", "bic", "inn", "x"]), st.text()))
def test_any_receiver_data_are_usable_or_not(data: dict[str, str]) -> None:
    assert (receiver(data) is None) == (not data)
    if data and not {"pan", "wallet", "phone", "bankAccount"} & set(data):
        assert receiver(data) is Receiver.UNUSABLE


# what else is told


def test_the_payments_of_a_bill_are_listed_with_their_own_comment_else_with_the_bills(partner: Partner) -> None:
    partner.bill(comment="of the bill")
    partner.payment("own", billId="b-1", comment="of the payment", card={"expiryDate": "02/30"})
    partner.sandbox.pay_bill("b-1")
    listed = partner.ok("GET", "/bills/b-1")
    assert [payment["comment"] for payment in listed] == ["of the bill", "of the payment"]


def test_a_payment_by_sandbox_pay_has_no_card() -> None:
    site = Site("test-00", form_methods=("SANDBOX_PAY",))
    with Sandbox(clock=Clock.frozen(NOW), sites=[site]) as sandbox, Partner(sandbox) as partner:
        bound: dict[str, Any] = {"customer": ACCOUNT, "flags": ["SALE", "BIND_PAYMENT_TOKEN"]}
        partner.bill(**bound)
        payment = sandbox.pay_bill("b-1", payment_method={"type": "SANDBOX_PAY"})
        assert payment["status"]["value"] == "COMPLETED"
        assert payment["capturedAmount"] == rubles("150.00")
        assert set(payment["paymentMethod"]) == {"type", "rrn", "authCode"}
        assert payment["paymentMethod"]["type"] == "SANDBOX_PAY"
        assert not {"paymentCardInfo", "createdToken", "credentialOnFile", "requirements"} & set(payment)
        assert partner.refund(payment["paymentId"])["status"]["value"] == "COMPLETED"
        said = told(partner, payment["paymentId"])
        assert said["paymentMethod"]["type"] == "SANDBOX_PAY"
        assert "paymentCardInfo" not in said
        (listed,) = partner.ok("GET", "/bills/b-1")
        assert listed["paymentMethod"] == payment["paymentMethod"]


def test_the_api_itself_takes_no_payment_by_sandbox_pay(partner: Partner) -> None:
    body = {"paymentMethod": {"type": "SANDBOX_PAY"}, "amount": rubles("1.00")}
    assert partner.send("PUT", "/payments/p-1", body).status_code == 400
