"""The page behind a link without the API: makes the invoice, asks for what the link leaves to the payer."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from qiwi_payin_sandbox.pages.link import PaymentLink, typed_amount
from qiwi_payin_sandbox.pages.messages import Event
from qiwi_payin_sandbox.pages.themes import is_code
from qiwi_payin_sandbox.pages.visit import Visit
from qiwi_payin_sandbox.payer import AmountNeeded, InvoiceRejected

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qiwi_payin_sandbox.http.message import Response
    from qiwi_payin_sandbox.pages.rendering import Renderer
    from qiwi_payin_sandbox.payer import InvoiceDesk
    from qiwi_payin_sandbox.web.request import PageRequest

_TYPED = "typed."
"""What the names of the payer's own fields begin with, so that they are told from the link's."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A field of the page: the parameter that it is for, and the text in it."""

    parameter: str
    text: str
    readonly: bool


class CreationPages:
    """Pages at `/create`."""

    def __init__(self, invoices: InvoiceDesk, renderer: Renderer) -> None:
        self._invoices = invoices
        self._renderer = renderer

    def open(self, page: PageRequest) -> Response:
        """Answer `GET /create`: on to the form of the invoice, made now or before, or ask how much to pay."""
        return self._on_to_form(page, page.query)

    def submit(self, page: PageRequest) -> Response:
        """Answer `POST /create` with what the payer filled in. Fields that are read-only stay as the link has them."""
        given = {name: text for name, text in page.fields.items() if not name.startswith(_TYPED)}
        link = PaymentLink(given)
        typed = {name.removeprefix(_TYPED): text for name, text in page.fields.items() if name.startswith(_TYPED)}
        own = {name: text for name, text in typed.items() if name in link.fields and not link.is_readonly(name)}
        amount = typed_amount(typed.get("amount", "").strip())
        if amount is None:
            return self._ask(page, link, own | {"amount": typed.get("amount", "")}, wrong=True)
        return self._on_to_form(page, given | own | {"amount": amount})

    def _on_to_form(self, page: PageRequest, given: Mapping[str, str]) -> Response:
        link = PaymentLink(given)
        try:
            opened = self._invoices.open(link.order())
        except AmountNeeded:
            return self._ask(page, link, {})
        except InvoiceRejected as rejected:
            return self._rejected(page, link, rejected)
        return self._renderer.redirect(
            Visit.read({**given, "invoiceUid": opened.invoice_uid}, page.root).address("form")
        )

    def _ask(self, page: PageRequest, link: PaymentLink, typed: Mapping[str, str], *, wrong: bool = False) -> Response:
        try:
            site = self._invoices.site(link.given.get("publicKey", ""))
        except InvoiceRejected as rejected:
            return self._rejected(page, link, rejected)
        visit = Visit.read(link.given, page.root)
        theme = link.extras.get("themeCode") or site.theme
        return self._renderer.page(
            "create.html",
            visit.language,
            root=page.root,
            status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
            theme=theme if is_code(theme) else None,
            site_id=site.site_id,
            currency=link.given.get("currency") or "RUB",
            given={name: text for name, text in link.given.items() if name not in {"lang", "amount"}},
            asked=[_Asked(name, typed.get(name, text), link.is_readonly(name)) for name, text in link.fields.items()],
            typed=_TYPED,
            wrong=wrong,
            amount=typed.get("amount", ""),
            language_address=f"{page.root}create?{urlencode({**link.given, 'lang': visit.language.other})}",
        )

    def _rejected(self, page: PageRequest, link: PaymentLink, rejected: InvoiceRejected) -> Response:
        return self._renderer.page(
            "link_rejected.html",
            Visit.read(link.given).language,
            root=page.root,
            status=HTTPStatus.NOT_FOUND if rejected.fields == {"publicKey": "unknown"} else HTTPStatus.BAD_REQUEST,
            event=Event.INITIALIZATION_FAILED,
            fields=rejected.fields,
        )
