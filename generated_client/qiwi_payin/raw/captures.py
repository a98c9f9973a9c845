# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
"""Confirmations that debit held money: whole answers."""

from collections.abc import Mapping

from qiwi_payin_runtime.answers import Answer
from qiwi_payin_runtime.clients import AsyncEngine, SyncEngine
from qiwi_payin_runtime.unset import UNSET, Unset

from qiwi_payin.models.capture import Capture
from qiwi_payin.resources.captures import (
    CAPTURES_CREATE,
    CAPTURES_GET,
)


class RawCaptures:
    """The methods of `Captures`, which return the whole answer of the API. They take, send, repeat and
    raise the same."""

    def __init__(self, engine: SyncEngine) -> None:
        self._engine = engine

    def create(
        self,
        payment_id: str,
        capture_id: str,
        *,
        callback_url: str | Unset = UNSET,
        comment: str | Unset = UNSET,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer[Capture]:
        """Confirm a held payment: see `Captures.create`."""
        return self._engine.send_raw(
            CAPTURES_CREATE,
            {
                "siteId": site_id,
                "paymentId": payment_id,
                "captureId": capture_id,
            },
            {
                "callback_url": callback_url,
                "comment": comment,
            },
            timeout=timeout,
            deadline=deadline,
            retries=retries,
            headers=headers,
        )

    def get(
        self,
        payment_id: str,
        capture_id: str,
        *,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer[Capture]:
        """Get a capture: see `Captures.get`."""
        return self._engine.send_raw(
            CAPTURES_GET,
            {
                "siteId": site_id,
                "paymentId": payment_id,
                "captureId": capture_id,
            },
            timeout=timeout,
            deadline=deadline,
            retries=retries,
            headers=headers,
        )


class AsyncRawCaptures:
    """The methods of `AsyncCaptures`, which return the whole answer of the API. They take, send, repeat
    and raise the same."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def create(
        self,
        payment_id: str,
        capture_id: str,
        *,
        callback_url: str | Unset = UNSET,
        comment: str | Unset = UNSET,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer[Capture]:
        """Confirm a held payment: see `AsyncCaptures.create`."""
        return await self._engine.send_raw(
            CAPTURES_CREATE,
            {
                "siteId": site_id,
                "paymentId": payment_id,
                "captureId": capture_id,
            },
            {
                "callback_url": callback_url,
                "comment": comment,
            },
            timeout=timeout,
            deadline=deadline,
            retries=retries,
            headers=headers,
        )

    async def get(
        self,
        payment_id: str,
        capture_id: str,
        *,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer[Capture]:
        """Get a capture: see `AsyncCaptures.get`."""
        return await self._engine.send_raw(
            CAPTURES_GET,
            {
                "siteId": site_id,
                "paymentId": payment_id,
                "captureId": capture_id,
            },
            timeout=timeout,
            deadline=deadline,
            retries=retries,
            headers=headers,
        )
