# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
"""Invoices that a payer pays on the hosted form: whole answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from qiwi_payin_runtime.answers import Answer
from qiwi_payin_runtime.clients import AsyncEngine, SyncEngine
from qiwi_payin_runtime.money import MoneyLike
from qiwi_payin_runtime.unset import UNSET, Unset

from qiwi_payin.models.bill import Bill
from qiwi_payin.models.bill_details import BillDetails
from qiwi_payin.models.bill_flag import BillFlag
from qiwi_payin.models.bill_payment import BillPayment
from qiwi_payin.models.custom_fields import CustomFields
from qiwi_payin.models.customer import Customer
from qiwi_payin.models.form_payment_method import FormPaymentMethod
from qiwi_payin.models.receiver_data import ReceiverData
from qiwi_payin.resources.bills import (
    BILLS_CREATE,
    BILLS_GET,
    BILLS_LIST_PAYMENTS,
)


class RawBills:
    """The methods of `Bills`, which return the whole answer of the API. They take, send, repeat and raise
    the same."""

    def __init__(self, engine: SyncEngine) -> None:
        self._engine = engine

    def create(
        self,
        bill_id: str,
        *,
        amount: MoneyLike,
        expiration_date_time: datetime,
        comment: str | Unset = UNSET,
        bill_payment_methods_type: Sequence[FormPaymentMethod | str] | Unset = UNSET,
        flags: Sequence[BillFlag | str] | Unset = UNSET,
        customer: Customer | Unset = UNSET,
        receiver_data: ReceiverData | Unset = UNSET,
        custom_fields: CustomFields | Unset = UNSET,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer[Bill]:
        """Create an invoice: see `Bills.create`."""
        return self._engine.send_raw(
            BILLS_CREATE,
            {
                "siteId": site_id,
                "billId": bill_id,
            },
            {
                "amount": amount,
                "expiration_date_time": expiration_date_time,
                "comment": comment,
                "bill_payment_methods_type": bill_payment_methods_type,
                "flags": flags,
                "customer": customer,
                "receiver_data": receiver_data,
                "custom_fields": custom_fields,
            },
            timeout=timeout,
            deadline=deadline,
            retries=retries,
            headers=headers,
        )

    def list_payments(
        self,
        bill_id: str,
        *,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer[list[BillPayment]]:
        """List the payments of an invoice: see `Bills.list_payments`."""
        return self._engine.send_raw(
            BILLS_LIST_PAYMENTS,
            {
                "siteId": site_id,
                "billId": bill_id,
            },
            timeout=timeout,
            deadline=deadline,
            retries=retries,
            headers=headers,
        )

    def get(
        self,
        bill_id: str,
        *,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer[BillDetails]:
        """Get an invoice with its payments: see `Bills.get`."""
        return self._engine.send_raw(
            BILLS_GET,
            {
                "siteId": site_id,
                "billId": bill_id,
            },
            timeout=timeout,
            deadline=deadline,
            retries=retries,
            headers=headers,
        )


class AsyncRawBills:
    """The methods of `AsyncBills`, which return the whole answer of the API. They take, send, repeat and
    raise the same."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def create(
        self,
        bill_id: str,
        *,
        amount: MoneyLike,
        expiration_date_time: datetime,
        comment: str | Unset = UNSET,
        bill_payment_methods_type: Sequence[FormPaymentMethod | str] | Unset = UNSET,
        flags: Sequence[BillFlag | str] | Unset = UNSET,
        customer: Customer | Unset = UNSET,
        receiver_data: ReceiverData | Unset = UNSET,
        custom_fields: CustomFields | Unset = UNSET,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer[Bill]:
        """Create an invoice: see `AsyncBills.create`."""
        return await self._engine.send_raw(
            BILLS_CREATE,
            {
                "siteId": site_id,
                "billId": bill_id,
            },
            {
                "amount": amount,
                "expiration_date_time": expiration_date_time,
                "comment": comment,
                "bill_payment_methods_type": bill_payment_methods_type,
                "flags": flags,
                "customer": customer,
                "receiver_data": receiver_data,
                "custom_fields": custom_fields,
            },
            timeout=timeout,
            deadline=deadline,
            retries=retries,
            headers=headers,
        )

    async def list_payments(
        self,
        bill_id: str,
        *,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer[list[BillPayment]]:
        """List the payments of an invoice: see `AsyncBills.list_payments`."""
        return await self._engine.send_raw(
            BILLS_LIST_PAYMENTS,
            {
                "siteId": site_id,
                "billId": bill_id,
            },
            timeout=timeout,
            deadline=deadline,
            retries=retries,
            headers=headers,
        )

    async def get(
        self,
        bill_id: str,
        *,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer[BillDetails]:
        """Get an invoice with its payments: see `AsyncBills.get`."""
        return await self._engine.send_raw(
            BILLS_GET,
            {
                "siteId": site_id,
                "billId": bill_id,
            },
            timeout=timeout,
            deadline=deadline,
            retries=retries,
            headers=headers,
        )
