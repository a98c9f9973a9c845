"""What the parts of a sandbox share, handed to every operation."""

from dataclasses import dataclass

from qiwi_payin_sandbox.clocks.timekeeper import Timekeeper
from qiwi_payin_sandbox.engine.engine import Engine
from qiwi_payin_sandbox.faults.register import Register
from qiwi_payin_sandbox.notifications.outbox import Outbox
from qiwi_payin_sandbox.request_log import RequestLog


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of one sandbox.

    Attributes:
        engine: Runs commands on sites.
        timekeeper: Moves clocks and lets happen what is due.
        outbox: Notifications on their way.
        request_log: The latest requests.
        faults: What goes wrong because it was asked for.
    """

    engine: Engine
    timekeeper: Timekeeper
    outbox: Outbox
    request_log: RequestLog
    faults: Register
