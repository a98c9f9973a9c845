"""Notifications that go wrong because that was asked for: what a shop gets, and that it gets all of it in the end."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiwi_payin.errors import NotificationForged
from qiwi_payin.notifications import verify
from qiwi_payin_sandbox import Clock, Sandbox, Site
from qiwi_payin_sandbox.faults.catalogue import NOTIFICATIONS
from qiwi_payin_sandbox.notifications.delivery import Outcome

from tests.sandbox.conftest import NOW
from tests.sandbox.partner import Partner


class Shop:
    """Takes notifications, and answers those that are signed by nobody it knows with 401."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.got: list[str] = []
        self.forged = 0

    def deliver(self, url: str, body: str, signature: str) -> Outcome:  # noqa: ARG002 - the seam
        try:
            verify(body, signature, self.key)
        except NotificationForged:
            self.forged += 1
            return Outcome(status=401)
        told = json.loads(body)
        self.got.append(told[told["type"].lower()][f"{told['type'].lower()}Id"])
        return Outcome(status=200)

    def close(self) -> None:
        pass


@pytest.fixture
def shop() -> Shop:
    return Shop("notification-key")


def opened(shop: Shop, **more: Any) -> Sandbox:
    site = Site("test-00", key="key", notification_key=shop.key, notification_url="http://127.0.0.1/notifications")
    return Sandbox(seed=1, clock=Clock.frozen(NOW), sites=[site], courier=shop, **more)


@pytest.fixture
def partner(shop: Shop) -> Iterator[Partner]:
    with opened(shop) as sandbox, Partner(sandbox) as partner:
        yield partner


def test_a_dropped_one_is_never_posted_and_can_be_sent_again(partner: Partner, shop: Shop) -> None:
    partner.sandbox.inject("notification_dropped", times=1)
    partner.payment("p-1")
    partner.payment("p-2")
    partner.sandbox.advance(24 * 3600)
    assert shop.got == ["p-2"]
    dropped = partner.sandbox.notifications()[0]
    assert dropped["state"] == "withheld"
    (attempt,) = dropped["attempts"]
    assert attempt["fault"] == "notification_dropped"
    partner.sandbox.resend(dropped["notificationId"])
    assert shop.got == ["p-2", "p-1"]


def test_a_doubled_one_comes_twice(partner: Partner, shop: Shop) -> None:
    partner.sandbox.inject("notification_doubled", operation="CAPTURE")
    partner.payment()
    partner.capture()
    partner.sandbox.advance(0)
    assert shop.got == ["p-1", "c-1", "c-1"]
    assert partner.sandbox.notifications()[1]["state"] == "delivered"


def test_a_late_one_comes_so_many_seconds_later(partner: Partner, shop: Shop) -> None:
    partner.sandbox.inject("notification_late", seconds=100, times=1)
    partner.payment("p-1")
    partner.payment("p-2")
    partner.sandbox.advance(99)
    assert shop.got == ["p-2"]
    partner.sandbox.advance(1)
    assert shop.got == ["p-2", "p-1"]


def test_one_out_of_order_comes_after_a_later_one(partner: Partner, shop: Shop) -> None:
    partner.sandbox.inject("notification_out_of_order", times=1)
    partner.payment()
    partner.sandbox.advance(10)
    assert shop.got == []
    partner.capture()
    partner.sandbox.advance(0)
    assert shop.got == ["c-1", "p-1"]
    partner.refund()
    partner.sandbox.advance(0)
    assert shop.got == ["c-1", "p-1", "r-1"]


def test_one_out_of_order_comes_at_last_though_no_later_one_does(partner: Partner, shop: Shop) -> None:
    partner.sandbox.inject("notification_out_of_order", seconds=30)
    partner.payment()
    partner.sandbox.advance(29)
    assert shop.got == []
    partner.sandbox.advance(1)
    assert shop.got == ["p-1"]


