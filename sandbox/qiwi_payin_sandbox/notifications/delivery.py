"""How a notification is posted, and to whom it may be.

Only this machine, and hosts that were named when the sandbox was started, are ever called: names that are not allowed
are not even resolved, redirects are not followed, and the connection goes to the address that was checked.
"""

import ipaddress
import socket
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self

import httpx

_BYTES_READ = 64 * 1024
_DELIVERED = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt: an HTTP status, an error, or that the host may not be called."""

    status: int | None = None
    error: str | None = None
    withheld: bool = False

    @property
    def delivered(self) -> bool:
        """Whether the partner has taken the notification: it answered 200."""
        return self.status == _DELIVERED


class Courier(Protocol):
    """The seam between notifications and the network."""

    def deliver(self, url: str, body: str, signature: str) -> Outcome:
        """Post one notification once."""

    def close(self) -> None:
        """Give connections back; an exchange that is under way in another thread is cut off."""


class HttpCourier:
    """Posts over HTTP: in the clear to this machine only, by https to others.

    Args:
        allowed_hosts: Hosts that may be called besides this machine's own.
        resolve: Returns the addresses of a host, best first; raises OSError where it has none.
        patience: Seconds that an exchange may take from the connection to the status of the answer.

    Raises:
        ValueError: An allowed host is no name or address of a host.
    """

    def __init__(
        self,
        allowed_hosts: Iterable[str] = (),
        resolve: Callable[[str], Sequence[str]] | None = None,
        patience: float = 4.0,
    ) -> None:
        self._allowed_hosts = frozenset(map(_checked_host, allowed_hosts))
        self._resolve = resolve or _look_up
        self._patience = patience
        self._client: httpx.Client | None = None
        self._exchange = threading.Lock()
        self._deadline: _Deadline | None = None

    def deliver(self, url: str, body: str, signature: str) -> Outcome:
        """Post one notification once."""
        try:
            target = httpx.URL(url)
        except httpx.InvalidURL:
            return Outcome(error="the address is no URL", withheld=True)
        host = target.raw_host.decode().lower()
        if target.scheme not in {"http", "https"} or not self._is_allowed(host):
            return Outcome(error="the host may not be called", withheld=True)
        try:
            addresses = self._addresses(host, secure=target.scheme == "https")
        except (OSError, UnicodeError):  # the latter where a part of the name is too long, or empty, for any name
            return Outcome(error="the host has no address")
        outcome = Outcome(error="the host's address may not be called", withheld=True)
        for address in addresses:
            outcome = self._post(target, address, body, signature)
            if outcome.error != httpx.ConnectError.__name__:
                break
        return outcome

    def close(self) -> None:
        """Give connections back; an exchange that is under way in another thread is cut off."""
        deadline = self._deadline
        if deadline is not None:
            deadline.expire()
        with self._exchange:
            if self._client is not None:
                self._client.close()
                self._client = None

    def _is_allowed(self, host: str) -> bool:
        return host in self._allowed_hosts or is_loopback(host)

    def _addresses(self, host: str, *, secure: bool) -> list[str]:
        trusted = secure and host in self._allowed_hosts
        return [address for address in self._resolve(host) if trusted or is_loopback(address)]

    def _post(self, target: httpx.URL, address: str, body: str, signature: str) -> Outcome:
        with self._exchange, _Deadline(self._patience) as deadline:
            self._deadline = deadline
            if self._client is None:
                self._client = httpx.Client(follow_redirects=False, trust_env=False, timeout=self._patience)
            request = self._client.build_request(
                "POST",
                target.copy_with(host=address),
                content=body.encode(),
                headers={
                    "Host": target.netloc.decode(),
                    "Signature": signature,
                    "Accept": "application/json",
                    "Content-type": "application/json",
                    "Connection": "close",
                },
                extensions={"sni_hostname": target.raw_host.decode(), "trace": deadline.watch},
            )
            try:
                response = self._client.send(request, stream=True)
            except httpx.HTTPError as error:
                return Outcome(error=(httpx.ReadTimeout if deadline.passed else type(error)).__name__)
            try:
                # what follows the status is read for politeness' sake: it changes nothing, however it goes
                with suppress(httpx.HTTPError):
                    read = 0
                    for chunk in response.iter_raw():
                        read += len(chunk)
                        if read > _BYTES_READ:
                            break
            finally:
                response.close()
        return Outcome(status=response.status_code)


class _Deadline:
    """Ends a connection when the time of its exchange is up; a timeout of single reads lets an answer trickle for ever.

    `watch` is an httpx trace extension.
    """

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._timer = threading.Timer(seconds, self.expire)
        self._timer.daemon = True
        self._lock = threading.Lock()
        self._connection: socket.socket | None = None

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def watch(self, event: str, info: Mapping[str, Any]) -> None:
        """Take note of the connection."""
        if event == "connection.connect_tcp.complete":
            # a duplicate stays usable when TLS takes the socket over
            connection: socket.socket = info["return_value"].get_extra_info("socket").dup()
            with self._lock:
                self._connection = connection
                self._end_if_passed()

    def expire(self) -> None:
        """End the connection now."""
        with self._lock:
            self.passed = True
            self._end_if_passed()

    def _end_if_passed(self) -> None:
        if self.passed and self._connection is not None:
            with suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)


def _checked_host(text: str) -> str:
    """Return a host as URLs hold it: in lower case, names of other alphabets in their ASCII form."""
    host = text.strip("[]")
    try:
        url = httpx.URL(f"https://[{host}]" if ":" in host else f"https://{host}")
    except httpx.InvalidURL:
        url = httpx.URL()
    if not url.raw_host or url.userinfo or url.fragment or url.raw_path != b"/":
        raise ValueError(f"a host that may be called is a name or an address alone, not {text!r}")
    return url.raw_host.decode().lower()


def _look_up(host: str) -> list[str]:
    return [str(info[4][0]) for info in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]


def is_loopback(host: str) -> bool:
    """Whether a host name or address, without port and brackets, is this machine's own."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
