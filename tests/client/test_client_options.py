"""What a client or a call may have of its own: settings, headers, connections, whole answers."""

import asyncio
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiwi_payin import Answer, AsyncPayIn, CallError, NotSent, PayIn, Payment
from qiwi_payin_runtime.jsontext import json_text

from tests.client.test_client_calls import ANSWERS, OPERATIONS, arguments, method_of
from tests.client.wires import BASE_URL, ERROR, KEY, PAYMENT, SITE, Wire, answering

OTHER_KEY = "another-planted-key-77aa"


def test_a_derived_client_has_other_settings_and_the_same_connections() -> None:
    wire = answering(PAYMENT)
    payin = wire.client(headers={"X-Shop": "1"})

    derived = payin.with_options(
        key=OTHER_KEY, site_id="test-02", timeout=1, deadline=2, retries=0, connect_timeout=0.5, headers={"X-Till": "2"}
    )
    derived.payments.get("1811")
    payin.payments.get("1811")

    first, second = wire.sent
    assert first.url.path == "/partner/payin/v1/sites/test-02/payments/1811"
    assert first.headers["authorization"] == f"Bearer {OTHER_KEY}"
    assert (first.headers["x-shop"], first.headers["x-till"]) == ("1", "2")
    assert first.extensions["timeout"] == {"connect": 0.5, "read": 1, "write": 1, "pool": 1}
    assert second.url.path == f"/partner/payin/v1/sites/{SITE}/payments/1811"
    assert second.headers["authorization"] == f"Bearer {KEY}"
    assert "x-till" not in second.headers
    assert derived._engine._http is payin._engine._http  # noqa: SLF001 - that they share it is the rule
    assert "test-02" in repr(derived)
    assert OTHER_KEY not in repr(derived)


def test_connections_are_closed_by_the_client_that_opened_them() -> None:
    payin = answering(PAYMENT).client()
    derived = payin.with_options(site_id="test-02")

    with derived.with_options(timeout=1) as inner:
        inner.payments.get("1811")
    with pytest.raises(NotSent, match="closed"):
        inner.payments.get("1811")
    derived.payments.get("1811")
    payin.close()
    with pytest.raises(NotSent, match="closed"):
        derived.payments.get("1811")


@pytest.mark.parametrize(
    "wrong",
    [
        {"timeout": 0},
        {"deadline": -1},
        {"deadline": float("nan")},
        {"retries": -1},
        {"retries": True},
        {"retries": 1.5},
        {"headers": {"Authorization": "x"}},
    ],
)
def test_a_wrong_option_is_named_and_nothing_is_sent(wrong: dict[str, Any]) -> None:
    wire = answering(PAYMENT)
    (name,) = wrong

    for use in (
        lambda: wire.client(**wrong),
        lambda: wire.client().with_options(**wrong),
        lambda: wire.client().payments.get("1811", **wrong),
    ):
        with pytest.raises(ValueError, match=f"^{name}: "):
            use()
    assert wire.sent == []


def test_a_call_may_have_headers_of_its_own() -> None:
    wire = answering(PAYMENT)
    payin = wire.client(headers={"User-Agent": "shop/1", "X-Request": "client"})

    payin.payments.get("1811", headers={"X-Request": "call", "Accept-Language": "ru"})
    payin.payments.get("1811")

    sent = [request.headers for request in wire.sent]
    assert [(each["x-request"], each.get("accept-language")) for each in sent] == [("call", "ru"), ("client", None)]
    assert {each["user-agent"] for each in sent} == {"shop/1"}


@pytest.mark.parametrize(
    "name", ["Authorization", "AUTHORIZATION", "Content-Length", "content-type", "Host", "Transfer-Encoding"]
)
def test_the_clients_own_headers_cannot_be_replaced(name: str) -> None:
    with pytest.raises(ValueError, match=f"^headers: {name} is the client's own"):
        answering(PAYMENT).client().payments.get("1811", headers={name: "planted-value"})


@given(
    name=st.sampled_from(["", "a b", "x:", "\n", "ю", "a\r\nb", 5]) | st.text(max_size=3),
    value=st.sampled_from(["a\nb", "a\r\nX: y", "\x00", "ю", " a", "a ", "\x7f", 5, None]),
)
@settings(max_examples=60)
def test_a_header_that_no_request_can_carry_is_refused_without_its_value(name: Any, value: Any) -> None:
    wire = answering(PAYMENT)

    with pytest.raises(ValueError, match=r"^headers: ") as caught:
        wire.client().payments.get("1811", headers={name: value})
    assert value is None or isinstance(value, int) or len(value.strip()) < 3 or value not in str(caught.value)
    assert wire.sent == []


