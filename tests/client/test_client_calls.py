import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import unquote

import attrs
import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiwi_payin import UNSET, AsyncPayIn, CardPaymentMethod, Money, PayIn, models
from qiwi_payin_runtime.jsontext import json_text, parse_json
from qiwi_payin_runtime.models import Model

from tests.client.described import DOCUMENT, SCHEMAS, values
from tests.client.test_client_models import same
from tests.client.wires import BASE_URL, BILL, CAPTURE, ENVIRONMENT, KEY, PAYMENT, REFUND, SITE, Wire, answering

ANSWERS: dict[str, Any] = {
    "billsCreate": BILL,
    "billsGet": {**BILL, "payments": []},
    "billsListPayments": [{**PAYMENT, "billId": "1"}],
    "paymentsCreate": PAYMENT,
    "paymentsGet": PAYMENT,
    "paymentsComplete": PAYMENT,
    "capturesCreate": CAPTURE,
    "capturesGet": CAPTURE,
    "refundsCreate": REFUND,
    "refundsGet": REFUND,
    "refundsList": [REFUND],
    "tokensDelete": "",
}
OPERATIONS: dict[str, tuple[str, str, dict[str, Any]]] = {
    operation["operationId"]: (path, verb, operation)
    for path, item in DOCUMENT["paths"].items()
    for verb, operation in item.items()
    if isinstance(operation, dict) and "operationId" in operation
}
EVERY_OPERATION = pytest.mark.parametrize("operation_id", OPERATIONS)


def method_of(client: Any, operation_id: str) -> Callable[..., Any]:
    """The method for an operation: tag, then the rest of the id in snake case."""
    tag = OPERATIONS[operation_id][2]["tags"][0]
    verb = "".join(f"_{c.lower()}" if c.isupper() else c for c in operation_id.removeprefix(tag)).lstrip("_")
    found: Callable[..., Any] = getattr(getattr(client, tag), verb)
    return found


def request_model(operation_id: str) -> type[Model] | None:
    body = OPERATIONS[operation_id][2].get("requestBody")
    if body is None:
        return None
    found: type[Model] = getattr(models, body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2])
    return found


def arguments(operation_id: str, data: st.DataObject) -> tuple[list[str], dict[str, Any], Any]:
    """Ids and fields of a call as the description allows them, and the body that must be sent."""
    path = OPERATIONS[operation_id][0]
    ids = [data.draw(values(SCHEMAS["Id"])) for _ in range(path.count("{") - 1)]
    model = request_model(operation_id)
    if model is None:
        return ids, {}, None
    wire = data.draw(values(SCHEMAS[model.__name__], extra=False))
    request = model.from_json(json_text(wire))
    fields = {
        field.name: getattr(request, field.name)
        for field in attrs.fields(model)
        if field.name != "additional_properties" and getattr(request, field.name) is not UNSET
    }
    return ids, fields, wire


@EVERY_OPERATION
@pytest.mark.parametrize("form", ["string", "number"])
@given(data=st.data())
@settings(max_examples=15)
def test_whatever_the_description_allows_is_sent_unchanged(
    operation_id: str, form: Literal["string", "number"], data: st.DataObject
) -> None:
    path, verb, _ = OPERATIONS[operation_id]
    ids, fields, body = arguments(operation_id, data)
    wire = answering(ANSWERS[operation_id], status=204 if operation_id == "tokensDelete" else 200)

    with wire.client(amount_as=form) as payin:
        method_of(payin, operation_id)(*ids, **fields)

    (request,) = wire.sent
    assert request.method == verb.upper()
    expected = [SITE if name == "{siteId}" else name for name in path.split("/")]
    expected = [ids.pop(0) if name.startswith("{") else name for name in expected]
    assert [unquote(part) for part in request.url.raw_path.decode().split("/")] == ["", "partner", *expected[1:]]
    if body is None:
        assert request.content == b""
        assert "content-type" not in request.headers
    else:
        convert = str if form == "string" else Decimal
        for name in {"amount", "settlementAmount"} & body.keys():
            body[name] = {**body[name], "value": convert(body[name]["value"])}
        assert same(parse_json(request.content), body)
        assert request.headers["content-type"] == "application/json"


