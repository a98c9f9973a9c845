"""Due bills and payments that could not be dealt with: they keep nothing else from happening."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from qiwi_payin_sandbox.store.due import DueItem

_TRIED_AGAIN_AFTER_SECONDS = 30.0
_log = logging.getLogger("qiwi_payin_sandbox")


@dataclass(slots=True)
class Handling:
    """What one transaction deals with.

    Attributes:
        left_out: What it leaves for later.
        item: What it is at.
    """

    left_out: frozenset[DueItem]
    item: DueItem | None = None


class SetAside:
    """Remembers what failed: it is left out for a while, then tried again, and told of in the log once.

    Args:
        elapsed: Seconds since some moment, which only grow.
    """

    def __init__(self, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._elapsed = elapsed
        self._lock = threading.Lock()
        self._until: dict[str, dict[DueItem, float]] = {}

    def left_out(self, site_id: str) -> frozenset[DueItem]:
        """Return what is to be left out on a site for now."""
        with self._lock:
            now = self._elapsed()
            return frozenset(item for item, until in self._until.get(site_id, {}).items() if until > now)

    def add(self, site_id: str, item: DueItem, error: Exception) -> None:
        """Set something aside."""
        with self._lock:
            of_site = self._until.setdefault(site_id, {})
            is_known = item in of_site
            of_site[item] = self._elapsed() + _TRIED_AGAIN_AFTER_SECONDS
        if not is_known:
            _log.error(
                "what was due of the %s %s of the site %s failed; it is left out and tried again from time to time",
                item.kind,
                item.object_id,
                site_id,
                exc_info=error,
            )
