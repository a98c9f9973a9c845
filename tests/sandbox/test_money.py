"""Sums have exactly two fraction digits and are never rounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qiwi_payin_sandbox.domain.money import NOT_POSITIVE, TOO_LARGE, WRONG_SCALE, Money, MoneyFormatError, minor_units

from tests.sandbox.partner import Partner


@given(st.integers(1, 99_999_999_99))
def test_a_sum_survives_being_written_and_read(minor: int) -> None:
    assert minor_units(Money(minor, "RUB").text) == minor


@given(st.text("0123456789.,-+eE _", max_size=14))
def test_only_plain_text_with_two_fraction_digits_is_a_sum(text: str) -> None:
    try:
        minor = minor_units(text)
    except MoneyFormatError:
        return
    assert text == Money(minor, "RUB").text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3.0", WRONG_SCALE),
        ("150", WRONG_SCALE),
        ("1.005", WRONG_SCALE),
        ("1,000.00", WRONG_SCALE),
        ("1.5e2", WRONG_SCALE),
        ("01.00", WRONG_SCALE),
        ("", WRONG_SCALE),
        ("NaN", WRONG_SCALE),
        ("0.00", NOT_POSITIVE),
        ("0", NOT_POSITIVE),
        ("-1.00", NOT_POSITIVE),
        ("100000000.00", TOO_LARGE),
    ],
)
def test_what_is_no_sum_is_refused_in_the_known_words(text: str, words: str) -> None:
    with pytest.raises(MoneyFormatError) as refused:
        minor_units(text)
    assert str(refused.value) == words


@pytest.mark.parametrize("written", ["150.00", '"150.00"'])
def test_a_request_may_write_the_value_as_a_number_or_a_string(partner: Partner, written: str) -> None:
    body = f'{{"amount": {{"value": {written}, "currency": "RUB"}}, "expirationDateTime": "2024-03-02T12:00:00+03:00"}}'
    assert partner.ok("PUT", "/bills/b-1", text=body)["amount"] == {"value": "150.00", "currency": "RUB"}


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("3.0", WRONG_SCALE),
        ('"3.0"', WRONG_SCALE),
        ("150", WRONG_SCALE),
        ("1.500e2", WRONG_SCALE),
        ("15000e-2", WRONG_SCALE),
        ("1.5E1", WRONG_SCALE),
        ("150.001", WRONG_SCALE),
        ('"1,000.00"', WRONG_SCALE),
        ("0", NOT_POSITIVE),
        ("0.00", NOT_POSITIVE),
        ('"0.00"', NOT_POSITIVE),
        ("-5.00", NOT_POSITIVE),
        ("99999999.991", WRONG_SCALE),
        ("100000000.00", TOO_LARGE),
    ],
)
def test_the_number_is_judged_by_the_text_it_was_written_as(partner: Partner, written: str, words: str) -> None:
    body = f'{{"amount": {{"value": {written}, "currency": "RUB"}}, "expirationDateTime": "2024-03-02T12:00:00+03:00"}}'
    error = partner.error(400, "PUT", "/bills/b-1", text=body)
    assert error["errorCode"] == "validation.error"
    assert error["cause"] == {"amount": [words]}


def test_a_currency_that_the_site_does_not_take_is_refused(partner: Partner) -> None:
    body = {"amount": {"value": "1.00", "currency": "USD"}, "expirationDateTime": "2024-03-02T12:00:00+03:00"}
    assert list(partner.error(400, "PUT", "/bills/b-1", body)["cause"]) == ["amount"]


def test_a_refund_has_the_currency_of_the_payment(partner: Partner) -> None:
    partner.payment()
    body = {"amount": {"value": "1.00", "currency": "USD"}}
    assert list(partner.error(400, "PUT", "/payments/p-1/refunds/r-1", body)["cause"]) == ["amount"]
