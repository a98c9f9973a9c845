"""What is sent again, when, and how often."""

import asyncio
import itertools
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiwi_payin import (
    AnswerInvalid,
    Attempt,
    BadRequest,
    CallError,
    NotFound,
    NotSent,
    OutcomeUnknown,
    PayIn,
    ServerError,
    TooManyRequests,
    models,
)
from qiwi_payin_runtime.jsontext import json_text

from tests.client.clocks import START, Watch
from tests.client.described import DOCUMENT
from tests.client.wires import BASE_URL, BILL, ERROR, KEY, PAYMENT, SITE, Wire

NOTHING_CAME: list[Exception] = [httpx.ReadTimeout("x"), httpx.WriteError("x"), httpx.RemoteProtocolError("x")]
NEVER_SENT: list[Exception] = [httpx.ConnectError("x"), httpx.ConnectTimeout("x"), httpx.PoolTimeout("x")]


Step = BaseException | int | tuple[int, dict[str, str]] | dict[str, Any] | str


def playing(*steps: Step) -> Wire:
    """A wire that goes through these steps: errors, statuses (with headers), and bodies of success; the last stays."""
    left = iter(steps)
    last = steps[-1]

    def answer(_: httpx.Request) -> httpx.Response:
        step = next(left, last)
        if isinstance(step, BaseException):
            raise step
        if isinstance(step, int | tuple):
            status, headers = step if isinstance(step, tuple) else (step, {})
            return httpx.Response(status, headers=headers, content=json_text(ERROR))
        return httpx.Response(200, content=step if isinstance(step, str) else json_text(step))

    return Wire(answer)


def get(payin: PayIn, **options: Any) -> Any:
    return payin.payments.get("1811", **options)


def put(payin: PayIn, **options: Any) -> Any:
    return payin.bills.create("1234", amount="150.00", expiration_date_time=datetime(2027, 1, 1, tzinfo=UTC), **options)


def post(payin: PayIn, **options: Any) -> Any:
    return payin.payments.complete("1811", three_ds=models.ThreeDSAnswer(pares="p"), **options)


def delete(payin: PayIn, **options: Any) -> Any:
    return payin.tokens.delete(customer_account_id="1", token="2", **options)


GOOD: dict[Callable[..., Any], Any] = {get: PAYMENT, put: BILL, post: PAYMENT, delete: "{}"}
REPEATABLE = (get, put)
ONCE = (post, delete)


def client(wire: Wire, watch: Watch | None = None, **options: Any) -> PayIn:
    options = {"retries": 2, "clock": watch or Watch(), "jitter": lambda: 1.0, **options}
    return wire.client(**options)


@pytest.mark.parametrize("call", REPEATABLE)
@pytest.mark.parametrize("trouble", [*NEVER_SENT, *NOTHING_CAME, 500, 502, 503, 520, 599, 429, 408, "", '{"billId'])
def test_a_question_and_what_has_an_id_of_ours_are_sent_again_unchanged(
    call: Callable[..., Any], trouble: Step
) -> None:
    wire = playing(trouble, trouble, GOOD[call])

    assert call(client(wire)).to_dict() == call(playing(GOOD[call]).client()).to_dict()

    assert len(wire.sent) == 3
    assert len({(sent.method, str(sent.url), sent.content, str(sent.headers.raw)) for sent in wire.sent}) == 1


@pytest.mark.parametrize("call", ONCE)
@pytest.mark.parametrize("trouble", [*NEVER_SENT, 429])
def test_what_would_happen_twice_is_sent_again_where_it_surely_did_not_happen(
    call: Callable[..., Any], trouble: Step
) -> None:
    wire = playing(trouble, trouble, GOOD[call])

    call(client(wire))

    assert len(wire.sent) == 3


@pytest.mark.parametrize("call", ONCE)
@pytest.mark.parametrize("trouble", [*NOTHING_CAME, 500, 503, 520])
def test_and_nowhere_else(call: Callable[..., Any], trouble: Step) -> None:
    wire = playing(trouble)

    with pytest.raises(OutcomeUnknown):
        call(client(wire))

    assert len(wire.sent) == 1


@pytest.mark.parametrize("call", GOOD)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 406, 409, 410, 418, 302])
def test_a_refusal_is_final(call: Callable[..., Any], status: int) -> None:
    wire = playing(status)

    with pytest.raises(CallError):
        call(client(wire))

    assert len(wire.sent) == 1


def test_every_put_of_the_description_ends_in_an_id_of_the_partner() -> None:
    for path, item in DOCUMENT["paths"].items():
        assert "put" not in item or path.endswith("Id}"), path


@pytest.mark.parametrize("call", GOOD)
def test_repeats_are_switched_off_with_one_argument_of_the_client_or_the_call(call: Callable[..., Any]) -> None:
    wire = playing(httpx.ConnectError("x"))

    with pytest.raises(NotSent):
        call(client(wire, retries=0))
    with pytest.raises(NotSent):
        call(client(wire), retries=0)
    assert len(wire.sent) == 2
    with pytest.raises(NotSent):
        call(client(wire, retries=0), retries=4)
    assert len(wire.sent) == 7


