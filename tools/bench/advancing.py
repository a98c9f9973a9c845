"""Hold, let 73 hours pass, and tell how long that took and what went off.

Usage: python -m tools.bench.advancing STORE HOLDS
"""

import hashlib
import json
import sys
import time

import httpx
from qiwi_payin_sandbox import Clock, Sandbox, Site
from qiwi_payin_sandbox.notifications.delivery import Outcome

_HOUR = 3600
_BODY = {
    "amount": {"value": "150.00", "currency": "RUB"},
    "paymentMethod": {"type": "CARD", "pan": "4444443616621049", "expiryDate": "12/34", "cvv2": "123"},
}


class _NobodyThere:
    """A partner whose server is down."""

    def deliver(self, url: str, body: str, signature: str) -> Outcome:  # noqa: ARG002 - a courier's
        return Outcome(status=503)

    def close(self) -> None:
        pass


def main(store: str, holds: int) -> None:
    """Print seconds, a hash of what went off, and how many."""
    site = Site("bench", key="key-of-the-bench", notification_url="http://127.0.0.1:9/notifications")
    clock = Clock.frozen("2024-03-01T12:00:00+03:00")
    with Sandbox(store=store, seed=1, clock=clock, sites=[site], courier=_NobodyThere()) as sandbox:
        base = f"{sandbox.local_base_url}/payin/v1/sites/bench"
        with httpx.Client(transport=sandbox.transport, headers={"Authorization": f"Bearer {sandbox.key}"}) as client:
            for number in range(holds):
                client.put(f"{base}/payments/p{number}", json=_BODY).raise_for_status()
        sandbox.advance(_HOUR)  # what is told of the payments themselves has been given up by then
        begun = time.perf_counter()
        fired = sandbox.advance(73 * _HOUR)["fired"]
        seconds = time.perf_counter() - begun
    trace = hashlib.sha256(json.dumps(fired, sort_keys=True).encode()).hexdigest()[:16]
    json.dump({"seconds": seconds, "trace": trace, "fired": len(fired)}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
