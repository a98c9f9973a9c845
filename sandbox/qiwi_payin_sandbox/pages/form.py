"""The payer's form of a bill, and the pages that its payment goes through."""

from __future__ import annotations

from http import HTTPStatus
from secrets import token_urlsafe
from typing import TYPE_CHECKING

from qiwi_payin_sandbox.addresses import host_of, web_address
from qiwi_payin_sandbox.domain.bank.cards import BINS
from qiwi_payin_sandbox.domain.methods import CARD, PAYABLE, SANDBOX_PAY
from qiwi_payin_sandbox.pages.card_entry import ANOTHER_CARD, TEST_CARDS, picked_card, typed_card
from qiwi_payin_sandbox.pages.messages import Event
from qiwi_payin_sandbox.pages.themes import is_code
from qiwi_payin_sandbox.pages.visit import Visit
from qiwi_payin_sandbox.payer import (
    BillNotFound,
    CardRejected,
    ChallengeNotFound,
    MethodNotShown,
    PaymentNotFound,
    SavedCardNotFound,
)
from qiwi_payin_sandbox.times import MOSCOW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qiwi_payin_sandbox.http.message import Response
    from qiwi_payin_sandbox.pages.rendering import Renderer
    from qiwi_payin_sandbox.payer import FormBill, FormPayment, PayerDesk
    from qiwi_payin_sandbox.web.request import PageRequest

_EVENT_OF_BILL = {"CREATED": Event.INITIALIZED, "PAID": Event.PAYMENT_SUCCEEDED, "EXPIRED": Event.INITIALIZATION_FAILED}
_EVENT_OF_PAYMENT = {"COMPLETED": Event.PAYMENT_SUCCEEDED, "DECLINED": Event.PAYMENT_FAILED}


