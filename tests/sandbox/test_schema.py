"""Stores of older versions are upgraded as a whole or not at all, and nothing in them is lost."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from qiwi_payin_sandbox import Sandbox, Site, StoreError
from qiwi_payin_sandbox.store import open_store, schema, tables
from sqlalchemy import Connection, create_engine, false, func, insert, inspect, make_url, select

from tests.sandbox.partner import Partner
from tests.sandbox.test_stores import AT_ONCE, at_once
from tests.sandbox.version_1 import tables as tables_of_version_1

VERSION_1 = json.loads((Path(__file__).parent / "version_1" / "data.json").read_text())
SITE = Site("test-00", key="a-key", notification_key="a-notification-key", notification_url="https://shop.example/n")


@contextmanager
def database(url: str) -> Iterator[Connection]:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg") if url.startswith("postgres") else url)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def make_version_1(url: str) -> None:
    with database(url) as connection:
        tables_of_version_1.metadata.create_all(connection)
        for table in tables_of_version_1.metadata.sorted_tables:
            if rows := VERSION_1["rows"][table.name]:
                booleans = {"reversal"} & set(rows[0])
                connection.execute(
                    insert(table), [{**row, **{name: bool(row[name]) for name in booleans}} for row in rows]
                )
            if "sequence" in table.c and connection.dialect.name == "postgresql":
                following = select(func.coalesce(func.max(table.c.sequence), 0) + 1).scalar_subquery()
                sequence = func.pg_get_serial_sequence(table.name, "sequence")
                connection.execute(select(func.setval(sequence, following, false())))


def rows_of(url: str, columns_of: Any = tables_of_version_1) -> dict[str, list[Any]]:
    with database(url) as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in columns_of.metadata.sorted_tables
            if table.name != "payin_schema"
        }


def version_of(url: str) -> int:
    with database(url) as connection:
        return int(connection.scalar(select(tables.schema.c.version)) or 0)


def shape_of(url: str) -> dict[str, Any]:
    with database(url) as connection:
        seen = inspect(connection)
        return {
            name: {
                "columns": {
                    each["name"]: (str(each["type"]), each["nullable"], each["default"])
                    for each in seen.get_columns(name)
                },
                "key": seen.get_pk_constraint(name)["constrained_columns"],
                "unique": sorted(each["column_names"] for each in seen.get_unique_constraints(name)),
                "indexes": sorted(
                    (str(each["name"]), each["column_names"], bool(each["unique"]), options_of(each))
                    for each in seen.get_indexes(name)
                ),
            }
            for name in seen.get_table_names()
        }


def options_of(index: Any) -> dict[str, str]:
    return {name: str(value) for name, value in index.get("dialect_options", {}).items() if value is not None}


def test_an_upgraded_store_has_the_tables_of_a_new_one(store: str, tmp_path: Path, request: Any) -> None:
    make_version_1(store)
    open_store(store).close()
    new = f"sqlite:///{tmp_path / 'new'}" if store.startswith("sqlite") else request.getfixturevalue("postgres")()
    open_store(new).close()
    assert shape_of(store) == shape_of(new)


def test_an_upgrade_loses_nothing(store: str) -> None:
    make_version_1(store)
    before = rows_of(store)
    open_store(store).close()
    assert rows_of(store) == before
    assert version_of(store) == tables.SCHEMA_VERSION


def test_what_an_older_version_stored_is_answered_as_it_was(store: str) -> None:
    make_version_1(store)
    with Sandbox(store=store, seed=1, sites=[SITE]) as sandbox, Partner(sandbox) as partner:
        for path, answer in VERSION_1["answers"].items():
            assert holds(partner.ok("GET", path), answer), path
        partner.capture("held", "c-2")
        sandbox.answer_three_ds("waiting")
        sandbox.advance(73 * 3600)
        assert partner.ok("GET", "/bills/b-2/details")["status"]["value"] == "EXPIRED"


def holds(now: Any, then: Any) -> bool:
    """Whether an answer has all that another has; a later version may say more."""
    if isinstance(then, dict):
        return isinstance(now, dict) and all(name in now and holds(now[name], value) for name, value in then.items())
    if isinstance(then, list):
        return len(now) == len(then) and all(holds(one, other) for one, other in zip(now, then, strict=True))
    return bool(now == then)


def run_python(code: str) -> int:
    return subprocess.run([sys.executable, "-c", code], check=False).returncode  # noqa: S603 - this very Python


def scripts_that_end(tmp_path: Path, last_words: str) -> Path:
    """Return scripts that upgrade to the newest version, and on to one whose script ends with `last_words`."""
    scripts = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, scripts)
    number = tables.SCHEMA_VERSION + 1
    (scripts / "versions" / f"{number:04}_broken.py").write_text(
        f"import os, signal\nrevision = '{number:04}'\ndown_revision = '{number - 1:04}'\n\n"
        f"def upgrade():\n    {last_words}\n"
    )
    return scripts


def test_an_upgrade_that_breaks_off_leaves_the_old_store_whole(store: str, tmp_path: Path) -> None:
    make_version_1(store)
    before, shape = rows_of(store), shape_of(store)
    with pytest.raises(RuntimeError, match="broken off"):
        schema.upgrade(make_url(store), scripts_that_end(tmp_path, "raise RuntimeError('broken off')"))
    assert (rows_of(store), shape_of(store), version_of(store)) == (before, shape, 1)
    open_store(store).close()
    assert version_of(store) == tables.SCHEMA_VERSION


def test_a_killed_upgrade_leaves_the_old_store_whole(store: str, tmp_path: Path) -> None:
    make_version_1(store)
    before, shape = rows_of(store), shape_of(store)
    scripts = scripts_that_end(tmp_path, "os.kill(os.getpid(), signal.SIGKILL)")
    code = (
        "from pathlib import Path; from sqlalchemy import make_url; from qiwi_payin_sandbox.store import schema; "
        f"schema.upgrade(make_url({store!r}), Path({str(scripts)!r}))"
    )
    assert run_python(code) == -signal.SIGKILL
    assert (rows_of(store), shape_of(store), version_of(store)) == (before, shape, 1)
    open_store(store).close()
    assert version_of(store) == tables.SCHEMA_VERSION


def test_sandboxes_that_start_at_once_upgrade_once(store: str) -> None:
    make_version_1(store)
    before = rows_of(store)
    at_once([lambda: open_store(store).close()] * AT_ONCE)
    assert rows_of(store) == before


def test_a_store_of_a_newer_version_is_refused_and_left_alone(store: str) -> None:
    open_store(store).close()
    with database(store) as connection:
        connection.execute(tables.schema.update().values(version=99))
    before = shape_of(store)
    with pytest.raises(StoreError, match=r"newer version \(schema 99, this is \d+\): upgrade qiwi-payin"):
        open_store(store)
    assert shape_of(store) == before


def test_each_version_has_its_script() -> None:
    versions = [int(file.name[:4]) for file in sorted((schema.MIGRATIONS / "versions").glob("0*.py"))]
    assert versions == list(range(2, tables.SCHEMA_VERSION + 1))


def test_alembic_is_needed_for_old_stores_only(tmp_path: Path) -> None:
    code = (
        "import sys; from qiwi_payin_sandbox import Sandbox; "
        f"Sandbox(store='sqlite:///{tmp_path / 'new'}', seed=1).close(); assert 'alembic' not in sys.modules"
    )
    assert run_python(code) == 0
