"""What only a real connection can do: break off in the middle, say a thing twice."""

import socket
from collections.abc import Iterator

import pytest
from qiwi_payin_sandbox import Sandbox, Site

from tests.sandbox.partner import Partner

SITES = [Site("test-00", key="one"), Site("test-01", key="two")]
CAPTURE = "/partner/payin/v1/sites/test-00/payments/p-1/captures/c-1"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(sites=SITES) as sandbox:
        sandbox.serve()
        yield sandbox


def converse(sandbox: Sandbox, request: str, *, to_the_end: bool = True) -> str:
    """Send a request as it stands; `to_the_end` waits for the answer, else no more is sent and the connection ends."""
    host, _, port = sandbox.origin.removeprefix("http://").rpartition(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(request.replace("\n", "\r\n").encode())
        if not to_the_end:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        while part := connection.recv(65536):
            answer += part
            if to_the_end and b"\r\n\r\n" in answer:
                break
    return answer.decode()


@pytest.mark.parametrize(
    "rest",
    [
        "Content-Length: 50\n\n",
        "Content-Length: 50\n\n{}",
        "Transfer-Encoding: chunked\n\n",
        "Transfer-Encoding: chunked\n\n2\n{}\n",
    ],
    ids=["no body", "part of a body", "no chunk", "no last chunk"],
)
def test_a_request_that_breaks_off_moves_no_money(sandbox: Sandbox, rest: str) -> None:
    with Partner(sandbox) as partner:
        partner.payment()
        head = f"PUT {CAPTURE} HTTP/1.1\nHost: localhost\nAuthorization: Bearer one\nContent-Type: application/json\n"
        converse(sandbox, head + rest, to_the_end=False)
        assert len(sandbox.postings()) == 1
        partner.error(404, "GET", "/payments/p-1/captures/c-1")


@pytest.mark.parametrize("keys", [("one", "two"), ("two", "one"), ("one", "wrong"), ("wrong", "one")])
def test_of_two_keys_none_counts(sandbox: Sandbox, keys: tuple[str, str]) -> None:
    both = "".join(f"Authorization: Bearer {key}\n" for key in keys)
    answer = converse(sandbox, f"GET {CAPTURE} HTTP/1.1\nHost: localhost\n{both}\n")
    assert answer.startswith("HTTP/1.1 401 ")


@pytest.mark.parametrize("hosts", [("localhost", "shop.example"), ("shop.example", "localhost")])
def test_of_two_hosts_none_is_this_machine(sandbox: Sandbox, hosts: tuple[str, str]) -> None:
    both = "".join(f"Host: {host}\n" for host in hosts)
    answer = converse(sandbox, f"GET /sandbox/sites/test-00/clock HTTP/1.1\n{both}\n")
    assert answer.startswith(("HTTP/1.1 400 ", "HTTP/1.1 401 "))
