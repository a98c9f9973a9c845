"""The seam for what goes wrong, on purpose, on a notification's way."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from qiwi_payin_sandbox.notifications.delivery import Outcome
from qiwi_payin_sandbox.notifications.message import Notification

if TYPE_CHECKING:
    from qiwi_payin_sandbox.engine.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Mishap:
    """What goes wrong with one attempt.

    Attributes:
        name: What the attempt's entry in the log calls it.
        later: The attempt is put off by this much of the site's time; it is not counted, and nothing is posted now.
        instead: Nothing is posted, and this is taken for what became of it: an error is followed by the next attempt,
            the status 200 by none.
        signature: Sent in place of the right signature.
        copies: How often the same request is posted, one after another.
    """

    name: str
    later: timedelta = timedelta()
    instead: Outcome | None = None
    signature: str | None = None
    copies: int = 1


class Mishaps(Protocol):
    """Decides which attempts go wrong."""

    def of(self, work: "Work", notification: Notification) -> Mishap | None:
        """Return what goes wrong with the attempt that is about to be made, None where nothing does.

        Called once an attempt, in the transaction that claims it, in the order in which attempts fall due: it may read
        and write through `work`, such as count down how many are left or write an event. `work.now` is the moment that
        the attempt is made at; `notification.tries` counts the attempts before it.
        """

    def after(self, work: "Work", notification: Notification) -> None:
        """Take note that a notification has gone out, in the transaction that writes its attempt down."""
