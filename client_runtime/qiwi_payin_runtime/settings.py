"""What a client is made with, and what of it one call may have otherwise."""

import os
import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any, Final, Self, TypeGuard

import httpx
from attr import evolve, field, frozen

from qiwi_payin_runtime.calls import Call, Operation, T, build
from qiwi_payin_runtime.clock import Clock, Waits, check_seconds
from qiwi_payin_runtime.codecs import AmountForm
from qiwi_payin_runtime.models import hidden
from qiwi_payin_runtime.version import VERSION

_KEY: Final = re.compile(r"[\x21-\x7e]+")
_HEADER_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE: Final = re.compile(r"([\x21-\x7e]([\t\x20-\x7e]*[\x21-\x7e])?)?")
_OURS: Final = frozenset(("authorization", "connection", "content-length", "content-type", "host", "transfer-encoding"))
_INSTEAD: Final = {"authorization": "; pass key="}


@frozen
class Settings:
    """What a client was made with. Neither the key nor the headers' values are part of its `repr`."""

    base_url: str
    key: str = field(repr=False)
    site_id: str | None
    timeout: float
    connect_timeout: float
    deadline: float
    retries: int
    amount_as: AmountForm
    headers: Mapping[str, str] = field(repr=False)
    _bare: httpx.Headers = field(init=False, repr=False, eq=False)
    _with_body: httpx.Headers = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        bare = httpx.Headers(
            {
                "Accept": "application/json",
                "Accept-Encoding": "gzip, deflate",
                "User-Agent": f"qiwi-payin/{VERSION}",
            }
        )
        bare.update(self.headers)
        bare["Authorization"] = f"Bearer {self.key}"
        with_body = bare.copy()
        with_body["Content-Type"] = "application/json"
        object.__setattr__(self, "_bare", bare)
        object.__setattr__(self, "_with_body", with_body)

    @classmethod
    def resolve(
        cls, *, base_url: str | None, default_base_url: str, key: str | None, site_id: str | None, **others: Any
    ) -> Self:
        """Fill in what was not given from the environment, and check it.

        Raises:
            ValueError: no key, a key that no header can carry, a base URL that is not https (loopback aside) or has
                parts that it must not have, a text that is empty, a time that is not positive, retries that are no
                number of times, a header that is the client's own or that no request can carry.
        """
        _check(base_url=base_url, key=key, site_id=site_id, **others)
        url = _checked_url(base_url or os.environ.get("QIWI_PAYIN_BASE_URL") or default_base_url)
        key = hidden(key or os.environ.get("QIWI_PAYIN_KEY") or None)
        if key is None:
            raise ValueError("key: pass the API access key or set QIWI_PAYIN_KEY")
        _check(key=key)
        return cls(base_url=url, key=key, site_id=site_id or os.environ.get("QIWI_PAYIN_SITE_ID") or None, **others)

    def changed(self, *, headers: Mapping[str, str] | None = None, **others: Any) -> "Settings":
        """These settings with others in their place; None leaves one as it is, headers are added. Raises as above."""
        given = {name: value for name, value in others.items() if value is not None}
        if headers is not None:
            given["headers"] = headers
        if not given:
            return self
        _check(**given)  # before anything is made: what is refused shows no key in the variables of these frames
        if headers is not None:
            again = {name.lower() for name in headers}
            kept = {name: value for name, value in self.headers.items() if name.lower() not in again}
            given["headers"] = {**kept, **headers}
        return evolve(self, **given)

    def call(self, operation: Operation[T], ids: Mapping[str, str | None], body: Mapping[str, Any] | None) -> Call[T]:
        """Make a call; a `siteId` of None means the site of these settings. Raises `ValueError` as `build` does."""
        filled = {name: self.site_id if value is None and name == "siteId" else value for name, value in ids.items()}
        if filled.get("siteId", "") is None:
            raise ValueError("site_id: pass it to the call or the client, or set QIWI_PAYIN_SITE_ID")
        # The key comes last, so that it is in no frame that refuses an argument: error reports show variables.
        return build(operation, filled, body, amounts=self.amount_as).hiding(self.key)  # type: ignore[arg-type]

    def request(self, call: Call[Any], end: float, clock: Clock) -> httpx.Request:
        """The HTTP request of a call, which may take until `end` by a clock."""
        waits = Waits(end, clock.monotonic)
        waits["read"] = waits["write"] = waits["pool"] = self.timeout
        waits["connect"] = self.connect_timeout
        return httpx.Request(
            call.operation.method,
            self.base_url + call.path,
            headers=self._bare if call.content is None else self._with_body,
            content=call.content,
            extensions={"timeout": waits},
        )

    def pool_options(self, transport: Any, proxy: Any) -> dict[str, Any]:
        """Options of an httpx client.

        Raises:
            ValueError: the proxy cannot be one, or would carry the key off this machine in plain text.
        """
        is_plain = not self.base_url.startswith("https:")
        if proxy is not None:
            if transport is not None:
                raise ValueError("proxy: a transport of your own has its own way to the server")
            proxy = _proxy(proxy)
            if proxy is None:  # not raised where it was refused: httpx cannot show a proxy that is half made
                raise ValueError("proxy: a URL such as http://proxy.example:3128 is wanted")
            if is_plain and not is_loopback(proxy.url.host):
                raise ValueError("proxy: would carry the key of a plain-http base URL off this machine")
        # Likewise a proxy of the environment, which is why that is not trusted there.
        return {"transport": transport, "proxy": proxy, "trust_env": not is_plain}


