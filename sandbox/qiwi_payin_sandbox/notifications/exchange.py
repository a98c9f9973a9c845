"""One POST over a connection that is kept for the next one, in a time that covers all of it."""

import selectors
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

import h11

_KEPT_SECONDS = 10.0
_BYTES_READ = 64 * 1024
_BYTES_AT_ONCE = 16 * 1024
_LONGEST_HEAD = 32 * 1024

Headers = tuple[tuple[str, str], ...]


class ExchangeError(Exception):
    """No answer came; the message says why in a few words."""


class NotConnectedError(ExchangeError):
    """Nothing was sent, for there was no connection."""


class Endpoint(NamedTuple):
    """Where a connection leads: the address that is called, and the name that its certificate is checked for."""

    secure: bool
    address: str
    port: int
    host: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer.

    Attributes:
        status: The HTTP status.
        headers: Its headers, as they were sent.
        body: Its body, as far as it was read.
        cut: Whether there was more of the body, or may have been.
    """

    status: int
    headers: Headers
    body: bytes = field(repr=False)
    cut: bool


class Connections:
    """Posts from any number of threads at once, and keeps connections that are good for more.

    Args:
        patience: Seconds that an exchange is given; told where they were not enough.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._lock = threading.Lock()
        self._kept: dict[Endpoint, list[_Connection]] = {}
        self._busy: set[_Connection] = set()
        self._closed = False
        self._tls: ssl.SSLContext | None = None

    def post(
        self, endpoint: Endpoint, target: str, headers: Iterable[tuple[str, str]], body: bytes, *, end: float
    ) -> Reply:
        """Post once. A kept connection that turns out to have ended is replaced by a fresh one.

        Args:
            endpoint: Where to.
            target: The path and the query.
            headers: All headers, the length of the body included.
            body: The body.
            end: When the exchange ends whatever has come, by `time.monotonic`. An answer whose status came in time
                counts, however the rest of it goes.

        Raises:
            NotConnectedError: Nothing was sent.
            ExchangeError: It was, or may have been, but no answer came.
        """
        request = h11.Request(method="POST", target=target, headers=list(headers))
        connection = self._kept_for(endpoint)
        if connection is not None:
            with suppress(_EndedUnusedError):
                return self._exchange(connection, request, body, end)
        return self._exchange(self._fresh(endpoint, end), request, body, end)

    def close(self) -> None:
        """End all connections; exchanges under way in other threads fail."""
        with self._lock:
            self._closed = True
            for connection in self._busy:
                connection.cut_off()
            kept, self._kept = self._kept, {}
        for connections in kept.values():
            for connection in connections:
                connection.close()

    def _kept_for(self, endpoint: Endpoint) -> "_Connection | None":
        now = time.monotonic()
        stale = []
        found = None
        with self._lock:
            kept = self._kept.get(endpoint, [])
            while kept and found is None:
                connection = kept.pop()
                if now - connection.used_at < _KEPT_SECONDS and connection.is_quiet():
                    found = connection
                    self._busy.add(connection)
                else:
                    stale.append(connection)
        for connection in stale:
            connection.close()
        return found

    def _fresh(self, endpoint: Endpoint, end: float) -> "_Connection":
        family = socket.AF_INET6 if ":" in endpoint.address else socket.AF_INET
        connection = _Connection(endpoint, socket.socket(family, socket.SOCK_STREAM))
        with self._lock:
            self._busy.add(connection)
        try:
            connection.connect(self._context() if endpoint.secure else None, end)
            if self._closed:  # in the meantime, when there was no connection to cut off
                connection.cut_off()
        except BaseException as error:
            self._give_up(connection)
            if isinstance(error, OSError):
                raise NotConnectedError(self._reason(error)) from None
            raise
        return connection

    def _context(self) -> ssl.SSLContext:
        with self._lock:
            if self._tls is None:
                self._tls = ssl.create_default_context()
            return self._tls

    def _exchange(self, connection: "_Connection", request: h11.Request, body: bytes, end: float) -> Reply:
        reusable = False
        try:
            reply, reusable = connection.exchange(request, body, end)
        except OSError as error:
            raise ExchangeError(self._reason(error)) from None
        except h11.RemoteProtocolError:
            raise ExchangeError("the answer is no HTTP") from None
        finally:
            self._give_up(connection, keep=reusable)
        return reply

    def _give_up(self, connection: "_Connection", *, keep: bool = False) -> None:
        with self._lock:
            self._busy.discard(connection)
            if keep and not self._closed:
                self._kept.setdefault(connection.endpoint, []).append(connection)
                return
        connection.close()

    def _reason(self, error: OSError) -> str:
        if self._closed:
            return "the sandbox was stopped"
        match error:
            case TimeoutError():
                reason = f"no answer within {self._patience:g} seconds"
            case ConnectionRefusedError():
                reason = "connection refused"
            case ssl.SSLCertVerificationError():
                reason = f"the certificate is not accepted: {error.verify_message}"
            case ssl.SSLError():
                reason = "no secure connection"
            case ConnectionError():
                reason = "the connection ended without an answer"
            case _:
                reason = (error.strerror or type(error).__name__).lower()
        return reason


