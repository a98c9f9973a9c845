# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
"""The clients: what they are made with, and the resources that they give access to."""

from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

import httpx
from qiwi_payin_runtime.clients import AsyncEngine, Settings, SyncEngine
from qiwi_payin_runtime.clock import Clock
from qiwi_payin_runtime.codecs import AmountForm

if TYPE_CHECKING:
    from qiwi_payin.resources.bills import AsyncBills, Bills
    from qiwi_payin.resources.captures import AsyncCaptures, Captures
    from qiwi_payin.resources.payments import AsyncPayments, Payments
    from qiwi_payin.resources.refunds import AsyncRefunds, Refunds
    from qiwi_payin.resources.tokens import AsyncTokens, Tokens

DEFAULT_BASE_URL: Final = "https://b2b-api.qiwi.com/partner"


class PayIn:
    """Client for sync code. Make one, use it from everywhere, close it at the end (or use it in `with`).

    Each call is sent once: nothing is repeated behind your back. To create again what has the same id and the same fields
    does nothing twice. Calls are logged by the logger `qiwi_payin`: method, path template, status, duration and trace id.

    Args:
        base_url: everything before `/payin/v1`; https, or http on this machine. Else `QIWI_PAYIN_BASE_URL`, else
            `https://b2b-api.qiwi.com/partner`.
        key: API access key. Else `QIWI_PAYIN_KEY`. It is never shown.
        site_id: the site that calls are for, where they do not name one. Else `QIWI_PAYIN_SITE_ID`.
        timeout: seconds that each wait for the server may last. A call may name its own.
        connect_timeout: seconds that connecting may last.
        transport: what carries the requests, such as the one of an in-process sandbox; httpx's own by default.
        clock: what time it is, and what pauses; the machine's by default, another in tests.
        amount_as: how sums stand in requests: "string" ("150.00"), or "number" (150.00) for servers that know only that.

    Raises:
        ValueError: there is no key, or a value cannot be right; the message names it.
        TypeError: the transport is not httpx.BaseTransport.
    """

    def __init__(
        self,
        base_url: str | None = None,
        key: str | None = None,
        site_id: str | None = None,
        *,
        timeout: float = 30.0,
        connect_timeout: float = 5.0,
        transport: httpx.BaseTransport | None = None,
        clock: Clock | None = None,
        amount_as: AmountForm = "string",
    ) -> None:
        settings = Settings.resolve(
            base_url=base_url,
            default_base_url=DEFAULT_BASE_URL,
            key=key,
            site_id=site_id,
            timeout=timeout,
            connect_timeout=connect_timeout,
            amount_as=amount_as,
        )
        self._engine = SyncEngine(settings, transport, clock)

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

    def close(self) -> None:
        """Close the connections. A closed client sends nothing more."""
        self._engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"PayIn({self._engine.settings.base_url!r}, site_id={self._engine.settings.site_id!r})"


class AsyncPayIn:
    """Client for async code. Make one, use it from everywhere, close it at the end (or use it in `async with`).

    Each call is sent once: nothing is repeated behind your back. To create again what has the same id and the same fields
    does nothing twice. Calls are logged by the logger `qiwi_payin`: method, path template, status, duration and trace id.

    Args:
        base_url: everything before `/payin/v1`; https, or http on this machine. Else `QIWI_PAYIN_BASE_URL`, else
            `https://b2b-api.qiwi.com/partner`.
        key: API access key. Else `QIWI_PAYIN_KEY`. It is never shown.
        site_id: the site that calls are for, where they do not name one. Else `QIWI_PAYIN_SITE_ID`.
        timeout: seconds that each wait for the server may last. A call may name its own.
        connect_timeout: seconds that connecting may last.
        transport: what carries the requests, such as the one of an in-process sandbox; httpx's own by default.
        clock: what time it is, and what pauses; the machine's by default, another in tests.
        amount_as: how sums stand in requests: "string" ("150.00"), or "number" (150.00) for servers that know only that.

    Raises:
        ValueError: there is no key, or a value cannot be right; the message names it.
        TypeError: the transport is not httpx.AsyncBaseTransport.
    """

    def __init__(
        self,
        base_url: str | None = None,
        key: str | None = None,
        site_id: str | None = None,
        *,
        timeout: float = 30.0,
        connect_timeout: float = 5.0,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock | None = None,
        amount_as: AmountForm = "string",
    ) -> None:
        settings = Settings.resolve(
            base_url=base_url,
            default_base_url=DEFAULT_BASE_URL,
            key=key,
            site_id=site_id,
            timeout=timeout,
            connect_timeout=connect_timeout,
            amount_as=amount_as,
        )
        self._engine = AsyncEngine(settings, transport, clock)

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

    async def close(self) -> None:
        """Close the connections. A closed client sends nothing more."""
        await self._engine.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"AsyncPayIn({self._engine.settings.base_url!r}, site_id={self._engine.settings.site_id!r})"
