"""Requests and responses, whatever carried them."""

import itertools
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import urlsplit

from qiwi_payin_sandbox.addresses import is_loopback

Cut = Literal["", "reset", "lost", "broken"]

_HOST = re.compile(r"[a-z0-9.-]+(:[0-9]+)?|\[[0-9a-f:]+\](:[0-9]+)?", re.ASCII | re.IGNORECASE)
_MOST_PIECES = 10
_ON_BEHALF = frozenset({"signature", "forwarded"})  # a notification, a proxy
_CLIENTS = ("x-forwarded-for", "x-real-ip")


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
        return host if _is_local_host(host) else None

    @property
    def is_of_this_machine(self) -> bool:
        """Whether somebody on this machine sends it, rather than having another program send it.

        Notifications go wherever a partner wants, to a sandbox on this machine too; proxies on this machine speak for
        others, and may put another name in the Host header.
        """
        return self.peer_is_local and self.local_host is not None and not _is_on_behalf_of_others(self.headers)

    @property
    def is_local(self) -> bool:
        """Whether somebody on this machine sends it, and no web page of another origin: of another port neither."""
        is_cross_site = self.headers.get("sec-fetch-site") == "cross-site"
        return self.is_of_this_machine and self.is_of_own_origin and not is_cross_site

    @property
    def is_of_own_origin(self) -> bool:
        """Whether no web page of another origin sends it, as far as the Origin header tells."""
        origin = self.headers.get("origin")
        return origin is None or origin.partition("://")[2].lower() == self.headers.get("host", "").lower()


def headers_of(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return headers by name in lower case.

    Of two keys or hosts neither is to be believed: joined, as RFC 9110 reads repeated headers, they name none.
    """
    headers: dict[str, str] = {}
    for raw_name, raw_value in raw:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _is_on_behalf_of_others(headers: Mapping[str, str]) -> bool:
    if not _ON_BEHALF.isdisjoint(headers):
        return True
    return any(not is_loopback(text.strip()) for name in _CLIENTS for text in headers.get(name, "127.0.0.1").split(","))


@lru_cache(maxsize=64)
def _is_local_host(host: str) -> bool:
    return _HOST.fullmatch(host) is not None and _is_local(f"//{host}")


def _is_local(url: str) -> bool:
    try:
        return is_loopback(urlsplit(url).hostname or "")
    except ValueError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A response, and how it gets to the client where a fault was asked for.

    Attributes:
        status: HTTP status.
        headers: Headers by name.
        body: The body.
        delay_seconds: How long it is held back before anything of it is sent.
        trickle_seconds: How long the body takes, which comes in pieces then.
        cut: How the connection ends instead: `reset` and `lost` (closed) before anything is sent, `broken` (closed)
            after half of the body; empty where it does not.
    """

    status: int
    headers: dict[str, str]
    body: bytes = field(repr=False)
    delay_seconds: float = 0.0
    trickle_seconds: float = 0.0
    cut: Cut = ""

    @property
    def goes_plainly(self) -> bool:
        """Whether it is sent at once and as a whole."""
        return not (self.cut or self.delay_seconds or self.trickle_seconds)

    @property
    def pieces(self) -> list[bytes]:
        """The pieces in which the body is sent, all but the first after a pause; no more than gets through."""
        sent = self.body[: len(self.body) // 2] if self.cut == "broken" else self.body
        count = max(min(_MOST_PIECES, len(sent)), 1) if self.trickle_seconds else 1
        bounds = [len(sent) * number // count for number in range(count + 1)]
        return [sent[begin:end] for begin, end in itertools.pairwise(bounds)]

    @property
    def pause_seconds(self) -> float:
        """The pause before each piece but the first."""
        return self.trickle_seconds / max(len(self.pieces) - 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamedResponse(Response):
    """A response whose body goes on until the client or the server ends it; only a server can send it.

    Attributes:
        follow: Sends it over ASGI, given the application's `receive` and `send`.
    """

    follow: Callable[[Any, Any], Awaitable[None]] = field(repr=False)
