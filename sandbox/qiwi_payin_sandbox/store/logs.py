"""How far the logs of PostgreSQL can be read without missing what is committed later.

Transactions take numbers in one order and commit in another. So whoever adds to a log holds, until the transaction has
ended, an advisory lock that names the last number that was taken before: no lower one can come from it. Locks are given
back only when what was written can be seen.
"""

import time
from typing import Any

import psycopg

from qiwi_payin_sandbox.store import tables

_LOGS = {int.from_bytes(b"pe"): tables.events.name, int.from_bytes(b"pn"): tables.notifications.name}
"""The logs by what the locks that are about them begin with."""

_NUMBER_BITS = 48
_PATIENCE_SECONDS = 1.0
_LOOK_AGAIN_SECONDS = 0.002

_LAST = {
    mark: f"coalesce(pg_sequence_last_value(pg_get_serial_sequence('{name}', 'sequence')), 0)"
    for mark, name in _LOGS.items()
}
_ANNOUNCE = "SELECT " + ", ".join(
    f"pg_advisory_xact_lock_shared({mark << _NUMBER_BITS} + {last})" for mark, last in _LAST.items()
)
_TAKEN = "SELECT " + ", ".join(_LAST.values())
_HELD = """
SELECT classid::bigint >> 16, min(((classid::bigint & 65535) << 32) | objid::bigint) FROM pg_locks
WHERE locktype = 'advisory' AND objsubid = 1 AND classid::bigint >> 16 = ANY(%s)
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
GROUP BY 1
"""

Connection = psycopg.Connection[Any]


def announce(connection: Connection) -> None:
    """Tell, before a number is taken, that this transaction takes some."""
    connection.execute(_ANNOUNCE)


def settled(connection: Connection) -> dict[str, int]:
    """Return up to which number each log, by the name of its table, can be read by a transaction that begins after.

    All that was committed before can be read, unless somebody who has begun to write earlier takes long to end.
    """
    taken = dict(zip(_LOGS, connection.execute(_TAKEN).fetchone() or (), strict=True))
    end = time.monotonic() + _PATIENCE_SECONDS
    while True:
        held = dict(connection.execute(_HELD, [list(_LOGS)]).fetchall())
        reached = {mark: min(last, held.get(mark, last)) for mark, last in taken.items()}
        if reached == taken or time.monotonic() > end:
            return {_LOGS[mark]: last for mark, last in reached.items()}
        time.sleep(_LOOK_AGAIN_SECONDS)