@EVERY_OPERATION
@given(data=st.data())
@settings(max_examples=5)
def test_sync_and_async_clients_send_and_answer_the_same(operation_id: str, data: st.DataObject) -> None:
    ids, fields, _ = arguments(operation_id, data)
    wire = answering(ANSWERS[operation_id], status=204 if operation_id == "tokensDelete" else 200)

    async def ask() -> Any:
        async with wire.async_client() as payin:
            return await method_of(payin, operation_id)(*ids, **fields)

    with wire.client() as payin:
        answer = method_of(payin, operation_id)(*ids, **fields)

    assert asyncio.run(ask()) == answer
    first, second = wire.sent
    assert first.content == second.content
    assert (first.method, first.url) == (second.method, second.url)
    assert dict(first.headers) == dict(second.headers)


@EVERY_OPERATION
@given(data=st.data())
@settings(max_examples=10)
def test_whatever_the_description_allows_to_be_answered_is_understood(operation_id: str, data: st.DataObject) -> None:
    ids, fields, _ = arguments(operation_id, data)
    responses = OPERATIONS[operation_id][2]["responses"]
    status = next(iter(responses))
    content = responses[status].get("content")
    body = "" if content is None else data.draw(values(content["application/json"]["schema"]))

    with answering(body, status=int(status)).client() as payin:
        answer = method_of(payin, operation_id)(*ids, **fields)

    if content is None:
        assert answer is None
    elif isinstance(answer, list):
        assert all(same(parse_json(item.to_json()), wire) for item, wire in zip(answer, body, strict=True))
    else:
        assert same(parse_json(answer.to_json()), body)


def test_every_operation_of_the_description_is_tried_here() -> None:
    assert set(ANSWERS) == set(OPERATIONS)


def test_a_sum_is_sent_as_text_with_two_decimals_or_as_a_number_with_two_decimals() -> None:
    wire = answering(REFUND)

    wire.client().refunds.create("1811", "1", amount=Decimal(150))
    wire.client(amount_as="number").refunds.create("1811", "1", amount=Money("150", "RUB"))

    assert wire.sent[0].content == b'{"amount":{"value":"150.00","currency":"RUB"}}'
    assert wire.sent[1].content == b'{"amount":{"value":150.00,"currency":"RUB"}}'


@pytest.mark.parametrize(
    ("amount", "rule"),
    [
        ("0.00", "at least 0.01"),
        ("-1.00", "at least 0.01"),
        ("100000000.00", "at most 99999999.99"),
        ("1.005", "at most two decimals"),
        ("1,000.00", "digits"),
        (0.1, "float"),
    ],
)
def test_a_sum_that_the_description_forbids_is_not_sent(amount: Any, rule: str) -> None:
    wire = answering(REFUND)

    with pytest.raises(ValueError, match=rf"^amount: .*{rule}"):
        wire.client().refunds.create("1811", "1", amount=amount)
    assert wire.sent == []


def test_a_moment_without_an_offset_is_not_sent() -> None:
    wire = answering(BILL)

    with pytest.raises(ValueError, match=r"^expiration_date_time: a datetime with an offset"):
        wire.client().bills.create("1", amount="1.00", expiration_date_time=datetime(2026, 1, 1))  # noqa: DTZ001
    assert wire.sent == []


@pytest.mark.parametrize("bill_id", ["", ".", "..", "\ud800", None, 1815, b"1815", "1" * 65_536])
def test_an_id_that_is_no_text_or_would_change_the_path_is_not_sent(bill_id: Any) -> None:
    wire = answering(BILL)

    with pytest.raises(ValueError, match=r"^bill_id: "):
        wire.client().bills.get(bill_id)
    with pytest.raises(ValueError, match=r"^site_id: "):
        wire.client().bills.get("1", site_id="" if bill_id is None else bill_id)
    assert wire.sent == []


