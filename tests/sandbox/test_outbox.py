"""Attempts to deliver: claimed once, taken over from the dead, logged, made again on demand, collected."""

import asyncio
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from qiwi_payin import notifications as client_notifications
from qiwi_payin_sandbox import ApiError, Clock, Sandbox, Site
from qiwi_payin_sandbox.notifications.delivery import HttpCourier, Outcome
from qiwi_payin_sandbox.notifications.outbox import LEASE
from qiwi_payin_sandbox.notifications.sender import DeliveringError

from tests.sandbox.listener import Listener
from tests.sandbox.partner import Partner, check_answer

NOW = "2024-03-01T12:00:00+03:00"
NOWHERE = "http://127.0.0.1:9/callback"
SITE = Site("test-00", key="a-key", notification_url="http://127.0.0.1:9/")


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as listener:
        yield listener


class Held:
    """A courier whose deliveries end when they are let go."""

    at_once = 8

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.let_go = threading.Event()
        self.taken: list[str] = []

    def deliver(self, url: str, body: str, signature: str) -> Outcome:  # noqa: ARG002 - a courier's
        self.taken.append(signature)
        self.begun.release()
        self.let_go.wait(30)
        return Outcome(status=200)

    def close(self) -> None:
        self.let_go.set()


class Counted:
    """A courier that keeps what it delivered."""

    at_once = 4

    def __init__(self) -> None:
        self.taken: list[str] = []

    def deliver(self, url: str, body: str, signature: str) -> Outcome:  # noqa: ARG002 - a courier's
        self.taken.append(signature)
        return Outcome(status=200)

    def close(self) -> None: ...


def attempt_while_claimed(store: str, world_of_one: datetime, world_of_two: datetime) -> tuple[list[Any], list[str]]:
    """Claim an attempt in one sandbox, let another one look, and return the log and what that one sent."""
    dead, living = Held(), Counted()
    clock_of_one, clock_of_two = Clock(world=lambda: world_of_one), Clock(world=lambda: world_of_two)
    with (
        Sandbox(store=store, seed=1, clock=clock_of_one, sites=[SITE], courier=dead) as one,
        Partner(one) as partner,
    ):
        partner.payment()
        one.set_clock(frozen=True)
        one._timekeeper.fire_due()  # noqa: SLF001 - a worker's round
        assert dead.begun.acquire(timeout=30)
        with Sandbox(store=store, seed=1, clock=clock_of_two, sites=[SITE], courier=living) as two:
            for _ in range(3):
                two._timekeeper.fire_due()  # noqa: SLF001 - a worker's round
                two._outbox.wait_for("test-00")  # type: ignore[union-attr]  # noqa: SLF001 - it is made in a thread
        dead.let_go.set()
        one._outbox.wait_for("test-00")  # type: ignore[union-attr]  # noqa: SLF001 - as above
        (notification,) = one.notifications()
        assert notification["state"] == "delivered"
        return notification["attempts"], living.taken


WORLD = datetime(2024, 3, 1, 9, tzinfo=UTC)


def test_an_attempt_that_is_under_way_is_made_by_nobody_else(store: str) -> None:
    attempts, taken = attempt_while_claimed(store, WORLD, WORLD + LEASE / 2)
    assert ([each["number"] for each in attempts], taken) == ([1], [])


@pytest.mark.parametrize("later", [LEASE + timedelta(milliseconds=1), -timedelta(hours=1)], ids=["later", "set back"])
def test_an_attempt_whose_process_is_gone_is_made_by_another_soon_and_logged_once(store: str, later: timedelta) -> None:
    attempts, taken = attempt_while_claimed(store, WORLD, WORLD + later)
    assert ([each["number"] for each in attempts], len(taken)) == ([1], 1)


def test_an_attempt_that_takes_longer_than_a_lease_is_made_by_nobody_else_while_its_process_lives(store: str) -> None:
    world, held, counted = [WORLD], Held(), Counted()
    clock = Clock(world=lambda: world[0])
    with (
        Sandbox(store=store, seed=1, clock=clock, sites=[SITE], courier=held) as one,
        Sandbox(store=store, seed=1, clock=clock, sites=[SITE], courier=counted) as two,
        Partner(one) as partner,
    ):
        one._outbox._sender._renewed_every = 0.01  # type: ignore[union-attr]  # noqa: SLF001 - nobody wants to wait
        partner.payment()
        one.set_clock(frozen=True)
        one._timekeeper.fire_due()  # noqa: SLF001 - a worker's round
        assert held.begun.acquire(timeout=30)
        for _ in range(4):
            world[0] += LEASE / 2
            while two._engine.due_times()[0].leased_until < world[0] + LEASE:  # type: ignore[operator]  # noqa: SLF001
                threading.Event().wait(0.005)
            two._timekeeper.fire_due()  # noqa: SLF001 - a worker's round
        held.let_go.set()
        one._outbox.wait_for("test-00")  # type: ignore[union-attr]  # noqa: SLF001 - it is made in a thread
        assert (len(held.taken), counted.taken) == (1, [])
        assert two.notifications()[0]["state"] == "delivered"


