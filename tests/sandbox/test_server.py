"""A server starts and stops at once, loses nothing when it stops, and lets no client take what all need."""

import asyncio
import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from qiwi_payin_sandbox import Sandbox, Site
from qiwi_payin_sandbox.http.app import make_app
from qiwi_payin_sandbox.http.dispatch import LARGEST_BODY
from qiwi_payin_sandbox.http.limits import Limits
from qiwi_payin_sandbox.http.message import Request, Response
from qiwi_payin_sandbox.http.server import Server

from tests.sandbox.partner import CARD, rubles

HEAD = b"PUT /a HTTP/1.1\r\nHost: localhost\r\n"
QUICK = Limits(seconds=0.3, connections=4, head=1024, grace=0.3)


@contextmanager
def serving(handle: Callable[[Request], Response], limits: Limits = QUICK) -> Iterator[Server]:
    server = Server(make_app(handle), "127.0.0.1", 0, limits)
    try:
        yield server
    finally:
        server.stop()


class Echo:
    """Answers with what was sent, and counts."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def __call__(self, request: Request) -> Response:
        self.bodies.append(request.body)
        return Response(status=200, headers={}, body=request.body)


def connected(server: Server) -> socket.socket:
    return socket.create_connection((server.host, server.port), timeout=10)


def all_of(connection: socket.socket) -> bytes:
    answer = b""
    with suppress(ConnectionResetError):
        while part := connection.recv(65536):
            answer += part
    return answer


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"PU",
        HEAD,
        HEAD + b"Content-Length: 10\r\n\r\n",
        HEAD + b"Content-Length: 10\r\n\r\n12345",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n",
    ],
    ids=["nothing", "half a word", "half a head", "no body", "half a body", "no last chunk"],
)
def test_who_sends_too_slowly_is_cut_off(sent: bytes) -> None:
    echo = Echo()
    with serving(echo) as server, connected(server) as connection:
        connection.sendall(sent)
        assert all_of(connection).startswith(b"HTTP/1.1 408 ")
    assert echo.bodies == []


def test_who_trickles_is_cut_off_too() -> None:
    echo = Echo()
    with serving(echo) as server, connected(server) as connection:
        connection.sendall(HEAD + b"Content-Length: 100000\r\n\r\n")
        sent = 0
        with suppress(OSError):  # reset or broken pipe, whichever comes first
            for sent in range(500):  # noqa: B007 - counted
                connection.sendall(b"x")
                threading.Event().wait(0.02)
        assert sent < 499
    assert echo.bodies == []


def test_who_takes_long_over_the_second_request_is_cut_off_after_the_first_is_answered() -> None:
    echo = Echo()
    with serving(echo) as server, connected(server) as connection:
        connection.sendall(HEAD + b"Content-Length: 2\r\n\r\nok")
        assert connection.recv(65536).endswith(b"\r\n\r\nok")
        connection.sendall(HEAD)
        assert all_of(connection).startswith(b"HTTP/1.1 408 ")
    assert echo.bodies == [b"ok"]


def test_an_answer_may_take_longer_than_a_request() -> None:
    def slowly(_: Request) -> Response:
        return Response(status=200, headers={}, body=b"late", delay_seconds=1.5)

    with serving(slowly) as server:
        assert httpx.get(server.origin, trust_env=False, timeout=10).content == b"late"


def test_a_head_that_has_no_end_is_refused() -> None:
    echo = Echo()
    with serving(echo) as server, connected(server) as connection:
        answer = b""
        with suppress(OSError):
            for number in itertools.count():
                connection.sendall(HEAD + b"a: b\r\n" if number == 0 else b"x-%d: %s\r\n" % (number, b"y" * 200))
                threading.Event().wait(0.01)
                if number > 50:
                    break
        answer = all_of(connection)
    assert answer.startswith(b"HTTP/1.1 431 ") or answer == b""  # a reset may overtake it
    assert echo.bodies == []


def test_more_connections_than_are_allowed_are_answered_with_503() -> None:
    echo = Echo()
    with serving(echo, Limits(connections=4)) as server:
        idle = [connected(server) for _ in range(4)]
        assert httpx.get(server.origin, trust_env=False).status_code == 503
        for connection in idle:
            connection.close()
        answers = (httpx.get(server.origin, trust_env=False).status_code for _ in range(1000))
        assert 200 in answers


def test_what_is_under_way_when_the_server_stops_is_answered() -> None:
    begun, goes_on = threading.Event(), threading.Event()

    def waiting(_: Request) -> Response:
        begun.set()
        assert goes_on.wait(10)
        return Response(status=200, headers={}, body=b"done")

    answers: list[bytes] = []
    server = Server(make_app(waiting), "127.0.0.1", 0, Limits(grace=10))
    asking = threading.Thread(target=lambda: answers.append(httpx.get(server.origin, trust_env=False).content))
    asking.start()
    assert begun.wait(10)
    stopping = threading.Thread(target=server.stop)
    stopping.start()
    while _listens(server):
        pass
    goes_on.set()
    asking.join()
    stopping.join()
    assert answers == [b"done"]


def _listens(server: Server) -> bool:
    try:
        connected(server).close()
    except OSError:
        return False
    return True


def test_what_outlasts_the_grace_is_answered_with_503() -> None:
    async def never(_scope: Any, _receive: Any, _send: Any) -> None:
        begun.set()
        await asyncio.Event().wait()

    begun = threading.Event()
    server = Server(never, "127.0.0.1", 0, QUICK)
    answers: list[int] = []
    asking = threading.Thread(target=lambda: answers.append(httpx.get(server.origin, trust_env=False).status_code))
    asking.start()
    assert begun.wait(10)
    server.stop()
    asking.join()
    assert answers == [503]


def test_a_connection_that_is_kept_does_not_hold_up_the_end() -> None:
    with serving(Echo(), Limits(grace=3600)) as server, httpx.Client(trust_env=False) as client:
        assert client.get(server.origin).status_code == 200
        server.stop()
        with pytest.raises(httpx.TransportError):
            client.get(server.origin)


def test_what_comes_of_a_body_after_its_answer_is_not_taken_for_the_next_head() -> None:
    size = 2 * LARGEST_BODY
    with (
        serving(lambda _: Response(status=200, headers={}, body=b"taken"), Limits(head=1024)) as server,
        connected(server) as connection,
    ):
        for _ in range(3):
            connection.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % size + b" " * (size - 100_000))
            answer = b""
            while not answer.endswith(b"taken"):
                answer += connection.recv(65536)
            for _ in range(10):
                connection.sendall(b" " * 10_000)
        connection.sendall(HEAD + b"Connection: close\r\nContent-Length: 2\r\n\r\n{}")
        assert all_of(connection).startswith(b"HTTP/1.1 200")


def test_what_comes_after_an_answer_has_an_end_too() -> None:
    limits = Limits(head=1024, rest=LARGEST_BODY)
    with (
        serving(lambda _: Response(status=200, headers={}, body=b"taken"), limits) as server,
        connected(server) as connection,
    ):
        connection.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % (100 * LARGEST_BODY) + b" " * (2 * LARGEST_BODY))
        with pytest.raises(ConnectionError):
            connection.sendall(b" " * (98 * LARGEST_BODY))


def test_it_starts_and_stops_any_number_of_times_and_leaves_no_thread() -> None:
    before = set(threading.enumerate())
    for _ in range(20):
        with Sandbox() as sandbox:
            assert httpx.get(f"{sandbox.origin}/sandbox", trust_env=False).status_code == 200
    for thread in set(threading.enumerate()) - before:
        thread.join(10)  # told to end, it may not have got round to it
        assert not thread.is_alive()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM that a process could see")
def test_what_was_answered_before_and_while_the_process_is_terminated_is_there_afterwards(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'sandbox.sqlite3'}"
    command = [sys.executable, "-m", "qiwi_payin_sandbox.command", "--port", "0", "--store", url, "--site", "s:a-key"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - this very Python
        assert process.stdout is not None
        base = process.stdout.readline().split()[-1]
        answered: list[str] = []
        statuses: set[int] = set()

        def pay(payer: int) -> None:
            body = {"paymentMethod": CARD, "amount": rubles("1.00")}
            with httpx.Client(trust_env=False, headers={"Authorization": "Bearer a-key"}) as client:
                for number in itertools.count():
                    name = f"p-{payer}-{number}"
                    try:
                        answer = client.put(f"{base}/payin/v1/sites/s/payments/{name}", json=body)
                    except httpx.TransportError:
                        return  # it was closed before it took the request
                    statuses.add(answer.status_code)
                    if answer.status_code == 200:
                        answered.append(name)
                    if len(answered) == 40:
                        os.kill(process.pid, signal.SIGTERM)

        payers = [threading.Thread(target=pay, args=[number]) for number in range(8)]
        for each in payers:
            each.start()
        for each in payers:
            each.join()
        assert process.wait(20) == 0
    assert statuses <= {200, 503}
    assert len(answered) >= 40
    with Sandbox(store=url, sites=[Site("s", key="a-key")]) as sandbox:
        stored = {posting.payment_id for posting in sandbox.postings()}
    assert set(answered) <= stored