@pytest.mark.parametrize("bill_id", ["a/b", "../x", "a?b#c", "%2e", "ю"])
def test_any_other_id_stays_one_segment_of_the_path(bill_id: str) -> None:
    wire = answering({**BILL, "payments": []})

    wire.client().bills.get(bill_id)

    segments = wire.sent[0].url.raw_path.decode().split("/")
    assert [unquote(segment) for segment in segments][-2:] == [bill_id, "details"]
    assert len(segments) == len(f"/partner/payin/v1/sites/{SITE}/bills/x/details".split("/"))


def test_flags_may_be_plain_text() -> None:
    wire = answering(BILL)

    wire.client().bills.create(
        "1", amount="1.00", expiration_date_time=datetime(2026, 1, 1, tzinfo=UTC), flags=["SALE", models.BillFlag.SALE]
    )

    assert parse_json(wire.sent[0].content)["flags"] == ["SALE", "SALE"]


def test_a_capture_without_fields_has_an_empty_object_as_body() -> None:
    wire = answering(CAPTURE)

    wire.client().captures.create("1811", "1")

    assert wire.sent[0].content == b"{}"


def test_an_argument_of_a_wrong_type_names_the_field_and_not_the_value() -> None:
    with pytest.raises(ValueError, match=r"^payment_method\.pan: text is wanted, not a number$"):
        answering(PAYMENT).client().payments.create(
            "1",
            amount="1.00",
            payment_method=CardPaymentMethod(pan=4111111111111111, expiry_date="12/30"),  # type: ignore[arg-type]
        )


def test_a_call_may_name_another_site_and_another_time_out() -> None:
    wire = answering(PAYMENT)

    wire.client(timeout=7).payments.get("1811", site_id="test-02", timeout=1.5)
    wire.client(timeout=7).payments.get("1811")

    assert wire.sent[0].url.path == "/partner/payin/v1/sites/test-02/payments/1811"
    assert wire.sent[0].extensions["timeout"] == {"connect": 5.0, "read": 1.5, "write": 1.5, "pool": 1.5}
    assert wire.sent[1].extensions["timeout"] == {"connect": 5.0, "read": 7, "write": 7, "pool": 7}


def test_every_request_carries_the_key_and_says_who_sends_it() -> None:
    wire = answering(PAYMENT)

    wire.client().payments.get("1811")

    headers = wire.sent[0].headers
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["accept"] == "application/json"
    assert headers["user-agent"].startswith("qiwi-payin/")


def test_the_settings_come_from_the_environment_when_the_client_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    wire = answering(PAYMENT)
    monkeypatch.setenv("QIWI_PAYIN_KEY", "first-key")
    monkeypatch.setenv("QIWI_PAYIN_SITE_ID", "site-7")
    monkeypatch.setenv("QIWI_PAYIN_BASE_URL", "http://127.0.0.1:8000/partner/")
    payin = PayIn(transport=httpx.MockTransport(wire))
    monkeypatch.setenv("QIWI_PAYIN_KEY", "second-key")

    payin.payments.get("1811")

    assert str(wire.sent[0].url) == "http://127.0.0.1:8000/partner/payin/v1/sites/site-7/payments/1811"
    assert wire.sent[0].headers["authorization"] == "Bearer first-key"


def test_the_default_server_is_the_first_of_the_description() -> None:
    assert DOCUMENT["servers"][0]["url"] in repr(PayIn(key="k"))


def test_without_a_key_there_is_no_client_and_without_a_site_no_call() -> None:
    with pytest.raises(ValueError, match=r"^key: .*QIWI_PAYIN_KEY"):
        PayIn(BASE_URL)
    with pytest.raises(ValueError, match=r"^site_id: .*QIWI_PAYIN_SITE_ID"):
        PayIn(BASE_URL, KEY).payments.get("1811")


