"""A partner's address for notifications: one server for a whole run, with an inbox for each test."""

import http
import itertools
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit, urlunsplit

import attrs

from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.json_text import loads
from qiwi_payin_contract.shop import at

__all__ = ["OK", "Arrived", "Inbox", "Receiver", "ReceiverError", "Reply"]

_LONGEST_BODY = 1 << 20


class ReceiverError(OSError):
    """The receiver cannot listen where the server would reach it."""


@attrs.define(frozen=True)
class Reply:
    """How an inbox answers.

    Attributes:
        name: what a report calls it.
        status: HTTP status; None closes the connection without an answer.
        location: whether the answer points to another address of the receiver, which answers 500.
        held: most seconds before the answer; whoever sent may give up sooner.
    """

    name: str
    status: int | None
    location: bool = False
    held: float = 0.0


OK = Reply("200", 200)


@attrs.define(eq=False, slots=False)
class Arrived:
    """A notification as it arrived.

    Attributes:
        method: HTTP method.
        headers: names in lower case.
        body: exact bytes.
        reply: how it was answered.
        moment: when, by a clock that only moves forward.
        shown: what the API showed of its object before it was answered; None where nobody looked, or saw nothing.
        given_up: whether the sender closed the connection before it was answered.
    """

    method: str
    headers: dict[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)
    reply: Reply = OK
    moment: float = attrs.field(factory=time.monotonic)
    shown: Exchange | None = attrs.field(default=None, repr=False)
    given_up: bool = False

    @cached_property
    def tells_of(self) -> tuple[str, str] | None:
        """Type and id of the payment, capture or refund that it tells of; None where it tells of none."""
        try:
            data = loads(self.body)
        except ValueError:
            return None
        kind = at(data, "type")
        object_id = at(data, str(kind).lower(), f"{str(kind).lower()}Id")
        return (kind, object_id) if isinstance(kind, str) and isinstance(object_id, str) else None


Look = Callable[[Arrived], Exchange | None]


class Inbox:
    """An address of its own. ``reply`` may be changed at any time."""

    def __init__(self, url: str, reply: Reply = OK, look: Look | None = None) -> None:
        self.url = url
        self.reply = reply
        self._look = look
        self._arrived: list[Arrived] = []
        self._changed = threading.Condition()

    @property
    def arrived(self) -> tuple[Arrived, ...]:
        """What has arrived so far, in order."""
        with self._changed:
            return tuple(self._arrived)

    def about(
        self, kind: str, object_id: str, count: int = 1, seconds: float = 3.0, *, or_nothing: bool = False
    ) -> tuple[Arrived, ...]:
        """Wait until so many have arrived that tell of an object, or the time is over; what has arrived then.

        Args:
            kind: ``PAYMENT``, ``CAPTURE`` or ``REFUND``.
            object_id: id of the payment, capture or refund.
            count: how many to wait for.
            seconds: how long to wait at most.
            or_nothing: count what tells of no object too.
        """
        wanted = {(kind, object_id), None} if or_nothing else {(kind, object_id)}

        def found() -> tuple[Arrived, ...]:
            return tuple(each for each in self._arrived if each.tells_of in wanted)

        with self._changed:
            self._changed.wait_for(lambda: len(found()) >= count, timeout=seconds)
            return found()

    def take(self, arrived: Arrived) -> None:
        """Keep what arrived, after a look at what the API shows at that moment."""
        if self._look is not None:
            arrived.shown = self._look(arrived)
        with self._changed:
            self._arrived.append(arrived)
            self._changed.notify_all()

    def give_up(self, arrived: Arrived) -> None:
        """Note that the sender did not wait for the answer."""
        with self._changed:
            arrived.given_up = True
            self._changed.notify_all()

    def wait_until_given_up(self, seconds: float) -> bool:
        """Wait until a sender gives up, or the time is over; whether one did."""
        with self._changed:
            return self._changed.wait_for(lambda: any(each.given_up for each in self._arrived), timeout=seconds)