def test_two_processes_that_live_share_the_attempts_and_make_none_twice(store: str) -> None:
    couriers = [Counted(), Counted()]
    clock = Clock.frozen(NOW)
    with (
        Sandbox(store=store, seed=1, clock=clock, sites=[SITE], courier=couriers[0]) as one,
        Sandbox(store=store, seed=1, clock=clock, sites=[SITE], courier=couriers[1]) as two,
        Partner(one) as partner,
    ):
        for number in range(20):
            partner.payment(f"p-{number}")
        keepers = [one._timekeeper, two._timekeeper]  # noqa: SLF001 - workers' rounds

        def rounds(keeper: Any) -> None:
            for _ in range(30):
                keeper.fire_due()

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(rounds, keepers))
        one.advance(0)
        two.advance(0)
        taken = couriers[0].taken + couriers[1].taken
        assert len(taken) == len(set(taken)) == 20
        assert {each["state"] for each in one.notifications()} == {"delivered"}


def test_moving_the_clock_waits_for_an_attempt_of_another_process(store: str) -> None:
    held, counted = Held(), Counted()
    clock = Clock.frozen(NOW)
    with (
        Sandbox(store=store, seed=1, clock=clock, sites=[SITE], courier=held) as one,
        Sandbox(store=store, seed=1, clock=clock, sites=[SITE], courier=counted) as two,
        Partner(one) as partner,
        ThreadPoolExecutor(1) as pool,
    ):
        partner.payment()
        one._timekeeper.fire_due()  # noqa: SLF001 - a worker's round
        assert held.begun.acquire(timeout=30)
        moving = pool.submit(two.advance, 60)
        assert two.get_clock()["now"] == NOW
        held.let_go.set()
        assert moving.result()["fired"] == []
        assert two.notifications()[0]["state"] == "delivered"
        assert counted.taken == []


def test_a_host_that_does_not_answer_delays_no_other() -> None:
    let_go = threading.Event()

    class Deaf(Counted):
        at_once = 8

        def deliver(self, url: str, body: str, signature: str) -> Outcome:
            if "deaf" in url:
                let_go.wait(30)
                return Outcome(error="no answer within 4 seconds")
            return super().deliver(url, body, signature)

        def close(self) -> None:
            let_go.set()

    courier = Deaf()
    with Sandbox(clock=Clock.frozen(NOW), courier=courier) as sandbox, Partner(sandbox) as partner:
        for number in range(30):
            partner.payment(f"deaf-{number}", callbackUrl="http://deaf.localhost/")
        for number in range(10):
            partner.payment(f"p-{number}", callbackUrl="http://127.0.0.1:9/")
        sandbox.serve()
        changed = sandbox._engine.changed  # noqa: SLF001 - a way to wait
        while len(courier.taken) < 10:
            changed.wait(changed.count, 0.05)
        let_go.set()
        states = [each["state"] for each in sandbox.notifications()]
        assert states[:30] == ["pending"] * 30


def test_notifications_that_wait_for_their_turn_keep_no_payment_from_happening(store: str) -> None:
    world, courier = [WORLD], Held()
    with (
        Sandbox(store=store, seed=1, clock=Clock(world=lambda: world[0]), sites=[SITE], courier=courier) as sandbox,
        Partner(sandbox) as partner,
    ):
        for number in range(60):
            partner.payment(f"p-{number}")
        partner.payment("late", card={"expiryDate": "03/30"})
        world[0] += timedelta(seconds=3)
        sandbox._timekeeper.fire_due()  # noqa: SLF001 - a worker's round
        happened = [each["type"] for each in sandbox.events() if each.get("paymentId") == "late"]
        assert happened == ["payment.created", "payment.waiting", "payment.completed"]
        assert len(courier.taken) <= 2  # a quarter of the eight that the courier takes


def delivered(sandbox: Sandbox) -> None:
    """Wait until the first notification is delivered."""
    changed = sandbox._engine.changed  # noqa: SLF001 - a way to wait
    while sandbox.notifications()[0]["state"] != "delivered":
        changed.wait(changed.count, 0.05)


