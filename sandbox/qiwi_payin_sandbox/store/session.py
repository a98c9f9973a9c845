"""One transaction's way to the database: statements of SQLAlchemy Core, compiled once, run by the driver itself."""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Delete, Insert, Select, Table, Update, insert
from sqlalchemy.engine.default import DefaultDialect

Statement = Select[Any] | Insert | Update | Delete
Values = Mapping[str, Any]
_NO_LIMIT = 2**62

Row = Any
"""A row: columns are attributes, in the order and by the names of the statement."""


class Cursor(Protocol):
    """What a driver returns for a statement."""

    def fetchone(self) -> Any:
        """Return the next row as a tuple, None where there is none left."""

    def fetchall(self) -> list[Any]:
        """Return the rows that are left as tuples."""


class DriverConnection(Protocol):
    """What the drivers of SQLite and PostgreSQL have in common."""

    def execute(self, query: str, parameters: Values, /) -> Cursor:
        """Run a statement."""


class Session:
    """The statements of one transaction. Values are what the driver gives: a Boolean of SQLite is 0 or 1.

    Args:
        connection: The connection whose transaction it is.
        dialect: How statements are written.
        run_many: Runs one statement with each of several sets of values.
        locks_rows: Whether other writers may be at work at the same time, so that rows must be locked.
        announce: Tells readers that numbers are going to be taken from the sequences of logs.
        settled: Up to which number of each log, by the name of its table, nothing can be added any more; none: up to
            the last there is.
    """

    def __init__(
        self,
        connection: DriverConnection,
        dialect: DefaultDialect,
        run_many: Callable[[str, Iterable[Values]], object],
        *,
        locks_rows: bool,
        announce: Callable[[], object] | None = None,
        settled: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        self._execute = connection.execute
        self._announce = announce
        self._settled = settled
        self._dialect = dialect
        self._run_many = run_many
        self.locks_rows = locks_rows

    def one(self, query: Select[Any], values: Values, *, lock: bool = False) -> Row | None:
        """Return the first row, locked until the transaction ends where that is asked for."""
        compiled = _compiled(_locking(query) if lock and self.locks_rows else query, self._dialect)
        row = self._execute(compiled.text, compiled.with_defaults(values)).fetchone()
        return None if row is None else compiled.row(row)

    def all(self, query: Select[Any], values: Values, *, lock: bool = False) -> list[Row]:
        """Return all rows, locked until the transaction ends where that is asked for."""
        compiled = _compiled(_locking(query) if lock and self.locks_rows else query, self._dialect)
        return [compiled.row(row) for row in self._execute(compiled.text, compiled.with_defaults(values)).fetchall()]

    def announce(self) -> None:
        """Tell readers of logs, before the first row, that this transaction adds to them."""
        announce, self._announce = self._announce, None
        if announce is not None:
            announce()

    def settled(self, log: Table) -> int:
        """Return up to which number a log is read: no row that is committed later has a lower one."""
        return self._settled.get(log.name, _NO_LIMIT)

    def add(self, table: Table, values: Values) -> None:
        """Insert a row."""
        compiled = _compiled(_inserting(table), self._dialect, tuple(values))
        self._execute(compiled.text, values)

    def add_each(self, table: Table, rows: list[dict[str, Any]]) -> None:
        """Insert rows, all of which name the same columns."""
        if len(rows) == 1:
            self.add(table, rows[0])
        elif rows:
            self._run_many(_compiled(_inserting(table), self._dialect, tuple(rows[0])).text, rows)

    def change(self, statement: Update, key: Values, changed: Values) -> None:
        """Write the changed columns into the rows that `statement` finds by `key`."""
        compiled = _compiled(statement, self._dialect, tuple(changed))
        self._execute(compiled.text, compiled.with_defaults({**key, **changed}))

    def change_each(self, statement: Update, changes: Sequence[tuple[Values, Values]]) -> None:
        """Write changed columns into the rows that `statement` finds by a key, for each key and what is changed.

        All name the same columns.
        """
        if len(changes) == 1:
            self.change(statement, *changes[0])
        elif changes:
            compiled = _compiled(statement, self._dialect, tuple(changes[0][1]))
            rows = [compiled.with_defaults({**key, **changed}) for key, changed in changes]
            self._run_many(compiled.text, rows)

    def define(self, statement: str) -> None:
        """Run a statement that defines a table or an index."""
        self._execute(statement, {})

    def run(self, statement: Update | Delete, values: Values) -> None:
        """Run a statement that says all that it changes."""
        compiled = _compiled(statement, self._dialect)
        self._execute(compiled.text, compiled.with_defaults(values))


class _Compiled(NamedTuple):
    text: str
    defaults: dict[str, Any]
    row: Callable[[Iterable[Any]], Row]

    def with_defaults(self, values: Values) -> Values:
        return {**self.defaults, **values} if self.defaults else values


@lru_cache(maxsize=512)
def _compiled(statement: Statement, dialect: DefaultDialect, columns: tuple[str, ...] | None = None) -> _Compiled:
    compiled = statement.compile(
        dialect=dialect,
        column_keys=None if columns is None else list(columns),
        compile_kwargs={"render_postcompile": True},
    )
    required = {name for name, parameter in compiled.binds.items() if parameter.required}
    defaults = {name: value for name, value in compiled.params.items() if name not in required}
    names = [column.key or "" for column in statement.selected_columns] if isinstance(statement, Select) else []
    row: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # noqa: PYI024 - its fields are the statement's
    return _Compiled(str(compiled), defaults, row._make)


@lru_cache(maxsize=64)
def _locking(query: Select[Any]) -> Select[Any]:
    return query.with_for_update()


@lru_cache(maxsize=64)
def _inserting(table: Table) -> Insert:
    return insert(table).inline()  # without asking for the number that the row gets
