"""What a payer can do: look at a bill, pay it with a typed or a saved card, answer the issuing bank's challenge."""

from qiwi_payin_sandbox.payer.cards import GOOD_CARD, CardRejected, TypedCard
from qiwi_payin_sandbox.payer.desk import PayerDesk, pay
from qiwi_payin_sandbox.payer.errors import (
    BillNotFound,
    ChallengeNotFound,
    PayerError,
    PaymentNotFound,
    SavedCardNotFound,
)
from qiwi_payin_sandbox.payer.objects import Challenge, FormBill, FormPayment, SavedCard

__all__ = [
    "GOOD_CARD",
    "BillNotFound",
    "CardRejected",
    "Challenge",
    "ChallengeNotFound",
    "FormBill",
    "FormPayment",
    "PayerDesk",
    "PayerError",
    "PaymentNotFound",
    "SavedCard",
    "SavedCardNotFound",
    "TypedCard",
    "pay",
]
