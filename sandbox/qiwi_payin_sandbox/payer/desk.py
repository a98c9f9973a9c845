"""The payer's side of a sandbox."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from qiwi_payin_sandbox.domain.bills import Bill
from qiwi_payin_sandbox.domain.errors import NotFoundError, ValidationError
from qiwi_payin_sandbox.domain.methods import SANDBOX_PAY, SandboxPay, shown_on_form
from qiwi_payin_sandbox.domain.payments import Awaited, Payment
from qiwi_payin_sandbox.domain.tokens import Token
from qiwi_payin_sandbox.engine import three_ds
from qiwi_payin_sandbox.engine.acceptance import Means, accept
from qiwi_payin_sandbox.engine.engine import Engine
from qiwi_payin_sandbox.engine.work import Work
from qiwi_payin_sandbox.ids import Ids
from qiwi_payin_sandbox.payer.cards import CardRejected, TypedCard
from qiwi_payin_sandbox.payer.errors import (
    BillNotFound,
    ChallengeNotFound,
    MethodNotShown,
    PaymentNotFound,
    SavedCardNotFound,
)
from qiwi_payin_sandbox.payer.invoices import is_vouched_for
from qiwi_payin_sandbox.payer.objects import Challenge, FormBill, FormPayment, SavedCard

T = TypeVar("T")


class PayerDesk:
    """The payer's side of a sandbox. All methods are synchronous and safe in threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def bill(self, invoice_uid: str) -> FormBill:
        """Return a bill.

        Raises:
            BillNotFound: There is none.
        """
        return self._on_bill(self._engine.look, invoice_uid, _form_bill)

    def pay_with_card(self, invoice_uid: str, card: TypedCard, *, attempt: str | None = None) -> FormPayment:
        """Pay a bill with a typed card; the payer must authenticate by 3-D Secure.

        Args:
            invoice_uid: The bill.
            card: What the payer typed.
            attempt: Any text made when the form was shown: the same text pays once.

        Raises:
            BillNotFound: There is no such bill.
            CardRejected: Not card data, or the holder's name asks the bank for an answer that there is not.
        """
        means = card.checked()
        try:
            return self._on_bill(
                self._engine.change,
                invoice_uid,
                lambda work, bill: _form_payment(pay(work, bill, means, attempt), bill, work),
            )
        except ValidationError as error:
            raise CardRejected(dict.fromkeys((name.rpartition(".")[2] for name in error.cause), "outcome")) from None

    def pay_with_saved_card(self, invoice_uid: str, card_id: str, *, attempt: str | None = None) -> FormPayment:
        """Pay a bill with a linked card, without 3-D Secure.

        Raises:
            BillNotFound: There is no such bill.
            SavedCardNotFound: The payer has no such card.
        """

        def command(work: Work, bill: Bill) -> FormPayment:
            for token in _saved(work, bill):
                if _card_id(work.ids, token) == card_id:
                    return _form_payment(pay(work, bill, token, attempt), bill, work)
            raise SavedCardNotFound

        return self._on_bill(self._engine.change, invoice_uid, command)

    def pay_by_sandbox_pay(self, invoice_uid: str, *, attempt: str | None = None) -> FormPayment:
        """Pay a bill by Sandbox Pay.

        Raises:
            BillNotFound: There is no such bill.
            MethodNotShown: Its form does not show this method.
        """
        try:
            return self._on_bill(
                self._engine.change,
                invoice_uid,
                lambda work, bill: _form_payment(pay(work, bill, SandboxPay(), attempt), bill, work),
            )
        except ValidationError:
            raise MethodNotShown from None

    def payment(self, invoice_uid: str, payment_id: str) -> FormPayment:
        """Return a payment of a bill as it is now.

        Raises:
            BillNotFound: There is no such bill.
            PaymentNotFound: The bill has no such payment.
        """

        def query(work: Work, bill: Bill) -> FormPayment:
            found = work.find_payment(payment_id) if "\0" not in payment_id else None
            if found is None or found[0].bill_id != bill.bill_id:
                raise PaymentNotFound
            return _form_payment(found[0], bill, work)

        return self._on_bill(self._engine.look, invoice_uid, query)

    def challenge(self, pareq: str) -> Challenge:
        """Return what the payer is asked to confirm.

        Raises:
            ChallengeNotFound: No payment waits for this message.
        """
        site_id, payment_id = self._sealed_ids(pareq, "pareq")

        def query(work: Work) -> Challenge:
            payment = _waiting(work, payment_id)
            card_info = payment.instrument.card_info
            return Challenge(
                site_id=site_id,
                payment_id=payment_id,
                amount=payment.amount.text,
                currency=payment.amount.currency,
                masked_pan=payment.instrument.masked_pan or "",
                payment_system=card_info.payment_system if card_info else "",
                issuing_bank=card_info.issuing_bank if card_info else "",
                at=work.now,
                born_on_form=payment.born_on_form,
            )

        return self._engine.look(site_id, query)

    def answer(self, pareq: str, *, confirmed: bool) -> str:
        """Return the `PaRes` that carries the payer's answer; the payment goes on when it is brought back.

        Raises:
            ChallengeNotFound: No payment waits for this message.
        """
        site_id, payment_id = self._sealed_ids(pareq, "pareq")
        return self._engine.look(
            site_id, lambda work: three_ds.pares(_waiting(work, payment_id), work.ids, confirmed=confirmed)
        )

    def run_out(self, pareq: str) -> None:
        """Let the payer's time for 3-D Secure run out now: the payment is declined as at the end of that time.

        Raises:
            ChallengeNotFound: No payment waits for this message.
        """
        site_id, payment_id = self._sealed_ids(pareq, "pareq")
        self._engine.change(site_id, lambda work: three_ds.expire(work, _waiting(work, payment_id)))

    def finish(self, pares: str) -> FormPayment:
        """Bring back the `PaRes` of a payment born on the form; a second time answers with the payment as it is.

        Raises:
            ChallengeNotFound: The message is forged, or the payment was not born on the form.
        """
        site_id, payment_id, answer = self._unsealed(pares, "pares", parts=3)

        def command(work: Work) -> FormPayment:
            found = work.find_payment(payment_id)
            if found is None or not found[0].born_on_form:
                raise ChallengeNotFound
            payment = found[0]
            if payment.awaited is Awaited.THREE_DS:
                payment = three_ds.finish(work, payment, passed=answer == "Y")
            return _form_payment(payment, work.bill(payment.bill_id or ""), work)

        return self._engine.change(site_id, command)

    def _on_bill(
        self, run: Callable[[str, Callable[[Work], T]], T], invoice_uid: str, command: Callable[[Work, Bill], T]
    ) -> T:
        found = None if "\0" in invoice_uid else self._engine.bill_of_invoice(invoice_uid)
        if found is None:
            raise BillNotFound
        site_id, bill_id = found
        return run(site_id, partial(_with_bill, bill_id, command))

    def _sealed_ids(self, text: str, kind: str) -> tuple[str, str]:
        site_id, payment_id = self._unsealed(text, kind, parts=2)
        return site_id, payment_id

    def _unsealed(self, text: str, kind: str, *, parts: int) -> tuple[str, ...]:
        unsealed = self._engine.ids.unseal(text)
        if (
            unsealed is None
            or unsealed[0] != kind
            or len(unsealed) != parts + 1
            or self._engine.sites.find(unsealed[1]) is None
        ):
            raise ChallengeNotFound
        return unsealed[1:]


