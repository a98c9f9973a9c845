"""A server in a thread, and the thread that lets happen what is due."""

import asyncio
import logging
import socket
import threading
import time
from contextlib import suppress

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from qiwi_payin_sandbox.http.connection import protocol
from qiwi_payin_sandbox.timekeeper import ClosingError, Timekeeper

_TICK_SECONDS = 0.1
_LONGEST_START_SECONDS = 10.0
_log = logging.getLogger("qiwi_payin_sandbox")


class ServerError(Exception):
    """The server cannot listen; the message says why."""


class Server:
    """Serves an application on a host and port (0: a free one) until it is stopped.

    Raises:
        ServerError: The address cannot be listened on.
    """

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        self._socket = _listening_socket(host, port)
        self.host, self.port = host, int(self._socket.getsockname()[1])
        config = uvicorn.Config(
            _ending_quietly(app),
            http=protocol(),
            log_level="warning",
            access_log=False,
            lifespan="off",
            proxy_headers=False,  # whoever sends X-Forwarded-For must not pass for this machine
            server_header=False,
            timeout_graceful_shutdown=2,
        )
        self._uvicorn = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._uvicorn.run, kwargs={"sockets": [self._socket]}, name="sandbox server", daemon=True
        )
        self._thread.start()
        end = time.monotonic() + _LONGEST_START_SECONDS
        while not self._uvicorn.started:
            if not self._thread.is_alive() or time.monotonic() > end:
                self._socket.close()
                raise ServerError("the server did not start")
            time.sleep(0.002)

    @property
    def origin(self) -> str:
        """The URL of the server without a path."""
        host = "127.0.0.1" if self.host in {"", "0.0.0.0"} else self.host  # noqa: S104 - compared, not bound
        host = "::1" if host == "::" else host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    def stop(self) -> None:
        """Stop and wait for it."""
        self._uvicorn.should_exit = True
        self._thread.join()
        self._socket.close()


class Worker:
    """Lets happen on every site what its clock makes due, and delivers notifications."""

    def __init__(self, timekeeper: Timekeeper) -> None:
        self._timekeeper = timekeeper
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sandbox worker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop and wait for it."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(_TICK_SECONDS):
            try:
                self._timekeeper.fire_due()
            except ClosingError:
                return
            except Exception:  # noqa: BLE001 - logged; one fault must not stop all that is due later
                _log.exception("due work failed, it will be tried again")


def _ending_quietly(app: ASGIApp) -> ASGIApp:
    """Return the application, one that takes it calmly when a request that it still waits for is cut off at the end."""

    async def ending_quietly(scope: Scope, receive: Receive, send: Send) -> None:
        with suppress(asyncio.CancelledError):
            await app(scope, receive, send)

    return ending_quietly


def _listening_socket(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
    except (OSError, OverflowError) as error:
        raise ServerError(f"cannot listen on {host}:{port}: {error}") from None
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(2048)
    except OSError as error:
        listening.close()
        raise ServerError(f"cannot listen on {host}:{port}: {error.strerror or error}") from None
    return listening
