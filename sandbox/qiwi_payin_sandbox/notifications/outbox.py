"""From a notification that is due to the attempt in the log: claimed, made, recorded.

An attempt is claimed in one transaction, made outside of any and recorded in a second one. The claim is a lease, which
is renewed while the attempt is being made: whoever finds it run out, in the world's time, makes the attempt again. So a
notification is delivered at least once whoever is killed, and twice only where the killed one had no time to write down
that it was taken.
"""

import itertools
import secrets
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from qiwi_payin_sandbox import times
from qiwi_payin_sandbox.domain.errors import NotFoundError
from qiwi_payin_sandbox.domain.events import Event
from qiwi_payin_sandbox.engine.engine import Engine
from qiwi_payin_sandbox.engine.work import Work
from qiwi_payin_sandbox.notifications.attempts import Attempt, attempt_of
from qiwi_payin_sandbox.notifications.delivery import Courier, Outcome
from qiwi_payin_sandbox.notifications.message import RETRY_AFTER, DeliveryState, Notification
from qiwi_payin_sandbox.notifications.mishaps import Mishaps
from qiwi_payin_sandbox.notifications.sender import Claim, Made, Sender
from qiwi_payin_sandbox.store.due import BATCH, Lease

LEASE = timedelta(seconds=6)
"""How long after it was renewed last others take an attempt for lost."""

_RENEWED_EVERY = LEASE / 3

_MOST_TRIES = len(RETRY_AFTER) + 1
_LOOK_AGAIN_SECONDS = 0.02


def is_lost(leased_until: datetime, world: datetime) -> bool:
    """Whether a lease has run out, or was given by a clock of the world that has been set back since."""
    return not world < leased_until <= world + LEASE


class Outbox:
    """The notifications of all sites on their way.

    Args:
        engine: The sites and their store.
        courier: Who delivers.
        mishaps: What goes wrong on the way.
    """

    def __init__(self, engine: Engine, courier: Courier, mishaps: Mishaps) -> None:
        self._engine = engine
        self._mishaps = mishaps
        self._sender = Sender(courier, self._renew if engine.is_shared else None, _RENEWED_EVERY.total_seconds())
        self._process = secrets.token_hex(8)
        self._numbers = itertools.count(1)

    def stop(self) -> None:
        """Make no attempt that has not begun."""
        self._sender.stop()

    def close(self) -> None:
        """Wait until the attempts under way have ended and are recorded."""
        self._sender.close()

    # parts of transactions

    def claim_all(self, work: Work, until: datetime, *, start: datetime) -> list[Claim]:
        """Claim attempts that are due by `until`, in due order, at most `BATCH`.

        Args:
            work: The transaction.
            until: A moment of the site's clock.
            start: An attempt that was due before is made at this moment, and the next one counts from it.
        """
        return self._claims(work, work.unit.due_notifications(until, BATCH), start)

    def claim_some(self, work: Work, now: datetime) -> list[Claim]:
        """Claim attempts that are due, in due order, as many as can begin now, and as many of one host as may."""
        room, claims = self._sender.room(), []
        while room.free > 0:
            wanted = room.free
            due = work.unit.due_notifications(now, wanted, room.busy_hosts)
            claims += self._claims(work, [notification for notification in due if room.takes(notification)], now)
            if len(due) < wanted:
                break
        return claims

    def _claims(self, work: Work, due: Sequence[Notification], start: datetime) -> list[Claim]:
        claims = []
        for notification in due:
            work.now = max(notification.due_at or start, start)
            mishap = None if notification.mishap else self._mishaps.of(work, notification)
            if mishap is not None and mishap.later:
                put_off = replace(notification, due_at=work.now + mishap.later, mishap=mishap.name)
                work.unit.save_notification(put_off)
                continue
            claims.append(Claim(self._leased(notification), work.now, mishap))
        work.unit.save_notifications(claim.notification for claim in claims)
        return claims

    def record(self, work: Work, made: Sequence[Made]) -> list[tuple[Notification, Attempt]]:
        """Write down what became of attempts, in their order.

        Returns:
            Notifications as they stand then, each with its attempt. An attempt that was not made, or that somebody made
            again in the meantime, is left out.
        """
        leased = self._leased_for(work, made)
        recorded: list[tuple[Notification, Attempt]] = []
        logged: list[tuple[Notification, Attempt]] = []
        for each in made:
            notification = leased.get(each.claim.notification.lease)
            if notification is None:
                continue
            if each.outcome is None:
                work.unit.end_lease(Lease(notification.notification_id, notification.lease or "", work.now))
                continue
            after = _after(notification, each.claim, each.outcome)
            recorded.append((after, _attempt(notification, each.claim, each.outcome, each.milliseconds)))
            if _is_logged(each.claim, each.outcome):
                logged.append(recorded[-1])
        work.unit.save_notifications(after for after, _ in recorded)
        work.unit.add_attempts((after.notification_id, attempt) for after, attempt in logged)
        work.unit.add_events(
            Event(type=_what(after), at=attempt.at, notification_id=after.notification_id) for after, attempt in logged
        )
        posted = {each.claim.notification.notification_id for each in made if _is_posted(each.claim)}
        for after, _ in recorded:
            if after.notification_id in posted:
                self._mishaps.after(work, after)
        return recorded

    def _leased_for(self, work: Work, made: Sequence[Made]) -> dict[str | None, Notification]:
        """Return the notifications of attempts as they stand, locked, by their leases."""
        if len(made) == 1:
            notification = work.unit.notification(made[0].claim.notification.notification_id, lock=True)
            stored = [notification] if notification and notification.lease else []
        else:
            stored = work.unit.leased_notifications(self._process) if made else []
        return {notification.lease: notification for notification in stored}

    # attempts

    def make(self, claims: Sequence[Claim]) -> list[Made]:
        """Make attempts, wait for all of them and return their outcomes in the order of the claims."""
        return self._sender.make(claims)

    def make_soon(self, claims: Sequence[Claim]) -> None:
        """Make attempts and record each as soon as it has ended, without waiting for them."""

        def record(made: Made) -> None:
            self._engine.change(made.claim.notification.site_id, lambda work: self.record(work, [made]))
            self._engine.due_soon.tell()

        self._sender.make_soon(claims, record)

    def wait_for(self, site_id: str) -> None:
        """Wait until this process makes no attempt for a site.

        Raises:
            DeliveringError: This thread makes one.
        """
        self._sender.wait_for(site_id)

    def take_over(self, site_id: str, *, seen: Lease | None = None) -> bool:
        """Let the attempts whose lease has run out be made again; `seen` too, which was watched for all its time.

        Returns:
            Whether there are any.
        """

        def end(work: Work) -> bool:
            world = self._engine.world_time()
            lost = [
                lease
                for lease in work.unit.leases()
                if (is_lost(lease.until, world) or lease == seen) and not self._sender.is_under_way(lease.lease)
            ]
            for lease in lost:
                work.unit.end_lease(lease)
            return bool(lost)

        return self._engine.change(site_id, end)

    def _renew(self, claims: Sequence[Claim]) -> None:
        by_site: dict[str, list[Notification]] = {}
        for claim in claims:
            by_site.setdefault(claim.notification.site_id, []).append(claim.notification)
        for site_id, notifications in by_site.items():
            self._engine.change(site_id, partial(self._renewed, notifications))

    def _renewed(self, notifications: Sequence[Notification], work: Work) -> None:
        until = self._lease_end()
        work.unit.renew_leases(Lease(each.notification_id, each.lease or "", until) for each in notifications)

    def _lease_end(self) -> datetime:
        return times.to_milliseconds_precision(self._engine.world_time() + LEASE)

    def resend(self, site_id: str, notification_id: str) -> Attempt:
        """Make one more attempt at once, whatever state the notification is in, and return it.

        Its schedule goes on as if nothing had happened, unless the attempt is answered 200.

        Raises:
            NotFoundError: The site has no such notification.
            DeliveringError: This thread takes a notification of the site.
        """
        self._sender.demand_not_delivering(site_id)
        end = time.monotonic() + LEASE.total_seconds()
        while (claim := self._engine.change(site_id, lambda work: self._claimed(work, notification_id))) is None:
            if time.monotonic() > end:
                self.take_over(site_id)
            time.sleep(_LOOK_AGAIN_SECONDS)
        (made,) = self.make([claim])
        recorded = self._engine.change(site_id, lambda work: self.record(work, [made]))
        self._engine.due_soon.tell()
        if recorded:
            return recorded[0][1]
        outcome = made.outcome or Outcome(error="the sandbox was stopped")
        return _attempt(claim.notification, claim, outcome, made.milliseconds)

    def _claimed(self, work: Work, notification_id: str) -> Claim | None:
        notification = work.unit.notification(notification_id, lock=True)
        if notification is None:
            raise NotFoundError("notification")
        if notification.lease is not None:
            return None
        claimed = self._leased(notification)
        work.unit.save_notification(claimed)
        return Claim(claimed, work.now, resent=True)

    def _leased(self, notification: Notification) -> Notification:
        return replace(
            notification,
            lease=f"{self._process}-{next(self._numbers)}",
            leased_until=self._lease_end(),
            leased_due_at=notification.due_at,
            due_at=None,
        )


