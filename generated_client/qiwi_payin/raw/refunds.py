# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
"""Reversals of held money and refunds of debited money: whole answers."""

from collections.abc import Mapping

from qiwi_payin_runtime.answers import Answer
from qiwi_payin_runtime.clients import AsyncEngine, SyncEngine
from qiwi_payin_runtime.money import MoneyLike
from qiwi_payin_runtime.unset import UNSET, Unset

from qiwi_payin.models.refund import Refund
from qiwi_payin.resources.refunds import (
    REFUNDS_CREATE,
    REFUNDS_GET,
    REFUNDS_LIST,
)


class RawRefunds:
    """The methods of `Refunds`, which return the whole answer of the API. They take, send, repeat and
    raise the same."""

    def __init__(self, engine: SyncEngine) -> None:
        self._engine = engine

    def list(
        self,
        payment_id: str,
        *,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer[list[Refund]]:
        """List the refunds of a payment: see `Refunds.list`."""
        return self._engine.send_raw(
            REFUNDS_LIST,
            {
                "siteId": site_id,
                "paymentId": payment_id,
            },
            timeout=timeout,
            deadline=deadline,
            retries=retries,
            headers=headers,
        )

    def create(
        self,
        payment_id: str,
        refund_id: str,
        *,
        amount: MoneyLike,
        callback_url: str | Unset = UNSET,
        comment: str | Unset = UNSET,
        settlement_amount: MoneyLike | Unset = UNSET,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer[Refund]:
        """Reverse or refund a payment: see `Refunds.create`."""
        return self._engine.send_raw(
            REFUNDS_CREATE,
            {
                "siteId": site_id,
                "paymentId": payment_id,
                "refundId": refund_id,
            },
            {
                "amount": amount,
                "callback_url": callback_url,
                "comment": comment,
                "settlement_amount": settlement_amount,
            },
            timeout=timeout,
            deadline=deadline,
            retries=retries,
            headers=headers,
        )

    def get(
        self,
        payment_id: str,
        refund_id: str,
        *,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer[Refund]:
        """Get a refund: see `Refunds.get`."""
        return self._engine.send_raw(
            REFUNDS_GET,
            {
                "siteId": site_id,
                "paymentId": payment_id,
                "refundId": refund_id,
            },
            timeout=timeout,
            deadline=deadline,
            retries=retries,
            headers=headers,
        )


class AsyncRawRefunds:
    """The methods of `AsyncRefunds`, which return the whole answer of the API. They take, send, repeat and
    raise the same."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def list(
        self,
        payment_id: str,
        *,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer[list[Refund]]:
        """List the refunds of a payment: see `AsyncRefunds.list`."""
        return await self._engine.send_raw(
            REFUNDS_LIST,
            {
                "siteId": site_id,
                "paymentId": payment_id,
            },
            timeout=timeout,
            deadline=deadline,
            retries=retries,
            headers=headers,
        )

    async def create(
        self,
        payment_id: str,
        refund_id: str,
        *,
        amount: MoneyLike,
        callback_url: str | Unset = UNSET,
        comment: str | Unset = UNSET,
        settlement_amount: MoneyLike | Unset = UNSET,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer[Refund]:
        """Reverse or refund a payment: see `AsyncRefunds.create`."""
        return await self._engine.send_raw(
            REFUNDS_CREATE,
            {
                "siteId": site_id,
                "paymentId": payment_id,
                "refundId": refund_id,
            },
            {
                "amount": amount,
                "callback_url": callback_url,
                "comment": comment,
                "settlement_amount": settlement_amount,
            },
            timeout=timeout,
            deadline=deadline,
            retries=retries,
            headers=headers,
        )

    async def get(
        self,
        payment_id: str,
        refund_id: str,
        *,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer[Refund]:
        """Get a refund: see `AsyncRefunds.get`."""
        return await self._engine.send_raw(
            REFUNDS_GET,
            {
                "siteId": site_id,
                "paymentId": payment_id,
                "refundId": refund_id,
            },
            timeout=timeout,
            deadline=deadline,
            retries=retries,
            headers=headers,
        )
