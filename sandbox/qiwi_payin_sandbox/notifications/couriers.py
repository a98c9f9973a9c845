"""Couriers for tests that have no server to take notifications."""

import logging
from collections.abc import Callable
from typing import Any

from qiwi_payin_sandbox.notifications.delivery import Outcome
from qiwi_payin_sandbox.notifications.message import DeliveryState, headers_with

Handler = Callable[[bytes, dict[str, str]], Any]
"""Takes the body and the headers of a notification and returns the HTTP status of its answer; None stands for 200."""

_TAKEN = 200
_FAILED = 500
_log = logging.getLogger("qiwi_payin_sandbox")


class Collector:
    """Sends nothing: notifications are put by to be looked at."""

    @staticmethod
    def beginning(_url: str | None) -> DeliveryState:
        """Let every notification be collected from the start."""
        return DeliveryState.COLLECTED

    def deliver(self, url: str, body: str, signature: str) -> Outcome:  # noqa: ARG002 - the seam's
        """Put it by."""
        return Outcome(collected=True)

    def close(self) -> None:
        """There is nothing to give back."""


class HandlerCourier:
    """Calls a function in place of a server, for one notification after another.

    Args:
        handler: Takes notifications. One that raises has answered 500; what it raised is logged.
    """

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    @staticmethod
    def beginning(_url: str | None) -> DeliveryState:
        """Let every notification be handed over, with or without an address."""
        return DeliveryState.PENDING

    def deliver(self, url: str, body: str, signature: str) -> Outcome:  # noqa: ARG002 - the seam's
        """Call the handler."""
        headers = headers_with(signature)
        try:
            answered = self._handler(body.encode(), dict(headers))
        except Exception:  # noqa: BLE001 - logged; what a server's code raises is a 500 too
            _log.exception("the handler of notifications failed")
            answered = _FAILED
        return Outcome(status=_TAKEN if answered is None else int(answered), sent_headers=headers)

    def close(self) -> None:
        """There is nothing to give back."""
