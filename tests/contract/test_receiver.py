"""The suite's receiver of notifications keeps what arrives, answers as it is told, and is reached where it says."""

import socket

import httpx
import pytest
from qiwi_payin_contract.receiver import Receiver, ReceiverError, Reply

BODY = b'{"type": "PAYMENT", "payment": {"paymentId": "1"}, "version": "1"}'


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_what_arrives_is_kept_and_answered() -> None:
    with Receiver() as receiver, httpx.Client(trust_env=False) as sender:
        inbox = receiver.inbox()
        assert inbox.arrived == ()
        assert sender.post(inbox.url, content=BODY, headers={"Signature": "s"}).status_code == 200
        inbox.reply = Reply("500", 500)
        assert sender.post(inbox.url, content=b"no json").status_code == 500
        first, second = inbox.about("PAYMENT", "1", 2, or_nothing=True)
    assert first.tells_of == ("PAYMENT", "1")
    assert second.tells_of is None
    assert first.headers["signature"] == "s"
    assert first.body == BODY


def test_an_inbox_gets_only_what_is_sent_to_it() -> None:
    with Receiver() as receiver, httpx.Client(trust_env=False) as sender:
        one, other = receiver.inbox(), receiver.inbox()
        sender.post(other.url, content=BODY)
        assert sender.post(f"{one.url}-elsewhere", content=BODY).status_code == 500
        assert (len(one.arrived), len(other.arrived)) == (0, 1)


def test_a_body_in_chunks_is_read_whole() -> None:
    with Receiver() as receiver, httpx.Client(trust_env=False) as sender:
        inbox = receiver.inbox()
        assert sender.post(inbox.url, content=iter([BODY[:7], BODY[7:]])).status_code == 200
        assert [each.body for each in inbox.arrived] == [BODY]


def test_a_redirect_leads_to_an_address_that_takes_nothing() -> None:
    with Receiver() as receiver, httpx.Client(trust_env=False) as sender:
        inbox = receiver.inbox(Reply("a redirect", 307, location=True))
        assert sender.post(inbox.url, content=BODY, follow_redirects=True).status_code == 500


def test_a_connection_is_dropped_where_there_is_no_answer() -> None:
    with Receiver() as receiver, httpx.Client(trust_env=False) as sender:
        inbox = receiver.inbox(Reply("a dropped connection", None))
        with pytest.raises(httpx.RemoteProtocolError):
            sender.post(inbox.url, content=BODY)
        assert len(inbox.arrived) == 1


def test_a_sender_that_gives_up_is_told_from_one_that_waits() -> None:
    with Receiver() as receiver, httpx.Client(trust_env=False) as sender:
        inbox = receiver.inbox(Reply("no answer at all", None, held=5.0))
        with pytest.raises(httpx.ReadTimeout):
            sender.post(inbox.url, content=BODY, timeout=0.1)
        assert inbox.wait_until_given_up(3.0)
        patient = receiver.inbox(Reply("a late answer", 200, held=0.1))
        assert sender.post(patient.url, content=BODY).status_code == 200
        assert not patient.wait_until_given_up(0.05)


def test_what_the_api_shows_is_looked_at_before_the_answer() -> None:
    order: list[str] = []
    with Receiver() as receiver, httpx.Client(trust_env=False) as sender:
        inbox = receiver.inbox(look=lambda _: order.append("looked"))
        sender.post(inbox.url, content=BODY)
        order.append("answered")
    assert order == ["looked", "answered"]


def test_waiting_ends_when_nothing_arrives() -> None:
    with Receiver() as receiver:
        assert receiver.inbox().about("PAYMENT", "1", seconds=0.05) == ()


def test_a_public_address_is_what_is_told_and_its_port_is_listened_on() -> None:
    port = free_port()
    # An address kept for documentation, which no machine has: a tunnel leads from there to the same port of loopback.
    with Receiver(f"http://192.0.2.1:{port}/hooks?shop=1") as receiver, httpx.Client(trust_env=False) as sender:
        inbox = receiver.inbox()
        assert inbox.url == f"http://192.0.2.1:{port}/hooks/1?shop=1"
        assert receiver.listens_on == ("127.0.0.1", port)
        assert sender.post(f"http://127.0.0.1:{port}/elsewhere/1?shop=1", content=BODY).status_code == 200
        assert len(inbox.arrived) == 1


def test_an_address_of_this_machine_is_listened_on_itself() -> None:
    port = free_port()
    with Receiver(f"http://127.0.0.2:{port}") as receiver, httpx.Client(trust_env=False) as sender:
        assert receiver.listens_on == ("127.0.0.2", port)
        assert sender.post(receiver.inbox().url, content=BODY).status_code == 200


def test_a_port_that_is_taken_is_told_in_words() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(
            ReceiverError, match=r"cannot listen on port [0-9]+ of 127\.0\.0\.1: Address already in use"
        ):
            Receiver(f"http://127.0.0.1:{taken.getsockname()[1]}/")
