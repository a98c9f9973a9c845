"""A server in a thread."""

import asyncio
import errno
import logging
import socket
import threading
import time
from concurrent.futures import Future
from contextlib import suppress
from email.utils import formatdate

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.server import ServerState

from qiwi_payin_sandbox.http.connection import protocol
from qiwi_payin_sandbox.http.limits import Limits, limited

_DEFAULT_LIMITS = Limits()
_log = logging.getLogger("qiwi_payin_sandbox")


class ServerError(Exception):
    """The server cannot listen; the message says why."""


class Server:
    """Serves an application on a host and port (0: a free one) until it is stopped.

    The protocols and the event loop are uvicorn's; its own loop, which looks ten times a second whether it is to stop,
    would make each start and stop take that long.

    Raises:
        ServerError: The address cannot be listened on.
    """

    def __init__(self, app: ASGIApp, host: str, port: int, limits: Limits = _DEFAULT_LIMITS) -> None:
        self._socket = _listening_socket(host, port)
        self.host, self.port = host, int(self._socket.getsockname()[1])
        self._config = uvicorn.Config(
            _ending_quietly(app),
            http=limited(protocol(), limits),
            ws="none",
            log_config=None,
            log_level="warning",
            access_log=False,
            lifespan="off",
            proxy_headers=False,  # whoever sends X-Forwarded-For must not pass for this machine
            server_header=False,
            limit_concurrency=limits.connections,
        )
        self._grace = limits.grace
        self._state = ServerState()
        self._started: Future[asyncio.AbstractEventLoop] = Future()
        self._stopping: asyncio.Event
        self._thread = threading.Thread(target=self._run, name="sandbox server", daemon=True)
        self._thread.start()
        try:
            self._loop = self._started.result()
        except Exception as error:
            self._socket.close()
            raise ServerError(f"the server did not start: {error}") from error

    @property
    def origin(self) -> str:
        """The URL of the server without a path."""
        host = "127.0.0.1" if self.host in {"", "0.0.0.0"} else self.host  # noqa: S104 - compared, not bound
        host = "::1" if host == "::" else host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    def stop(self) -> None:
        """Take no more requests, answer those that are there, and end; what takes longer than the grace is given up."""
        with suppress(RuntimeError):  # it has ended
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()
        self._socket.close()

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=self._config.get_loop_factory()) as runner:
                runner.run(self._serve())
        except Exception as error:  # noqa: BLE001 - whoever starts the server must learn of it
            if not self._started.done():
                self._started.set_exception(error)
            else:
                _log.exception("the server failed")

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        self._config.load()
        self._tick(loop)
        listening = await loop.create_server(self._new_connection, sock=self._socket)
        self._started.set_result(loop)
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), 1.0)
            self._tick(loop)
        listening.close()
        for connection in list(self._state.connections):
            connection.shutdown()
        await self._drain(loop.time() + self._grace)

    def _new_connection(self) -> asyncio.Protocol:
        made: asyncio.Protocol = self._config.http_protocol_class(  # type: ignore[call-arg]
            config=self._config, server_state=self._state, app_state={}
        )
        return made

    def _tick(self, loop: asyncio.AbstractEventLoop) -> None:
        self._state.default_headers = [(b"date", formatdate(time.time(), usegmt=True).encode())]
        for connection in list(self._state.connections):
            connection.cut_off_if_slow(loop.time())  # type: ignore[union-attr]

    async def _drain(self, end: float) -> None:
        state, loop = self._state, asyncio.get_running_loop()
        while (state.tasks or state.connections) and loop.time() < end:
            if state.tasks:
                await asyncio.wait(state.tasks, timeout=end - loop.time())
            else:
                await asyncio.sleep(0.001)  # connections end in a turn or two of the loop
        for task in list(state.tasks):
            task.cancel()
        if state.tasks:
            await asyncio.wait(state.tasks, timeout=1)
        for connection in list(state.connections):
            connection.transport.abort()


def _ending_quietly(app: ASGIApp) -> ASGIApp:
    """Return the application, made to answer 503 to a request that it still waits for when it is cut off at the end."""

    async def ending_quietly(scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await app(scope, receive, sending)
        except asyncio.CancelledError:
            if not begun and scope["type"] == "http":
                headers = [(b"content-length", b"0"), (b"connection", b"close")]
                await send({"type": "http.response.start", "status": 503, "headers": headers})
                await send({"type": "http.response.body", "body": b""})

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
        hint = "; take another port, or 0 for a free one" if error.errno == errno.EADDRINUSE else ""
        raise ServerError(f"cannot listen on {host}:{port}: {error.strerror or error}{hint}") from None
    return listening
