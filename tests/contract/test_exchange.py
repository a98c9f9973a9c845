"""What a report shows of an exchange: enough to repeat it, and no secret."""

import shlex
from decimal import Decimal

import pytest
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.json_text import dumps, loads
from qiwi_payin_contract.masking import KEY_VARIABLE, TEST_CARDS, mask_text
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.target import Target, TargetError, checked_base_url

KEY = "5d41402abc4b2a76b9719d911017c592"
FOREIGN = b'{"paymentMethod": {"type": "CARD", "pan": "5555555555554444", "cvv2": "987"}, "amount": {"value": 1.50}}'
TOKEN = b'{"paymentMethod": {"type": "TOKEN", "paymentToken": "66aebf5f-098e"}}'


def exchange(body: bytes = b"", answer: bytes = b"{}") -> Exchange:
    return Exchange(
        operation_id="paymentsCreate",
        site_id="test-00",
        method="PUT",
        path="/payin/v1/sites/test-00/payments/1",
        url="http://127.0.0.1:1/partner/payin/v1/sites/test-00/payments/1",
        request_headers={"Authorization": f"Bearer {KEY}", "Content-Type": "application/json", "X-Other": "o"},
        request_body=body,
        status=200,
        answer_headers={"Content-Type": "application/json"},
        answer_body=answer,
        key=KEY,
    )


@pytest.mark.parametrize("body", [FOREIGN, TOKEN, b'{"threeDS": {"pares": "eJz"}}', b"5555555555554444 no json"])
def test_nothing_secret_is_shown(body: bytes) -> None:
    shown = exchange(body, answer=body)
    for text in (repr(shown), shown.curl(), shown.shown_request(), shown.shown_answer()):
        for secret in (KEY, "5555555555554444", "987", "66aebf5f", "eJz"):
            assert secret not in text


def test_a_published_test_card_is_shown_whole_so_that_the_request_can_be_repeated() -> None:
    body = b'{"pan": "4444443616621049", "cvv2": "849", "expiryDate": "12/34", "amount": {"value": 150.00}}'
    words = shlex.split(exchange(body).curl())
    assert words[words.index("--data-binary") + 1] == body.decode()
    assert f"Authorization: Bearer {KEY_VARIABLE}" in words
    assert words[-3] != "o"


def test_a_body_with_a_test_card_and_another_keeps_no_cvv() -> None:
    assert "849" not in mask_text('{"pan": "4444443616621049", "cvv2": "849", "other": "5555555555554444"}')


def test_the_published_test_cards_are_numbers_of_cards() -> None:
    def luhn(pan: str) -> int:
        odd, even = pan[-1::-2], pan[-2::-2]
        return sum(map(int, odd)) + sum(sum(divmod(2 * int(digit), 10)) for digit in even)

    assert len(TEST_CARDS) == 49
    assert not [pan for pan in TEST_CARDS if luhn(pan) % 10]


def test_sums_keep_their_digits_in_both_directions() -> None:
    text = '{"amount": {"value": 150.00, "currency": "RUB"}, "timeOnPage": 1440, "list": [true, null, "é"]}'
    assert dumps(loads(text)) == text
    assert loads(text)["amount"]["value"] == Decimal("150.00")


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "{", ""])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        loads(text)


def test_a_target_shows_no_key() -> None:
    with Target("https://qiwi.example/partner/", [Site("test-00", KEY, "notify")]) as target:
        assert KEY not in repr(target)
        assert "notify" not in repr(target)
        assert target.base_url == "https://qiwi.example/partner"


def test_ids_are_never_given_twice_within_a_run_or_between_runs() -> None:
    sites = [Site("test-00", KEY)]
    with Target("https://qiwi.example", sites) as one, Target("https://qiwi.example", sites) as other:
        made = [target.fresh_id("bill") for target in (one, other) for _ in range(100)]
    assert len(set(made)) == 200


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/partner", "http://[::1]:1", "http://localhost", "https://q.example"]
)
def test_plain_http_is_for_loopback(url: str) -> None:
    assert checked_base_url(url) == url


@pytest.mark.parametrize(
    "url", ["http://q.example", "http://127.0.0.1.q.example", "q.example", "https://u:p@q.example"]
)
def test_keys_never_go_over_plain_http(url: str) -> None:
    with pytest.raises(TargetError):
        checked_base_url(url)


def test_a_target_needs_a_site() -> None:
    with pytest.raises(TargetError, match="at least one site"):
        Target("https://qiwi.example", [])