class _EndedUnusedError(Exception):
    """A kept connection had been ended by the other side before a byte of the answer came."""


class _Connection:
    """A connection, used by one exchange at a time."""

    def __init__(self, endpoint: Endpoint, connected: socket.socket) -> None:
        self.endpoint = endpoint
        self.used_at = 0.0
        self._socket = connected
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)
        self._used = False

    def connect(self, tls: ssl.SSLContext | None, end: float) -> None:
        self._await(end)
        self._socket.connect((self.endpoint.address, self.endpoint.port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls is not None:
            secured = tls.wrap_socket(self._socket, server_hostname=self.endpoint.host, do_handshake_on_connect=False)
            self._socket = secured
            self._await(end)
            secured.do_handshake()

    def is_quiet(self) -> bool:
        """Whether the other side has neither ended it nor sent what nobody asked for."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._socket, selectors.EVENT_READ)
            return not selector.select(0)

    def exchange(self, request: h11.Request, body: bytes, end: float) -> tuple[Reply, bool]:
        """Return the answer, and whether the connection is good for another exchange."""
        was_used, self._used = self._used, True
        if was_used:
            self._http.start_next_cycle()
        try:
            head = self._http.send(request) or b""
            data = self._http.send(h11.Data(data=body)) or b""
            self._http.send(h11.EndOfMessage())
            self._await(end)
            self._socket.sendall(head + data)
            response = self._response(end)
        except ConnectionError:
            if was_used and not self._http.trailing_data[0] and self._http.their_state is h11.SEND_RESPONSE:
                raise _EndedUnusedError from None
            raise
        read, cut = self._body(end)
        headers = tuple((name.decode("latin-1"), text.decode("latin-1")) for name, text in response.headers.raw_items())
        self.used_at = time.monotonic()
        reusable = not cut and self._http.our_state is h11.DONE and self._http.their_state is h11.DONE
        return Reply(response.status_code, headers, read, cut), reusable

    def cut_off(self) -> None:
        """End it while another thread uses it."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._socket.close()

    def _response(self, end: float) -> h11.Response:
        while True:
            event = self._http.next_event()
            if isinstance(event, h11.Response):
                return event
            if event is h11.NEED_DATA:
                received = self._receive(end)
                if not received:
                    raise ConnectionResetError
                self._http.receive_data(received)

    def _body(self, end: float) -> tuple[bytes, bool]:
        """Read what follows the status: it changes nothing, however it goes, so it is read for the log alone."""
        read = bytearray()
        with suppress(OSError, h11.RemoteProtocolError):
            while len(read) <= _BYTES_READ:
                event = self._http.next_event()
                if isinstance(event, h11.EndOfMessage):
                    return bytes(read), False
                if isinstance(event, h11.Data):
                    read += event.data
                elif event is h11.NEED_DATA:
                    self._http.receive_data(self._receive(end))
        return bytes(read[:_BYTES_READ]), True

    def _receive(self, end: float) -> bytes:
        self._await(end)
        return self._socket.recv(_BYTES_AT_ONCE)

    def _await(self, end: float) -> None:
        """Let the next step take what is left of the time: many small steps take no longer than one."""
        left = end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)
