"""Answers and notifications that are not as described: the client tells so by its own errors, and makes nothing up."""

from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiwi_payin import CardPaymentMethod, NotificationError, PayInError, ThreeDSAnswer, notifications
from qiwi_payin.errors import APIError, OutcomeUnknown
from qiwi_payin_runtime.jsontext import parse_json

from tests.client.mutations import mutated
from tests.client.test_client_calls import ANSWERS, EVERY_OPERATION, OPERATIONS, method_of
from tests.client.test_client_models import same
from tests.client.test_client_notifications import BODY, KEY
from tests.client.wires import PAYMENT, answering

FIELDS: dict[str, dict[str, Any]] = {
    "billsCreate": {"amount": "150.00", "expiration_date_time": datetime(2027, 1, 1, tzinfo=UTC)},
    "paymentsCreate": {"amount": "1.00", "payment_method": CardPaymentMethod(pan="4" * 16, expiry_date="12/34")},
    "paymentsComplete": {"three_ds": ThreeDSAnswer(pares="answer")},
    "refundsCreate": {"amount": "1.00"},
    "tokensDelete": {"customer_account_id": "1", "token": "2"},
}
RICH = PAYMENT | {
    "billId": "1",
    "flags": ["TEST"],
    "customFields": {"cf1": "Заказ № 1"},
    "createdToken": {"token": "t", "name": "444444******1049"},
    "requirements": {"threeDS": {"acsUrl": "https://example.com/acs", "pareq": "p"}},
    "new": [Decimal("1.50"), {"deep": None}],
}
STATUSES = st.just(200) | st.sampled_from(
    [201, 202, 203, 204, 206, 299, 300, 302, 304, 399, 400, 404, 409, 429, 499, 500, 502, 503, 520, 599, 600, 999]
)


def wire_of(answer: Any) -> Any:
    return [parse_json(item.to_json()) for item in answer] if isinstance(answer, list) else parse_json(answer.to_json())


def by_value(data: Any) -> Any:
    """Parsed JSON whose sums are numbers: they may be written in several ways."""
    if isinstance(data, list):
        return [by_value(item) for item in data]
    if not isinstance(data, dict):
        return data
    read = {name: by_value(item) for name, item in data.items()}
    if "currency" in data and isinstance(data.get("value"), str | int | Decimal):
        read["value"] = Decimal(data["value"])
    return read


@EVERY_OPERATION
@given(data=st.data(), status=STATUSES)
@settings(max_examples=60)
def test_a_mutated_answer_is_read_as_it_stands_or_told_by_an_error_of_the_tree(
    operation_id: str, data: st.DataObject, status: int
) -> None:
    path, verb, _ = OPERATIONS[operation_id]
    ids = ["first", "second"][: path.count("{") - 1]
    right = RICH if ANSWERS[operation_id] is PAYMENT else ANSWERS[operation_id]
    body = data.draw(mutated(right))
    answer: Any = None
    error: PayInError | None = None

    try:
        answer = method_of(answering(body, status).client(), operation_id)(*ids, **FIELDS.get(operation_id, {}))
    except PayInError as told:
        error = told

    is_refusal = 400 <= status < 500
    if error is not None:
        assert isinstance(error, APIError) is (is_refusal or (verb == "get" and status >= 500))
        assert isinstance(error, OutcomeUnknown) is (verb != "get" and not is_refusal)
        assert error.__context__ is None
    else:
        assert 200 <= status < 300
        assert answer is None or same(by_value(wire_of(answer)), by_value(parse_json(body)))


@given(data=st.data())
@settings(max_examples=300)
def test_a_mutated_notification_is_read_as_it_stands_or_told_by_an_error_of_the_tree(data: st.DataObject) -> None:
    body = data.draw(mutated(parse_json(BODY)))

    with suppress(NotificationError):
        read = notifications.verify(body, notifications.sign(body, KEY), KEY)
        assert same(by_value(parse_json(read.to_json())), by_value(parse_json(body)))


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"type": "PAYMENT", "payment": ' + b"9" * 5000 + b"}"])
def test_a_notification_beyond_all_use_is_told_by_an_error_of_the_tree(body: bytes) -> None:
    with pytest.raises(NotificationError):
        notifications.parse(body)
