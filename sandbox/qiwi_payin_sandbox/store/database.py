"""Stores by URL, and work in their transactions."""

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from qiwi_payin_sandbox.store import schema, tables
from qiwi_payin_sandbox.store.errors import LostRaceError, StoreError, StoreFailure
from qiwi_payin_sandbox.store.session import Session
from qiwi_payin_sandbox.store.sqlite import SqliteStore

T = TypeVar("T")

_TRIES = 8
_WANTED = "a store is sqlite:///FILE or postgresql://USER@HOST/DATABASE"


class Store(Protocol):
    """Runs work in transactions."""

    @property
    def can_batch(self) -> bool:
        """Whether one thread can commit several pieces of work together."""

    @property
    def is_shared(self) -> bool:
        """Whether other processes may read and write it too."""

    @property
    def path(self) -> Path | None:
        """The file that holds the state, where there is one."""

    def make_tables(self) -> int:
        """Make the tables where there are none, and return the version of the schema."""

    def reading(self, *, in_order: bool = False) -> AbstractContextManager[Session]:
        """Give a transaction that only reads.

        Args:
            in_order: Logs are read no further than up to the first row that somebody may still commit: whoever goes on
                after the last row that they have read misses none.
        """

    def writing(self) -> AbstractContextManager[Session]:
        """Give a transaction; it is committed, durably, when the block ends without an exception."""

    def batch(self) -> AbstractContextManager[None]:
        """Make one durable transaction of all that this thread reads and writes in the block."""

    def after_commit(self, call: Callable[[], None]) -> None:
        """Call once what this thread has written is committed: now, or when the batch that it is in has ended.

        It is asked for after the block of the transaction.
        """

    def close(self) -> None:
        """Give the connections back."""


def run(store: Store, work: Callable[[Session], T]) -> T:
    """Do work in one transaction, again where another writer was first (both inserted one id, or they deadlocked)."""
    for left in reversed(range(_TRIES)):
        try:
            with store.writing() as session:
                return work(session)
        except LostRaceError:
            if not left:
                raise
    raise AssertionError("unreachable")


def open_store(url: str) -> Store:
    """Open a store, make its tables where they are missing and upgrade those of an older version.

    Args:
        url: `sqlite://` (memory), `sqlite:///FILE` or `postgresql://...`.

    Raises:
        StoreError: The URL is none of these, or what it names cannot be opened or belongs to a newer version.
    """
    parsed = _parsed(url)
    try:
        store = _opened(parsed)
        try:
            _bring_up_to_date(store, parsed)
        except BaseException:
            store.close()
            raise
    except (SQLAlchemyError, NoSuchModuleError, ImportError, sqlite3.Error, StoreFailure) as error:
        reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        if isinstance(error, ModuleNotFoundError):  # the driver, which is an extra
            reason += ': pip install "qiwi-payin[postgres]"'
        raise StoreError(
            f"the store {parsed.set(query={}).render_as_string(hide_password=True)} cannot be opened: {reason}"
        ) from error
    return store


def _opened(url: URL) -> Store:
    if url.get_backend_name() == "sqlite":
        return SqliteStore(url.database)
    from qiwi_payin_sandbox.store.postgres import PostgresStore  # noqa: PLC0415 - its driver is an extra

    return PostgresStore(url)


def _bring_up_to_date(store: Store, url: URL) -> None:
    version = store.make_tables()
    if version > tables.SCHEMA_VERSION:
        raise StoreError(
            f"the store was made by a newer version (schema {version}, this is {tables.SCHEMA_VERSION}): "
            "upgrade qiwi-payin, or take another store"
        )
    if version < tables.SCHEMA_VERSION:
        schema.upgrade(url)


def is_shared(url: str) -> bool:
    """Whether processes on several machines may use the store, so that no file beside it can hold a secret.

    Raises:
        StoreError: The URL names no store.
    """
    return _parsed(url).get_backend_name() != "sqlite"


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError(_WANTED) from None
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise StoreError(f"{_WANTED}, not {parsed.get_backend_name()}")
    return parsed
