"""Sums of money in requests, right or wrong, stay within the largest that is allowed."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from qiwi_payin_contract.json_text import dumps, loads
from qiwi_payin_contract.sums import largest_sum, lowered

LIMIT = Decimal("10.00")
WRITTEN = [
    ('{"amount": {"value": 150.00, "currency": "RUB"}}', "150.00"),
    ('{"amount": {"value": "150.00"}}', "150.00"),
    ('{"amount": {"value": "1e9"}}', "1E+9"),
    ('{"amount": {"value": -99999999999}}', "99999999999"),
    ('{"amount": "99.00"}', "99.00"),
    ('{"amount": [7, {"value": 11}]}', "11"),
    ('{"amount": {"value": "1,000.00"}}', "1"),
    ('{"amount": {"value": "100 000 rub"}}', "100"),
    ('{"amount": {"value": "٩٩٩ roubles"}}', "999"),
    ('{"value": 12, "currency": "RUB"}', "12"),
    ('{"settlementAmount": {"value": 12.50}}', "12.50"),
    ('{"amount": {"value": "Infinity"}}', "Infinity"),
    ('{"amount": {"value": 9.00, "note": 10.01}}', "10.01"),
    ('{"amount": {"value": 5000', "5000"),
]


@pytest.mark.parametrize(("text", "largest"), WRITTEN)
def test_whatever_could_be_read_as_a_sum_is_one(text: str, largest: str) -> None:
    found = largest_sum(text.encode())
    assert found is not None
    assert found >= Decimal(largest)


@pytest.mark.parametrize("text", [text for text, _ in WRITTEN])
def test_lowered_body_asks_for_no_more_than_the_limit(text: str) -> None:
    largest = largest_sum(lowered(text.encode(), LIMIT))
    assert largest is None or largest <= LIMIT


@pytest.mark.parametrize(
    "text",
    [
        '{"amount": {"value": 10.00, "currency": "RUB"}, "comment": "99999"}',
        "",
        "no JSON",
        '["99999"]',
        '{"amount": null}',
    ],
)
def test_body_within_the_limit_stays_byte_for_byte(text: str) -> None:
    assert lowered(text.encode(), LIMIT) == text.encode()


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=12)
    | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["amount", "value", "x"]), inner),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(json_values)
def test_no_body_keeps_a_larger_sum(value: object) -> None:
    content = dumps(value).encode()
    less = lowered(content, LIMIT)
    largest = largest_sum(less)
    assert largest is None or largest <= LIMIT
    assert type(loads(less)) is type(loads(content))
