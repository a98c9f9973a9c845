import logging
import pickle
import re
import traceback
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiwi_payin import (
    CallError,
    CardPaymentMethod,
    CompleteRequest,
    CreatedToken,
    Customer,
    PayIn,
    TokenPaymentMethod,
    UsedToken,
    models,
)
from qiwi_payin_runtime.jsontext import json_text, parse_json

from tests.client.clocks import Watch
from tests.client.wires import ERROR, KEY, PAYMENT, Wire, answering, failing

PAN = "4444443616621049"
CVV = "8497"
HOLDER = "PLANTED HOLDER"
EXPIRY = "11/31"
TOKEN = "planted-token-66aebf5f"
PARES = "planted-pares-eJzVWFevo9iyfu9fMZrz"
PLANTED = (PAN, CVV, HOLDER, EXPIRY, TOKEN, PARES, KEY)

CARD = CardPaymentMethod(pan=PAN, expiry_date=EXPIRY, cvv2=CVV, holder_name=HOLDER)


def calls(payin: PayIn) -> list[Any]:
    """Calls that carry each of the planted secrets."""
    return [
        lambda: payin.payments.create("1811", amount="1.00", payment_method=CARD),
        lambda: payin.payments.create(
            "1811",
            amount="1.00",
            payment_method=TokenPaymentMethod(payment_token=TOKEN),
            customer=Customer(account="account-1"),
        ),
        lambda: payin.payments.complete("1811", three_ds=models.ThreeDSAnswer(pares=PARES)),
        lambda: payin.tokens.delete(customer_account_id="1", token=TOKEN),
        lambda: payin.payments.get("1811"),
    ]


def shows_nothing(text: str) -> None:
    # Addresses of objects may hold any digits, those of the CVV too.
    text = re.sub(r"\b0x[0-9a-f]+", "0x", text)
    for secret in PLANTED:
        assert secret not in text


def echoing(request: httpx.Request) -> httpx.Response:
    """A server that repeats in its error whatever it was sent."""
    sent = f"{request.content.decode()} {request.headers['authorization']} {PAN}"
    body = {**ERROR, "traceId": "fd0e2a08c63ace83", "description": sent, "userMessage": sent, "cause": {sent: [sent]}}
    return httpx.Response(400, headers={"Retry-After": PAN}, content=json_text(body))


def telling(request: httpx.Request) -> httpx.Response:
    """A transport that fails and tells what it was given."""
    raise RuntimeError(f"{request.content.decode()} {request.headers['authorization']} {PAN}")


def test_secrets_are_not_in_the_repr_of_clients_models_and_requests() -> None:
    for shown in (
        answering(PAYMENT).client(),
        answering(PAYMENT).async_client(),
        answering(PAYMENT).client()._engine.settings,  # noqa: SLF001 - a likely guest of tracebacks with locals
        CARD,
        TokenPaymentMethod(payment_token=TOKEN),
        CompleteRequest(three_ds=models.ThreeDSAnswer(pares=PARES)),
        CreatedToken(token=TOKEN),
        UsedToken(payment_token=TOKEN),
        models.PaymentRequest.from_dict(
            {"paymentMethod": CARD.to_dict(), "amount": {"value": "1.00", "currency": "RUB"}}
        ),
        models.TokenDeleteRequest(customer_account_id="1", token=TOKEN),
        models.Payment.from_dict({**PAYMENT, "pan": PAN, "createdToken": {"token": TOKEN}}),
        models.NotifiedMethod(type_="CARD", payment_token=TOKEN),  # type: ignore[arg-type]
        models.TokenData(payment_token=TOKEN),
        models.ReceiverData(pan=PAN),
    ):
        shows_nothing(repr(shown))
        shows_nothing(str(shown))


def test_every_secret_of_the_description_is_tried_here() -> None:
    from tests.client.described import SCHEMAS, resolved  # noqa: PLC0415 - the whole description, for this test alone

    named = {
        f"{title}.{name}"
        for title, schema in SCHEMAS.items()
        for name, field in resolved(schema).get("properties", {}).items()
        if resolved(field).get("writeOnly") or resolved(field).get("x-secret")
    }

    assert named == {
        "CardPaymentMethod.cvv2",
        "CardPaymentMethod.expiryDate",
        "CardPaymentMethod.holderName",
        "CardPaymentMethod.pan",
        "CreatedToken.token",
        "NotifiedMethod.paymentToken",
        "ReceiverData.pan",
        "TokenData.paymentToken",
        "TokenDeleteRequest.token",
        "TokenPaymentMethod.paymentToken",
        "UsedToken.paymentToken",
    }