class Receiver:
    """Serves inboxes.

    Args:
        public: address at which the server under test reaches this machine; None is loopback. The receiver listens on
            that address where this machine has it, and else on the same port of loopback, where a tunnel may end.

    Raises:
        ReceiverError: that port cannot be had.
    """

    def __init__(self, public: str | None = None) -> None:
        host, port = _listening_place(public)
        try:
            self._server = (_ServerOfIPv6 if ":" in host else _Server)((host, port), self.at)
        except OSError as error:
            raise ReceiverError(
                f"the receiver cannot listen on port {port} of {host}: {error.strerror or type(error).__name__}"
            ) from error
        self._public = public or f"http://127.0.0.1:{self._server.server_port}/notifications"
        self._inboxes: dict[str, Inbox] = {}
        self._names = itertools.count(1)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def listens_on(self) -> tuple[str, int]:
        """Address and port on this machine."""
        host, port, *_ = self._server.server_address
        return str(host), int(port)

    @property
    def inboxes(self) -> tuple[Inbox, ...]:
        """All inboxes, in the order in which they were opened."""
        return tuple(self._inboxes.values())

    def inbox(self, reply: Reply = OK, look: Look | None = None) -> Inbox:
        """Open an inbox.

        Args:
            reply: how it answers.
            look: called with each notification before it is answered; finds what the API shows of its object then.
        """
        name = str(next(self._names))
        parts = urlsplit(self._public)
        url = urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{name}"))
        self._inboxes[name] = made = Inbox(url, reply, look)
        return made

    def at(self, path: str) -> Inbox | None:
        """The inbox at a path; what lies before its last part is the tunnel's affair."""
        return self._inboxes.get(path.partition("?")[0].rpartition("/")[2])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, place: tuple[str, int], find: Callable[[str], Inbox | None]) -> None:
        super().__init__(place, _Handler)
        self.find = find

    def handle_error(self, *_: object) -> None:
        """Write nothing: whoever sends may break off."""


class _ServerOfIPv6(_Server):
    address_family = socket.AF_INET6


def _listening_place(public: str | None) -> tuple[str, int]:
    if public is None:
        return "127.0.0.1", 0
    parts = urlsplit(public)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    with suppress(OSError):
        for family, _, _, _, address in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM):
            if _is_own(family, str(address[0])):
                return str(address[0]), port
    return "127.0.0.1", port


def _is_own(family: int, address: str) -> bool:
    """Whether this machine has an address; only then something can be bound to it."""
    with socket.socket(family, socket.SOCK_STREAM) as tried, suppress(OSError):
        tried.bind((address, 0))
        return True
    return False


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _take(self) -> None:
        self.close_connection = True
        body = self._body()
        inbox = self.server.find(self.path)
        if inbox is None:
            self._answer(http.HTTPStatus.INTERNAL_SERVER_ERROR)
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        arrived = Arrived(self.command, headers, body, inbox.reply)
        inbox.take(arrived)
        reply = arrived.reply
        if reply.held and self._is_left(reply.held):
            inbox.give_up(arrived)
        elif reply.status is not None:
            self._answer(reply.status, f"{inbox.url}-elsewhere" if reply.location else None)

    do_POST = do_PUT = do_GET = _take  # noqa: N815 - names that http.server looks for

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("transfer-encoding", "").lower():
            return b"".join(self._chunks())
        return self.rfile.read(min(int(self.headers.get("content-length") or 0), _LONGEST_BODY))

    def _chunks(self) -> "list[bytes]":
        found = []
        while size := int(self.rfile.readline(100).partition(b";")[0], 16):
            found.append(self.rfile.read(min(size, _LONGEST_BODY)))
            self.rfile.readline(100)
        return found

    def _is_left(self, seconds: float) -> bool:
        """Wait; whether the other side closed the connection meanwhile."""
        self.connection.settimeout(seconds)
        try:
            return not self.connection.recv(1)
        except TimeoutError:
            return False
        except OSError:
            return True

    def _answer(self, status: int, location: str | None = None) -> None:
        self.send_response_only(status)
        if location is not None:
            self.send_header("location", location)
        if status != http.HTTPStatus.NO_CONTENT:
            self.send_header("content-length", "0")
        self.send_header("connection", "close")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Write nothing: the suite has its own output."""
