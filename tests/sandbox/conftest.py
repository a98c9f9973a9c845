"""Stores that the same tests run on, and a sandbox with a clock that stands still."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from qiwi_payin_sandbox import Clock, Sandbox, Site

from tests.sandbox.partner import Partner
from tools.postgres import NoServerError, temporary_server

NOW = "2024-03-01T12:00:00+03:00"


def _postgres_missing(reason: str) -> None:
    if "postgres" in os.environ.get("QIWI_PAYIN_REQUIRE", "").split(","):
        pytest.fail(f"PostgreSQL is required, but {reason}", pytrace=False)
    pytest.skip(f"no tests on PostgreSQL: {reason}")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[], str]]:
    """Make the URL of a fresh database."""
    with ExitStack() as running:
        try:
            server = running.enter_context(temporary_server())
        except NoServerError as error:
            _postgres_missing(str(error))
            return
        yield server.fresh


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
