"""SQLite: one connection, one thread after another; what one thread asks for together is committed together."""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy.dialects import sqlite

from qiwi_payin_sandbox.store import schema
from qiwi_payin_sandbox.store.errors import CommitError, UnavailableError
from qiwi_payin_sandbox.store.session import Session
from qiwi_payin_sandbox.store.turns import Turns

_BUSY_SECONDS = 10.0
_STATEMENTS_KEPT = 512
_CACHE_KIBIBYTES = 16 * 1024  # what is written next to each other and looked at again, of a hundred thousand payments
_KEPT_AWAY = "another process keeps the file to itself"
_IS_MADE = "SELECT count(*) FROM sqlite_master WHERE name = 'payin_schema'"
_log = logging.getLogger("qiwi_payin_sandbox")
_DIALECT = sqlite.dialect(paramstyle="named")


class SqliteStore:
    """A store in a file or in memory.

    Args:
        database: The file; None or `:memory:` keeps everything in memory.

    Raises:
        sqlite3.Error: The file cannot be opened.
    """

    can_batch = True

    def __init__(self, database: str | None) -> None:
        in_memory = database in (None, "", ":memory:")
        self.path = None if in_memory else Path(str(database)).absolute()
        self.is_shared = not in_memory
        if self.path is not None:
            with suppress(OSError):  # SQLite tells better why a file cannot be made
                self.path.touch(mode=0o600)  # it holds payers' data and payment tokens; files beside it get its mode
        self._turns = Turns()
        self._is_closed = False
        self._is_batching = False
        self._writes = False
        self._is_kept_away = False
        self._broken: BaseException | None = None
        self._told_after_commit: dict[Callable[[], None], None] = {}
        self._connection = sqlite3.connect(
            ":memory:" if in_memory else str(database),
            timeout=_BUSY_SECONDS,
            isolation_level=None,  # transactions are begun below, as IMMEDIATE, which the driver does not do
            check_same_thread=False,
            cached_statements=_STATEMENTS_KEPT,
        )
        self._session = Session(self._connection, _DIALECT, self._connection.executemany, locks_rows=False)
        try:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", f"cache_size=-{_CACHE_KIBIBYTES}"):
                self._connection.execute(f"PRAGMA {pragma}")
        except BaseException:
            self.close()
            raise

    def make_tables(self) -> int:
        """Make the tables where there are none, and return the version of the schema."""
        with self._alone("BEGIN"):
            (made,) = self._connection.execute(_IS_MADE).fetchone()
            if made:
                return schema.version(self._session)
        with self._alone("BEGIN IMMEDIATE"):
            (made,) = self._connection.execute(_IS_MADE).fetchone()
            if not made:  # by another process meanwhile
                schema.make(self._session, _DIALECT)
            return schema.version(self._session)

    @contextmanager
    def reading(self, *, in_order: bool = False) -> Iterator[Session]:  # noqa: ARG002 - one after another, it always is
        """Give a transaction that only reads."""
        with self._turns:
            if self._is_batching:
                self._begin_in_batch(writes=False)
                yield self._session
            else:
                with self._alone("BEGIN"):
                    yield self._session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a transaction; it is committed, durably, when the block ends without an exception.

        Inside a batch it is committed when the batch ends, and undone alone where its own block fails.
        """
        with self._turns:
            if self._is_batching:
                with self._savepoint():
                    yield self._session
            else:
                with self._alone("BEGIN IMMEDIATE"):
                    yield self._session

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Make one durable transaction of all that this thread reads and writes in the block.

        Raises:
            CommitError: Nothing of it was stored.
        """
        with self._turns:
            self._is_batching = True
            try:
                yield
                self._demand_whole()
                if self._connection.in_transaction:
                    self._commit()
            except BaseException:
                self._told_after_commit.clear()
                self._roll_back()
                raise
            finally:
                self._is_batching = self._writes = self._is_kept_away = False
                self._broken = None
            told, self._told_after_commit = self._told_after_commit, {}
        for call in told:
            try:
                call()
            except Exception:  # noqa: BLE001 - logged; what is committed must not be answered as if it were not
                _log.exception("what was to be told of a commit failed")

    def after_commit(self, call: Callable[[], None]) -> None:
        """Call once what this thread has written is committed: now, or when the batch that it is in has ended."""
        with self._turns:
            if self._is_batching:
                self._told_after_commit[call] = None
                return
        call()

    def close(self) -> None:
        """Give the connection back."""
        with self._turns:
            self._is_closed = True
            self._connection.close()

    @contextmanager
    def _alone(self, begin: str) -> Iterator[None]:
        self._begin(begin)
        try:
            yield
            self._commit()
        except BaseException:
            self._roll_back()
            raise

    @contextmanager
    def _savepoint(self) -> Iterator[None]:
        self._begin_in_batch(writes=True)
        execute = self._connection.execute
        execute("SAVEPOINT unit")
        try:
            yield
        except BaseException as error:
            if self._connection.in_transaction:
                execute("ROLLBACK TO unit")
                execute("RELEASE unit")
            else:  # SQLite has given all of it up itself, as where the disk is full or cannot be read
                self._broken = error
            raise
        execute("RELEASE unit")

    def _begin_in_batch(self, *, writes: bool) -> None:
        self._demand_whole()
        if writes and not self._writes:
            if self._connection.in_transaction:
                self._commit()  # what was only read until now need not be seen in one piece with what is written next
            self._begin_to_write()
            self._writes = True
        elif not self._connection.in_transaction:
            self._begin("BEGIN")

    def _begin_to_write(self) -> None:
        if self._is_kept_away:  # whoever keeps the file was waited for once: the others would wait as long each
            raise UnavailableError(_KEPT_AWAY)
        try:
            self._begin("BEGIN IMMEDIATE")
        except UnavailableError:
            self._is_kept_away = True
            raise

    def _demand_whole(self) -> None:
        if self._broken is not None:
            raise CommitError("the transaction was given up") from self._broken

    def _begin(self, begin: str) -> None:
        try:
            self._connection.execute(begin)
        except sqlite3.ProgrammingError:
            if self._is_closed:
                raise UnavailableError("the store was closed") from None
            raise
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise UnavailableError(_KEPT_AWAY) from None
            raise

    def _commit(self) -> None:
        try:
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise CommitError(f"the commit failed: {error}") from error

    def _roll_back(self) -> None:
        if self._connection.in_transaction:  # else SQLite has ended it itself
            self._connection.execute("ROLLBACK")
