"""What goes wrong around a call changes neither what is said of the money nor what is shown."""

import asyncio
import gzip
import json
import logging
import pickle
import traceback
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from itertools import repeat
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiwi_payin import (
    AsyncPayIn,
    CallError,
    CardPaymentMethod,
    Money,
    NotFound,
    NotSent,
    OutcomeUnknown,
    PayIn,
    ThreeDSAnswer,
    forms,
    notifications,
)
from qiwi_payin_runtime.outcomes import Outcome, Verdict
from qiwi_payin_sandbox import Sandbox

from tests.client.clocks import Watch

URL, KEY, PAN = "http://127.0.0.1:1/partner", "key-that-nobody-shows", "4444443616621049"
CARD = CardPaymentMethod(pan=PAN, expiry_date="12/34")
Answering = Callable[[httpx.Request], httpx.Response]


def client(answer: Answering, **options: Any) -> PayIn:
    options.setdefault("clock", Watch())
    return PayIn(URL, KEY, "s", transport=httpx.MockTransport(answer), **options)


def lost(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("", request=request)


def refused(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("", request=request)


def later(status: int, _: httpx.Request) -> httpx.Response:
    return httpx.Response(status, headers={"Retry-After": "40"})


@pytest.mark.parametrize(("answer", "error"), [(lost, OutcomeUnknown), (refused, NotSent)])
def test_whole_answers_that_never_came_are_our_errors(answer: Answering, error: type[CallError]) -> None:
    with pytest.raises(error):
        client(answer).payments.raw.create("p", payment_method=CARD, amount="1.00")

    async def asynchronous() -> None:
        async with AsyncPayIn(URL, KEY, "s", transport=httpx.MockTransport(answer), retries=0) as payin:
            await payin.payments.raw.create("p", payment_method=CARD, amount="1.00")

    with pytest.raises(error):
        asyncio.run(asynchronous())


def test_a_hook_that_fails_after_the_answer_does_not_look_as_if_nothing_had_been_sent() -> None:
    def measure(_: httpx.Response) -> None:
        raise httpx.ConnectError("the host of metrics is down")

    with Sandbox() as sandbox:
        hooks: dict[str, list[Callable[..., Any]]] = {"response": [measure]}
        http = httpx.Client(transport=sandbox.transport, event_hooks=hooks)
        payin = PayIn(sandbox.local_base_url, sandbox.key, sandbox.site_id, http_client=http, clock=Watch())

        with pytest.raises(OutcomeUnknown):
            payin.payments.create("p-1", payment_method=CARD, amount="1.00")
        with pytest.raises(OutcomeUnknown) as unknown:
            payin.payments.complete("p-1", three_ds=ThreeDSAnswer(pares="p"))

        assert len(unknown.value.attempts) == 1


@settings(max_examples=60)
@given(
    st.one_of(
        st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E)),
        st.from_regex(r"\A(Mon|Thu), [0-9]{1,3} Nov [0-9]{1,12} [0-9]{1,12}:[0-9]{2}:[0-9]{2} (GMT|[+-][0-9]{2,20})\Z"),
    )
)
def test_no_retry_after_escapes_the_tree(text: str) -> None:
    payin = client(lambda _: httpx.Response(503, headers={"Retry-After": text}))

    with pytest.raises(OutcomeUnknown):
        payin.payments.create("p", payment_method=CARD, amount="1.00")


def test_an_answer_that_was_not_in_time_leaves_a_change_unknown_and_a_question_asked_again() -> None:
    payin = client(lambda _: httpx.Response(408))

    with pytest.raises(OutcomeUnknown):
        payin.payments.create("p", payment_method=CARD, amount="1.00")
    with pytest.raises(OutcomeUnknown) as unknown:
        payin.payments.complete("p", three_ds=ThreeDSAnswer(pares="p"))
    assert len(unknown.value.attempts) == 1


def test_waiting_with_a_closed_client_ends_at_once() -> None:
    clock = Watch()
    payin = client(refused, clock=clock)
    payin.close()

    with pytest.raises(NotSent, match="the client is closed"):
        payin.payments.wait("p", timeout=600)
    assert clock.pauses == []


def test_waiting_goes_on_after_what_passes_and_asks_no_sooner_than_it_is_told() -> None:
    for status in (408, 429, 500):
        clock = Watch()
        payin = client(partial(later, status), clock=clock)

        with pytest.raises(Exception, match="after 60 s"):
            payin.payments.wait("p", timeout=60)
        assert clock.pauses == [40, 20]


