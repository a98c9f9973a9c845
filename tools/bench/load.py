"""Load from a process of its own: connections that are kept, requests prepared as bytes, one outstanding on each.

Takes a plan as JSON in its one argument, writes what came of it as JSON to standard output. It imports nothing of the
project and little of the standard library, and costs a fraction of what any of the servers do.
"""

import json
import re
import select
import socket
import sys
import time
from dataclasses import asdict, dataclass, field

_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_DRAIN_SECONDS = 10.0
_NUMBER = b"{n}"


@dataclass
class Plan:
    """What to send.

    Attributes:
        host: The server.
        port: The server.
        connections: How many connections, each with one request at a time.
        seconds: How long.
        request: The bytes of a request as text; `{n}` is replaced by an eight-digit number that counts up.
        first: The first number.
        among: Numbers start again from `first` after so many; 0: never.
        at_most: End after so many requests; 0: when the time is over.
    """

    host: str
    port: int
    request: str
    connections: int = 16
    seconds: float = 2.0
    first: int = 0
    among: int = 0
    at_most: int = 0


@dataclass
class Outcome:
    """What came of it: answers by status, how long it took, and latencies in seconds."""

    answered: int = 0
    seconds: float = 0.0
    statuses: dict[str, int] = field(default_factory=dict)
    median: float = 0.0
    p99: float = 0.0
    next_number: int = 0
    cpu: float = 0.0
    """Seconds of CPU that this process has used."""


class _Connection:
    def __init__(self, plan: Plan) -> None:
        self.socket = socket.create_connection((plan.host, plan.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.sent_at = 0.0

    def send(self, request: bytes) -> None:
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> str | None:
        """Read what has come; return the status when the answer is whole."""
        received = self.socket.recv(262144)
        if not received:
            raise ConnectionError("the server closed the connection")
        self.buffer += received
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = self.buffer[: end + 2]
        length = _LENGTH.search(head)
        whole = True
        if length:
            whole = len(self.buffer) >= end + 4 + int(length[1])
        elif _CHUNKED.search(head):
            whole = self.buffer.endswith(b"0\r\n\r\n")
        if not whole:
            return None
        status = self.buffer[9:12].decode()
        self.buffer = b""
        return status


def run(plan: Plan) -> Outcome:
    """Send by the plan."""
    parts = plan.request.encode().split(_NUMBER)
    number = 0

    def next_request() -> bytes:
        nonlocal number
        shown = plan.first + (number % plan.among if plan.among else number)
        number += 1
        return (b"%08d" % shown).join(parts)

    connections = {}
    poll = select.epoll()
    for _ in range(plan.connections):
        connection = _Connection(plan)
        connections[connection.socket.fileno()] = connection
        poll.register(connection.socket.fileno(), select.EPOLLIN)
    outcome, latencies = Outcome(), []
    begun = time.perf_counter()
    end = begun + plan.seconds
    for connection in connections.values():
        connection.send(next_request())
    outstanding = len(connections)
    while outstanding and time.perf_counter() < end + _DRAIN_SECONDS:
        for descriptor, _ in poll.poll(1.0):
            connection = connections[descriptor]
            status = connection.receive()
            if status is None:
                continue
            now = time.perf_counter()
            latencies.append(now - connection.sent_at)
            outcome.statuses[status] = outcome.statuses.get(status, 0) + 1
            if now < end and (not plan.at_most or number < plan.at_most):
                connection.send(next_request())
            else:
                outstanding -= 1
    outcome.seconds = time.perf_counter() - begun
    for connection in connections.values():
        connection.socket.close()
    latencies.sort()
    outcome.cpu = time.process_time()
    outcome.answered, outcome.next_number = len(latencies), plan.first + number
    if latencies:
        outcome.median, outcome.p99 = latencies[len(latencies) // 2], latencies[int(len(latencies) * 0.99)]
    return outcome


if __name__ == "__main__":
    json.dump(asdict(run(Plan(**json.loads(sys.argv[1])))), sys.stdout)
