"""How requests reach a server: proxy, certificates, and the limits that every one of them has to pass."""

import http.client
import ssl
from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import SplitResult, urlsplit

import attrs
import httpx
import requests
from requests.adapters import HTTPAdapter

from qiwi_payin_contract.limits import Limits
from qiwi_payin_contract.sums import lowered

__all__ = ["Wire", "WireError", "trusted"]

_API_ROOT = "/payin/v1"


class WireError(ValueError):
    """The certificates that were given cannot be used."""


@attrs.define(eq=False)
class Wire:
    """Makes clients of the HTTP stacks that the suite uses; the environment's proxies and certificates are not used.

    Attributes:
        proxy: address of a proxy that all requests go through.
        ca: file with the certificates, in PEM, of who signed the server's; in place of the usual ones.
        limits: what may be sent.
    """

    proxy: str | None = None
    ca: Path | None = None
    limits: Limits = attrs.field(factory=Limits)

    def client(self, *, timeout: float, counted: bool = True, base_url: str = "") -> httpx.Client:
        """Make an httpx client.

        Args:
            timeout: seconds for one answer.
            counted: whether the limits hold for its requests; they do not for a driver's.
            base_url: what relative addresses begin with.

        Raises:
            WireError: the certificates cannot be read.
        """
        return httpx.Client(
            base_url=base_url,
            timeout=timeout,
            trust_env=False,
            proxy=self.proxy,
            verify=trusted(self.ca),
            event_hooks={"request": [self._admit]} if counted else None,
        )

    def session(self) -> requests.Session:
        """Make a session of requests. Sums above the limit are lowered on their way out: what it sends is drawn."""
        session = requests.Session()
        session.trust_env = False
        for scheme in ("http://", "https://"):
            session.mount(scheme, _Adapter(self))
        return session

    def connection(self, address: SplitResult, *, timeout: float) -> tuple[http.client.HTTPConnection, str]:
        """Make a bare connection, and what a path begins with in its request line. Its requests are not counted."""
        secure = address.scheme == "https"
        made = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        options: dict[str, Any] = {"timeout": timeout, **({"context": trusted(self.ca)} if secure else {})}
        host = address.hostname or ""
        if self.proxy is None:
            return made(host, address.port, **options), ""
        proxy = urlsplit(self.proxy)
        connection = made(proxy.hostname or "", proxy.port, **options)
        if secure:
            connection.set_tunnel(host, address.port)
        return connection, "" if secure else f"{address.scheme}://{address.netloc}"

    def _admit(self, request: httpx.Request) -> None:
        self.limits.admit(request.method, _path(str(request.url)), request.read())


class _Adapter(HTTPAdapter):
    """Holds what schemathesis sends to the limits, its own further requests included."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self._wire = wire

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """Send a request that the limits allow."""
        wire = self._wire
        body = request.body or b""
        content = body.encode() if isinstance(body, str) else bytes(cast("bytes", body))
        if wire.limits.amount is not None and (less := lowered(content, wire.limits.amount)) != content:
            content = request.body = less
            request.headers["Content-Length"] = str(len(less))
        wire.limits.admit(str(request.method), _path(str(request.url)), content)
        options["proxies"] = {} if wire.proxy is None else dict.fromkeys(("http", "https"), wire.proxy)
        if wire.ca is not None:
            options["verify"] = str(wire.ca)
        return super().send(request, *args, **options)


@cache
def trusted(ca: Path | None = None) -> ssl.SSLContext:
    """Whom to trust: who signed with the certificates of a file, or the usual ones.

    Made once, for reading the usual ones takes as long as several requests.

    Raises:
        WireError: the certificates cannot be read.
    """
    if ca is None:
        return httpx.create_ssl_context(trust_env=False)
    try:
        return ssl.create_default_context(cafile=ca)
    except (OSError, ssl.SSLError) as error:
        raise WireError(f"there are no certificates in PEM in {ca}: {type(error).__name__}") from error


def _path(url: str) -> str:
    """The path of a request from the API's root on; all of it where it leads elsewhere."""
    path = urlsplit(url).path
    _, root, rest = path.partition(_API_ROOT)
    return root + rest if root else path
