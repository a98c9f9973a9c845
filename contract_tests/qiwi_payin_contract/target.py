"""The server under test: sends requests, remembers exchanges in figures, makes ids that nobody used before."""

import ipaddress
import itertools
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import urlsplit

import attrs
import httpx

from qiwi_payin_contract.description import description
from qiwi_payin_contract.drivers import Ability, Driver, NoDriver
from qiwi_payin_contract.exchange import Exchange, operations_of
from qiwi_payin_contract.exits import CannotRunError
from qiwi_payin_contract.json_text import dumps
from qiwi_payin_contract.rules import Basis, Rule
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.sums import lowered
from qiwi_payin_contract.wire import Wire

__all__ = ["ANSWERED", "NoAnswer", "Site", "Target", "TargetError", "checked_base_url", "is_loopback"]

API_ROOT = "/payin/v1"
_SITE_KEY = object()

ANSWERED = Rule(
    "QP-HTTP-001",
    "request-is-answered",
    "Every request is answered: the connection is not dropped, and the answer comes in time.",
    Basis.DOCUMENTED,
    "shapes",
    ("EN-015",),
)


class TargetError(CannotRunError, ValueError):
    """The server under test cannot be what was given: a bad base URL, no site, a refused key."""


class NoAnswer(TargetError):  # noqa: N818 - says what happened
    """A request got no answer."""


def checked_base_url(text: str) -> str:
    """Check a base URL, everything before ``/payin/v1``, and take a trailing slash off.

    Raises:
        TargetError: no http address, or not https although the host is not loopback.
    """
    try:
        parts = urlsplit(text)
        host = parts.hostname if parts.scheme in {"http", "https"} and parts.port != 0 else None
    except ValueError:
        host = None
    if host is None:
        raise TargetError(
            f"the base URL must be an http address such as https://b2b-api.qiwi.com/partner, not {text!r}"
        )
    if parts.username or parts.query or parts.fragment:
        raise TargetError("the base URL must have no user, query or fragment")
    if parts.scheme == "http" and not is_loopback(host):
        raise TargetError(f"keys and card data go over https only; plain http is for loopback, not {host}")
    base, root, _ = text.partition(API_ROOT)
    if root:
        raise TargetError(f"the base URL ends before {API_ROOT}: {base}")
    return base.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by its name or address."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _sites(sites: Iterable[Site]) -> tuple[Site, ...]:
    return tuple(sites)


