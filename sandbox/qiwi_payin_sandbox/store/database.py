"""Connections and transactions.

SQLite is written through one connection, one transaction at a time; PostgreSQL through a pool, objects being locked row
by row.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, func, insert, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from qiwi_payin_sandbox.store import tables

T = TypeVar("T")

_TABLES_LOCK = int.from_bytes(b"payin")
_TRIES = 8
_RETRIED_SQLSTATES = {"40001", "40P01"}  # serialization failure, deadlock
_BUSY_MILLISECONDS = 10_000
_WANTED = "a store is sqlite:///FILE or postgresql://USER@HOST/DATABASE"


class StoreError(Exception):
    """The store cannot be opened; the message is fit for the person who named it."""


class Store(Protocol):
    """Runs work in transactions."""

    def reading(self) -> AbstractContextManager[Connection]:
        """Give a transaction that only reads."""

    def writing(self) -> AbstractContextManager[Connection]:
        """Give a transaction; it is committed, durably, when the block ends without an exception."""

    def close(self) -> None:
        """Give the connections back."""

    @property
    def path(self) -> Path | None:
        """The file that holds the state, where there is one."""


def run(store: Store, work: Callable[[Connection], T]) -> T:
    """Do work in one transaction, again where another writer was first (both inserted one id, or they deadlocked)."""
    for left in reversed(range(_TRIES)):
        try:
            with store.writing() as connection:
                return work(connection)
        except DBAPIError as error:
            if not left or not _is_a_lost_race(error):
                raise
    raise AssertionError("unreachable")


def _is_a_lost_race(error: DBAPIError) -> bool:
    return isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", None) in _RETRIED_SQLSTATES


def open_store(url: str) -> Store:
    """Open a store and make its tables where they are missing.

    Args:
        url: `sqlite://` (memory), `sqlite:///FILE` or `postgresql://...`.

    Raises:
        StoreError: The URL is none of these, or what it names cannot be opened or belongs to another version.
    """
    parsed = _parsed(url)
    try:
        store: Store
        if parsed.get_backend_name() == "sqlite":
            store = _SqliteStore(parsed.database)
        else:
            engine = create_engine(
                parsed.set(drivername="postgresql+psycopg"), pool_size=8, max_overflow=8, hide_parameters=True
            )
            store = _PostgresStore(engine)
        try:
            run(store, _make_tables)
        except BaseException:
            store.close()
            raise
    except (SQLAlchemyError, NoSuchModuleError, ImportError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        raise StoreError(
            f"the store {parsed.set(query={}).render_as_string(hide_password=True)} cannot be opened: {reason}"
        ) from error
    return store


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


def _make_tables(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # of processes that start together one makes them; looking whether they are there keeps nobody else from it
        connection.execute(select(func.pg_advisory_xact_lock(_TABLES_LOCK)))
    tables.metadata.create_all(connection)
    version = connection.scalar(select(tables.schema.c.version))
    if version is None:
        connection.execute(insert(tables.schema).values(version=tables.SCHEMA_VERSION))
    elif version != tables.SCHEMA_VERSION:
        raise StoreError(f"the store was made by another version (schema {version}, this is {tables.SCHEMA_VERSION})")


class _SqliteStore:
    def __init__(self, database: str | None) -> None:
        in_memory = database in (None, "", ":memory:")
        self.path = None if in_memory else Path(str(database)).absolute()
        if self.path is not None:
            with suppress(OSError):  # SQLite tells better why a file cannot be made
                self.path.touch(mode=0o600)  # it holds payers' data and payment tokens; files beside it get its mode
        self._lock = threading.RLock()
        self._engine = create_engine(
            "sqlite://" if in_memory else f"sqlite:///{database}",
            poolclass=StaticPool,
            connect_args={"check_same_thread": False},
            hide_parameters=True,
            isolation_level="AUTOCOMMIT",  # transactions are begun below, as IMMEDIATE, which the driver does not do
        )
        self._connection = self._engine.connect()
        try:
            for pragma in (f"busy_timeout={_BUSY_MILLISECONDS}", "journal_mode=WAL", "synchronous=FULL"):
                self._connection.exec_driver_sql(f"PRAGMA {pragma}")
        except BaseException:
            self.close()
            raise

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Connection]:
        with self._lock:
            self._connection.exec_driver_sql(begin)
            try:
                yield self._connection
                self._connection.exec_driver_sql("COMMIT")
            except BaseException:
                if self._is_in_transaction():  # SQLite has ended it itself where the disk is full or cannot be read
                    self._connection.exec_driver_sql("ROLLBACK")
                raise

    def _is_in_transaction(self) -> bool:
        driver = self._connection.connection.driver_connection
        return driver is not None and bool(driver.in_transaction)

    def reading(self) -> AbstractContextManager[Connection]:
        return self._transaction("BEGIN")

    def writing(self) -> AbstractContextManager[Connection]:
        return self._transaction("BEGIN IMMEDIATE")

    def close(self) -> None:
        with self._lock:
            self._connection.close()
            self._engine.dispose()


class _PostgresStore:
    path = None

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        # what several statements read must fit together, as it does on SQLite
        with self._engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            yield connection

    def writing(self) -> AbstractContextManager[Connection]:
        return self._engine.begin()

    def close(self) -> None:
        self._engine.dispose()
