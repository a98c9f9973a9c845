import asyncio
import copy
import pickle
import threading
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiwi_payin import (
    AnswerInvalid,
    APIError,
    BillStatusValue,
    CaptureStatusValue,
    CardPaymentMethod,
    NotFound,
    PayIn,
    PaymentStatusValue,
    RefundStatusValue,
    ServerError,
    WaitTimeout,
    models,
)
from qiwi_payin_runtime.clock import Clock
from qiwi_payin_runtime.enums import OpenEnum
from qiwi_payin_runtime.jsontext import json_text
from qiwi_payin_sandbox import Sandbox

from tests.client.clocks import Watch
from tests.client.described import SCHEMAS, resolved
from tests.client.wires import BILL, CAPTURE, ERROR, PAYMENT, REFUND, Wire

TOKEN = "planted-token-66aebf5f"
WAITERS: dict[str, tuple[tuple[str, ...], dict[str, Any], str, str]] = {
    "bills": (("1",), {**BILL, "payments": []}, "CREATED", "PAID"),
    "payments": (("1811",), PAYMENT, "WAITING", "COMPLETED"),
    "captures": (("1811", "1"), CAPTURE, "UNHEARD_OF", "COMPLETED"),
    "refunds": (("1811", "1"), REFUND, "UNHEARD_OF", "DECLINE"),
}
"""For each resource that can be waited for: ids, an object, a status that is not final and one that is."""


def with_status(answer: dict[str, Any], value: str) -> dict[str, Any]:
    return {**answer, "status": {**answer["status"], "value": value}}


def telling(answers: Iterable[Any]) -> Wire:
    """A wire that gives these answers one after another, the last one again and again."""
    rest = list(answers)

    def answer(_: httpx.Request) -> httpx.Response:
        told = rest.pop(0) if len(rest) > 1 else rest[0]
        if isinstance(told, Exception):
            raise told
        if isinstance(told, int):
            return httpx.Response(told, content=json_text(ERROR))
        return httpx.Response(200, content=told if isinstance(told, str) else json_text(told))

    return Wire(answer)


def payment(value: str) -> dict[str, Any]:
    return with_status(PAYMENT, value)


def waited(wire: Wire, watch: Watch, **options: Any) -> Any:
    return wire.client(clock=watch).payments.wait("1811", **{"timeout": 60, **options})


@pytest.mark.parametrize("name", WAITERS)
@pytest.mark.parametrize("is_async", [False, True])
def test_each_resource_is_asked_for_until_its_status_is_final(name: str, is_async: bool) -> None:  # noqa: FBT001
    ids, body, early, final = WAITERS[name]
    wire = telling([with_status(body, value) for value in (early, early, final)])
    watch = Watch()

    async def asked() -> Any:
        async with wire.async_client(clock=watch) as payin:
            return await getattr(payin, name).wait(*ids, timeout=60, site_id="other")

    found = (
        asyncio.run(asked())
        if is_async
        else getattr(wire.client(clock=watch), name).wait(*ids, timeout=60, site_id="other")
    )

    assert found.status.value == final
    assert watch.pauses == [0.5, 0.75]
    assert {request.method for request in wire.sent} == {"GET"}
    assert len(wire.sent) == 3
    assert all("/sites/other/" in str(request.url) for request in wire.sent)


def test_every_resource_whose_status_the_description_calls_final_has_the_method() -> None:
    payin = PayIn(key="k")

    for name in ("bills", "payments", "captures", "refunds", "tokens"):
        assert hasattr(getattr(payin, name), "wait") is (name in WAITERS)


@pytest.mark.parametrize("enum", [BillStatusValue, PaymentStatusValue, CaptureStatusValue, RefundStatusValue])
def test_what_is_final_is_what_the_description_says_and_a_new_name_is_not(enum: Any) -> None:
    title = enum.__name__.removesuffix("Value")
    described = resolved(SCHEMAS[title]["properties"]["value"])["x-outcomes"]

    assert {str(value) for value in enum if value.is_final} == set(described)
    assert {str(value) for value in enum if value.is_success} == {v for v, o in described.items() if o == "success"}
    assert not enum("UNHEARD_OF").is_final
    assert not enum("UNHEARD_OF").is_success
    assert issubclass(enum, OpenEnum)