@attrs.define(eq=False, slots=False)
class Target:
    """A server and what is known of it.

    Attributes:
        base_url: everything before ``/payin/v1``.
        sites: at least one; the first is used where none is named.
        driver: acts for payer, bank and clock.
        wire: how requests reach it, and what may be sent.
        mark: the part of every id of this run that no other run has.
        test_sites: ids of the sites that are known to be in test mode.
        lowers_sums: whether sums above the limit are lowered to it, rather than not sent.
        observers: called with every exchange, in order.
        statuses: how often each status came, by operation; an answer to a wrong method counts for those of its path.
        order: numbers exchanges, and what the driver does between them, in the order of the run.
    """

    base_url: str = attrs.field(converter=checked_base_url)
    sites: tuple[Site, ...] = attrs.field(converter=_sites)
    driver: Driver = attrs.field(factory=NoDriver)
    timeout: float = 30.0
    wire: Wire = attrs.field(factory=Wire)
    mark: str = attrs.field(factory=lambda: secrets.token_hex(5))
    test_sites: set[str] = attrs.field(factory=set)
    lowers_sums: bool = False
    observers: list[Callable[[Exchange], None]] = attrs.field(factory=list, repr=False)
    statuses: Counter[tuple[str, int]] = attrs.field(factory=Counter, repr=False)
    order: "itertools.count[int]" = attrs.field(factory=lambda: itertools.count(1), repr=False)
    _client: httpx.Client = attrs.field(init=False, repr=False)
    _numbers: "itertools.count[int]" = attrs.field(init=False, factory=itertools.count, repr=False)

    def __attrs_post_init__(self) -> None:
        if not self.sites:
            raise TargetError("at least one site with its key is needed")
        self._client = self.wire.client(timeout=self.timeout)

    @property
    def site(self) -> Site:
        """The first site."""
        return self.sites[0]

    def able(self, ability: Ability) -> bool:
        """Whether the driver can do something."""
        return ability in self.driver.abilities

    def fresh_id(self, kind: str = "x") -> str:
        """Make an id that nobody has used: letters, digits and hyphens, under 40 characters for short kinds.

        Call it outside Hypothesis' control: while shrinking, a server remembers ids that were used before.
        """
        return f"{kind}-{self.mark}-{next(self._numbers)}"

    def open(self, address: str) -> httpx.Response:
        """Open an address of the server that is not of the API, such as a form.

        Raises:
            httpx.HTTPError: nothing answers there.
        """
        return self._client.get(address)

    def pay_bill(
        self,
        site: Site,
        bill_id: str,
        *,
        payment_method: Mapping[str, Any] | None = None,
        three_ds: Literal["confirm", "refuse", "wait"] = "confirm",
    ) -> Mapping[str, Any]:
        """Let the driver pay a bill as the payer would, if the limits allow one more payment."""
        self.wire.limits.admit_payer()
        paid = self.driver.pay_bill(site, bill_id, payment_method=payment_method, three_ds=three_ds)
        self.wire.limits.paid(site.site_id, str(paid.get("paymentId")))
        return paid

    def send(
        self,
        operation_id: str,
        body: Any = None,
        *,
        site: Site | None = None,
        key: Any = _SITE_KEY,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        unseen: bool = False,
        **ids: str,
    ) -> Exchange:
        """Call an operation.

        Args:
            operation_id: operation of the description.
            body: JSON value; ``Decimal`` becomes a number with its own digits. None sends no body.
            site: whose id goes into the path and whose key is sent; the first site by default.
            key: another bearer key, or None to send none.
            headers: headers that replace or join the usual ones; an empty value drops one.
            content: exact bytes of the body, in place of ``body``.
            unseen: leave it to the caller to ``observe`` the exchange: observers are called by one thread only.
            **ids: ids in the path, by their names in the description in snake case (``bill_id``), and ``site_id`` to
                differ from the site's own.

        Raises:
            NoAnswer: there was no answer.
        """
        operation = description().operations[operation_id]
        chosen = site or self.site
        given = {_camel(name): value for name, value in ids.items()}
        path = operation.path({"siteId": chosen.site_id, **given})
        raw = content if content is not None else b"" if body is None else dumps(body).encode()
        return self.request(
            operation.method,
            path,
            raw,
            site=chosen,
            key=chosen.key if key is _SITE_KEY else key,
            headers=headers,
            unseen=unseen,
        )

    def request(
        self,
        method: str,
        path: str,
        content: bytes = b"",
        *,
        site: Site | None = None,
        key: Any = _SITE_KEY,
        headers: Mapping[str, str] | None = None,
        unseen: bool = False,
    ) -> Exchange:
        """Send any request; ``path`` starts at ``/payin/v1``. See ``send``."""
        chosen = site or self.site
        exchange = self.exchanged(method, path, content, key=chosen.key if key is _SITE_KEY else key, headers=headers)
        if not unseen:
            self.observe(exchange)
        return exchange

    def exchanged(
        self,
        method: str,
        path: str,
        content: bytes = b"",
        *,
        key: str | None,
        headers: Mapping[str, str] | None = None,
    ) -> Exchange:
        """Send a request that no observer sees. See ``request``."""
        sent = {"accept": "application/json"}
        if content:
            sent["content-type"] = "application/json"
        if key is not None:
            sent["authorization"] = f"Bearer {key}"
        sent |= {name.lower(): value for name, value in (headers or {}).items()}
        sent = {name: value for name, value in sent.items() if value}
        limit = self.wire.limits.amount
        if self.lowers_sums and limit is not None:
            content = lowered(content, limit)
        started = time.perf_counter()
        try:
            answer = self._client.request(method, f"{self.base_url}{path}", content=content or None, headers=sent)
        except httpx.HTTPError as error:
            told = f"{type(error).__name__} {error}".replace(key or "***", "***")
            raise NoAnswer(f"{method} {path} got no answer: {told}") from error
        return self.exchange_of(answer, key=key, elapsed=time.perf_counter() - started)

    def exchange_of(self, answer: httpx.Response, *, key: str | None = None, elapsed: float = 0.0) -> Exchange:
        """Make an exchange of any httpx response to a request to this server; its body must have been read."""
        request = answer.request
        path = "/" + str(request.url).removeprefix(self.base_url).partition("?")[0].lstrip("/")
        return self.exchange(
            method=request.method,
            path=path,
            url=str(request.url),
            request_headers=dict(request.headers),
            request_body=request.read(),
            status=answer.status_code,
            answer_headers=dict(answer.headers),
            answer_body=answer.content,
            key=key,
            elapsed=elapsed,
        )

    def exchange(
        self,
        *,
        method: str,
        path: str,
        url: str,
        request_headers: Mapping[str, str],
        request_body: bytes,
        status: int,
        answer_headers: Mapping[str, str],
        answer_body: bytes,
        key: str | None = None,
        elapsed: float = 0.0,
    ) -> Exchange:
        """Make an exchange of its parts; operation, site and ids are read out of method and path."""
        operation, ids = description().match(method, path.partition("?")[0])
        bearer = {name.lower(): value for name, value in request_headers.items()}.get("authorization", "")
        return Exchange(
            operation_id=operation.id if operation else None,
            site_id=ids.get("siteId"),
            method=method.upper(),
            path=path,
            url=url,
            request_headers=request_headers,
            request_body=request_body,
            status=status,
            answer_headers=answer_headers,
            answer_body=answer_body,
            path_parameters=ids,
            key=key if key is not None else bearer.removeprefix("Bearer ") or None,
            elapsed=elapsed,
            number=next(self.order),
        )

    def observe(self, exchange: Exchange) -> None:
        """Count an exchange and show it to all observers. ``send`` and ``request`` do so themselves."""
        for name in operations_of(exchange) or ("none",):
            self.statuses[name, exchange.status] += 1
        for observer in tuple(self.observers):
            observer(exchange)

    def close(self) -> None:
        """Close connections, the driver's too."""
        self._client.close()
        self.driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
