"""The payer's form of a bill, and the pages that its payment goes through."""

from __future__ import annotations

from http import HTTPStatus
from secrets import token_urlsafe
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from qiwi_payin_sandbox.pages.addresses import host_of, web_address
from qiwi_payin_sandbox.pages.card_entry import ANOTHER_CARD, TEST_CARD, picked_card, typed_card
from qiwi_payin_sandbox.pages.posted import read_form
from qiwi_payin_sandbox.pages.visit import Visit
from qiwi_payin_sandbox.payer import (
    BillNotFound,
    CardRejected,
    ChallengeNotFound,
    PaymentNotFound,
    SavedCardNotFound,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from qiwi_payin_sandbox.pages.rendering import Renderer
    from qiwi_payin_sandbox.payer import FormBill, FormPayment, PayerDesk

_BELOW = "../"
_CARD = "CARD"


class FormPages:
    """Pages below `/form`. Paying leads to the payment's own page, which shows how it stands whenever it is asked."""

    def __init__(self, desk: PayerDesk, renderer: Renderer) -> None:
        self._desk = desk
        self._renderer = renderer

    def show(self, request: Request) -> Response:
        """Answer `GET /form?invoiceUid=`: the form, or why there is nothing to pay."""
        visit = Visit.read(request.query_params)
        try:
            bill = self._desk.bill(visit.invoice_uid)
        except BillNotFound:
            return self._bill_not_found(visit)
        return self._form(visit, bill)

    async def pay(self, request: Request) -> Response:
        """Answer `POST /form`: pay with the typed or the picked card."""
        fields = await read_form(request)
        return await run_in_threadpool(self._pay, Visit.read(fields), fields)

    def show_payment(self, request: Request) -> Response:
        """Answer `GET /form/payment`: on to the bank, wait for it, or the result."""
        visit = Visit.read(request.query_params)
        try:
            payment = self._desk.payment(visit.invoice_uid, request.query_params.get("paymentId", ""))
            bill = self._desk.bill(visit.invoice_uid)
        except BillNotFound:
            return self._bill_not_found(visit, root=_BELOW)
        except PaymentNotFound:
            return self._renderer.redirect(visit.address(f"{_BELOW}form"))
        if payment.pareq is not None:
            return self._to_issuer(visit, payment)
        success_url = _success_url(visit, bill)
        return self._renderer.page(
            "payment.html",
            visit.language,
            root=_BELOW,
            bill=bill,
            payment=payment,
            success_url=success_url,
            success_host=success_url and host_of(success_url),
            form_address=visit.address(f"{_BELOW}form"),
            language_address=visit.in_language(visit.language.other).address("payment", paymentId=payment.payment_id),
        )

    async def take_issuer_answer(self, request: Request) -> Response:
        """Answer `POST /form/3ds`, the `TermUrl` of the form's payments: finish the payment with the `PaRes`."""
        fields = await read_form(request)
        return await run_in_threadpool(self._finish, Visit.read(request.query_params), fields.get("PaRes", ""))

    def _pay(self, visit: Visit, fields: Mapping[str, str]) -> Response:
        attempt = fields.get("attempt") or token_urlsafe()
        try:
            bill = self._desk.bill(visit.invoice_uid)
            if bill.status != "CREATED" or _CARD not in bill.methods:
                return self._form(visit, bill)
            card_id = picked_card(fields)
            if card_id is None:
                payment = self._desk.pay_with_card(visit.invoice_uid, typed_card(fields), attempt=attempt)
            else:
                payment = self._desk.pay_with_saved_card(visit.invoice_uid, card_id, attempt=attempt)
        except BillNotFound:
            return self._bill_not_found(visit)
        except CardRejected as rejected:
            return self._form(visit, bill, errors=rejected.fields)
        except SavedCardNotFound:
            return self._form(visit, bill, saved_card_gone=True)
        return self._renderer.redirect(visit.address("form/payment", paymentId=payment.payment_id))

    def _finish(self, visit: Visit, pares: str) -> Response:
        try:
            payment = self._desk.finish(pares)
        except ChallengeNotFound:
            return self._renderer.message(
                "challenge_not_found",
                visit.language,
                HTTPStatus.NOT_FOUND,
                root=_BELOW,
                form_address=visit.address(f"{_BELOW}form"),
            )
        return self._renderer.redirect(visit.address("payment", paymentId=payment.payment_id))

    def _form(
        self,
        visit: Visit,
        bill: FormBill,
        *,
        errors: Mapping[str, str] | None = None,
        saved_card_gone: bool = False,
    ) -> Response:
        success_url = _success_url(visit, bill)
        method = _chosen_method(visit, bill)
        last = bill.last_payment
        return self._renderer.page(
            "form.html",
            visit.language,
            status=HTTPStatus.UNPROCESSABLE_ENTITY if errors or saved_card_gone else HTTPStatus.OK,
            bill=bill,
            visit=visit,
            attempt=token_urlsafe(),
            errors=errors or {},
            saved_card_gone=saved_card_gone,
            picked=ANOTHER_CARD if errors or not bill.saved_cards else bill.saved_cards[0].card_id,
            another_card=ANOTHER_CARD,
            method=method,
            methods=[(name, visit.by_method(name).address("form")) for name in bill.methods],
            last=last,
            last_address=last and visit.address("form/payment", paymentId=last.payment_id),
            success_url=success_url,
            success_host=success_url and host_of(success_url),
            language_address=visit.in_language(visit.language.other).address("form"),
            test_card=TEST_CARD,
        )

    def _to_issuer(self, visit: Visit, payment: FormPayment) -> Response:
        return self._renderer.page(
            "handover.html",
            visit.language,
            root=_BELOW,
            title="to_issuer",
            note="to_issuer_note",
            host=None,
            action=f"{_BELOW}acs?lang={visit.language}",
            fields={
                "PaReq": payment.pareq,
                "MD": payment.payment_id,
                "TermUrl": visit.address("form/3ds"),
            },
        )

    def _bill_not_found(self, visit: Visit, *, root: str = "") -> Response:
        return self._renderer.message("bill_not_found", visit.language, HTTPStatus.NOT_FOUND, root=root)


def _success_url(visit: Visit, bill: FormBill) -> str | None:
    """Return where a payer goes after success: the address's own `successUrl` before the site's setting."""
    return visit.success_url or web_address(bill.success_url)


def _chosen_method(visit: Visit, bill: FormBill) -> str:
    """Return the method that is shown: the wanted one, else the card, else another one that the form has."""
    return next(name for name in (visit.method, _CARD, bill.methods[0]) if name in bill.methods)
