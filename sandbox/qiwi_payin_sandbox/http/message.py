"""Requests and responses, whatever carried them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from qiwi_payin_sandbox.notifications.delivery import is_loopback

_HOST = re.compile(r"[a-z0-9.-]+(:[0-9]+)?|\[[0-9a-f:]+\](:[0-9]+)?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request. `path` is as it was sent, percent signs and all, without the query; header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    peer_is_local: bool = False

    @property
    def local_host(self) -> str | None:
        """The Host header, where it names this machine."""
        host = self.headers.get("host", "")
        return host if _HOST.fullmatch(host) and _is_local(f"//{host}") else None

    @property
    def is_local(self) -> bool:
        """Whether it comes from this machine and from no web page of another site."""
        origin = self.headers.get("origin")
        return self.peer_is_local and self.local_host is not None and (origin is None or _is_local(origin))


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
