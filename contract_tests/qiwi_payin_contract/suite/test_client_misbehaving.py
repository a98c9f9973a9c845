"""The client against a server that misbehaves: each call ends in what was sent, or in an error that tells the truth."""

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from qiwi_payin_contract import clients
from qiwi_payin_contract.bearing import Borne, Caller, refused_address
from qiwi_payin_contract.broken_answers import MisbehavingServer, broken_answers, cut
from qiwi_payin_contract.clients import Party, ids_for
from qiwi_payin_contract.description import description
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.generated import wrong_values
from qiwi_payin_contract.json_text import dumps
from qiwi_payin_contract.looks import looks_at
from qiwi_payin_contract.run import Run
from qiwi_payin_contract.settings import EFFORTS
from qiwi_payin_contract.suite.trying import trying

GROUP = "client"

BORNE = (clients.BEARS_BROKEN_ANSWERS, clients.TELLS_WHAT_MAY_HAVE_HAPPENED, clients.SHOWS_NO_SECRET)
"""What is looked at wherever the client has to bear something."""

TIMEOUT = 0.25
"""Seconds that the client waits here; a server that is slow on purpose needs longer than that."""
IDS = ("site", "first", "second")
AMOUNT = {"currency": "RUB", "value": "200.00"}
STATUS = {"value": "COMPLETED", "changedDateTime": "2024-03-01T17:10:32.607+03:00"}
PAYMENT: Mapping[str, Any] = {
    "paymentId": "first",
    "createdDateTime": "2024-03-01T17:10:31.284+03:00",
    "amount": AMOUNT,
    "capturedAmount": AMOUNT,
    "refundedAmount": {"currency": "RUB", "value": "0.00"},
    "paymentMethod": {"type": "CARD", "maskedPan": "444444******1049"},
    "status": STATUS,
    "paymentCardInfo": {},
    "customFields": {"cf1": "Заказ № 1"},
}
REFUND = {"refundId": "second", "createdDateTime": "2024-03-01T17:10:31.284+03:00", "amount": AMOUNT, "status": STATUS}
ANSWERS: Mapping[str, Any] = {"paymentsCreate": PAYMENT, "paymentsGet": PAYMENT, "refundsList": [REFUND]}

WAYS = (("sync", "paymentsCreate"), ("sync", "paymentsGet"), ("sync", "refundsList"), ("async", "paymentsCreate"))
"""A change, a question and a list; what is read is read alike by the clients for sync code and for async code."""


@pytest.fixture(scope="module")
def server() -> Iterator[MisbehavingServer]:
    """A server that misbehaves as it is told."""
    with MisbehavingServer() as server:
        yield server


@pytest.fixture(params=WAYS, ids="-".join)
def caller(request: pytest.FixtureRequest, server: MisbehavingServer) -> Iterator[Caller]:
    """A client of that server, and the operation that it calls."""
    way, operation_id = request.param
    operation = description().operations[operation_id]
    with Party(asynchronous=way == "async").connected(server.base_url, IDS[0], TIMEOUT) as call:
        yield Caller(call, operation, ids_for(operation, IDS))


@pytest.fixture
def way(request: pytest.FixtureRequest) -> int:
    """Which of ``WAYS`` the client is called in."""
    return WAYS.index(request.node.callspec.params["caller"])


@looks_at(*BORNE)
def test_client_bears_whatever_comes_in_place_of_an_answer(
    run: Run, findings: Findings, server: MisbehavingServer, caller: Caller, way: int
) -> None:
    answers = tuple(broken_answers(_body(caller), " ".join(caller.secrets), TIMEOUT))
    # One way after the other, so that together they come by all of them.
    tried = answers if run.settings.effort.thorough else answers[way :: len(WAYS)]
    for answer in tried:
        _is_borne(findings, caller, answer.name, caller.bears(server, answer))


@looks_at(*BORNE)
def test_client_bears_an_answer_that_breaks_off_anywhere(
    run: Run, findings: Findings, server: MisbehavingServer, caller: Caller
) -> None:
    body = _body(caller)
    for answer in cut(body, _positions(run, len(body))):
        _is_borne(findings, caller, answer.name, caller.bears(server, answer))


@looks_at(*BORNE)
@pytest.mark.parametrize("caller", WAYS[:1], indirect=True, ids="-".join)
def test_client_bears_answers_of_another_form(
    run: Run, findings: Findings, server: MisbehavingServer, caller: Caller
) -> None:
    schema = description().answer_schema(caller.operation.id, 200)
    assert schema is not None

    @trying(run, clients.BEARS_BROKEN_ANSWERS, body=wrong_values(schema))
    def check(body: Any) -> None:
        borne = caller.misreads(server, dumps(body).encode("utf-8", "surrogatepass"))
        _is_borne(findings, caller, "JSON of another form", borne)

    check()


@looks_at(*BORNE)
@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_client_tells_that_nothing_was_sent_where_nobody_listens(findings: Findings, *, asynchronous: bool) -> None:
    with Party(asynchronous=asynchronous).connected(refused_address(), IDS[0], TIMEOUT) as call:
        for operation_id in ANSWERS:
            operation = description().operations[operation_id]
            caller = Caller(call, operation, ids_for(operation, IDS))
            _is_borne(findings, caller, "no connection", caller.finds_nobody())


def _body(caller: Caller) -> bytes:
    return dumps(ANSWERS[caller.operation.id]).encode()


def _positions(run: Run, length: int) -> Sequence[int]:
    """Where to break off: everywhere with deep effort, else at places drawn from the seed, the ends always."""
    everywhere = range(length + 200)
    if run.settings.effort is EFFORTS["deep"]:
        return everywhere
    drawn = random.Random(run.settings.seed).sample(everywhere, 4 * run.settings.effort.values)  # noqa: S311 - no secret
    return [0, 1, *drawn, everywhere[-1]]


def _is_borne(findings: Findings, caller: Caller, what: str, borne: Borne) -> None:
    for rule, told in (
        (clients.BEARS_BROKEN_ANSWERS, borne.broken),
        (clients.TELLS_WHAT_MAY_HAVE_HAPPENED, borne.untold),
        (clients.SHOWS_NO_SECRET, borne.shown),
    ):
        findings.expect(not told, rule, f"{caller.operation.id}, {what}: {'; '.join(told)}")