def test_a_wrongly_signed_one_is_sent_again_rightly_signed(partner: Partner, shop: Shop) -> None:
    partner.sandbox.inject("notification_wrongly_signed")
    partner.payment()
    partner.sandbox.advance(0)
    assert (shop.got, shop.forged) == ([], 1)
    partner.sandbox.advance(5)
    assert (shop.got, shop.forged) == (["p-1"], 1)


@pytest.mark.parametrize("kind", ["notification_late", "notification_out_of_order"])
def test_what_a_fault_holds_back_goes_out_when_the_fault_is_removed(partner: Partner, shop: Shop, kind: str) -> None:
    with partner.sandbox.fault(kind, seconds=3000, times=1):
        partner.payment()
        partner.sandbox.advance(10)
        assert shop.got == []
    partner.sandbox.advance(0)
    assert shop.got == ["p-1"]


def test_each_strike_is_an_event(partner: Partner) -> None:
    partner.sandbox.inject("notification_doubled", times=1)
    partner.payment()
    partner.sandbox.advance(0)
    (event,) = [event for event in partner.sandbox.events() if event["type"].startswith("fault.")]
    assert event["type"] == "fault.notification_doubled"
    assert (event["operation"], event["paymentId"]) == ("PAYMENT", "p-1")
    assert event["notificationId"] == partner.sandbox.notifications()[0]["notificationId"]


def test_what_is_held_back_is_held_after_a_restart(store: str, shop: Shop) -> None:
    with opened(shop, store=store) as sandbox, Partner(sandbox) as partner:
        sandbox.inject("notification_out_of_order", times=1)
        partner.payment()
        sandbox.advance(0)
    with opened(shop, store=store) as sandbox, Partner(sandbox) as partner:
        assert shop.got == []
        partner.capture()
        sandbox.advance(0)
        assert shop.got == ["c-1", "p-1"]


def _orders() -> st.SearchStrategy[dict[str, Any]]:
    def chosen(kind: str) -> st.SearchStrategy[dict[str, Any]]:
        takes = NOTIFICATIONS[kind].needs | NOTIFICATIONS[kind].takes
        more: dict[str, st.SearchStrategy[Any]] = {"seconds": st.integers(1, 50)} if "seconds" in takes else {}
        return st.fixed_dictionaries(
            {"kind": st.just(kind), "rate": st.sampled_from([0.3, 0.7, 1.0]), "seed": st.integers(0, 99), **more},
            optional={
                "times": st.integers(1, 3),
                "operation": st.sampled_from(["PAYMENT", "CAPTURE", "REFUND"]),
            },
        )

    return st.sampled_from(sorted(NOTIFICATIONS)).flatmap(chosen)


@given(faults=st.lists(_orders(), min_size=1, max_size=4))
@settings(max_examples=25)
def test_every_one_but_the_dropped_arrives_and_all_can_be_had(faults: list[dict[str, Any]]) -> None:
    shop = Shop("notification-key")
    with opened(shop) as sandbox, Partner(sandbox) as partner:
        for fault in faults:
            sandbox.inject(**fault)
        wanted = []
        for number in range(3):
            partner.payment(f"p-{number}")
            partner.capture(f"p-{number}", f"c-{number}")
            partner.refund(f"p-{number}", f"r-{number}", "10.00")
            wanted += [f"p-{number}", f"c-{number}", f"r-{number}"]
            sandbox.advance(1)
        postings = sandbox.postings()
        sandbox.advance(3600)
        struck = Counter(event["type"] for event in sandbox.events() if event["type"].startswith("fault."))
        told = sandbox.notifications()
        withheld = [each for each in told if each["state"] == "withheld"]
        assert len(withheld) == struck["fault.notification_dropped"]
        assert {each["state"] for each in told} <= {"withheld", "delivered"}
        assert set(shop.got) == set(wanted) - {each["objectId"] for each in withheld}
        assert len(shop.got) == len(set(shop.got)) + struck["fault.notification_doubled"]
        assert shop.forged == struck["fault.notification_wrongly_signed"]
        for each in withheld:
            sandbox.resend(each["notificationId"])
        assert set(shop.got) == set(wanted)
        assert sandbox.postings() == postings
