"""Who sees the notifications of the server under test: the suite's own receiver, and a driver that shows them."""

import time
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import attrs

from qiwi_payin_contract.description import description
from qiwi_payin_contract.drivers import Ability, NoDriver, SentNotification
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.json_text import loads
from qiwi_payin_contract.notifications import read
from qiwi_payin_contract.receiver import OK, Arrived, Inbox, Receiver, ReceiverError, Reply
from qiwi_payin_contract.shop import Shop, at
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.target import Target, TargetError, is_loopback

__all__ = ["Post", "Seen", "Watch"]

_QUESTIONS = {"PAYMENT": "paymentsGet", "CAPTURE": "capturesGet", "REFUND": "refundsGet"}
_GLANCE = 1.0
"""Seconds for a look at the API while a notification waits for its answer."""
_SETTLED = 0.1
"""Seconds in which a notification that should not be sent would arrive."""


@attrs.define(frozen=True)
class Seen:
    """A notification, by whoever saw it.

    Attributes:
        sent: what it says and how it is signed.
        arrived: how it arrived; None where the driver showed it.
    """

    sent: SentNotification
    arrived: Arrived | None = None

    @property
    def by(self) -> str:
        """Who saw it."""
        return "the driver shows" if self.arrived is None else "there arrived"


class Post:
    """Receiver and onlooker of one run.

    Args:
        target: server under test.
        public: where that server reaches the receiver; None where it is on this machine.
    """

    def __init__(self, target: Target, public: str | None = None) -> None:
        self._target = target
        self.receiver: Receiver | None = None
        self.unreached = ""
        near = is_loopback(urlsplit(target.base_url).hostname or "")
        if public is None and not near:
            self.unreached = "the server is not on this machine, and no --receiver says where it reaches this one"
        else:
            try:
                self.receiver = Receiver(public)
            except ReceiverError as error:
                self.unreached = str(error)
        shows = target.able(Ability.NOTIFICATIONS)
        self.patience = 3.0 if shows else 10.0 if near else 60.0
        # What it asks of the server between two steps of a story has no place in the order that observers see.
        self._onlooker = attrs.evolve(target, driver=NoDriver(), observers=[], timeout=_GLANCE)
        self._looks = True

    @property
    def why_not(self) -> str:
        """Why nobody sees notifications; empty where somebody does."""
        if self.receiver is not None or self._target.able(Ability.NOTIFICATIONS):
            return ""
        return f"{self.unreached}, and no driver shows the server's notifications"

    def watch(self, site: Site, reply: Reply = OK) -> "Watch":
        """Watch over the notifications of a site, at an address of their own where there is a receiver."""

        def look(arrived: Arrived) -> Exchange | None:
            return self._shown(site, arrived) if self._looks else None

        inbox = None if self.receiver is None else self.receiver.inbox(reply, look if reply is OK else None)
        return Watch(Shop(self._target, site), inbox, self)

    def missed(self) -> None:
        """Note that a notification did not come, so that the next is not waited for as long."""
        self.patience = min(self.patience, 0.3 if self._target.able(Ability.NOTIFICATIONS) else 2.0)

    def _shown(self, site: Site, arrived: Arrived) -> Exchange | None:
        try:
            data = loads(arrived.body)
        except ValueError:
            return None
        kind = str(at(data, "type"))
        about = at(data, kind.lower())
        ids = {
            f"{name.lower()}Id": str(at(about, f"{name.lower()}Id"))
            for name in dict.fromkeys(("PAYMENT", kind))
            if isinstance(at(about, f"{name.lower()}Id"), str)
        }
        if kind not in _QUESTIONS or len(ids) != len({"PAYMENT", kind}):
            return None
        try:
            path = description().operations[_QUESTIONS[kind]].path({"siteId": site.site_id, **ids})
            return self._onlooker.exchanged("GET", path, key=site.key)
        except TargetError:
            # A server that does one thing at a time answers nobody while it waits for its notification to be taken.
            self._looks = False
            return None

    def __enter__(self) -> Self:
        if self.receiver is not None:
            self.receiver.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.receiver is not None:
            self.receiver.__exit__(kind, error, trace)
        self._onlooker.close()


@attrs.define(eq=False)
class Watch:
    """Notifications of one story.

    Attributes:
        shop: makes the calls of the story.
        inbox: where they arrive; None where the server does not reach the receiver.
    """

    shop: Shop
    inbox: Inbox | None
    _post: Post

    @property
    def callback(self) -> dict[str, Any]:
        """Field of a payment, capture or refund that has its notification sent here."""
        return {} if self.inbox is None else {"callbackUrl": self.inbox.url}

    def custom_fields(self, **fields: str) -> dict[str, Any]:
        """Custom fields of a bill whose payments are notified here."""
        return fields if self.inbox is None else {"invoice_callback_url": self.inbox.url, **fields}

    def seen(self, kind: str, object_id: str, *, among: Sequence[str] = ("receiver", "driver")) -> list[list[Seen]]:
        """What each witness has seen that tells of a payment, capture or refund, after waiting for a first one."""
        witnesses: list[list[Seen]] = []
        if self.inbox is not None and "receiver" in among:
            arrived = self.inbox.about(kind, object_id, seconds=self._post.patience)
            if not arrived:
                self._post.missed()
            witnesses.append([_seen(each) for each in arrived])
        if self.shop.target.able(Ability.NOTIFICATIONS) and "driver" in among:
            shown = self.shop.target.driver.notifications(self.shop.site)
            witnesses.append([Seen(sent) for sent in shown if _is_about(sent, kind, object_id)])
        return witnesses

    def settle(self) -> None:
        """Give a notification that should not be sent the time to arrive."""
        if self.inbox is not None:
            time.sleep(_SETTLED)

    def of_payment(self, payment_id: str, kind: str) -> Iterator[Seen]:
        """What is there, without waiting, of notifications of a type that name a payment."""
        told = [] if self.inbox is None else [_seen(each) for each in self.inbox.arrived]
        if self.shop.target.able(Ability.NOTIFICATIONS):
            told += [Seen(sent) for sent in self.shop.target.driver.notifications(self.shop.site)]
        for each in told:
            if each.sent.type == kind and read(each.sent).get("paymentId") == payment_id:
                yield each


def _seen(arrived: Arrived) -> Seen:
    kind, object_id = arrived.tells_of or ("", "")
    body = arrived.body.decode(errors="replace")
    return Seen(SentNotification(kind, object_id, body, arrived.headers.get("signature", "")), arrived)


def _is_about(sent: SentNotification, kind: str, object_id: str) -> bool:
    about: Mapping[str, Any] = read(sent)
    return sent.type == kind and object_id in {sent.object_id, about.get(f"{kind.lower()}Id")}
