# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
"""Reversals of held money and refunds of debited money."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from qiwi_payin_runtime.calls import Operation
from qiwi_payin_runtime.clients import AsyncEngine, SyncEngine
from qiwi_payin_runtime.clock import AsyncWake, Wake
from qiwi_payin_runtime.codecs import List
from qiwi_payin_runtime.models import Object
from qiwi_payin_runtime.money import MoneyLike
from qiwi_payin_runtime.unset import UNSET, Unset
from qiwi_payin_runtime.waiting import FIRST_PAUSE, wait, wait_async

from qiwi_payin.models.refund import Refund
from qiwi_payin.models.refund_request import RefundRequest

if TYPE_CHECKING:
    from qiwi_payin.raw.refunds import AsyncRawRefunds, RawRefunds

REFUNDS_LIST: Operation[list[Refund]] = Operation(
    "refundsList",
    "GET",
    "/payin/v1/sites/{siteId}/payments/{paymentId}/refunds",
    answer=List(Object(Refund)),
)
REFUNDS_CREATE: Operation[Refund] = Operation(
    "refundsCreate",
    "PUT",
    "/payin/v1/sites/{siteId}/payments/{paymentId}/refunds/{refundId}",
    answer=Object(Refund),
    request=RefundRequest,
    status="refundsGet",
)
REFUNDS_GET: Operation[Refund] = Operation(
    "refundsGet",
    "GET",
    "/payin/v1/sites/{siteId}/payments/{paymentId}/refunds/{refundId}",
    answer=Object(Refund),
)


class Refunds:
    """Reversals of held money and refunds of debited money."""

    def __init__(self, engine: SyncEngine) -> None:
        self._engine = engine

    @property
    def raw(self) -> "RawRefunds":
        """The same methods, but what they return is the whole answer: status, headers and content beside the value."""
        from qiwi_payin.raw.refunds import RawRefunds

        return RawRefunds(self._engine)

    def list(
        self,
        payment_id: str,
        *,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> list[Refund]:
        """List the refunds of a payment.

        Lists all reversals and refunds of a payment, oldest first. The list is empty when there are none.

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

        Basis: published. Statements: PUB-025. Sources:
        https://dev.qiwi.com/explain/en/qiwi-payin/api/refund-list/,
        https://github.com/QIWI-API/payments-docs.
        """
        return self._engine.send(
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
    ) -> Refund:
        """Reverse or refund a payment.

        Returns money of a payment, once or in parts. Before the capture it is a reversal: held money is let
        go, and the answer has the flag `REVERSAL`. After the capture, and for one-step payments always, it
        is a refund of debited money. More than what is left is declined, not refused. The same request
        again changes nothing and is answered with the refund as it stands.

        Args:
            payment_id: Id of the payment, chosen by the partner, unique among all earlier payments of the same
                site. Another site may use the same id. For payments made on the hosted form QIWI chooses it.
            refund_id: Id of the refund or reversal, chosen by the partner, unique within its payment.
            amount: Sum to be returned, in the currency of the payment. In units of the currency, from 0.01 to
                99999999.99, with at most two decimals; in rubles where it is not `Money`.
            callback_url: Address that notifications about this operation go to, instead of the one in the
                account's settings. At most 256 characters.
            comment: Comment of the partner. At most 255 characters.
            settlement_amount: Sum in the currency of settlement. In units of the currency, from 0.01 to
                99999999.99, with at most two decimals; in rubles where it is not `Money`.
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

        Basis: published. Statements: EN-004, EN-006, EN-007, PUB-023, PUB-144, PUB-145, PUB-146, PUB-147,
        PUB-148, PUB-149. Sources: https://dev.qiwi.com/explain/en/qiwi-payin/api/refund-create/,
        https://github.com/QIWI-API/payments-docs.
        """
        return self._engine.send(
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
    ) -> Refund:
        """Get a refund.

        Answers with the refund or reversal as it stands.

        Args:
            payment_id: Id of the payment, chosen by the partner, unique among all earlier payments of the same
                site. Another site may use the same id. For payments made on the hosted form QIWI chooses it.
            refund_id: Id of the refund or reversal, chosen by the partner, unique within its payment.
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

        Basis: published. Statements: PUB-024. Sources: https://github.com/QIWI-API/payments-docs.
        """
        return self._engine.send(
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

    def wait(
        self,
        payment_id: str,
        refund_id: str,
        *,
        timeout: float,
        site_id: str | None = None,
        wake: Wake | None = None,
        first_pause: float = FIRST_PAUSE,
    ) -> Refund:
        """Get a refund once it is final: wait until its status is `COMPLETED` or `DECLINE`.

        It is asked for at once, and again after pauses that grow from half a second to half a minute. Where
        no answer comes, or one that cannot be understood, 429 or 5xx, it is asked for again. Other refusals
        end the waiting, 404 too: what is not there was never created, and may safely be created now, under
        the same id.

        Args:
            payment_id: Id of the payment, chosen by the partner, unique among all earlier payments of the same
                site. Another site may use the same id. For payments made on the hosted form QIWI chooses it.
            refund_id: Id of the refund or reversal, chosen by the partner, unique within its payment.
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

        Basis: published. Statements: PUB-024. Sources: https://github.com/QIWI-API/payments-docs.
        """
        return wait(
            lambda: self.get(
                payment_id,
                refund_id,
                site_id=site_id,
                retries=0,
            ),
            lambda found: found.status.value.is_final,
            self._engine.clock,
            timeout=timeout,
            first_pause=first_pause,
            wake=wake,
        )


class AsyncRefunds:
    """Reversals of held money and refunds of debited money, for async code."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @property
    def raw(self) -> "AsyncRawRefunds":
        """The same methods, but what they return is the whole answer: status, headers and content beside the value."""
        from qiwi_payin.raw.refunds import AsyncRawRefunds

        return AsyncRawRefunds(self._engine)

    async def list(
        self,
        payment_id: str,
        *,
        site_id: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> list[Refund]:
        """List the refunds of a payment.

        Lists all reversals and refunds of a payment, oldest first. The list is empty when there are none.

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

        Basis: published. Statements: PUB-025. Sources:
        https://dev.qiwi.com/explain/en/qiwi-payin/api/refund-list/,
        https://github.com/QIWI-API/payments-docs.
        """
        return await self._engine.send(
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
    ) -> Refund:
        """Reverse or refund a payment.

        Returns money of a payment, once or in parts. Before the capture it is a reversal: held money is let
        go, and the answer has the flag `REVERSAL`. After the capture, and for one-step payments always, it
        is a refund of debited money. More than what is left is declined, not refused. The same request
        again changes nothing and is answered with the refund as it stands.

        Args:
            payment_id: Id of the payment, chosen by the partner, unique among all earlier payments of the same
                site. Another site may use the same id. For payments made on the hosted form QIWI chooses it.
            refund_id: Id of the refund or reversal, chosen by the partner, unique within its payment.
            amount: Sum to be returned, in the currency of the payment. In units of the currency, from 0.01 to
                99999999.99, with at most two decimals; in rubles where it is not `Money`.
            callback_url: Address that notifications about this operation go to, instead of the one in the
                account's settings. At most 256 characters.
            comment: Comment of the partner. At most 255 characters.
            settlement_amount: Sum in the currency of settlement. In units of the currency, from 0.01 to
                99999999.99, with at most two decimals; in rubles where it is not `Money`.
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

        Basis: published. Statements: EN-004, EN-006, EN-007, PUB-023, PUB-144, PUB-145, PUB-146, PUB-147,
        PUB-148, PUB-149. Sources: https://dev.qiwi.com/explain/en/qiwi-payin/api/refund-create/,
        https://github.com/QIWI-API/payments-docs.
        """
        return await self._engine.send(
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
    ) -> Refund:
        """Get a refund.

        Answers with the refund or reversal as it stands.

        Args:
            payment_id: Id of the payment, chosen by the partner, unique among all earlier payments of the same
                site. Another site may use the same id. For payments made on the hosted form QIWI chooses it.
            refund_id: Id of the refund or reversal, chosen by the partner, unique within its payment.
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

        Basis: published. Statements: PUB-024. Sources: https://github.com/QIWI-API/payments-docs.
        """
        return await self._engine.send(
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

    async def wait(
        self,
        payment_id: str,
        refund_id: str,
        *,
        timeout: float,
        site_id: str | None = None,
        wake: AsyncWake | None = None,
        first_pause: float = FIRST_PAUSE,
    ) -> Refund:
        """Get a refund once it is final: wait until its status is `COMPLETED` or `DECLINE`.

        It is asked for at once, and again after pauses that grow from half a second to half a minute. Where
        no answer comes, or one that cannot be understood, 429 or 5xx, it is asked for again. Other refusals
        end the waiting, 404 too: what is not there was never created, and may safely be created now, under
        the same id.

        Args:
            payment_id: Id of the payment, chosen by the partner, unique among all earlier payments of the same
                site. Another site may use the same id. For payments made on the hosted form QIWI chooses it.
            refund_id: Id of the refund or reversal, chosen by the partner, unique within its payment.
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

        Basis: published. Statements: PUB-024. Sources: https://github.com/QIWI-API/payments-docs.
        """
        return await wait_async(
            lambda: self.get(
                payment_id,
                refund_id,
                site_id=site_id,
                retries=0,
            ),
            lambda found: found.status.value.is_final,
            self._engine.clock,
            timeout=timeout,
            first_pause=first_pause,
            wake=wake,
        )
