"""The issuing bank's 3-D Secure page behind `acsUrl`."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from qiwi_payin_sandbox.addresses import host_of, web_address
from qiwi_payin_sandbox.pages.texts import Language
from qiwi_payin_sandbox.payer import ChallengeNotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qiwi_payin_sandbox.http.message import Response
    from qiwi_payin_sandbox.pages.rendering import Renderer
    from qiwi_payin_sandbox.payer import Challenge, PayerDesk
    from qiwi_payin_sandbox.web.request import PageRequest

_OWN_RETURN = "form/3ds?"


class IssuerPages:
    """Pages at `/acs`. The first POST, from a payment page, asks the payer; the second, from ours, has the answer."""

    def __init__(self, desk: PayerDesk, renderer: Renderer) -> None:
        self._desk = desk
        self._renderer = renderer

    def explain(self, page: PageRequest) -> Response:
        """Answer `GET /acs`, which only a curious person sends."""
        return self._renderer.message("issuer_alone", _language(page), HTTPStatus.OK, root=page.root)

    def ask_or_answer(self, page: PageRequest) -> Response:
        """Answer `POST /acs` with `PaReq`, `MD`, `TermUrl`: ask; with `answer` too, do what the payer wants.

        Confirming and refusing send a `PaRes` to `TermUrl`. Letting the time run out sends nothing: the payment is
        declined as it would be after the 15 minutes that a payer has.
        """
        language, fields = _language(page), page.fields
        pareq, term_url = fields.get("PaReq", ""), fields.get("TermUrl", "")
        try:
            challenge = self._desk.challenge(pareq)
            return_to = _return_address(term_url, born_on_form=challenge.born_on_form)
            if return_to is None:
                return self._renderer.message("bad_return", language, HTTPStatus.BAD_REQUEST, root=page.root)
            match fields.get("answer"):
                case "confirm" | "refuse" as answer:
                    pares = self._desk.answer(pareq, confirmed=answer == "confirm")
                case "expire":
                    pares = self._desk.answer(pareq, confirmed=True)
                    self._desk.run_out(pareq)
                    return self._run_out(page, language, challenge, return_to, _to_partner(fields, pares))
                case _:
                    return self._question(page, language, challenge, return_to, fields)
        except ChallengeNotFound:
            return self._renderer.message(
                "challenge_not_found",
                language,
                HTTPStatus.NOT_FOUND,
                root=page.root,
                form_address=_form_address(term_url),
            )
        host = _host(return_to)
        return self._renderer.page(
            "handover.html",
            language,
            root=page.root,
            posts_elsewhere=host is not None,
            title="to_shop",
            note="to_shop_note" if host else None,
            host=host,
            action=return_to,
            fields=_to_partner(fields, pares),
        )

    def _question(
        self, page: PageRequest, language: Language, challenge: Challenge, return_to: str, fields: Mapping[str, str]
    ) -> Response:
        return self._renderer.page(
            "issuer.html",
            language,
            root=page.root,
            challenge=challenge,
            host=_host(return_to),
            fields={"PaReq": fields.get("PaReq", ""), "MD": fields.get("MD", ""), "TermUrl": return_to},
        )

    def _run_out(
        self, page: PageRequest, language: Language, challenge: Challenge, return_to: str, fields: Mapping[str, str]
    ) -> Response:
        """Tell that the time is over. A partner, to whom nobody would come back, can be sent the answer too late."""
        host = _host(return_to)
        return self._renderer.page(
            "run_out.html",
            language,
            root=page.root,
            posts_elsewhere=host is not None,
            challenge=challenge,
            host=host,
            action=return_to,
            fields=fields,
            form_address=_form_address(return_to),
        )


def _language(page: PageRequest) -> Language:
    """Return the form's language where it says one, else the browser's: a partner's page says none."""
    if "lang" in page.query:
        return Language.read(page.query["lang"])
    return Language.preferred(page.http.headers.get("accept-language", ""))


def _to_partner(fields: Mapping[str, str], pares: str) -> dict[str, str]:
    return {"PaRes": pares, "MD": fields.get("MD", "")}


def _return_address(term_url: str, *, born_on_form: bool) -> str | None:
    """Return where the answer is to be posted: a web address or, for the form's own payments, its relative one."""
    if born_on_form and term_url.startswith(_OWN_RETURN):
        return term_url
    return web_address(term_url)


def _host(return_to: str) -> str | None:
    """Return the partner's host, None where the form asked."""
    return None if return_to.startswith(_OWN_RETURN) else host_of(return_to)


def _form_address(term_url: str) -> str | None:
    """Return the way back to the form that a payer came from, None for one who came from a partner's page."""
    return f"form?{term_url.removeprefix(_OWN_RETURN)}" if term_url.startswith(_OWN_RETURN) else None
