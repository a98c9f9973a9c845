import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from qiwi_payin import Bill, CallError, NotSent, OutcomeUnknown, PayIn
from qiwi_payin_runtime.jsontext import json_text

from tests.client.wires import BILL, KEY, SITE

BODY = json_text(BILL).encode()
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)


@contextmanager
def server_that_sends(*answers: bytes) -> Iterator[str]:
    """A server on a socket: it reads a request, sends some bytes and hangs up, once for each of the answers."""

    def serve() -> None:
        for answer in answers:
            connection, _ = listener.accept()
            with connection:
                received = b""
                while not received.endswith(b"}"):
                    received += connection.recv(65536)
                connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/partner"
        thread.join(timeout=30)


def create_bill(base_url: str) -> Bill:
    with PayIn(base_url, KEY, SITE, retries=0) as payin:
        return payin.bills.create("1", amount="150.00", expiration_date_time=datetime(2027, 1, 1, tzinfo=UTC))


def test_wherever_an_answer_is_cut_on_the_wire_the_outcome_of_a_change_is_unknown() -> None:
    lengths = range(0, len(ANSWER), 5)

    with server_that_sends(*(ANSWER[:length] for length in lengths), ANSWER) as base_url:
        for length in lengths:
            with pytest.raises(CallError) as caught:
                create_bill(base_url)
            assert type(caught.value) is OutcomeUnknown, length
        assert create_bill(base_url).bill_id == BILL["billId"]


def test_where_nobody_listens_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(NotSent):
        create_bill(f"http://127.0.0.1:{port}/partner")
