# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
"""Payment tokens, which stand for saved cards."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from qiwi_payin_runtime.calls import Operation
from qiwi_payin_runtime.clients import AsyncEngine, SyncEngine
from qiwi_payin_runtime.models import hidden

from qiwi_payin.models.token_delete_request import TokenDeleteRequest

if TYPE_CHECKING:
    from qiwi_payin.raw.tokens import AsyncRawTokens, RawTokens

TOKENS_DELETE: Operation[None] = Operation(
    "tokensDelete",
    "DELETE",
    "/payin/v1/sites/{siteId}/tokens",
    request=TokenDeleteRequest,
)


class Tokens:
    """Payment tokens, which stand for saved cards."""

    def __init__(self, engine: SyncEngine) -> None:
        self._engine = engine

    @property
    def raw(self) -> "RawTokens":
        """The same methods, but what they return is the whole answer: status, headers and content beside the value."""
        from qiwi_payin.raw.tokens import RawTokens

        return RawTokens(self._engine)

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
    ) -> None:
        """Delete a payment token.

        Deletes the token of a saved card. It cannot be used any more.

        Args:
            customer_account_id: Account of the payer that the token is bound to (`customer.account`). 1 to 64
                characters.
            token: The token. 1 to 256 characters.
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

        Basis: published. Statements: PUB-026, PUB-154. Sources:
        https://dev.qiwi.com/explain/en/qiwi-payin/api/token-delete/,
        https://github.com/QIWI-API/payments-docs.
        """
        token = hidden(token)
        return self._engine.send(
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


class AsyncTokens:
    """Payment tokens, which stand for saved cards, for async code."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @property
    def raw(self) -> "AsyncRawTokens":
        """The same methods, but what they return is the whole answer: status, headers and content beside the value."""
        from qiwi_payin.raw.tokens import AsyncRawTokens

        return AsyncRawTokens(self._engine)

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
    ) -> None:
        """Delete a payment token.

        Deletes the token of a saved card. It cannot be used any more.

        Args:
            customer_account_id: Account of the payer that the token is bound to (`customer.account`). 1 to 64
                characters.
            token: The token. 1 to 256 characters.
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

        Basis: published. Statements: PUB-026, PUB-154. Sources:
        https://dev.qiwi.com/explain/en/qiwi-payin/api/token-delete/,
        https://github.com/QIWI-API/payments-docs.
        """
        token = hidden(token)
        return await self._engine.send(
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
