"""Requests and responses, whatever carried them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from qiwi_payin_sandbox.notifications.delivery import is_loopback


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request. `path` is as it was sent, percent signs and all, without the query; header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    peer_is_local: bool = False

    @property
    def host_is_local(self) -> bool:
        """Whether the Host header names this machine."""
        return _is_local(f"//{self.headers.get('host', '')}")

    @property
    def is_local(self) -> bool:
        """Whether it comes from this machine and from no web page of another site."""
        origin = self.headers.get("origin")
        return self.peer_is_local and self.host_is_local and (origin is None or _is_local(origin))


def _is_local(url: str) -> bool:
    try:
        return is_loopback(urlsplit(url).hostname or "")
    except ValueError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A response."""

    status: int
    headers: dict[str, str]
    body: bytes = field(repr=False)
