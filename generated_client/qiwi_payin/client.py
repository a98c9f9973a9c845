# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
"""The clients: what they are made with, and the resources that they give access to."""

from collections.abc import Callable, Mapping
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

import httpx
from qiwi_payin_runtime.clients import AsyncEngine, SyncEngine
from qiwi_payin_runtime.clock import Clock
from qiwi_payin_runtime.codecs import AmountForm
from qiwi_payin_runtime.errors import OutcomeUnknown
from qiwi_payin_runtime.models import hidden
from qiwi_payin_runtime.settings import Settings

if TYPE_CHECKING:
    from qiwi_payin_runtime.observers import Observer

    from qiwi_payin.resources.bills import AsyncBills, Bills
    from qiwi_payin.resources.captures import AsyncCaptures, Captures
    from qiwi_payin.resources.payments import AsyncPayments, Payments
    from qiwi_payin.resources.refunds import AsyncRefunds, Refunds
    from qiwi_payin.resources.tokens import AsyncTokens, Tokens

DEFAULT_BASE_URL: Final = "https://b2b-api.qiwi.com/partner"

_OPERATIONS: Final = {
    "billsCreate": "qiwi_payin.resources.bills:BILLS_CREATE",
    "billsListPayments": "qiwi_payin.resources.bills:BILLS_LIST_PAYMENTS",
    "billsGet": "qiwi_payin.resources.bills:BILLS_GET",
    "paymentsCreate": "qiwi_payin.resources.payments:PAYMENTS_CREATE",
    "paymentsGet": "qiwi_payin.resources.payments:PAYMENTS_GET",
    "paymentsComplete": "qiwi_payin.resources.payments:PAYMENTS_COMPLETE",
    "capturesCreate": "qiwi_payin.resources.captures:CAPTURES_CREATE",
    "capturesGet": "qiwi_payin.resources.captures:CAPTURES_GET",
    "refundsList": "qiwi_payin.resources.refunds:REFUNDS_LIST",
    "refundsCreate": "qiwi_payin.resources.refunds:REFUNDS_CREATE",
    "refundsGet": "qiwi_payin.resources.refunds:REFUNDS_GET",
    "tokensDelete": "qiwi_payin.resources.tokens:TOKENS_DELETE",
}
"""Where each operation is, for those that are named by their ids."""


