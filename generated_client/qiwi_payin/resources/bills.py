# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
"""Invoices that a payer pays on the hosted form."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from qiwi_payin_runtime.calls import Operation
from qiwi_payin_runtime.clients import AsyncEngine, SyncEngine
from qiwi_payin_runtime.clock import AsyncWake, Wake
from qiwi_payin_runtime.codecs import List
from qiwi_payin_runtime.models import Object
from qiwi_payin_runtime.money import MoneyLike
from qiwi_payin_runtime.unset import UNSET, Unset
from qiwi_payin_runtime.waiting import FIRST_PAUSE, wait, wait_async

from qiwi_payin.models.bill import Bill
from qiwi_payin.models.bill_details import BillDetails
from qiwi_payin.models.bill_flag import BillFlag
from qiwi_payin.models.bill_payment import BillPayment
from qiwi_payin.models.bill_request import BillRequest
from qiwi_payin.models.custom_fields import CustomFields
from qiwi_payin.models.customer import Customer
from qiwi_payin.models.form_payment_method import FormPaymentMethod
from qiwi_payin.models.receiver_data import ReceiverData

if TYPE_CHECKING:
    from qiwi_payin.raw.bills import AsyncRawBills, RawBills

BILLS_CREATE: Operation[Bill] = Operation(
    "billsCreate",
    "PUT",
    "/payin/v1/sites/{siteId}/bills/{billId}",
    answer=Object(Bill),
    request=BillRequest,
    status="billsGet",
)
BILLS_LIST_PAYMENTS: Operation[list[BillPayment]] = Operation(
    "billsListPayments",
    "GET",
    "/payin/v1/sites/{siteId}/bills/{billId}",
    answer=List(Object(BillPayment)),
)
BILLS_GET: Operation[BillDetails] = Operation(
    "billsGet",
    "GET",
    "/payin/v1/sites/{siteId}/bills/{billId}/details",
    answer=Object(BillDetails),
)


class Bills:
    """Invoices that a payer pays on the hosted form."""

    def __init__(self, engine: SyncEngine) -> None:
        self._engine = engine

    @property
    def raw(self) -> "RawBills":
        """The same methods, but what they return is the whole answer: status, headers and content beside the value."""
        from qiwi_payin.raw.bills import RawBills

        return RawBills(self._engine)

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
    ) -> Bill:
        """Create an invoice.

        Creates an invoice for a sum, to be paid until a time, and answers with the address of the payment
        form. With the flag `SALE` the payment is one-step: the card is held and debited at once when the
        payer confirms, and the debit can only be refunded. Without it the payment is two-step: the money is
        held, the invoice counts as paid, and the debit waits for a capture, 72 hours unless the site was
        set up otherwise and never more than five days. The same request again changes nothing and is
        answered with the invoice as it stands.

        Args:
            bill_id: Id of the invoice, chosen by the partner, unique among all invoices of the site. Always
                treated as text.
            amount: Sum to be paid. In units of the currency, from 0.01 to 99999999.99, with at most two
                decimals; in rubles where it is not `Money`.
            expiration_date_time: Until when the invoice can be paid, with offset. Later it is `EXPIRED` and no
                payment is possible.
            comment: What is paid for; shown to the payer. At most 256 characters.
            bill_payment_methods_type: Payment methods that the form shall offer. Only methods that QIWI
                connected to the site count; with none connected the form offers the bank card alone, whatever
                is listed here. Two-step invoices are paid by card only.
            flags: `SALE` asks for one step: hold and debit at once. Without it the money is only held until a
                capture. `BIND_PAYMENT_TOKEN` issues a payment token for `customer.account`.
            customer: The payer, as the partner knows them.
            receiver_data: Who receives the money of an account funding transaction. All fields are known from
                working clients only.
            custom_fields: Free fields of the partner, all of them text, copied to answers and notifications.
                Any further key is allowed.
            site_id: Id of the partner's site. A new site is in test mode, where no money moves. The client's
                own site where it is None.
            timeout: Seconds that each wait for the server may last. The client's own where it is None, as
                below.
            deadline: Seconds that the call may last with all its attempts and pauses.
            retries: How often it may be repeated.
            headers: Further headers, added to the client's.

        Raises:
            ValueError: An argument breaks a rule; nothing was sent.
            NotSent: No connection; nothing was sent.
            OutcomeUnknown: It was sent and may have happened: no right answer, or 5xx. `resolve()` finds out.
            BadRequest: 400. Data or their form are wrong: a field breaks its rule (`validation.error`, `cause`
                names it), the body is no JSON (`http.message.conversion.failed`), or the operation does not fit
                the object's state (`payin.incorrect-method-invocation`).
            Unauthorized: 401. The API access key is missing or wrong.
            Forbidden: 403. The key is not for this site, or there is no such site.
            NotFound: 404. There is no such object on this site.
            MethodNotAllowed: 405. The method does not fit the path.
            NotAcceptable: 406. The request's body is not JSON by its content type.
            Gone: 410. The object was removed.
            TooManyRequests: 429. Too many requests; try again later.

        Basis: documented. Statements: EN-001, EN-002, EN-003, EN-004, EN-005, EN-006, EN-007, EN-015,
        EN-018, EN-019, EN-022, EN-024, EN-032, EN-033, EN-038, EN-039, EN-040, EN-041, EN-042, EN-043,
        EN-044, EN-054, EN-058, EN-059, EN-061, EN-062, EN-065, EN-066, EN-068, EN-069, EN-076, EN-095,
        EN-097, EN-098, EN-103, EN-104, EN-107, EN-112, EN-113, EN-114, EN-115, EN-116, EN-122, EN-155,
        EN-156, EN-159, EN-168, EN-169, EN-170, EN-176, EN-177, EN-183, EN-184, EN-185, PUB-004, PUB-005,
        PUB-009, PUB-010, PUB-012, PUB-013, PUB-014, PUB-015, PUB-016, PRA-044.
        """
        return self._engine.send(
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
    ) -> list[BillPayment]:
        """List the payments of an invoice.

        Lists all attempts to pay an invoice, newest first. The list is empty before the first attempt.

        Args:
            bill_id: Id of the invoice, chosen by the partner, unique among all invoices of the site. Always
                treated as text.
            site_id: Id of the partner's site. A new site is in test mode, where no money moves. The client's
                own site where it is None.
            timeout: Seconds that each wait for the server may last. The client's own where it is None, as
                below.
            deadline: Seconds that the call may last with all its attempts and pauses.
            retries: How often it may be repeated.
            headers: Further headers, added to the client's.

        Raises:
            ValueError: An argument breaks a rule; nothing was sent.
            NotSent: No connection; nothing was sent.
            AnswerLost: No answer came; nothing was changed.
            BadRequest: 400. Data or their form are wrong: a field breaks its rule (`validation.error`, `cause`
                names it), the body is no JSON (`http.message.conversion.failed`), or the operation does not fit
                the object's state (`payin.incorrect-method-invocation`).
            Unauthorized: 401. The API access key is missing or wrong.
            Forbidden: 403. The key is not for this site, or there is no such site.
            NotFound: 404. There is no such object on this site.
            MethodNotAllowed: 405. The method does not fit the path.
            NotAcceptable: 406. The request's body is not JSON by its content type.
            Gone: 410. The object was removed.
            TooManyRequests: 429. Too many requests; try again later.
            AnswerInvalid: The answer is not what the description says.
            ServerError: 5xx. The server failed.

        Basis: published. Statements: PUB-011, PUB-018. Sources:
        https://dev.qiwi.com/explain/en/qiwi-payin/api/bill-payments-list/,
        https://github.com/QIWI-API/payments-docs.
        """
        return self._engine.send(
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
    ) -> BillDetails:
        """Get an invoice with its payments.

        Answers with the invoice as it stands and all attempts to pay it. Together with the notification
        this is what tells a partner that an invoice was paid: the redirect of the payer does not.

        Args:
            bill_id: Id of the invoice, chosen by the partner, unique among all invoices of the site. Always
                treated as text.
            site_id: Id of the partner's site. A new site is in test mode, where no money moves. The client's
                own site where it is None.
            timeout: Seconds that each wait for the server may last. The client's own where it is None, as
                below.
            deadline: Seconds that the call may last with all its attempts and pauses.
            retries: How often it may be repeated.
            headers: Further headers, added to the client's.

        Raises:
            ValueError: An argument breaks a rule; nothing was sent.
            NotSent: No connection; nothing was sent.
            AnswerLost: No answer came; nothing was changed.
            BadRequest: 400. Data or their form are wrong: a field breaks its rule (`validation.error`, `cause`
                names it), the body is no JSON (`http.message.conversion.failed`), or the operation does not fit
                the object's state (`payin.incorrect-method-invocation`).
            Unauthorized: 401. The API access key is missing or wrong.
            Forbidden: 403. The key is not for this site, or there is no such site.
            NotFound: 404. There is no such object on this site.
            MethodNotAllowed: 405. The method does not fit the path.
            NotAcceptable: 406. The request's body is not JSON by its content type.
            Gone: 410. The object was removed.
            TooManyRequests: 429. Too many requests; try again later.
            AnswerInvalid: The answer is not what the description says.
            ServerError: 5xx. The server failed.

        Basis: published. Statements: EN-038, EN-107, EN-120, EN-121, PUB-011, PUB-017, PUB-168, PUB-170.
        Sources: https://dev.qiwi.com/explain/en/qiwi-payin/api/bill-details/,
        https://github.com/QIWI-API/payments-docs.
        """
        return self._engine.send(
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

    def wait(
        self,
        bill_id: str,
        *,
        timeout: float,
        site_id: str | None = None,
        wake: Wake | None = None,
        first_pause: float = FIRST_PAUSE,
    ) -> BillDetails:
        """Get an invoice with its payments once it is final: wait until its status is `PAID` or `EXPIRED`.

        It is asked for at once, and again after pauses that grow from half a second to half a minute. Where
        no answer comes, or one that cannot be understood, 429 or 5xx, it is asked for again. Other refusals
        end the waiting, 404 too: what is not there was never created, and may safely be created now, under
        the same id.

        Args:
            bill_id: Id of the invoice, chosen by the partner, unique among all invoices of the site. Always
                treated as text.
            site_id: Id of the partner's site. A new site is in test mode, where no money moves. The client's
                own site where it is None.
            timeout: Seconds to wait. The last question is asked when they are over, and may take its own time.
            wake: Event that whoever takes the notifications sets, to have the pause ended and the API asked at
                once. It counts once, and is not cleared.
            first_pause: Seconds of the first pause. With `wake`, 600 is what the documents advise: to wait for
                the notification, and to ask without one after 10 minutes.

        Raises:
            ValueError: An argument breaks a rule; nothing was sent.
            WaitTimeout: The time is over, and the status is not final; `last` is what was seen last.
            BadRequest: 400. Data or their form are wrong: a field breaks its rule (`validation.error`, `cause`
                names it), the body is no JSON (`http.message.conversion.failed`), or the operation does not fit
                the object's state (`payin.incorrect-method-invocation`).
            Unauthorized: 401. The API access key is missing or wrong.
            Forbidden: 403. The key is not for this site, or there is no such site.
            NotFound: 404. There is no such object on this site.
            MethodNotAllowed: 405. The method does not fit the path.
            NotAcceptable: 406. The request's body is not JSON by its content type.
            Gone: 410. The object was removed.
            TooManyRequests: 429. Too many requests; try again later.

        Basis: published. Statements: EN-038, EN-107, EN-120, EN-121, PUB-011, PUB-017, PUB-168, PUB-170.
        Sources: https://dev.qiwi.com/explain/en/qiwi-payin/api/bill-details/,
        https://github.com/QIWI-API/payments-docs.
        """
        return wait(
            lambda: self.get(
                bill_id,
                site_id=site_id,
                retries=0,
            ),
            lambda found: found.status.value.is_final,
            self._engine.clock,
            timeout=timeout,
            first_pause=first_pause,
            wake=wake,
        )


class AsyncBills:
    """Invoices that a payer pays on the hosted form, for async code."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @property
    def raw(self) -> "AsyncRawBills":
        """The same methods, but what they return is the whole answer: status, headers and content beside the value."""
        from qiwi_payin.raw.bills import AsyncRawBills

        return AsyncRawBills(self._engine)

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
    ) -> Bill:
        """Create an invoice.

        Creates an invoice for a sum, to be paid until a time, and answers with the address of the payment
        form. With the flag `SALE` the payment is one-step: the card is held and debited at once when the
        payer confirms, and the debit can only be refunded. Without it the payment is two-step: the money is
        held, the invoice counts as paid, and the debit waits for a capture, 72 hours unless the site was
        set up otherwise and never more than five days. The same request again changes nothing and is
        answered with the invoice as it stands.

        Args:
            bill_id: Id of the invoice, chosen by the partner, unique among all invoices of the site. Always
                treated as text.
            amount: Sum to be paid. In units of the currency, from 0.01 to 99999999.99, with at most two
                decimals; in rubles where it is not `Money`.
            expiration_date_time: Until when the invoice can be paid, with offset. Later it is `EXPIRED` and no
                payment is possible.
            comment: What is paid for; shown to the payer. At most 256 characters.
            bill_payment_methods_type: Payment methods that the form shall offer. Only methods that QIWI
                connected to the site count; with none connected the form offers the bank card alone, whatever
                is listed here. Two-step invoices are paid by card only.
            flags: `SALE` asks for one step: hold and debit at once. Without it the money is only held until a
                capture. `BIND_PAYMENT_TOKEN` issues a payment token for `customer.account`.
            customer: The payer, as the partner knows them.
            receiver_data: Who receives the money of an account funding transaction. All fields are known from
                working clients only.
            custom_fields: Free fields of the partner, all of them text, copied to answers and notifications.
                Any further key is allowed.
            site_id: Id of the partner's site. A new site is in test mode, where no money moves. The client's
                own site where it is None.
            timeout: Seconds that each wait for the server may last. The client's own where it is None, as
                below.
            deadline: Seconds that the call may last with all its attempts and pauses.
            retries: How often it may be repeated.
            headers: Further headers, added to the client's.

        Raises:
            ValueError: An argument breaks a rule; nothing was sent.
            NotSent: No connection; nothing was sent.
            OutcomeUnknown: It was sent and may have happened: no right answer, or 5xx. `resolve()` finds out.
            BadRequest: 400. Data or their form are wrong: a field breaks its rule (`validation.error`, `cause`
                names it), the body is no JSON (`http.message.conversion.failed`), or the operation does not fit
                the object's state (`payin.incorrect-method-invocation`).
            Unauthorized: 401. The API access key is missing or wrong.
            Forbidden: 403. The key is not for this site, or there is no such site.
            NotFound: 404. There is no such object on this site.
            MethodNotAllowed: 405. The method does not fit the path.
            NotAcceptable: 406. The request's body is not JSON by its content type.
            Gone: 410. The object was removed.
            TooManyRequests: 429. Too many requests; try again later.

        Basis: documented. Statements: EN-001, EN-002, EN-003, EN-004, EN-005, EN-006, EN-007, EN-015,
        EN-018, EN-019, EN-022, EN-024, EN-032, EN-033, EN-038, EN-039, EN-040, EN-041, EN-042, EN-043,
        EN-044, EN-054, EN-058, EN-059, EN-061, EN-062, EN-065, EN-066, EN-068, EN-069, EN-076, EN-095,
        EN-097, EN-098, EN-103, EN-104, EN-107, EN-112, EN-113, EN-114, EN-115, EN-116, EN-122, EN-155,
        EN-156, EN-159, EN-168, EN-169, EN-170, EN-176, EN-177, EN-183, EN-184, EN-185, PUB-004, PUB-005,
        PUB-009, PUB-010, PUB-012, PUB-013, PUB-014, PUB-015, PUB-016, PRA-044.
        """
        return await self._engine.send(
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
    ) -> list[BillPayment]:
        """List the payments of an invoice.

        Lists all attempts to pay an invoice, newest first. The list is empty before the first attempt.

        Args:
            bill_id: Id of the invoice, chosen by the partner, unique among all invoices of the site. Always
                treated as text.
            site_id: Id of the partner's site. A new site is in test mode, where no money moves. The client's
                own site where it is None.
            timeout: Seconds that each wait for the server may last. The client's own where it is None, as
                below.
            deadline: Seconds that the call may last with all its attempts and pauses.
            retries: How often it may be repeated.
            headers: Further headers, added to the client's.

        Raises:
            ValueError: An argument breaks a rule; nothing was sent.
            NotSent: No connection; nothing was sent.
            AnswerLost: No answer came; nothing was changed.
            BadRequest: 400. Data or their form are wrong: a field breaks its rule (`validation.error`, `cause`
                names it), the body is no JSON (`http.message.conversion.failed`), or the operation does not fit
                the object's state (`payin.incorrect-method-invocation`).
            Unauthorized: 401. The API access key is missing or wrong.
            Forbidden: 403. The key is not for this site, or there is no such site.
            NotFound: 404. There is no such object on this site.
            MethodNotAllowed: 405. The method does not fit the path.
            NotAcceptable: 406. The request's body is not JSON by its content type.
            Gone: 410. The object was removed.
            TooManyRequests: 429. Too many requests; try again later.
            AnswerInvalid: The answer is not what the description says.
            ServerError: 5xx. The server failed.

        Basis: published. Statements: PUB-011, PUB-018. Sources:
        https://dev.qiwi.com/explain/en/qiwi-payin/api/bill-payments-list/,
        https://github.com/QIWI-API/payments-docs.
        """
        return await self._engine.send(
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
    ) -> BillDetails:
        """Get an invoice with its payments.

        Answers with the invoice as it stands and all attempts to pay it. Together with the notification
        this is what tells a partner that an invoice was paid: the redirect of the payer does not.

        Args:
            bill_id: Id of the invoice, chosen by the partner, unique among all invoices of the site. Always
                treated as text.
            site_id: Id of the partner's site. A new site is in test mode, where no money moves. The client's
                own site where it is None.
            timeout: Seconds that each wait for the server may last. The client's own where it is None, as
                below.
            deadline: Seconds that the call may last with all its attempts and pauses.
            retries: How often it may be repeated.
            headers: Further headers, added to the client's.

        Raises:
            ValueError: An argument breaks a rule; nothing was sent.
            NotSent: No connection; nothing was sent.
            AnswerLost: No answer came; nothing was changed.
            BadRequest: 400. Data or their form are wrong: a field breaks its rule (`validation.error`, `cause`
                names it), the body is no JSON (`http.message.conversion.failed`), or the operation does not fit
                the object's state (`payin.incorrect-method-invocation`).
            Unauthorized: 401. The API access key is missing or wrong.
            Forbidden: 403. The key is not for this site, or there is no such site.
            NotFound: 404. There is no such object on this site.
            MethodNotAllowed: 405. The method does not fit the path.
            NotAcceptable: 406. The request's body is not JSON by its content type.
            Gone: 410. The object was removed.
            TooManyRequests: 429. Too many requests; try again later.
            AnswerInvalid: The answer is not what the description says.
            ServerError: 5xx. The server failed.

        Basis: published. Statements: EN-038, EN-107, EN-120, EN-121, PUB-011, PUB-017, PUB-168, PUB-170.
        Sources: https://dev.qiwi.com/explain/en/qiwi-payin/api/bill-details/,
        https://github.com/QIWI-API/payments-docs.
        """
        return await self._engine.send(
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

    async def wait(
        self,
        bill_id: str,
        *,
        timeout: float,
        site_id: str | None = None,
        wake: AsyncWake | None = None,
        first_pause: float = FIRST_PAUSE,
    ) -> BillDetails:
        """Get an invoice with its payments once it is final: wait until its status is `PAID` or `EXPIRED`.

        It is asked for at once, and again after pauses that grow from half a second to half a minute. Where
        no answer comes, or one that cannot be understood, 429 or 5xx, it is asked for again. Other refusals
        end the waiting, 404 too: what is not there was never created, and may safely be created now, under
        the same id.

        Args:
            bill_id: Id of the invoice, chosen by the partner, unique among all invoices of the site. Always
                treated as text.
            site_id: Id of the partner's site. A new site is in test mode, where no money moves. The client's
                own site where it is None.
            timeout: Seconds to wait. The last question is asked when they are over, and may take its own time.
            wake: Event that whoever takes the notifications sets, to have the pause ended and the API asked at
                once. It counts once, and is not cleared.
            first_pause: Seconds of the first pause. With `wake`, 600 is what the documents advise: to wait for
                the notification, and to ask without one after 10 minutes.

        Raises:
            ValueError: An argument breaks a rule; nothing was sent.
            WaitTimeout: The time is over, and the status is not final; `last` is what was seen last.
            BadRequest: 400. Data or their form are wrong: a field breaks its rule (`validation.error`, `cause`
                names it), the body is no JSON (`http.message.conversion.failed`), or the operation does not fit
                the object's state (`payin.incorrect-method-invocation`).
            Unauthorized: 401. The API access key is missing or wrong.
            Forbidden: 403. The key is not for this site, or there is no such site.
            NotFound: 404. There is no such object on this site.
            MethodNotAllowed: 405. The method does not fit the path.
            NotAcceptable: 406. The request's body is not JSON by its content type.
            Gone: 410. The object was removed.
            TooManyRequests: 429. Too many requests; try again later.

        Basis: published. Statements: EN-038, EN-107, EN-120, EN-121, PUB-011, PUB-017, PUB-168, PUB-170.
        Sources: https://dev.qiwi.com/explain/en/qiwi-payin/api/bill-details/,
        https://github.com/QIWI-API/payments-docs.
        """
        return await wait_async(
            lambda: self.get(
                bill_id,
                site_id=site_id,
                retries=0,
            ),
            lambda found: found.status.value.is_final,
            self._engine.clock,
            timeout=timeout,
            first_pause=first_pause,
            wake=wake,
        )
