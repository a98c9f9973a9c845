"""A server that gives every request the same answer, and takes next to no CPU itself."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from qiwi_payin_runtime.jsontext import json_text

PAYMENT: Final = json_text(
    {
        "paymentId": "1811",
        "billId": "order-1815",
        "createdDateTime": "2024-03-01T17:10:31.28+03:00",
        "amount": {"value": "150.00", "currency": "RUB"},
        "capturedAmount": {"value": "150.00", "currency": "RUB"},
        "refundedAmount": {"value": "0.00", "currency": "RUB"},
        "paymentMethod": {"type": "CARD", "maskedPan": "444444******1049", "rrn": "123", "authCode": "181218"},
        "status": {"value": "COMPLETED", "changedDateTime": "2024-03-01T17:10:32.607+03:00"},
        "paymentCardInfo": {"issuingCountry": "643", "paymentSystem": "VISA", "fundingSource": "DEBIT"},
        "customer": {"account": "payer-1", "email": "payer@example.com"},
        "flags": ["TEST"],
    }
).encode()
"""A payment as the API answers."""


@contextmanager
def answerer(body: bytes = PAYMENT) -> Iterator[int]:
    """Listen on this machine; gives the port."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_accept, args=(listening, head + body), daemon=True).start()
        try:
            yield int(listening.getsockname()[1])
        finally:
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)


def _accept(listening: socket.socket, answer: bytes) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listening.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=_serve, args=(connection, answer), daemon=True).start()


def _serve(connection: socket.socket, answer: bytes) -> None:
    with connection, connection.makefile("rb") as stream, suppress(OSError):
        while _take(stream.readline, stream.read):
            connection.sendall(answer)


def _take(readline: Callable[[], bytes], read: Callable[[int], bytes]) -> bool:
    """Read one request; false at the end of the connection."""
    length = 0
    while line := readline():
        if line == b"\r\n":
            return len(read(length)) == length
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return False
