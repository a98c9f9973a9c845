"""Kill a sandbox without warning while partners are at work, again and again, and look for what was lost.

Usage: python -m tests.sandbox.proof.killing [--rounds N] [--seed N] [--processes N] [--store URL]

Each round starts `qiwi-payin sandbox` on the same store, lets clients send requests and move the clock, and kills it
with SIGKILL at a moment that the seed chooses: while it starts, while it works, while time is moved.
"""

import argparse
import http.client
import itertools
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qiwi_payin_sandbox import Site

from tests.sandbox.listener import Listener
from tests.sandbox.proof import steps
from tests.sandbox.proof.books import Books
from tests.sandbox.proof.servers import KEY, NOTIFICATION_KEY, SEED, InProcess, OverHttp
from tests.sandbox.proof.steps import Answer, Step

SITE_ID = "shop"
CLIENTS = 4
EXPIRES = "2090-01-01T00:00:00+03:00"
TERM = 72 * 3600
RETRIES = 30 * 60
"""Seconds that are more than all repeats of a notification take."""

_LONGEST_START = 30.0
_LONGEST_WORK = 60.0
_MOST_ANSWERS = 80
"""Fewer than this many answers come before a kill."""
_REFUSED = frozenset({400, 404})


@dataclass
class Sent:
    """A request that has left, and its answer where that came."""

    step: Step
    answer: Answer | None = None


@dataclass
class Journal:
    """What the clients know."""

    sent: list[Sent] = field(default_factory=list)
    clock: list[Sent] = field(default_factory=list)

    def answers(self) -> int:
        """How many requests were answered."""
        return sum(sent.answer is not None for sent in list(self.sent))


class Serving:
    """`qiwi-payin sandbox` in a process of its own."""

    def __init__(self, store: str) -> None:
        arguments = ["--store", store, "--port", "0", "--seed", SEED]
        arguments += ["--site", f"{SITE_ID}:{KEY}:{NOTIFICATION_KEY}"]
        self._process = subprocess.Popen(  # noqa: S603 - this interpreter
            [sys.executable, "-m", "qiwi_payin_sandbox.command", *arguments],
            stdout=subprocess.PIPE,
            text=True,
        )

    def origin(self) -> str:
        """Wait until it listens and return where."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert "http://" in line, f"the sandbox did not start: {line!r}, {self._process.poll()}"
        return "http://" + line.partition("http://")[2].partition("/")[0].strip()

    def kill(self) -> None:
        """End it at once, whatever it is doing."""
        with suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait(_LONGEST_START)
        assert self._process.stdout is not None
        self._process.stdout.close()


class Killing:
    """Rounds on one store.

    Args:
        store: Where the sandbox keeps its state.
        seed: What requests and moments are chosen by.
        listener: Takes the notifications.
        processes: How many sandboxes share the store; they are killed one right after the other.
    """

    def __init__(self, store: str, seed: int, listener: Listener, processes: int = 1) -> None:
        self._processes = processes
        self.store, self.seed, self._listener = store, seed, listener
        self._dice = random.Random(seed)  # noqa: S311 - moments, no secrets
        self.journals: list[Journal] = []
        self.lost_answers = 0

    def round(self) -> None:
        """Start, work, kill, start again, and see whether all that was answered is there."""
        if self._dice.random() < 0.3:
            starting = Serving(self.store)
            time.sleep(self._dice.uniform(0.0, 0.8))
            starting.kill()
        journal = Journal()
        with ExitStack() as running:
            origins = [running.enter_context(self.serving()) for _ in range(self._processes)]
            clients = self._start_clients(origins, journal)
            self._let_work(journal)
        for client in clients:
            client.join()
        self.journals.append(journal)
        with self.serving() as origin:
            self._look_for(journal, origin)

    def _let_work(self, journal: Journal) -> None:
        """Wait for some answers, so that a slow machine does as much between two kills as a fast one."""
        enough, latest = self._dice.randrange(_MOST_ANSWERS), time.monotonic() + _LONGEST_WORK
        while journal.answers() < enough:
            assert time.monotonic() < latest, f"{journal.answers()} answers, {enough} awaited"
            time.sleep(0.002)
        time.sleep(self._dice.uniform(0.0, 0.02))

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Serve until the end of the block, which is a kill."""
        serving = Serving(self.store)
        try:
            yield serving.origin()
        finally:
            serving.kill()

    def _start_clients(self, origins: list[str], journal: Journal) -> list[threading.Thread]:
        """Let clients work until the sandbox is there no more."""
        number = len(self.journals)
        clients = [
            threading.Thread(target=self._client, args=(origins[index % len(origins)], journal, f"{number}-{index}"))
            for index in range(CLIENTS)
        ]
        if number % 3 == 2:
            clients.append(threading.Thread(target=self._move_time, args=(origins[0], journal)))
        for client in clients:
            client.start()
        return clients

    def _client(self, origin: str, journal: Journal, name: str) -> None:
        dice = random.Random(f"{self.seed} {name}")  # noqa: S311
        server = OverHttp(origin, SITE_ID)
        with suppress(OSError, http.client.HTTPException):
            for step in self._requests(dice, name):
                sent = Sent(step)
                journal.sent.append(sent)
                sent.answer = server.answer(step)
        server.close()

    def _requests(self, dice: random.Random, name: str) -> Iterator[Step]:
        payments: list[str] = []
        told = {"callbackUrl": self._listener.url}
        for number in itertools.count():
            match dice.randrange(5):
                case 0:
                    bill_id, custom = f"b{name}-{number}", {"invoice_callback_url": self._listener.url}
                    yield steps.put_bill(bill_id, "5.00", expires=EXPIRES, customFields=custom)
                    payments.append(f"p{name}-{number}")
                    yield steps.put_payment(payments[-1], "5.00", billId=bill_id)
                case 1 if payments:
                    yield steps.put_capture(dice.choice(payments), f"c{number}", **told)
                case 2 if payments:
                    yield steps.put_refund(dice.choice(payments), f"r{number}", dice.choice(["0.01", "2.50"]), **told)
                case _:
                    payments.append(f"p{name}-{number}")
                    flags = dice.choice([[], ["SALE"], ["BIND_PAYMENT_TOKEN"]])
                    customer = {"account": steps.ACCOUNT}
                    card = {"expiryDate": dice.choice(["12/34", "02/34", "03/34"])}
                    yield steps.put_payment(payments[-1], "5.00", card=card, flags=flags, customer=customer, **told)

    def _move_time(self, origin: str, journal: Journal) -> None:
        server = OverHttp(origin, SITE_ID)
        with suppress(OSError, http.client.HTTPException):
            while True:
                sent = Sent(steps.advance(self._dice.choice([3, 60, RETRIES, TERM])))
                journal.clock.append(sent)
                sent.answer = server.answer(sent.step)
        server.close()

    def _look_for(self, journal: Journal, origin: str) -> None:
        server = OverHttp(origin, SITE_ID)
        for sent in journal.sent:
            if sent.answer is not None and sent.answer.status != 200:
                continue  # what was refused left nothing behind, and may succeed by now
            again = server.answer(sent.step)
            if sent.answer is None:
                self.lost_answers += 1
                assert again.status == 200 or again.status in _REFUSED, again
                assert _same_object(again, server.answer(sent.step)), "a repeat has another end"
            else:
                assert _same_object(sent.answer, again), f"lost: {sent.step}, {sent.answer}, {again}"
        times_told = [sent.answer.json["now"] for sent in journal.clock if sent.answer is not None]
        now = server.answer(Step("GET", "/clock", control=True)).json["now"]
        assert all(told <= now for told in times_told)
        server.close()

    def finish(self) -> Counter[str]:
        """Let all time pass, demand that every rule holds and that every notification arrived; return what happened."""
        self._listener.answers[:] = [200]
        with self.serving() as origin:
            server = OverHttp(origin, SITE_ID, timeout=300)
            server.answer(steps.advance(TERM))
            for _ in range(3):
                server.answer(steps.advance(RETRIES))
            notifications, events = server.notifications(), server.events()
            server.close()
        onlooker = InProcess(Site(SITE_ID, key=KEY, notification_key=NOTIFICATION_KEY), self.store)
        try:
            Books(onlooker).check()
        finally:
            onlooker.close()
        received = {body.decode() for _, body in self._listener.received}
        for notification in notifications:
            self._arrived(notification, received)
        kinds = Counter(event["type"] for event in events)
        kinds["lost answers"], kinds["notifications"] = self.lost_answers, len(notifications)
        kinds["deliveries"] = len(self._listener.received)
        return kinds

    def _arrived(self, notification: dict[str, Any], received: set[str]) -> None:
        if notification["url"] is not None:
            assert notification["state"] in {"delivered", "failed"}, notification
            assert notification["body"] in received, f"never arrived: {notification}"


