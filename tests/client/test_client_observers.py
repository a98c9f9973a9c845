"""What can be seen of calls while they are made: the log, observers, spans."""

import asyncio
import logging
from contextlib import suppress
from typing import Any

import httpx
import pytest
from qiwi_payin import AsyncPayIn, Attempt, CallError, CallFacts, NotFound, OutcomeUnknown, ServerError

from tests.client.clocks import Watch
from tests.client.test_client_retries import get, playing, put
from tests.client.test_client_secrets import CARD, PLANTED, calls
from tests.client.wires import BASE_URL, BILL, ERROR, KEY, PAYMENT, SITE, Wire, answering

TEMPLATE = "/payin/v1/sites/{siteId}/payments/{paymentId}"
TRACE = ERROR["traceId"]


class Notes:
    """Writes down what an observer is told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def call_started(self, call: CallFacts) -> "Notes":
        self.told.append(call)
        return self

    def attempt_started(self, number: int) -> None:
        self.told.append(number)

    def attempt_ended(self, attempt: Attempt) -> None:
        self.told.append(attempt)

    def call_ended(self, error: BaseException | None) -> None:
        self.told.append(error)


def records(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name == "qiwi_payin"]


def test_each_attempt_is_logged_with_the_pause_after_it(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="qiwi_payin")
    wire = playing(httpx.ConnectError("x"), 503, PAYMENT)

    get(wire.client(retries=2, clock=Watch(), jitter=lambda: 1.0))

    assert [record.getMessage() for record in records(caplog)] == [
        f"GET {TEMPLATE}: NotSent in 0.000 s, attempt 1, the next in 0.500 s",
        f"GET {TEMPLATE}: ServerError 503 in 0.000 s, trace id {TRACE}, attempt 2, the next in 1.000 s",
        f"GET {TEMPLATE}: 200 in 0.000 s, attempt 3",
    ]
    assert [record.levelname for record in records(caplog)] == ["WARNING", "WARNING", "INFO"]


def test_each_line_has_its_facts_as_fields_too(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="qiwi_payin")

    with pytest.raises(OutcomeUnknown):
        put(playing(503).client(retries=1, clock=Watch(), jitter=lambda: 1.0))

    fields = [
        {name: value for name, value in vars(record).items() if name.startswith("payin_")} for record in records(caplog)
    ]
    common = {
        "payin_operation": "billsCreate",
        "payin_method": "PUT",
        "payin_path": "/payin/v1/sites/{siteId}/bills/{billId}",
        "payin_status": 503,
        "payin_trace_id": TRACE,
        "payin_seconds": 0.0,
    }
    assert fields == [
        common | {"payin_error": "ServerError", "payin_attempt": 1, "payin_pause": 0.5},
        common | {"payin_error": "OutcomeUnknown", "payin_attempt": 2, "payin_pause": None},
    ]


def test_a_logger_that_is_off_is_given_nothing(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR, logger="qiwi_payin")

    with pytest.raises(ServerError):
        get(playing(503).client())

    assert records(caplog) == []


def test_an_observer_is_told_of_the_call_and_of_each_attempt_in_order() -> None:
    notes = Notes()
    wire = playing(503, PAYMENT)

    get(wire.client(observer=notes, retries=2, clock=Watch(), jitter=lambda: 1.0))

    assert notes.told == [
        CallFacts("paymentsGet", "GET", TEMPLATE, "https://payin.example/partner"),
        1,
        Attempt(1, 0.0, 503, "ServerError", TRACE, 0.5),
        2,
        Attempt(2, 0.0, 200, None),
        None,
    ]


def test_an_observer_of_an_async_client_is_told_the_same() -> None:
    notes = Notes()

    async def ask() -> None:
        async with answering(ERROR, 404).async_client(observer=notes, clock=Watch()) as payin:
            with pytest.raises(NotFound):
                await payin.payments.get("1811")

    asyncio.run(ask())

    assert notes.told[1:3] == [1, Attempt(1, 0.0, 404, "NotFound", TRACE)]
    assert isinstance(notes.told[3], NotFound)


def test_an_observer_is_told_that_a_call_was_cancelled() -> None:
    notes = Notes()

    async def ask() -> None:
        sent = asyncio.Event()

        async def hang(_: httpx.Request) -> httpx.Response:
            sent.set()
            await asyncio.sleep(3600)
            raise AssertionError

        async with AsyncPayIn(BASE_URL, KEY, SITE, transport=httpx.MockTransport(hang), observer=notes) as payin:
            task = asyncio.ensure_future(payin.payments.get("1811"))
            await sent.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(ask())

    assert isinstance(notes.told[-1], asyncio.CancelledError)


@pytest.mark.parametrize("fails", ["call_started", "attempt_started", "attempt_ended", "call_ended"])
def test_an_observer_that_fails_changes_no_call(fails: str, caplog: pytest.LogCaptureFixture) -> None:
    notes = Notes()

    def fail(_: object) -> None:
        raise RuntimeError("an observer's own fault")

    setattr(notes, fails, fail)

    assert put(answering(BILL).client(observer=notes)).bill_id == BILL["billId"]
    assert "an observer failed" in [record.getMessage() for record in records(caplog)]


@pytest.mark.parametrize("number", range(5))
def test_an_observer_is_told_no_secret(number: int) -> None:
    notes = Notes()
    wire = Wire(
        lambda request: httpx.Response(503, content=request.content + request.headers["authorization"].encode())
    )

    with pytest.raises(CallError):
        calls(wire.client(observer=notes))[number]()

    assert not any(secret in repr(notes.told) + repr(vars(notes.told[-1])) for secret in PLANTED)


def spans_of(*steps: Any) -> list[Any]:
    """The spans of a payment over a wire that goes through these steps."""
    trace = pytest.importorskip("opentelemetry.sdk.trace")
    export = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")
    simple = pytest.importorskip("opentelemetry.sdk.trace.export")
    from qiwi_payin.opentelemetry import OpenTelemetryObserver  # noqa: PLC0415 - needs what may not be installed

    kept = export.InMemorySpanExporter()
    provider = trace.TracerProvider()
    provider.add_span_processor(simple.SimpleSpanProcessor(kept))
    payin = playing(*steps).client(
        observer=OpenTelemetryObserver(provider), retries=2, clock=Watch(), jitter=lambda: 1.0
    )
    with suppress(CallError, KeyboardInterrupt):
        payin.payments.create("1811", amount="1.00", payment_method=CARD)
    return list(kept.get_finished_spans())


def test_a_call_is_a_span_and_each_request_is_one_in_it() -> None:
    first, second, call = spans_of(httpx.ConnectError("x"), PAYMENT)

    facts = {
        "http.request.method": "PUT",
        "url.template": TEMPLATE,
        "server.address": "payin.example",
        "server.port": 443,
    }
    assert (call.name, call.kind.name, call.parent, call.status.status_code.name) == (
        "paymentsCreate",
        "INTERNAL",
        None,
        "UNSET",
    )
    assert dict(call.attributes) == facts
    assert {(span.name, span.kind.name, span.parent.span_id) for span in (first, second)} == {
        (f"PUT {TEMPLATE}", "CLIENT", call.context.span_id)
    }
    assert dict(first.attributes) == facts | {"error.type": "NotSent"}
    assert first.status.status_code.name == "ERROR"
    assert dict(second.attributes) == facts | {"http.request.resend_count": 1, "http.response.status_code": 200}


def test_a_span_tells_how_a_call_failed() -> None:
    attempt, call = spans_of(400)

    assert attempt.attributes["http.response.status_code"] == call.attributes["http.response.status_code"] == 400
    assert attempt.attributes["error.type"] == call.attributes["error.type"] == "BadRequest"
    assert attempt.attributes["qiwi_payin.trace_id"] == TRACE
    assert call.status.status_code.name == "ERROR"


def test_spans_end_where_a_call_is_abandoned_and_hold_no_secret() -> None:
    attempt, call = spans_of(KeyboardInterrupt())

    assert attempt.attributes["error.type"] == call.attributes["error.type"] == "KeyboardInterrupt"
    shown = attempt.to_json() + call.to_json()
    assert SITE not in shown
    assert not any(secret in shown for secret in PLANTED)
