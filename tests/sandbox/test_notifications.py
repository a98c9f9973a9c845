"""Notifications: what they say, how they are signed, where they go and how often."""

import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jsonschema_rs
import pytest
from qiwi_payin_description import load
from qiwi_payin_sandbox import Clock, Sandbox, Site
from qiwi_payin_sandbox.notifications.delivery import HttpCourier

from tests.sandbox.listener import Listener
from tests.sandbox.partner import Partner

NOWHERE = "http://127.0.0.1:9/callback"


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as listener:
        yield listener


def valid(notification: dict[str, Any]) -> dict[str, Any]:
    """Demand that the body is one that the description knows, and return what it tells of."""
    description = load("sandbox")
    type_ = notification["type"]
    operation = description["webhooks"][type_]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    body = json.loads(notification["body"])
    jsonschema_rs.Draft202012Validator({**schema, "components": description["components"]}).validate(body)
    told: dict[str, Any] = body[type_.lower()]
    return told


def test_a_payment_is_told_with_what_the_partner_needs(partner: Partner) -> None:
    customer = {"account": "token234"}
    partner.bill(flags=["SALE", "BIND_PAYMENT_TOKEN"], customer=customer, customFields={"cf1": "Some data"})
    payment = partner.sandbox.pay_bill("b-1")
    (notification,) = partner.sandbox.notifications()
    told = valid(notification)
    assert told["paymentId"] == notification["objectId"] == payment["paymentId"]
    assert told["billId"] == "b-1"
    assert told["status"]["value"] == "SUCCESS"
    assert told["merchantSiteUid"] == "test-00"
    assert told["customer"] == customer
    assert told["customFields"] == {"cf1": "Some data"}
    assert told["flags"] == ["SALE", "TEST"]
    assert told["tokenData"] == {
        "paymentToken": payment["createdToken"]["token"],
        "expiredDate": "2034-12-31T23:59:59+03:00",
    }
    assert told["paymentMethod"]["maskedPan"] == "444444******1049"


def test_a_declined_payment_is_told_with_the_reason(partner: Partner) -> None:
    partner.payment(card={"expiryDate": "02/30"})
    status = valid(partner.sandbox.notifications()[0])["status"]
    assert (status["value"], status["reasonCode"]) == ("DECLINE", "ACQUIRING_NOT_PERMITTED")


def test_a_waiting_payment_is_not_told(partner: Partner) -> None:
    partner.payment("three-ds", card={"cvv2": "849"})
    partner.payment("bank", card={"expiryDate": "03/30"})
    assert partner.sandbox.notifications() == []
    partner.sandbox.advance(15 * 60)
    assert [valid(each)["status"]["value"] for each in partner.sandbox.notifications()] == ["SUCCESS", "DECLINE"]


def test_captures_refunds_and_reversals_are_told(partner: Partner) -> None:
    partner.payment()
    partner.refund(refund_id="reversal", value="50.00")
    partner.capture()
    partner.refund(refund_id="refund", value="1.00")
    partner.refund(refund_id="too-much", value="150.00")
    _, *notifications = partner.sandbox.notifications()
    told = [(each["objectId"], valid(each)["status"]["value"], valid(each)["flags"]) for each in notifications]
    assert told == [
        ("reversal", "SUCCESS", ["REVERSAL", "TEST"]),
        ("c-1", "SUCCESS", ["TEST"]),
        ("refund", "SUCCESS", ["TEST"]),
        ("too-much", "DECLINE", ["TEST"]),
    ]


@pytest.mark.parametrize("value", ["150.00", "2.00", "123.60", "0.01"])
def test_the_amount_has_two_decimals_on_the_wire_and_in_what_is_signed(partner: Partner, value: str) -> None:
    partner.payment(value=value)
    (notification,) = partner.sandbox.notifications()
    assert f'"amount":{{"currency":"RUB","value":{value}}}' in notification["body"]
    signed = f"p-1|2024-03-01T12:00:00+03:00|{value}"
    expected = hmac.new(partner.sandbox.notification_key.encode(), signed.encode(), "sha256").hexdigest()
    assert notification["signature"] == expected


def test_it_is_posted_with_its_signature_until_it_is_answered_200(partner: Partner, listener: Listener) -> None:
    listener.answers = [500, 204, 301, 200]
    partner.payment(callbackUrl=listener.url)
    fired = partner.sandbox.advance(3600)["fired"]
    assert [(each["at"], each["what"]) for each in fired] == [
        ("2024-03-01T12:00:00+03:00", "notification.attempted"),
        ("2024-03-01T12:00:05+03:00", "notification.attempted"),
        ("2024-03-01T12:01:05+03:00", "notification.attempted"),
        ("2024-03-01T12:06:05+03:00", "notification.delivered"),
    ]
    (notification,) = partner.sandbox.notifications()
    assert notification["state"] == "delivered"
    assert notification["nextAttemptAt"] is None
    assert [each["status"] for each in notification["attempts"]] == [500, 204, 301, 200]
    assert len(listener.received) == 4
    for headers, body in listener.received:
        assert body.decode() == notification["body"]
        assert headers["Signature"] == notification["signature"]
        assert headers["Accept"] == headers["Content-type"] == "application/json"
        assert headers["Host"] == listener.url.split("/")[2]


