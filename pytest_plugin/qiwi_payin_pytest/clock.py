"""The sandbox's time, as a client's clock."""

import math
from datetime import datetime

import anyio
from qiwi_payin_runtime.clock import AsyncWake, Clock, Wake
from qiwi_payin_sandbox import Sandbox


class SandboxClock(Clock):
    """Moves the clock of the sandbox's first site instead of pausing, by whole seconds.

    So what a client waits for comes at once: the answer of a slow bank, the capture after 72 hours, the end of a
    waiting time.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._moved = 0

    def monotonic(self) -> float:
        """Seconds that only grow, those by which it was moved among them."""
        return super().monotonic() + self._moved

    def now(self) -> datetime:
        """The moment that the site's clock shows."""
        return datetime.fromisoformat(self._sandbox.get_clock()["now"])

    def sleep(self, seconds: float, wake: Wake | None = None) -> None:
        """Move the clock by so many seconds, unless `wake` is set."""
        if wake is None or not wake.wait(0):
            self._move(seconds)

    async def sleep_async(self, seconds: float, wake: AsyncWake | None = None) -> None:
        """Move the clock by so many seconds, unless `wake` is set."""
        with anyio.move_on_after(0) as pause:
            await (anyio.sleep_forever() if wake is None else wake.wait())
        if pause.cancelled_caught:
            self._move(seconds)

    def _move(self, seconds: float) -> None:
        whole = math.ceil(seconds)
        self._moved += whole
        self._sandbox.advance(whole)