def test_by_default_there_are_two_repeats_within_ninety_seconds() -> None:
    settings_ = PayIn(BASE_URL, KEY, SITE)._engine.settings  # noqa: SLF001 - defaults are the test

    assert (settings_.retries, settings_.deadline) == (2, 90.0)


@given(
    retries=st.integers(0, 12), draws=st.lists(st.floats(0, 1, exclude_max=True, width=16), min_size=13, max_size=13)
)
@settings(max_examples=40)
def test_pauses_are_anything_up_to_a_bound_that_doubles_to_eight_seconds(retries: int, draws: list[float]) -> None:
    watch = Watch()
    drawn = iter(draws)
    payin = client(playing(503), watch, retries=retries, jitter=lambda: next(drawn), deadline=1000)

    with pytest.raises(ServerError):
        get(payin)

    bounds = [min(0.5 * 2**number, 8.0) for number in range(retries)]
    assert watch.pauses == [share * bound for share, bound in zip(draws, bounds, strict=False) if share * bound]


@pytest.mark.parametrize("status", [429, 503, 500])
@pytest.mark.parametrize(
    ("header", "pause"),
    [
        ("7", 7.0),
        (" 7 ", 7.0),
        (format_datetime(START + timedelta(seconds=11), usegmt=True), 11.0),
        ("Sunday, 01-Mar-26 12:00:11 GMT", 11.0),
        ("Sun Mar  1 12:00:11 2026", 11.0),
        (format_datetime(START - timedelta(days=1), usegmt=True), 0.25),
        ("0", 0.25),
        ("-3", 0.25),
        ("soon", 0.25),
        ("", 0.25),
        ("\u0667", 0.25),
        ("1.5", 0.25),
    ],
)
def test_the_pause_is_at_least_what_the_server_asks_for(status: int, header: str, pause: float) -> None:
    watch = Watch()

    def answer(_: httpx.Request) -> httpx.Response:
        if watch.pauses:
            return httpx.Response(200, content=json_text(PAYMENT))
        return httpx.Response(status, headers=[(b"Retry-After", header.encode())])

    get(client(Wire(answer), watch, jitter=lambda: 0.5))

    assert watch.pauses == [pause]


@given(header=st.text(max_size=12) | st.integers().map(str))
@settings(max_examples=60)
def test_no_header_of_a_server_breaks_a_call(header: str) -> None:
    wire = Wire(lambda _: httpx.Response(503, headers=[(b"Retry-After", header.encode("utf-8", "replace"))]))

    with pytest.raises(ServerError):
        get(client(wire))


@pytest.mark.parametrize("header", ["91", "1" + "0" * 5000, format_datetime(START + timedelta(hours=1), usegmt=True)])
def test_a_wait_beyond_the_deadline_is_not_begun_and_said(header: str) -> None:
    wire, watch = playing((429, {"Retry-After": header})), Watch()

    with pytest.raises(TooManyRequests, match=r"not repeated within the deadline of 90 s \(Retry-After: "):
        get(client(wire, watch))

    assert (len(wire.sent), watch.pauses) == (1, [])


def test_each_attempt_has_what_is_left_of_the_deadline() -> None:
    watch = Watch()
    waits: list[tuple[float, float]] = []

    def slow(request: httpx.Request) -> httpx.Response:
        waits.append((request.extensions["timeout"].get("read"), request.extensions["timeout"].get("connect")))
        watch.passed += 4.0
        raise httpx.ReadTimeout("x")

    with pytest.raises(CallError, match=r"not repeated within the deadline of 10 s") as caught:
        get(client(Wire(slow), watch, retries=9, deadline=10, timeout=6, connect_timeout=3))

    assert waits == [(6, 3), (5.5, 3), (0.5, 0.5)]
    assert len(caught.value.attempts) == 3


@given(st.lists(st.tuples(st.sampled_from(["pool", "connect", "write", "read"]), st.floats(0, 1)), max_size=20))
def test_the_waits_of_an_attempt_keep_the_deadline_together(waits: list[tuple[str, float]]) -> None:
    watch = Watch()

    def waiting(request: httpx.Request) -> httpx.Response:
        for name, part in waits:
            watch.passed += part * request.extensions["timeout"].get(name)
        return httpx.Response(404, json={"errorCode": "payin.resource.not.found"})

    with pytest.raises(NotFound):
        get(client(Wire(waiting), watch, deadline=10, timeout=6, connect_timeout=3))
    assert watch.passed <= 10 + 0.001 * len(waits)


def test_a_call_may_have_its_own_deadline() -> None:
    wire = playing(503)

    with pytest.raises(ServerError, match=r"deadline of 0\.25 s"):
        get(client(wire), deadline=0.25)
    assert len(wire.sent) == 1


def test_a_pause_that_lasts_too_long_is_followed_by_no_attempt() -> None:
    watch = Watch()
    watch.sleep = lambda *_: setattr(watch, "passed", 100.0)  # type: ignore[method-assign] # the machine was asleep
    wire = playing(503)

    with pytest.raises(ServerError, match="not repeated within the deadline"):
        get(client(wire, watch))
    assert len(wire.sent) == 1