def told(notification: Notification, attempt: Attempt) -> dict[str, Any]:
    """Return what a move of the clock tells of an attempt."""
    return {
        "at": times.in_milliseconds(attempt.at),
        "what": _what(notification),
        "notificationId": notification.notification_id,
    }


def _what(notification: Notification) -> str:
    return f"notification.{'attempted' if notification.state is DeliveryState.PENDING else notification.state}"


def _is_posted(claim: Claim) -> bool:
    return claim.mishap is None or claim.mishap.instead is None


def _is_logged(claim: Claim, outcome: Outcome) -> bool:
    return claim.resent or claim.mishap is not None or not (outcome.withheld or outcome.collected)


def _attempt(notification: Notification, claim: Claim, outcome: Outcome, milliseconds: int) -> Attempt:
    fault = claim.mishap.name if claim.mishap else notification.mishap
    return attempt_of(notification, claim.at, outcome, milliseconds, resent=claim.resent, fault=fault)


def _after(notification: Notification, claim: Claim, outcome: Outcome) -> Notification:
    """Return how the delivery stands after an attempt."""
    free = replace(notification, lease=None, leased_until=None, leased_due_at=None)
    if claim.resent:
        free = replace(free, resent=free.resent + 1, due_at=notification.leased_due_at)
        return replace(free, state=DeliveryState.DELIVERED, due_at=None) if outcome.delivered else free
    free = replace(free, mishap=None, tries=free.tries + _is_logged(claim, outcome))
    state = _state_after(free.tries, outcome)
    due_at = claim.at + RETRY_AFTER[free.tries - 1] if state is DeliveryState.PENDING else None
    return replace(free, state=state, due_at=due_at)


def _state_after(tries: int, outcome: Outcome) -> DeliveryState:
    if outcome.withheld:
        return DeliveryState.WITHHELD
    if outcome.collected:
        return DeliveryState.COLLECTED
    if outcome.delivered:
        return DeliveryState.DELIVERED
    return DeliveryState.FAILED if tries == _MOST_TRIES else DeliveryState.PENDING
