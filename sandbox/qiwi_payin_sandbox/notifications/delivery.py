"""How a notification is posted, and to whom it may be.

Only this machine, and hosts that were named when the sandbox was started, are ever called; where others can reach the
sandbox, this machine too only if it was named, for callers elsewhere say where notifications go. Names that are not
allowed are not even resolved, redirects are not followed, and the connection goes to the address that was checked.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from qiwi_payin_sandbox.addresses import is_loopback
from qiwi_payin_sandbox.notifications.message import DeliveryState, headers_with

if TYPE_CHECKING:
    import httpx

    from qiwi_payin_sandbox.notifications.exchange import Connections

Headers = tuple[tuple[str, str], ...]

_DELIVERED = 200
_LAST_PORT = 65535
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one attempt.

    Attributes:
        status: The HTTP status of the answer; None where there was none.
        error: Why there was no answer, in a few words.
        withheld: The host may not be called, so nothing was sent, and nothing shall be.
        collected: The notification was put by to be looked at.
        sent_headers: The headers of the request.
        headers: The headers of the answer.
        body: The beginning of the answer's body.
        body_cut: Whether the body goes on after `body`.
    """

    status: int | None = None
    error: str | None = None
    withheld: bool = False
    collected: bool = False
    sent_headers: Headers = ()
    headers: Headers = ()
    body: bytes = field(default=b"", repr=False)
    body_cut: bool = False

    @property
    def delivered(self) -> bool:
        """Whether the partner has taken the notification: it answered 200."""
        return self.status == _DELIVERED


Beginning = Callable[[str | None], DeliveryState]
"""Says which state a new notification begins in, by its address if it has one. Only PENDING is followed by attempts."""


def to_addresses(url: str | None) -> DeliveryState:
    """Let notifications that have an address go there."""
    return DeliveryState.PENDING if url else DeliveryState.WITHHELD


class Courier(Protocol):
    """The seam between notifications and those whom they are for.

    Notifications are handed over one after another, in the order in which their attempts fall due. A courier that has
    an attribute `at_once` takes up to that many at the same time, each in a thread of its own.
    """

    def deliver(self, url: str, body: str, signature: str) -> Outcome:
        """Hand over one notification once."""

    def close(self) -> None:
        """Give connections back; an exchange that is under way in another thread is cut off."""


class HttpCourier:
    """Posts over HTTP: in the clear to this machine only, by https to others.

    Args:
        allowed_hosts: Hosts that may be called besides this machine's own.
        resolve: Returns the addresses of a host, best first; raises OSError where it has none.
        patience: Seconds that an exchange may take from the connection to the status of the answer, whatever number
            of addresses a host has.
        at_once: How many exchanges there may be at the same time.
        calls_this_machine: Whether this machine's own hosts may be called although they are not named.

    Raises:
        ValueError: An allowed host is no name or address of a host.
    """

    def __init__(
        self,
        allowed_hosts: Iterable[str] = (),
        resolve: Callable[[str], Sequence[str]] | None = None,
        patience: float = 4.0,
        at_once: int = 16,
        *,
        calls_this_machine: bool = True,
    ) -> None:
        self.at_once = at_once
        self._allowed_hosts = frozenset(map(_checked_host, allowed_hosts))
        self._resolve = resolve or _look_up
        self._patience = patience
        self._calls_this_machine = calls_this_machine
        self._lock = threading.Lock()
        self._connections: Connections | None = None
        self._closed = False

    def deliver(self, url: str, body: str, signature: str) -> Outcome:
        """Post one notification once."""
        target = _url(url)
        if target is None or (target.port or 0) > _LAST_PORT:
            return Outcome(error="the address is no URL", withheld=True)
        host = target.raw_host.decode().lower()
        if target.scheme not in _PORTS or not self._is_allowed(host):
            return Outcome(error="the host may not be called", withheld=True)
        try:
            addresses = self._addresses(host, secure=target.scheme == "https")
        except (OSError, UnicodeError):  # the latter where a part of the name is too long, or empty, for any name
            return Outcome(error="the host has no address")
        if not addresses:
            return Outcome(error="the host's address may not be called", withheld=True)
        return self._post(target, addresses, body, signature)

    def close(self) -> None:
        """Give connections back; an exchange that is under way in another thread is cut off, and none begins."""
        with self._lock:
            self._closed = True
            connections = self._connections
        if connections is not None:
            connections.close()

    def _is_allowed(self, host: str) -> bool:
        return host in self._allowed_hosts or (self._calls_this_machine and is_loopback(host))

    def _addresses(self, host: str, *, secure: bool) -> list[str]:
        trusted = secure and host in self._allowed_hosts
        return [address for address in self._resolve(host) if trusted or is_loopback(address)]

    def _post(self, target: "httpx.URL", addresses: Iterable[str], body: str, signature: str) -> Outcome:
        from qiwi_payin_sandbox.notifications.exchange import (  # noqa: PLC0415 - a start does without
            Endpoint,
            ExchangeError,
            NotConnectedError,
        )

        content = body.encode()
        headers = (
            ("Host", target.netloc.decode()),
            *headers_with(signature),
            ("Content-Length", str(len(content))),
        )
        connections = self._open()
        if connections is None:
            return Outcome(error="the sandbox was stopped")
        host, error, end = target.raw_host.decode(), "", time.monotonic() + self._patience
        for address in addresses:
            endpoint = Endpoint(target.scheme == "https", address, target.port or _PORTS[target.scheme], host)
            try:
                reply = connections.post(endpoint, target.raw_path.decode(), headers, content, end=end)
            except NotConnectedError as failed:
                error = str(failed)
                continue
            except ExchangeError as failed:
                error = str(failed)
                break
            return Outcome(
                status=reply.status,
                sent_headers=headers,
                headers=reply.headers,
                body=reply.body,
                body_cut=reply.cut,
            )
        return Outcome(error=error, sent_headers=headers)

    def _open(self) -> "Connections | None":
        from qiwi_payin_sandbox.notifications.exchange import Connections  # noqa: PLC0415 - a start does without

        with self._lock:
            if self._connections is None and not self._closed:
                self._connections = Connections(self._patience)
            return self._connections


def _url(text: str) -> "httpx.URL | None":
    import httpx  # noqa: PLC0415 - a start does without

    try:
        return httpx.URL(text)
    except httpx.InvalidURL:
        return None


def _checked_host(text: str) -> str:
    """Return a host as URLs hold it: in lower case, names of other alphabets in their ASCII form."""
    host = text.strip("[]")
    url = _url(f"https://[{host}]" if ":" in host else f"https://{host}")
    if url is None or not url.raw_host or url.userinfo or url.fragment or url.raw_path != b"/":
        raise ValueError(f"a host that may be called is a name or an address alone, not {text!r}")
    return url.raw_host.decode().lower()


def _look_up(host: str) -> list[str]:
    if host.endswith(".localhost"):  # resolvers that do not know such names would ask others
        host = "localhost"
    return [str(info[4][0]) for info in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]
