"""The exchanges that the source documents print."""

import json
from typing import Any

import pytest
from qiwi_payin_description import load
from qiwi_payin_sandbox import Clock, Sandbox, Site
from qiwi_payin_sandbox.http.message import Request

EXCHANGES = load("exchanges")["exchanges"]
VARYING = {"invoiceUid", "payUrl", "pareq", "acsUrl", "createdDateTime", "changedDateTime", "paymentId"}


def comparable(value: Any) -> Any:
    """Keep of what varies its type alone."""
    if isinstance(value, dict):
        return {name: type(item) if name in VARYING else comparable(item) for name, item in value.items()}
    return [comparable(item) for item in value] if isinstance(value, list) else value


def replayed(exchange: dict[str, Any], body: str) -> Any:
    request = exchange["request"]
    headers = {name.lower(): value for name, value in request["headers"].items()}
    site_id = request["path"].split("/sites/")[1].split("/")[0]
    site = Site(site_id, key=headers["authorization"].removeprefix("Bearer "), test=False)
    with Sandbox(clock=Clock.frozen("2023-02-17T14:50:44+03:00"), sites=[site]) as sandbox:
        response = sandbox.handle(
            Request(method=request["method"], path=request["path"], headers=headers, body=body.encode())
        )
    assert response.status == 200, response.body
    return json.loads(response.body)


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: exchange["id"])
def test_every_printed_request_is_accepted_byte_for_byte(exchange: dict[str, Any]) -> None:
    replayed(exchange, exchange["request"]["body"])


@pytest.mark.parametrize(
    "exchange",
    [each for each in EXCHANGES if each["belongs"] and "answer" in each],
    ids=lambda exchange: exchange["id"],
)
def test_a_printed_answer_is_given_but_for_what_varies(exchange: dict[str, Any]) -> None:
    answer = replayed(exchange, exchange["request"]["body"])
    printed = json.loads(exchange["answer"]["body"])
    assert comparable(answer) == comparable(printed)
    assert list(answer) == list(printed)


def test_the_answer_that_does_not_belong_to_its_request_is_reached_by_three_ds() -> None:
    (exchange,) = [each for each in EXCHANGES if not each["belongs"]]
    answer = replayed(exchange, exchange["request"]["body"].replace('"123"', '"849"'))
    printed = json.loads(exchange["answer"]["body"])
    assert list(answer) == list(printed)
    assert answer.pop("customer") == json.loads(exchange["request"]["body"])["customer"]
    assert printed.pop("customer") == {}
    assert comparable(answer) == comparable(printed)
