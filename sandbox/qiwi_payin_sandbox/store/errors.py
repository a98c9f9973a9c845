"""What can go wrong with a store.

StoreError             it cannot be opened
StoreFailure           it is open, and cannot do what is asked
├── LostRaceError      another writer was first: the same work may succeed when it is done again
├── UnavailableError   it cannot be reached, or is in use: nothing was stored
└── CommitError        the commit failed: on SQLite nothing was stored; PostgreSQL may have stored all or nothing
"""

import sqlite3


class StoreError(Exception):
    """The store cannot be opened; the message is fit for the person who named it."""


class StoreFailure(Exception):  # noqa: N818 - the base of errors, told apart from StoreError
    """The store is open, and cannot do what is asked; the message shows no stored values."""


class LostRaceError(StoreFailure):
    """Another writer was first; all that the transaction did is undone, and it may be tried again."""


class UnavailableError(StoreFailure):
    """The store cannot be reached, or another process keeps it to itself; nothing was stored."""


class CommitError(StoreFailure):
    """The commit failed: what the transaction did must not be told to anybody."""


def may_pass(error: Exception) -> bool:
    """Whether an error is about the store as a whole: any work would have failed, and may succeed later."""
    return isinstance(error, UnavailableError | CommitError | sqlite3.OperationalError)