def test_an_answer_that_trickles_ends_with_the_deadline() -> None:
    watch = Watch()

    class Drops(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            for number in itertools.count():
                watch.passed += 30.0
                yield b"[" if not number else b" "

    wire = Wire(lambda _: httpx.Response(200, stream=Drops()))

    with pytest.raises(OutcomeUnknown) as caught:
        put(client(wire, watch))

    assert caught.value.timed_out
    assert watch.passed == 120.0
    assert len(wire.sent) == 1


def test_the_attempts_are_told_without_secrets_by_errors_and_answers() -> None:
    watch = Watch()
    steps: list[Step] = [httpx.ConnectTimeout("x"), 503, PAYMENT]
    story = (
        Attempt(1, 0.0, None, "NotSent", None, 0.5),
        Attempt(2, 0.0, 503, "ServerError", str(ERROR["traceId"]), 1.0),
    )

    answer = client(playing(*steps), watch).payments.raw.get("1811")
    with pytest.raises(AnswerInvalid) as caught:
        get(client(playing(*steps[:2], ""), watch))

    assert answer.attempts == (*story, Attempt(3, 0.0, 200, None))
    assert caught.value.attempts == (*story, Attempt(3, 0.0, 200, "AnswerInvalid"))
    assert str(caught.value).endswith("the body is empty (3 attempts)")


def test_async_calls_are_repeated_alike() -> None:
    watch = Watch()
    wire = playing(503, httpx.ReadError("x"), PAYMENT)

    async def ask() -> Any:
        async with wire.async_client(retries=2, clock=watch, jitter=lambda: 1.0) as payin:
            return await payin.payments.get("1811")

    assert asyncio.run(ask()).payment_id == "1811"
    assert (len(wire.sent), watch.pauses) == (3, [0.5, 1.0])


IN_DOUBT: list[Step] = [httpx.ReadError("x"), 500, 502, 520, "", "{"]
AT_THE_DOOR: list[Step] = [httpx.ConnectError("x"), 401, 403, 429, 405]


@pytest.mark.parametrize("doubt", IN_DOUBT)
@pytest.mark.parametrize("after", AT_THE_DOOR)
def test_once_it_may_have_happened_no_refusal_at_the_door_says_that_it_did_not(doubt: Step, after: Step) -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        put(client(playing(doubt, after)))

    assert isinstance(caught.value.reason, CallError)
    assert not isinstance(caught.value.reason, NotSent | TooManyRequests)
    assert caught.value.attempts[0].problem == type(caught.value.reason).__name__


@pytest.mark.parametrize("doubt", IN_DOUBT)
@pytest.mark.parametrize(("status", "kind"), [(400, BadRequest), (404, NotFound)])
def test_that_the_api_refuses_the_object_itself_does(doubt: Step, status: int, kind: type[CallError]) -> None:
    with pytest.raises(kind):
        put(client(playing(doubt, status)))


def test_a_proxy_that_says_404_does_not() -> None:
    answers = iter([500, 404])
    wire = Wire(lambda _: httpx.Response(next(answers), content="<html>"))

    with pytest.raises(OutcomeUnknown):
        put(client(wire))


@given(
    steps=st.lists(
        st.sampled_from([*NEVER_SENT, *NOTHING_CAME, 200, 302, 400, 401, 404, 408, 429, 500, 503, "", "{", PAYMENT]),
        min_size=1,
        max_size=6,
    ),
    call=st.sampled_from(list(GOOD)),
    retries=st.integers(0, 4),
)
@settings(max_examples=300)
def test_no_error_says_that_nothing_happened_where_something_may_have(
    steps: list[Any], call: Callable[..., Any], retries: int
) -> None:
    played: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        played.append(steps[min(len(played), len(steps) - 1)])
        return playing(played[-1])(request)

    error = None
    try:
        call(client(Wire(answer), retries=retries))
    except CallError as caught:
        error = caught

    harmless = (*NEVER_SENT, 400, 401, 404, 429)
    doubtful = [step for step in played if step not in harmless]
    assert len(played) <= retries + 1
    assert call in REPEATABLE or len(doubtful) <= 1
    if error is None:
        return
    assert len(error.attempts) == len(played)
    assert isinstance(error, OutcomeUnknown) <= (call is not get)
    if call is not get and doubtful and not (isinstance(error, BadRequest | NotFound) and error.error_code):
        assert isinstance(error, OutcomeUnknown)
    if not doubtful:
        assert not isinstance(error, OutcomeUnknown)


def test_a_cancelled_change_is_logged_as_one_that_may_have_happened(caplog: pytest.LogCaptureFixture) -> None:
    def interrupted(_: httpx.Request) -> httpx.Response:
        raise KeyboardInterrupt

    with suppress(KeyboardInterrupt):
        put(client(Wire(interrupted)))

    assert [record.getMessage() for record in caplog.records if record.name == "qiwi_payin"] == [
        "PUT /payin/v1/sites/{siteId}/bills/{billId}: abandoned by KeyboardInterrupt: it may have happened"
    ]
