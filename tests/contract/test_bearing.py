"""The checks of the client against a misbehaving server can fail: a client that bears less is found."""

from collections.abc import Iterator
from typing import Any

import pytest
from qiwi_payin import AnswerInvalid, AnswerLost, NotFound, NotSent, OutcomeUnknown, ServerError
from qiwi_payin_contract.bearing import Caller, refused_address
from qiwi_payin_contract.broken_answers import BrokenAnswer, MisbehavingServer, broken_answers, cut
from qiwi_payin_contract.clients import CVV, KEY, PAN, Party, ids_for
from qiwi_payin_contract.description import description
from qiwi_payin_contract.json_text import dumps
from qiwi_payin_contract.suite.test_client_misbehaving import IDS, PAYMENT

QUESTION, CHANGE = description().operations["paymentsGet"], description().operations["paymentsCreate"]
BODY = dumps(PAYMENT).encode()
RIGHT = BrokenAnswer("a right one", b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY), BODY)
PAGE = BrokenAnswer("a page", b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 6\r\n\r\n<html>")
MISSING = BrokenAnswer("not found", b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}")
SILENT = BrokenAnswer("silence", b"", silence=0.5)


@pytest.fixture
def server() -> Iterator[MisbehavingServer]:
    with MisbehavingServer() as server:
        yield server


def raising(error: Exception, operation: Any = CHANGE) -> Caller:
    def call(*_: Any) -> Any:
        raise error

    return Caller(call, operation, ids_for(operation, IDS))


def answering(result: Any, operation: Any = QUESTION) -> Caller:
    return Caller(lambda *_: result, operation, ids_for(operation, IDS))


class Written:
    """What a client answers with."""

    def __init__(self, text: str) -> None:
        self._text = text

    def to_json(self) -> str:
        return self._text


def unknown(reason: Any) -> OutcomeUnknown:
    return OutcomeUnknown("it may have happened", reason=reason)


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_the_client_takes_a_right_answer_and_bears_a_broken_one(
    server: MisbehavingServer, *, asynchronous: bool
) -> None:
    with Party(asynchronous=asynchronous).connected(server.base_url, IDS[0], 0.3) as call:
        caller = Caller(call, CHANGE, ids_for(CHANGE, IDS))
        for answer in (RIGHT, PAGE, MISSING, SILENT):
            borne = caller.bears(server, answer)
            assert (borne.broken, borne.untold, borne.shown) == ([], [], []), answer
    assert server.requests == 4


def test_a_client_finds_nobody() -> None:
    with Party().connected(refused_address(), IDS[0], 0.3) as call:
        borne = Caller(call, QUESTION, ids_for(QUESTION, IDS)).finds_nobody()
    assert (borne.broken, borne.untold, borne.shown) == ([], [], [])
    assert raising(AnswerLost("?")).finds_nobody().untold == ["AnswerLost is raised, although nothing was sent"]


def test_a_client_that_raises_something_else_is_found(server: MisbehavingServer) -> None:
    (told,) = raising(KeyError("status")).bears(server, PAGE).broken
    assert told.startswith("KeyError is raised")


def test_a_client_that_makes_something_up_is_found(server: MisbehavingServer) -> None:
    assert answering(Written(BODY.decode())).bears(server, RIGHT).broken == []
    assert answering(Written("{}")).bears(server, RIGHT).broken == ["written back, it is another value"]
    assert answering(Written("{}")).bears(server, PAGE).broken == ["it is taken for an answer"]
    assert answering(Written("{")).bears(server, RIGHT).broken == [
        "what is made of it cannot be written back: JSONDecodeError"
    ]


@pytest.mark.parametrize(
    ("error", "operation", "answer", "told"),
    [
        (unknown(AnswerLost("?")), CHANGE, PAGE, ""),
        (unknown(ServerError("?", status=502)), CHANGE, PAGE, ""),
        (unknown(None), CHANGE, PAGE, "the reason of OutcomeUnknown is NoneType"),
        (ServerError("?", status=502), CHANGE, PAGE, "ServerError is raised for a change, which may have happened"),
        (AnswerInvalid("?"), CHANGE, PAGE, "AnswerInvalid is raised for a change, which may have happened"),
        (NotSent("?"), CHANGE, PAGE, "NotSent is raised, although the server was reached"),
        (ServerError("?", status=502), QUESTION, PAGE, ""),
        (unknown(AnswerLost("?")), QUESTION, PAGE, "OutcomeUnknown is raised for a question"),
        (NotFound("?", status=404), CHANGE, MISSING, ""),
        (NotFound("?", status=404), CHANGE, PAGE, "NotFound with status 404, which is not what came"),
        (AnswerLost("?", timed_out=True), QUESTION, SILENT, ""),
        (AnswerLost("?"), QUESTION, SILENT, "AnswerLost does not tell that time ran out"),
    ],
)
def test_a_client_whose_error_does_not_tell_what_happened_is_found(
    server: MisbehavingServer, error: Exception, operation: Any, answer: BrokenAnswer, told: str
) -> None:
    assert raising(error, operation).bears(server, answer).untold == ([told] if told else [])


@pytest.mark.parametrize("secret", [KEY, PAN, f"cvv {CVV}."])
def test_a_client_that_shows_a_secret_is_found(server: MisbehavingServer, secret: str) -> None:
    shown = raising(unknown(AnswerLost(f"no answer: {secret}"))).bears(server, PAGE).shown
    assert any(line.startswith("an attribute of its error holds ") for line in shown)
    direct = raising(NotFound(secret, status=404)).bears(server, MISSING).shown
    assert any(line.startswith("its error holds ") for line in direct)


def test_broken_answers_are_many_and_each_has_a_name_of_its_own() -> None:
    names = [answer.name for answer in broken_answers(BODY, "echo", 0.1)]
    assert len(names) == len(set(names))
    assert len(names) > 60


def test_an_answer_is_broken_off_before_its_end() -> None:
    answers = list(cut(BODY, [0, 1, 10**6]))
    assert [len(answer.raw) for answer in answers[:2]] == [0, 1]
    assert all(answer.meant is None for answer in answers)
