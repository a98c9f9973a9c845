"""What `/popup/v2.js` asks for from a shop's page: an invoice of the shop's public key."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from qiwi_payin_sandbox import wire
from qiwi_payin_sandbox.http.message import Response
from qiwi_payin_sandbox.operations.call import Links
from qiwi_payin_sandbox.pages.link import order_of_popup
from qiwi_payin_sandbox.pages.texts import Language, texts_of
from qiwi_payin_sandbox.payer import InvoiceRejected

if TYPE_CHECKING:
    from qiwi_payin_sandbox.payer import InvoiceDesk
    from qiwi_payin_sandbox.web.request import PageRequest

_LONGEST_BODY = 64 * 1024

# The shop's page is of another origin. What may be asked for here anybody may ask for who has read that page.
_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
_ALLOWED = {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "600",
}


class PopupInvoices:
    """Answers at `/popup/invoices`."""

    def __init__(self, invoices: InvoiceDesk) -> None:
        self._invoices = invoices

    def allow(self, page: PageRequest) -> Response:  # noqa: ARG002 - each handler takes the request
        """Answer what a browser asks before it sends JSON to another origin."""
        return Response(status=HTTPStatus.NO_CONTENT, headers=_HEADERS | _ALLOWED, body=b"")

    def create(self, page: PageRequest) -> Response:
        """Answer `POST /popup/invoices`: `billId`, `invoiceUid` and `payUrl`, or `errors` by parameter."""
        try:
            body = wire.loads(page.http.body) if len(page.http.body) <= _LONGEST_BODY else None
        except wire.MalformedError:
            body = None
        if not isinstance(body, dict):
            return _json(HTTPStatus.BAD_REQUEST, {"errors": {"params": "must be an object"}})
        try:
            opened = self._invoices.open(order_of_popup(body))
        except InvoiceRejected as rejected:
            rules = texts_of(Language.EN).parameter_rules
            return _json(
                HTTPStatus.BAD_REQUEST,
                {"errors": {name: rules.get(rule, rule) for name, rule in rejected.fields.items()}},
            )
        pay_url = Links(page.public_url).form(opened.invoice_uid)
        return _json(HTTPStatus.OK, {"billId": opened.bill_id, "invoiceUid": opened.invoice_uid, "payUrl": pay_url})


def _json(status: HTTPStatus, body: dict[str, Any]) -> Response:
    return Response(
        status=status, headers=_HEADERS | {"Content-Type": "application/json"}, body=wire.dumps(body).encode()
    )
