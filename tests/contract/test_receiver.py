"""The suite's receiver of notifications, and its checks of delivery, can see what is wrong."""

import httpx
from qiwi_payin_contract.receiver import Receiver

BODY = b'{"type": "PAYMENT", "payment": {"paymentId": "1"}, "version": "1"}'


def test_what_arrives_is_kept_and_answered() -> None:
    with Receiver() as receiver, httpx.Client(trust_env=False) as sender:
        assert receiver.arrived == ()
        assert sender.post(receiver.url, content=BODY, headers={"Signature": "s"}).status_code == 200
        receiver.status = 500
        assert sender.post(receiver.url, content=b"no json").status_code == 500
        first, second = receiver.wait(2)
    assert first.is_about("PAYMENT", "1")
    assert not first.is_about("PAYMENT", "2")
    assert not second.is_about("PAYMENT", "1")
    assert first.headers["signature"] == "s"
    assert first.body == BODY


def test_waiting_ends_when_nothing_arrives() -> None:
    with Receiver() as receiver:
        assert receiver.wait(1, seconds=0.05) == ()
