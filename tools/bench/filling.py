"""Many objects in no time: rows that the sandbox has written are copied by SQL under other numbers."""

from sqlalchemy import Engine, MetaData, Table, create_engine, make_url, text

_NUMBERED = frozenset({"bill_id", "payment_id", "object_id", "source", "destination"})
_UNIQUE = frozenset({"invoice_uid", "notification_id"})
_COPIED = ("payin_bills", "payin_payments", "payin_postings", "payin_events", "payin_notifications")
_DIGITS = 8


def copy_objects(store: str, made: int, wanted: int) -> None:
    """Copy the first `made` bills and payments of a store, with all that belongs to them, until there are `wanted`.

    Args:
        store: The URL of the store.
        made: How many there are, numbered from 0 in eight digits at the end of their ids.
        wanted: How many there shall be, a multiple of `made`; numbered on.
    """
    url = make_url(store)
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    engine = create_engine(url)
    try:
        for name in _COPIED:
            _copy(engine, Table(name, MetaData(), autoload_with=engine), made, wanted // made - 1)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
    finally:
        engine.dispose()


def _copy(engine: Engine, table: Table, made: int, times: int) -> None:
    number = "to_char({}, 'FM00000000')" if engine.dialect.name == "postgresql" else "printf('%08d', {})"
    columns, values = [], []
    for column in table.columns:
        name = str(column.name)
        if name == "sequence":
            continue
        columns.append(name)
        if name in _NUMBERED:
            shifted = number.format(f"CAST(substr({name}, length({name}) - {_DIGITS - 1}) AS BIGINT) + {made} * n")
            head = f"substr({name}, 1, length({name}) - {_DIGITS})"
            is_numbered = " OR ".join(f"{name} LIKE '{prefix}0%'" for prefix in ("b", "p", "held:p"))
            values.append(f"CASE WHEN {is_numbered} THEN {head} || {shifted} ELSE {name} END")
        elif name in _UNIQUE:
            values.append(f"{name} || '-' || n")
        else:
            values.append(name)
    statement = (
        f"WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {times}) "  # noqa: S608
        f"INSERT INTO {table.name} ({', '.join(columns)}) "
        f"SELECT {', '.join(values)} FROM {table.name}, numbers ORDER BY n, sequence"
    )
    with engine.begin() as connection:
        connection.execute(text(statement))
