import copy
import decimal
import operator
import pickle
import traceback
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qiwi_payin import Money
from qiwi_payin_runtime.codecs import Amount

KOPECKS = st.integers(-(10**40), 10**40)


@pytest.mark.parametrize("value", ["150.00", "150", "150.0", 150, Decimal(150), Decimal("1.5E+2"), Decimal("150.0000")])
def test_equal_sums_are_equal_however_they_are_written(value: Any) -> None:
    assert Money(value) == Money("150.00", "RUB")
    assert hash(Money(value)) == hash(Money("150.00"))
    assert str(Money(value)) == "150.00 RUB"
    assert repr(Money(value)) == "Money('150.00', 'RUB')"
    assert str(Money(value).value) == "150.00"


@pytest.mark.parametrize("value", [0.1, 150.0, float("nan"), True, None, b"1.00", [1]])
def test_a_float_or_anything_else_that_is_no_number_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        Money(value)


@pytest.mark.parametrize(
    "value",
    [
        "1.005",
        "1,000.00",
        "1e3",
        " 1.00",
        "1.00\n",
        "",
        "١٢",
        "NaN",
        Decimal("0.001"),
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("1E+5000"),
    ],
)
def test_a_sum_is_never_rounded_and_never_guessed(value: Any) -> None:
    with pytest.raises(ValueError, match="sum"):
        Money(value)


@pytest.mark.parametrize("currency", ["rub", "RU", "RUBL", "", "₽"])
def test_a_currency_is_a_three_letter_code(currency: str) -> None:
    with pytest.raises(ValueError, match=r"^currency: "):
        Money("1.00", currency)


@given(KOPECKS, KOPECKS, st.integers(-1000, 1000))
def test_arithmetic_loses_no_kopeck_at_any_precision(a: int, b: int, times: int) -> None:
    with decimal.localcontext(decimal.Context(prec=3)):
        assert (Money.of_minor(a) + Money.of_minor(b)).minor == a + b
        assert (Money.of_minor(a) - Money.of_minor(b)).minor == a - b
        assert (Money.of_minor(a) * times).minor == (times * Money.of_minor(a)).minor == a * times
        assert (-Money.of_minor(a)).minor == -a
        assert abs(Money.of_minor(a)).minor == abs(a)
        assert Money(str(Money.of_minor(a).value)) == Money.of_minor(a)
        assert (Money.of_minor(a) < Money.of_minor(b)) is (a < b)
        assert (Money.of_minor(a) >= Money.of_minor(b)) is (a >= b)
        assert bool(Money.of_minor(a)) is bool(a)


@given(KOPECKS, st.lists(st.integers(0, 10**20), min_size=1, max_size=6).filter(any))
def test_shares_are_fair_and_lose_no_kopeck(minor: int, weights: list[int]) -> None:
    shares = Money.of_minor(minor, "USD").allocate(weights)

    assert sum(shares, Money(0, "USD")) == Money.of_minor(minor, "USD")
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share.minor * sum(weights) - minor * weight) < sum(weights)  # less than a kopeck from its due
    assert [-share for share in shares] == Money.of_minor(-minor, "USD").allocate(weights)


@given(KOPECKS, st.integers(1, 50))
def test_equal_parts_differ_by_a_kopeck_at_most_and_the_first_ones_get_it(minor: int, parts: int) -> None:
    sizes = [abs(part.minor) for part in Money.of_minor(minor).split(parts)]

    assert len(sizes) == parts
    assert sum(sizes) == abs(minor)
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] - sizes[-1] <= 1


def test_thirteen_percent_and_the_rest() -> None:
    assert Money("0.99").allocate([13, 87]) == [Money("0.13"), Money("0.86")]
    assert Money("100.00").split(3) == [Money("33.34"), Money("33.33"), Money("33.33")]


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [0.5, 0.5], ["1"]])
def test_a_sum_is_not_divided_by_what_is_no_share(weights: Any) -> None:
    with pytest.raises(ValueError, match="weights"):
        Money("1.00").allocate(weights)


