"""The issuing bank's 3-D Secure page behind `acsUrl`."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from qiwi_payin_sandbox.pages.addresses import host_of, web_address
from qiwi_payin_sandbox.pages.posted import read_form
from qiwi_payin_sandbox.pages.texts import Language
from qiwi_payin_sandbox.payer import ChallengeNotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from qiwi_payin_sandbox.pages.rendering import Renderer
    from qiwi_payin_sandbox.payer import PayerDesk

_OWN_RETURN = "form/3ds?"
_CONFIRM = "confirm"
_REFUSE = "refuse"


class IssuerPages:
    """Pages at `/acs`. The first POST, from a payment page, asks the payer; the second, from ours, has the answer."""

    def __init__(self, desk: PayerDesk, renderer: Renderer) -> None:
        self._desk = desk
        self._renderer = renderer

    def explain(self, request: Request) -> Response:
        """Answer `GET /acs`, which only a curious person sends."""
        return self._renderer.message("issuer_alone", _language(request), HTTPStatus.OK)

    async def ask_or_answer(self, request: Request) -> Response:
        """Answer `POST /acs` with `PaReq`, `MD`, `TermUrl`: ask; with `answer` too, send `PaRes` to `TermUrl`."""
        fields = await read_form(request)
        return await run_in_threadpool(self._ask_or_answer, _language(request), fields)

    def _ask_or_answer(self, language: Language, fields: Mapping[str, str]) -> Response:
        pareq = fields.get("PaReq", "")
        try:
            challenge = self._desk.challenge(pareq)
            return_to = _return_address(fields.get("TermUrl", ""), born_on_form=challenge.born_on_form)
            if return_to is None:
                return self._renderer.message("bad_return", language, HTTPStatus.BAD_REQUEST)
            host = None if return_to.startswith(_OWN_RETURN) else host_of(return_to)
            answer = fields.get("answer")
            if answer not in {_CONFIRM, _REFUSE}:
                return self._renderer.page(
                    "issuer.html",
                    language,
                    challenge=challenge,
                    host=host,
                    fields={"PaReq": pareq, "MD": fields.get("MD", ""), "TermUrl": return_to},
                )
            pares = self._desk.answer(pareq, confirmed=answer == _CONFIRM)
        except ChallengeNotFound:
            return self._renderer.message(
                "challenge_not_found",
                language,
                HTTPStatus.NOT_FOUND,
                form_address=_form_address(fields.get("TermUrl", "")),
            )
        return self._renderer.page(
            "handover.html",
            language,
            posts_elsewhere=host is not None,
            title="to_shop",
            note="to_shop_note" if host else None,
            host=host,
            action=return_to,
            fields={"PaRes": pares, "MD": fields.get("MD", "")},
        )


def _language(request: Request) -> Language:
    """Return the form's language where it says one, else the browser's: a partner's page says none."""
    if "lang" in request.query_params:
        return Language.read(request.query_params["lang"])
    return Language.preferred(request.headers.get("accept-language", ""))


def _return_address(term_url: str, *, born_on_form: bool) -> str | None:
    """Return where the answer is to be posted: a web address or, for the form's own payments, its relative one."""
    if born_on_form and term_url.startswith(_OWN_RETURN):
        return term_url
    return web_address(term_url)


def _form_address(term_url: str) -> str | None:
    """Return the way back to the form that a payer came from, None for one who came from a partner's page."""
    return f"form?{term_url.removeprefix(_OWN_RETURN)}" if term_url.startswith(_OWN_RETURN) else None
