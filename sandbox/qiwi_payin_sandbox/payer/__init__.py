"""What a payer can do: come by an invoice, look at it, pay it, answer the issuing bank's challenge."""

from qiwi_payin_sandbox.payer.cards import GOOD_CARD, CardRejected, TypedCard
from qiwi_payin_sandbox.payer.desk import PayerDesk, pay
from qiwi_payin_sandbox.payer.errors import (
    BillNotFound,
    ChallengeNotFound,
    MethodNotShown,
    PayerError,
    PaymentNotFound,
    SavedCardNotFound,
)
from qiwi_payin_sandbox.payer.invoices import AmountNeeded, InvoiceDesk, InvoiceOrder, InvoiceRejected
from qiwi_payin_sandbox.payer.objects import Challenge, FormBill, FormPayment, SavedCard

__all__ = [
    "GOOD_CARD",
    "AmountNeeded",
    "BillNotFound",
    "CardRejected",
    "Challenge",
    "ChallengeNotFound",
    "FormBill",
    "FormPayment",
    "InvoiceDesk",
    "InvoiceOrder",
    "InvoiceRejected",
    "MethodNotShown",
    "PayerDesk",
    "PayerError",
    "PaymentNotFound",
    "SavedCard",
    "SavedCardNotFound",
    "TypedCard",
    "pay",
]
