"""What the parts of a unit share."""

from datetime import datetime

from qiwi_payin_sandbox.store.session import Session
from qiwi_payin_sandbox.times import from_milliseconds, milliseconds

MOST_ROWS = 2**31 - 1
"""More rows than are ever listed: a limit for statements that have one."""


class Part:
    """Rows of one kind, of one site, as seen and changed by one transaction.

    A unit is all parts in one, so their methods bear the noun, and what one part alone needs is a function beside it.

    Args:
        session: The transaction's statements.
        site_id: The site.
    """

    def __init__(self, session: Session, site_id: str) -> None:
        self._session = session
        self._site_id = site_id


def maybe_milliseconds(moment: datetime | None) -> int | None:
    """Write an optional moment."""
    return None if moment is None else milliseconds(moment)


def maybe_moment(count: int | None) -> datetime | None:
    """Read an optional moment."""
    return None if count is None else from_milliseconds(count)