def test_after_five_repeats_it_is_given_up(partner: Partner) -> None:
    partner.payment(callbackUrl=NOWHERE)
    partner.sandbox.advance(72 * 3600 - 1)
    (notification,) = partner.sandbox.notifications()
    assert notification["state"] == "failed"
    assert [each["at"][11:19] for each in notification["attempts"]] == [
        "12:00:00",
        "12:00:05",
        "12:01:05",
        "12:06:05",
        "12:11:05",
        "12:16:05",
    ]
    assert all(each["error"] for each in notification["attempts"])


def test_repeats_that_were_due_while_the_sandbox_was_down_do_not_come_all_at_once() -> None:
    world = [datetime(2024, 3, 1, 9, tzinfo=UTC)]
    with Sandbox(clock=Clock(world=lambda: world[0])) as sandbox, Partner(sandbox) as partner:
        partner.payment(callbackUrl=NOWHERE)
        sandbox.advance(0)
        world[0] += timedelta(hours=1)
        sandbox.advance(0)
        (notification,) = sandbox.notifications()
        assert [each["at"][11:19] for each in notification["attempts"]] == ["12:00:00", "13:00:00"]
        assert notification["nextAttemptAt"] == "2024-03-01T13:01:00+03:00"


def test_a_repeat_says_what_was_true_at_first(partner: Partner, listener: Listener) -> None:
    listener.answers = [500, 200]
    partner.payment(callbackUrl=listener.url)
    partner.sandbox.advance(0)
    partner.capture()
    partner.sandbox.advance(5)
    assert listener.received[0][1] == listener.received[1][1]


def test_it_goes_to_the_operations_own_url_then_the_bills_then_the_sites() -> None:
    site = Site(notification_url="http://127.0.0.1:9/site")
    clock = Clock.frozen("2024-03-01T12:00:00+03:00")
    with Sandbox(clock=clock, sites=[site]) as sandbox, Partner(sandbox) as partner:
        partner.bill(customFields={"invoice_callback_url": "http://127.0.0.1:9/bill"})
        payment_id = sandbox.pay_bill("b-1")["paymentId"]
        partner.capture(payment_id, callbackUrl="http://127.0.0.1:9/own")
        partner.refund(payment_id, value="1.00")
        partner.payment()
        urls = [each["url"].rpartition("/")[2] for each in sandbox.notifications()]
        assert urls == ["bill", "own", "bill", "site"]


@pytest.mark.parametrize("url", [None, "https://partner.example/callbacks", "http://192.0.2.1/", "ftp://127.0.0.1/"])
def test_what_may_not_be_called_is_withheld_and_can_be_read_all_the_same(partner: Partner, url: str | None) -> None:
    fields: dict[str, Any] = {"callbackUrl": url} if url else {}
    partner.payment(**fields)
    partner.sandbox.advance(0)
    (notification,) = partner.sandbox.notifications()
    assert (notification["state"], notification["url"], notification["attempts"]) == ("withheld", url, [])
    assert valid(notification)["paymentId"] == "p-1"


def test_a_redirect_is_not_followed(partner: Partner) -> None:
    with Listener() as elsewhere, Listener(answers=[307], headers={"Location": elsewhere.url}) as listener:
        partner.payment(callbackUrl=listener.url)
        partner.sandbox.advance(0)
        assert len(listener.received) == 1
        assert elsewhere.received == []


@pytest.mark.parametrize("name", ["localhost", "shop.localhost", "LocalHost"])
def test_localhost_by_name_is_this_machine(partner: Partner, listener: Listener, name: str) -> None:
    partner.payment(callbackUrl=listener.url.replace("127.0.0.1", name))
    partner.sandbox.advance(0)
    assert partner.sandbox.notifications()[0]["state"] == "delivered"


