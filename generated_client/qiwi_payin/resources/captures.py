# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
"""Confirmations that debit held money."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from qiwi_payin_runtime.calls import Operation
from qiwi_payin_runtime.clients import AsyncEngine, SyncEngine
from qiwi_payin_runtime.clock import AsyncWake, Wake
from qiwi_payin_runtime.models import Object
from qiwi_payin_runtime.unset import UNSET, Unset
from qiwi_payin_runtime.waiting import FIRST_PAUSE, wait, wait_async

from qiwi_payin.models.capture import Capture
from qiwi_payin.models.capture_request import CaptureRequest

if TYPE_CHECKING:
    from qiwi_payin.raw.captures import AsyncRawCaptures, RawCaptures

CAPTURES_CREATE: Operation[Capture] = Operation(
    "capturesCreate",
    "PUT",
    "/payin/v1/sites/{siteId}/payments/{paymentId}/captures/{captureId}",
    answer=Object(Capture),
    request=CaptureRequest,
    status="capturesGet",
)
CAPTURES_GET: Operation[Capture] = Operation(
    "capturesGet",
    "GET",
    "/payin/v1/sites/{siteId}/payments/{paymentId}/captures/{captureId}",
    answer=Object(Capture),
)


class Captures:
    """Confirmations that debit held money."""

    def __init__(self, engine: SyncEngine) -> None:
        self._engine = engine

    @property
    def raw(self) -> "RawCaptures":
        """The same methods, but what they return is the whole answer: status, headers and content beside the value."""
        from qiwi_payin.raw.captures import RawCaptures

        return RawCaptures(self._engine)

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
    ) -> Capture:
        """Confirm a held payment.

        Debits the whole rest of the hold of a two-step payment. The issuing bank has answered when this
        call is answered. A payment can be captured once; if the partner does not, QIWI does it when the
        waiting period ends. The same request again changes nothing and is answered with the capture as it
        stands.

        Args:
            payment_id: Id of the payment, chosen by the partner, unique among all earlier payments of the same
                site. Another site may use the same id. For payments made on the hosted form QIWI chooses it.
            capture_id: Id of the capture, chosen by the partner, unique within its payment.
            callback_url: Address that notifications about this operation go to, instead of the one in the
                account's settings. At most 256 characters.
            comment: Comment of the partner. At most 255 characters.
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

        Basis: documented. Statements: EN-005, EN-108, EN-109, EN-110, EN-111, EN-117, EN-118, EN-119,
        EN-134, EN-137, EN-138, EN-139, EN-140, EN-141, EN-142, EN-143, EN-144, EN-151, PUB-021, PUB-123,
        PUB-124, PUB-130, PUB-132, PUB-133.
        """
        return self._engine.send(
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
    ) -> Capture:
        """Get a capture.

        Answers with the capture as it stands.

        Args:
            payment_id: Id of the payment, chosen by the partner, unique among all earlier payments of the same
                site. Another site may use the same id. For payments made on the hosted form QIWI chooses it.
            capture_id: Id of the capture, chosen by the partner, unique within its payment.
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

        Basis: published. Statements: PUB-022. Sources:
        https://dev.qiwi.com/explain/en/qiwi-payin/api/payment-capture-details/,
        https://github.com/QIWI-API/payments-docs.
        """
        return self._engine.send(
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

    def wait(
        self,
        payment_id: str,
        capture_id: str,
        *,
        timeout: float,
        site_id: str | None = None,
        wake: Wake | None = None,
        first_pause: float = FIRST_PAUSE,
    ) -> Capture:
        """Get a capture once it is final: wait until its status is `COMPLETED` or `DECLINE` or `DECLINED`.

        It is asked for at once, and again after pauses that grow from half a second to half a minute. Where
        no answer comes, or one that cannot be understood, 429 or 5xx, it is asked for again. Other refusals
        end the waiting, 404 too: what is not there was never created, and may safely be created now, under
        the same id.

        Args:
            payment_id: Id of the payment, chosen by the partner, unique among all earlier payments of the same
                site. Another site may use the same id. For payments made on the hosted form QIWI chooses it.
            capture_id: Id of the capture, chosen by the partner, unique within its payment.
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

        Basis: published. Statements: PUB-022. Sources:
        https://dev.qiwi.com/explain/en/qiwi-payin/api/payment-capture-details/,
        https://github.com/QIWI-API/payments-docs.
        """
        return wait(
            lambda: self.get(
                payment_id,
                capture_id,
                site_id=site_id,
                retries=0,
            ),
            lambda found: found.status.value.is_final,
            self._engine.clock,
            timeout=timeout,
            first_pause=first_pause,
            wake=wake,
        )


class AsyncCaptures:
    """Confirmations that debit held money, for async code."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @property
    def raw(self) -> "AsyncRawCaptures":
        """The same methods, but what they return is the whole answer: status, headers and content beside the value."""
        from qiwi_payin.raw.captures import AsyncRawCaptures

        return AsyncRawCaptures(self._engine)

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
    ) -> Capture:
        """Confirm a held payment.

        Debits the whole rest of the hold of a two-step payment. The issuing bank has answered when this
        call is answered. A payment can be captured once; if the partner does not, QIWI does it when the
        waiting period ends. The same request again changes nothing and is answered with the capture as it
        stands.

        Args:
            payment_id: Id of the payment, chosen by the partner, unique among all earlier payments of the same
                site. Another site may use the same id. For payments made on the hosted form QIWI chooses it.
            capture_id: Id of the capture, chosen by the partner, unique within its payment.
            callback_url: Address that notifications about this operation go to, instead of the one in the
                account's settings. At most 256 characters.
            comment: Comment of the partner. At most 255 characters.
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

        Basis: documented. Statements: EN-005, EN-108, EN-109, EN-110, EN-111, EN-117, EN-118, EN-119,
        EN-134, EN-137, EN-138, EN-139, EN-140, EN-141, EN-142, EN-143, EN-144, EN-151, PUB-021, PUB-123,
        PUB-124, PUB-130, PUB-132, PUB-133.
        """
        return await self._engine.send(
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
    ) -> Capture:
        """Get a capture.

        Answers with the capture as it stands.

        Args:
            payment_id: Id of the payment, chosen by the partner, unique among all earlier payments of the same
                site. Another site may use the same id. For payments made on the hosted form QIWI chooses it.
            capture_id: Id of the capture, chosen by the partner, unique within its payment.
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

        Basis: published. Statements: PUB-022. Sources:
        https://dev.qiwi.com/explain/en/qiwi-payin/api/payment-capture-details/,
        https://github.com/QIWI-API/payments-docs.
        """
        return await self._engine.send(
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

    async def wait(
        self,
        payment_id: str,
        capture_id: str,
        *,
        timeout: float,
        site_id: str | None = None,
        wake: AsyncWake | None = None,
        first_pause: float = FIRST_PAUSE,
    ) -> Capture:
        """Get a capture once it is final: wait until its status is `COMPLETED` or `DECLINE` or `DECLINED`.

        It is asked for at once, and again after pauses that grow from half a second to half a minute. Where
        no answer comes, or one that cannot be understood, 429 or 5xx, it is asked for again. Other refusals
        end the waiting, 404 too: what is not there was never created, and may safely be created now, under
        the same id.

        Args:
            payment_id: Id of the payment, chosen by the partner, unique among all earlier payments of the same
                site. Another site may use the same id. For payments made on the hosted form QIWI chooses it.
            capture_id: Id of the capture, chosen by the partner, unique within its payment.
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

        Basis: published. Statements: PUB-022. Sources:
        https://dev.qiwi.com/explain/en/qiwi-payin/api/payment-capture-details/,
        https://github.com/QIWI-API/payments-docs.
        """
        return await wait_async(
            lambda: self.get(
                payment_id,
                capture_id,
                site_id=site_id,
                retries=0,
            ),
            lambda found: found.status.value.is_final,
            self._engine.clock,
            timeout=timeout,
            first_pause=first_pause,
            wake=wake,
        )
