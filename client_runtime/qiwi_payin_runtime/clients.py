"""What sends calls: settings, and one engine each for sync and async code."""

import logging
import os
import re
from collections.abc import Mapping
from ipaddress import ip_address
from time import monotonic
from typing import Any, Final, Generic, Self, TypeVar

import httpx
from attrs import field, frozen

from qiwi_payin_runtime.calls import Call, Operation, build
from qiwi_payin_runtime.clock import Clock, check_seconds
from qiwi_payin_runtime.codecs import AmountForm
from qiwi_payin_runtime.errors import APIError, CallError, OutcomeUnknown, ServerError
from qiwi_payin_runtime.version import VERSION

T = TypeVar("T")

_LOG: Final = logging.getLogger("qiwi_payin")
_LOG.addHandler(logging.NullHandler())  # so that nothing is printed for those who set no logging up
_KEY: Final = re.compile(r"[\x21-\x7e]+")
_NEVER_SENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_QUOTE_THE_ANSWER: Final = (httpx.ProtocolError, httpx.DecodingError)


@frozen
class Settings:
    """What a client was made with. The key is not part of its `repr`."""

    base_url: str
    key: str = field(repr=False)
    site_id: str | None
    timeout: float
    connect_timeout: float
    amount_as: AmountForm

    @classmethod
    def resolve(
        cls,
        *,
        base_url: str | None,
        default_base_url: str,
        key: str | None,
        site_id: str | None,
        timeout: float,
        connect_timeout: float,
        amount_as: AmountForm,
    ) -> Self:
        """Fill in what was not given from the environment, and check it.

        Raises:
            ValueError: no key, a key that no header can carry, a base URL that is not https (loopback aside) or has
                parts that it must not have, a text that is empty, a time-out that is not positive.
        """
        for name, text in (("base_url", base_url), ("key", key), ("site_id", site_id)):
            if text == "":
                raise ValueError(f"{name}: is empty; None means that the environment has it")
        key = key or os.environ.get("QIWI_PAYIN_KEY")
        if not key:
            raise ValueError("key: pass the API access key or set QIWI_PAYIN_KEY")
        if not _KEY.fullmatch(key):
            raise ValueError("key: has spaces, line ends or other characters that no key has")
        if amount_as not in ("string", "number"):
            raise ValueError("amount_as: 'string' or 'number' is wanted")
        for name, seconds in (("timeout", timeout), ("connect_timeout", connect_timeout)):
            check_seconds(name, seconds)
        return cls(
            base_url=_checked_url(base_url or os.environ.get("QIWI_PAYIN_BASE_URL") or default_base_url),
            key=key,
            site_id=site_id or os.environ.get("QIWI_PAYIN_SITE_ID") or None,
            timeout=timeout,
            connect_timeout=connect_timeout,
            amount_as=amount_as,
        )

    def call(self, operation: Operation[T], ids: Mapping[str, str | None], body: Mapping[str, Any] | None) -> Call[T]:
        """Make a call; a `siteId` of None means the site of these settings. Raises `ValueError` as `build` does."""
        filled = {name: self.site_id if value is None and name == "siteId" else value for name, value in ids.items()}
        if filled.get("siteId", "") is None:
            raise ValueError("site_id: pass it to the call or the client, or set QIWI_PAYIN_SITE_ID")
        # The key comes last, so that it is in no frame that refuses an argument: error reports show variables.
        return build(operation, filled, body, amounts=self.amount_as).hiding(self.key)  # type: ignore[arg-type]

    def options(self, transport: Any) -> dict[str, Any]:
        """Options of an httpx client."""
        return {
            "headers": {
                "Authorization": f"Bearer {self.key}",
                "Accept": "application/json",
                "User-Agent": f"qiwi-payin/{VERSION}",
            },
            "timeout": httpx.Timeout(self.timeout, connect=self.connect_timeout),
            "transport": transport,
            "follow_redirects": False,
            # A proxy of the environment would carry the key of a plain-http loopback call off this machine.
            "trust_env": self.base_url.startswith("https:"),
        }

    def request(
        self, client: httpx.Client | httpx.AsyncClient, call: Call[Any], timeout: float | None
    ) -> httpx.Request:
        """The HTTP request of a call; a time-out of its own goes before the client's."""
        options: dict[str, Any] = {}
        if timeout is not None:
            check_seconds("timeout", timeout)
            options["timeout"] = httpx.Timeout(timeout, connect=self.connect_timeout)
        if call.content is not None:
            options |= {"content": call.content, "headers": {"Content-Type": "application/json"}}
        return client.build_request(call.operation.method, self.base_url + call.path, **options)


