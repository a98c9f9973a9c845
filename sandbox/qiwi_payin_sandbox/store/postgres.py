"""PostgreSQL: a pool of connections, objects being locked row by row."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from types import MappingProxyType

import psycopg
from psycopg import IsolationLevel
from sqlalchemy import URL, create_engine
from sqlalchemy.dialects.postgresql.psycopg import dialect as psycopg_dialect
from sqlalchemy.exc import TimeoutError as NoConnectionError

from qiwi_payin_sandbox.store import logs, schema
from qiwi_payin_sandbox.store.errors import CommitError, LostRaceError, StoreFailure, UnavailableError
from qiwi_payin_sandbox.store.session import Session

_DIALECT = psycopg_dialect()  # type: ignore[no-untyped-call]
_LOST_RACES = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected, psycopg.IntegrityError)
_IS_MADE = "SELECT to_regclass('payin_schema') IS NOT NULL"


class PostgresStore:
    """A store that processes on several machines share.

    Args:
        url: The database.
        patience: Seconds to wait for one of the connections where all are in use.
    """

    can_batch = False
    is_shared = True
    path = None

    def __init__(self, url: URL, patience: float = 10.0) -> None:
        self._is_closed = False
        self._engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_size=8,
            max_overflow=8,
            pool_timeout=patience,
            hide_parameters=True,
        )

    def make_tables(self) -> int:
        """Make the tables where there are none, and return the version of the schema."""
        with self._transaction(IsolationLevel.READ_COMMITTED) as (connection, session):
            # of processes that start together one makes them; looking whether they are there keeps nobody else from it
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [schema.LOCK])
            made = connection.execute(_IS_MADE).fetchone()
            if made == (False,):
                schema.make(session, _DIALECT)
            return schema.version(session)

    @contextmanager
    def reading(self, *, in_order: bool = False) -> Iterator[Session]:
        """Give a transaction that only reads; what several statements read fits together, as it does on SQLite."""
        settled = self._settled() if in_order else {}
        with self._transaction(IsolationLevel.REPEATABLE_READ, settled) as (_, session):
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a transaction; it is committed, durably, when the block ends without an exception."""
        with self._transaction(IsolationLevel.READ_COMMITTED) as (_, session):
            yield session

    def batch(self) -> AbstractContextManager[None]:
        """Refuse: threads share the work here, each in transactions of its own."""
        raise NotImplementedError

    def after_commit(self, call: Callable[[], None]) -> None:
        """Call at once: transactions end with their blocks."""
        call()

    def close(self) -> None:
        """Give the connections back."""
        self._is_closed = True
        self._engine.dispose()

    def _settled(self) -> dict[str, int]:
        """Return up to which number each log is settled, once those who write now have ended, if they do soon."""
        with self._transaction(IsolationLevel.READ_COMMITTED) as (connection, _):
            return logs.settled(connection)

    @contextmanager
    def _transaction(
        self, isolation: IsolationLevel, settled: Mapping[str, int] = MappingProxyType({})
    ) -> "Iterator[tuple[psycopg.Connection[tuple[object, ...]], Session]]":
        if self._is_closed:
            raise UnavailableError("the store was closed")
        try:
            pooled = self._engine.raw_connection()
        except psycopg.Error as error:
            raise UnavailableError(_told(error)) from None
        except NoConnectionError:
            raise UnavailableError("all connections to the store are in use") from None
        try:
            connection: psycopg.Connection[tuple[object, ...]] = pooled.driver_connection  # type: ignore[assignment]
            connection.isolation_level = isolation
            try:
                session = Session(
                    connection,
                    _DIALECT,
                    lambda text, rows: connection.cursor().executemany(text, rows),
                    locks_rows=True,
                    announce=lambda: logs.announce(connection),
                    settled=settled,
                )
                yield connection, session
            except psycopg.Error as error:
                raise _failure(error, connection) from None
            try:
                connection.commit()
            except psycopg.Error as error:
                if isinstance(error, _LOST_RACES):
                    raise _failure(error, connection) from None
                raise CommitError(_told(error)) from None
        except BaseException:
            if connection.closed:
                # the others that the pool keeps have gone the same way
                pooled.invalidate()
                self._engine.dispose()
            raise
        finally:
            pooled.close()


def _failure(error: psycopg.Error, connection: "psycopg.Connection[tuple[object, ...]]") -> StoreFailure:
    if isinstance(error, _LOST_RACES):
        return LostRaceError(_told(error))
    if connection.closed:
        return UnavailableError(_told(error))
    return StoreFailure(_told(error))


def _told(error: psycopg.Error) -> str:
    """Return what is known of an error, without the values that PostgreSQL puts into its details."""
    primary = error.diag.message_primary or str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {primary}"