@pytest.mark.parametrize("number", range(5))
@pytest.mark.parametrize("wire", ["echo", "broken", "down", "cut", "quoted", "alien"])
def test_secrets_are_not_in_errors_logs_or_pickles(number: int, wire: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    payin = {
        "echo": lambda **options: PayIn(
            "https://payin.example/partner", KEY, "s", transport=httpx.MockTransport(echoing), **options
        ),
        "broken": answering(json_text([PAN, CVV, TOKEN]), 304).client,
        "down": answering(f"<html>{PAN} {CVV} {TOKEN}</html>", 502).client,
        "cut": failing(httpx.ReadError("cut")).client,
        "quoted": failing(httpx.RemoteProtocolError(f"illegal line: {PAN} {CVV} {TOKEN} {PARES}")).client,
        "alien": Wire(telling).client,
    }[wire](clock=Watch(), jitter=lambda: 0.0)  # a time that was measured can have any three digits

    with pytest.raises(CallError) as caught:
        calls(payin)[number]()

    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None  # what httpx raises holds the request, and reporters follow the chain
    shows_nothing("".join(traceback.format_exception(error)))
    shows_nothing(repr(error) + repr(vars(error)))
    shows_nothing(repr(pickle.dumps(error)))
    assert "***" in repr(vars(error)) or wire != "echo"
    shows_nothing(" ".join(record.getMessage().partition(" in ")[0] for record in caplog.records))
    shows_nothing(repr([part for record in caplog.records for part in record.args or () if isinstance(part, str)]))


def test_a_call_is_logged_with_method_path_template_status_duration_and_trace_id_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, logger="qiwi_payin")

    answering(PAYMENT).client().payments.get("1811")
    with pytest.raises(CallError):
        answering(ERROR, 404).client().payments.get("1811")
    with pytest.raises(CallError):
        answering(ERROR, 503).client().tokens.delete(customer_account_id="1", token=TOKEN)
    with pytest.raises(CallError):
        failing(httpx.ConnectError("x")).client().payments.get("1811")

    lines = [record.getMessage() for record in caplog.records if record.name == "qiwi_payin"]
    template = "GET /payin/v1/sites/{siteId}/payments/{paymentId}"
    assert [line.partition(" in ")[0] for line in lines] == [
        f"{template}: 200",
        f"{template}: NotFound 404",
        "DELETE /payin/v1/sites/{siteId}/tokens: OutcomeUnknown 503",
        f"{template}: NotSent",
    ]
    levels = [record.levelname for record in caplog.records if record.name == "qiwi_payin"]
    assert levels == ["INFO", "INFO", "WARNING", "WARNING"]
    assert [line.partition(" s")[2].partition(", ")[2] for line in lines] == [
        "",
        "trace id fd0e2a08c63ace83",
        "trace id fd0e2a08c63ace83",
        "",
    ]


@pytest.mark.parametrize("secret", [KEY, PAN, TOKEN, PARES])
@given(before=st.text(max_size=3), after=st.text(max_size=3))
@settings(max_examples=20)
def test_a_long_secret_is_hidden_whatever_stands_beside_it(secret: str, before: str, after: str) -> None:
    wire = answering({**ERROR, "description": before + secret + after}, 400)

    for call in calls(wire.client())[:4]:
        with pytest.raises(CallError) as caught:
            call()
        sent = wire.sent[-1]
        if secret in sent.headers["authorization"] + sent.content.decode():
            assert secret not in str(caught.value)


@pytest.mark.parametrize(
    ("number", "wire"),
    [
        (number, wire)
        for number in range(5)
        for wire in ("unreadable", "refused", "down", "cut", "never sent", "alien")
        if (number, wire) != (3, "unreadable")  # the answer to `tokens.delete` is empty, and not read
    ],
)
def test_secrets_are_not_in_the_variables_of_the_frames_that_an_error_comes_from(number: int, wire: str) -> None:
    payin = {
        "unreadable": answering({**PAYMENT, "createdToken": {"token": TOKEN}, "status": None}).client,
        "refused": Wire(echoing).client,
        "down": answering(f"<html>{PAN} {CVV} {TOKEN}</html>", 502).client,
        "cut": failing(httpx.ReadError("cut")).client,
        "never sent": failing(httpx.ConnectError("no route")).client,
        "alien": Wire(telling).client,
    }[wire]()

    with pytest.raises(CallError) as caught:
        calls(payin)[number]()

    shows_nothing(variables_of(caught.value))


@pytest.mark.parametrize("wrong", [{"amount": "1.005"}, {"payment_id": ".."}, {"site_id": ""}, {"timeout": 0}])
def test_secrets_are_not_in_the_variables_of_the_frames_that_a_wrong_argument_is_refused_in(
    wrong: dict[str, Any],
) -> None:
    arguments: dict[str, Any] = {"payment_id": "1811", "amount": "1.00", "payment_method": CARD, **wrong}

    with pytest.raises(ValueError, match=r"^(amount|payment_id|site_id|timeout): ") as caught:
        answering(PAYMENT).client().payments.create(**arguments)

    shows_nothing(variables_of(caught.value))


def test_a_secret_that_is_an_argument_is_checked_and_sent_as_it_is() -> None:
    wire = answering("", 204)

    wire.client().tokens.delete(customer_account_id="1", token=TOKEN)
    assert parse_json(wire.sent[0].content) == {"customerAccountId": "1", "token": TOKEN}
    with pytest.raises(ValueError, match=r"^token: text is wanted, not a number$"):
        wire.client().tokens.delete(customer_account_id="1", token=5)  # type: ignore[arg-type]


def variables_of(error: BaseException) -> str:
    """What a report shows of the frames of this package that an error went through."""
    report = traceback.TracebackException.from_exception(error, capture_locals=True)
    frames = [frame for frame in report.stack if "qiwi_payin" in frame.filename]
    assert frames
    return " ".join(repr(frame.locals) for frame in frames)
