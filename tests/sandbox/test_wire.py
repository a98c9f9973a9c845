"""JSON as it is read and written: exact numbers, nothing twice, nothing beyond reason."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qiwi_payin_sandbox import wire

texts = st.text(st.characters(exclude_categories=["Cs"]))
integers = st.integers(-(10**40), 10**40)
decimals = st.decimals(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | integers | decimals | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
)


def written(value: Any) -> str:
    """Write JSON with the digits that decimals have, the slow way."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{written(name)}:{written(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(written, value)) + "]"
    return str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)


@given(values)
def test_decimals_are_written_with_the_digits_that_they_have(value: Any) -> None:
    assert wire.dumps(value) == written(value)


@given(values)
def test_what_was_written_is_restored_as_it_would_be_read(value: Any) -> None:
    text = wire.dumps(value)
    assert wire.canonical(wire.restored(text)) == wire.canonical(wire.loads(text.encode()))


@given(texts)
def test_no_text_is_taken_for_a_number(text: str) -> None:
    assert json.loads(wire.dumps([text, Decimal("1.50")])) == [text, 1.5]


@given(st.dictionaries(texts, texts | integers | st.booleans() | st.none()))
def test_spaces_escapes_and_order_do_not_change_the_canonical_form(value: dict[str, Any]) -> None:
    other = json.dumps(dict(reversed(value.items())), indent=1)
    assert wire.canonical(wire.loads(other.encode())) == wire.canonical(value)


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":1,"a":2}',
        b'{"b":{"a":1,"a":2}}',
        b'"\\ud800"',
        b'{"\\udfff":1}',
        b"[" * 102 + b"]" * 102,
        b'{"a":' * 101 + b"1" + b"}" * 101,
        b"1" * 401,
        b"1e400000000000000000000",
        b"NaN",
        b"[Infinity]",
        b"\xff",
        b"{",
    ],
)
def test_what_is_no_json_or_beyond_all_reason_is_refused(text: bytes) -> None:
    with pytest.raises(wire.MalformedError):
        wire.loads(text)


def test_brackets_in_texts_are_no_nesting() -> None:
    assert wire.loads(json.dumps({"a": "[{" * 200}).encode()) == {"a": "[{" * 200}
