# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
"""Payments that the partner sends itself, with card data or a payment token, and their 3-D Secure step."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, overload

from qiwi_payin_runtime.calls import Operation
from qiwi_payin_runtime.clients import AsyncEngine, SyncEngine
from qiwi_payin_runtime.clock import AsyncWake, Wake
from qiwi_payin_runtime.models import Object
from qiwi_payin_runtime.money import MoneyLike
from qiwi_payin_runtime.unset import UNSET, Unset
from qiwi_payin_runtime.waiting import FIRST_PAUSE, wait, wait_async

from qiwi_payin.models.card_payment_method import CardPaymentMethod
from qiwi_payin.models.complete_request import CompleteRequest
from qiwi_payin.models.custom_fields import CustomFields
from qiwi_payin.models.customer import Customer
from qiwi_payin.models.device_data import DeviceData
from qiwi_payin.models.payment import Payment
from qiwi_payin.models.payment_command import PaymentCommand
from qiwi_payin.models.payment_request import PaymentRequest
from qiwi_payin.models.receiver_data import ReceiverData
from qiwi_payin.models.three_ds_answer import ThreeDSAnswer
from qiwi_payin.models.token_payment_method import TokenPaymentMethod

if TYPE_CHECKING:
    from qiwi_payin.raw.payments import AsyncRawPayments, RawPayments

PAYMENTS_CREATE: Operation[Payment] = Operation(
    "paymentsCreate",
    "PUT",
    "/payin/v1/sites/{siteId}/payments/{paymentId}",
    answer=Object(Payment),
    request=PaymentRequest,
    status="paymentsGet",
)
PAYMENTS_GET: Operation[Payment] = Operation(
    "paymentsGet",
    "GET",
    "/payin/v1/sites/{siteId}/payments/{paymentId}",
    answer=Object(Payment),
)
PAYMENTS_COMPLETE: Operation[Payment] = Operation(
    "paymentsComplete",
    "POST",
    "/payin/v1/sites/{siteId}/payments/{paymentId}/complete",
    answer=Object(Payment),
    request=CompleteRequest,
    status="paymentsGet",
    undone_while="WAITING",
)


class Payments:
    """Payments that the partner sends itself, with card data or a payment token, and their 3-D Secure step."""

    def __init__(self, engine: SyncEngine) -> None:
        self._engine = engine

    @property
    def raw(self) -> "RawPayments":
        """The same methods, but what they return is the whole answer: status, headers and content beside the value."""
        from qiwi_payin.raw.payments import RawPayments

        return RawPayments(self._engine)

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
    ) -> Payment: ...

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
    ) -> Payment: ...

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
    ) -> Payment:
        """Create a payment.

        Pays with card data from the partner's own form, or with a payment token. With the flag `SALE` the
        card is debited at once; without it the money is held until a capture. An answer `WAITING` with
        `requirements.threeDS` asks for 3-D Secure, which the complete operation finishes. A refused payment
        is no HTTP error: its status is `DECLINED`. The same request again changes nothing and is answered
        with the payment as it stands.

        Args:
            payment_id: Id of the payment, chosen by the partner, unique among all earlier payments of the same
                site. Another site may use the same id. For payments made on the hosted form QIWI chooses it.
            payment_method: How a payment is made; `type` says which fields follow.
            amount: Sum of the payment. In units of the currency, from 0.01 to 99999999.99, with at most two
                decimals; in rubles where it is not `Money`.
            bill_id: The partner's order number. QIWI makes one when it is absent. 1 to 256 characters.
            callback_url: Address that notifications about this operation go to, instead of the one in the
                account's settings. At most 256 characters.
            comment: What is paid for. At most 255 characters.
            flags: `SALE` asks for one step: hold and debit at once. Without it the money is only held until a
                capture. `BIND_PAYMENT_TOKEN` issues a payment token for `customer.account`.
            device_data: The payer's device, which the payment came from.
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

        Basis: documented. Statements: RU-001, RU-002, RU-003, RU-004, RU-013, RU-014, RU-015, RU-016,
        RU-017, RU-018, RU-039, RU-040, RU-041, RU-046, RU-051, RU-052, RU-053, RU-054, RU-055, RU-082,
        RU-085, EN-173, PUB-012, PUB-013, PUB-105, PUB-106, PUB-107, PUB-165, PUB-253, PUB-290, PUB-291,
        PUB-293, PUB-302, PUB-303, PUB-304.
        """
        return self._engine.send(
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
    ) -> Payment:
        """Get a payment.

        Answers with the payment as it stands. Its status, not that of the notification, decides whether a
        payment succeeded.

        Args:
            payment_id: Id of the payment, chosen by the partner, unique among all earlier payments of the same
                site. Another site may use the same id. For payments made on the hosted form QIWI chooses it.
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

        Basis: published. Statements: EN-107, EN-120, PUB-011, PUB-019, PUB-168, PUB-169. Sources:
        https://dev.qiwi.com/explain/en/qiwi-payin/api/payment-details/,
        https://github.com/QIWI-API/payments-docs.
        """
        return self._engine.send(
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

    def wait(
        self,
        payment_id: str,
        *,
        timeout: float,
        site_id: str | None = None,
        wake: Wake | None = None,
        first_pause: float = FIRST_PAUSE,
    ) -> Payment:
        """Get a payment once it is final: wait until its status is `COMPLETED` or `DECLINED`.

        It is asked for at once, and again after pauses that grow from half a second to half a minute. Where
        no answer comes, or one that cannot be understood, 429 or 5xx, it is asked for again. Other refusals
        end the waiting, 404 too: what is not there was never created, and may safely be created now, under
        the same id.

        Args:
            payment_id: Id of the payment, chosen by the partner, unique among all earlier payments of the same
                site. Another site may use the same id. For payments made on the hosted form QIWI chooses it.
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

        Basis: published. Statements: EN-107, EN-120, PUB-011, PUB-019, PUB-168, PUB-169. Sources:
        https://dev.qiwi.com/explain/en/qiwi-payin/api/payment-details/,
        https://github.com/QIWI-API/payments-docs.
        """
        return wait(
            lambda: self.get(
                payment_id,
                site_id=site_id,
                retries=0,
            ),
            lambda found: found.status.value.is_final,
            self._engine.clock,
            timeout=timeout,
            first_pause=first_pause,
            wake=wake,
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
    ) -> Payment:
        """Finish 3-D Secure.

        Hands over what the payer's browser brought back from the issuing bank. The payment becomes
        `COMPLETED` or `DECLINED`. Only a payment that waits for 3-D Secure can be completed, and only once.

        Args:
            payment_id: Id of the payment, chosen by the partner, unique among all earlier payments of the same
                site. Another site may use the same id. For payments made on the hosted form QIWI chooses it.
            three_ds: What the payer's browser brought back from the issuing bank.
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

        Basis: published. Statements: PUB-020, PUB-115, PUB-116, PUB-117, PUB-118, PUB-119, PUB-164,
        PUB-166. Sources: https://dev.qiwi.com/explain/en/qiwi-payin/api/payment-complete/,
        https://github.com/QIWI-API/payments-docs.
        """
        return self._engine.send(
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


class AsyncPayments:
    """Payments that the partner sends itself, with card data or a payment token, and their 3-D Secure
    step, for async code."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @property
    def raw(self) -> "AsyncRawPayments":
        """The same methods, but what they return is the whole answer: status, headers and content beside the value."""
        from qiwi_payin.raw.payments import AsyncRawPayments

        return AsyncRawPayments(self._engine)

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
    ) -> Payment: ...

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
    ) -> Payment: ...

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
    ) -> Payment:
        """Create a payment.

        Pays with card data from the partner's own form, or with a payment token. With the flag `SALE` the
        card is debited at once; without it the money is held until a capture. An answer `WAITING` with
        `requirements.threeDS` asks for 3-D Secure, which the complete operation finishes. A refused payment
        is no HTTP error: its status is `DECLINED`. The same request again changes nothing and is answered
        with the payment as it stands.

        Args:
            payment_id: Id of the payment, chosen by the partner, unique among all earlier payments of the same
                site. Another site may use the same id. For payments made on the hosted form QIWI chooses it.
            payment_method: How a payment is made; `type` says which fields follow.
            amount: Sum of the payment. In units of the currency, from 0.01 to 99999999.99, with at most two
                decimals; in rubles where it is not `Money`.
            bill_id: The partner's order number. QIWI makes one when it is absent. 1 to 256 characters.
            callback_url: Address that notifications about this operation go to, instead of the one in the
                account's settings. At most 256 characters.
            comment: What is paid for. At most 255 characters.
            flags: `SALE` asks for one step: hold and debit at once. Without it the money is only held until a
                capture. `BIND_PAYMENT_TOKEN` issues a payment token for `customer.account`.
            device_data: The payer's device, which the payment came from.
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

        Basis: documented. Statements: RU-001, RU-002, RU-003, RU-004, RU-013, RU-014, RU-015, RU-016,
        RU-017, RU-018, RU-039, RU-040, RU-041, RU-046, RU-051, RU-052, RU-053, RU-054, RU-055, RU-082,
        RU-085, EN-173, PUB-012, PUB-013, PUB-105, PUB-106, PUB-107, PUB-165, PUB-253, PUB-290, PUB-291,
        PUB-293, PUB-302, PUB-303, PUB-304.
        """
        return await self._engine.send(
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
    ) -> Payment:
        """Get a payment.

        Answers with the payment as it stands. Its status, not that of the notification, decides whether a
        payment succeeded.

        Args:
            payment_id: Id of the payment, chosen by the partner, unique among all earlier payments of the same
                site. Another site may use the same id. For payments made on the hosted form QIWI chooses it.
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

        Basis: published. Statements: EN-107, EN-120, PUB-011, PUB-019, PUB-168, PUB-169. Sources:
        https://dev.qiwi.com/explain/en/qiwi-payin/api/payment-details/,
        https://github.com/QIWI-API/payments-docs.
        """
        return await self._engine.send(
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

    async def wait(
        self,
        payment_id: str,
        *,
        timeout: float,
        site_id: str | None = None,
        wake: AsyncWake | None = None,
        first_pause: float = FIRST_PAUSE,
    ) -> Payment:
        """Get a payment once it is final: wait until its status is `COMPLETED` or `DECLINED`.

        It is asked for at once, and again after pauses that grow from half a second to half a minute. Where
        no answer comes, or one that cannot be understood, 429 or 5xx, it is asked for again. Other refusals
        end the waiting, 404 too: what is not there was never created, and may safely be created now, under
        the same id.

        Args:
            payment_id: Id of the payment, chosen by the partner, unique among all earlier payments of the same
                site. Another site may use the same id. For payments made on the hosted form QIWI chooses it.
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

        Basis: published. Statements: EN-107, EN-120, PUB-011, PUB-019, PUB-168, PUB-169. Sources:
        https://dev.qiwi.com/explain/en/qiwi-payin/api/payment-details/,
        https://github.com/QIWI-API/payments-docs.
        """
        return await wait_async(
            lambda: self.get(
                payment_id,
                site_id=site_id,
                retries=0,
            ),
            lambda found: found.status.value.is_final,
            self._engine.clock,
            timeout=timeout,
            first_pause=first_pause,
            wake=wake,
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
    ) -> Payment:
        """Finish 3-D Secure.

        Hands over what the payer's browser brought back from the issuing bank. The payment becomes
        `COMPLETED` or `DECLINED`. Only a payment that waits for 3-D Secure can be completed, and only once.

        Args:
            payment_id: Id of the payment, chosen by the partner, unique among all earlier payments of the same
                site. Another site may use the same id. For payments made on the hosted form QIWI chooses it.
            three_ds: What the payer's browser brought back from the issuing bank.
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

        Basis: published. Statements: PUB-020, PUB-115, PUB-116, PUB-117, PUB-118, PUB-119, PUB-164,
        PUB-166. Sources: https://dev.qiwi.com/explain/en/qiwi-payin/api/payment-complete/,
        https://github.com/QIWI-API/payments-docs.
        """
        return await self._engine.send(
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