@pytest.mark.parametrize("derived", [False, True])
def test_a_client_that_is_closed_in_a_pause_sends_nothing_more(derived: bool) -> None:  # noqa: FBT001
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        raise httpx.ConnectError("", request=request)

    def close() -> None:
        using.close()

    payin = client(answer, clock=Watch([close]))
    using = payin.with_options(retries=3) if derived else payin

    with pytest.raises(NotSent, match="the client is closed"):
        using.payments.create("p", payment_method=CARD, amount="1.00")
    assert len(sent) == 1


def test_closing_the_first_client_ends_those_that_were_derived_whoever_owns_the_connections() -> None:
    with httpx.Client(transport=httpx.MockTransport(lost)) as http:
        one = PayIn(URL, KEY, "s", http_client=http)
        two = one.with_options(retries=0)
        one.close()

        with pytest.raises(NotSent):
            two.payments.get("p")


def shown(error: BaseException) -> str:
    """What a report of an error shows that prints the variables of the package's frames."""
    report = traceback.TracebackException.from_exception(error, capture_locals=True)
    ours = [frame for frame in report.stack if "qiwi_payin" in frame.filename]
    return "\n".join(f"{frame.name} {frame.locals}" for frame in ours)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: CardPaymentMethod(pan=PAN, expiry_date="12/34", cvv2=849).to_json(),  # type: ignore[arg-type]
        lambda: CardPaymentMethod(pan=PAN, expiry_date="12/34", cvv2=849).to_dict(),  # type: ignore[arg-type]
        lambda: CardPaymentMethod.from_dict({"type": "CARD", "pan": PAN, "expiryDate": 5}),
        lambda: CardPaymentMethod.from_json(f'{{"type": "CARD", "pan": "{PAN}", "expiryDate": 5}}'),
        lambda: PayIn(URL, KEY, "s", timeout=-1),
        lambda: PayIn(URL, KEY, "s", proxy="zzz"),
        lambda: client(lost).with_options(key=KEY, timeout=-1),
    ],
)
def test_what_is_refused_shows_no_secret_in_the_variables_of_frames(wrong: Callable[[], object]) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 - only what it shows matters
        wrong()

    assert PAN not in shown(refusal.value)
    assert KEY not in shown(refusal.value)


def test_a_client_that_was_refused_while_it_was_made_can_be_shown() -> None:
    assert repr(object.__new__(PayIn)) == "PayIn(...)"
    assert repr(object.__new__(AsyncPayIn)) == "AsyncPayIn(...)"


def test_resolving_with_another_client_shows_no_key_of_that_one() -> None:
    with pytest.raises(OutcomeUnknown) as unknown:
        client(lost).payments.create("p", payment_method=CARD, amount="1.00")
    other = "key-of-the-other-client"

    def echo(request: httpx.Request) -> httpx.Response:
        return httpx.Response(401, json={"errorCode": "x", "description": request.headers["Authorization"]})

    with pytest.raises(OutcomeUnknown) as again:
        unknown.value.resolve(PayIn(URL, other, "s", transport=httpx.MockTransport(echo), clock=Watch()))
    assert other not in str(again.value)


def test_resolving_sends_the_headers_of_the_call() -> None:
    sent: list[str | None] = []

    def fail(request: httpx.Request) -> httpx.Response:
        sent.append(request.headers.get("X-Tenant"))
        return httpx.Response(500)

    with pytest.raises(OutcomeUnknown) as unknown:
        client(fail).payments.create("p", payment_method=CARD, amount="1.00", retries=0, headers={"X-Tenant": "7"})
    with pytest.raises(OutcomeUnknown):
        unknown.value.resolve()
    assert sent == ["7", "7"]


def test_a_copy_of_the_error_of_a_deletion_says_what_to_do() -> None:
    with pytest.raises(OutcomeUnknown) as unknown:
        client(lost).tokens.delete(customer_account_id="a", token="t")

    with pytest.raises(ValueError, match="make the same call again"):
        pickle.loads(pickle.dumps(unknown.value)).resolve(client(lost))  # noqa: S301 - our own