def test_what_is_final_at_once_needs_no_pause() -> None:
    watch = Watch()

    assert waited(telling([payment("DECLINED")]), watch).status.value == "DECLINED"
    assert watch.pauses == []


@given(seconds=st.floats(0.001, 10_000), first_pause=st.floats(0.001, 10_000))
@settings(max_examples=50)
def test_pauses_grow_to_half_a_minute_and_the_last_question_is_asked_when_the_time_is_over(
    seconds: float, first_pause: float
) -> None:
    wire, watch = telling([payment("WAITING")]), Watch()
    began = watch.passed

    with pytest.raises(WaitTimeout) as caught:
        waited(wire, watch, timeout=seconds, first_pause=first_pause)

    assert len(wire.sent) == len(watch.pauses) + 1
    assert watch.passed - began == pytest.approx(seconds)
    assert watch.pauses[0] == pytest.approx(min(first_pause, seconds), rel=1e-6)
    assert watch.pauses[1:-1] == sorted(watch.pauses[1:-1])
    assert all(pause <= 30 for pause in watch.pauses[1:])
    assert caught.value.last.status.value == "WAITING"
    assert caught.value.reason is None


PASSING = [httpx.ConnectError("x"), httpx.ReadTimeout("x"), 429, 500, 502, 503, 520, "", "<html>", "{}"]


@pytest.mark.parametrize("failure", PASSING, ids=str)
def test_a_question_without_a_usable_answer_is_asked_again(failure: Any) -> None:
    watch = Watch()
    wire = telling([payment("WAITING"), failure, failure, payment("COMPLETED")])

    assert waited(wire, watch).status.value == "COMPLETED"
    assert len(wire.sent) == 4


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 406, 410, 418])
def test_a_refusal_ends_the_waiting(status: int) -> None:
    wire = telling([payment("WAITING"), status])

    with pytest.raises(APIError) as caught:
        waited(wire, Watch())
    assert caught.value.status == status
    assert len(wire.sent) == 2


def test_what_was_never_created_is_not_waited_for() -> None:
    with Sandbox() as sandbox:
        payin = PayIn(sandbox.local_base_url, sandbox.key, sandbox.site_id, transport=sandbox.transport, clock=Watch())
        with pytest.raises(NotFound):
            payin.bills.wait("nobody-made-it", timeout=60)


def test_a_time_out_tells_what_was_seen_last_and_why_the_last_question_failed() -> None:
    with pytest.raises(WaitTimeout, match=r"^after 2 s the Payment is not final; .*503") as caught:
        waited(telling([payment("WAITING"), 503]), Watch(), timeout=2)
    assert caught.value.last.payment_id == PAYMENT["paymentId"]
    assert isinstance(caught.value.reason, ServerError)

    with pytest.raises(WaitTimeout, match=r"^after 2 s it was never seen; ") as caught:
        waited(telling(["<html>"]), Watch(), timeout=2)
    assert caught.value.last is None
    assert isinstance(caught.value.reason, AnswerInvalid)


def test_a_time_out_is_pickled_without_tokens_and_without_what_nobody_described() -> None:
    seen = payment("WAITING") | {
        "paymentMethod": {"type": "TOKEN", "paymentToken": TOKEN},
        "createdToken": {"token": TOKEN},
        "new": TOKEN,
    }
    with pytest.raises(WaitTimeout) as caught:
        waited(telling([seen]), Watch(), timeout=2)
    error = caught.value

    assert TOKEN in error.last.to_json()
    assert TOKEN not in repr(error.last) + str(error) + repr(error)
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):  # noqa: S301 - our own
        assert type(twin) is WaitTimeout
        assert str(twin) == str(error)
        assert twin.last.payment_id == error.last.payment_id
        assert TOKEN not in twin.last.to_json()
    assert TOKEN.encode() not in pickle.dumps(error)


