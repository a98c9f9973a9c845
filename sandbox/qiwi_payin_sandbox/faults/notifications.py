"""What can go wrong with the first attempt to deliver a notification. The attempts after it go right.

NotificationFault
├── Dropped         nothing is ever posted
├── Doubled         the same is posted twice
├── Late            it is posted later, by the site's clock
├── OutOfOrder      it is posted after a later one, or when no later one has come for long
└── WronglySigned   its signature fits no key of the site's
"""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from qiwi_payin_sandbox.faults.kind import Kind
from qiwi_payin_sandbox.ids import Ids
from qiwi_payin_sandbox.notifications.delivery import Outcome
from qiwi_payin_sandbox.notifications.message import Notification
from qiwi_payin_sandbox.notifications.mishaps import Mishap

_LONGEST_HOLD_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A notification whose first attempt a fault strikes.

    Attributes:
        kind: The fault's kind.
        notification: The notification.
        settings: What was chosen with the fault, by the names of the control operation.
        ids: Makes what nobody can guess.
    """

    kind: str
    notification: Notification
    settings: Mapping[str, Any]
    ids: Ids


class NotificationFault(Kind):
    """Something that goes wrong with a notification."""

    @abstractmethod
    def mishap(self, case: Case) -> Mishap:
        """Return what goes wrong with the attempt."""


class Dropped(NotificationFault):
    """Nothing is posted, now or later."""

    def mishap(self, case: Case) -> Mishap:
        """Withhold it."""
        return Mishap(name=case.kind, instead=Outcome(error="dropped by a fault", withheld=True))


class Doubled(NotificationFault):
    """The same is posted twice."""

    def mishap(self, case: Case) -> Mishap:
        """Post two copies."""
        return Mishap(name=case.kind, copies=2)


class Late(NotificationFault):
    """It is posted later."""

    needs = frozenset({"seconds"})

    def mishap(self, case: Case) -> Mishap:
        """Put it off."""
        return Mishap(name=case.kind, later=timedelta(seconds=int(case.settings["seconds"])))


class OutOfOrder(NotificationFault):
    """It is posted after a later one, or when none has come for so long."""

    takes = frozenset({"seconds"})

    def mishap(self, case: Case) -> Mishap:
        """Put it off for as long as it can take."""
        seconds = case.settings.get("seconds", _LONGEST_HOLD_SECONDS)
        return Mishap(name=case.kind, later=timedelta(seconds=int(seconds)))


class WronglySigned(NotificationFault):
    """It is posted with a signature that fits no key."""

    def mishap(self, case: Case) -> Mishap:
        """Sign it with nobody's key."""
        right = case.notification.signature
        wrong = case.ids.hex(len(right), "wrong signature", case.notification.notification_id)
        return Mishap(name=case.kind, signature=wrong)
