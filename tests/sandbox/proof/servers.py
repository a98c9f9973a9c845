"""Where steps run: the domain alone, a sandbox in this process, a sandbox behind a socket."""

import http.client
import zlib
from collections import Counter
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlsplit

from qiwi_payin_sandbox import Clock, Sandbox, Site
from qiwi_payin_sandbox.domain.events import EventType
from qiwi_payin_sandbox.domain.ledger import Posting
from qiwi_payin_sandbox.http.message import Request
from qiwi_payin_sandbox.notifications.delivery import Outcome

from tests.sandbox.proof.steps import Answer, Step, get_bill, get_payment

NOW = "2024-03-01T12:00:00+03:00"
SEED = "proof"
KEY = "key-of-the-proof"
NOTIFICATION_KEY = "notification-key-of-the-proof"
DOMAIN_EVENTS = frozenset(str(type_) for type_ in EventType)


class Speaker(Protocol):
    """Answers steps, and tells what happened."""

    def answer(self, step: Step) -> Answer: ...

    def events(self) -> list[dict[str, Any]]:
        """Return what happened to objects, in order, without the numbers that a store gives."""

    def notifications(self) -> list[dict[str, Any]]: ...

    def close(self) -> None: ...


class Server(Speaker, Protocol):
    """One whose ledger can be read."""

    def postings(self) -> list[Posting]: ...


class ScriptedCourier:
    """A partner whose server is down for a number of attempts that depends on the notification alone."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.attempts: Counter[str] = Counter()

    def deliver(self, url: str, body: str, signature: str) -> Outcome:  # noqa: ARG002 - a courier's
        told = f"{signature} {body}"
        self.attempts[told] += 1
        if self.attempts[told] <= zlib.crc32(told.encode()) % 8:
            return Outcome(status=503) if self.attempts[told] % 2 else Outcome(error="ConnectError")
        self.taken[told] += 1
        return Outcome(status=200)

    def close(self) -> None: ...


def site_called(site_id: str, **settings: Any) -> Site:
    """Return a site whose notifications all go to one place."""
    return Site(
        site_id,
        key=KEY,
        notification_key=NOTIFICATION_KEY,
        notification_url="http://127.0.0.1:9/notifications",
        **settings,
    )


def comparable(event: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name != "sequence"}


class InProcess:
    """A sandbox without a socket."""

    def __init__(self, site: Site, store: str = "sqlite://", clock: Clock | None = None) -> None:
        self.site = site
        self.courier = ScriptedCourier()
        self.sandbox = Sandbox(
            store=store,
            seed=SEED,
            clock=clock or Clock.frozen(NOW),
            sites=[site],
            courier=self.courier,
            public_url="http://127.0.0.1",
        )

    def answer(self, step: Step) -> Answer:
        response = self.sandbox.handle(
            Request(
                method=step.method,
                path=step.url_path(self.site.site_id),
                headers={
                    "host": "127.0.0.1",
                    "authorization": f"Bearer {KEY}",
                    "content-type": "application/json",
                },
                body=step.content,
                peer_is_local=True,
            )
        )
        return Answer(response.status, response.body)

    def postings(self) -> list[Posting]:
        return self.sandbox.postings()

    def events(self) -> list[dict[str, Any]]:
        return [comparable(event) for event in self.sandbox.events() if event["type"] in DOMAIN_EVENTS]

    def notifications(self) -> list[dict[str, Any]]:
        return self.sandbox.notifications()

    def close(self) -> None:
        self.sandbox.close()


class Unwatched(InProcess):
    """A sandbox whose clock runs by itself, and which finds out only by being looked at that something was due."""

    def __init__(self, site: Site, store: str = "sqlite://") -> None:
        self._world = datetime.fromisoformat(NOW)
        super().__init__(site, store, Clock(world=lambda: self._world))

    def answer(self, step: Step) -> Answer:
        """Answer; a step that moves the clock is time that passes."""
        if step.path != "/clock/advance":
            return super().answer(step)
        self._world += timedelta(seconds=(step.body or {})["seconds"])
        return Answer(200, b"")

    def events(self) -> list[dict[str, Any]]:
        """Look at every bill, and at every payment, then return what happened."""
        for event in super().events():
            if event["type"] == "bill.created":
                self.answer(get_bill(event["billId"]))
            elif event["type"] == "payment.created":
                self.answer(get_payment(event["paymentId"]))
        return super().events()

    def postings(self) -> list[Posting]:
        """Look at everything, then return the ledger."""
        self.events()
        return super().postings()


class OverHttp:
    """A client with one connection of its own to a sandbox anywhere."""

    def __init__(self, origin: str, site_id: str, *, key: str = KEY, timeout: float = 30) -> None:
        self._site_id, self._key = site_id, key
        self._connection = http.client.HTTPConnection(urlsplit(origin).netloc, timeout=timeout)

    def answer(self, step: Step) -> Answer:
        headers = {"Authorization": f"Bearer {self._key}"}
        if step.body is not None:
            headers["Content-Type"] = "application/json"
        self._connection.request(step.method, step.url_path(self._site_id), body=step.content or None, headers=headers)
        response = self._connection.getresponse()
        return Answer(response.status, response.read())

    def events(self) -> list[dict[str, Any]]:
        listed = self.answer(Step("GET", "/events", control=True)).json
        return [comparable(event) for event in listed if event["type"] in DOMAIN_EVENTS]

    def notifications(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = self.answer(Step("GET", "/notifications", control=True)).json
        return listed

    def close(self) -> None:
        self._connection.close()