class SyncEngine:
    """Sends calls through one pool of connections."""

    def __init__(self, settings: Settings, transport: httpx.BaseTransport | None, clock: Clock | None = None) -> None:
        if not isinstance(transport, httpx.BaseTransport | None):
            raise TypeError("transport: an httpx.BaseTransport is wanted")
        self.settings = settings
        self.clock = clock or Clock()
        self._http = httpx.Client(**settings.options(transport))

    def send(
        self,
        operation: Operation[T],
        ids: Mapping[str, str | None],
        body: Mapping[str, Any] | None = None,
        *,
        timeout: float | None = None,
    ) -> T:
        """Make one call and return what it answers with. Nothing is sent twice."""
        call = self.settings.call(operation, ids, body)
        request = self.settings.request(self._http, call, timeout)
        with _Exchange(call, self._http) as exchange:
            exchange.answer = self._http.send(request)
        return exchange.result()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


class AsyncEngine:
    """Sends calls through one pool of connections, for async code."""

    def __init__(
        self, settings: Settings, transport: httpx.AsyncBaseTransport | None, clock: Clock | None = None
    ) -> None:
        if not isinstance(transport, httpx.AsyncBaseTransport | None):
            raise TypeError("transport: an httpx.AsyncBaseTransport is wanted")
        self.settings = settings
        self.clock = clock or Clock()
        self._http = httpx.AsyncClient(**settings.options(transport))

    async def send(
        self,
        operation: Operation[T],
        ids: Mapping[str, str | None],
        body: Mapping[str, Any] | None = None,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - it bounds each wait of httpx, not the whole call
    ) -> T:
        """Make one call and return what it answers with. Nothing is sent twice."""
        call = self.settings.call(operation, ids, body)
        request = self.settings.request(self._http, call, timeout)
        with _Exchange(call, self._http) as exchange:
            exchange.answer = await self._http.send(request)
        return exchange.result()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()


class _Exchange(Generic[T]):
    """The sending of one call: what goes wrong becomes an error of ours, and the end is logged.

    Whatever is raised while sending ends here, and `result` raises our error after it was handled: what httpx raises
    holds the request, with key and card data, and who collects errors also collects what they came from.
    The log gets method, path template, status, duration and trace id, and nothing else.
    """

    answer: httpx.Response
    """What came, for whoever sends to set."""

    def __init__(self, call: Call[T], client: httpx.Client | httpx.AsyncClient) -> None:
        self._call = call
        self._is_closed = client.is_closed
        self._started = monotonic()
        self._failure: CallError | None = None

    def __enter__(self) -> Self:
        if self._is_closed:
            raise self._call.not_sent("the client is closed")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        if isinstance(error, Exception):
            self._failure = _failure(self._call, error)
        return self._failure is not None

    def result(self) -> T:
        """What the call answers with. Raises the error that it ended with."""
        outcome: T | CallError
        if self._failure is not None:
            outcome, status = self._failure, []
        else:
            outcome = self._call.read(self.answer.status_code, self.answer.headers, self.answer.content)
            status = [str(self.answer.status_code)]
        self._log(outcome, status)
        if isinstance(outcome, CallError):
            raise outcome
        return outcome

    def _log(self, outcome: T | CallError, status: list[str]) -> None:
        error = outcome.reason if isinstance(outcome, OutcomeUnknown) else outcome
        refused = error is outcome and isinstance(error, APIError) and not isinstance(error, ServerError)
        failed = [type(outcome).__name__] if isinstance(outcome, CallError) else []
        _LOG.log(
            logging.INFO if refused or not failed else logging.WARNING,
            "%s %s: %s in %.3f s%s",
            self._call.operation.method,
            self._call.operation.path,
            " ".join(failed + status),
            monotonic() - self._started,
            f", trace id {error.trace_id}" if isinstance(error, APIError) and error.trace_id else "",
        )


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _failure(call: Call[Any], error: Exception) -> CallError:
    text = "" if isinstance(error, _QUOTE_THE_ANSWER) else str(error)
    problem = f"{type(error).__name__}: {text}" if text else type(error).__name__
    timed_out = isinstance(error, httpx.TimeoutException)
    if isinstance(error, _NEVER_SENT):
        return call.not_sent(problem, timed_out=timed_out)
    return call.lost(problem, timed_out=timed_out)


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