@pytest.mark.parametrize("parts", [0, -1])
def test_a_sum_is_not_divided_into_no_parts(parts: int) -> None:
    with pytest.raises(ValueError, match="weights"):
        Money("1.00").split(parts)


@given(KOPECKS)
def test_a_formatted_sum_has_all_its_digits_at_any_precision(minor: int) -> None:
    sum_ = Money.of_minor(minor)

    with decimal.localcontext(decimal.Context(prec=3)):
        for spec in (",", ",.2f", ".2f", "+", "060,", "*^70"):
            assert Money(f"{sum_:{spec}}".replace(",", "").strip("*").removeprefix("+")) == sum_
        assert f"{sum_}" == str(sum_)
        assert Money(*str(sum_).split()) == sum_


def test_a_sum_is_formatted_as_a_number_is() -> None:
    sum_ = Money("-1234.50")

    assert f"{sum_:,} {sum_.currency}" == "-1,234.50 RUB"
    assert f"{sum_:*>12,.2f}" == "***-1,234.50"


@pytest.mark.parametrize("spec", [".1f", ".0f", ".3f", "e", "g", "%", "n", "d", "s"])
def test_a_format_that_would_lose_kopecks_or_their_unit_is_refused(spec: str) -> None:
    with pytest.raises(ValueError, match="all decimals"):
        format(Money("1.55"), spec)


def test_sums_of_two_currencies_do_not_mix() -> None:
    for mix in (operator.add, operator.sub, operator.lt, operator.ge):
        with pytest.raises(ValueError, match="RUB and USD"):
            mix(Money("1.00", "RUB"), Money("1.00", "USD"))
    assert Money("1.00", "RUB") != Money("1.00", "USD")


@pytest.mark.parametrize("other", [1, "1.00", 0.5, Decimal(1)])
def test_a_sum_does_not_mix_with_a_plain_number(other: Any) -> None:
    for mix in (operator.add, operator.sub, operator.lt, operator.gt):
        with pytest.raises(TypeError):
            mix(Money("1.00"), other)
    with pytest.raises(TypeError):
        Money("1.00") * 0.5  # type: ignore[operator]


def test_a_sum_cannot_be_changed_and_can_be_pickled_and_copied() -> None:
    sum_ = Money("1.00", additional_properties={"note": "x"})
    with pytest.raises(AttributeError):
        sum_.minor = 5  # type: ignore[misc]

    for twin in (pickle.loads(pickle.dumps(sum_)), copy.deepcopy(sum_)):  # noqa: S301 - our own bytes
        assert twin == sum_
        assert twin.additional_properties == {"note": "x"}


def test_unknown_fields_of_an_amount_are_kept_and_take_no_part_in_comparisons() -> None:
    wire = {"value": "1.00", "currency": "RUB", "rate": Decimal("1.50")}
    read = Amount("string").read(wire)

    assert read == Money("1.00")
    assert Amount("string").write(read, "number") == wire


@given(KOPECKS)
def test_on_the_wire_a_sum_has_exactly_two_decimals_as_text_and_as_a_number(minor: int) -> None:
    sum_ = Money.of_minor(minor)
    text, number = (Amount(form).write(sum_, "string")["value"] for form in ("string", "number"))

    assert text == str(number)
    assert text[-3] == "."
    assert Amount().read({"value": text, "currency": "RUB"}) == sum_
    assert Amount().read({"value": number, "currency": "RUB"}) == sum_


def test_a_refused_sum_can_be_shown_in_a_report_of_the_refusal() -> None:
    with pytest.raises(ValueError, match="two decimals") as caught:
        Money("1.005")

    assert "Money(...)" in "".join(
        traceback.TracebackException.from_exception(caught.value, capture_locals=True).format()
    )