class FormPages:
    """Pages below `/form`. Paying leads to the payment's own page, which shows how it stands whenever it is asked."""

    def __init__(self, desk: PayerDesk, renderer: Renderer) -> None:
        self._desk = desk
        self._renderer = renderer

    def show(self, page: PageRequest) -> Response:
        """Answer `GET /form?invoiceUid=`: the form, or why there is nothing to pay."""
        visit = Visit.read(page.query, page.root)
        try:
            bill = self._desk.bill(visit.invoice_uid)
        except BillNotFound:
            return self._bill_not_found(visit)
        return self._form(visit, bill)

    def pay(self, page: PageRequest) -> Response:
        """Answer `POST /form`: pay by the method that was chosen, with a card that was typed or picked."""
        fields = page.fields
        visit = Visit.read(fields, page.root)
        attempt = fields.get("attempt") or token_urlsafe()
        try:
            bill = self._desk.bill(visit.invoice_uid)
            if bill.status != "CREATED" or visit.method_of(bill.methods) not in PAYABLE:
                return self._form(visit, bill)
            payment = self._paid(visit, bill, fields, attempt)
        except BillNotFound:
            return self._bill_not_found(visit)
        except MethodNotShown:
            return self._form(visit, bill)
        except CardRejected as rejected:
            return self._form(visit, bill, errors=rejected.fields)
        except SavedCardNotFound:
            return self._form(visit, bill, saved_card_gone=True)
        return self._renderer.redirect(visit.address("form/payment", paymentId=payment.payment_id))

    def show_payment(self, page: PageRequest) -> Response:
        """Answer `GET /form/payment`: on to the bank, wait for it, or the result."""
        visit = Visit.read(page.query, page.root)
        try:
            payment = self._desk.payment(visit.invoice_uid, page.query.get("paymentId", ""))
            bill = self._desk.bill(visit.invoice_uid)
        except BillNotFound:
            return self._bill_not_found(visit)
        except PaymentNotFound:
            return self._renderer.redirect(visit.address("form"))
        if payment.pareq is not None:
            return self._to_issuer(visit, bill, payment)
        success_url = _success_url(visit, bill)
        return self._renderer.page(
            "payment.html",
            visit.language,
            root=visit.root,
            theme=_theme(bill),
            event=_EVENT_OF_PAYMENT.get(payment.status),
            bill=bill,
            payment=payment,
            success_url=success_url,
            success_host=success_url and host_of(success_url),
            form_address=visit.address("form"),
            language_address=visit.in_language(visit.language.other).address(
                "form/payment", paymentId=payment.payment_id
            ),
        )

    def take_issuer_answer(self, page: PageRequest) -> Response:
        """Answer `POST /form/3ds`, the `TermUrl` of the form's payments: finish the payment with the `PaRes`."""
        visit = Visit.read(page.query, page.root)
        try:
            payment = self._desk.finish(page.fields.get("PaRes", ""))
        except ChallengeNotFound:
            return self._renderer.message(
                "challenge_not_found",
                visit.language,
                HTTPStatus.NOT_FOUND,
                root=visit.root,
                form_address=visit.address("form"),
            )
        return self._renderer.redirect(visit.address("form/payment", paymentId=payment.payment_id))

    def _paid(self, visit: Visit, bill: FormBill, fields: Mapping[str, str], attempt: str) -> FormPayment:
        if visit.method_of(bill.methods) == SANDBOX_PAY:
            return self._desk.pay_by_sandbox_pay(visit.invoice_uid, attempt=attempt)
        card_id = picked_card(fields)
        if card_id is None:
            return self._desk.pay_with_card(visit.invoice_uid, typed_card(fields), attempt=attempt)
        return self._desk.pay_with_saved_card(visit.invoice_uid, card_id, attempt=attempt)

    def _form(
        self,
        visit: Visit,
        bill: FormBill,
        *,
        errors: Mapping[str, str] | None = None,
        saved_card_gone: bool = False,
    ) -> Response:
        success_url = _success_url(visit, bill)
        last = bill.last_payment
        return self._renderer.page(
            "form.html",
            visit.language,
            root=visit.root,
            status=HTTPStatus.UNPROCESSABLE_ENTITY if errors or saved_card_gone else HTTPStatus.OK,
            theme=_theme(bill),
            event=_EVENT_OF_BILL[bill.status],
            bill=bill,
            visit=visit,
            attempt=token_urlsafe(),
            errors=errors or {},
            saved_card_gone=saved_card_gone,
            picked=ANOTHER_CARD if errors or not bill.saved_cards else bill.saved_cards[0].card_id,
            another_card=ANOTHER_CARD,
            method=visit.method_of(bill.methods),
            methods=[(name, visit.by_method(name).address("form")) for name in bill.methods],
            card_method=CARD,
            payable_methods=PAYABLE,
            card_address=visit.by_method(CARD).address("form") if CARD in bill.methods else None,
            last=last,
            last_address=last and visit.address("form/payment", paymentId=last.payment_id),
            success_url=success_url,
            success_host=success_url and host_of(success_url),
            language_address=visit.in_language(visit.language.other).address("form"),
            schemes=[(first, last, info.payment_system) for first, last, info in BINS],
            test_cards=TEST_CARDS,
            this_month=f"{bill.now.astimezone(MOSCOW):%Y-%m}",
        )

    def _to_issuer(self, visit: Visit, bill: FormBill, payment: FormPayment) -> Response:
        return self._renderer.page(
            "handover.html",
            visit.language,
            root=visit.root,
            theme=_theme(bill),
            title="to_issuer",
            note="to_issuer_note",
            host=None,
            action=f"{visit.root}acs?lang={visit.language}",
            fields={
                "PaReq": payment.pareq,
                "MD": payment.payment_id,
                "TermUrl": visit.at("").address("form/3ds"),
            },
        )

    def _bill_not_found(self, visit: Visit) -> Response:
        return self._renderer.message(
            "bill_not_found",
            visit.language,
            HTTPStatus.NOT_FOUND,
            root=visit.root,
            event=Event.INITIALIZATION_FAILED,
        )


def _success_url(visit: Visit, bill: FormBill) -> str | None:
    """Return where a payer goes after success: the address's own `successUrl` before the site's setting."""
    return visit.success_url or web_address(bill.success_url)


def _theme(bill: FormBill) -> str | None:
    """Return the bill's theme code, else the site's, where it is a code."""
    return next((code for code in (bill.theme_code, bill.site_theme) if is_code(code)), None)