def test_only_named_hosts_are_looked_up_and_only_this_machines_addresses_are_called_unasked(listener: Listener) -> None:
    asked = []

    def resolve(host: str) -> list[str]:
        asked.append(host)
        return {"shop.example": ["127.0.0.2", "127.0.0.1"], "rebound.localhost": ["192.0.2.1"]}[host]

    courier = HttpCourier(["Shop.Example"], resolve)
    try:
        port = httpx.URL(listener.url).port
        delivered = courier.deliver(f"http://shop.example:{port}/callback", "{}", "signature")
        assert delivered.delivered
        assert listener.received[0][0]["Host"] == f"shop.example:{port}"
        assert courier.deliver(f"http://rebound.localhost:{port}/", "{}", "signature").withheld
        assert courier.deliver(f"http://stranger.example:{port}/", "{}", "signature").withheld
    finally:
        courier.close()
    assert asked == ["shop.example", "rebound.localhost"]
    assert len(listener.received) == 1


def test_an_endless_answer_is_read_no_further_than_it_matters(partner: Partner) -> None:
    with Listener(endless=True) as listener:
        partner.payment(callbackUrl=listener.url)
        partner.sandbox.advance(0)
        assert partner.sandbox.notifications()[0]["state"] == "delivered"


@pytest.mark.parametrize(
    "address",
    [
        f"http://{'a' * 70}.localhost/",
        "http://xn--a.localhost/",
        "http://..localhost/",
        "http://.localhost/",
        "http://127.0.0.1:99999/",
    ],
)
def test_no_address_keeps_others_from_being_told(partner: Partner, listener: Listener, address: str) -> None:
    partner.bill(flags=["SALE"], customFields={"invoice_callback_url": address})
    partner.sandbox.pay_bill("b-1")
    partner.payment(callbackUrl=listener.url)
    partner.sandbox.advance(0)
    assert [each["state"] == "delivered" for each in partner.sandbox.notifications()] == [False, True]


@pytest.mark.parametrize("begun", [b"HTTP/1.1 200 OK\r\n", b""], ids=["headers", "status"])
def test_an_answer_that_trickles_is_cut_off(begun: bytes) -> None:
    def trickle() -> None:
        connection, _ = server.accept()
        with connection, suppress(OSError):
            connection.sendall(begun)
            while True:
                connection.sendall(b"X")
                time.sleep(0.01)

    courier = HttpCourier(patience=0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=trickle)
        thread.start()
        outcome = courier.deliver(f"http://127.0.0.1:{server.getsockname()[1]}/", "{}", "signature")
        thread.join(5)
        assert (outcome.status, outcome.error) == (None, "no answer within 0.2 seconds")
    assert not thread.is_alive()
    courier.close()


def test_nothing_is_sent_in_the_clear_to_another_machine(listener: Listener) -> None:
    courier = HttpCourier(["shop.example"], lambda _: ["192.0.2.1"])
    assert courier.deliver("http://shop.example/callback", "{}", "signature").withheld
    courier.close()


@pytest.mark.parametrize(
    "host",
    ["https://shop.example", "shop.example:443", "shop.example/callback", "me@shop.example", "", "[", "shop.example?x"],
)
def test_a_host_to_be_called_is_a_name_or_an_address_alone(host: str) -> None:
    with pytest.raises(ValueError, match="host"):
        Sandbox(allow_callback=[host])


def test_a_host_of_another_alphabet_is_called_by_either_spelling(listener: Listener) -> None:
    courier = HttpCourier(["Магазин.example"], lambda _: ["127.0.0.1"])
    port = httpx.URL(listener.url).port
    for host in ("магазин.example", "xn--80aairftm.example"):
        assert courier.deliver(f"http://{host}:{port}/", "{}", "signature").delivered
    courier.close()


def test_a_cascade_happens_in_the_order_of_its_due_times(partner: Partner, listener: Listener) -> None:
    listener.answers = [500, 200]
    partner.bill(customFields={"invoice_callback_url": listener.url})
    partner.sandbox.pay_bill("b-1", payment_method={"type": "CARD", "pan": "4444443616621049", "expiryDate": "03/30"})
    fired = partner.sandbox.advance(72 * 3600 + 3)["fired"]
    assert [(each["at"], each["what"]) for each in fired] == [
        ("2024-03-01T12:00:03+03:00", "payment.completed"),
        ("2024-03-01T12:00:03+03:00", "bill.paid"),
        ("2024-03-01T12:00:03+03:00", "notification.attempted"),
        ("2024-03-01T12:00:08+03:00", "notification.delivered"),
        ("2024-03-04T12:00:03+03:00", "capture.completed"),
        ("2024-03-04T12:00:03+03:00", "notification.delivered"),
    ]


def test_a_running_server_delivers_by_itself(listener: Listener) -> None:
    with Sandbox() as sandbox, Partner(sandbox) as partner:
        sandbox.serve()
        partner.payment(callbackUrl=listener.url)
        for _ in range(200):
            if sandbox.notifications()[0]["state"] == "delivered":
                break
            listener._thread.join(0.02)  # noqa: SLF001 - a way to wait a little
        assert len(listener.received) == 1