@pytest.mark.parametrize("operation_id", OPERATIONS)
@given(data=st.data())
@settings(max_examples=3)
def test_every_method_has_a_twin_that_returns_the_whole_answer(operation_id: str, data: st.DataObject) -> None:
    ids, fields, _ = arguments(operation_id, data)
    status = 204 if operation_id == "tokensDelete" else 200
    wire = answering(ANSWERS[operation_id], status, {"X-Request-Id": "r-1"})
    tag = OPERATIONS[operation_id][2]["tags"][0]

    async def ask() -> Any:
        async with wire.async_client() as payin:
            raw = getattr(payin, tag).raw
            return await getattr(raw, method_of(payin, operation_id).__name__)(*ids, **fields)

    with wire.client() as payin:
        value = method_of(payin, operation_id)(*ids, **fields)
        answer = getattr(getattr(payin, tag).raw, method_of(payin, operation_id).__name__)(*ids, **fields)

    for each in (answer, asyncio.run(ask())):
        assert isinstance(each, Answer)
        assert each.value == value
        assert (each.status, each.headers["x-request-id"]) == (status, "r-1")
        assert each.content == (json_text(ANSWERS[operation_id]).encode() if status == 200 else b"")
        assert each.json() == (ANSWERS[operation_id] or None)
        assert [attempt.status for attempt in each.attempts] == [status]
    assert len({(sent.method, str(sent.url), sent.content) for sent in wire.sent}) == 1


def test_a_whole_answer_shows_nothing_of_its_content_and_makes_no_float() -> None:
    body = {**PAYMENT, "createdToken": {"token": "planted-token"}, "fee": Decimal("1.10")}
    answer = answering(body).client().payments.raw.get("1811")

    assert repr(answer) == "Answer(status=200, attempts=1, value=<Payment>)"
    assert answer.json()["fee"] == Decimal("1.10")
    assert isinstance(answer.value, Payment)


def test_a_refusal_is_raised_by_raw_methods_too() -> None:
    with pytest.raises(CallError):
        answering(ERROR, 404).client().payments.raw.get("1811")


def own(wire: Callable[[httpx.Request], httpx.Response], **options: Any) -> httpx.Client:
    return httpx.Client(transport=httpx.MockTransport(wire), **options)


def test_a_client_of_the_callers_carries_the_requests_and_stays_open() -> None:
    wire = answering(PAYMENT, headers={"Set-Cookie": "a=b"})
    hooked: list[httpx.Request] = []
    theirs = own(
        wire,
        base_url="https://elsewhere.example",
        headers={"Authorization": "Bearer theirs", "X-Theirs": "1"},
        auth=("user", "password"),
        params={"theirs": "1"},
        cookies={"theirs": "1"},
        timeout=None,
        follow_redirects=True,
        event_hooks={"request": [hooked.append]},
    )

    with PayIn(BASE_URL, KEY, SITE, http_client=theirs) as payin:
        payin.payments.get("1811")
        payin.payments.get("1811")

    assert not theirs.is_closed
    assert len(hooked) == 2
    for sent in wire.sent:
        assert str(sent.url) == f"{BASE_URL}/payin/v1/sites/{SITE}/payments/1811"
        assert sent.headers["authorization"] == f"Bearer {KEY}"
        assert {"x-theirs", "cookie"}.isdisjoint(sent.headers)
        assert sent.extensions["timeout"]["read"] == 30.0
    with pytest.raises(NotSent, match="closed"):
        payin.payments.get("1811")


def test_a_client_of_the_callers_follows_no_redirect_either() -> None:
    wire = Wire(lambda _: httpx.Response(302, headers={"location": "https://elsewhere.example/"}))

    with pytest.raises(CallError, match="unexpected status 302"):
        PayIn(BASE_URL, KEY, SITE, http_client=own(wire, follow_redirects=True)).payments.get("1811")
    assert len(wire.sent) == 1


def test_an_async_client_of_the_callers_does_the_same() -> None:
    wire = answering(PAYMENT)

    async def use() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(wire)) as theirs:
            async with AsyncPayIn(BASE_URL, KEY, SITE, http_client=theirs) as payin:
                await payin.with_options(site_id="test-02").payments.get("1811")
            assert not theirs.is_closed

    asyncio.run(use())
    assert wire.sent[0].headers["authorization"] == f"Bearer {KEY}"


def test_each_client_takes_http_clients_of_its_own_kind_alone() -> None:
    with pytest.raises(TypeError, match=r"^http_client: an httpx\.Client"):
        PayIn(BASE_URL, KEY, http_client=httpx.AsyncClient())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^http_client: an httpx\.AsyncClient"):
        AsyncPayIn(BASE_URL, KEY, http_client=httpx.Client())  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^http_client: "):
        PayIn(BASE_URL, KEY, http_client=httpx.Client(), proxy="http://127.0.0.1:3128")


def test_a_proxy_carries_https() -> None:
    payin = PayIn(BASE_URL, KEY, proxy="http://user:planted-password@proxy.example:3128")

    assert payin._engine._http._transport_for_url(httpx.URL(BASE_URL)) is not payin._engine._http._transport  # noqa: SLF001
    assert "planted-password" not in repr(payin)


@pytest.mark.parametrize("proxy", ["http://proxy.example:3128", "not a url", "ftp://127.0.0.1", 5])
def test_a_proxy_that_is_none_or_would_see_the_key_is_refused(proxy: Any) -> None:
    with pytest.raises(ValueError, match=r"^proxy: "):
        PayIn("http://127.0.0.1:8000/partner", KEY, proxy=proxy)


def test_a_proxy_on_this_machine_may_carry_plain_http() -> None:
    PayIn("http://127.0.0.1:8000/partner", KEY, proxy="http://127.0.0.1:3128").close()


def test_a_transport_has_its_own_way() -> None:
    with pytest.raises(ValueError, match=r"^proxy: "):
        answering(PAYMENT).client(proxy="http://127.0.0.1:3128")
