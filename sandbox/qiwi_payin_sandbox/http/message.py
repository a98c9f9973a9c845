"""Requests and responses, whatever carried them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from qiwi_payin_sandbox.notifications.delivery import is_loopback

_HOST = re.compile(r"[a-z0-9.-]+(:[0-9]+)?|\[[0-9a-f:]+\](:[0-9]+)?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request. `path` and `query` are as they were sent, percent signs and all; header names are in lower case."""

    method: str
    path: str
    query: str = ""
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


def headers_of(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return headers by name in lower case.

    Of two keys or hosts neither is to be believed: joined, as RFC 9110 reads repeated headers, they name none.
    """
    headers: dict[str, str] = {}
    for raw_name, raw_value in raw:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


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