def woken(wire: Wire, is_async: bool, **options: Any) -> tuple[Any, Watch]:  # noqa: FBT001 - drawn by tests
    """Wait with a wake that is set in the first pause, and stays set."""
    if not is_async:
        event = threading.Event()
        watch = Watch([event.set])
        return waited(wire, watch, wake=event, **options), watch

    async def asked() -> tuple[Any, Watch]:
        event = asyncio.Event()
        watch = Watch([event.set])
        async with wire.async_client(clock=watch) as payin:
            return await payin.payments.wait("1811", wake=event, **{"timeout": 60, **options}), watch

    return asyncio.run(asked())


@pytest.mark.parametrize("is_async", [False, True])
def test_a_wake_ends_one_pause_and_then_pauses_go_on_growing(is_async: bool) -> None:  # noqa: FBT001
    wire = telling([payment(value) for value in ("WAITING", "WAITING", "WAITING", "COMPLETED")])

    found, watch = woken(wire, is_async, first_pause=600, timeout=3600)

    assert found.status.value == "COMPLETED"
    assert watch.pauses == [0, 0.75, 1.125]


@pytest.mark.parametrize("is_async", [False, True])
def test_a_wake_that_is_never_set_leaves_the_pauses_whole(is_async: bool) -> None:  # noqa: FBT001
    wire = telling([payment("WAITING"), payment("COMPLETED")])
    watch = Watch()

    async def asked() -> Any:
        async with wire.async_client(clock=watch) as payin:
            return await payin.payments.wait("1811", timeout=3600, first_pause=600, wake=asyncio.Event())

    if is_async:
        asyncio.run(asked())
    else:
        waited(wire, watch, timeout=3600, first_pause=600, wake=threading.Event())

    assert watch.pauses == [600]


@pytest.mark.parametrize("seconds", [0, -1, float("inf"), float("nan"), True, "60"])
@pytest.mark.parametrize("name", ["timeout", "first_pause"])
def test_what_is_no_positive_number_of_seconds_is_refused_before_anything_is_asked(name: str, seconds: Any) -> None:
    wire = telling([payment("COMPLETED")])

    with pytest.raises(ValueError, match=rf"^{name}: "):
        waited(wire, Watch(), **{name: seconds})
    assert wire.sent == []


def test_a_bill_is_waited_for_until_its_payer_has_paid() -> None:
    with Sandbox() as sandbox:
        watch = Watch([lambda: None, lambda: sandbox.pay_bill("b-1")])
        payin = PayIn(sandbox.local_base_url, sandbox.key, sandbox.site_id, transport=sandbox.transport, clock=watch)
        payin.bills.create("b-1", amount="150.00", expiration_date_time=datetime.now(UTC) + timedelta(days=1))

        assert payin.bills.wait("b-1", timeout=3600).status.value == "PAID"
        assert len(watch.pauses) == 2


def test_a_payment_that_waits_for_its_payer_is_not_final() -> None:
    with Sandbox() as sandbox:
        payin = PayIn(sandbox.local_base_url, sandbox.key, sandbox.site_id, transport=sandbox.transport, clock=Watch())
        card = CardPaymentMethod(pan="4444443616621049", expiry_date="12/34", cvv2="849")
        payin.payments.create("p-1", payment_method=card, amount="150.00")

        with pytest.raises(WaitTimeout) as caught:
            payin.payments.wait("p-1", timeout=60)

    last = caught.value.last
    assert isinstance(last, models.Payment)
    assert last.requirements
    assert last.requirements.three_ds.acs_url


def test_the_machines_clock_is_woken_by_events_of_threads_and_of_asyncio() -> None:
    event = threading.Event()
    event.set()
    Clock().sleep(600, event)

    async def sleep() -> None:
        event = asyncio.Event()
        event.set()
        await Clock().sleep_async(600, event)

    asyncio.run(asyncio.wait_for(sleep(), 60))