@pytest.mark.parametrize("name", ["key", "site_id", "base_url"])
def test_an_empty_setting_is_refused_and_not_taken_for_an_absent_one(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ENVIRONMENT:
        monkeypatch.setenv(variable, "https://other.example/partner")

    options: dict[str, Any] = {"key": KEY, "site_id": SITE, "base_url": BASE_URL, name: ""}

    with pytest.raises(ValueError, match=f"^{name}: "):
        PayIn(**options)


def test_each_client_takes_transports_of_its_own_kind_alone() -> None:
    with pytest.raises(TypeError, match=r"^transport: .*httpx\.BaseTransport"):
        PayIn(BASE_URL, KEY, transport=httpx.AsyncHTTPTransport())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^transport: .*httpx\.AsyncBaseTransport"):
        AsyncPayIn(BASE_URL, KEY, transport=httpx.HTTPTransport())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "base_url",
    [
        "http://payin.example/partner",
        "http://127.0.0.1.example/partner",
        "http://localhost.example/partner",
        "ftp://127.0.0.1/partner",
        "payin.example/partner",
        "https:///partner",
        "https://user:secret@payin.example/partner",
        "https://payin.example/partner?key=1",
        "https://payin.example/partner?",
        "https://payin.example/partner#",
        "https://payin.example/partner#there",
        "https://payin.example/partner ",
        "https://payin.example/partner\n",
        "https://payin.example/part ner",
        "https://payin.example/partner/payin/v1",
        "https://payin.example/partner/payin/v1/sites",
    ],
)
def test_a_base_url_is_https_or_this_machine_and_ends_before_payin(base_url: str) -> None:
    with pytest.raises(ValueError, match=r"^base_url: ") as caught:
        PayIn(base_url, KEY)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "127.1.2.3", "[::1]:8000", "localhost:8000", "shop.localhost"])
def test_plain_http_is_allowed_on_this_machine_and_never_goes_through_a_proxy(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("ALL_PROXY", "http://proxy.example:3128")

    payin = PayIn(f"http://{host}/partner", KEY)

    assert payin._engine._http._mounts == {}  # noqa: SLF001 - httpx does not say which proxies it took


@pytest.mark.parametrize("key", ["with space", "line\nend", "ключ"])
def test_a_key_that_no_header_can_carry_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(ValueError, match=r"^key: ") as caught:
        PayIn(BASE_URL, key)
    assert key not in str(caught.value)


@pytest.mark.parametrize("seconds", [0, -1, float("inf"), float("nan"), True])
def test_a_client_always_has_time_outs(seconds: float) -> None:
    with pytest.raises(ValueError, match=r"^timeout: "):
        PayIn(BASE_URL, KEY, timeout=seconds)
    with pytest.raises(ValueError, match=r"^connect_timeout: "):
        PayIn(BASE_URL, KEY, connect_timeout=seconds)
    with pytest.raises(ValueError, match=r"^timeout: "):
        answering(PAYMENT).client().payments.get("1811", timeout=seconds)


def test_a_client_can_be_closed_and_then_sends_nothing() -> None:
    from qiwi_payin import NotSent  # noqa: PLC0415 - the name is loaded when it is asked for

    wire = answering(PAYMENT)
    payin = wire.client()
    with payin as same_client:
        assert same_client is payin

    with pytest.raises(NotSent, match="closed"):
        payin.payments.get("1811")
    assert wire.sent == []


def test_an_async_client_can_be_closed_too() -> None:
    async def use() -> AsyncPayIn:
        async with answering(PAYMENT).async_client() as payin:
            await payin.payments.get("1811")
        return payin

    assert asyncio.run(use())._engine._http.is_closed  # noqa: SLF001 - the pool must be gone


def test_a_redirect_is_not_followed() -> None:
    wire = Wire(lambda _: httpx.Response(302, headers={"location": "https://elsewhere.example/"}))

    with pytest.raises(Exception, match="unexpected status 302"):
        wire.client().payments.get("1811")
    assert len(wire.sent) == 1
