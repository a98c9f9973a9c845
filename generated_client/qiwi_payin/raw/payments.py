# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
"""Payments that the partner sends itself, with card data or a payment token, and their 3-D Secure
step: whole answers."""

from collections.abc import Mapping, Sequence
from typing import overload

from qiwi_payin_runtime.answers import Answer
from qiwi_payin_runtime.clients import AsyncEngine, SyncEngine
from qiwi_payin_runtime.money import MoneyLike
from qiwi_payin_runtime.unset import UNSET, Unset

from qiwi_payin.models.card_payment_method import CardPaymentMethod
from qiwi_payin.models.custom_fields import CustomFields
from qiwi_payin.models.customer import Customer
from qiwi_payin.models.device_data import DeviceData
from qiwi_payin.models.payment import Payment
from qiwi_payin.models.payment_command import PaymentCommand
from qiwi_payin.models.receiver_data import ReceiverData
from qiwi_payin.models.three_ds_answer import ThreeDSAnswer
from qiwi_payin.models.token_payment_method import TokenPaymentMethod
from qiwi_payin.resources.payments import (
    PAYMENTS_COMPLETE,
    PAYMENTS_CREATE,
    PAYMENTS_GET,
)


class RawPayments:
    """The methods of `Payments`, which return the whole answer of the API. They take, send, repeat and
    raise the same."""

    def __init__(self, engine: SyncEngine) -> None:
        self._engine = engine

    @overload
    def create(
        self,
        payment_id: str,
        *,
        payment_method: CardPaymentMethod,
        amount: MoneyLike,
        bill_id: str | Unset = UNSET,
        callback_url: str | Unset = UNSET,
        comment: str | Unset = UNSET,
        flags: Sequence[PaymentCommand | str] | Unset = UNSET,
        device_data: DeviceData | Unset = UNSET,
        customer: Customer | Unset = UNSET,
        receiver_data: ReceiverData | Unset = UNSET,
        custom_fields: CustomFields | Unset = UNSET,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer[Payment]: ...

    @overload
    def create(
        self,
        payment_id: str,
        *,
        payment_method: TokenPaymentMethod,
        amount: MoneyLike,
        bill_id: str | Unset = UNSET,
        callback_url: str | Unset = UNSET,
        comment: str | Unset = UNSET,
        flags: Sequence[PaymentCommand | str] | Unset = UNSET,
        device_data: DeviceData | Unset = UNSET,
        customer: Customer,
        receiver_data: ReceiverData | Unset = UNSET,
        custom_fields: CustomFields | Unset = UNSET,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer[Payment]: ...

    def create(
        self,
        payment_id: str,
        *,
        payment_method: CardPaymentMethod | TokenPaymentMethod,
        amount: MoneyLike,
        bill_id: str | Unset = UNSET,
        callback_url: str | Unset = UNSET,
        comment: str | Unset = UNSET,
        flags: Sequence[PaymentCommand | str] | Unset = UNSET,
        device_data: DeviceData | Unset = UNSET,
        customer: Customer | Unset = UNSET,
        receiver_data: ReceiverData | Unset = UNSET,
        custom_fields: CustomFields | Unset = UNSET,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer[Payment]:
        """Create a payment: see `Payments.create`."""
        return self._engine.send_raw(
            PAYMENTS_CREATE,
            {
                "siteId": site_id,
                "paymentId": payment_id,
            },
            {
                "payment_method": payment_method,
                "amount": amount,
                "bill_id": bill_id,
                "callback_url": callback_url,
                "comment": comment,
                "flags": flags,
                "device_data": device_data,
                "customer": customer,
                "receiver_data": receiver_data,
                "custom_fields": custom_fields,
            },
            timeout=timeout,
            deadline=deadline,
            retries=retries,
            headers=headers,
        )

    def get(
        self,
        payment_id: str,
        *,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer[Payment]:
        """Get a payment: see `Payments.get`."""
        return self._engine.send_raw(
            PAYMENTS_GET,
            {
                "siteId": site_id,
                "paymentId": payment_id,
            },
            timeout=timeout,
            deadline=deadline,
            retries=retries,
            headers=headers,
        )

    def complete(
        self,
        payment_id: str,
        *,
        three_ds: ThreeDSAnswer,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer[Payment]:
        """Finish 3-D Secure: see `Payments.complete`."""
        return self._engine.send_raw(
            PAYMENTS_COMPLETE,
            {
                "siteId": site_id,
                "paymentId": payment_id,
            },
            {
                "three_ds": three_ds,
            },
            timeout=timeout,
            deadline=deadline,
            retries=retries,
            headers=headers,
        )


class AsyncRawPayments:
    """The methods of `AsyncPayments`, which return the whole answer of the API. They take, send, repeat
    and raise the same."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @overload
    async def create(
        self,
        payment_id: str,
        *,
        payment_method: CardPaymentMethod,
        amount: MoneyLike,
        bill_id: str | Unset = UNSET,
        callback_url: str | Unset = UNSET,
        comment: str | Unset = UNSET,
        flags: Sequence[PaymentCommand | str] | Unset = UNSET,
        device_data: DeviceData | Unset = UNSET,
        customer: Customer | Unset = UNSET,
        receiver_data: ReceiverData | Unset = UNSET,
        custom_fields: CustomFields | Unset = UNSET,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer[Payment]: ...

    @overload
    async def create(
        self,
        payment_id: str,
        *,
        payment_method: TokenPaymentMethod,
        amount: MoneyLike,
        bill_id: str | Unset = UNSET,
        callback_url: str | Unset = UNSET,
        comment: str | Unset = UNSET,
        flags: Sequence[PaymentCommand | str] | Unset = UNSET,
        device_data: DeviceData | Unset = UNSET,
        customer: Customer,
        receiver_data: ReceiverData | Unset = UNSET,
        custom_fields: CustomFields | Unset = UNSET,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer[Payment]: ...

    async def create(
        self,
        payment_id: str,
        *,
        payment_method: CardPaymentMethod | TokenPaymentMethod,
        amount: MoneyLike,
        bill_id: str | Unset = UNSET,
        callback_url: str | Unset = UNSET,
        comment: str | Unset = UNSET,
        flags: Sequence[PaymentCommand | str] | Unset = UNSET,
        device_data: DeviceData | Unset = UNSET,
        customer: Customer | Unset = UNSET,
        receiver_data: ReceiverData | Unset = UNSET,
        custom_fields: CustomFields | Unset = UNSET,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer[Payment]:
        """Create a payment: see `AsyncPayments.create`."""
        return await self._engine.send_raw(
            PAYMENTS_CREATE,
            {
                "siteId": site_id,
                "paymentId": payment_id,
            },
            {
                "payment_method": payment_method,
                "amount": amount,
                "bill_id": bill_id,
                "callback_url": callback_url,
                "comment": comment,
                "flags": flags,
                "device_data": device_data,
                "customer": customer,
                "receiver_data": receiver_data,
                "custom_fields": custom_fields,
            },
            timeout=timeout,
            deadline=deadline,
            retries=retries,
            headers=headers,
        )

    async def get(
        self,
        payment_id: str,
        *,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer[Payment]:
        """Get a payment: see `AsyncPayments.get`."""
        return await self._engine.send_raw(
            PAYMENTS_GET,
            {
                "siteId": site_id,
                "paymentId": payment_id,
            },
            timeout=timeout,
            deadline=deadline,
            retries=retries,
            headers=headers,
        )

    async def complete(
        self,
        payment_id: str,
        *,
        three_ds: ThreeDSAnswer,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer[Payment]:
        """Finish 3-D Secure: see `AsyncPayments.complete`."""
        return await self._engine.send_raw(
            PAYMENTS_COMPLETE,
            {
                "siteId": site_id,
                "paymentId": payment_id,
            },
            {
                "three_ds": three_ds,
            },
            timeout=timeout,
            deadline=deadline,
            retries=retries,
            headers=headers,
        )
