"""The stream of what happens on a site: resumed where it broke off, and ended with the server."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from qiwi_payin_sandbox import Clock, Sandbox, Site

from tests.sandbox.conftest import NOW
from tests.sandbox.partner import Partner

WAIT = 20.0


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=Clock.frozen(NOW), sites=[Site("test-00"), Site("other")]) as sandbox:
        yield sandbox


class Follower:
    """Reads a stream in a thread."""

    def __init__(self, sandbox: Sandbox, *, site_id: str = "test-00", query: str = "", **headers: str) -> None:
        self.messages: list[dict[str, Any]] = []
        self.ended = threading.Event()
        self._open = threading.Event()
        url = f"{sandbox.origin}/dashboard/sites/{site_id}/stream{query}"
        self._thread = threading.Thread(target=self._read, args=(url, headers), daemon=True)
        self._thread.start()
        assert self._open.wait(WAIT)

    def _read(self, url: str, headers: dict[str, str]) -> None:
        with (
            httpx.Client(trust_env=False, timeout=WAIT) as client,
            client.stream("GET", url, headers=headers) as answer,
        ):
            self.content_type = answer.headers["content-type"]
            message: dict[str, Any] = {}
            try:
                for line in answer.iter_lines():
                    self._open.set()
                    name, _, value = line.partition(": ")
                    if line:
                        message[name] = value
                    else:
                        if "data" in message:
                            self.messages.append(message | {"data": json.loads(message["data"])})
                        message = {}
            except httpx.HTTPError:
                pass
        self.ended.set()

    def until(self, reached: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        end = time.monotonic() + WAIT
        while not reached(self.messages):
            assert time.monotonic() < end, self.messages
            time.sleep(0.01)
        return list(self.messages)

    def types(self) -> list[str]:
        return [message["data"]["type"] for message in self.messages if message["event"] == "event"]


@contextmanager
def partner_of(sandbox: Sandbox) -> Iterator[Partner]:
    with Partner(sandbox) as partner:
        yield partner


def last_is(type_: str) -> Callable[[list[dict[str, Any]]], bool]:
    return lambda messages: type_ in [message["data"].get("type") for message in messages]


def last_bill_is(bill_id: str) -> Callable[[list[dict[str, Any]]], bool]:
    return lambda messages: messages != [] and messages[-1]["data"]["billId"] == bill_id


def test_what_happens_is_told_to_all_who_follow(sandbox: Sandbox) -> None:
    followers = [Follower(sandbox) for _ in range(5)]
    with partner_of(sandbox) as partner:
        partner.bill()
        sandbox.pay_bill("b-1")
    for follower in followers:
        follower.until(last_is("bill.paid"))
        assert follower.types() == [event["type"] for event in sandbox.events()]
        assert follower.content_type.startswith("text/event-stream")


def test_requests_are_told_without_secrets(sandbox: Sandbox) -> None:
    follower = Follower(sandbox)
    with partner_of(sandbox) as partner:
        partner.payment()
    messages = follower.until(lambda got: any(message["event"] == "request" for message in got))
    told = next(message["data"] for message in messages if message["event"] == "request")
    assert told["operationId"] == "paymentsCreate"
    assert told["request"]["body"]["paymentMethod"]["pan"] == "444444******1049"
    assert "4444443616621049" not in str(messages)


def test_of_another_site_nothing_is_told(sandbox: Sandbox) -> None:
    follower, other = Follower(sandbox), Follower(sandbox, site_id="other")
    with partner_of(sandbox) as partner:
        partner.bill()
    follower.until(last_is("bill.created"))
    assert other.messages == []


def test_who_comes_back_gets_what_was_missed_and_nothing_twice(sandbox: Sandbox) -> None:
    first = Follower(sandbox)
    with partner_of(sandbox) as partner:
        partner.bill("b-1")
        messages = first.until(lambda got: any(message["event"] == "request" for message in got))
        seen = messages[-1]["id"]
        partner.bill("b-2")
        second = Follower(sandbox, **{"Last-Event-ID": seen})
        partner.bill("b-3")
    got = second.until(lambda got: len([one for one in got if one["event"] == "request"]) == 2)
    bills = [message["data"]["billId"] for message in got if message["event"] == "event"]
    assert bills == ["b-2", "b-3"]


def test_all_that_ever_happened_can_be_asked_for(sandbox: Sandbox) -> None:
    with partner_of(sandbox) as partner:
        for number in range(3):
            partner.bill(f"b-{number}")
    follower = Follower(sandbox, query="?after=0")
    follower.until(lambda got: len(got) == 6)
    assert follower.types() == ["bill.created"] * 3


def test_a_place_that_there_is_not_is_refused(sandbox: Sandbox) -> None:
    answer = httpx.get(f"{sandbox.origin}/dashboard/sites/test-00/stream?after=x", trust_env=False)
    assert answer.status_code == 400


def test_what_another_process_does_is_told_too(store: str) -> None:
    clock = Clock.frozen(NOW)
    with Sandbox(store=store, seed=1, clock=clock) as served, Sandbox(store=store, seed=1, clock=clock) as other:
        with partner_of(other) as partner:
            partner.bill("old")
            follower = Follower(served)
            for number in range(1, 4):
                partner.bill(f"b-{number}")
                follower.until(last_bill_is(f"b-{number}"))
        assert [message["data"]["billId"] for message in follower.messages] == ["b-1", "b-2", "b-3"]


def test_a_stop_ends_every_stream(sandbox: Sandbox) -> None:
    followers = [Follower(sandbox) for _ in range(10)]
    sandbox.close()
    for follower in followers:
        assert follower.ended.wait(WAIT)
    assert not [thread for thread in threading.enumerate() if thread.name == "sandbox feed"]


def test_nobody_is_read_for_once_all_have_gone(sandbox: Sandbox) -> None:
    with (
        httpx.Client(trust_env=False, timeout=WAIT) as client,
        client.stream("GET", f"{sandbox.origin}/dashboard/sites/test-00/stream") as answer,
    ):
        next(answer.iter_lines())
        assert any(thread.name == "sandbox feed" for thread in threading.enumerate())
    end = time.monotonic() + WAIT
    while any(thread.name == "sandbox feed" for thread in threading.enumerate()):
        assert time.monotonic() < end
        time.sleep(0.01)
