"""All rows of a site, taken out and put in as a whole."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    bindparam,
    delete,
    select,
)

from qiwi_payin_sandbox.store import tables
from qiwi_payin_sandbox.store.part import Part

Rows = dict[str, list[dict[str, Any]]]
"""The rows of a site by what they are, such as `payments`: their columns but the site's id and the sequence."""

_PREFIX = "payin_"
_SITE = "site_id"
_SEQUENCE = "sequence"
_INTEGER_BITS, _BIG_INTEGER_BITS = 31, 63
_TABLES = {
    table.name.removeprefix(_PREFIX): table
    for table in tables.metadata.tables.values()
    if _SITE in table.c and table not in {tables.sites, tables.keys}
}
_NO_LEASE = dict.fromkeys(("lease", "leased_until", "leased_due_at"))
_INVOICE_OF_OTHERS = select(tables.bills.c.site_id).where(
    tables.bills.c.invoice_uid == bindparam("invoice_uid"), tables.bills.c.site_id != bindparam("site_id")
)


class UnfitRowsError(ValueError):
    """Rows cannot be those of a site.

    Attributes:
        where: What is wrong, such as `payments[3].status`.
        rule: The rule that it breaks.
    """

    def __init__(self, where: str, rule: str) -> None:
        super().__init__(f"{where}: {rule}")
        self.where = where
        self.rule = rule


class State(Part):
    """Everything of the site but its settings, its clock and its keys."""

    def rows(self) -> Rows:
        """Return all rows of the site, each kind in the order in which the rows were written.

        What some process is just about, an attempt to deliver, is still to be done.
        """
        rows = {
            name: [
                {column.name: _portable(column, value) for column, value in zip(_columns(table), row, strict=True)}
                for row in self._session.all(
                    select(*_columns(table)).where(table.c.site_id == bindparam(_SITE)).order_by(*_order(table)),
                    {_SITE: self._site_id},
                )
            ]
            for name, table in _TABLES.items()
        }
        for notification in rows["notifications"]:
            if notification["lease"] is not None:
                notification |= {"due_at": notification["leased_due_at"], **_NO_LEASE}
        return rows

    def replace_rows(self, rows: Rows) -> None:
        """Put these rows in the place of all that the site has.

        Raises:
            UnfitRowsError: They cannot be rows of the site.
        """
        _check(rows)
        self.clear()
        for number, bill in enumerate(rows["bills"]):
            values = {"invoice_uid": bill["invoice_uid"], _SITE: self._site_id}
            if self._session.one(_INVOICE_OF_OTHERS, values) is not None:
                raise UnfitRowsError(f"bills[{number}].invoice_uid", "belongs to a bill of another site")
        for name, table in _TABLES.items():
            self._session.add_each(table, [{_SITE: self._site_id, **row} for row in rows[name]])

    def clear(self) -> None:
        """Remove all rows of the site."""
        for table in _TABLES.values():
            self._session.run(delete(table).where(table.c.site_id == bindparam(_SITE)), {_SITE: self._site_id})


def _columns(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if column.name not in {_SITE, _SEQUENCE}]


def _order(table: Table) -> list[Column[Any]]:
    return [table.c.sequence] if _SEQUENCE in table.c else list(table.primary_key.columns)


def _portable(column: Column[Any], value: Any) -> Any:
    return bool(value) if isinstance(column.type, Boolean) and value is not None else value


def _check(rows: Mapping[str, Any]) -> None:
    for name in (*_TABLES, *rows):
        if name not in _TABLES or not isinstance(rows.get(name), list):
            raise UnfitRowsError(name, "a list of rows" if name in _TABLES else "there is nothing of this name")
    for name, table in _TABLES.items():
        columns = {column.name: column for column in _columns(table)}
        for number, row in enumerate(rows[name]):
            _check_row(f"{name}[{number}]", columns, row)
        for unique in _unique_columns(table):
            _check_unique(name, unique, rows[name])
    for number, row in enumerate(rows["notifications"]):
        for name in _NO_LEASE:
            if row[name] is not None:  # a lease that nobody has given would not end
                raise UnfitRowsError(f"notifications[{number}].{name}", "is null: nobody is about to deliver it")


def _check_row(where: str, columns: Mapping[str, Column[Any]], row: Any) -> None:
    if not isinstance(row, dict):
        raise UnfitRowsError(where, "an object")
    for name in (*columns, *row):
        if name not in columns or name not in row:
            raise UnfitRowsError(f"{where}.{name}", "is missing" if name in columns else "is not known")
    for name, column in columns.items():
        if not _fits(column, row[name]):
            raise UnfitRowsError(f"{where}.{name}", "is of the wrong type, or too large")


def _fits(column: Column[Any], value: Any) -> bool:
    if value is None:
        return bool(column.nullable)
    kind = column.type.python_type
    if kind is int:
        bits = _BIG_INTEGER_BITS if isinstance(column.type, BigInteger) else _INTEGER_BITS
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << bits
    return isinstance(value, kind) and not (isinstance(value, str) and "\0" in value)


def _unique_columns(table: Table) -> Iterator[tuple[str, ...]]:
    found = (
        tuple(column.name for column in constraint.columns if column.name != _SITE)
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint | PrimaryKeyConstraint)
    )
    yield from sorted(names for names in found if names != (_SEQUENCE,))


def _check_unique(name: str, columns: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    seen = set()
    for number, row in enumerate(rows):
        key = tuple(row[column] for column in columns)
        if key in seen:
            raise UnfitRowsError(f"{name}[{number}].{columns[-1]}", "stands there twice")
        seen.add(key)