def test_what_becomes_due_wakes_the_worker(listener: Listener) -> None:
    """It is delivered although its poll never comes round."""
    with (
        Sandbox(clock=Clock.frozen(NOW)) as sandbox,
        Partner(sandbox) as partner,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr("qiwi_payin_sandbox.clocks.worker._POLL_SECONDS", 3600.0)
        sandbox.serve()
        partner.payment(callbackUrl=listener.url)
        delivered(sandbox)


def test_a_server_of_another_kind_starts_and_stops_the_worker_by_the_lifespan(listener: Listener) -> None:
    async def serve(sandbox: Sandbox, partner: Partner) -> None:
        inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        scope = {"type": "lifespan", "asgi": {}}
        running: Any = asyncio.ensure_future(sandbox.app(scope, inbox.get, outbox.put))  # type: ignore[arg-type]
        await inbox.put({"type": "lifespan.startup"})
        assert (await outbox.get())["type"] == "lifespan.startup.complete"
        await asyncio.to_thread(partner.payment, callbackUrl=listener.url)
        await asyncio.to_thread(delivered, sandbox)
        await inbox.put({"type": "lifespan.shutdown"})
        assert (await outbox.get())["type"] == "lifespan.shutdown.complete"
        await running
        assert not any(thread.name == "sandbox worker" for thread in threading.enumerate())

    with Sandbox(clock=Clock.frozen(NOW)) as sandbox, Partner(sandbox) as partner:
        asyncio.run(serve(sandbox, partner))


# the log


def test_each_attempt_is_kept_with_what_was_sent_and_what_came_back(partner: Partner) -> None:
    class Talkative(Listener):
        pass

    with Talkative(answers=[500, 200], headers={"Set-Cookie": "session=secret", "X-Shop": "a" * 5000}) as listener:
        partner.payment(callbackUrl=listener.url)
        partner.sandbox.advance(5)
        (listed,) = partner.sandbox.notifications()
        notification = partner.sandbox.notification(listed["notificationId"])
    first, second = notification["attempts"]
    assert (first["number"], first["at"], first["status"]) == (1, NOW, 500)
    assert (second["number"], second["status"]) == (2, 200)
    assert first["durationMs"] >= 0
    sent = {each["name"]: each["value"] for each in first["request"]["headers"]}
    assert first["request"]["url"] == listener.url
    assert sent["Signature"] == notification["signature"]
    assert sent["Content-Length"] == str(len(notification["body"].encode()))
    answered = {each["name"]: each["value"] for each in first["answer"]["headers"]}
    assert answered["Set-Cookie"] == "(hidden)"
    assert answered["X-Shop"] == "a" * 256
    assert listed["attempts"] == [{"number": 1, "at": NOW, "status": 500}, {**listed["attempts"][1], "number": 2}]


def test_of_an_answers_body_the_beginning_is_kept(partner: Partner) -> None:
    with Listener(endless=True) as listener:
        partner.payment(callbackUrl=listener.url)
        partner.sandbox.advance(0)
        answer = partner.sandbox.notification(partner.sandbox.notifications()[0]["notificationId"])["attempts"][0][
            "answer"
        ]
    assert (answer["body"], answer["bodyCut"]) == ("x" * 2048, True)


def test_an_unknown_notification_is_not_found(sandbox: Sandbox) -> None:
    for ask in (sandbox.notification, sandbox.resend):
        with pytest.raises(ApiError) as refused:
            ask("5a0f9f0e-27b5-4d3c-9d52-0c1f6c1d7a52")
        assert refused.value.status == 404


def test_lists_come_in_pages_and_by_state_and_type(partner: Partner) -> None:
    sandbox = partner.sandbox
    for number in range(3):
        partner.payment(f"p-{number}", callbackUrl=NOWHERE)
        partner.capture(f"p-{number}")
    everything = sandbox.notifications()
    paged: list[Any] = []
    while page := sandbox.notifications(after=paged[-1]["sequence"] if paged else 0, limit=2):
        assert len(page) <= 2
        paged += page
    assert paged == everything
    assert [each["objectId"] for each in sandbox.notifications(type="CAPTURE")] == ["c-1"] * 3
    assert len(sandbox.notifications(state="pending")) == 3
    assert [each["type"] for each in sandbox.notifications(state="withheld", limit=1)] == ["CAPTURE"]
    events = sandbox.events()
    assert sandbox.events(after=events[2]["sequence"], limit=2) == events[3:5]


def test_answers_of_control_operations_are_as_described(sandbox: Sandbox, listener: Listener) -> None:
    with Partner(sandbox) as partner:
        partner.payment(callbackUrl=listener.url)
        root = f"{sandbox.local_base_url.removesuffix('/partner')}/sandbox/sites/test-00"
        client = partner._client  # noqa: SLF001 - the partner's own calls go below another address
        notification_id = sandbox.notifications()[0]["notificationId"]
        for method, path in (
            ("GET", "/clock"),
            ("POST", "/clock/next"),
            ("GET", f"/notifications/{notification_id}"),
            ("POST", f"/notifications/{notification_id}/resend"),
            ("GET", "/notifications?after=0&limit=10&state=delivered"),
            ("GET", "/events?after=1&limit=2"),
        ):
            answer = client.request(method, root + path)
            assert answer.status_code == 200, answer.text
            check_answer(answer)
        for query in ("state=lost", "type=BILL", "limit=0", "limit=1001", "after=-1"):
            assert client.get(f"{root}/notifications?{query}").status_code == 400


# once more


def test_sending_once_more_repeats_the_same_bytes_and_leaves_the_schedule_alone(
    partner: Partner, listener: Listener
) -> None:
    sandbox = partner.sandbox
    listener.answers = [500, 500, 500, 200]
    partner.payment(callbackUrl=listener.url)
    sandbox.advance(0)
    (before,) = sandbox.notifications()
    attempt = sandbox.resend(before["notificationId"])
    assert (attempt["number"], attempt["status"], attempt["resent"]) == (2, 500, True)
    (after,) = sandbox.notifications()
    assert (after["state"], after["nextAttemptAt"]) == ("pending", before["nextAttemptAt"])
    sandbox.advance(65)
    (taken,) = sandbox.notifications()
    assert [each["number"] for each in taken["attempts"]] == [1, 2, 3, 4]
    assert taken["state"] == "delivered"
    assert len({body for _, body in listener.received}) == 1
    assert len({headers["Signature"] for headers, _ in listener.received}) == 1


def test_once_taken_when_sent_again_it_is_delivered(partner: Partner, listener: Listener) -> None:
    sandbox = partner.sandbox
    listener.answers = [500, 200]
    partner.payment(callbackUrl=listener.url)
    sandbox.advance(0)
    notification_id = sandbox.notifications()[0]["notificationId"]
    assert sandbox.resend(notification_id)["status"] == 200
    assert sandbox.advance(3600)["fired"] == []
    assert sandbox.notifications()[0]["state"] == "delivered"
    sandbox.resend(notification_id)
    assert len(listener.received) == 3
    assert sandbox.notifications()[0]["state"] == "delivered"


def test_a_failed_one_can_be_sent_again_and_one_without_an_address_says_why_not(partner: Partner) -> None:
    sandbox = partner.sandbox
    partner.payment(callbackUrl=NOWHERE)
    partner.payment("p-2")
    sandbox.advance(3600)
    failed, withheld = sandbox.notifications()
    assert (failed["state"], withheld["state"]) == ("failed", "withheld")
    assert sandbox.resend(failed["notificationId"])["number"] == 7
    assert "error" in sandbox.resend(withheld["notificationId"])
    failed, withheld = sandbox.notifications()
    assert (failed["state"], withheld["state"]) == ("failed", "withheld")
    assert (len(failed["attempts"]), len(withheld["attempts"])) == (7, 1)


# without a server


def test_collected_notifications_are_there_at_once_and_verify(listener: Listener) -> None:
    with Sandbox(clock=Clock.frozen(NOW), courier="collect") as sandbox, Partner(sandbox) as partner:
        with pytest.raises(LookupError):
            sandbox.last_notification()
        partner.payment(callbackUrl=listener.url)
        sandbox.advance(72 * 3600)
        notification = sandbox.last_notification("CAPTURE")
        verified = client_notifications.verify(
            notification.body, notification.headers["Signature"], sandbox.notification_key
        )
        assert verified.type_ == notification.type == notification.json()["type"] == "CAPTURE"
        assert [each.type for each in sandbox.sent()] == ["PAYMENT", "CAPTURE"]
        assert {each["state"] for each in sandbox.notifications()} == {"collected"}
    assert listener.received == []


def test_a_function_takes_notifications_in_place_of_a_server() -> None:
    taken: list[Any] = []

    def handle(body: bytes, headers: dict[str, str]) -> int | None:
        taken.append(json.loads(body)["type"])
        client_notifications.verify(body, headers["Signature"], sandbox.notification_key)
        if len(taken) == 1:
            raise ValueError("the shop's own fault")
        return None if len(taken) == 2 else 202

    with Sandbox(clock=Clock.frozen(NOW), deliver_to=handle) as sandbox, Partner(sandbox) as partner:
        partner.payment()
        partner.capture()
        sandbox.advance(5)
        payment, capture = sandbox.notifications()
        assert [each["status"] for each in payment["attempts"]] == [500, 202]
        assert [each["status"] for each in capture["attempts"]] == [200]
        assert taken == ["PAYMENT", "CAPTURE", "PAYMENT"]


def test_what_takes_a_notification_cannot_wait_for_itself() -> None:
    refused: list[type[Exception]] = []

    def handle(_body: bytes, _headers: dict[str, str]) -> None:
        for attempted in (
            lambda: sandbox._timekeeper.advance("test-00", 1),  # noqa: SLF001 - the control operation answers 500
            lambda: sandbox._outbox.resend("test-00", sandbox.notifications()[0]["notificationId"]),  # type: ignore[union-attr]  # noqa: SLF001
        ):
            try:
                attempted()
            except DeliveringError as error:
                refused.append(type(error))

    with Sandbox(clock=Clock.frozen(NOW), deliver_to=handle) as sandbox, Partner(sandbox) as partner:
        partner.payment()
        sandbox.advance(0)
        assert refused == [DeliveringError] * 2
        assert sandbox.notifications()[0]["state"] == "delivered"


def test_notifications_go_one_way_only() -> None:
    with pytest.raises(ValueError, match="deliver_to"):
        Sandbox(courier="collect", deliver_to=lambda _body, _headers: None)


# the clock


def test_the_clock_jumps_to_what_is_due_next(partner: Partner) -> None:
    sandbox = partner.sandbox
    assert sandbox.next_due() is None
    assert sandbox.advance_to_next() == {"now": NOW, "frozen": True, "fired": []}
    partner.payment(callbackUrl=NOWHERE)
    partner.payment("p-2", card={"expiryDate": "03/30"}, callbackUrl=NOWHERE)
    seen: list[str] = []
    while (due := sandbox.next_due()) is not None and len(seen) < 20:
        moved = sandbox.advance_to_next()
        assert moved["now"] == due
        assert {each["at"] for each in moved["fired"]} == {due}
        seen.append(due[11:19])
    assert seen[:4] == ["12:00:00", "12:00:03", "12:00:05", "12:00:08"]
    assert sandbox.advance_to_next()["fired"] == []


def test_moves_of_the_clock_are_events(sandbox: Sandbox) -> None:
    sandbox.advance(0)
    sandbox.advance(60)
    sandbox.set_clock(frozen=False)
    sandbox.set_clock(frozen=True)
    types = [each["type"] for each in sandbox.events()]
    assert types == ["clock.moved", "clock.released", "clock.frozen"]


def test_while_a_notification_is_taken_the_clock_shows_the_moment_it_was_due() -> None:
    shown: list[str] = []

    def refuse(_body: bytes, _headers: dict[str, str]) -> int:
        shown.append(sandbox.get_clock()["now"])
        return 500

    with Sandbox(clock=Clock.frozen(NOW), deliver_to=refuse) as sandbox, Partner(sandbox) as partner:
        partner.payment()
        fired = sandbox.advance(3600)["fired"]
        assert shown == [each["at"] for each in fired]
        assert len(shown) == 6


# connections


class KeepAlive:
    """A server that keeps connections, and ends each after so many answers."""

    def __init__(self, answers_each: int) -> None:
        kept = self
        self.connections = 0
        self.received: list[bytes] = []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                kept.connections += 1
                self.left = answers_each

            def do_POST(self) -> None:
                kept.received.append(self.rfile.read(int(self.headers["content-length"])))
                self.left -= 1
                self.close_connection = self.left == 0
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/"

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.mark.parametrize(("answers_each", "connections"), [(100, 1), (2, 3), (1, 6)])
def test_connections_are_kept_and_those_that_ended_are_replaced_unnoticed(answers_each: int, connections: int) -> None:
    server, courier = KeepAlive(answers_each), HttpCourier()
    try:
        for number in range(6):
            assert courier.deliver(server.url, str(number), "signature").delivered
    finally:
        courier.close()
        server.close()
    assert server.received == [str(number).encode() for number in range(6)]
    assert server.connections == connections


def test_a_closed_courier_posts_nothing(listener: Listener) -> None:
    courier = HttpCourier()
    courier.close()
    assert courier.deliver(listener.url, "{}", "signature").error == "the sandbox was stopped"
    assert listener.received == []
