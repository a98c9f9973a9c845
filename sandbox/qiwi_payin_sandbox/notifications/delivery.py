"""How a notification is posted, and to whom it may be.

Only this machine, and hosts that were named when the sandbox was started, are ever called: names that are not allowed
are not even resolved, redirects are not followed, and the connection goes to the address that was checked.
"""

import ipaddress
import socket
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import httpx

_SECONDS_TO_ANSWER = 4.0
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
        """Give connections back."""


class HttpCourier:
    """Posts over HTTP.

    Args:
        allowed_hosts: Hosts that may be called besides this machine's own.
        resolve: Returns the addresses of a host, best first; raises OSError where it has none.
    """

    def __init__(
        self, allowed_hosts: Iterable[str] = (), resolve: Callable[[str], Sequence[str]] | None = None
    ) -> None:
        self._allowed_hosts = {host.lower().strip("[]") for host in allowed_hosts}
        self._resolve = resolve or _look_up
        self._client: httpx.Client | None = None

    def deliver(self, url: str, body: str, signature: str) -> Outcome:
        """Post one notification once."""
        try:
            target = httpx.URL(url)
        except httpx.InvalidURL:
            return Outcome(error="the address is no URL", withheld=True)
        host = target.host.lower()
        if target.scheme not in {"http", "https"} or not self._is_allowed(host):
            return Outcome(error="the host may not be called", withheld=True)
        try:
            addresses = self._addresses(host)
        except OSError:
            return Outcome(error="the host has no address")
        outcome = Outcome(error="the host's address may not be called", withheld=True)
        for address in addresses:
            outcome = self._post(target, address, body, signature)
            if outcome.error != httpx.ConnectError.__name__:
                break
        return outcome

    def close(self) -> None:
        """Give connections back."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _is_allowed(self, host: str) -> bool:
        return host in self._allowed_hosts or is_loopback(host)

    def _addresses(self, host: str) -> list[str]:
        trusted = host in self._allowed_hosts
        return [address for address in self._resolve(host) if trusted or is_loopback(address)]

    def _post(self, target: httpx.URL, address: str, body: str, signature: str) -> Outcome:
        if self._client is None:
            self._client = httpx.Client(follow_redirects=False, trust_env=False, timeout=_SECONDS_TO_ANSWER)
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
            extensions={"sni_hostname": target.host},
        )
        end = time.monotonic() + _SECONDS_TO_ANSWER
        try:
            response = self._client.send(request, stream=True)
            try:
                read = 0
                for chunk in response.iter_raw():
                    read += len(chunk)
                    if read > _BYTES_READ or time.monotonic() > end:
                        break
            finally:
                response.close()
        except httpx.HTTPError as error:
            return Outcome(error=type(error).__name__)
        return Outcome(status=response.status_code)


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
