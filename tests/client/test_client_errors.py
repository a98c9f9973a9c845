import asyncio
import copy
import inspect
import pickle
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiwi_payin import (
    AnswerInvalid,
    AnswerLost,
    APIError,
    BadRequest,
    CallError,
    NotFound,
    NotSent,
    OutcomeUnknown,
    PayIn,
    PayInError,
    ServerError,
    TooManyRequests,
    errors,
)
from qiwi_payin_runtime.jsontext import json_text

from tests.client.described import DOCUMENT, wire_json
from tests.client.wires import BILL, ERROR, KEY, PAYMENT, SITE, answering, failing

TEMPLATE = "/payin/v1/sites/{siteId}/bills/{billId}"


def ask(payin: PayIn) -> Any:
    """A question: it changes nothing."""
    return payin.payments.get("1811")


def change(payin: PayIn) -> Any:
    """A change: if its answer is lost, it may have happened."""
    return payin.bills.create("1234", amount="150.00", expiration_date_time=datetime(2027, 1, 1, tzinfo=UTC))


def failure(call: Callable[[PayIn], Any], payin: PayIn) -> CallError:
    with pytest.raises(CallError) as caught:
        call(payin)
    return caught.value


NEVER_SENT = [httpx.ConnectError("x"), httpx.ConnectTimeout("x"), httpx.PoolTimeout("x"), httpx.ProxyError("x")]
PERHAPS_SENT = [
    httpx.ReadTimeout("x"),
    httpx.WriteTimeout("x"),
    httpx.ReadError("x"),
    httpx.WriteError("x"),
    httpx.CloseError("x"),
    httpx.RemoteProtocolError("x"),
    httpx.LocalProtocolError("x"),
    httpx.DecodingError("x"),
]
BROKEN = [
    "",
    " \n",
    "<html>502</html>",
    '{"billId": "1"}',
    '{"billId"',
    "[]",
    "null",
    b"\xff",
    "[" * 100_000,
    "NaN",
    "1e999999999999999999999",
]


@pytest.mark.parametrize("error", NEVER_SENT, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("call", [ask, change])
def test_without_a_connection_nothing_was_sent(call: Callable[[PayIn], Any], error: Exception) -> None:
    found = failure(call, failing(error).client())

    assert type(found) is NotSent
    assert found.timed_out is isinstance(error, httpx.TimeoutException)


@pytest.mark.parametrize("error", PERHAPS_SENT, ids=lambda error: type(error).__name__)
def test_when_an_answer_is_lost_a_change_may_have_happened_and_a_question_changed_nothing(error: Exception) -> None:
    changed = failure(change, failing(error).client())
    asked = failure(ask, failing(error).client())

    assert type(asked) is AnswerLost
    assert type(changed) is OutcomeUnknown
    assert type(changed.reason) is AnswerLost
    assert changed.ids == {"siteId": SITE, "billId": "1234"}
    assert asked.timed_out is changed.timed_out is isinstance(error, httpx.TimeoutException)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 599, 600, 999])
@pytest.mark.parametrize("body", ["", "<html>bad gateway</html>", json_text(ERROR)])
def test_a_failing_server_leaves_the_outcome_of_a_change_unknown(status: int, body: str) -> None:
    changed = failure(change, answering(body, status).client())
    asked = failure(ask, answering(body, status).client())

    assert type(asked) is ServerError
    assert asked.status == status
    assert type(changed) is OutcomeUnknown
    assert isinstance(changed.reason, ServerError)
    assert changed.reason.trace_id == (ERROR["traceId"] if body.startswith("{") else None)


@pytest.mark.parametrize("body", BROKEN, ids=lambda body: repr(body[:12]))
@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_broken_or_empty_success_leaves_the_outcome_of_a_change_unknown(status: int, body: str | bytes) -> None:
    changed = failure(change, answering(body, status).client())
    asked = failure(ask, answering(body, status).client())

    assert type(asked) is AnswerInvalid
    assert asked.status == status
    assert type(changed) is OutcomeUnknown
    assert isinstance(changed.reason, AnswerInvalid)


def test_a_cut_answer_leaves_the_outcome_unknown_wherever_it_is_cut() -> None:
    whole = json_text(BILL)

    for length in range(len(whole)):
        assert type(failure(change, answering(whole[:length]).client())) is OutcomeUnknown
    assert change(answering(whole).client()).bill_id == BILL["billId"]