def _same_object(before: Answer, now: Answer) -> bool:
    """Whether both tell of one object: what time may change in it has at most gone forward."""
    if before.status != now.status:
        return False
    if before.status != 200:
        return bool(before.json["errorCode"] == now.json["errorCode"])
    grows = {"status", "capturedAmount", "refundedAmount", "createdToken", "paymentMethod", "payUrl"}
    one, other = before.json, now.json
    same = {name for name in one if name not in grows} | ({"createdToken"} & set(one))
    final = one["status"]["value"] != "WAITING" and one["status"]["value"] != "CREATED"
    return all(one[name] == other[name] for name in same) and (not final or one["status"] == other["status"])


def kill_again_and_again(store: str, rounds: int, seed: int, processes: int = 1) -> Counter[str]:
    """Run the rounds on a store and return what happened in them."""
    dice = random.Random(seed)  # noqa: S311
    answers = [dice.choice([200, 200, 200, 500]) for _ in range(10_000)]
    with Listener(answers=answers) as listener:
        killing = Killing(store, seed, listener, processes)
        for _ in range(rounds):
            killing.round()
        return killing.finish()


def main(argv: list[str]) -> int:
    """Run rounds by hand."""
    parser = argparse.ArgumentParser(prog="python -m tests.sandbox.proof.killing")
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1, help="sandboxes that share the store")
    parser.add_argument("--store", help="by default a fresh SQLite file")
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        store = arguments.store or f"sqlite:///{Path(folder) / 'sandbox.sqlite3'}"
        happened = kill_again_and_again(store, arguments.rounds, arguments.seed, arguments.processes)
    sys.stdout.write(f"{arguments.rounds} rounds, nothing lost: {dict(happened)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
