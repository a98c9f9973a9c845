# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
"""Payment tokens, which stand for saved cards: whole answers."""

from collections.abc import Mapping

from qiwi_payin_runtime.answers import Answer
from qiwi_payin_runtime.clients import AsyncEngine, SyncEngine
from qiwi_payin_runtime.models import hidden

from qiwi_payin.resources.tokens import (
    TOKENS_DELETE,
)


class RawTokens:
    """The methods of `Tokens`, which return the whole answer of the API. They take, send, repeat and raise
    the same."""

    def __init__(self, engine: SyncEngine) -> None:
        self._engine = engine

    def delete(
        self,
        *,
        customer_account_id: str,
        token: str,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer[None]:
        """Delete a payment token: see `Tokens.delete`."""
        token = hidden(token)
        return self._engine.send_raw(
            TOKENS_DELETE,
            {
                "siteId": site_id,
            },
            {
                "customer_account_id": customer_account_id,
                "token": token,
            },
            timeout=timeout,
            deadline=deadline,
            retries=retries,
            headers=headers,
        )


class AsyncRawTokens:
    """The methods of `AsyncTokens`, which return the whole answer of the API. They take, send, repeat and
    raise the same."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def delete(
        self,
        *,
        customer_account_id: str,
        token: str,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer[None]:
        """Delete a payment token: see `AsyncTokens.delete`."""
        token = hidden(token)
        return await self._engine.send_raw(
            TOKENS_DELETE,
            {
                "siteId": site_id,
            },
            {
                "customer_account_id": customer_account_id,
                "token": token,
            },
            timeout=timeout,
            deadline=deadline,
            retries=retries,
            headers=headers,
        )
