"""What the pages read from addresses and fields, and how they show amounts, moments and cards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qiwi_payin_sandbox.addresses import host_of, web_address
from qiwi_payin_sandbox.domain.reasons import Reason
from qiwi_payin_sandbox.pages.card_entry import ANOTHER_CARD, picked_card, typed_card
from qiwi_payin_sandbox.pages.formats import amount_text, card_text, moment_text
from qiwi_payin_sandbox.pages.texts import Language, texts_of
from qiwi_payin_sandbox.pages.visit import Visit
from qiwi_payin_sandbox.payer import CardRejected

languages = st.sampled_from(Language)
TEST_CARD = {"pan": "4444 4436 1662 1049", "expiryDate": "12/34", "cvv2": "123"}


@pytest.mark.parametrize(
    "address",
    ["https://shop.example/thanks?order=1&x=%20", "http://127.0.0.1:8000", "https://[::1]/", "HTTPS://SHOP.EXAMPLE/"],
)
def test_a_payer_may_be_sent_to_an_http_address(address: str) -> None:
    assert web_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        *(
            "",
            None,
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)//https://shop.example",
            "data:text/html,x",
            "//shop.example",
        ),
        *(
            "/thanks",
            "thanks",
            "ftp://shop.example",
            "https:",
            "https://",
            "https:///thanks",
            "https://shop.example:x/",
        ),
        *("https://bank.example@evil.example/", "https://shop.example/\\evil", " https://shop.example/"),
        *("https://shop.example/\r\nSet-Cookie: x=1", "https://shop.example/\t", "https://[::1", "h" * 3000),
    ],
)
def test_a_payer_is_sent_nowhere_else(address: str | None) -> None:
    assert web_address(address) is None


@given(st.text())
def test_whatever_text_is_given_only_http_addresses_pass(text: str) -> None:
    passed = web_address(text)
    assert passed is None or (passed == text and urlsplit(text).scheme in {"http", "https"} and host_of(text))


@given(languages, st.text(min_size=1), st.none() | st.just("https://shop.example/a?b=c&d=ы"), st.none() | st.text())
def test_a_visit_is_read_back_from_its_own_address(
    language: Language, invoice_uid: str, success_url: str | None, method: str | None
) -> None:
    visit = Visit(invoice_uid, language, success_url, method)
    query = urlsplit(visit.address("form", paymentId="1")).query
    assert Visit.read(dict(parse_qsl(query, keep_blank_values=True))) == visit


def test_the_language_is_russian_unless_another_known_one_is_asked_for() -> None:
    codes = (None, "", "ru", "de", "EN", "en", "eng")
    assert [Language.read(code).value for code in codes] == ["ru", "ru", "ru", "ru", "ru", "en", "en"]


@pytest.mark.parametrize(
    ("header", "language"),
    [("", "ru"), ("de-DE", "ru"), ("en-GB,en;q=0.9", "en"), ("de, ru;q=0.8, en;q=0.7", "ru"), ("*", "ru")],
)
def test_the_browsers_language_is_the_first_known_one(header: str, language: str) -> None:
    assert Language.preferred(header) == language


@pytest.mark.parametrize(
    ("value", "russian", "english"),
    [
        ("150.00", "150,00 ₽", "150.00 ₽"),
        ("0.01", "0,01 ₽", "0.01 ₽"),
        ("1234.50", "1 234,50 ₽", "1,234.50 ₽"),
        ("99999999.99", "99 999 999,99 ₽", "99,999,999.99 ₽"),
    ],
)
def test_amounts_are_written_as_each_language_does(value: str, russian: str, english: str) -> None:
    shown = [amount_text(value, "RUB", language).replace("\u00a0", " ") for language in (Language.RU, Language.EN)]
    assert shown == [russian, english]


@given(st.decimals("0.01", "99999999.99", places=2), languages)
def test_an_amount_shown_is_the_amount(value: Decimal, language: Language) -> None:
    number = amount_text(f"{value:.2f}", "RUB", language).removesuffix("\u00a0₽").replace("\u00a0", "")
    plain = number.replace(",", ".") if language is Language.RU else number.replace(",", "")
    assert Decimal(plain) == value


def test_a_currency_without_a_sign_is_shown_by_its_code() -> None:
    assert amount_text("1.00", "BYN", Language.EN) == "1.00\u00a0BYN"


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=10))])
def test_a_moment_is_shown_in_moscow_time(zone: timezone) -> None:
    moment = datetime(2023, 7, 7, 14, 30, tzinfo=timezone(timedelta(hours=3))).astimezone(zone)
    assert moment_text(moment, Language.EN).replace("\u00a0", " ") == "7 July 2023, 14:30 MSK"
    assert moment_text(moment, Language.RU).replace("\u00a0", " ") == "7 июля 2023, 14:30 МСК"  # noqa: RUF001


def test_a_card_is_shown_by_its_last_digits() -> None:
    assert card_text("444444******1049") == "••••\u00a01049"


@pytest.mark.parametrize("spelling", ["12/34", "1234", "12 / 34", "12/2034", "122034", "\u00a012/34 "])
def test_an_expiry_date_is_read_as_people_and_browsers_write_it(spelling: str) -> None:
    assert typed_card({"pan": "4444443616621049", "expiryDate": spelling, "cvv2": "123"}).expiry_date == "12/34"


def test_a_month_of_one_digit_is_read_where_a_slash_follows() -> None:
    assert typed_card({**TEST_CARD, "expiryDate": "1/34"}).expiry_date == "01/34"


@pytest.mark.parametrize("spelling", ["4444 4436 1662 1049", "4444-4436-1662-1049", "4444\u00a04436\u00a016621049"])
def test_a_card_number_is_read_in_any_grouping(spelling: str) -> None:
    assert typed_card({**TEST_CARD, "pan": spelling}).pan == "4444443616621049"


def test_number_expiry_and_cvv_are_needed_and_the_holder_is_not() -> None:
    with pytest.raises(CardRejected) as rejected:
        typed_card({"pan": " ", "holderName": ""})
    assert rejected.value.fields == {"pan": "missing", "expiryDate": "missing", "cvv2": "missing"}
    assert typed_card(TEST_CARD).holder_name is None


def test_a_typed_card_is_in_no_repr() -> None:
    shown = repr(typed_card(TEST_CARD))
    assert not any(secret in shown for secret in ("4444", "12/34", "123"))


def test_a_saved_card_is_picked_by_its_id() -> None:
    assert picked_card({"card": "c1"}) == "c1"
    assert picked_card({"card": ANOTHER_CARD}) is None
    assert picked_card({}) is None


_TECHNICAL = {
    Reason.GATEWAY_INTEGRATION_ERROR,
    Reason.GATEWAY_TECHNICAL_ERROR,
    Reason.ACQUIRING_MPI_TECH_ERROR,
    Reason.ACQUIRING_GATEWAY_TECH_ERROR,
    Reason.ACQUIRING_ACQUIRER_ERROR,
    Reason.ACQUIRING_AUTH_TECHNICAL_ERROR,
    Reason.ACQUIRING_UNKNOWN,
    Reason.PAYIN_PROCESSING_ERROR,
}
"""Reasons that mean nothing to a payer, who is told only that it did not work."""


@pytest.mark.parametrize("language", Language)
def test_each_reason_that_concerns_the_payer_is_told_in_words(language: Language) -> None:
    assert set(texts_of(language).reasons) == set(Reason) - _TECHNICAL


def test_both_languages_tell_the_same_things() -> None:
    russian, english = texts_of(Language.RU), texts_of(Language.EN)
    for name in ("reasons", "methods", "field_errors"):
        assert getattr(russian, name).keys() == getattr(english, name).keys(), name
    for field, codes in russian.field_errors.items():
        assert codes.keys() == english.field_errors[field].keys(), field