class PayIn:
    """Client for sync code. Make one, use it from everywhere, close it at the end (or use it in `with`).

    A call that surely did nothing, or that does nothing twice, is repeated when the connection or the server fails:
    twice by default, within one deadline. A call that might do something twice never is. What was sent and has no
    answer raises `OutcomeUnknown`, whose `resolve()` finds out. Each attempt is logged by the logger `qiwi_payin`.

    Args:
        base_url: everything before `/payin/v1`; https, or http on this machine. Else `QIWI_PAYIN_BASE_URL`, else
            `https://b2b-api.qiwi.com/partner`.
        key: API access key. Else `QIWI_PAYIN_KEY`. It is never shown.
        site_id: the site that calls are for, where they do not name one. Else `QIWI_PAYIN_SITE_ID`.
        timeout: seconds that each wait for the server may last. A call may name its own, as of the next three.
        deadline: seconds that a call may last with all its attempts and pauses.
        retries: how often a call may be repeated; 0 for never.
        headers: further headers of each request.
        connect_timeout: seconds that connecting may last.
        transport: what carries the requests, such as the one of an in-process sandbox; httpx's own by default.
        proxy: URL of a proxy; by default those of the environment, for https alone.
        http_client: an `httpx.Client` of yours, for its connections, TLS and event hooks. Its headers, cookies,
            credentials and time-outs are not used, and it stays yours to close.
        observer: is told of calls and attempts; `qiwi_payin.opentelemetry` has one.
        jitter: gives a number from 0 to 1 for each pause before a repeat; `random.random` by default.
        clock: what time it is, and what pauses; the machine's by default, another in tests.
        amount_as: how sums stand in requests: "string" ("150.00"), or "number" (150.00) for servers that know only that.

    Raises:
        ValueError: there is no key, or a value cannot be right; the message names it.
        TypeError: the transport or the HTTP client is not of this kind.
    """

    def __init__(
        self,
        base_url: str | None = None,
        key: str | None = None,
        site_id: str | None = None,
        *,
        timeout: float = 30.0,
        deadline: float = 90.0,
        retries: int = 2,
        headers: Mapping[str, str] | None = None,
        connect_timeout: float = 5.0,
        transport: httpx.BaseTransport | None = None,
        proxy: str | httpx.URL | httpx.Proxy | None = None,
        http_client: httpx.Client | None = None,
        observer: "Observer | None" = None,
        jitter: Callable[[], float] | None = None,
        clock: Clock | None = None,
        amount_as: AmountForm = "string",
    ) -> None:
        key = hidden(key)  # what reports errors shows variables
        settings = Settings.resolve(
            base_url=base_url,
            default_base_url=DEFAULT_BASE_URL,
            key=key,
            site_id=site_id,
            timeout=timeout,
            deadline=deadline,
            retries=retries,
            headers=headers or {},
            connect_timeout=connect_timeout,
            amount_as=amount_as,
        )
        self._engine = SyncEngine(
            settings,
            _OPERATIONS,
            transport=transport,
            proxy=proxy,
            http_client=http_client,
            clock=clock,
            jitter=jitter,
            observer=observer,
        )

    @cached_property
    def bills(self) -> "Bills":
        """Invoices that a payer pays on the hosted form."""
        from qiwi_payin.resources.bills import Bills

        return Bills(self._engine)

    @cached_property
    def payments(self) -> "Payments":
        """Payments that the partner sends itself, with card data or a payment token, and their 3-D Secure step."""
        from qiwi_payin.resources.payments import Payments

        return Payments(self._engine)

    @cached_property
    def captures(self) -> "Captures":
        """Confirmations that debit held money."""
        from qiwi_payin.resources.captures import Captures

        return Captures(self._engine)

    @cached_property
    def refunds(self) -> "Refunds":
        """Reversals of held money and refunds of debited money."""
        from qiwi_payin.resources.refunds import Refunds

        return Refunds(self._engine)

    @cached_property
    def tokens(self) -> "Tokens":
        """Payment tokens, which stand for saved cards."""
        from qiwi_payin.resources.tokens import Tokens

        return Tokens(self._engine)

    def with_options(
        self,
        *,
        key: str | None = None,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
        connect_timeout: float | None = None,
    ) -> "PayIn":
        """A client with other settings, where they are not None, over the same connections; headers are added.

        Connections are closed by the client that opened them. To close the one that is returned closes nothing but
        itself.

        Raises:
            ValueError: a value cannot be right; the message names it.
        """
        key = hidden(key)  # as above
        other = object.__new__(PayIn)
        other._engine = self._engine.changed(
            key=key,
            site_id=site_id,
            timeout=timeout,
            deadline=deadline,
            retries=retries,
            headers=headers,
            connect_timeout=connect_timeout,
        )
        return other

    def resolve(self, error: OutcomeUnknown) -> Any:
        """Find out what became of a call whose outcome is unknown, as `error.resolve()` does.

        This is for errors that were copied or pickled, and know no client any more. Returns and raises as
        `OutcomeUnknown.resolve`.
        """
        return self._engine.resolve(error)

    def close(self) -> None:
        """Close the connections that this client opened. A closed client sends nothing more."""
        self._engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        if not hasattr(self, "_engine"):  # refused while it was made, and shown in a report of that
            return "PayIn(...)"
        return f"PayIn({self._engine.settings.base_url!r}, site_id={self._engine.settings.site_id!r})"


