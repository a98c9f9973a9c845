"""What a payer asks for in vain.

PayerError (LookupError)
├── BillNotFound
├── PaymentNotFound
├── SavedCardNotFound
├── MethodNotShown
└── ChallengeNotFound
"""


class PayerError(LookupError):
    """There is nothing like that for this payer."""


class BillNotFound(PayerError):  # noqa: N818 - names the fact, as LookupError does
    """No bill has this `invoiceUid`."""


class PaymentNotFound(PayerError):  # noqa: N818
    """The bill has no such payment."""


class SavedCardNotFound(PayerError):  # noqa: N818
    """The payer has no such saved card, or no longer."""


class MethodNotShown(PayerError):  # noqa: N818
    """The form of the bill does not show this payment method, or no longer."""


class ChallengeNotFound(PayerError):  # noqa: N818
    """No payment waits for this 3-D Secure message, or the message is forged."""
