"""Attempts under way: several at once, none in the way of others."""

import logging
import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from qiwi_payin_sandbox.notifications.attempts import host_of
from qiwi_payin_sandbox.notifications.delivery import Courier, Outcome
from qiwi_payin_sandbox.notifications.message import Notification
from qiwi_payin_sandbox.notifications.mishaps import Mishap

_HOSTS = 4
_log = logging.getLogger("qiwi_payin_sandbox")


class DeliveringError(RuntimeError):
    """Whoever takes a notification tried what waits until it is taken."""

    def __init__(self) -> None:
        super().__init__("what takes a notification can neither move the clock of its site nor have others sent again")


@dataclass(frozen=True, slots=True)
class Claim:
    """An attempt that is this process's to make.

    Attributes:
        notification: The notification, as it is stored with the lease of the attempt.
        at: When the attempt is made, by the site's clock.
        mishap: What goes wrong with it.
        resent: Somebody asked for it.
    """

    notification: Notification
    at: datetime
    mishap: Mishap | None = None
    resent: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a claimed attempt.

    Attributes:
        claim: The attempt.
        outcome: How it ended; None where it was not made.
        milliseconds: How long it took.
    """

    claim: Claim
    outcome: Outcome | None
    milliseconds: int = 0


@dataclass(slots=True)
class Room:
    """How many more attempts can be under way: all together `free`, and so many for each host."""

    free: int
    of_one_host: int
    hosts: Counter[str]

    @property
    def busy_hosts(self) -> list[str]:
        """The hosts that have as many attempts under way as they may."""
        return [host for host, count in self.hosts.items() if count >= self.of_one_host]

    def takes(self, notification: Notification) -> bool:
        """Whether there is room for an attempt; if so, it is taken."""
        host = host_of(notification.url)
        if self.free <= 0 or self.hosts[host] >= self.of_one_host:
            return False
        self.free -= 1
        self.hosts[host] += 1
        return True


class Sender:
    """Hands notifications to a courier: in turn, or in as many threads as it takes at once.

    One host gets a quarter of these threads at most, so that one that does not answer delays no other.

    Args:
        courier: Who delivers.
        renew: Tells others that attempts are still being made; None: there are no others.
        renewed_every: Seconds.
    """

    def __init__(
        self, courier: Courier, renew: Callable[[Sequence[Claim]], None] | None = None, renewed_every: float = 2.0
    ) -> None:
        self._courier = courier
        self._renew = renew
        self._renewed_every = renewed_every
        self._renewer: threading.Thread | None = None
        self._closed = False
        self._at_once: int = getattr(courier, "at_once", 1)
        self._of_one_host = math.ceil(self._at_once / _HOSTS)
        self._pool: ThreadPoolExecutor | None = None
        self._changed = threading.Condition()
        self._under_way: dict[str | None, Claim] = {}
        self._of_thread = threading.local()
        self._stopping = False

    def room(self) -> "Room":
        """Return how many attempts can begin now."""
        with self._changed:
            hosts = Counter(host_of(claim.notification.url) for claim in self._under_way.values())
            return Room(self._at_once - len(self._under_way), self._of_one_host, hosts)

    def is_under_way(self, lease: str) -> bool:
        """Whether the attempt that has this lease is being made here."""
        with self._changed:
            return lease in self._under_way

    def make(self, claims: Sequence[Claim]) -> list[Made]:
        """Make attempts, wait for all of them and return their outcomes in the order of the claims."""
        self._begin(claims)
        try:
            if self._at_once == 1 or len(claims) == 1:
                return [self._make(claim) for claim in claims]
            return list(self._threads().map(self._make, claims))
        finally:
            for claim in claims:
                self._end(claim)

    def make_soon(self, claims: Sequence[Claim], record: Callable[[Made], None]) -> None:
        """Make attempts in threads of their own, each of which then records what became of it."""

        def make(claim: Claim) -> None:
            try:
                record(self._make(claim))
            except Exception:  # noqa: BLE001 - logged; the lease ends, and the attempt is made again
                _log.exception("an attempt to deliver a notification was not recorded")
            finally:
                self._end(claim)

        self._begin(claims)
        for claim in claims:
            self._threads().submit(make, claim)

    def wait_for(self, site_id: str) -> None:
        """Wait until no attempt of a site is under way.

        Raises:
            DeliveringError: This thread makes one.
        """
        self.demand_not_delivering(site_id)

        def is_over() -> bool:
            return not any(claim.notification.site_id == site_id for claim in self._under_way.values())

        with self._changed:
            self._changed.wait_for(is_over)

    def demand_not_delivering(self, site_id: str) -> None:
        """Demand that this thread, which is going to wait for attempts of a site, makes none.

        Raises:
            DeliveringError: It does.
        """
        if getattr(self._of_thread, "site_id", None) == site_id:
            raise DeliveringError

    def stop(self) -> None:
        """Make no attempt that has not begun."""
        self._stopping = True

    def close(self) -> None:
        """Wait until all attempts have ended and are recorded."""
        self.stop()
        if self._pool is not None:
            self._pool.shutdown()
        with self._changed:
            self._closed = True
            renewer = self._renewer
            self._changed.notify_all()
        if renewer is not None:
            renewer.join()

    def _threads(self) -> ThreadPoolExecutor:
        with self._changed:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self._at_once, thread_name_prefix="sandbox courier")
            return self._pool

    def _begin(self, claims: Sequence[Claim]) -> None:
        with self._changed:
            self._under_way |= {claim.notification.lease: claim for claim in claims}
            if self._renew is not None and self._renewer is None and not self._closed:
                self._renewer = threading.Thread(
                    target=self._go_on_renewing, args=(self._renew,), name="sandbox leases", daemon=True
                )
                self._renewer.start()

    def _end(self, claim: Claim) -> None:
        with self._changed:
            self._under_way.pop(claim.notification.lease, None)
            self._changed.notify_all()

    def _go_on_renewing(self, renew: Callable[[Sequence[Claim]], None]) -> None:
        """Renew what is under way from time to time, until nothing is."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed, self._renewed_every)
                claims = list(self._under_way.values())
                if self._closed or not claims:
                    self._renewer = None
                    return
            try:
                renew(claims)
            except Exception as error:  # noqa: BLE001 - tried again soon; at worst an attempt is made twice
                _log.warning("leases of notifications were not renewed: %s", type(error).__name__)

    def _make(self, claim: Claim) -> Made:
        if self._stopping:
            return Made(claim, None)
        begun = time.perf_counter()
        outcome = self._delivered(claim)
        return Made(claim, outcome, round((time.perf_counter() - begun) * 1000))

    def _delivered(self, claim: Claim) -> Outcome:
        notification, mishap = claim.notification, claim.mishap
        if mishap is None:
            return self._deliver(notification, notification.signature)
        if mishap.instead is not None:
            return mishap.instead
        signature = notification.signature if mishap.signature is None else mishap.signature
        outcomes = [self._deliver(notification, signature) for _ in range(mishap.copies)]
        return next((outcome for outcome in outcomes if outcome.delivered), outcomes[-1])

    def _deliver(self, notification: Notification, signature: str) -> Outcome:
        self._of_thread.site_id = notification.site_id
        try:
            return self._courier.deliver(notification.url or "", notification.body, signature)
        except Exception as error:  # noqa: BLE001 - logged; a courier's fault is an attempt that failed
            _log.exception("a courier failed")
            return Outcome(error=type(error).__name__)
        finally:
            self._of_thread.site_id = None