class AsyncPayIn:
    """Client for async code. Make one, use it from everywhere, close it at the end (or use it in `async with`).

    A call that surely did nothing, or that does nothing twice, is repeated when the connection or the server fails:
    twice by default, within one deadline. A call that might do something twice never is. What was sent and has no
    answer raises `OutcomeUnknown`, whose `resolve()` finds out. Each attempt is logged by the logger `qiwi_payin`.

    Args:
        base_url: everything before `/payin/v1`; https, or http on this machine. Else `QIWI_PAYIN_BASE_URL`, else
            `https://b2b-api.qiwi.com/partner`.
        key: API access key. Else `QIWI_PAYIN_KEY`. It is never shown.
        site_id: the site that calls are for, where they do not name one. Else `QIWI_PAYIN_SITE_ID`.
        timeout: seconds that each wait for the server may last. A call may name its own, as of the next three.
        deadline: seconds that a call may last with all its attempts and pauses.
        retries: how often a call may be repeated; 0 for never.
        headers: further headers of each request.
        connect_timeout: seconds that connecting may last.
        transport: what carries the requests, such as the one of an in-process sandbox; httpx's own by default.
        proxy: URL of a proxy; by default those of the environment, for https alone.
        http_client: an `httpx.AsyncClient` of yours, for its connections, TLS and event hooks. Its headers, cookies,
            credentials and time-outs are not used, and it stays yours to close.
        observer: is told of calls and attempts; `qiwi_payin.opentelemetry` has one.
        jitter: gives a number from 0 to 1 for each pause before a repeat; `random.random` by default.
        clock: what time it is, and what pauses; the machine's by default, another in tests.
        amount_as: how sums stand in requests: "string" ("150.00"), or "number" (150.00) for servers that know only that.

    Raises:
        ValueError: there is no key, or a value cannot be right; the message names it.
        TypeError: the transport or the HTTP client is not of this kind.
    """

    def __init__(
        self,
        base_url: str | None = None,
        key: str | None = None,
        site_id: str | None = None,
        *,
        timeout: float = 30.0,
        deadline: float = 90.0,
        retries: int = 2,
        headers: Mapping[str, str] | None = None,
        connect_timeout: float = 5.0,
        transport: httpx.AsyncBaseTransport | None = None,
        proxy: str | httpx.URL | httpx.Proxy | None = None,
        http_client: httpx.AsyncClient | None = None,
        observer: "Observer | None" = None,
        jitter: Callable[[], float] | None = None,
        clock: Clock | None = None,
        amount_as: AmountForm = "string",
    ) -> None:
        key = hidden(key)  # what reports errors shows variables
        settings = Settings.resolve(
            base_url=base_url,
            default_base_url=DEFAULT_BASE_URL,
            key=key,
            site_id=site_id,
            timeout=timeout,
            deadline=deadline,
            retries=retries,
            headers=headers or {},
            connect_timeout=connect_timeout,
            amount_as=amount_as,
        )
        self._engine = AsyncEngine(
            settings,
            _OPERATIONS,
            transport=transport,
            proxy=proxy,
            http_client=http_client,
            clock=clock,
            jitter=jitter,
            observer=observer,
        )

    @cached_property
    def bills(self) -> "AsyncBills":
        """Invoices that a payer pays on the hosted form."""
        from qiwi_payin.resources.bills import AsyncBills

        return AsyncBills(self._engine)

    @cached_property
    def payments(self) -> "AsyncPayments":
        """Payments that the partner sends itself, with card data or a payment token, and their 3-D Secure step."""
        from qiwi_payin.resources.payments import AsyncPayments

        return AsyncPayments(self._engine)

    @cached_property
    def captures(self) -> "AsyncCaptures":
        """Confirmations that debit held money."""
        from qiwi_payin.resources.captures import AsyncCaptures

        return AsyncCaptures(self._engine)

    @cached_property
    def refunds(self) -> "AsyncRefunds":
        """Reversals of held money and refunds of debited money."""
        from qiwi_payin.resources.refunds import AsyncRefunds

        return AsyncRefunds(self._engine)

    @cached_property
    def tokens(self) -> "AsyncTokens":
        """Payment tokens, which stand for saved cards."""
        from qiwi_payin.resources.tokens import AsyncTokens

        return AsyncTokens(self._engine)

    def with_options(
        self,
        *,
        key: str | None = None,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
        connect_timeout: float | None = None,
    ) -> "AsyncPayIn":
        """A client with other settings, where they are not None, over the same connections; headers are added.

        Connections are closed by the client that opened them. To close the one that is returned closes nothing but
        itself.

        Raises:
            ValueError: a value cannot be right; the message names it.
        """
        key = hidden(key)  # as above
        other = object.__new__(AsyncPayIn)
        other._engine = self._engine.changed(
            key=key,
            site_id=site_id,
            timeout=timeout,
            deadline=deadline,
            retries=retries,
            headers=headers,
            connect_timeout=connect_timeout,
        )
        return other

    async def resolve(self, error: OutcomeUnknown) -> Any:
        """Find out what became of a call whose outcome is unknown, as `error.resolve()` does.

        This is for errors that were copied or pickled, and know no client any more. Returns and raises as
        `OutcomeUnknown.resolve`.
        """
        return await self._engine.resolve(error)

    async def close(self) -> None:
        """Close the connections that this client opened. A closed client sends nothing more."""
        await self._engine.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        if not hasattr(self, "_engine"):  # refused while it was made, and shown in a report of that
            return "AsyncPayIn(...)"
        return f"AsyncPayIn({self._engine.settings.base_url!r}, site_id={self._engine.settings.site_id!r})"
