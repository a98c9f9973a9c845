"""The schema of a store: made where there is none, upgraded where an older version made it."""

from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, func, select, update
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.schema import CreateIndex, CreateTable

from qiwi_payin_sandbox.store import tables
from qiwi_payin_sandbox.store.session import Session

LOCK = int.from_bytes(b"payin")
"""The advisory lock under which PostgreSQL's tables are made and upgraded."""

MIGRATIONS = Path(__file__).with_name("migrations")
"""The Alembic scripts, one for each version but the first; a revision's id is the version in four digits."""

_VERSION = select(tables.schema.c.version)


def version(session: Session) -> int:
    """Return the version of the schema."""
    return int(session.all(_VERSION, {})[0].version)


def make(session: Session, dialect: DefaultDialect) -> None:
    """Make the tables."""
    for statement in _definitions(dialect):
        session.define(statement)
    session.add(tables.schema, {"version": tables.SCHEMA_VERSION})


@cache
def _definitions(dialect: DefaultDialect) -> tuple[str, ...]:
    texts = []
    for table in tables.metadata.sorted_tables:
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        texts += [
            CreateTable(table).compile(dialect=dialect),
            *(CreateIndex(each).compile(dialect=dialect) for each in indexes),
        ]
    return tuple(map(str, texts))


def upgrade(url: URL, migrations: Path = MIGRATIONS) -> None:
    """Upgrade the tables of an older version in one transaction: as a whole, or not at all."""
    from alembic.migration import MigrationContext  # noqa: PLC0415 - needed for old stores only
    from alembic.operations import Operations  # noqa: PLC0415 - needed for old stores only
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - needed for old stores only

    engine = _engine(url)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
            stored = connection.execute(_VERSION).scalar_one()
            with Operations.context(MigrationContext.configure(connection)):
                for script in reversed(list(ScriptDirectory(migrations).walk_revisions())):
                    if int(script.revision) > stored:
                        script.module.upgrade()
                        stored = int(script.revision)
            connection.execute(update(tables.schema).values(version=stored))
    finally:
        engine.dispose()


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url.set(drivername="postgresql+psycopg"), hide_parameters=True)
    engine = create_engine(url, connect_args={"isolation_level": None}, hide_parameters=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # the driver would begin before the first row is written, and change the tables outside of the transaction
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
