"""The checks of the client can fail: a client that alters what it sends or reads is found."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest
from qiwi_payin_contract.clients import Party, ids_for, read_notification, reads, sends
from qiwi_payin_contract.description import description
from qiwi_payin_contract.drivers import SentNotification
from qiwi_payin_contract.json_text import dumps, loads
from qiwi_payin_contract.notifications import digest

BILL = description().operations["billsCreate"]
PAYMENT = description().operations["paymentsGet"]
IDS = ("test-00", "1234567890")
BODY = {
    "amount": {"currency": "RUB", "value": "150.05"},
    "expirationDateTime": "2023-07-07T14:30:00+03:00",
    "comment": "x",
}
ANSWER = {
    "paymentId": "1",
    "createdDateTime": "2024-03-01T17:10:31.284+03:00",
    "amount": {"currency": "RUB", "value": "200.00"},
    "capturedAmount": {"currency": "RUB", "value": "0.00"},
    "refundedAmount": {"currency": "RUB", "value": "0.00"},
    "paymentMethod": {"type": "CARD", "maskedPan": "444444******1049"},
    "status": {"value": "WAITING", "changedDateTime": "2024-03-01T17:10:32.607+03:00"},
    "paymentCardInfo": {},
    "unheardOf": {"deep": [1, Decimal("2.50"), None]},
}
NOTIFICATION = {
    "payment": {
        "type": "PAYMENT",
        "paymentId": "1",
        "createdDateTime": "2019-10-02T18:10:12+03:00",
        "amount": {"currency": "RUB", "value": Decimal("2.00")},
        "status": {"value": "SUCCESS", "changedDateTime": "2019-10-02T18:10:13+03:00"},
        "paymentMethod": {"type": "CARD", "maskedPan": "444444******1049"},
        "merchantSiteUid": "test-00",
    },
    "type": "PAYMENT",
    "version": "1",
}

Change = Callable[[httpx.Request], httpx.Request]


def altering(change: Change) -> Party:
    return Party(wrap=lambda transport: lambda request: transport(change(request)))


def remade(request: httpx.Request, **parts: Any) -> httpx.Request:
    made: dict[str, Any] = {
        "method": request.method,
        "url": request.url,
        "headers": request.headers,
        "content": request.content,
    }
    headers = {name: value for name, value in request.headers.items() if name != "content-length"}
    return httpx.Request(**{**made, "headers": headers, **parts})


def with_body(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Change:
    return lambda request: remade(request, content=dumps(change(loads(request.content))).encode())


def without(request: httpx.Request, header: str) -> httpx.Request:
    return remade(request, headers={name: value for name, value in request.headers.items() if name != header})


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_the_client_sends_and_reads_unchanged(*, asynchronous: bool) -> None:
    party = Party(asynchronous=asynchronous)
    assert sends(party, BILL, ids_for(BILL, IDS), BODY) == []
    assert reads(party, PAYMENT, ids_for(PAYMENT, IDS), 200, ANSWER) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (with_body(lambda body: {**body, "amount": {"currency": "RUB", "value": "150"}}), "the body is another"),
        (with_body(lambda body: {"amount": body["amount"]}), "the body is another"),
        (lambda request: remade(request, method="POST"), "method POST"),
        (lambda request: remade(request, url=str(request.url) + "0"), "path"),
        (lambda request: without(request, "authorization"), "Authorization"),
        (lambda request: without(request, "accept"), "Accept"),
        (lambda request: without(request, "content-type"), "Content-Type"),
        (lambda request: remade(request, content=b"150.00 roubles"), "the body is no JSON"),
    ],
)
def test_a_client_that_sends_something_else_is_found(change: Change, told: str) -> None:
    found = sends(altering(change), BILL, ids_for(BILL, IDS), BODY)
    assert any(line.startswith(told) for line in found), found


def test_a_client_that_asks_with_a_body_is_found() -> None:
    party = altering(lambda request: remade(request, content=b"{}"))
    assert "there is a body" in sends(party, PAYMENT, ids_for(PAYMENT, IDS), None)


def test_a_client_that_refuses_what_it_is_given_is_found() -> None:
    (told,) = sends(Party(), BILL, ids_for(BILL, IDS), {**BODY, "comment": 5})
    assert told.startswith("the client refuses the body: comment: ")


def test_a_client_that_sends_nothing_is_found() -> None:
    def lose(_: httpx.Request) -> httpx.Request:
        raise httpx.ConnectError("no way there")

    (told,) = sends(altering(lose), BILL, ids_for(BILL, IDS), BODY)
    assert told.startswith("nothing arrived: NotSent ")


def other_answer(**changes: Any) -> Party:
    return Party(wrap=lambda _: lambda _: httpx.Response(changes.get("status", 200), content=dumps(changes["body"])))


def test_a_client_that_drops_or_changes_what_it_reads_is_found() -> None:
    ids = ids_for(PAYMENT, IDS)
    known = {name: value for name, value in ANSWER.items() if name != "unheardOf"}
    assert reads(other_answer(body=known), PAYMENT, ids, 200, ANSWER) == ["written back, the answer is another"]
    (told,) = reads(other_answer(body=[]), PAYMENT, ids, 200, ANSWER)
    assert told.startswith("the client does not take the answer: AnswerInvalid")


def test_a_client_that_takes_a_refusal_for_an_answer_is_found() -> None:
    told = reads(other_answer(body=ANSWER), PAYMENT, ids_for(PAYMENT, IDS), 404, {})
    assert told == ["the client takes a refusal for an answer"]


def test_a_client_that_tells_another_error_is_found() -> None:
    refusal = {"errorCode": "validation.error", "traceId": "1", "cause": {"amount": ["wrong"]}}
    ids = ids_for(PAYMENT, IDS)
    assert reads(other_answer(status=400, body=refusal), PAYMENT, ids, 400, refusal) == []
    told = reads(other_answer(status=404, body={**refusal, "traceId": "2", "cause": {}}), PAYMENT, ids, 400, refusal)
    assert told == ["status 404 instead of 400", "trace_id is not traceId", "cause is another"]


def test_a_signed_notification_is_kept_and_a_signature_that_fits_is_not_forged() -> None:
    assert read_notification("PAYMENT", NOTIFICATION, "key") == []
    assert read_notification("PAYMENT", NOTIFICATION, "key", "00" * 32) == []
    signature, _ = digest(SentNotification("PAYMENT", "1", dumps(NOTIFICATION), ""), "key")
    assert read_notification("PAYMENT", NOTIFICATION, "key", signature) == ["the client takes the notification"]