def test_each_status_that_the_description_lists_has_its_own_class() -> None:
    listed = {
        int(status)
        for item in DOCUMENT["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict)
        for status in operation["responses"]
    }
    refusals = {status: type(failure(ask, answering(ERROR, status).client())) for status in listed if status >= 400}

    assert all(kind is not APIError for kind in refusals.values())
    assert len({kind for status, kind in refusals.items() if status < 500}) == sum(s < 500 for s in refusals)
    assert {kind for status, kind in refusals.items() if status >= 500} == {ServerError}


def test_a_refusal_tells_all_that_the_api_said() -> None:
    found = failure(change, answering(ERROR, 400).client())

    assert type(found) is BadRequest
    assert found.status == 400
    assert found.error_code == "validation.error"
    assert found.description == "Validation error"
    assert found.user_message == "Check your data"
    assert found.cause == ERROR["cause"]
    assert found.trace_id == "fd0e2a08c63ace83"
    assert found.service_name == "payin-core"
    assert (found.operation, found.method, found.path) == ("billsCreate", "PUT", TEMPLATE)
    assert str(found) == (
        f"PUT {TEMPLATE}: 400; validation.error; Validation error; "
        "amount: Invalid money format. Should have 2 fraction digits (trace id fd0e2a08c63ace83)"
    )


@pytest.mark.parametrize("status", [400, 401, 404, 418, 429, 451])
@pytest.mark.parametrize("body", ["", "<html>", "[]", "null", "5", '{"errorCode": 5, "cause": "x"}', b"\xff\xfe"])
def test_a_refusal_without_the_usual_body_stays_in_the_tree(status: int, body: str | bytes) -> None:
    for call in (ask, change):
        found = failure(call, answering(body, status).client())

        assert isinstance(found, APIError)
        assert found.status == status
        assert found.error_code is None


def test_too_many_requests_tells_when_to_come_back() -> None:
    found = failure(ask, answering("", 429, {"Retry-After": "17"}).client())

    assert isinstance(found, TooManyRequests)
    assert found.retry_after == "17"


@given(status=st.integers(200, 999), body=wire_json().map(json_text) | st.binary(max_size=40))
@settings(max_examples=150)
def test_no_answer_escapes_the_tree(status: int, body: str | bytes) -> None:
    for call in (ask, change):
        assert isinstance(failure(call, answering(body, status).client()), CallError)


def test_a_field_beyond_all_bounds_stays_in_the_tree() -> None:
    body = json_text(PAYMENT).replace('"100.00"', "1e99999999")

    assert type(failure(ask, answering(body).client())) is AnswerInvalid


def test_why_nothing_was_sent_is_told() -> None:
    found = failure(ask, failing(httpx.ConnectError("certificate verify failed: self-signed certificate")).client())

    assert str(found).endswith("not sent: ConnectError: certificate verify failed: self-signed certificate")


@pytest.mark.parametrize("error", [RuntimeError("Event loop is closed"), OSError(5, "x"), ValueError("x"), KeyError()])
def test_whatever_a_transport_raises_stays_in_the_tree(error: Exception) -> None:
    assert type(failure(ask, failing(error).client())) is AnswerLost
    assert type(failure(change, failing(error).client())) is OutcomeUnknown


def test_async_calls_fail_alike() -> None:
    async def use(error: Exception) -> CallError:
        async with failing(error).async_client() as payin:
            with pytest.raises(CallError) as caught:
                await payin.tokens.delete(customer_account_id="1", token="2")
            return caught.value

    assert type(asyncio.run(use(httpx.ConnectError("x")))) is NotSent
    assert type(asyncio.run(use(httpx.ReadTimeout("x")))) is OutcomeUnknown


def tree() -> list[type[PayInError]]:
    kinds: list[type[PayInError]] = [PayInError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    return kinds


@pytest.mark.parametrize("kind", tree(), ids=lambda kind: kind.__name__)
def test_errors_of_every_class_pickle_and_copy(kind: type[PayInError]) -> None:
    given_fields: dict[str, Any] = {}
    if issubclass(kind, CallError):
        given_fields = {"operation": "o", "method": "PUT", "path": "/p", "ids": {"a": "b"}, "timed_out": True}
    if issubclass(kind, APIError):
        given_fields |= {"status": 400, "error_code": "e", "cause": {"f": ["g"]}, "trace_id": "t"}
    error = kind("what happened", **given_fields)

    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):  # noqa: S301
        assert type(twin) is kind
        assert str(twin) == str(error)
        assert vars(twin) == vars(error)


def test_an_unknown_outcome_pickles_with_its_reason() -> None:
    error = failure(change, answering(ERROR, 503).client())

    twin = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes

    assert isinstance(twin, OutcomeUnknown)
    assert isinstance(twin.reason, ServerError)
    assert twin.reason.trace_id == ERROR["traceId"]
    assert KEY not in repr(pickle.dumps(error))


def test_the_tree_that_is_drawn_is_the_tree_that_is_there() -> None:
    module = inspect.getmodule(PayInError)
    assert module is not None
    drawn = [line.split("──")[-1].split()[0] for line in (module.__doc__ or "").splitlines() if "──" in line]

    assert sorted(drawn) == sorted(kind.__name__ for kind in tree() if kind is not PayInError)
    assert sorted(errors.__all__) == sorted(kind.__name__ for kind in tree())


def test_an_error_is_caught_by_its_kind() -> None:
    assert issubclass(NotFound, APIError)
    assert not issubclass(OutcomeUnknown, APIError)
