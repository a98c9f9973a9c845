"""What a payer sees in a browser: the payment form behind `payUrl`, the issuing bank's 3-D Secure page behind `acsUrl`.

    bill's payUrl -> /form -> POST /form -> /form/payment -+-> result, then the successUrl
                                                ^          |
                                                |          +-> POST /acs (confirm or refuse)
                                                +- /form/3ds <-'

The pages are rendered on the server, load nothing from elsewhere and work without JavaScript. Card data come in the
body of one POST and go straight to the payer's desk: they are in no address, no log and no page that is answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from qiwi_payin_sandbox.pages.form import FormPages
from qiwi_payin_sandbox.pages.issuer import IssuerPages
from qiwi_payin_sandbox.pages.rendering import Renderer

if TYPE_CHECKING:
    from qiwi_payin_sandbox import Sandbox

__all__ = ["routes"]


def routes(sandbox: Sandbox) -> list[BaseRoute]:
    """Return the routes of all pages, for the root of the sandbox's application."""
    renderer = Renderer()
    form = FormPages(sandbox.payer, renderer)
    issuer = IssuerPages(sandbox.payer, renderer)
    return [
        Route("/form", form.show, methods=["GET"]),
        Route("/form", form.pay, methods=["POST"]),
        Route("/form/payment", form.show_payment, methods=["GET"]),
        Route("/form/3ds", form.take_issuer_answer, methods=["POST"]),
        Route("/acs", issuer.explain, methods=["GET"]),
        Route("/acs", issuer.ask_or_answer, methods=["POST"]),
        Mount("/pages", StaticFiles(packages=[("qiwi_payin_sandbox.pages", "static")])),
    ]
