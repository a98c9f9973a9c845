"""Who wants to be told of calls while they are made: metrics, traces, audits."""

from typing import Protocol

from attr import frozen

from qiwi_payin_runtime.attempts import Attempt


@frozen
class CallFacts:
    """What may be told of a call: nothing secret, nothing of the payer."""

    operation: str
    """The operation's id in the description, such as `paymentsCreate`."""
    method: str
    """HTTP method."""
    path: str
    """Path template, such as `/payin/v1/sites/{siteId}/payments/{paymentId}`."""
    base_url: str
    """What stands before the path."""


class CallObserver(Protocol):
    """Is told of one call, in the order of events, in the thread or task that makes it."""

    def attempt_started(self, number: int) -> None:
        """The request is about to be sent for the first time (1), or again."""

    def attempt_ended(self, attempt: Attempt) -> None:
        """An attempt was answered, or failed; its `pause` says whether another follows."""

    def call_ended(self, error: BaseException | None) -> None:
        """The call returns (None), raises this error of ours, or was cancelled."""


class Observer(Protocol):
    """Is told of the calls of a client. What it raises is logged and changes no call."""

    def call_started(self, call: CallFacts) -> CallObserver:
        """Return what is to be told of this call. All its arguments are right; nothing was sent yet."""
        raise NotImplementedError