def _with_bill(bill_id: str, command: Callable[[Work, Bill], T], work: Work) -> T:
    return command(work, work.bill(bill_id))


def _waiting(work: Work, payment_id: str) -> Payment:
    try:
        payment = work.payment(payment_id)
    except NotFoundError:
        raise ChallengeNotFound from None
    if payment.awaited is not Awaited.THREE_DS:
        raise ChallengeNotFound
    return payment


def pay(work: Work, bill: Bill, means: Means, attempt: str | None) -> Payment:
    """Pay a bill on the form; the same `attempt` text pays once, None is a new attempt each time.

    The payment's id follows from its number among those of the bill, not from the attempt, which is random.

    Raises:
        ValidationError: The form does not show Sandbox Pay, or the holder's name asks the bank for an answer that there
            is not.
    """
    fingerprint = "" if attempt is None else work.ids.fingerprint(attempt.encode())
    earlier = work.unit.payments_of_bill(bill.bill_id)
    if attempt is not None:
        for payment in earlier:
            found = work.find_payment(payment.payment_id) if payment.born_on_form else None
            if found is not None and found[1] == fingerprint:
                return found[0]
    if isinstance(means, SandboxPay) and SANDBOX_PAY not in _methods(work, bill):
        raise ValidationError({"type": ["The form of this bill does not show this method"]})
    return accept(
        work,
        payment_id=work.ids.uuid("form payment", work.site.site_id, bill.bill_id, str(len(earlier))),
        fingerprint=fingerprint,
        means=means,
        amount=bill.amount,
        bill=bill,
        one_step=bill.one_step,
        binds_token=bill.binds_token,
        three_ds=True,
        born_on_form=True,
        customer=bill.customer,
        custom_fields=bill.custom_fields,
    )


def _form_bill(work: Work, bill: Bill) -> FormBill:
    return FormBill(
        site_id=bill.site_id,
        bill_id=bill.bill_id,
        invoice_uid=bill.invoice_uid,
        amount=bill.amount.text,
        currency=bill.amount.currency,
        comment=bill.comment,
        status=bill.status,
        expires_at=bill.expires_at,
        methods=_methods(work, bill),
        saved_cards=tuple(
            SavedCard(_card_id(work.ids, token), token.masked_pan, token.card_info.payment_system)
            for token in _saved(work, bill)
        ),
        theme_code=(bill.custom_fields or {}).get("themeCode"),
        site_theme=work.site.theme,
        now=work.now,
        success_url=work.site.success_url,
        test=work.site.test,
        one_step=bill.one_step,
        last_payment=next(
            (_form_payment(payment, bill, work) for payment in work.payments_of_bill(bill.bill_id)), None
        ),
    )


def _form_payment(payment: Payment, bill: Bill, work: Work) -> FormPayment:
    return FormPayment(
        site_id=payment.site_id,
        payment_id=payment.payment_id,
        invoice_uid=bill.invoice_uid,
        status=payment.status,
        reason=payment.reason,
        amount=payment.amount.text,
        currency=payment.amount.currency,
        method=payment.instrument.type,
        masked_pan=payment.instrument.masked_pan or "",
        pareq=three_ds.pareq(payment, work.ids) if payment.awaited is Awaited.THREE_DS else None,
    )


def _methods(work: Work, bill: Bill) -> tuple[str, ...]:
    return shown_on_form(work.site.form_methods, bill.methods, two_step=not bill.one_step)


def _saved(work: Work, bill: Bill) -> list[Token]:
    return work.tokens_of_account(bill.account) if bill.account is not None and is_vouched_for(bill) else []


def _card_id(ids: Ids, token: Token) -> str:
    return ids.hex(32, "saved card", token.site_id, token.token)
