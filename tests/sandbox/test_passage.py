"""How an answer gets through a network that fails, over a socket and without one: the same to the client."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from qiwi_payin_sandbox.http.app import make_app
from qiwi_payin_sandbox.http.message import Request, Response
from qiwi_payin_sandbox.http.server import Server
from qiwi_payin_sandbox.http.transport import AsyncSandboxTransport, SandboxTransport

BODY = b'{"bill": "b-1"}'
Ask = Callable[..., httpx.Response]


class Answering:
    """Answers each request in the way that the test wants next."""

    def __init__(self) -> None:
        self.asked = 0
        self.way: dict[str, Any] = {}

    def __call__(self, _: Request) -> Response:
        self.asked += 1
        return Response(status=200, headers={"Content-Type": "application/json"}, body=BODY, **self.way)


@pytest.fixture
def answering() -> Answering:
    return Answering()


@pytest.fixture(params=["socket", "transport", "async transport"])
def ask(request: pytest.FixtureRequest, answering: Answering) -> Iterator[Ask]:
    """Send a request through one of the ways in, on a connection that is kept."""
    if request.param == "async transport":

        async def asked(read_timeout: float) -> httpx.Response:
            async with httpx.AsyncClient(transport=AsyncSandboxTransport(answering), timeout=read_timeout) as client:
                return await client.get("http://127.0.0.1/")

        yield lambda read_timeout=5.0: asyncio.run(asked(read_timeout))
    elif request.param == "transport":
        with httpx.Client(transport=SandboxTransport(answering)) as client:
            yield lambda read_timeout=5.0: client.get("http://127.0.0.1/", timeout=read_timeout)
    else:
        server = Server(make_app(answering), "127.0.0.1", 0)
        with httpx.Client(trust_env=False) as client:
            yield lambda read_timeout=5.0: client.get(server.origin, timeout=read_timeout)
        server.stop()


@pytest.mark.parametrize(
    ("way", "error", "says"),
    [
        ({"cut": "reset"}, httpx.ReadError, "reset by peer"),
        ({"cut": "lost"}, httpx.RemoteProtocolError, "without sending a response"),
        ({"cut": "broken"}, httpx.RemoteProtocolError, "received 7 bytes, expected 15"),
        ({"cut": "broken", "trickle_seconds": 0.02}, httpx.RemoteProtocolError, "received 7 bytes, expected 15"),
        ({"cut": "reset", "delay_seconds": 0.02}, httpx.ReadError, "reset by peer"),
    ],
)
def test_an_answer_that_is_cut_is_an_error_of_the_network(
    ask: Ask, answering: Answering, way: dict[str, Any], error: type[Exception], says: str
) -> None:
    assert ask().content == BODY
    answering.way = way
    with pytest.raises(error, match=says):
        ask()
    answering.way = {}
    assert ask().content == BODY
    assert answering.asked == 3


@pytest.mark.parametrize("way", [{"delay_seconds": 0.02}, {"trickle_seconds": 0.02}])
def test_a_slow_answer_arrives_whole(ask: Ask, answering: Answering, way: dict[str, Any]) -> None:
    answering.way = way
    assert ask().content == BODY


@pytest.mark.parametrize("way", [{"delay_seconds": 30.0}, {"trickle_seconds": 300.0}])
def test_who_waits_for_less_than_an_answer_takes_gets_none(ask: Ask, answering: Answering, way: dict[str, Any]) -> None:
    answering.way = way
    with pytest.raises(httpx.ReadTimeout):
        ask(read_timeout=0.02)
    answering.way = {}
    assert ask().content == BODY


@pytest.mark.parametrize("cut", ["reset", "lost", "broken"])
def test_a_server_that_tells_no_connection_breaks_the_answer_off(cut: str) -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
    answer = Response(status=200, headers={}, body=BODY, cut=cut)  # type: ignore[arg-type]

    async def serve() -> None:
        await make_app(lambda _: answer)(scope, receive, send)

    asyncio.run(serve())
    assert (b"content-length", b"15") in sent[0]["headers"]
    assert sum(len(message["body"]) for message in sent[1:]) < 15
    assert all(message["more_body"] for message in sent[1:])
