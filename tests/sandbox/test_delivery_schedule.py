"""Whatever partners answer and however clocks are moved: when notifications are sent, and how often."""

import threading
from collections import defaultdict
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from qiwi_payin_sandbox import Clock, Sandbox, Site, times
from qiwi_payin_sandbox.notifications.delivery import Outcome
from qiwi_payin_sandbox.notifications.message import RETRY_AFTER

from tests.sandbox.partner import Partner

NOW = "2024-03-01T12:00:00+03:00"
OUTCOMES = {
    "200": Outcome(status=200),
    "500": Outcome(status=500, body=b"no"),
    "time-out": Outcome(error="no answer within 4 seconds"),
    "refused": Outcome(error="connection refused"),
}
DELAYS = [delay.total_seconds() for delay in RETRY_AFTER]


class Script:
    """A courier that answers each notification by a script of its own, the last word of it for ever."""

    at_once = 4

    def __init__(self, answers: list[list[str]]) -> None:
        self._answers = answers
        self._lock = threading.Lock()
        self._scripts: dict[str, list[str]] = {}
        self.delivered: dict[str, int] = defaultdict(int)
        self.count = 0

    def deliver(self, url: str, body: str, signature: str) -> Outcome:  # noqa: ARG002 - a courier's
        with self._lock:
            self.count += 1
            payment_id = body.partition('"paymentId":"')[2].partition('"')[0]
            kind = body.partition('"type":')[2]
            script = self._scripts.setdefault(payment_id + kind, list(self._answers[int(payment_id)]))
            answer = script.pop(0) if len(script) > 1 else script[0]
            self.delivered[signature] += answer == "200"
            return OUTCOMES[answer]

    def close(self) -> None: ...


answers = st.lists(st.sampled_from(sorted(OUTCOMES)), min_size=1, max_size=7)
acts = st.one_of(
    st.just("pay"),
    st.just("next"),
    st.just("resend"),
    st.sampled_from([0, 1, 4, 5, 6, 59, 60, 65, 299, 300, 301, 3600, 72 * 3600]),
)


def told(store: str, scripts: list[list[str]], program: list[Any]) -> tuple[Any, ...]:
    """Run a program and return all that can be seen afterwards, without sequences and real time."""
    courier = Script(scripts)
    site = Site("test-00", key="k", notification_url="http://127.0.0.1:9/")
    with (
        Sandbox(store=store, seed=1, clock=Clock.frozen(NOW), sites=[site], courier=courier) as sandbox,
        Partner(sandbox) as partner,
    ):
        fired, paid = [], 0
        for act in program:
            if act == "pay":
                partner.payment(str(paid))
                paid += 1
            elif act == "next":
                fired += sandbox.advance_to_next()["fired"]
            elif act == "resend":
                sandbox.resend(sandbox.notifications(limit=1)[0]["notificationId"])
            else:
                fired += sandbox.advance(act)["fired"]
        notifications = [{**each, "sequence": 0} for each in sandbox.notifications()]
        events = [{**each, "sequence": 0} for each in sandbox.events()]
        return fired, notifications, events, dict(courier.delivered), courier.count, sandbox.get_clock()


def check(fired: list[Any], notifications: list[Any], delivered: dict[str, int], count: int) -> None:
    assert [each["at"] for each in fired] == sorted(each["at"] for each in fired)
    assert len({(each["type"], each["objectId"]) for each in notifications}) == len(notifications)
    assert sum(len(each["attempts"]) for each in notifications) == count
    for each in notifications:
        attempts = each["attempts"]
        assert [attempt["number"] for attempt in attempts] == list(range(1, len(attempts) + 1))
        statuses = [attempt.get("status") for attempt in attempts]
        assert delivered.get(each["signature"], 0) == statuses.count(200)
        scheduled = [attempt for attempt in attempts if "resent" not in attempt]
        assert len(scheduled) <= 6
        due = times.parse(each["createdAt"])
        for attempt, delay in zip(scheduled, [*DELAYS, 0], strict=False):
            assert times.parse(attempt["at"]) >= due
            due = times.parse(attempt["at"]) + timedelta(seconds=delay)
        if 200 in statuses:
            assert all("resent" in attempt for attempt in attempts[statuses.index(200) + 1 :])
        expected = "delivered" if 200 in statuses else "failed" if len(scheduled) == 6 else "pending"
        assert each["state"] == expected
        assert (each["nextAttemptAt"] is None) == (expected != "pending")


@given(
    st.lists(answers, min_size=4, max_size=4),
    st.lists(acts, max_size=12).filter(lambda program: program.count("pay") <= 4),
)
@settings(max_examples=60)
def test_attempts_keep_their_schedule_until_one_is_taken(scripts: list[list[str]], program: list[Any]) -> None:
    fired, notifications, _, delivered, count, _ = told("sqlite://", scripts, ["pay", *program][:12])
    check(fired, notifications, delivered, count)


@given(
    st.lists(answers, min_size=4, max_size=4),
    st.lists(acts, max_size=8).filter(lambda program: program.count("pay") < 4),
)
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_stores_tell_the_same(postgres: Any, scripts: list[list[str]], program: list[Any]) -> None:
    program = ["pay", *program]
    assert told(postgres(), scripts, program) == told("sqlite://", scripts, program)


@pytest.mark.parametrize("spread", [False, True])
def test_many_due_things_happen_in_the_same_order_on_both_stores_in_few_transactions(
    postgres: Any,
    spread: bool,  # noqa: FBT001 - both ways
) -> None:
    def run(store: str) -> tuple[list[Any], list[Any], int]:
        world = [times.parse(NOW)]
        clock = Clock(world=lambda: world[0]) if spread else Clock.frozen(NOW)
        site = Site("test-00", key="k", notification_url="http://127.0.0.1:9/")
        courier = Script([["refused"]] * 40)
        with (
            Sandbox(store=store, seed=1, clock=clock, sites=[site], courier=courier) as sandbox,
            Partner(sandbox) as partner,
        ):
            for number in range(40):
                partner.payment(str(number))
                world[0] += timedelta(milliseconds=7)
            sandbox.advance(3600)
            begun = sandbox._engine.changed.count  # noqa: SLF001 - what is counted is the effort
            fired = sandbox.advance(73 * 3600)["fired"]
            notifications = [{**each, "sequence": 0} for each in sandbox.notifications()]
            return fired, notifications, sandbox._engine.changed.count - begun  # noqa: SLF001

    fired, notifications, transactions = run("sqlite://")
    assert len(fired) == 40 * 7
    assert [each["what"] for each in fired].count("notification.failed") == 40
    assert [each["at"] for each in fired] == sorted(each["at"] for each in fired)
    # one more than there are moments at which something is delivered
    assert transactions == len({each["at"] for each in fired if "notification" in each["what"]}) + 1
    assert run(postgres()) == (fired, notifications, transactions)