def test_a_log_that_cannot_be_written_hides_no_answer() -> None:
    class Full(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            raise RuntimeError(f"the disk is full: {record.msg}")

    logger, full = logging.getLogger("qiwi_payin"), Full()
    logger.addHandler(full)
    logger.setLevel(logging.DEBUG)
    try:
        with pytest.raises(NotFound):
            client(lambda _: httpx.Response(404)).payments.get("p")
    finally:
        logger.removeHandler(full)
        logger.setLevel(logging.NOTSET)


def test_a_trace_id_of_digits_alone_can_be_told_to_support() -> None:
    trace_id = "4256000000000000"
    payin = client(lambda _: httpx.Response(404, json={"errorCode": "x", "traceId": trace_id}))

    with pytest.raises(NotFound) as missing:
        payin.payments.get("p")
    assert missing.value.trace_id == trace_id

    payin = client(lambda _: httpx.Response(400, json={"errorCode": "x", "traceId": PAN}))
    with pytest.raises(CallError) as refusal:
        payin.payments.create("p", payment_method=CARD, amount="1.00")
    assert PAN not in f"{refusal.value} {vars(refusal.value)}"


def test_headers_that_differ_in_case_alone_are_one() -> None:
    sent: list[httpx.Headers] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.headers)
        return httpx.Response(404)

    with pytest.raises(NotFound):
        client(answer, headers={"X-Shop": "a", "accept": "x/y"}).payments.get("p", headers={"x-shop": "b"})
    assert sent[0].get_list("x-shop") == ["b"]
    assert sent[0].get_list("accept") == ["x/y"]


def test_wrong_arguments_are_named() -> None:
    with pytest.raises(TypeError, match="headers: "):
        client(lost, headers=[("a", "b")])
    with pytest.raises(TypeError, match="signature: "):
        notifications.verify(b"{}", b"abc", "key")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="key: ") as refusal:
        notifications.verify(b'{"type": "PAYMENT"}', "abc", "secret\udcff")
    assert "secret" not in repr(refusal.value)
    with pytest.raises(TypeError, match="readonly: "):
        forms.create_link("key", readonly="comment")
    with pytest.raises(ValueError, match="amount: "):
        forms.create_link("key", amount="abc")


def test_more_captured_than_asked_is_neither_held_nor_a_success() -> None:
    twice = Outcome.of(Money(150), is_final=True, is_success=True, captured=[Money(150), Money(150)])

    assert twice.verdict is Verdict.PENDING


class Endless(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that is a piece again and again, by default without end."""

    def __init__(self, piece: bytes, times: int | None = None) -> None:
        self._piece, self._times = piece, times

    def __iter__(self) -> Iterator[bytes]:
        yield from repeat(self._piece) if self._times is None else repeat(self._piece, self._times)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece


BODIES: dict[str, Callable[[], Endless]] = {
    "plain": lambda: Endless(b" " * 2**16),
    "packed": lambda: Endless(gzip.compress(b" " * 2**20)),  # what follows the first whole part unpacks to nothing
    "bomb": lambda: Endless(gzip.compress(b" " * 2**28), 1),
}


@pytest.mark.parametrize("way", ["sync", "async"])
@pytest.mark.parametrize("kind", BODIES)
def test_an_answer_without_end_fills_no_memory(way: str, kind: str) -> None:
    body = BODIES[kind]()
    headers = {} if kind == "plain" else {"Content-Encoding": "gzip"}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, stream=body))

    def call() -> None:
        if way == "sync":
            PayIn(URL, KEY, "s", transport=transport, retries=0).refunds.create("p", "r", amount="1.00")
        else:
            payin = AsyncPayIn(URL, KEY, "s", transport=transport, retries=0)
            asyncio.run(payin.refunds.create("p", "r", amount="1.00"))

    tracemalloc.start()
    try:
        with pytest.raises(OutcomeUnknown, match="the answer has more than 33554432 bytes") as caught:
            call()
        assert tracemalloc.get_traced_memory()[1] < 2**27
    finally:
        tracemalloc.stop()
    assert not caught.value.timed_out


def test_a_packed_answer_is_read() -> None:
    packed = gzip.compress(json.dumps({"errorCode": "x", "description": "d" * 100_000}).encode())
    answers = client(lambda _: httpx.Response(404, headers={"Content-Encoding": "gzip"}, stream=Endless(packed, 1)))

    with pytest.raises(NotFound) as caught:
        answers.bills.get("b")
    assert caught.value.error_code == "x"


def test_an_answer_that_cannot_be_unpacked_leaves_the_outcome_unknown() -> None:
    broken = client(lambda _: httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=Endless(b"{}", 1)))

    with pytest.raises(OutcomeUnknown, match="DecodingError"):
        broken.refunds.create("p", "r", amount="1.00")