def _proxy(given: Any) -> httpx.Proxy | None:
    try:
        return given if isinstance(given, httpx.Proxy) else httpx.Proxy(given)
    except (httpx.InvalidURL, ValueError, TypeError):
        return None


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _checked_url(text: str) -> str:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        raise ValueError("base_url: not a URL") from None
    if url.scheme != "https" and not (url.scheme == "http" and is_loopback(url.host)):
        raise ValueError("base_url: must begin with https://, or with http:// for this machine (127.0.0.1, localhost)")
    if not url.host or url.userinfo or any(sign in str(text) for sign in "?# "):
        raise ValueError("base_url: scheme, host, port and path alone are wanted")
    path = url.path.rstrip("/")
    if "/payin/v1/" in f"{path}/":
        raise ValueError("base_url: everything before /payin/v1 is wanted")
    return str(url.copy_with(path=path or "/")).rstrip("/")


def _check(**given: Any) -> None:
    name: str
    value: Any
    for name, value in given.items():
        match name:
            case "base_url" | "key" | "site_id" if value == "":
                raise ValueError(f"{name}: is empty; None means that the environment has it")
            case "key" if value is not None and not _KEY.fullmatch(value):
                raise ValueError("key: has spaces, line ends or other characters that no key has")
            case "amount_as" if value not in ("string", "number"):
                raise ValueError("amount_as: 'string' or 'number' is wanted")
            case "timeout" | "connect_timeout" | "deadline":
                check_seconds(name, value)
            case "retries" if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                raise ValueError("retries: a number of repeats is wanted, 0 for none")
            case "headers":
                _check_headers(value)
            case _:
                pass


def _is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    return isinstance(value, Mapping)


def _check_headers(headers: Any) -> None:
    if not _is_mapping(headers):
        raise TypeError("headers: a mapping of names and values is wanted")
    for name, value in headers.items():
        if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
            raise ValueError("headers: a name is a word of letters, digits and dashes")
        if name.lower() in _OURS:
            raise ValueError(f"headers: {name} is the client's own{_INSTEAD.get(name.lower(), '')}")
        if not isinstance(value, str) or not _HEADER_VALUE.fullmatch(value):
            raise ValueError(f"headers: the value of {name} is no text, or has characters that no header has")
