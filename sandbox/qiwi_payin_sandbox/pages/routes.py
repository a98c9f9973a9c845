"""Which page answers a path."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING

from qiwi_payin_sandbox.http.message import Response
from qiwi_payin_sandbox.pages import static, themes
from qiwi_payin_sandbox.pages.creation import CreationPages
from qiwi_payin_sandbox.pages.form import FormPages
from qiwi_payin_sandbox.pages.issuer import IssuerPages
from qiwi_payin_sandbox.pages.popup import PopupInvoices
from qiwi_payin_sandbox.pages.rendering import Renderer
from qiwi_payin_sandbox.web.request import PageError, PageRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qiwi_payin_sandbox.http.message import Request
    from qiwi_payin_sandbox.payer import InvoiceDesk, PayerDesk

Handler = Callable[[PageRequest], Response]

_log = logging.getLogger("qiwi_payin_sandbox")


class Pages:
    """All pages.

    Args:
        desk: What a payer can do.
        invoices: Makes invoices for whoever knows a public key.
    """

    def __init__(self, desk: PayerDesk, invoices: InvoiceDesk) -> None:
        renderer = Renderer()
        form = FormPages(desk, renderer)
        issuer = IssuerPages(desk, renderer)
        creation = CreationPages(invoices, renderer)
        popup = PopupInvoices(invoices)
        show_form: Mapping[str, Handler] = {"GET": form.show, "POST": form.pay}
        create: Mapping[str, Handler] = {"GET": creation.open, "POST": creation.submit}
        self._routes: dict[str, Mapping[str, Handler]] = {
            "/form": show_form,
            "/form/": show_form,
            "/form/payment": {"GET": form.show_payment},
            "/form/3ds": {"POST": form.take_issuer_answer},
            "/acs": {"GET": issuer.explain, "POST": issuer.ask_or_answer},
            "/create": create,
            "/create/": create,
            "/popup/v2.js": {"GET": static.popup_library},
            "/popup/invoices": {"POST": popup.create, "OPTIONS": popup.allow},
        }

    def handle(self, request: Request, public_url: str) -> Response:
        """Answer a request of a browser; every failure is an answer too.

        Args:
            request: The request.
            public_url: What absolute addresses of the pages begin with.
        """
        method = "GET" if request.method == "HEAD" else request.method
        try:
            handlers = self._handlers(request.path)
            if method in handlers:
                return handlers[method](PageRequest(request, public_url))
            allowed = {"Allow": ", ".join(sorted(handlers))}
            return _told(PageError(HTTPStatus.METHOD_NOT_ALLOWED, "this page takes other methods", allowed))
        except PageError as error:
            return _told(error)
        except Exception:  # noqa: BLE001 - logged; a fault of ours must be an answer too
            _log.exception("a page failed")
            return _told(PageError(HTTPStatus.INTERNAL_SERVER_ERROR, "the page failed"))

    def _handlers(self, path: str) -> Mapping[str, Handler]:
        if path.startswith("/pages/themes/"):
            return {"GET": themes.style_sheet}
        if path.startswith("/pages/"):
            return {"GET": static.asset}
        if path not in self._routes:
            raise PageError(HTTPStatus.NOT_FOUND, "no such page")
        return self._routes[path]


def _told(error: PageError) -> Response:
    headers = {"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff", **error.headers}
    return Response(status=error.status, headers=headers, body=f"{error.text}\n".encode())
